import {
  type Analysis,
  type ArmSummary,
  type Check,
  type Comparison,
  type Effect,
  type Evidence,
  improvementSign,
  type Study,
  type StudyMetric,
  type Threshold,
  type Verdict,
} from "@plumbline/primitives";
import { EXIT_CODES } from "./exit-codes.js";
import { mixDocuments, poolingDocuments } from "./readout-cohorts.js";
import { type Explored, exploratoryCaveat } from "./readout-explored.js";
import { intervalKind, planDocument, registrationState, timingDocument } from "./readout-plan.js";
import { policiesDocument } from "./readout-policies.js";
import {
  READOUT_SCHEMA,
  type Readout,
  type ReadoutAnalysis,
  type ReadoutArm,
  type ReadoutCheck,
  type ReadoutCohort,
  type ReadoutComparison,
  type ReadoutEffect,
  type ReadoutMetric,
  type ReadoutThreshold,
  readoutSchema,
} from "./readout-schema.js";
import { absoluteUnit, RELATIVE_UNIT, valueUnit } from "./units.js";

export interface ReadoutInput {
  readonly study: Study;
  /** As it may be shown at this moment of the plan (`shownEvidence`): its intervals are labelled by the verdict's plan. */
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  /** Cuts that nobody declared; absent or null: none was asked for. */
  readonly explored?: Explored | null;
  /** The statements that made the evidence; empty for an evidence file. */
  readonly statements: readonly { readonly purpose: string; readonly sql: string }[];
  readonly registrationText: string;
  /** Relative to the workspace, so that the document is the same on every machine. */
  readonly registrationPath: string;
  /** Where the numbers came from, in a sentence. */
  readonly dataDescription: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly generatedAt: string;
}

/**
 * The readout document of a decided study. Throws a `ZodError` when a number is not finite: such a
 * number is a defect upstream and must not reach a reader.
 */
export function buildReadout(input: ReadoutInput): Readout {
  const { study, evidence, verdict } = input;
  const readout: Readout = {
    schema: READOUT_SCHEMA,
    generator: { name: "plumbline", version: input.version },
    generated_at: input.generatedAt,
    experiment_id: study.experimentId,
    hypothesis: { h0: study.hypothesis.h0, h1: study.hypothesis.h1 },
    randomization_unit: study.unit,
    verdict: verdict.verdict,
    exit_code: EXIT_CODES[verdict.verdict],
    reason: verdict.reason,
    next: verdict.next,
    shippable_arm: verdict.shippable,
    effects_evaluable: verdict.verdict !== "invalid",
    data: { origin: evidence.origin, description: input.dataDescription },
    interval_level: 1 - study.intervalAlpha,
    interval_kind: intervalKind(verdict.plan),
    timing: timingDocument(evidence),
    plan: planDocument(verdict.plan, study),
    policies: policiesDocument(verdict.policies),
    arms: arms(study, evidence, verdict),
    checks: verdict.checks.map((check) => checkDocument(check, study)),
    metrics: metrics(study, evidence),
    cohorts: cohorts(study, evidence),
    cohort_pooling: poolingDocuments(study, evidence),
    cohort_mix: mixDocuments(study, evidence),
    ...(input.explored ? { exploratory: exploratory(study, input.explored) } : {}),
    quality: evidence.quality.map((finding) => ({
      code: finding.code,
      status: finding.status,
      sentence: finding.sentence,
      subject: finding.subject,
      numbers: Object.fromEntries(
        Object.entries(finding.numbers).map(([name, value]) => [snakeCase(name), value]),
      ),
    })),
    parameters: study.parameters.map((parameter) => ({ ...parameter })),
    sql: input.statements.map(({ purpose, sql }) => ({ purpose, sql })),
    registration: { path: input.registrationPath, text: input.registrationText },
    registration_state: registrationState(evidence),
  };
  return readoutSchema.parse(readout);
}

function arms(study: Study, evidence: Evidence, verdict: Verdict): ReadoutArm[] {
  const units = new Map(evidence.counts.map((count) => [count.arm, count.units]));
  const total = evidence.counts.reduce((sum, count) => sum + count.units, 0);
  return [study.control, ...study.treatments].map((arm, index) => {
    const decided = verdict.arms.find((entry) => entry.treatment === arm.name);
    const count = units.get(arm.name) ?? null;
    return {
      name: arm.name,
      value: arm.value,
      role: index === 0 ? "control" : "treatment",
      intended_share: arm.share,
      units: count,
      observed_share: count === null || total === 0 ? null : count / total,
      verdict: decided?.verdict ?? null,
      reason: decided?.reason ?? null,
      stopped_at: decided?.stoppedAt ?? null,
    };
  });
}

