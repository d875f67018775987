import { requireDomain, requirePositive, StatsError } from "../errors.js";

/** Looks beyond this number gain nothing; a longer or open horizon belongs to always-valid methods. */
export const MAX_LOOKS = 50;

/** Neighbouring looks closer than this (relative) are one look for every practical purpose. */
const MIN_RELATIVE_STEP = 1e-6;

export function requireFinite(value: number, name: string): void {
  requireDomain(Number.isFinite(value), `${name} must be a finite number, not ${value}.`);
}

/** Information at the looks: positive, strictly increasing, 1 to 50 of them. */
export function requireInformation(t: readonly number[]): void {
  requireDomain(
    t.length >= 1 && t.length <= MAX_LOOKS,
    `A plan has 1 to ${MAX_LOOKS} looks, not ${t.length}.`,
    "Use a confidence sequence when the horizon is longer or open.",
  );
  let previous = 0;
  for (const value of t) {
    requirePositive(value, "Information at a look");
    requireDomain(
      value - previous > MIN_RELATIVE_STEP * value,
      `Information must grow from look to look, but ${value} follows ${previous}.`,
      "Put the looks in order and drop those that added no data.",
    );
    previous = value;
  }
}

/** Information rates of a design: as `requireInformation`, and the last one is 1. */
export function requireRates(t: readonly number[]): void {
  requireInformation(t);
  requireDomain(
    t[t.length - 1] === 1,
    `The last information rate must be 1, not ${t[t.length - 1]}.`,
    "State every look as a fraction of the full sample; the last look has all of it.",
  );
}

/** Value at an index known to exist; a missing one is a defect of the caller's arrays. */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) {
    throw new StatsError(
      "DOMAIN",
      `The arrays of looks differ in length: nothing stands at position ${index}.`,
      "Give one value for each look in every array.",
    );
  }
  return value;
}
