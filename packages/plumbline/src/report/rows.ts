/**
 * What both the terminal and the page draw: one forest row per metric or cohort and treatment, with
 * its status, and the shared axis. Rows keep their declared order.
 */
import {
  effectPhrase,
  formatAbsoluteEffect,
  formatCount,
  formatMetricValue,
  formatPercent,
  formatRelativeEffect,
} from "./format.js";
import type {
  Readout,
  ReadoutAnalysis,
  ReadoutCheck,
  ReadoutCohort,
  ReadoutComparison,
  ReadoutMetric,
  ReadoutStatus,
  ReadoutThreshold,
} from "./readout-schema.js";

/** `ungated`: shown, never part of the gate. */
export type RowStatus = ReadoutStatus | "ungated";

export interface Span {
  readonly estimate: number;
  /** Null: unbounded, or no interval at all when `bounded` is false. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly hasInterval: boolean;
}

export interface ForestRow {
  readonly key: string;
  readonly label: string;
  /** The treatment arm, named only where there are several. */
  readonly arm: string | null;
  /** Role, then limit and smallest worthwhile effect: "guardrail · limit −1.0 %". */
  readonly detail: string;
  readonly status: RowStatus;
  readonly statusText: string;
  readonly relative: Span | null;
  readonly unadjusted: Span | null;
  /** What the second estimate is; absent: the unadjusted one. */
  readonly secondText?: string;
  readonly threshold: number | null;
  readonly harmSide: "below" | "above" | null;
  readonly mde: number | null;
  /** Relative effect, or the absolute one where no relative exists, or null. */
  readonly effectText: string | null;
  readonly unadjustedText: string | null;
  /** Units of both arms, when both are known. */
  readonly n: number | null;
  readonly missing: string | null;
  readonly comparison: ReadoutComparison;
}

export interface ForestGroup {
  /** Null for the metrics; the dimension's name for cohorts. */
  readonly dimension: string | null;
  readonly rows: readonly ForestRow[];
  readonly axis: Axis | null;
}

export interface Axis {
  readonly lower: number;
  readonly upper: number;
}

export const STATUS_WORDS: Readonly<Record<RowStatus, string>> = {
  clear: "clear",
  near: "near",
  breach: "breach",
  underpowered: "underpowered",
  not_evaluable: "not evaluable",
  ungated: "not gated",
};

/**
 * Where the general word would mislead: a primary metric that is only not significant breaches nothing,
 * and a quality check is never near a limit.
 */
const WORDS_BY_KIND: Readonly<Partial<Record<string, Partial<Record<RowStatus, string>>>>> = {
  primary: { breach: "not met" },
  quality: { near: "warning", breach: "fatal" },
  registration: { clear: "locked", breach: "not locked" },
};

/** Where the run goes on, a primary metric that is not decided has a result like any other. */
const WORDS_BY_CODE: Readonly<Partial<Record<string, string>>> = {
  primary_not_a_look: "not judged",
  primary_not_yet: "not yet",
  primary_not_yet_at_mde: "not yet",
  primary_futile: "futile",
};

/** The word for a status; `kind` is that of the check, or the role of the metric; `code` that of the check. */
export const statusWord = (status: RowStatus, kind: string, code = ""): string =>
  WORDS_BY_CODE[code] ?? WORDS_BY_KIND[kind]?.[status] ?? STATUS_WORDS[status];

export const STATUS_ICONS: Readonly<Record<RowStatus, string>> = {
  clear: "✓",
  near: "!",
  breach: "✕",
  underpowered: "?",
  not_evaluable: "–",
  ungated: "○",
};

export const INVALID_WORDS = "not evaluable: data invalid";

export function metricGroup(readout: Readout): ForestGroup {
  const several = severalTreatments(readout);
  const rows = readout.metrics.flatMap((metric) =>
    metric.comparisons.map((comparison) => metricRow(readout, metric, comparison, several)),
  );
  return { dimension: null, rows, axis: axisOf(rows) };
}

/** Rows of one metric over the levels of one dimension. */
export interface LevelGroup extends ForestGroup {
  readonly metric: string;
}

function byMetric(
  cohorts: readonly ReadoutCohort[],
  row: (cohort: ReadoutCohort) => ForestRow,
): LevelGroup[] {
  const groups = new Map<string, ReadoutCohort[]>();
  for (const cohort of cohorts) {
    const key = JSON.stringify([cohort.dimension, cohort.metric]);
    const held = groups.get(key);
    if (held === undefined) groups.set(key, [cohort]);
    else held.push(cohort);
  }
  return [...groups.values()].flatMap((held) => {
    const [first] = held;
    if (first === undefined) return [];
    const rows = held.map(row);
    return [{ dimension: first.dimension, metric: first.metric, rows, axis: axisOf(rows) }];
  });
}

