/**
 * Power and size of the two-sample t-test with equal variances.
 *
 * Method: exact, by the noncentral t distribution with df = n1 + n2 - 2 and ncp = d sqrt(n1 n2/(n1 + n2)); the two-sided
 * power counts both tails. Sizes are the smallest real n1 that reaches the power, by Brent's method.
 * Domain: n1 + n2 > 2, sizes need not be whole. Accuracy: power to 1e-11 relative, sizes to 1e-10.
 */

import { noncentralTCdf, noncentralTSf } from "../distributions/noncentral-t.js";
import { normalIsf } from "../distributions/normal.js";
import { studentTIsf } from "../distributions/student-t.js";
import { requireDomain, requireOpenProbability, requirePositive, StatsError } from "../errors.js";
import { expandUpwards, findRoot } from "../special/root.js";

/** 2 puts half of alpha in each tail; 1 tests that the first mean is larger. */
export type Sides = 1 | 2;

/** A sample size as solved (`exact`, group 1, real) and as it must be run (whole units). */
export interface SampleSize {
  readonly exact: number;
  readonly n1: number;
  readonly n2: number;
}

/**
 * Power of a t-test whose statistic has noncentrality `ncp` and `df` degrees of freedom.
 * Other designs (clusters, unequal variances) come through here with their own ncp and df.
 */
export function powerOfNoncentralT(ncp: number, df: number, alpha: number, sided: Sides): number {
  return noncentralTPower(df, alpha, sided)(ncp);
}

/** The same as a function of the noncentrality alone, which solvers ask for many times. */
export function noncentralTPower(df: number, alpha: number, sided: Sides): (ncp: number) => number {
  const critical = studentTIsf(alpha / sided, df);
  return (ncp) => {
    const near = noncentralTSf(critical, df, ncp);
    return sided === 1 ? near : Math.min(1, near + noncentralTCdf(-critical, df, ncp));
  };
}

export interface PowerTInput {
  /** (mean1 - mean2) / sd. */
  readonly effectSize: number;
  readonly n1: number;
  readonly n2: number;
  readonly alpha: number;
  readonly sided: Sides;
}

/** Probability that the t-test rejects. */
export function powerT({ effectSize, n1, n2, alpha, sided }: PowerTInput): number {
  requireDomain(Number.isFinite(effectSize), "The effect size must be a finite number.");
  requirePositive(n1, "The first sample size");
  requirePositive(n2, "The second sample size");
  requireOpenProbability(alpha, "alpha");
  const df = n1 + n2 - 2;
  requireDomain(df > 0, "A t-test needs more than two units in all.", "Plan a larger sample.");
  return powerOfNoncentralT(effectSize / Math.sqrt(1 / n1 + 1 / n2), df, alpha, sided);
}

export interface SampleSizeTInput {
  /** (mean1 - mean2) / sd; for a one-sided test it must be above 0. */
  readonly effectSize: number;
  readonly power: number;
  readonly alpha: number;
  readonly sided: Sides;
  /** n2 / n1; default 1. */
  readonly ratio?: number;
}

/**
 * Smallest size that reaches `power`.
 *
 * @throws StatsError DOMAIN when the power does not exceed alpha, or the effect is on the wrong side.
 */
export function sampleSizeT(input: SampleSizeTInput): SampleSize & { achievedPower: number } {
  const { effectSize, power, alpha, sided, ratio = 1 } = input;
  requireOpenProbability(alpha, "alpha");
  requireOpenProbability(power, "power");
  requirePositive(ratio, "The allocation ratio");
  requireDomain(power > alpha, "The power asked for must exceed alpha.", "Ask for a higher power.");
  requireDomain(
    Number.isFinite(effectSize) && effectSize !== 0 && (sided === 2 || effectSize > 0),
    `No sample size can show an effect of ${effectSize}.`,
    "Plan with an effect above 0 in the direction of the test.",
  );
  const d = Math.abs(effectSize);
  const excess = (n1: number) =>
    powerT({ effectSize: d, n1, n2: ratio * n1, alpha, sided }) - power;
  const smallest = (2 / (1 + ratio)) * (1 + 1e-6);
  const normal = ((normalIsf(alpha / sided) + normalIsf(1 - power)) / d) ** 2 * (1 + 1 / ratio);
  const guess = Math.max(normal, smallest * 1.01);
  const exact =
    excess(smallest) >= 0 ? smallest : findRoot(excess, ...bracket(excess, smallest, guess));
  const { n1, n2 } = wholeSizes(exact, ratio);
  return { exact, n1, n2, achievedPower: powerT({ effectSize: d, n1, n2, alpha, sided }) };
}

function bracket(
  excess: (n: number) => number,
  smallest: number,
  guess: number,
): readonly [number, number] {
  const low = Math.max(smallest, guess * 0.98);
  if (excess(low) > 0) return [smallest, low];
  return expandUpwards(excess, low, guess * 1.02 + 4, 1e15);
}

/** Whole units of both groups; the second follows from the whole first one. */
export function wholeSizes(exact: number, ratio: number): SampleSize {
  const n1 = wholeUnits(exact);
  return { exact, n1, n2: wholeUnits(ratio * n1) };
}

/** ceil, except that a rounding error above a whole number does not add a unit. */
export function wholeUnits(n: number): number {
  const nearest = Math.round(n);
  return Math.abs(n - nearest) <= 1e-9 * Math.max(1, nearest) ? nearest : Math.ceil(n);
}

export interface MdeTInput {
  readonly n1: number;
  readonly n2: number;
  readonly alpha: number;
  readonly power: number;
  readonly sided: Sides;
}

/** Minimum detectable effect: the positive standardised difference that is found with `power`. */
export function mdeT({ n1, n2, alpha, power, sided }: MdeTInput): number {
  requireOpenProbability(power, "power");
  requireDomain(power > alpha, "The power asked for must exceed alpha.", "Ask for a higher power.");
  const excess = (effectSize: number) => powerT({ effectSize, n1, n2, alpha, sided }) - power;
  const guess = (normalIsf(alpha / sided) + normalIsf(1 - power)) * Math.sqrt(1 / n1 + 1 / n2);
  try {
    return findRoot(excess, ...expandUpwards(excess, 0, 1.5 * guess, 1e6));
  } catch (error) {
    if (error instanceof StatsError && error.code === "NO_CONVERGENCE") {
      throw new StatsError("DOMAIN", "No effect is large enough for so small a sample.");
    }
    throw error;
  }
}
