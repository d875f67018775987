/**
 * Reading an analysis: the effect on one scale, its uncertainty, and what its p-value says about one
 * side. Every reader here answers null or "unknown" where the evidence does not say, so that a rule
 * above it can fail closed.
 *
 * Critical values: Student t where the analysis names its degrees of freedom, else the normal.
 */
import { normalCdf, normalIsf, studentTQuantile } from "@plumbline/stats";
import type {
  Alternative,
  Analysis,
  CohortRef,
  Comparison,
  Direction,
  Evidence,
  Interval,
  Threshold,
} from "./vocabulary.js";

export type Scale = Threshold["scale"];
export type Side = "harm" | "improvement";
export type Significance = "shown" | "not_shown" | "unknown";

/** An effect (or, on scale `level`, the treatment arm's own value) with what is known around it. */
export interface ScaledEffect {
  readonly estimate: number;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly df: number | null;
}

/** What the evidence holds for one metric, arm and cohort. */
export type Lookup =
  | { readonly kind: "found"; readonly analysis: Analysis }
  | { readonly kind: "absent"; readonly reason: string };

/** Binary rounding never decides: a limit is passed only by more than this share of itself. */
const ROUNDING = 1e-9;

/** +1 where a larger value is an improvement, -1 where it is harm. */
export function improvementSign(direction: Direction): 1 | -1 {
  return direction === "higher_is_better" ? 1 : -1;
}

/** Finds the one comparison asked for; none, or more than one, is no result. */
export function findResult(
  evidence: Evidence,
  metric: string,
  treatment: string,
  cohort: CohortRef | null,
): Lookup {
  const matching = evidence.comparisons.filter(
    (comparison) =>
      comparison.metric === metric &&
      comparison.treatment === treatment &&
      sameCohort(comparison.cohort, cohort),
  );
  const [only] = matching;
  if (only === undefined) return { kind: "absent", reason: "The evidence does not mention it." };
  if (matching.length > 1) {
    return { kind: "absent", reason: "The evidence holds more than one." };
  }
  return fromComparison(only);
}

function fromComparison(comparison: Comparison): Lookup {
  if (comparison.analysis !== null) return { kind: "found", analysis: comparison.analysis };
  return { kind: "absent", reason: comparison.missing ?? "The evidence does not mention it." };
}

/** Why there is no relative change, where the analysis says so. */
export function relativeGap(analysis: Analysis): string | null {
  if (analysis.relative !== null || analysis.relativeMethod === null) return null;
  return analysis.relativeMethod.replace(/^none: /, "");
}

function sameCohort(a: CohortRef | null, b: CohortRef | null): boolean {
  if (a === null || b === null) return a === b;
  return a.dimension === b.dimension && a.level === b.level;
}

function finiteOrNull(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}

/** The effect on a scale, or null when the analysis does not have it. */
export function effectOnScale(
  analysis: Analysis,
  scale: Scale,
  coverage: number,
): ScaledEffect | null {
  if (scale === "level") return levelOf(analysis, coverage);
  const effect = analysis[scale];
  if (effect === null || !Number.isFinite(effect.estimate)) return null;
  return {
    estimate: effect.estimate,
    standardError: positive(effect.standardError) ?? fromInterval(effect.interval),
    interval: effect.interval,
    df: finiteOrNull(analysis.statistic?.df),
  };
}

/** The treatment arm's own value; its interval is normal, estimate -+ z se, at `coverage`. */
function levelOf(analysis: Analysis, coverage: number): ScaledEffect | null {
  const estimate = finiteOrNull(analysis.treatment.value);
  if (estimate === null) return null;
  const standardError = positive(analysis.treatment.standardError) ?? fromDeviation(analysis);
  const half = standardError === null ? null : normalIsf((1 - coverage) / 2) * standardError;
  const interval =
    half === null ? null : { lower: estimate - half, upper: estimate + half, level: coverage };
  return { estimate, standardError, interval, df: null };
}

