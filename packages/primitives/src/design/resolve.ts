/**
 * From documents to a study: every default resolved, every reference followed, every contradiction
 * found. Pure; files are resolved by the caller.
 */
import type { ExposureSpec, MomentPlan, MomentSpec } from "@plumbline/stats";
import { didYouMean, type Problem } from "../shared/problems.js";
import { SRM_CONCENTRATION } from "../shared/srm-concentration.js";
import type { Study, StudyArm, StudyCohorts, StudyMetric } from "../shared/vocabulary.js";
import { checkSizing } from "./cohort-partition.js";
import { Collector } from "./collector.js";
import { DEFAULTS } from "./defaults.js";
import type { EvidenceDocument } from "./evidence.js";
import { checkHoldback } from "./holdback.js";
import { resolveMatureShare } from "./maturity.js";
import type { MetricLibrary } from "./metrics.js";
import { lookup, metricNeeds, sourceSpec } from "./needs.js";
import type { Registration } from "./registration.js";
import { resolveArms, resolveExposure } from "./resolve-arms.js";
import { dimensionSpecs, resolveCohorts, resolvePrimary } from "./resolve-gate.js";
import { resolveGuardrails } from "./resolve-guardrails.js";
import { intersectionSpecs } from "./resolve-intersections.js";
import { type MetricContext, resolveMetric } from "./resolve-metrics.js";
import { resolveDeterioration, resolvePolicy, resolveSuccess } from "./resolve-policy.js";
import { resolveStopping } from "./stopping.js";
import type { WorkspaceDefaults } from "./workspace.js";

export interface ResolveInput {
  readonly registration: Registration;
  /** All sources and metrics of the workspace; null: judged without data. */
  readonly library: MetricLibrary | null;
  /** The evidence file that stands in for data, when there is one. */
  readonly evidence?: EvidenceDocument | null;
  readonly defaults?: WorkspaceDefaults | null;
  /** Roles of the workspace; null: none declared, so none is checked. */
  readonly roles?: readonly string[] | null;
  /** Relative paths and globs of a source to absolute ones. */
  readonly resolveFiles: (files: readonly string[]) => readonly string[];
}

export interface ResolvedStudy {
  /** Null when a problem of severity error was found. */
  readonly study: Study | null;
  /** Null without a library or an exposure block: then only an evidence file can be read. */
  readonly plan: MomentPlan | null;
  readonly problems: readonly Problem[];
}

function checkNames(registration: Registration, collector: Collector): void {
  const seen = new Set([registration.primary_metric.name]);
  const groups = {
    success_metrics: registration.success_metrics,
    guardrails: registration.guardrails,
    deterioration_metrics: registration.deterioration_metrics,
    secondary_metrics: registration.secondary_metrics,
  };
  for (const [group, references] of Object.entries(groups)) {
    (references ?? []).forEach(({ name }, at) => {
      if (seen.has(name)) {
        collector.error(
          "registration",
          "NAME_DUPLICATE",
          [group, at, "name"],
          `The metric "${name}" is named twice.`,
          "Keep it in one place: primary, guardrail or secondary.",
        );
      }
      seen.add(name);
    });
  }
}

function checkStopRule(registration: Registration, collector: Collector): void {
  const looks = registration.stop_rule?.looks ?? [];
  const last = looks.at(-1);
  if (last === undefined || registration.runtime_days === undefined) return;
  if (last > registration.runtime_days) {
    collector.error(
      "registration",
      "LOOKS_INVALID",
      ["stop_rule", "looks", looks.length - 1],
      `The look on day ${last} is after the run of ${registration.runtime_days} days.`,
      "Move the look, or lengthen runtime_days.",
    );
  }
}

function checkRoles(
  registration: Registration,
  roles: readonly string[],
  collector: Collector,
): void {
  (registration.pre_registration?.signed_off_by ?? []).forEach((role, at) => {
    if (roles.includes(role)) return;
    collector.unknown(
      "registration",
      "ROLE_UNKNOWN",
      ["pre_registration", "signed_off_by", at],
      "role",
      role,
      roles,
    );
  });
}

interface PlanParts {
  readonly registration: Registration;
  readonly library: MetricLibrary;
  readonly exposure: ExposureSpec;
  readonly arms: readonly StudyArm[];
  readonly metrics: readonly { metric: StudyMetric; path: readonly (string | number)[] }[];
  readonly cohorts: StudyCohorts | null;
  readonly resolveFiles: ResolveInput["resolveFiles"];
}

function checkCohortFilter(parts: PlanParts, spec: MomentSpec, collector: Collector): void {
  const dimensions = parts.registration.cohorts?.dimensions ?? {};
  for (const { dimension, level } of spec.cohort) {
    const path = ["metrics", spec.id, "cohort", dimension];
    const found = lookup(dimensions, dimension);
    if (found === null) {
      const id = parts.registration.experiment_id;
      const message = `"${spec.id}" is filtered by "${dimension}", which is no cohort dimension of "${id}".`;
      const mend = didYouMean(dimension, Object.keys(dimensions), "cohort dimension");
      collector.error("library", "DIMENSION_UNKNOWN", path, message, mend);
    } else if (!found.levels.includes(level)) {
      collector.unknown(
        "library",
        "LEVEL_UNKNOWN",
        path,
        `level of "${dimension}"`,
        level,
        found.levels,
      );
    }
  }
}

