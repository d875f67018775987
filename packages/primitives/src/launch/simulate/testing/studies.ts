/** Studies with the experiment they plan, of every kind that the gate knows; for property tests and benchmarks of sameness. */
import fc from "fast-check";
import { DEFAULT_CORRELATION } from "../../../design/simulate/correlation.js";
import type {
  SimulatedDimension,
  SimulatedMetric,
  SimulationModel,
} from "../../../design/simulate/model.js";
import type {
  GuardrailPolicy,
  StoppingPlan,
  Study,
  StudyFairness,
  StudyGuardrail,
  StudyMetric,
  Threshold,
} from "../../../shared/vocabulary.js";
import { metric as plainMetric, study as plainStudy } from "../../testing/study.js";
import { metricsOf } from "./evidence.js";

export interface Planned {
  readonly study: Study;
  readonly model: SimulationModel;
  /** True effect of every metric in standard errors at the end. */
  readonly shifts: readonly number[];
  readonly seed: number;
}

const policies: fc.Arbitrary<GuardrailPolicy> = fc.oneof(
  fc.record({
    kind: fc.constant("harm_test" as const),
    correction: fc.constantFrom("none" as const, "bonferroni" as const, "holm" as const),
  }),
  fc.constant({ kind: "non_inferiority" as const }),
  fc.record({
    kind: fc.constant("risk_aware" as const),
    deteriorationAlpha: fc.constantFrom(0.05, 0.1, 0.3),
  }),
  fc.record({
    kind: fc.constant("posterior_breach" as const),
    limit: fc.constantFrom(0.05, 0.2),
  }),
);

const looks = [3, 6, 10, 14];
const plans: fc.Arbitrary<StoppingPlan | null> = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant("fixed_horizon" as const), day: fc.constantFrom(14, null) }),
  fc.record({
    kind: fc.constant("group_sequential" as const),
    looks: fc.constant(looks),
    boundary: fc.constantFrom(
      { family: "lan_demets_obrien_fleming" as const },
      { family: "lan_demets_pocock" as const },
    ),
    futility: fc.constantFrom(null, {
      rule: "beta_spending" as const,
      spending: { family: "lan_demets_obrien_fleming" as const },
      binding: false,
    }),
  }),
  fc.constant({
    kind: "custom_levels" as const,
    looks,
    levels: [0.0001, 0.001, 0.01, 0.05],
  }),
  fc.constant({ kind: "always_valid" as const, day: 5 }),
);

const metrics = fc.record({
  direction: fc.constantFrom("higher_is_better" as const, "lower_is_better" as const),
  alternative: fc.constantFrom("two_sided" as const, "greater" as const, "less" as const),
  transform: fc.constantFrom("identity" as const, "identity" as const, "log" as const),
  kind: fc.constantFrom("mean" as const, "proportion" as const, "rank" as const),
  maturity: fc.constantFrom(
    undefined,
    undefined,
    undefined,
    { days: 3, kind: "open" as const },
    { days: 5, kind: "late" as const },
  ),
});

const DEVIATION = 1;

/** A limit `errors` standard errors of the end away, on the side of harm. */
function limitOf(
  { baseline }: Given,
  metric: StudyMetric,
  errors: number,
  scale: Threshold["scale"],
  error: number,
) {
  const harm = metric.direction === "higher_is_better" ? -1 : 1;
  const size = harm * errors * error;
  if (metric.transform === "log") return { scale: "relative" as const, value: Math.expm1(size) };
  if (metric.kind === "rank" && scale !== "absolute") {
    return { scale: "absolute" as const, value: size };
  }
  if (scale === "absolute") return { scale, value: size };
  return scale === "relative"
    ? { scale, value: size / baseline }
    : { scale, value: baseline + size };
}

const guardrails = fc.array(
  fc.record({
    metric: metrics,
    scale: fc.constantFrom("relative" as const, "absolute" as const, "level" as const),
    errors: fc.integer({ min: 1, max: 60 }).map((tenths) => tenths / 10),
    alpha: fc.constantFrom(0.05, 0.1, 0.3),
    prior: fc.option(fc.record({ mean: fc.constant(0), sd: fc.constant(0.05) })),
    inCohort: fc.boolean(),
    again: fc.boolean(),
  }),
  { maxLength: 4 },
);

