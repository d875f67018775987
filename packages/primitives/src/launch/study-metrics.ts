import type { Study, StudyMetric } from "../shared/vocabulary.js";

/** Every metric once, by name: primary and success, guardrails, deterioration, secondary. */
export function studyMetrics(study: Study): StudyMetric[] {
  const all = [
    study.primary.metric,
    ...(study.success ?? []).map(({ metric }) => metric),
    ...study.guardrails.map((g) => g.metric),
    ...(study.deterioration ?? []),
    ...study.secondary,
  ];
  return all.filter((metric, index) => all.findIndex((m) => m.name === metric.name) === index);
}