/** Values of other sources can be joined only where both sides know the unit, and its time. */
function checkJoins(
  parts: PlanParts,
  spec: MomentSpec,
  path: readonly (string | number)[],
  collector: Collector,
): void {
  const { library, exposure } = parts;
  const exposureUnit = lookup(library.sources, exposure.source)?.unit ?? null;
  const matures = lookup(library.metrics, spec.id)?.matures_after_days;
  if (matures !== undefined && exposure.time === null) {
    collector.error(
      "registration",
      "WINDOW_NEEDS_TIME",
      path,
      `"${spec.id}" matures ${matures} days after exposure, but the time of exposure is not known.`,
      "Add exposure.time with the column that holds it.",
    );
  }
  for (const value of [spec.value, spec.denominator, spec.covariate]) {
    if (value === null) continue;
    if (value.window !== null && exposure.time === null) {
      collector.error(
        "registration",
        "WINDOW_NEEDS_TIME",
        path,
        `"${spec.id}" has a window relative to exposure, but the time of exposure is not known.`,
        "Add exposure.time with the column that holds it.",
      );
    }
    if (value.source === exposure.source) continue;
    const unit = lookup(library.sources, value.source)?.unit ?? null;
    if (unit !== null && exposureUnit !== null) continue;
    const lacking = unit === null ? value.source : exposure.source;
    collector.error(
      "library",
      "SOURCE_UNIT_MISSING",
      ["sources", lacking],
      `"${spec.id}" joins the sources "${value.source}" and "${exposure.source}", but "${lacking}" has no unit column.`,
      "Add unit: with the column that holds the unit's id.",
    );
  }
}

function momentSpecs(parts: PlanParts, collector: Collector): MomentSpec[] {
  const { library, registration } = parts;
  return parts.metrics.flatMap(({ metric, path }) => {
    const entry = lookup(library.metrics, metric.name);
    if (entry === null) return [];
    const own =
      metric.name === registration.primary_metric.name ? registration.cuped?.covariate : undefined;
    const covariate = own === undefined ? null : { name: own, path: ["cuped", "covariate"] };
    const spec = metricNeeds(
      library,
      entry,
      { id: metric.name, covariate, cuped: metric.cuped },
      collector,
    );
    if (spec === null) return [];
    checkCohortFilter(parts, spec, collector);
    checkJoins(parts, spec, path, collector);
    const given = entry.decimals !== undefined;
    collector.record(
      `${metric.name}.decimals`,
      spec.value.scale,
      given ? "given" : "default",
      "decimal digits",
      given ? null : "0 for counts and true/false values, else 6",
    );
    return [spec];
  });
}

type GivenParts = Omit<PlanParts, "library" | "exposure"> & {
  readonly library: MetricLibrary | null;
  readonly exposure: ExposureSpec | null;
};

/** Null without a library or an exposure block. */
function buildPlan(given: GivenParts, collector: Collector): MomentPlan | null {
  const { registration, library, exposure, arms } = given;
  if (library === null || exposure === null) return null;
  const parts: PlanParts = { ...given, library, exposure };
  const dimensions = dimensionSpecs(registration, exposure.source, library, collector);
  const metrics = momentSpecs(parts, collector);
  const used = new Set([exposure.source, ...dimensions.map(({ source }) => source)]);
  for (const { value, denominator, covariate } of metrics) {
    for (const part of [value, denominator, covariate]) if (part) used.add(part.source);
  }
  const sources = [...used].flatMap((id) => {
    const source = lookup(library.sources, id);
    return source === null ? [] : [sourceSpec(id, source, parts.resolveFiles)];
  });
  const intersections = intersectionSpecs(parts.cohorts?.dimensions ?? []);
  return {
    sources,
    exposure,
    arms: arms.map(({ name, value }) => ({ id: name, value })),
    dimensions,
    ...(intersections.length === 0 ? {} : { intersections }),
    metrics,
  };
}

function resolveLevels(
  registration: Registration,
  defaults: WorkspaceDefaults,
  collector: Collector,
) {
  const alpha = collector.choose("alpha", registration.alpha, defaults.alpha, DEFAULTS.alpha);
  const power = collector.choose("power", registration.power, defaults.power, DEFAULTS.power);
  const level = collector.choose(
    "interval_level",
    registration.interval_level,
    defaults.interval_level,
    DEFAULTS.intervalLevel,
  );
  const quality = {
    srmAlpha: collector.choose("srm_alpha", undefined, defaults.srm_alpha, DEFAULTS.srmAlpha),
    multiArmLimit: collector.choose(
      "multi_arm_limit",
      undefined,
      defaults.multi_arm_limit,
      DEFAULTS.multiArmLimit,
    ),
    balanceAlpha: collector.choose(
      "balance_alpha",
      undefined,
      defaults.balance_alpha,
      DEFAULTS.balanceAlpha,
    ),
  };
  const why =
    "of the sequential sample-ratio test: sharpest for shifts of about one percentage point";
  collector.record("srm_concentration", SRM_CONCENTRATION, "default", "units", why);
  // 1 - 0.95 is 0.050000000000000044 in binary; the level was written in decimals.
  return { alpha, power, intervalAlpha: Number((1 - level).toPrecision(12)), quality };
}

