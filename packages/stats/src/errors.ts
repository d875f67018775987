/**
 * Every reason for which a statistical function refuses to answer. UNIDENTIFIED: the input is valid, and the data
 * say nothing, or too little, about what is asked.
 */
export type StatsErrorCode = "DOMAIN" | "NO_CONVERGENCE" | "SINGULAR" | "OVERFLOW" | "UNIDENTIFIED";

/**
 * A statistical function was asked for something that it cannot answer. It never answers NaN instead.
 *
 * `message` says what is wrong in one sentence, `mend` how to put it right.
 */
export class StatsError extends Error {
  readonly code: StatsErrorCode;
  readonly mend: string;

  constructor(code: StatsErrorCode, message: string, mend = "Check the value and try again.") {
    super(message);
    this.name = "StatsError";
    this.code = code;
    this.mend = mend;
  }
}

/** Throws a `DOMAIN` error unless `holds`. */
export function requireDomain(holds: boolean, message: string, mend?: string): asserts holds {
  if (!holds) throw new StatsError("DOMAIN", message, mend);
}

/** Throws a `DOMAIN` error unless `value` is a finite number above zero. */
export function requirePositive(value: number, name: string): void {
  requireDomain(
    Number.isFinite(value) && value > 0,
    `${name} must be a finite number above 0, not ${value}.`,
    "Use a value above 0.",
  );
}

/** Throws a `DOMAIN` error unless `value` is a probability; the ends 0 and 1 are allowed. */
export function requireProbability(value: number, name: string): void {
  requireDomain(
    value >= 0 && value <= 1,
    `${name} must be a probability from 0 to 1, not ${value}.`,
    "Write it as a fraction, never as a percentage.",
  );
}

/** Throws a `DOMAIN` error unless `value` is strictly between 0 and 1. */
export function requireOpenProbability(value: number, name: string): void {
  requireDomain(
    value > 0 && value < 1,
    `${name} must lie strictly between 0 and 1, not ${value}.`,
    "Write it as a fraction, never as a percentage.",
  );
}