function checkDocument(check: Check, study: Study): ReadoutCheck {
  return {
    id: check.id,
    kind: check.kind,
    status: check.status,
    blocks: check.blocks,
    metric: check.metric,
    treatment: check.treatment,
    cohort: check.cohort && { dimension: check.cohort.dimension, level: check.cohort.level },
    estimate: check.estimate,
    scale: check.scale,
    unit: checkUnit(check, study),
    interval: check.interval && { ...check.interval },
    p_value: check.pValue,
    p_value_is_bound: check.pValueIsBound,
    alpha: check.alpha,
    threshold: check.threshold,
    power_at_threshold: check.powerAtThreshold,
    probability_beyond_threshold: check.probabilityBeyond ?? null,
    code: check.code,
    sentence: check.sentence,
  };
}

function checkUnit(check: Check, study: Study): string | null {
  if (check.scale === null) return null;
  if (check.scale === "relative") return RELATIVE_UNIT;
  if (check.scale === "count") return "count";
  const metric = allMetrics(study).find((entry) => entry.name === check.metric);
  if (metric === undefined) return null;
  return check.scale === "level" ? valueUnit(metric) : absoluteUnit(metric);
}

function allMetrics(study: Study): StudyMetric[] {
  return [
    study.primary.metric,
    ...(study.success ?? []).map(({ metric }) => metric),
    ...study.guardrails.map(({ metric }) => metric),
    ...(study.deterioration ?? []),
    ...study.secondary,
  ];
}

function metrics(study: Study, evidence: Evidence): ReadoutMetric[] {
  const { primary } = study;
  const mde = { ...primary.mde, unit: absoluteUnit(primary.metric) };
  const list: ReadoutMetric[] = [
    metricDocument(study, evidence, primary.metric, { role: "primary", alpha: primary.alpha, mde }),
  ];
  for (const { metric, mde: own } of study.success ?? []) {
    const worth = { ...own, unit: absoluteUnit(metric) };
    const role = { role: "success", alpha: primary.alpha, mde: worth } as const;
    list.push(metricDocument(study, evidence, metric, role));
  }
  for (const { metric, threshold, alpha } of study.guardrails) {
    list.push(metricDocument(study, evidence, metric, { role: "guardrail", alpha, threshold }));
  }
  for (const metric of study.deterioration ?? []) {
    list.push(metricDocument(study, evidence, metric, { role: "deterioration" }));
  }
  for (const metric of study.secondary) {
    list.push(metricDocument(study, evidence, metric, { role: "secondary" }));
  }
  return list;
}

interface MetricRole {
  readonly role: ReadoutMetric["role"];
  readonly alpha?: number;
  readonly threshold?: Threshold;
  readonly mde?: NonNullable<ReadoutMetric["mde"]>;
}

function metricDocument(
  study: Study,
  evidence: Evidence,
  metric: StudyMetric,
  { role, alpha, threshold, mde }: MetricRole,
): ReadoutMetric {
  const found = new Map(
    evidence.comparisons
      .filter((entry) => entry.metric === metric.name && entry.cohort === null)
      .map((entry) => [entry.treatment, entry]),
  );
  return {
    name: metric.name,
    role,
    kind: metric.kind,
    direction: metric.direction,
    unit: metric.unit,
    alternative: metric.alternative,
    transform: metric.transform,
    order: metric.order,
    alpha: alpha ?? null,
    threshold: threshold ? thresholdDocument(threshold, metric) : null,
    mde: mde ?? null,
    comparisons: study.treatments.map(({ name }) =>
      comparisonDocument(metric, name, found.get(name), threshold ?? null, mde ?? null),
    ),
  };
}

function cohorts(study: Study, evidence: Evidence): ReadoutCohort[] {
  const list: ReadoutCohort[] = [];
  const key = (dimension: string, level: string, treatment: string) =>
    JSON.stringify([dimension, level, treatment]);
  const byCohort = new Map<string, Comparison[]>();
  for (const entry of evidence.comparisons) {
    if (entry.cohort === null) continue;
    const at = key(entry.cohort.dimension, entry.cohort.level, entry.treatment);
    byCohort.set(at, [...(byCohort.get(at) ?? []), entry]);
  }
  const known = new Map(allMetrics(study).map((metric) => [metric.name, metric]));
  const primary = study.primary.metric;
  for (const { name: dimension, levels } of study.cohorts?.dimensions ?? []) {
    for (const level of levels) {
      for (const { name: treatment } of study.treatments) {
        const found = byCohort.get(key(dimension, level, treatment)) ?? [];
        const others = found.filter((entry) => entry.metric !== primary.name);
        const own = found.find((entry) => entry.metric === primary.name);
        const limit = study.cohorts?.threshold ?? null;
        list.push(cohortDocument({ dimension, level }, primary, treatment, own, limit));
        for (const other of others) {
          const metric = known.get(other.metric);
          if (metric) {
            const limit = ownLimit(study, metric, dimension, level);
            list.push(cohortDocument({ dimension, level }, metric, treatment, other, limit));
          }
        }
      }
    }
  }
  return list;
}

