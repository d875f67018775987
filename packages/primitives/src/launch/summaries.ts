/**
 * Evidence from summary statistics of another platform. Figures per arm are tested by our own methods
 * where they suffice; an estimate given by the platform is taken as given, and what it leaves out is
 * derived where that can be done (see `given.ts`). What cannot be derived stays null.
 */
import { StatsError } from "@plumbline/stats";
import type { EvidenceArmFigures, EvidenceDocument, EvidenceResult } from "../design/evidence.js";
import { formatList } from "../shared/format.js";
import { cohortNamed } from "../shared/intersections.js";
import type {
  Analysis,
  Comparison,
  Evidence,
  QualityFinding,
  Study,
  StudyMetric,
} from "../shared/vocabulary.js";
import {
  type AnalysisSettings,
  analyseProportion,
  analyseSummaries,
  type Pair,
} from "./analyses.js";
import { cohortEvidence } from "./cohorts/index.js";
import { contradiction } from "./contradictions.js";
import { givenAnalysis } from "./given.js";
import { qualityFinding } from "./quality.js";
import { sampleRatioFinding } from "./srm.js";
import { studyMetrics } from "./study-metrics.js";

/** Results of metrics that the study does not name are left out, and said so in the quality findings. */
export function evidenceFromSummaries(study: Study, document: EvidenceDocument): Evidence {
  const metrics = studyMetrics(study);
  const comparisons = document.results.flatMap((result) => {
    const metric = metrics.find((entry) => entry.name === result.metric);
    if (metric === undefined) return [];
    return treatmentsOf(study, result).map((arm) => compare(study, document, result, metric, arm));
  });
  const cohorts = cohortEvidence(study, comparisons);
  return {
    origin: document.platform ?? "evidence file",
    counts: Object.entries(document.arms).map(([arm, { n }]) => ({ arm, units: n })),
    quality: qualityOf(study, document, metrics),
    comparisons,
    ...(cohorts === undefined ? {} : { cohorts }),
  };
}

/** The arms a result speaks of: the one it names, else every treatment arm with figures, else the only one. */
function treatmentsOf(study: Study, result: EvidenceResult): string[] {
  if (result.treatment_arm !== undefined) return [result.treatment_arm];
  const names = study.treatments.map((arm) => arm.name);
  const figures = result.by_arm;
  const listed = names.filter((name) => figures !== undefined && Object.hasOwn(figures, name));
  const estimated =
    result.estimate_relative !== undefined || result.estimate_absolute !== undefined;
  // One estimate cannot speak for several arms; without a name it speaks for none of them.
  if (estimated || listed.length === 0) return names.length === 1 ? names : [];
  return listed;
}

function compare(
  study: Study,
  document: EvidenceDocument,
  result: EvidenceResult,
  metric: StudyMetric,
  treatment: string,
): Comparison {
  const cohort = cohortNamed(result.cohort ?? {}, study.cohorts?.dimensions ?? []);
  const where = { metric: metric.name, treatment, cohort };
  const arms = figuresOf(study, result, treatment);
  const settings: AnalysisSettings = {
    alternative: metric.alternative,
    transform: metric.transform,
    alpha: study.intervalAlpha,
  };
  const tested = testFigures(metric, arms, settings);
  const coverage = result.interval_level ?? document.interval_level;
  const against = contradiction({
    metric,
    result,
    figures: arms,
    assigned: assignedUnits(study, document, treatment),
    tested,
    level: coverage,
    alpha: study.intervalAlpha,
  });
  if (against !== null) {
    return { ...where, analysis: null, unadjusted: null, cuped: null, missing: against };
  }
  const given = givenAnalysis(metric, result, arms, coverage, study.intervalAlpha);
  const certain = given !== null && given.pValue !== null;
  const analysis = certain || tested === null ? given : tested;
  return {
    ...where,
    analysis,
    unadjusted: certain ? tested : null,
    cuped: null,
    missing: analysis === null ? "The figures given do not make an effect." : null,
  };
}

function assignedUnits(
  study: Study,
  { arms }: EvidenceDocument,
  treatment: string,
): Pair<number | null> {
  const of = (arm: string) => (Object.hasOwn(arms, arm) ? (arms[arm]?.n ?? null) : null);
  return { treatment: of(treatment), control: of(study.control.name) };
}

function figuresOf(
  study: Study,
  result: EvidenceResult,
  treatment: string,
): Pair<EvidenceArmFigures | null> {
  const figures = result.by_arm ?? {};
  const own = (arm: string) => (Object.hasOwn(figures, arm) ? (figures[arm] ?? null) : null);
  return { treatment: own(treatment), control: own(study.control.name) };
}

