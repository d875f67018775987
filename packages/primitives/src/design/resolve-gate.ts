/** The primary metric, the guardrails and the cohorts: what the gate decides on. */
import type { DimensionSpec } from "@plumbline/stats";
import { expressionColumns } from "../shared/expression.js";
import type { StudyCohorts, StudyMetric, StudyPrimary } from "../shared/vocabulary.js";
import type { Collector } from "./collector.js";
import { DEFAULTS } from "./defaults.js";
import type { MetricLibrary } from "./metrics.js";
import { lookup, outcomeColumns } from "./needs.js";
import { ruleOf } from "./policy.js";
import type { Registration, RegistrationDimension } from "./registration.js";
import { resolveFairness } from "./resolve-fairness.js";
import { resolveIntersections } from "./resolve-intersections.js";
import { type MetricContext, resolveMetric, resolveThreshold } from "./resolve-metrics.js";
import type { WorkspaceDefaults } from "./workspace.js";

/** mde_relative x baseline and mde_absolute may differ by rounding, not by more. */
const MDE_TOLERANCE = 0.01;

function checkMde(registration: Registration, metric: StudyMetric, collector: Collector): void {
  const { mde_relative: relative, mde_absolute: absolute, primary_metric: primary } = registration;
  for (const [key, value] of [
    ["mde_relative", relative],
    ["mde_absolute", absolute],
  ] as const) {
    if (value === undefined) continue;
    const worse = value === 0 || (value < 0 && metric.direction === "higher_is_better");
    if (worse) {
      collector.error(
        "registration",
        "MDE_DIRECTION",
        [key],
        `${key} ${value} is no improvement: "${metric.name}" is ${metric.direction}.`,
        "Write the size of the smallest improvement worth shipping, e.g. 0.03 for 3 %.",
      );
    }
  }
  const baseline = primary.baseline_estimate;
  if (relative !== undefined && absolute !== undefined && baseline !== undefined) {
    const implied = Math.abs(relative * baseline);
    if (Math.abs(implied - Math.abs(absolute)) > MDE_TOLERANCE * Math.abs(absolute)) {
      collector.error(
        "registration",
        "MDE_INCONSISTENT",
        ["mde_absolute"],
        `mde_relative ${relative} of the baseline ${baseline} is ${Number(implied.toPrecision(6))}, but mde_absolute is ${absolute}.`,
        "Make the two agree, or keep one.",
      );
    }
  }
}

export function resolvePrimary(
  context: MetricContext,
  defaults: WorkspaceDefaults,
  alpha: number,
): StudyPrimary {
  const { registration, collector } = context;
  const metric = resolveMetric(context, registration.primary_metric, ["primary_metric"], "primary");
  const rule = collector.choose(
    "primary_rule",
    registration.primary_rule,
    defaults.primary_rule,
    ruleOf(registration.guardrail_policy) === "risk_aware"
      ? DEFAULTS.primaryRuleRiskAware
      : DEFAULTS.primaryRule,
  );
  checkMde(registration, metric, collector);
  const { mde_relative: relative, mde_absolute: absolute } = registration;
  if (rule === "significant_and_mde" && relative === undefined && absolute === undefined) {
    collector.error(
      "registration",
      "MDE_MISSING",
      [],
      "The smallest effect worth shipping is not declared.",
      "Add mde_relative or mde_absolute, or primary_rule: significant.",
    );
  }
  if (metric.transform === "log" && relative === undefined && absolute !== undefined) {
    collector.error(
      "registration",
      "THRESHOLD_ON_LOG",
      ["mde_absolute"],
      `"${metric.name}" compares logs, so mde_absolute has no meaning for it.`,
      "Use mde_relative.",
    );
  }
  if (relative !== undefined)
    collector.record("mde_relative", relative, "given", "fraction of control");
  if (absolute !== undefined) collector.record("mde_absolute", absolute, "given", metric.unit);
  const size = (value: number | undefined): number | null =>
    value === undefined ? null : Math.abs(value);
  return { metric, mde: { relative: size(relative), absolute: size(absolute) }, rule, alpha };
}

