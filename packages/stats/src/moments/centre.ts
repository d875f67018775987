import { StatsError } from "../errors.js";
import { bigintRatioToNumber, powerOfTen, type Rational, rational, toNumber } from "./rational.js";

/**
 * Mean, variance and covariance from exact integer sums.
 *
 * Method: n*ss - s^2 is formed in BigInt, so centring cancels nothing, and each result is rounded
 * once. Accuracy: the double nearest to the exact value for the stored integers, whatever the
 * offset of the data. Domain: n >= 2 (divisor n-1), scale an integer in [0, 30].
 */
export interface Summary {
  /** Units. */
  readonly n: number;
  readonly mean: number;
  /** Sample variance of one unit, divisor n-1. */
  readonly variance: number;
}

/** n, sum and sum of squares of integers value * 10^scale. */
export interface PowerSums {
  readonly n: bigint;
  readonly s: bigint;
  readonly ss: bigint;
}

/**
 * Mean and variance (divisor n-1) in the unit of the value.
 * @param scale decimal digits: sums hold value * 10^scale.
 * @throws StatsError DOMAIN for n < 2, a bad scale, or sums no data can have (n*ss < s^2).
 */
export function centre(sums: PowerSums, scale: number): Summary {
  requireUnits(sums.n);
  const scatter = centredScatter(sums);
  return {
    n: Number(sums.n),
    mean: meanOfSum(sums.n, sums.s, scale),
    variance: scaled(rational(scatter, sums.n * (sums.n - 1n)), -2 * requireScale(scale)),
  };
}

/** s / n in the unit of the value; for cells too small for a variance. @throws StatsError DOMAIN for n < 1. */
export function meanOfSum(n: bigint, s: bigint, scale: number): number {
  if (n < 1n) throw new StatsError("DOMAIN", "A mean needs at least one unit.");
  return bigintRatioToNumber(s, n * 10n ** BigInt(requireScale(scale)));
}

/**
 * Mean of a minus mean of b, formed exactly and rounded once: an offset common to both costs no digit.
 * @throws StatsError DOMAIN for an empty cell or a bad scale.
 */
export function meanDifference(
  a: Pick<PowerSums, "n" | "s">,
  b: Pick<PowerSums, "n" | "s">,
  scale: number,
): number {
  if (a.n < 1n || b.n < 1n) throw new StatsError("DOMAIN", "A mean needs at least one unit.");
  return scaled(rational(a.s * b.n - b.s * a.n, a.n * b.n), -requireScale(scale));
}

/**
 * Sample covariance (divisor n-1) of a and b, in the product of their units.
 * @throws StatsError DOMAIN for n < 2 or a bad scale.
 */
export function coMoment(
  n: bigint,
  sa: bigint,
  sb: bigint,
  sab: bigint,
  scaleA: number,
  scaleB: number,
): number {
  requireUnits(n);
  const digits = requireScale(scaleA) + requireScale(scaleB);
  return scaled(rational(n * sab - sa * sb, n * (n - 1n)), -digits);
}

/** An integer in units of 10^-scale as the nearest double. */
export function unscale(value: bigint, scale: number): number {
  return bigintRatioToNumber(value, 10n ** BigInt(requireScale(scale)));
}

/** n*ss - s^2 >= 0. @throws StatsError DOMAIN when the sums cannot come from any data. */
function centredScatter({ n, s, ss }: PowerSums): bigint {
  const scatter = n * ss - s * s;
  if (scatter < 0n) {
    throw new StatsError("DOMAIN", "These sums cannot come from any data: n*ss is below s^2.");
  }
  return scatter;
}

export function requireScale(scale: number): number {
  if (!Number.isInteger(scale) || scale < 0 || scale > 30) {
    throw new StatsError("DOMAIN", `A scale is an integer from 0 to 30, not ${scale}.`);
  }
  return scale;
}

function requireUnits(n: bigint): void {
  if (n < 2n)
    throw new StatsError(
      "DOMAIN",
      `A variance needs at least two units, not ${n}.`,
      "Wait for more units, or merge the cell with a larger one.",
    );
}

function scaled(value: Rational, exponent: number): number {
  const factor = powerOfTen(exponent);
  return toNumber({
    numerator: value.numerator * factor.numerator,
    denominator: value.denominator * factor.denominator,
  });
}