const shape = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  policy: policies,
  plan: plans,
  primary: metrics,
  rule: fc.constantFrom("significant" as const, "significant_and_mde" as const),
  mde: fc.constantFrom("relative" as const, "absolute" as const, "both" as const),
  mdeErrors: fc.integer({ min: 1, max: 30 }).map((tenths) => tenths / 10),
  guardrails,
  success: fc.option(metrics),
  deterioration: fc.option(metrics),
  cohorts: fc.option(
    fc.record({
      scale: fc.constantFrom("relative" as const, "absolute" as const),
      errors: fc.integer({ min: 1, max: 150 }).map((tenths) => tenths / 10),
      alpha: fc.constantFrom(0.05, 0.2),
      accept: fc.boolean(),
      rest: fc.boolean(),
      crossed: fc.boolean(),
      fairness: fc.option(
        fc.record({
          floor: fc.constantFrom(null, 0.95, 0.8, 1),
          noLargeRegression: fc.constantFrom(null, 0.03, 0.3),
          pareto: fc.boolean(),
        }),
      ),
    }),
  ),
  treatments: fc.constantFrom(1, 1, 2),
  matureShare: fc.constantFrom(1, 0.6),
  uneven: fc.boolean(),
  abort: fc.boolean(),
  planned: fc.constantFrom("units", "units_and_deviation", "overrun", "none"),
  units: fc.constantFrom(600, 4000),
  /** A small one cannot always be told from zero, and then has no relative change. */
  baseline: fc.constantFrom(2, 2, 2, 0.1),
  power: fc.constantFrom(0.5, 0.8, 0.9),
  intervalAlpha: fc.constantFrom(0.05, 0.1),
  correlation: fc.constantFrom(0, 0.4),
  srmAlpha: fc.constantFrom(0.001, 0.001, 0.001, 0.2),
  /** Towards improvement, in tenths of a standard error: of the primary metric, and of the others. */
  gain: fc.integer({ min: -20, max: 80 }),
  gains: fc.array(fc.integer({ min: -40, max: 50 }), { minLength: 8, maxLength: 8 }),
});

type Given = typeof shape extends fc.Arbitrary<infer Value> ? Value : never;
type GivenMetric = Given["primary"];

const LEVELS = ["a", "b", "c"];
const CROSSED = LEVELS.flatMap((level) => ["x", "y"].map((other) => `${level}:${other}`));
const SHARES = [0.5, 0.3, 0.2];
const LOW_SHARES = [0.4, 0.3, 0.1];

function studyMetric(name: string, given: GivenMetric): StudyMetric {
  const { transform, kind, maturity, ...rest } = given;
  // Only means are compared by logs.
  const own = { ...rest, transform, kind: transform === "log" ? ("mean" as const) : kind };
  return plainMetric(name, maturity === undefined ? own : { ...own, maturity });
}