export function resolveCohorts(
  context: MetricContext,
  defaults: WorkspaceDefaults,
  metric: StudyMetric,
  alpha: number,
): StudyCohorts | null {
  const { collector, registration } = context;
  const { cohorts } = registration;
  if (cohorts === undefined) return null;
  const declared = Object.entries(cohorts.dimensions).map(([name, { levels }]) => ({
    name,
    levels,
  }));
  const dimensions = [...declared, ...resolveIntersections(registration, declared, collector)];
  const known = dimensions.flatMap(({ name, levels }) => levels.map((level) => `${name}=${level}`));
  (cohorts.accept_blindness ?? []).forEach((cohort, at) => {
    if (known.includes(cohort)) return;
    collector.unknown(
      "registration",
      "ACCEPT_BLINDNESS_UNKNOWN",
      ["cohorts", "accept_blindness", at],
      "declared cohort",
      cohort,
      known,
    );
  });
  const given = resolveThreshold(cohorts, metric, ["cohorts"], collector);
  const base = defaults.cohort_threshold_relative ?? DEFAULTS.cohortThresholdRelative.value;
  const mirrored = metric.direction === "higher_is_better" ? base : -base;
  const threshold = given ?? { scale: "relative" as const, value: mirrored };
  const why =
    defaults.cohort_threshold_relative === undefined
      ? DEFAULTS.cohortThresholdRelative.why
      : "the workspace's default";
  collector.record(
    `cohorts.threshold_${threshold.scale}`,
    threshold.value,
    given === null ? "default" : "given",
    threshold.scale === "relative" ? "fraction of control" : metric.unit,
    given === null ? why : null,
  );
  const own = cohorts.alpha !== undefined;
  collector.record(
    "cohorts.alpha",
    cohorts.alpha ?? alpha,
    own ? "given" : "derived",
    "probability",
    own ? null : "the registration's alpha",
  );
  const fairness = resolveFairness(context, metric);
  return {
    dimensions,
    threshold,
    alpha: cohorts.alpha ?? alpha,
    acceptBlindness: cohorts.accept_blindness ?? [],
    ...(fairness === undefined ? {} : { fairness }),
  };
}

function dimensionSpec(
  id: string,
  given: RegistrationDimension,
  exposureSource: string,
  library: MetricLibrary,
  collector: Collector,
): DimensionSpec | null {
  const path = ["cohorts", "dimensions", id];
  const sourceName = given.source ?? exposureSource;
  const source = lookup(library.sources, sourceName);
  if (source === null) {
    if (given.source !== undefined) {
      collector.unknown(
        "registration",
        "SOURCE_UNKNOWN",
        [...path, "source"],
        "source",
        sourceName,
        Object.keys(library.sources),
      );
    }
    return null;
  }
  if (
    sourceName !== exposureSource &&
    (source.grain !== "unit" || (source.unit ?? null) === null)
  ) {
    collector.error(
      "registration",
      "DIMENSION_SOURCE_UNSUITED",
      [...path, "source"],
      `The dimension "${id}" needs one value a unit, and the source "${sourceName}" does not have that.`,
      "Use the exposure source, or a source with grain: unit and a unit column.",
    );
    return null;
  }
  const value = given.value ?? { kind: "column" as const, name: given.column ?? id };
  const outcomes = outcomeColumns(library, sourceName);
  const column = expressionColumns(value).find((each) => outcomes.has(each));
  if (column !== undefined) {
    const at = given.value !== undefined ? "value" : given.column !== undefined ? "column" : null;
    collector.error(
      "registration",
      "COHORT_AFTER_EXPOSURE",
      at === null ? path : [...path, at],
      `"${column}" is an outcome of the metric "${outcomes.get(column)}", so cohorts by it are decided after exposure.`,
      "Use a value known before exposure, or remove the dimension.",
    );
    return null;
  }
  return {
    id,
    source: sourceName,
    value,
    levels: given.levels,
    measuredAt: given.measured_at ?? null,
  };
}

/** The cohort dimensions as the warehouse reads them. */
export function dimensionSpecs(
  registration: Registration,
  exposureSource: string,
  library: MetricLibrary,
  collector: Collector,
): DimensionSpec[] {
  return Object.entries(registration.cohorts?.dimensions ?? {}).flatMap(
    ([id, given]) => dimensionSpec(id, given, exposureSource, library, collector) ?? [],
  );
}