function checkExposure(input: ResolveInput, collector: Collector): void {
  checkHoldback(input.registration, input.library, collector);
  if (input.registration.exposure !== undefined || input.library === null || input.evidence) return;
  collector.warning(
    "registration",
    "EXPOSURE_MISSING",
    [],
    "Without an exposure block no data can be read for this registration.",
    "Add exposure: with the source and arm column, or give an evidence file.",
  );
}

function recordCuped(
  context: MetricContext,
  metrics: readonly { readonly metric: StudyMetric }[],
): void {
  const { collector, fromData, registration } = context;
  const stated = registration.cuped?.enabled;
  const used = metrics.some(({ metric }) => metric.cuped);
  if (stated === undefined) {
    collector.record("cuped.enabled", used, "derived", null, "whether a metric has a covariate");
    return;
  }
  collector.record("cuped.enabled", stated, "given");
  if (!stated || used || !fromData) return;
  collector.error(
    "registration",
    "COVARIATE_MISSING",
    ["cuped"],
    "CUPED is enabled, but no metric has a covariate from before exposure.",
    "Name one as cuped.covariate, or write enabled: false.",
  );
}

/** Every metric of the study with the place that names it. */
function measuredMetrics(
  study: Pick<Study, "primary" | "guardrails" | "secondary"> &
    Required<Pick<Study, "success" | "deterioration">>,
): PlanParts["metrics"] {
  const { primary, success, guardrails, deterioration, secondary } = study;
  return [
    { metric: primary.metric, path: ["primary_metric"] },
    ...success.map(({ metric }, at) => ({ metric, path: ["success_metrics", at] })),
    ...guardrails.map(({ metric }, at) => ({ metric, path: ["guardrails", at] })),
    ...deterioration.map((metric, at) => ({ metric, path: ["deterioration_metrics", at] })),
    ...secondary.map((metric, at) => ({ metric, path: ["secondary_metrics", at] })),
  ];
}

/** Resolves a registration. Never throws for documents that their schemas accepted. */
export function resolveStudy(input: ResolveInput): ResolvedStudy {
  const { registration, library } = input;
  const defaults = input.defaults ?? {};
  const collector = new Collector();
  checkNames(registration, collector);
  checkStopRule(registration, collector);
  checkSizing(registration, collector);
  if (input.roles) checkRoles(registration, input.roles, collector);
  checkExposure(input, collector);

  const context: MetricContext = {
    registration,
    library,
    evidence: input.evidence ?? null,
    fromData: library !== null && registration.exposure !== undefined,
    collector,
  };
  const { alpha, power, intervalAlpha, quality } = resolveLevels(registration, defaults, collector);
  const arms = resolveArms(registration, collector);
  const primary = resolvePrimary(context, defaults, alpha);
  const { policy, stakes, otherPolicies } = resolvePolicy(registration, collector, power);
  const success = resolveSuccess(context, primary.rule);
  const guardrails = resolveGuardrails(context, alpha);
  const deterioration = resolveDeterioration(context);
  const secondary = (registration.secondary_metrics ?? []).map((reference, at) =>
    resolveMetric(context, reference, ["secondary_metrics", at], "secondary"),
  );
  const cohorts = resolveCohorts(context, defaults, primary.metric, alpha);
  const exposure = resolveExposure(registration, library, collector);
  const metrics = measuredMetrics({ primary, success, guardrails, deterioration, secondary });
  recordCuped(context, metrics);
  const { resolveFiles } = input;
  const parts = { registration, library, exposure, arms, metrics, cohorts, resolveFiles };
  const plan = buildPlan(parts, collector);

  const [control, ...treatments] = arms;
  if (collector.failed || control === undefined) {
    return { study: null, plan: null, problems: collector.problems };
  }
  const study: Study = {
    experimentId: registration.experiment_id,
    hypothesis: registration.hypothesis,
    unit: registration.randomization_unit,
    control,
    treatments,
    power,
    intervalAlpha,
    primary,
    guardrails,
    secondary,
    cohorts,
    policy,
    ...(success.length === 0 ? {} : { success }),
    ...(deterioration.length === 0 ? {} : { deterioration }),
    otherPolicies,
    stakes,
    stopping: resolveStopping(registration, primary, collector),
    ...resolveMatureShare(registration.mature_share, metrics, collector),
    quality,
    parameters: collector.parameters,
  };
  return { study, plan, problems: collector.problems };
}
