import { StatsError } from "../errors.js";

/** A difference of means of natural logs, with its limits (null: unbounded on that side). */
export interface LogEffect {
  readonly difference: number;
  readonly ciLower: number | null;
  readonly ciUpper: number | null;
}

/** Relative lift of geometric means, as a fraction; null: unbounded on that side. */
export interface LogLift {
  readonly lift: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * exp(d) - 1 of an effect estimated on the log scale: the relative lift of geometric means (not of
 * means). The limits map one to one, so the coverage carries over exactly.
 * @throws StatsError DOMAIN for a value that is not finite; OVERFLOW when exp is out of range.
 */
export function liftFromLogEffect({ difference, ciLower, ciUpper }: LogEffect): LogLift {
  const limit = (value: number | null) => (value === null ? null : expm1(value));
  return { lift: expm1(difference), lower: limit(ciLower), upper: limit(ciUpper) };
}

function expm1(value: number): number {
  if (!Number.isFinite(value)) {
    throw new StatsError("DOMAIN", "A difference of logs is a finite number.");
  }
  const lift = Math.expm1(value);
  if (!Number.isFinite(lift)) {
    throw new StatsError("OVERFLOW", "The relative lift is larger than the largest number.");
  }
  return lift;
}
