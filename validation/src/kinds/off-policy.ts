import {
  actionTable,
  type OffPolicyEstimator,
  offPolicyEstimates,
  offPolicySums,
} from "@plumbline/stats";
import type { ShapeRow } from "./table.js";

/** The reference's names of the estimators. */
const NAMES: Readonly<Record<OffPolicyEstimator, string>> = {
  ips: "ips",
  snips: "snips",
  clippedIps: "clipped_ips",
  direct: "dm",
  doublyRobust: "dr",
  clippedDoublyRobust: "clipped_dr",
};

/** One logged action a row, with the target policy's probabilities and a model's predictions. */
export const OFF_POLICY_SHAPE: ShapeRow = {
  name: "off-policy",
  fields: ["action", "reward", "logging_propensity", "target_probs", "reward_predictions", "clip"],
  run: (input) => {
    const sums = offPolicySums({
      action: input.numbers("action"),
      reward: input.numbers("reward"),
      propensity: input.numbers("logging_propensity"),
      policy: actionTable(input.columns("target_probs")),
      predictions: actionTable(input.columns("reward_predictions")),
      clip: input.number("clip"),
    });
    const { diagnostics, clippedShare, estimates } = offPolicyEstimates(sums, 0.05);
    const values = (Object.keys(NAMES) as OffPolicyEstimator[]).map((estimator) => ({
      [NAMES[estimator]]: estimates[estimator]?.value,
      [`${NAMES[estimator]}_se`]: estimates[estimator]?.se,
    }));
    return Object.assign(
      {
        effective_sample_size: diagnostics.effectiveSampleSize,
        mean_weight: diagnostics.meanWeight,
        max_weight: diagnostics.maxWeight,
        fraction_clipped: clippedShare,
      },
      ...values,
    );
  },
};
