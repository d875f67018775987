import {
  type Alternative,
  mannWhitney,
  type PairSummary,
  rankCounts,
  ratioMetric,
  ratioMetricDelta,
  ratioOfMeans,
  type Summary,
  sampleRatioChiSquare,
  summarise,
  summarisePairs,
  twoProportionZ,
  welchT,
} from "@plumbline/stats";
import type { Fields } from "../fields.js";
import type { KindTable } from "./table.js";

const ALTERNATIVES: Readonly<Record<string, Alternative>> = {
  "two-sided": "two_sided",
  greater: "greater",
  less: "less",
};

export const FIXED_TEST_KINDS: KindTable = {
  welch_t: (input) => {
    const result = welchT({
      treatment: arm(input, "a", "1"),
      control: arm(input, "b", "2"),
      alpha: input.number("alpha"),
      alternative: alternative(input),
    });
    const { difference, se, t, df, pValue, ciLower, ciUpper } = result;
    return { difference, se, t, df, p_value: pValue, ci_lower: ciLower, ci_upper: ciUpper };
  },

  two_proportion_z: (input) => {
    const result = twoProportionZ({
      x1: input.number("x1"),
      n1: input.number("n1"),
      x2: input.number("x2"),
      n2: input.number("n2"),
      alpha: input.number("alpha"),
      alternative: alternative(input),
    });
    return {
      difference: result.difference,
      z_pooled: result.z,
      p_value: result.pValue,
      se_unpooled: result.seUnpooled,
      ci_lower: result.ciLower,
      ci_upper: result.ciUpper,
    };
  },

  srm_chi_square: (input) => {
    const result = sampleRatioChiSquare(input.numbers("observed"), input.numbers("expected_ratio"));
    return { chi_square: result.chiSquare, df: result.df, p_value: result.pValue };
  },

  mann_whitney: (input) => {
    const result = mannWhitney({
      ...rankCounts(input.numbers("a"), input.numbers("b")),
      continuity: input.boolean("continuity"),
      alternative: alternative(input),
    });
    return {
      u1: result.u1,
      p_value: result.pValue,
      sigma_u: result.sigmaU,
      probability_of_superiority: result.probabilityOfSuperiority,
    };
  },

  ratio_of_means: (input) => {
    const result = ratioOfMeans({
      meanT: input.number("mean_t"),
      varT: input.number("var_t"),
      nT: input.number("n_t"),
      meanC: input.number("mean_c"),
      varC: input.number("var_c"),
      nC: input.number("n_c"),
      covOfMeans: input.number("cov_of_means"),
      alpha: input.number("alpha"),
    });
    const [lower, upper] = result.fiellerRatioRoots ?? [null, null];
    return {
      ratio: result.ratio,
      relative_lift: result.relativeLift,
      g: result.g,
      fieller_type: result.fiellerType,
      fieller_ratio_lower: lower,
      fieller_ratio_upper: upper,
      fieller_lift_lower: lower === null ? null : lower - 1,
      fieller_lift_upper: upper === null ? null : upper - 1,
      delta_se: result.deltaSe,
      delta_lift_lower: result.deltaLower,
      delta_lift_upper: result.deltaUpper,
      log_delta_se: result.logDeltaSe,
      log_delta_lift_lower: result.logDeltaLower,
      log_delta_lift_upper: result.logDeltaUpper,
    };
  },

  ratio_metric_delta: (input) => {
    const result = ratioMetricDelta({
      treatment: ratioMetric(ratioArm(input.object("treatment"))),
      control: ratioMetric(ratioArm(input.object("control"))),
      alpha: input.number("alpha"),
      alternative: alternative(input),
    });
    const { treatment, control, difference, se, z, pValue, ciLower, ciUpper } = result;
    const tail = { p_value: pValue, ci_lower: ciLower, ci_upper: ciUpper };
    return { treatment, control, difference, se, z, ...tail };
  },
};

function alternative(input: Fields): Alternative {
  return input.has("alternative") ? input.choice("alternative", ALTERNATIVES) : "two_sided";
}

/** Raw values under `raw`, or n, mean and var with the suffix. */
function arm(input: Fields, raw: string, suffix: string): Summary {
  if (input.has(raw)) return summarise(input.numbers(raw));
  return {
    n: input.number(`n${suffix}`),
    mean: input.number(`mean${suffix}`),
    variance: input.number(`var${suffix}`),
  };
}

function ratioArm(arm: Fields): PairSummary {
  return summarisePairs(arm.numbers("numerator"), arm.numbers("denominator"));
}
