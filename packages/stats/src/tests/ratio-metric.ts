import { StatsError } from "../errors.js";
import { requireScale } from "../moments/centre.js";
import type { MetricSums } from "../moments/plan.js";
import { multiply, powerOfTen, rational, toNumber } from "../moments/rational.js";
import type { PairSummary } from "../moments/summarise.js";
import { type Alternative, normalTest, requireCount, requireFinite } from "./inference.js";

/**
 * Ratio metric R = sum x / sum y over units (sessions, queries, ... per user), delta method.
 *
 * Method: Var(R) = (s_x^2 - 2 R s_xy + R^2 s_y^2) / (n ybar^2), n-1 divisors, the unit of
 * randomisation as the unit of variance. Source: Deng, Knoblich & Lu, KDD 2018. From integer sums the
 * residual x sum(y) - y sum(x) is centred exactly, so a constant ratio has a variance of exactly 0.
 * Domain: n >= 2, sum y != 0; the approximation needs ybar well above its standard error.
 */
export interface RatioEstimate {
  readonly n: number;
  readonly ratio: number;
  /** Of the ratio (already divided by n). */
  readonly variance: number;
  readonly se: number;
}

/**
 * @param summary x = numerator, y = denominator, per unit.
 * @throws StatsError DOMAIN for fewer than two units or a mean denominator of 0.
 */
export function ratioMetric(summary: PairSummary): RatioEstimate {
  const { n, meanX, meanY, varX, varY, covXY } = summary;
  requireCount(n, "The number of units in an arm", 2);
  for (const value of [meanX, meanY, varX, varY, covXY]) requireFinite(value, "A moment");
  requireDenominator(meanY);
  const ratio = meanX / meanY;
  const residual = Math.max(0, varX - 2 * ratio * covXY + ratio * ratio * varY);
  return estimate(n, ratio, residual / n / (meanY * meanY));
}

/**
 * The same from exact sums.
 * @param scaleX decimal digits of the numerator, scaleY of the denominator.
 * @throws StatsError DOMAIN as above, or when the sums carry no denominator.
 */
export function ratioMetricFromSums(
  sums: MetricSums,
  scaleX: number,
  scaleY: number,
): RatioEstimate {
  const { n, sx, sxx, ratio: y } = sums;
  if (y === null) throw new StatsError("DOMAIN", "These sums carry no denominator.");
  requireCount(Number(n), "The number of units in an arm", 2);
  requireDenominator(Number(y.sy));
  const unit = powerOfTen(requireScale(scaleY) - requireScale(scaleX));
  // Residuals e = x Sy - y Sx sum to zero, so their sum of squares is already centred.
  const squares = y.sy * y.sy * sxx - 2n * y.sy * sx * y.sxy + sx * sx * y.syy;
  if (squares < 0n) throw new StatsError("DOMAIN", "These sums cannot come from any data.");
  const variance = rational(squares * n, (n - 1n) * y.sy ** 4n);
  return estimate(
    Number(n),
    toNumber(multiply(rational(sx, y.sy), unit)),
    toNumber(multiply(variance, multiply(unit, unit))),
  );
}

export interface RatioMetricInput {
  readonly treatment: RatioEstimate;
  readonly control: RatioEstimate;
  readonly alpha: number;
  readonly alternative?: Alternative;
}

export interface RatioMetricResult {
  readonly treatment: RatioEstimate;
  readonly control: RatioEstimate;
  /** Treatment ratio minus control ratio. */
  readonly difference: number;
  readonly se: number;
  readonly z: number;
  readonly pValue: number;
  /** Null: unbounded on that side (one-sided alternatives). */
  readonly ciLower: number | null;
  readonly ciUpper: number | null;
}

/**
 * Difference of two independent ratio metrics, normal reference.
 * @throws StatsError DOMAIN when neither arm's ratio varies, or for a bad alpha.
 */
export function ratioMetricDelta(input: RatioMetricInput): RatioMetricResult {
  const { treatment, control, alpha, alternative = "two_sided" } = input;
  const difference = treatment.ratio - control.ratio;
  const se = Math.sqrt(treatment.variance + control.variance);
  const { statistic, ...test } = normalTest({ estimate: difference, se, alpha, alternative });
  return { treatment, control, difference, se, z: statistic, ...test };
}

function estimate(n: number, ratio: number, variance: number): RatioEstimate {
  return { n, ratio, variance, se: Math.sqrt(variance) };
}

function requireDenominator(value: number): void {
  if (value === 0) {
    throw new StatsError(
      "DOMAIN",
      "The denominator sums to 0, so the ratio does not exist.",
      "Check the expression and the filter of the denominator.",
    );
  }
}