function armsOf({ treatments, uneven }: Given) {
  const weights = Array.from({ length: treatments + 1 }, (_, at) => (uneven && at === 0 ? 2 : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const arms = weights.map((weight, at) => ({
    name: at === 0 ? "control" : `t${at}`,
    value: `v${at}`,
    share: weight / total,
  }));
  return { control: arms[0] as Study["control"], treatments: arms.slice(1) };
}

const simulated = ({ baseline }: Given, metric: StudyMetric): SimulatedMetric => ({
  name: metric.name,
  baseline: metric.transform === "log" ? 0 : baseline,
  deviation: DEVIATION,
  fraction: 1,
  transform: metric.transform,
});

function stoppingOf(given: Given, baseline: number): Study["stopping"] {
  if (given.plan === null) return null;
  const perArm = { units: 1, units_and_deviation: 1, overrun: 0.7, none: null }[given.planned];
  const known = given.planned === "units_and_deviation" || given.planned === "overrun";
  return {
    plan: given.plan,
    start: null,
    plannedUnitsPerArm: perArm === undefined || perArm === null ? null : perArm * given.units,
    plannedDeviation: known ? DEVIATION : null,
    baseline,
    abortOnBreach: given.abort,
  };
}

function guardrailsOf(given: Given, error: number): StudyGuardrail[] {
  return given.guardrails.map((each, at): StudyGuardrail => {
    const first = given.guardrails[0] as Given["guardrails"][number];
    const again = each.again && at > 0;
    const metric = again ? studyMetric("g0", first.metric) : studyMetric(`g${at}`, each.metric);
    const threshold = limitOf(given, metric, each.errors, each.scale, error);
    const own = { metric, threshold, alpha: each.alpha };
    const within =
      each.inCohort && given.cohorts !== null
        ? { cohorts: [{ cohort: { dimension: "d", level: "b" }, threshold }] }
        : {};
    return { ...own, ...within, ...(each.prior === null ? {} : { prior: each.prior }) };
  });
}

function mdeOf({ mde, mdeErrors, baseline }: Given, metric: StudyMetric, error: number) {
  const size = mdeErrors * error;
  const absolute = mde === "relative" && metric.kind !== "rank" ? null : size;
  if (metric.kind === "rank") return { relative: null, absolute };
  if (metric.transform === "log") return { relative: Math.expm1(size), absolute: null };
  return { relative: mde === "absolute" ? null : size / baseline, absolute };
}

function cohortsOf(given: Given, metric: StudyMetric, error: number): Study["cohorts"] {
  const { cohorts } = given;
  if (cohorts === null) return null;
  return {
    dimensions: [
      { name: "d", levels: LEVELS },
      { name: "e", levels: ["x", "y"] },
      ...(cohorts.crossed ? [{ name: "d:e", levels: CROSSED, of: ["d", "e"] }] : []),
    ],
    threshold: limitOf(given, metric, cohorts.errors, cohorts.scale, error),
    alpha: cohorts.alpha,
    acceptBlindness: cohorts.accept ? ["d=a", "d=b"] : [],
    ...(cohorts.fairness === null ? {} : { fairness: fairnessOf(cohorts.fairness, metric) }),
  };
}

/** Limits lie on the harmful side. */
function fairnessOf(given: StudyFairness, { direction }: StudyMetric): StudyFairness {
  const { noLargeRegression: size } = given;
  const sign = direction === "higher_is_better" ? -1 : 1;
  return { ...given, noLargeRegression: size === null ? null : sign * size };
}

function dimensionsOf(given: Given, study: Study): SimulatedDimension[] {
  const shares = given.cohorts?.rest ? LOW_SHARES : SHARES;
  const { baseline } = simulated(given, study.primary.metric);
  const figures: Record<string, { share: number; deviation: number }> = {
    a: { share: shares[0] as number, deviation: 1.2 },
    b: { share: shares[1] as number, deviation: DEVIATION },
    c: { share: shares[2] as number, deviation: DEVIATION },
    x: { share: 0.5, deviation: 1.1 },
    y: { share: 0.5, deviation: DEVIATION },
  };
  return (study.cohorts?.dimensions ?? []).map(({ name, levels, of = [name] }) => ({
    name,
    of,
    levels: levels.map((level) => {
      const parts = level.split(":");
      const by = (key: "share" | "deviation") =>
        parts.reduce((product, part) => product * (figures[part]?.[key] ?? 1), 1);
      return {
        name: `${name}=${level}`,
        level,
        parts: Object.fromEntries(parts.map((part, at) => [of[at] as string, part])),
        share: by("share"),
        baseline,
        deviation: by("deviation"),
      };
    }),
  }));
}

function modelOf(given: Given, study: Study): SimulationModel {
  const all = [
    study.primary.metric,
    ...(study.success ?? []).map(({ metric }) => metric),
    ...study.guardrails.map(({ metric }) => metric),
    ...(study.deterioration ?? []),
  ];
  const judged = all.filter(
    ({ name }, at) => all.findIndex((metric) => metric.name === name) === at,
  );
  const last = given.plan?.kind === "always_valid" ? 5 : 14;
  const days =
    given.plan === null || given.plan.kind === "fixed_horizon"
      ? [given.plan?.day ?? null]
      : given.plan.kind === "always_valid"
        ? [1, 2, 3, 4, 5]
        : looks;
  const share = (day: number) => Math.max(0, Math.min(1, day / last));
  const readings = [...days, ...(days.at(-1) === last ? [last + 2, last + 5] : [])].map((day) => ({
    day,
    share: day === null ? 1 : share(day),
    mature: [3, 5].map((span) => ({
      days: span,
      share: day === null ? 1 : share(day - span) / share(day),
    })),
  }));
  const arms = [study.control, ...study.treatments];
  return {
    metrics: judged.map((metric) => simulated(given, metric)),
    dimensions: dimensionsOf(given, study),
    correlation: judged.map((_, i) =>
      judged.map((__, j) => (i === j ? 1 : DEFAULT_CORRELATION + given.correlation)),
    ),
    units: arms.map(({ share }) => given.units * arms.length * share),
    readings,
  };
}

export const plannedStudies: fc.Arbitrary<Planned> = shape.map((given) => {
  const error = DEVIATION * Math.sqrt(2 / given.units);
  const metric = studyMetric("m", given.primary);
  const study = plainStudy({
    ...armsOf(given),
    policy: given.policy,
    matureShare: given.matureShare,
    power: given.power,
    intervalAlpha: given.intervalAlpha,
    primary: { metric, mde: mdeOf(given, metric, error), rule: given.rule, alpha: 0.05 },
    guardrails: guardrailsOf(given, error),
    cohorts: cohortsOf(given, metric, error),
    stopping: stoppingOf(given, given.baseline),
    quality: { srmAlpha: given.srmAlpha, multiArmLimit: 0.01, balanceAlpha: 0.001 },
    ...(given.success === null
      ? {}
      : {
          success: [
            {
              metric: studyMetric("s", given.success),
              mde: mdeOf(given, studyMetric("s", given.success), error),
            },
          ],
        }),
    ...(given.deterioration === null
      ? {}
      : { deterioration: [studyMetric("w", given.deterioration)] }),
  });
  const model = modelOf(given, study);
  const metrics = metricsOf(study);
  const shifts = model.metrics.map(({ name }, at) => {
    const sign = metrics.get(name)?.direction === "lower_is_better" ? -1 : 1;
    return (sign * (at === 0 ? given.gain : (given.gains[at] ?? 0)) * error) / 10;
  });
  return { study, model, shifts, seed: given.seed };
});
