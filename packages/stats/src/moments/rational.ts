import { StatsError } from "../errors.js";

/**
 * Exact rational arithmetic on BigInt, for quantities that must not lose a digit to cancellation
 * (centred sums, residual variances) before ONE rounding to a double.
 *
 * Method: quotients are kept unreduced with a positive denominator; `toNumber` divides with at
 * least 65 significant bits and a sticky bit and rounds to nearest, ties to even (IEEE 754), down
 * through the subnormal range. Accuracy: the nearest double, always. Cost grows with the number of
 * multiplications, so values are rounded as soon as a result is complete.
 */
export interface Rational {
  readonly numerator: bigint;
  /** Always positive. */
  readonly denominator: bigint;
}

export const ZERO: Rational = { numerator: 0n, denominator: 1n };

const MANTISSA_BITS = 53;
const GUARD_BITS = 12;
const MIN_EXPONENT = -1074;

/** numerator / denominator. @throws StatsError DOMAIN when the denominator is zero. */
export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator === 0n) {
    throw new StatsError("DOMAIN", "A quotient of exact sums has a denominator of zero.");
  }
  return denominator < 0n
    ? { numerator: -numerator, denominator: -denominator }
    : { numerator, denominator };
}

export function add(a: Rational, b: Rational): Rational {
  if (a.denominator === b.denominator) {
    return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  }
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

function negate(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator };
}

export function subtract(a: Rational, b: Rational): Rational {
  return add(a, negate(b));
}

export function multiply(a: Rational, b: Rational): Rational {
  return {
    numerator: a.numerator * b.numerator,
    denominator: a.denominator * b.denominator,
  };
}

/** @throws StatsError DOMAIN when b is zero. */
export function divide(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** 10^exponent, exactly; the exponent is an integer of either sign. */
export function powerOfTen(exponent: number): Rational {
  const size = 10n ** BigInt(Math.abs(exponent));
  return exponent < 0 ? { numerator: 1n, denominator: size } : { numerator: size, denominator: 1n };
}

/** The double nearest to the rational. @throws StatsError OVERFLOW beyond the largest double. */
export function toNumber(value: Rational): number {
  return bigintRatioToNumber(value.numerator, value.denominator);
}

/**
 * The double nearest to numerator / denominator (ties to even).
 * @throws StatsError DOMAIN when the denominator is zero; OVERFLOW beyond the largest double.
 */
export function bigintRatioToNumber(numerator: bigint, denominator: bigint): number {
  if (denominator === 0n) {
    throw new StatsError("DOMAIN", "A quotient of exact sums has a denominator of zero.");
  }
  if (numerator === 0n) return 0;
  const negative = numerator < 0n !== denominator < 0n;
  const a = numerator < 0n ? -numerator : numerator;
  const b = denominator < 0n ? -denominator : denominator;
  // 2^exponent <= unit of the last kept bit; the quotient then holds 65 or 66 bits.
  let exponent = bitLength(a) - bitLength(b) - MANTISSA_BITS - GUARD_BITS;
  const quotient = exponent >= 0 ? a / (b << BigInt(exponent)) : (a << BigInt(-exponent)) / b;
  const exact = exponent >= 0 ? (quotient * b) << BigInt(exponent) : quotient * b;
  const inexact = exact !== (exponent >= 0 ? a : a << BigInt(-exponent));
  const bits = bitLength(quotient);
  const drop = Math.max(bits - MANTISSA_BITS, MIN_EXPONENT - exponent);
  const mantissa = roundHalfEven(quotient, BigInt(drop), inexact);
  exponent += drop;
  const magnitude = scaleByPowerOfTwo(Number(mantissa), exponent);
  if (!Number.isFinite(magnitude)) {
    throw new StatsError("OVERFLOW", "A quotient of exact sums is larger than the largest number.");
  }
  return negative ? -magnitude : magnitude;
}

function roundHalfEven(quotient: bigint, drop: bigint, inexact: boolean): bigint {
  const kept = quotient >> drop;
  const rest = quotient - (kept << drop);
  const half = 1n << (drop - 1n);
  const up = rest > half || (rest === half && (inexact || (kept & 1n) === 1n));
  return up ? kept + 1n : kept;
}

// Two exact steps: 2^exponent alone may be below the subnormals or above the range while the product is not.
function scaleByPowerOfTwo(mantissa: number, exponent: number): number {
  const first = Math.max(-1022, Math.min(1023, exponent));
  return mantissa * 2 ** first * 2 ** (exponent - first);
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  const lead = Number.parseInt(hex.charAt(0), 16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(lead));
}