/** Every metric but the primary one, in each declared cohort; metrics in their declared order. */
export function otherCohortGroups(readout: Readout, dimension: string): LevelGroup[] {
  const several = severalTreatments(readout);
  const [primary, ...others] = readout.metrics.map(({ name }) => name);
  const held = readout.cohorts.filter(
    (cohort) => cohort.dimension === dimension && cohort.metric !== primary,
  );
  const place = new Map(others.map((name, at) => [name, at]));
  return byMetric(held, (cohort) => cohortRow(readout, cohort, several)).sort(
    (a, b) => (place.get(a.metric) ?? 0) - (place.get(b.metric) ?? 0),
  );
}

/** Every metric in each level of each cut that nobody declared. No check is ever held against these. */
export function exploredGroups(readout: Readout): LevelGroup[] {
  const several = severalTreatments(readout);
  return byMetric(readout.exploratory?.results ?? [], (cohort) =>
    forestRow(cohort, {
      key: `exploratory:${cohort.dimension}=${cohort.level}:${cohort.metric}@${cohort.treatment}`,
      label: cohort.level,
      arm: several ? cohort.treatment : null,
      detail: "",
      status: rowStatus(readout, undefined, true),
      statusText: readout.effects_evaluable ? "exploratory" : STATUS_WORDS.not_evaluable,
      harmSide: null,
    }),
  );
}

/** The primary metric in each declared cohort. */
export function cohortGroups(readout: Readout): ForestGroup[] {
  const several = severalTreatments(readout);
  const primary = readout.metrics[0]?.name;
  const shown = readout.cohorts.filter((cohort) => cohort.metric === primary);
  const dimensions = [...new Set(shown.map((cohort) => cohort.dimension))];
  return dimensions.map((dimension) => {
    const rows = shown
      .filter((cohort) => cohort.dimension === dimension)
      .map((cohort) => cohortRow(readout, cohort, several));
    return { dimension, rows, axis: axisOf(rows) };
  });
}

export function severalTreatments(readout: Readout): boolean {
  return readout.arms.filter((arm) => arm.role === "treatment").length > 1;
}

/** The status to show: with invalid data no check about an effect says anything. */
export function shownStatus(readout: Readout, check: ReadoutCheck): ReadoutStatus {
  const ownFacts = check.kind === "quality" || check.kind === "registration";
  return readout.effects_evaluable || ownFacts ? check.status : "not_evaluable";
}

/** The word for the status of a check as it is shown. */
export function checkWord(readout: Readout, check: ReadoutCheck): string {
  const status = shownStatus(readout, check);
  return status === check.status
    ? statusWord(status, check.kind, check.code)
    : STATUS_WORDS[status];
}

export function checkWords(readout: Readout, check: ReadoutCheck): string {
  const hidden = !readout.effects_evaluable && shownStatus(readout, check) === "not_evaluable";
  return hidden ? INVALID_WORDS : checkWord(readout, check);
}

/** Which check says how a metric of a role stands; a metric tested for deterioration as well has its own check first. */
const CHECK_OF_ROLE: Readonly<Record<ReadoutMetric["role"], (check: ReadoutCheck) => boolean>> = {
  primary: ({ kind }) => kind === "primary",
  success: ({ kind }) => kind === "primary",
  guardrail: ({ id }) => id.startsWith("guardrail:"),
  deterioration: ({ id }) => id.startsWith("deterioration:"),
  secondary: () => false,
};

function metricRow(
  readout: Readout,
  metric: ReadoutMetric,
  comparison: ReadoutComparison,
  several: boolean,
): ForestRow {
  const check = readout.checks.find(
    (entry) =>
      CHECK_OF_ROLE[metric.role](entry) &&
      entry.metric === metric.name &&
      entry.cohort === null &&
      (entry.treatment ?? comparison.treatment) === comparison.treatment,
  );
  const mde = comparison.mde_relative_equivalent;
  const status = rowStatus(readout, check, metric.role === "secondary");
  const detail = [
    metric.role,
    metric.threshold && `limit ${thresholdText(metric.threshold)}`,
    metric.threshold && ownUnits(metric.threshold, comparison),
    mde === null ? null : `smallest worthwhile ${formatPercent(mde, { plus: true })}`,
  ];
  return forestRow(comparison, {
    key: `${metric.name}@${comparison.treatment}`,
    label: metric.name,
    arm: several ? comparison.treatment : null,
    detail: detail.filter((part) => part !== null).join(" · "),
    status,
    statusText: check ? checkWord(readout, check) : statusWord(status, metric.role),
    harmSide: metric.threshold?.harm_side ?? null,
  });
}

