import {
  conditionalPower,
  conditionalRejectionProbability,
  crossedAt,
  designGroupSequential,
  type GroupSequentialDesign,
  type LookResult,
  repeatedConfidenceIntervals,
  repeatedPValue,
  stageWiseInference,
} from "@plumbline/stats";
import { type Fields, ShapeError } from "../fields.js";
import { readFamily, readSided } from "./sequential-plan.js";
import type { ShapeRow } from "./table.js";

/** Two arms of equal size with known standard deviations, at the looks done so far. */
export const SEQUENTIAL_INFERENCE_SHAPE: ShapeRow = {
  name: "sequential_inference",
  fields: ["type", "information_rates", "n_per_arm_cumulative", "mean_treatment", "mean_control"],
  run: (input) => {
    const design = designGroupSequential({
      sided: readSided(input),
      alpha: input.number("alpha"),
      power: 0.8,
      informationRates: input.numbers("information_rates"),
      boundary: readFamily(input),
      futility: null,
    });
    const looks = readLooks(input);
    const z = looks.map((look) => look.estimate / look.standardError);
    const intervals = repeatedConfidenceIntervals(design, looks);
    const planned = design.informationRates.length;
    const stoppedAt = crossedAt(design, z) ?? (looks.length === planned ? planned : null);
    return {
      z,
      critical_values_z: design.criticalValues,
      estimate: looks.map((look) => look.estimate),
      se: looks.map((look) => look.standardError),
      repeated_p_values: z.map((value, k) => repeatedPValue(design, k + 1, value)),
      repeated_ci_lower: intervals.map((limits) => limits.lower),
      repeated_ci_upper: intervals.map((limits) => limits.upper),
      stopped_at: stoppedAt,
      ...finalFields(design, looks, stoppedAt),
      conditional_rejection_probability: rejectionProbabilities(design, z),
      conditional_power: conditionalPowers(input, design, z),
    };
  },
};

function readLooks(input: Fields): LookResult[] {
  const treatment = input.numbers("mean_treatment");
  const control = input.numbers("mean_control");
  const sd = input.numbers("common_sd");
  return input.numbers("n_per_arm_cumulative").map((n, k) => ({
    estimate: known(treatment[k]) - known(control[k]),
    standardError: known(sd[k]) * Math.sqrt(2 / n),
  }));
}

function known(value: number | undefined): number {
  if (value === undefined) throw new ShapeError("the lists of looks differ in length");
  return value;
}

function finalFields(
  design: GroupSequentialDesign,
  looks: readonly LookResult[],
  stoppedAt: number | null,
) {
  const look = stoppedAt === null ? undefined : looks[stoppedAt - 1];
  const final =
    stoppedAt === null || look === undefined ? null : stageWiseInference(design, stoppedAt, look);
  return {
    final_p_value: final?.pValue ?? null,
    final_ci_lower: final?.ciLower ?? null,
    final_ci_upper: final?.ciUpper ?? null,
    median_unbiased_estimate: final?.medianUnbiasedEstimate ?? null,
  };
}

/** The reference defines it for one-sided plans, and not at the last look. */
function rejectionProbabilities(design: GroupSequentialDesign, z: readonly number[]) {
  if (design.sided === 2) return null;
  const planned = design.informationRates.length;
  return z.map((value, k) =>
    k + 1 === planned ? null : conditionalRejectionProbability(design, k + 1, value),
  );
}

function conditionalPowers(input: Fields, design: GroupSequentialDesign, z: readonly number[]) {
  if (input.isNull("conditional_power_inputs")) return null;
  const assumed = input.object("conditional_power_inputs");
  const left = assumed.numbers("planned_total_n_per_remaining_stage").reduce((a, b) => a + b, 0);
  const now = known(design.informationRates[z.length - 1]);
  const effect = assumed.number("theta_h1") / assumed.number("assumed_sd");
  const drift = (effect * Math.sqrt(left / 4)) / Math.sqrt(1 - now);
  const later = conditionalPower(design, z.length, known(z[z.length - 1]), drift);
  return [...z.map(() => null), ...later];
}
