import { normalIsf } from "../distributions/index.js";
import { StatsError } from "../errors.js";
import { type Alternative, normalTest, requireAlpha, requireCount } from "./inference.js";

/**
 * Two-proportion z-test.
 *
 * Method: z with the pooled variance under H0, no continuity correction; Wald interval with the
 * unpooled standard error, not clipped to [-1, 1]. The two therefore need not agree at the edge.
 * Domain: 0 <= x <= n, n >= 1, and not all units alike. The normal approximation is poor below
 * about 5 expected successes or failures in an arm.
 */
export interface TwoProportionInput {
  /** Successes and units of the treatment. */
  readonly x1: number;
  readonly n1: number;
  /** Successes and units of the control. */
  readonly x2: number;
  readonly n2: number;
  readonly alpha: number;
  readonly alternative?: Alternative;
}

export interface TwoProportionResult {
  /** p1 - p2, a fraction. */
  readonly difference: number;
  /** With the pooled standard error. */
  readonly z: number;
  readonly pValue: number;
  readonly seUnpooled: number;
  /** Null: unbounded on that side (one-sided alternatives). */
  readonly ciLower: number | null;
  readonly ciUpper: number | null;
}

/** @throws StatsError DOMAIN for impossible counts or when every unit, or none, is a success. */
export function twoProportionZ(input: TwoProportionInput): TwoProportionResult {
  const { x1, n1, x2, n2, alpha, alternative = "two_sided" } = input;
  requireAlpha(alpha);
  requireSuccesses(x1, n1);
  requireSuccesses(x2, n2);
  const p1 = x1 / n1;
  const p2 = x2 / n2;
  const successes = x1 + x2;
  const failures = n1 - x1 + (n2 - x2);
  if (successes === 0 || failures === 0) {
    throw new StatsError(
      "DOMAIN",
      "Every unit in both arms has the same outcome, so a z-test does not exist.",
      "Check the filter of the metric, or wait for more units.",
    );
  }
  const n = n1 + n2;
  const difference = p1 - p2;
  const sePooled = Math.sqrt((successes / n) * (failures / n) * (1 / n1 + 1 / n2));
  const test = normalTest({ estimate: difference, se: sePooled, alpha, alternative });
  const seUnpooled = Math.sqrt((p1 * ((n1 - x1) / n1)) / n1 + (p2 * ((n2 - x2) / n2)) / n2);
  const half = normalIsf(alternative === "two_sided" ? alpha / 2 : alpha) * seUnpooled;
  return {
    difference,
    z: test.statistic,
    pValue: test.pValue,
    seUnpooled,
    ciLower: alternative === "less" ? null : difference - half,
    ciUpper: alternative === "greater" ? null : difference + half,
  };
}

function requireSuccesses(x: number, n: number): void {
  requireCount(n, "The number of units in an arm", 1);
  requireCount(x, "The number of successes", 0);
  if (x > n) throw new StatsError("DOMAIN", `There are more successes (${x}) than units (${n}).`);
}