function exploratory(study: Study, { cuts, comparisons }: Explored): Readout["exploratory"] {
  const known = allMetrics(study);
  const results = comparisons.flatMap((entry) => {
    const metric = known.find(({ name }) => name === entry.metric);
    if (metric === undefined || entry.cohort === null) return [];
    return [cohortDocument(entry.cohort, metric, entry.treatment, entry, null)];
  });
  const caveat = exploratoryCaveat(comparisons, study.intervalAlpha);
  return { caveat, cuts: cuts.map((cut) => ({ ...cut, columns: [...cut.columns] })), results };
}

/** The limit that a guardrail has in one cohort of its own. */
function ownLimit(
  study: Study,
  { name }: StudyMetric,
  dimension: string,
  level: string,
): Threshold | null {
  const own = study.guardrails
    .filter(({ metric }) => metric.name === name)
    .flatMap(({ cohorts = [] }) => cohorts)
    .find(({ cohort }) => cohort.dimension === dimension && cohort.level === level);
  return own?.threshold ?? null;
}

function cohortDocument(
  cohort: { readonly dimension: string; readonly level: string },
  metric: StudyMetric,
  treatment: string,
  comparison: Comparison | undefined,
  threshold: Threshold | null,
): ReadoutCohort {
  return {
    ...cohort,
    metric: metric.name,
    direction: metric.direction,
    threshold: threshold && thresholdDocument(threshold, metric),
    ...comparisonDocument(metric, treatment, comparison, threshold, null),
  };
}

function comparisonDocument(
  metric: StudyMetric,
  treatment: string,
  comparison: Comparison | undefined,
  threshold: Threshold | null,
  mde: ReadoutMetric["mde"],
): ReadoutComparison {
  const analysis = comparison?.analysis ?? null;
  const cuped = comparison?.cuped ?? null;
  const control = analysis?.control.value ?? null;
  return {
    treatment,
    analysis: analysis && analysisDocument(analysis, metric),
    unadjusted: comparison?.unadjusted ? analysisDocument(comparison.unadjusted, metric) : null,
    cuped: cuped && {
      theta: cuped.theta,
      variance_ratio: cuped.varianceRatio,
      coverage: { ...cuped.coverage },
    },
    threshold_relative_equivalent: threshold && relativeThreshold(threshold, metric, control),
    mde_relative_equivalent: mde && relativeMde(mde, metric, control),
    missing: comparison ? comparison.missing : "The evidence holds no result for this comparison.",
  };
}

function analysisDocument(analysis: Analysis, metric: StudyMetric): ReadoutAnalysis {
  return {
    method: analysis.method,
    absolute: analysis.absolute && effectDocument(analysis.absolute, absoluteUnit(metric)),
    relative: analysis.relative && effectDocument(analysis.relative, RELATIVE_UNIT),
    relative_method: analysis.relativeMethod,
    statistic: analysis.statistic && { ...analysis.statistic },
    p_value: analysis.pValue && { value: analysis.pValue.value, is_bound: analysis.pValue.bound },
    control: summaryDocument(analysis.control, valueUnit(metric)),
    treatment: summaryDocument(analysis.treatment, valueUnit(metric)),
  };
}

function effectDocument(effect: Effect, unit: string | null): ReadoutEffect {
  return {
    estimate: effect.estimate,
    standard_error: effect.standardError,
    interval: effect.interval && { ...effect.interval },
    unit,
  };
}

function summaryDocument(summary: ArmSummary, unit: string | null): ReadoutAnalysis["control"] {
  return {
    n: summary.n,
    value: summary.value,
    standard_deviation: summary.standardDeviation,
    standard_error: summary.standardError ?? null,
    unit,
  };
}

function thresholdDocument(threshold: Threshold, metric: StudyMetric): ReadoutThreshold {
  return {
    scale: threshold.scale,
    value: threshold.value,
    unit: threshold.scale === "relative" ? RELATIVE_UNIT : valueUnit(metric),
    harm_side: metric.direction === "higher_is_better" ? "below" : "above",
  };
}

/** Whether a change in the metric's own unit can be told as a share of the control's value. */
function comparable(metric: StudyMetric, control: number | null): control is number {
  const plain = metric.transform === "identity" && metric.kind !== "rank";
  return plain && control !== null && control > 0;
}

function relativeThreshold(
  threshold: Threshold,
  metric: StudyMetric,
  control: number | null,
): number | null {
  if (threshold.scale === "relative") return threshold.value;
  if (!comparable(metric, control)) return null;
  return threshold.scale === "absolute" ? threshold.value / control : threshold.value / control - 1;
}

function relativeMde(
  mde: NonNullable<ReadoutMetric["mde"]>,
  metric: StudyMetric,
  control: number | null,
): number | null {
  const sign = improvementSign(metric.direction);
  if (mde.relative !== null) return sign * mde.relative;
  if (mde.absolute === null || !comparable(metric, control)) return null;
  return (sign * mde.absolute) / control;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
