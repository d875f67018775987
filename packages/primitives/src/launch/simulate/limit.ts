/** One test of the gate as numbers, and what it says. The rules are those of `shared/`; a property test holds the two together. */
import type { NormalPrior, StudyMaturity, Threshold } from "../../shared/vocabulary.js";

/** Statuses of a check, as small numbers. */
export const CLEAR = 0;
export const NEAR = 1;
export const BREACH = 2;
export const UNDERPOWERED = 3;
export const NOT_EVALUABLE = 4;
export type Status = 0 | 1 | 2 | 3 | 4;

/** What only the fairness rules hold. */
export interface FairnessPart {
  readonly rule: "floor" | "regression" | "pareto";
  /** Of the primary metric over everybody. */
  readonly whole: number;
  /** Least share of the value over everybody; floor only. */
  readonly floor: number;
  /** Share of the level in what the whole is a mean over; 0: not a mean. */
  readonly share: number;
  /** Levels of the dimension, and the number of each one's own limit among the limits; pareto only. */
  readonly slots: readonly number[];
}

/** What a test is about, at whatever moment. */
export interface NumericLimit {
  /** "guardrail:csat", "deterioration:csat", "cohort:locale=JP", as the gate names its check. */
  readonly id: string;
  readonly family: "guardrail" | "deterioration" | "cohort" | "fairness";
  readonly slot: number;
  readonly scale: Threshold["scale"];
  readonly threshold: number;
  /** +1 where larger is better. */
  readonly sign: 1 | -1;
  /** The level over the whole run that the p-value is held against. */
  readonly alpha: number;
  /** The same for an always-valid p-value. */
  readonly anyTimeAlpha: number;
  readonly twoSided: boolean;
  /** When a unit's value is complete; null: at once. */
  readonly maturity: StudyMaturity | null;
  /** The limit lies on the side of improvement, where it limits nothing. */
  readonly unusable: boolean;
  /** Null: flat. */
  readonly prior: NormalPrior | null;
  /** Statuses that keep a launch from shipping, by number. */
  readonly blocking: readonly boolean[];
  /** Of a fairness rule; absent: a limit of one effect. */
  readonly fairness?: FairnessPart;
}

/** One test at one reading. Critical values are of z, counted in the direction that the test looks for. */
export interface NumericTest {
  readonly alpha: number;
  /** Passed by a larger z only. */
  readonly critical: number;
  /** False: there are too few units for this kind of test to say anything. */
  readonly known: boolean;
  /** The test is an always-valid one. */
  readonly anyTime: boolean;
  /** Standard errors to the bound that a harm test holds against the limit. */
  readonly fixed: number;
  /** Standard errors to the bound of a proof; null: no interval is wide enough for it. */
  readonly proof: number | null;
  /** Standard errors that a harm of the limit must be worth for the registered power; 0: any. */
  readonly powered: number;
  /** p-value of z; null: not known. */
  readonly pValueOf: (z: number) => number | null;
  /** The same test at another level. */
  readonly at: (alpha: number) => NumericTest;
}

/** One effect on the scale of its limit, as drawn. */
export interface LimitReading {
  readable: boolean;
  estimate: number;
  error: number;
  /** Towards harm. */
  z: number;
}

/** Effects of one treatment at one reading, slot by slot. */
export interface Effects {
  /** treatment - control, and its standard error. */
  readonly difference: Float64Array;
  readonly error: Float64Array;
  /** (treatment - control) / control and its standard error; NaN: there is none. */
  readonly relative: Float64Array;
  readonly relativeError: Float64Array;
  /** Of the treatment arm itself. */
  readonly value: Float64Array;
  readonly valueError: Float64Array;
}

/** Binary rounding never decides, as in `shared/effects.ts`. */
const ROUNDING = 1e-9;

/** Beyond the limit on the harmful side; at the limit is not beyond. */
export function isBeyondLimit(estimate: number, threshold: number, sign: 1 | -1): boolean {
  const size = Math.max(Math.abs(threshold), Math.abs(estimate));
  return (threshold - estimate) * sign > ROUNDING * size;
}

/** Harm beyond the limit and shown; see `harmTest`. */
export function judgeHarm(limit: NumericLimit, test: NumericTest, read: LimitReading): Status {
  if (!read.readable) return NOT_EVALUABLE;
  const { threshold, sign } = limit;
  if (isBeyondLimit(read.estimate, threshold, sign)) {
    if (!test.known) return NOT_EVALUABLE;
    return read.z > test.critical ? BREACH : NEAR;
  }
  if (Math.abs(threshold) >= test.powered * read.error) return CLEAR;
  const bound = read.estimate - sign * test.fixed * read.error;
  return isBeyondLimit(bound, threshold, sign) ? UNDERPOWERED : CLEAR;
}

/** Harm excluded; see `testNonInferiority`. `vetoes`: harm that is beyond the limit and shown is a breach. */
export function judgeProof(
  { threshold, sign }: NumericLimit,
  test: NumericTest,
  read: LimitReading,
  vetoes: boolean,
): Status {
  if (!read.readable) return NOT_EVALUABLE;
  if (isBeyondLimit(read.estimate, threshold, sign)) {
    return vetoes && test.known && read.z > test.critical ? BREACH : NEAR;
  }
  if (test.proof === null) return NOT_EVALUABLE;
  const bound = read.estimate - sign * test.proof * read.error;
  return isBeyondLimit(bound, threshold, sign) ? UNDERPOWERED : CLEAR;
}

/** Worse than in control at all; see `judgeDeterioration`. */
export function judgeWorse(test: NumericTest, read: LimitReading): Status {
  if (!read.readable || !test.known) return NOT_EVALUABLE;
  return read.z > test.critical && read.z > 0 ? BREACH : CLEAR;
}