function cohortRow(readout: Readout, cohort: ReadoutCohort, several: boolean): ForestRow {
  const primary = readout.metrics[0]?.name;
  const isPrimary = cohort.metric === primary;
  const check = readout.checks.find(
    (entry) =>
      entry.kind === "cohort" &&
      entry.cohort?.dimension === cohort.dimension &&
      entry.cohort.level === cohort.level &&
      (entry.metric ?? cohort.metric) === cohort.metric &&
      (entry.treatment ?? cohort.treatment) === cohort.treatment,
  );
  const status = rowStatus(readout, check, !isPrimary);
  const detail = [
    isPrimary ? null : cohort.metric,
    cohort.threshold && `limit ${thresholdText(cohort.threshold)}`,
  ];
  return forestRow(cohort, {
    key: `${cohort.dimension}=${cohort.level}:${cohort.metric}@${cohort.treatment}`,
    label: cohort.level,
    arm: several ? cohort.treatment : null,
    detail: detail.filter((part) => part !== null).join(" · "),
    status,
    statusText: statusWord(status, "cohort"),
    harmSide: cohort.threshold?.harm_side ?? null,
  });
}

function rowStatus(readout: Readout, check: ReadoutCheck | undefined, free: boolean): RowStatus {
  if (!readout.effects_evaluable) return "not_evaluable";
  if (check) return check.status;
  return free ? "ungated" : "not_evaluable";
}

function forestRow(
  comparison: ReadoutComparison,
  head: Pick<ForestRow, "key" | "label" | "arm" | "detail" | "status" | "statusText" | "harmSide">,
): ForestRow {
  const { analysis, unadjusted, threshold_relative_equivalent: threshold } = comparison;
  return {
    ...head,
    relative: span(analysis),
    unadjusted: span(unadjusted),
    threshold,
    mde: comparison.mde_relative_equivalent,
    effectText: effectText(analysis, threshold),
    unadjustedText: effectText(unadjusted, threshold),
    n: totalUnits(analysis),
    missing: analysis === null ? (comparison.missing ?? "No result.") : null,
    comparison,
  };
}

function span(analysis: ReadoutAnalysis | null): Span | null {
  const effect = analysis?.relative;
  if (!effect) return null;
  const { interval } = effect;
  return {
    estimate: effect.estimate,
    lower: interval?.lower ?? null,
    upper: interval?.upper ?? null,
    hasInterval: interval !== null,
  };
}

function effectText(analysis: ReadoutAnalysis | null, limit: number | null): string | null {
  if (analysis?.relative) return effectPhrase(formatRelativeEffect(analysis.relative, limit));
  if (analysis?.absolute) return effectPhrase(formatAbsoluteEffect(analysis.absolute));
  return null;
}

function totalUnits(analysis: ReadoutAnalysis | null): number | null {
  const control = analysis?.control.n ?? null;
  const treatment = analysis?.treatment.n ?? null;
  return control === null || treatment === null ? null : control + treatment;
}

/** Where the limit is in the metric's own unit, so is what is held against it. */
function ownUnits(limit: ReadoutThreshold, comparison: ReadoutComparison): string | null {
  const { analysis } = comparison;
  if (limit.scale === "relative" || analysis === null) return null;
  if (limit.scale === "level") {
    const { value, unit } = analysis.treatment;
    return value === null ? null : `treatment at ${formatMetricValue(value, unit)}`;
  }
  return analysis.absolute && `effect ${effectPhrase(formatAbsoluteEffect(analysis.absolute))}`;
}

/** "−1.0 %", "+50 ms", "at most 800 ms". */
export function thresholdText(threshold: ReadoutThreshold): string {
  if (threshold.scale === "relative") return formatPercent(threshold.value, { plus: true });
  const size = formatMetricValue(threshold.value, threshold.unit);
  if (threshold.scale === "absolute") return threshold.value > 0 ? `+${size}` : size;
  return `${threshold.harm_side === "above" ? "at most" : "at least"} ${size}`;
}

export function unitsText(row: ForestRow): string {
  return row.n === null ? "–" : formatCount(row.n);
}

/**
 * The shared axis holds zero, every limit and every estimate that is not far outside the rest; wide
 * intervals are cut with an arrow rather than squeezing all others. Null when no row has an effect.
 */
export function axisOf(rows: readonly ForestRow[]): Axis | null {
  const spans = rows.flatMap((row) => [row.relative, row.unadjusted]).filter((s) => s !== null);
  if (spans.length === 0) return null;
  const reach = spans.map((s) =>
    Math.max(Math.abs(s.estimate), Math.abs(s.lower ?? 0), Math.abs(s.upper ?? 0)),
  );
  reach.sort((a, b) => a - b);
  const typical = reach[Math.floor((reach.length - 1) / 2)] ?? 0;
  const marks = rows.flatMap((row) => [row.threshold, row.mde]).filter((m) => m !== null);
  const limit = Math.max(3 * typical, 1.5 * median(marks.map(Math.abs)), 1e-6);
  const points = [0, ...marks, ...spans.flatMap((s) => [s.estimate, s.lower ?? 0, s.upper ?? 0])];
  const inside = points.map((point) => Math.min(limit, Math.max(-limit, point)));
  const lower = Math.min(...inside);
  const upper = Math.max(...inside);
  const pad = (upper - lower || limit) * 0.06;
  return { lower: lower - pad, upper: upper + pad };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
