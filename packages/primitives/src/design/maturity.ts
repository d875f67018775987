/** When a unit's value of a metric is complete, by the metric library. */
import type { Parameter, StudyMaturity, StudyMetric } from "../shared/vocabulary.js";
import type { Collector } from "./collector.js";
import { DEFAULTS } from "./defaults.js";
import type { LibraryMetric } from "./metrics.js";
import { isBeforeExposure } from "./needs.js";

export interface ResolvedMaturity {
  readonly maturity: StudyMaturity;
  readonly origin: Parameter["origin"];
  readonly note: string | null;
}

/** Null: complete at once, or before exposure. */
export function maturityOf(metric: LibraryMetric): ResolvedMaturity | null {
  const given = metric.matures_after_days;
  if (given !== undefined) {
    return { maturity: { days: given, kind: "late" }, origin: "given", note: null };
  }
  if (isBeforeExposure(metric)) return null;
  // A denominator takes the metric's window unless it has its own source or window, as in needs.ts.
  const windows = [metric.window, metric.denominator?.window].flatMap((window) => window ?? []);
  const days = Math.max(0, ...windows.map(({ toDays }) => toDays));
  if (days === 0) return null;
  const late = windows.some(({ fromDays }) => fromDays > 0);
  const note = late ? "its window begins after exposure" : "its window closes then";
  return { maturity: { days, kind: late ? "late" : "open" }, origin: "derived", note };
}

/** The share of units that must be mature; nothing where nothing matures. */
export function resolveMatureShare(
  given: number | undefined,
  metrics: readonly { readonly metric: StudyMetric }[],
  collector: Collector,
): { readonly matureShare?: number } {
  if (given === undefined && metrics.every(({ metric }) => metric.maturity === undefined))
    return {};
  return { matureShare: collector.choose("mature_share", given, undefined, DEFAULTS.matureShare) };
}
