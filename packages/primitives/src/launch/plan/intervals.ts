/**
 * The evidence as it may be shown at this moment. Between looks every interval and p-value is always-valid (normal-mixture
 * confidence sequence, two-sided, tightest at the planned number of units); at the looks of a plan of several, intervals are
 * repeated ones (Jennison & Turnbull 1989), which hold over all looks together.
 */
import {
  ASYMPTOTIC_MINIMUM_PER_ARM,
  normalIsf,
  rhoForTightestAt,
  sequenceHalfWidth,
  sequencePValue,
  studentTQuantile,
} from "@plumbline/stats";
import type { Analysis, Comparison, Effect, Evidence } from "../../shared/vocabulary.js";

/** Level at which the mixture is tuned; it must not depend on the data or on the level that is read off. */
const TUNING_ALPHA = 0.05;
/** Tightest here where no number of units is registered. */
const REFERENCE_UNITS = 10_000;

/** How one analysis is to be shown. */
export type Reading = (analysis: Analysis) => Analysis;

/** Standard error of an effect, from itself or from its interval. */
function errorOf({ standardError, interval }: Effect): number | null {
  if (standardError !== null) return standardError > 0 ? standardError : null;
  if (interval === null || interval.lower === null || interval.upper === null) return null;
  const half = (interval.upper - interval.lower) / 2;
  return half > 0 ? half / normalIsf((1 - interval.level) / 2) : null;
}

function widen(effect: Effect | null, multiplier: number | null, level: number): Effect | null {
  if (effect === null) return null;
  const error = errorOf(effect);
  if (multiplier === null || error === null) return { ...effect, interval: null };
  const half = multiplier * error;
  return {
    ...effect,
    interval: { lower: effect.estimate - half, upper: effect.estimate + half, level },
  };
}

/** An effect beyond every finite number of standard errors leaves no doubt. */
const pValueOf = (z: number, units: number, rho: number): number =>
  Number.isFinite(z) ? sequencePValue(z, units, rho) : 0;

/** Always-valid reading at two-sided level `alpha`; `plannedUnits`: of both arms together. */
export function alwaysValidReading(alpha: number, plannedUnits: number | null): Reading {
  const rho = rhoForTightestAt(Math.max(1, plannedUnits ?? REFERENCE_UNITS), TUNING_ALPHA);
  return (analysis) => {
    const { control, treatment, absolute, relative } = analysis;
    const known = control.n !== null && treatment.n !== null;
    const units = known ? (control.n ?? 0) + (treatment.n ?? 0) : 0;
    const holds = known && Math.min(control.n ?? 0, treatment.n ?? 0) >= ASYMPTOTIC_MINIMUM_PER_ARM;
    // sigma = sqrt(units) x standard error, so the half width in standard errors is sqrt(units) x unit width.
    const multiplier = holds ? Math.sqrt(units) * sequenceHalfWidth(units, { rho, alpha }) : null;
    const effect = absolute ?? relative;
    const error = effect && errorOf(effect);
    const pValue =
      holds && effect !== null && error !== null
        ? { value: pValueOf(effect.estimate / error, units, rho), bound: false }
        : null;
    return {
      ...analysis,
      method: `${analysis.method}, always-valid`,
      absolute: widen(absolute, multiplier, 1 - alpha),
      relative: widen(relative, multiplier, 1 - alpha),
      pValue,
    };
  };
}

/** Repeated intervals: `nominal` is the two-sided level of this look in a plan of total level `alpha`. */
export function repeatedReading(alpha: number, nominal: number): Reading {
  return (analysis) => {
    const df = analysis.statistic?.df ?? null;
    const multiplier =
      df !== null && df > 0 ? studentTQuantile(1 - nominal / 2, df) : normalIsf(nominal / 2);
    return {
      ...analysis,
      absolute: widen(analysis.absolute, multiplier, 1 - alpha),
      relative: widen(analysis.relative, multiplier, 1 - alpha),
    };
  };
}

/** The comparisons of one treatment read in one way; those of others stay as they are. */
export function readArm(evidence: Evidence, treatment: string, reading: Reading): Evidence {
  const read = (comparison: Comparison): Comparison =>
    comparison.treatment === treatment && comparison.analysis !== null
      ? {
          ...comparison,
          analysis: reading(comparison.analysis),
          unadjusted: comparison.unadjusted && reading(comparison.unadjusted),
        }
      : comparison;
  return { ...evidence, comparisons: evidence.comparisons.map(read) };
}
