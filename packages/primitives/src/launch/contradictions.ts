/**
 * Does a result of an evidence file contradict itself? Such a result decides nothing: the gate would read
 * the half that it happens to look at, and one slip of the pen could ship harm.
 *
 * A p-value and a two-sided interval are two readings of one test: the interval excludes zero iff p is below
 * 1 - its level. Methods differ a little (pooled and unpooled errors, rounding), so a disagreement counts
 * only where p is more than half a standard error away from that level.
 */
import { normalIsf } from "@plumbline/stats";
import type { EvidenceArmFigures, EvidenceResult } from "../design/evidence.js";
import { formatLevel, formatPValue } from "../shared/format.js";
import type { Alternative, Analysis, StudyMetric } from "../shared/vocabulary.js";
import type { Pair } from "./analyses.js";

/** In standard errors. */
const TOLERANCE = 0.5;

export interface EvidenceCase {
  readonly metric: StudyMetric;
  readonly result: EvidenceResult;
  readonly figures: Pair<EvidenceArmFigures | null>;
  /** Units assigned to each arm, by the document; null where it does not say. */
  readonly assigned: Pair<number | null>;
  /** Our own test of the figures, where they suffice for one. */
  readonly tested: Analysis | null;
  /** Coverage of the result's intervals. */
  readonly level: number;
  /** Level below which our own test of the figures counts as shown. */
  readonly alpha: number;
}

/** What contradicts what, in a sentence; null when nothing does. */
export function contradiction(entry: EvidenceCase): string | null {
  const found =
    moreValuesThanUnits(entry) ??
    relativeToNothing(entry) ??
    oppositeSigns(entry) ??
    figuresAgainstEstimate(entry) ??
    pAgainstInterval(entry);
  return found === null ? null : `The figures given contradict each other: ${found}.`;
}

function moreValuesThanUnits({ metric, figures, assigned }: EvidenceCase): string | null {
  // For other kinds n may count observations.
  if (metric.kind !== "mean" && metric.kind !== "proportion") return null;
  const exceeds = (arm: "treatment" | "control") =>
    (figures[arm]?.n ?? 0) > (assigned[arm] ?? Number.POSITIVE_INFINITY);
  return exceeds("treatment") || exceeds("control")
    ? "an arm has more units with a value than were assigned to it"
    : null;
}

function relativeToNothing({ metric, result, figures }: EvidenceCase): string | null {
  const base = figures.control?.value ?? figures.control?.mean;
  if (result.estimate_relative === undefined || base === undefined || base > 0) return null;
  return metric.transform === "log"
    ? null
    : "a relative change is given of a control value that is not above zero";
}

function oppositeSigns({ result }: EvidenceCase): string | null {
  const { estimate_relative: relative, estimate_absolute: absolute } = result;
  if (relative === undefined || absolute === undefined || relative * absolute >= 0) return null;
  return "the relative and the absolute change have opposite signs";
}

/** An adjusted estimate may differ from the figures beside it, but not turn a shown effect round. */
function figuresAgainstEstimate({ result, tested, alpha }: EvidenceCase): string | null {
  const estimate = result.estimate_relative ?? result.estimate_absolute;
  const own = tested?.absolute?.estimate;
  if (estimate === undefined || own === undefined || estimate * own >= 0) return null;
  return (tested?.pValue?.value ?? 1) < alpha
    ? "the estimate has the opposite sign of the change that the figures of the arms show"
    : null;
}

function pAgainstInterval({ metric, result, level }: EvidenceCase): string | null {
  const { p_value: given } = result;
  if (given === undefined) return null;
  const p = twoSided(given.value, metric.alternative);
  const critical = normalIsf((1 - level) / 2);
  const z = p >= 1 ? 0 : p <= 0 ? Number.POSITIVE_INFINITY : normalIsf(p / 2);
  const shown = z > critical + TOLERANCE;
  const notShown = !given.bound && z < critical - TOLERANCE;
  for (const interval of [result.interval_relative, result.interval_absolute]) {
    if (interval === undefined) continue;
    const excludesZero = interval[0] > 0 || interval[1] < 0;
    const text = `${formatPValue(given.value, given.bound)}, and the ${formatLevel(level)} interval`;
    if (shown && !excludesZero) return `${text} holds zero`;
    if (notShown && excludesZero) return `${text} excludes zero`;
  }
  return null;
}

function twoSided(p: number, alternative: Alternative): number {
  return alternative === "two_sided" ? p : 2 * Math.min(p, 1 - p);
}