function fromDeviation(analysis: Analysis): number | null {
  const { n, standardDeviation } = analysis.treatment;
  const deviation = positive(standardDeviation);
  return deviation === null || n === null || n < 2 ? null : deviation / Math.sqrt(n);
}

function positive(value: number | null | undefined): number | null {
  const finite = finiteOrNull(value);
  return finite !== null && finite > 0 ? finite : null;
}

/** Half width of a bounded two-sided interval over the normal quantile of its coverage. */
function fromInterval(interval: Interval | null): number | null {
  if (interval === null || interval.lower === null || interval.upper === null) return null;
  if (!(interval.level > 0 && interval.level < 1)) return null;
  return positive((interval.upper - interval.lower) / (2 * normalIsf((1 - interval.level) / 2)));
}

/** Critical value of a test of `alpha`; a two-sided test puts half of it on each side. */
function criticalValue(alpha: number, twoSided: boolean, df: number | null): number {
  const tail = twoSided ? alpha / 2 : alpha;
  return df !== null && df > 0 ? studentTQuantile(1 - tail, df) : normalIsf(tail);
}

/**
 * The p-value of "no effect" for one side, from the p-value of the declared alternative: for a
 * two-sided test an effect on the other side shows nothing (1); a one-sided test towards the other
 * side has the complement. A bound stays a bound. Null: not known, or the estimate and a one-sided p-value
 * contradict each other.
 */
export function sidedPValue(
  side: Side,
  analysis: Analysis,
  estimate: number,
  direction: Direction,
  alternative: Alternative,
): { value: number; bound: boolean } | null {
  const given = analysis.pValue;
  if (given === null || !(given.value >= 0 && given.value <= 1)) return null;
  const towards = improvementSign(direction) * (side === "improvement" ? 1 : -1);
  if (alternative === "two_sided") {
    return estimate * towards > 0 ? { ...given } : { value: 1, bound: false };
  }
  const tested = alternative === "greater" ? 1 : -1;
  // A small tail beside an estimate on the other side is no evidence for either.
  if (estimate * tested < 0 && given.value < 0.5) return null;
  if (tested === towards) return { ...given };
  // A bound on one tail bounds the other from below only: enough to say "not shown", never "shown".
  if (given.bound && given.value > 0.5) return null;
  return { value: 1 - given.value, bound: false };
}

/** p against alpha: "p < 0.001" settles alpha 0.05, "p < 0.1" does not. */
export function significance(
  pValue: { readonly value: number; readonly bound: boolean } | null,
  alpha: number,
): Significance {
  if (pValue === null) return "unknown";
  if (pValue.bound) return pValue.value <= alpha ? "shown" : "unknown";
  return pValue.value < alpha ? "shown" : "not_shown";
}

/** Whether the estimate lies beyond the limit on the harmful side; at the limit is not beyond. */
export function isBeyond(estimate: number, limit: number, direction: Direction): boolean {
  const excess = (limit - estimate) * improvementSign(direction);
  return excess > ROUNDING * Math.max(Math.abs(limit), Math.abs(estimate));
}

/**
 * The harmful-side confidence bound: with (1 - tail) confidence harm is not worse than this. From the
 * standard error, else from an interval at least as wide. Null: not known.
 */
export function harmBound(effect: ScaledEffect, tail: number, direction: Direction): number | null {
  const sign = improvementSign(direction);
  if (effect.standardError !== null) {
    return effect.estimate - sign * criticalValue(tail, false, effect.df) * effect.standardError;
  }
  if (effect.interval === null || effect.interval.level < 1 - 2 * tail - ROUNDING) return null;
  return sign > 0 ? effect.interval.lower : effect.interval.upper;
}

/** Power of a test of `alpha` against an effect of exactly `size`, by the normal distribution. */
export function powerAt(
  size: number,
  standardError: number | null,
  alpha: number,
  twoSided: boolean,
): number | null {
  if (standardError === null) return null;
  return normalCdf(Math.abs(size) / standardError - criticalValue(alpha, twoSided, null));
}
