import type { Expression } from "@plumbline/stats";
import type { Dialect } from "../dialects/dialect.js";
import { type Failure, fail } from "../errors.js";
import { numeric, type Scope } from "./expression.js";
import { largestOf, largestSumOf } from "./statistics.js";

const NARROW_MAX = 2n ** 63n - 1n;
/** Doubles hold every integer below this; at or above it digits are lost. */
const DOUBLE_EXACT = 2n ** 53n;
export const MAX_SCALE = 18;

/** Run-time checks of a statement: `raise` marks them by number, the reader turns numbers into errors. */
export class Failures {
  private readonly entries: Failure[] = [];

  constructor(private readonly dialect: Dialect) {}

  raise(failure: Failure): string {
    const key = JSON.stringify(failure);
    let index = this.entries.findIndex((entry) => JSON.stringify(entry) === key);
    if (index < 0) index = this.entries.push(failure) - 1;
    return this.dialect.raise(`plumbline check ${index}: ${failure.code}`);
  }

  list(): readonly Failure[] {
    return this.entries;
  }
}

/** The number of the check in an engine's error message, or null. */
export function failedCheck(message: string): number | null {
  const match = /plumbline check (\d+): /.exec(message);
  return match === null ? null : Number(match[1]);
}

export function power(scale: number): bigint {
  return 10n ** BigInt(scale);
}

/** A limit times 10^scale, rounded half away from zero, exactly, from the shortest decimal of the number. */
export function scaledLimit(value: number, scale: number): bigint {
  if (!Number.isFinite(value))
    fail("PLAN_INVALID", "A limit is not finite.", "Write a finite number.");
  const [mantissa = "0", exponentText = "0"] = value.toExponential().split("e");
  const negative = mantissa.startsWith("-");
  const [whole = "0", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = BigInt(whole + fraction);
  const exponent = Number(exponentText) - fraction.length + scale;
  const size =
    exponent >= 0 ? digits * 10n ** BigInt(exponent) : halfAway(digits, 10n ** BigInt(-exponent));
  return negative ? -size : size;
}

function halfAway(dividend: bigint, divisor: bigint): bigint {
  return (2n * dividend + divisor) / (2n * divisor);
}

/**
 * SQL of round(value * 10^scale) as a 64-bit integer. Integers and decimals stay exact; doubles are
 * multiplied once (one rounding of IEEE 754), then rounded half away from zero.
 */
export function scaledInteger(
  scope: Scope,
  failures: Failures,
  expression: Expression,
  scale: number,
): string {
  const { sql, type } = numeric(scope, expression);
  const { narrow } = scope.dialect;
  const factor = scale === 0 ? "" : ` * ${power(scale)}`;
  if (type.kind === "double") {
    const largest = largestOf(expression, scope.columns);
    const safe = largest !== null && largest * 10 ** scale < Number(DOUBLE_EXACT) / 2;
    return scaledDouble(scope, failures, sql, scale, safe);
  }
  if (type.kind === "decimal") return scaledDecimal(scope, failures, sql, type, scale);
  const bits = type.kind === "integer" ? type.bits : 64;
  if (bits <= 32 && scale <= 9) return scale === 0 ? sql : `CAST(${sql} AS ${narrow})${factor}`;
  if (bits === 64 && scale === 0) return sql;
  const limit = NARROW_MAX / power(scale);
  const raise = failures.raise(overflow(scope, scale));
  return `CASE WHEN ${sql} NOT BETWEEN ${-limit} AND ${limit} THEN ${raise} ELSE CAST(${sql} AS ${narrow})${factor} END`;
}

/**
 * The same integer to be summed. Where the files' statistics prove that no sum over rows reaches 2^53, it
 * stays a double: sums of integers below 2^53 are exact in doubles in any order, and take half the time.
 * What is not finite shows when the sum is cast.
 */
export function scaledSummand(
  scope: Scope,
  failures: Failures,
  expression: Expression,
  scale: number,
): string {
  const { sql, type } = numeric(scope, expression);
  const total = largestSumOf(expression, scope.columns, scale);
  if (type.kind !== "double" || total === null || total >= Number(DOUBLE_EXACT) / 2) {
    return scaledInteger(scope, failures, expression, scale);
  }
  return `round(${scale === 0 ? sql : `${sql} * 1e${scale}`})`;
}

function overflow(scope: Scope, scale: number): Failure {
  return {
    code: "MOMENT_OVERFLOW",
    message: `A value of ${scope.subject.metric ?? "the metric"}, times 10^${scale}, does not fit in 64 bits.`,
    mend: "Declare fewer decimal digits (scale) for this metric, or measure it in a larger unit.",
    subject: scope.subject,
  };
}

/**
 * `safe`: the files' statistics rule out large values. The cast itself still refuses what is not
 * finite, without naming the metric; the reader then asks again without statistics.
 */
function scaledDouble(
  scope: Scope,
  failures: Failures,
  sql: string,
  scale: number,
  safe: boolean,
): string {
  const product = scale === 0 ? sql : `${sql} * 1e${scale}`;
  const integer = `CAST(round(${product}) AS ${scope.dialect.narrow})`;
  if (safe) return integer;
  const { metric, source } = scope.subject;
  const raise = failures.raise({
    code: "VALUE_OUT_OF_SCALE",
    message: `A value of ${metric ?? "the metric"} is not finite, or too large to keep ${scale} decimal digits exactly.`,
    mend: "Filter or correct such values, declare fewer decimal digits (scale), or store the column as a decimal.",
    subject: {
      ...(metric === undefined ? {} : { metric }),
      ...(source === undefined ? {} : { source }),
    },
  });
  return `CASE WHEN NOT abs(${product}) < ${DOUBLE_EXACT} THEN ${raise} ELSE ${integer} END`;
}

function scaledDecimal(
  scope: Scope,
  failures: Failures,
  sql: string,
  type: { readonly width: number; readonly scale: number },
  scale: number,
): string {
  const { dialect } = scope;
  const kept = Math.min(type.scale, scale);
  const rounded = dialect.decimal(sql, 38, kept);
  const whole = kept === 0 ? rounded : `${rounded} * ${power(kept)}`;
  const factor = scale === kept ? "" : ` * ${power(scale - kept)}`;
  const value = `CAST(${whole} AS ${dialect.narrow})${factor}`;
  if (type.width - type.scale + scale <= 18) return value;
  const limit = dialect.literal(String(NARROW_MAX / power(scale) - 1n));
  const bound = dialect.decimal(limit, 38, kept);
  return `CASE WHEN abs(${rounded}) > ${bound} THEN ${failures.raise(overflow(scope, scale))} ELSE ${value} END`;
}
