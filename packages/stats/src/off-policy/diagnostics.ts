/**
 * May these weights carry an estimate?
 *
 * Effective sample size (sum w)^2 / sum w^2 (Kish 1965); the mean weight is 1 in expectation when logged
 * propensities are right and every action of the target can be logged, so a mean far from 1 shows wrong
 * propensities or missing support. Thresholds: ../shared/design/science.md F2.
 */
import { StatsError } from "../errors.js";
import type { WeightedSums } from "./sums.js";

export interface WeightDiagnostics {
  readonly n: number;
  readonly effectiveSampleSize: number;
  /** Of n. */
  readonly effectiveShare: number;
  readonly meanWeight: number;
  /** Of the mean weight; 0 when all weights are alike. */
  readonly meanWeightSe: number;
  readonly maxWeight: number;
  /** Largest weight over the sum of weights. */
  readonly maxWeightShare: number;
}

export interface WeightLimits {
  readonly leastEffectiveSampleSize: number;
  readonly leastEffectiveShare: number;
  readonly largestWeightShare: number;
  /** Standard errors that the mean weight may lie from 1. */
  readonly meanWeightZ: number;
}

export const WEIGHT_LIMITS: WeightLimits = {
  leastEffectiveSampleSize: 200,
  leastEffectiveShare: 0.01,
  largestWeightShare: 0.05,
  meanWeightZ: 3,
};

export type WeightProblemCode =
  | "NO_SUPPORT"
  | "EFFECTIVE_SAMPLE_TOO_SMALL"
  | "EFFECTIVE_SHARE_TOO_SMALL"
  | "ONE_ROW_DECIDES"
  | "MEAN_WEIGHT_OFF_ONE";

export interface WeightProblem {
  readonly code: WeightProblemCode;
  readonly message: string;
  readonly mend: string;
}

/** From one scan's sums; with no weight at all the shares are 0. */
export function weightDiagnostics({ n, w, ww, maxWeight }: WeightedSums): WeightDiagnostics {
  const meanWeight = n > 0 ? w / n : 0;
  const squares = Math.max(0, ww - n * meanWeight * meanWeight);
  const effectiveSampleSize = w > 0 ? (w / ww) * w : 0;
  return {
    n,
    effectiveSampleSize,
    effectiveShare: n > 0 ? effectiveSampleSize / n : 0,
    meanWeight,
    // Centring costs digits: equal weights are equal, not apart by rounding.
    meanWeightSe: squares > 1e-13 * ww ? Math.sqrt(squares / (n - 1) / n) : 0,
    maxWeight,
    maxWeightShare: w > 0 ? maxWeight / w : 0,
  };
}

/** Every reason not to believe an estimate from these weights; none when it may stand. */
export function weightProblems(
  diagnostics: WeightDiagnostics,
  limits: WeightLimits = WEIGHT_LIMITS,
): readonly WeightProblem[] {
  const { effectiveSampleSize, effectiveShare, meanWeight, meanWeightSe } = diagnostics;
  if (!(effectiveSampleSize > 0)) {
    const message = "The target policy would have taken none of the logged actions.";
    return [{ code: "NO_SUPPORT", message, mend: EXPLORE }];
  }
  const problems: WeightProblem[] = [];
  if (effectiveSampleSize < limits.leastEffectiveSampleSize) {
    const size = effectiveSampleSize.toFixed(1);
    problems.push({
      code: "EFFECTIVE_SAMPLE_TOO_SMALL",
      message: `The log is worth ${size} rows for this policy; ${limits.leastEffectiveSampleSize} are needed.`,
      mend: "Use a longer log, or one whose policy is nearer to the target.",
    });
  }
  if (effectiveShare < limits.leastEffectiveShare) {
    problems.push({
      code: "EFFECTIVE_SHARE_TOO_SMALL",
      message: `Only ${percent(effectiveShare)} of the log speaks for this policy; ${percent(limits.leastEffectiveShare)} is the least.`,
      mend: EXPLORE,
    });
  }
  if (diagnostics.maxWeightShare > limits.largestWeightShare) {
    problems.push({
      code: "ONE_ROW_DECIDES",
      message: `One row carries ${percent(diagnostics.maxWeightShare)} of all weight; ${percent(limits.largestWeightShare)} is the most.`,
      mend: "Look at its propensity; clip weights and report the clipped estimate beside.",
    });
  }
  const distance = Math.abs(meanWeight - 1);
  if (distance > limits.meanWeightZ * meanWeightSe && distance > 1e-9) {
    problems.push({
      code: "MEAN_WEIGHT_OFF_ONE",
      message: `Weights average ${meanWeight.toFixed(4)}, not 1, by more than ${limits.meanWeightZ} standard errors.`,
      mend: "Check that propensities were logged when the action was shown, and that every action of the target could be.",
    });
  }
  return problems;
}

const EXPLORE = "Log a policy that explores what the target would do.";

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}

/**
 * The sums' diagnostics, if an estimate may be made of them.
 * @throws StatsError UNIDENTIFIED with the reasons.
 */
export function requireSupport(
  sums: WeightedSums,
  limits: WeightLimits = WEIGHT_LIMITS,
): WeightDiagnostics {
  const diagnostics = weightDiagnostics(sums);
  const problems = weightProblems(diagnostics, limits);
  const [first] = problems;
  if (first !== undefined) {
    const message = problems.map((problem) => problem.message).join(" ");
    throw new StatsError("UNIDENTIFIED", message, first.mend);
  }
  return diagnostics;
}