/** Our own test of the figures, or null where they do not suffice for one. */
function testFigures(
  metric: StudyMetric,
  { treatment, control }: Pair<EvidenceArmFigures | null>,
  settings: AnalysisSettings,
): Analysis | null {
  if (treatment === null || control === null) return null;
  // A mean of users' values is not a ratio of sums, a quantile or a rank.
  if (metric.kind !== "mean" && metric.kind !== "proportion") return null;
  try {
    const [t, c] = [successesOf(metric, treatment), successesOf(metric, control)];
    if (t !== null && c !== null) return analyseProportion({ treatment: t, control: c }, settings);
    const [st, sc] = [summaryOf(treatment), summaryOf(control)];
    if (st === null || sc === null) return null;
    return analyseSummaries({ treatment: st, control: sc }, settings, "Welch t");
  } catch (error) {
    if (error instanceof StatsError) return null;
    throw error;
  }
}

function successesOf(metric: StudyMetric, { n, successes, mean, sd }: EvidenceArmFigures) {
  if (n === undefined || n < 1) return null;
  if (successes !== undefined) return { successes, n };
  const isRate = metric.kind === "proportion" && sd === undefined;
  return isRate && mean !== undefined && mean >= 0 && mean <= 1 ? { successes: mean * n, n } : null;
}

function summaryOf({ n, mean, sd }: EvidenceArmFigures) {
  if (n === undefined || mean === undefined || sd === undefined) return null;
  return { n, mean, variance: sd * sd };
}

function qualityOf(
  study: Study,
  document: EvidenceDocument,
  metrics: readonly StudyMetric[],
): QualityFinding[] {
  return [
    armRatio(study, document),
    ...emptyArms(study, document),
    ...unknownArms(study, document),
    ...cohortRatio(study),
    ...unregistered(document, metrics),
  ];
}

function armRatio(study: Study, document: EvidenceDocument): QualityFinding {
  const { arms } = document;
  const registered = [study.control, ...study.treatments].map((arm) => arm.name);
  const lacking = registered.filter((name) => !Object.hasOwn(arms, name));
  if (lacking.length > 0) {
    const sentence = `The evidence gives no number of units for ${formatList(lacking)}, so the sample ratio cannot be tested.`;
    return qualityFinding("srm", "not_evaluable", null, sentence);
  }
  const counts = Object.entries(arms).map(([arm, { n }]) => ({ arm, units: n }));
  return sampleRatioFinding(study, counts, null);
}

function emptyArms(study: Study, { arms }: EvidenceDocument): QualityFinding[] {
  return [study.control, ...study.treatments]
    .filter(({ name }) => Object.hasOwn(arms, name) && arms[name]?.n === 0)
    .map(({ name }) =>
      qualityFinding("empty_arm", "fatal", name, `No unit was exposed to ${name}.`, { units: 0 }),
    );
}

function unknownArms(study: Study, document: EvidenceDocument): QualityFinding[] {
  const registered = [study.control, ...study.treatments].map((arm) => arm.name);
  const used = document.results.flatMap((result) => [
    ...Object.keys(result.by_arm ?? {}),
    ...(result.treatment_arm === undefined ? [] : [result.treatment_arm]),
  ]);
  const named = new Set([...Object.keys(document.arms), ...used]);
  const unknown = [...named].filter((arm) => !registered.includes(arm));
  if (unknown.length === 0) return [];
  const sentence = `The evidence names ${unknown.length === 1 ? "an arm" : "arms"} that the registration does not: ${formatList(unknown)}.`;
  return [qualityFinding("unknown_arm", "fatal", null, sentence, { arms: unknown.length })];
}

function cohortRatio(study: Study): QualityFinding[] {
  if (study.cohorts === null) return [];
  const sentence =
    "An evidence file has no number of units by cohort: the sample ratio is tested over everybody only.";
  return [qualityFinding("srm_cohort", "warning", null, sentence)];
}

function unregistered(
  document: EvidenceDocument,
  metrics: readonly StudyMetric[],
): QualityFinding[] {
  const named = new Set(document.results.map((result) => result.metric));
  const others = [...named].filter((name) => !metrics.some((metric) => metric.name === name));
  if (others.length === 0) return [];
  const sentence = `Left out, because the registration does not name ${others.length === 1 ? "it" : "them"}: ${formatList(others)}.`;
  return [
    qualityFinding("unregistered_metric", "note", null, sentence, { metrics: others.length }),
  ];
}
