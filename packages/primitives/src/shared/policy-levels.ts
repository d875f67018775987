/**
 * What a policy makes of the registered levels: how many tests share them, and what each one has. Decision rule 2 of
 * Schultzberg, Ankargren & Franberg (2024): success metrics share alpha (any of them may claim the win), guardrails keep
 * theirs (all must hold), deterioration and quality tests share alpha-.
 */
import type {
  CohortRef,
  NormalPrior,
  Study,
  StudyMetric,
  StudySuccess,
  Threshold,
} from "./vocabulary.js";

/** One guardrail test: a metric over everybody, or in one of its own cohorts. */
export interface GuardrailTest {
  readonly metric: StudyMetric;
  readonly threshold: Threshold;
  readonly alpha: number;
  readonly prior: NormalPrior | null;
  readonly cohort: CohortRef | null;
}

/** In registered order, each guardrail followed by its own cohorts. */
export function guardrailTests(study: Pick<Study, "guardrails">): GuardrailTest[] {
  return study.guardrails.flatMap(({ metric, threshold, alpha, prior = null, cohorts = [] }) => [
    { metric, threshold, alpha, prior, cohort: null },
    ...cohorts.map((own) => ({
      metric,
      threshold: own.threshold,
      alpha,
      prior,
      cohort: own.cohort,
    })),
  ]);
}

/** Success metrics beside the primary one; only `risk_aware` has any. */
export function furtherSuccess(study: Study): readonly StudySuccess[] {
  return study.policy.kind === "risk_aware" ? (study.success ?? []) : [];
}

/** Over how many claims the registered alpha of the primary metric is divided: treatment arms times success metrics. */
export function superiorityClaims(study: Study): number {
  return Math.max(1, study.treatments.length) * (1 + furtherSuccess(study).length);
}

/** Level of one success test of one arm over the whole run. */
export const superiorityAlpha = (study: Study): number =>
  study.primary.alpha / superiorityClaims(study);

/** Metrics tested for deterioration, each once: success, guardrail, and those that must only not get worse. */
export function deteriorationMetrics(study: Study): StudyMetric[] {
  if (study.policy.kind !== "risk_aware") return [];
  const all = [
    study.primary.metric,
    ...furtherSuccess(study).map(({ metric }) => metric),
    ...study.guardrails.map(({ metric }) => metric),
    ...(study.deterioration ?? []),
  ];
  return all.filter(({ name }, at) => all.findIndex((metric) => metric.name === name) === at);
}

/** Quality tests of the rule: the sample ratio, and the balance of each covariate of a tested metric. */
export const qualityTests = (study: Study): number =>
  1 + deteriorationMetrics(study).filter(({ cuped }) => cuped).length;

/** One-sided level of each deterioration and quality test, alpha- / (S + G + D + Q); null under other policies. */
export function deteriorationAlpha(study: Study): number | null {
  const { policy } = study;
  if (policy.kind !== "risk_aware") return null;
  return policy.deteriorationAlpha / (deteriorationMetrics(study).length + qualityTests(study));
}
