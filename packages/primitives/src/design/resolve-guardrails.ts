/** The guardrails of a registration, with their own cohorts and priors. */
import type { CohortRef, StudyGuardrail, StudyMetric, Threshold } from "../shared/vocabulary.js";
import { lookup } from "./needs.js";
import { ruleOf } from "./policy.js";
import type { RegistrationGuardrail } from "./registration.js";
import { type MetricContext, resolveMetric, resolveThreshold } from "./resolve-metrics.js";

type Path = (string | number)[];

export function resolveGuardrails(context: MetricContext, alpha: number): StudyGuardrail[] {
  return (context.registration.guardrails ?? []).flatMap((guardrail, at) => {
    const path = ["guardrails", at];
    const metric = resolveMetric(context, guardrail, path, "guardrail");
    const threshold = limitOf(
      context,
      guardrail,
      metric,
      path,
      `The guardrail "${guardrail.name}"`,
    );
    if (threshold === null) return [];
    const { collector } = context;
    const given = guardrail.alpha !== undefined;
    const note = given ? null : "the registration's alpha";
    const own = guardrail.alpha ?? alpha;
    const origin = given ? "given" : "derived";
    collector.record(`${guardrail.name}.alpha`, own, origin, "probability", note);
    recordLimit(context, guardrail.name, threshold, metric);
    const cohorts = ownCohorts(context, guardrail, metric, path);
    const prior = priorOf(context, guardrail, threshold, metric, path);
    return [
      {
        metric,
        threshold,
        alpha: own,
        ...(prior === undefined ? {} : { prior }),
        ...(cohorts.length === 0 ? {} : { cohorts }),
      },
    ];
  });
}

function recordLimit(
  { collector }: MetricContext,
  name: string,
  threshold: Threshold,
  metric: StudyMetric,
): void {
  const unit = threshold.scale === "relative" ? "fraction of control" : metric.unit;
  collector.record(`${name}.threshold_${threshold.scale}`, threshold.value, "given", unit);
}

function limitOf(
  { collector }: MetricContext,
  given: Parameters<typeof resolveThreshold>[0],
  metric: StudyMetric,
  path: Path,
  subject: string,
): Threshold | null {
  const threshold = resolveThreshold(given, metric, path, collector);
  if (threshold !== null) return threshold;
  collector.error(
    "registration",
    "THRESHOLD_COUNT",
    path,
    `${subject} has no threshold.`,
    "Add threshold_relative, threshold_absolute, or threshold (a level).",
  );
  return null;
}

function ownCohorts(
  context: MetricContext,
  guardrail: RegistrationGuardrail,
  metric: StudyMetric,
  path: Path,
): { cohort: CohortRef; threshold: Threshold }[] {
  return Object.entries(guardrail.cohorts ?? {}).flatMap(([dimension, levels]) =>
    Object.entries(levels).flatMap(([level, given]) => {
      const at = [...path, "cohorts", dimension, level];
      if (!isDeclared(context, dimension, level, at)) return [];
      const where = `${dimension}=${level}`;
      const subject = `The guardrail "${guardrail.name}" in ${where}`;
      const threshold = limitOf(context, given, metric, at, subject);
      if (threshold === null) return [];
      recordLimit(context, `${guardrail.name}.${where}`, threshold, metric);
      return [{ cohort: { dimension, level }, threshold }];
    }),
  );
}

function isDeclared(
  { registration, collector }: MetricContext,
  dimension: string,
  level: string,
  path: Path,
): boolean {
  const dimensions = registration.cohorts?.dimensions ?? {};
  const found = lookup(dimensions, dimension);
  if (found === null) {
    const names = Object.keys(dimensions);
    const at = path.slice(0, -1);
    collector.unknown(
      "registration",
      "DIMENSION_UNKNOWN",
      at,
      "cohort dimension",
      dimension,
      names,
    );
    return false;
  }
  if (found.levels.includes(level)) return true;
  const noun = `level of "${dimension}"`;
  collector.unknown("registration", "LEVEL_UNKNOWN", path, noun, level, found.levels);
  return false;
}

function priorOf(
  { registration, collector }: MetricContext,
  guardrail: RegistrationGuardrail,
  threshold: Threshold,
  metric: StudyMetric,
  path: Path,
): StudyGuardrail["prior"] {
  const { prior, name } = guardrail;
  if (prior === undefined) return undefined;
  if (ruleOf(registration.guardrail_policy) !== "posterior_breach") {
    collector.error(
      "registration",
      "POLICY_FIELD_UNSUITED",
      [...path, "prior"],
      "A prior decides under posterior_breach only.",
      "Remove prior, or write guardrail_policy: posterior_breach.",
    );
    return undefined;
  }
  const unit = threshold.scale === "relative" ? "fraction of control" : metric.unit;
  collector.record(`${name}.prior_mean`, prior.mean, "given", unit);
  collector.record(`${name}.prior_sd`, prior.sd, "given", unit);
  return prior;
}
