/**
 * What an experiment must be able to show, one entry a question of the gate: the primary metric's MDE, each
 * guardrail's limit, the primary metric's limit in each cohort.
 *
 * - Primary: the registered test, times the inflation of the sequential plan.
 * - Guardrail under harm_test: a harm of exactly the limit is seen, by the test the gate uses, with the registered
 *   power. Under non_inferiority: a treatment without effect is shown to be within the limit, one-sided at the
 *   guardrail's own alpha, and primary and guardrails share the type II error, beta / (G + 1), so that the launch as a
 *   whole has the registered power under any dependence (Schultzberg, Ankargren & Franberg 2024). Under risk_aware the
 *   success metrics share alpha as well, and the deterioration tests take their level from beta first:
 *   (beta - alpha-) / (G + 1). posterior_breach is sized as under a flat prior, where it is non-inferiority at its limit.
 *   A proof of several looks is inflated as its plan asks, since each look has a level of its own.
 * - Cohort: a study of its own; its size is divided by the share of the units in it, n_total = arms x n / fraction.
 */
import { betaPerTest, type ComparisonDesign, unitVariance } from "@plumbline/stats";
import {
  furtherSuccess,
  type GuardrailTest,
  guardrailTests,
  superiorityAlpha,
} from "../../shared/policy-levels.js";
import type { Study, StudyMetric, StudySuccess, Threshold } from "../../shared/vocabulary.js";
import { DEFAULTS } from "../defaults.js";
import type { MetricLibrary } from "../metrics.js";
import type { Registration } from "../registration.js";
import {
  type Gap,
  isGap,
  type KnownMetric,
  knownMetric,
  modifiersOf,
  primaryReduction,
  sizeOfLimit,
  turned,
} from "./figures.js";
import { type PlanFacts, planOf } from "./plan.js";

export interface Requirement {
  /** "primary", "success:ctr", "guardrail:csat", "guardrail:csat:locale=JP", "cohort:locale=JP". */
  readonly id: string;
  readonly role: "primary" | "success" | "guardrail" | "cohort";
  readonly metric: string;
  /** improvement: MDE is shown. harm: a harm of the limit is shown. non_inferiority: harm is excluded. */
  readonly question: "improvement" | "harm" | "non_inferiority";
  readonly alpha: number;
  readonly sided: 1 | 2;
  readonly power: number;
  /** Size of the effect or limit in the metric's unit, above 0. */
  readonly effect: number;
  readonly baseline: number | null;
  readonly unit: string | null;
  /** Of one unit, after variance reduction and clustering. */
  readonly unitSd: number;
  readonly varianceReduction: number;
  /** Share of the experiment's units in which it is measured. */
  readonly fraction: number;
  readonly inflation: number;
  readonly design: ComparisonDesign;
}

export interface Unsized extends Gap {
  readonly id: string;
  readonly metric: string;
}

export interface Requirements {
  readonly plan: PlanFacts;
  readonly sized: readonly Requirement[];
  readonly unsized: readonly Unsized[];
  /** Type II error of each test, and whether primary and guardrails share it. */
  readonly betaPerTest: number;
  readonly shared: boolean;
}

export interface SizingInput {
  readonly registration: Registration;
  readonly study: Study;
  readonly library: MetricLibrary | null;
}

interface Frame extends SizingInput {
  readonly plan: PlanFacts;
  readonly power: number;
  readonly reduction: number;
}

interface Question {
  readonly id: string;
  readonly role: Requirement["role"];
  readonly question: Requirement["question"];
  readonly alpha: number;
  readonly power: number;
  readonly known: KnownMetric;
  readonly effect: number | Gap;
  readonly reduction: number;
  readonly fraction: number | Gap;
  /** Of the looks before the end. */
  readonly inflation: number;
}

const sidesOf = (metric: StudyMetric): 1 | 2 => (metric.alternative === "two_sided" ? 2 : 1);

export function missingShape({ metric, baseline }: KnownMetric): Gap {
  const place = `sizing.metrics.${metric.name}`;
  if (metric.kind === "proportion") {
    const told = baseline === null ? "is not known" : "is not between 0 and 1";
    return {
      reason: `the share of "${metric.name}" before the experiment ${told}`,
      mend: `Add ${place}: {baseline: ...}, between 0 and 1.`,
    };
  }
  return {
    reason: `the variance of "${metric.name}" is not known`,
    mend: `Add ${place}: {sd: ...}.`,
  };
}

/** A design whose positive direction is the direction of the question. */
function requirement(frame: Frame, asked: Question): Requirement | Unsized {
  const { known, effect, fraction, question, role, id } = asked;
  const { metric, shape } = known;
  const gap = (found: Gap): Unsized => ({ id, metric: metric.name, ...found });
  if (shape === null) return gap(missingShape(known));
  if (isGap(effect)) return gap(effect);
  if (isGap(fraction)) return gap(fraction);
  const { study, registration } = frame;
  const upIsWorse = metric.direction === "lower_is_better";
  const oriented = turned(shape, question === "harm" ? !upIsWorse : upIsWorse);
  const reach = question === "non_inferiority" ? -effect : effect;
  if (oriented.kind === "proportion") {
    const moved = oriented.baseline + reach;
    if (moved <= 0 || moved >= 1) {
      return gap({
        reason: `the limit would move "${metric.name}" out of the range of a share`,
        mend: "Choose a smaller effect or limit.",
      });
    }
  }
  const sided = question === "non_inferiority" ? 1 : sidesOf(metric);
  const arms = study.treatments.length;
  const claims = role === "primary" || role === "success";
  const { inflation } = asked;
  const modifiers = modifiersOf(registration.sizing, asked.reduction);
  const design: ComparisonDesign = {
    metric: oriented,
    modifiers,
    hypothesis:
      question === "non_inferiority"
        ? { kind: "non_inferiority", margin: effect }
        : { kind: "superiority", sided },
    // The design shares its alpha over the treatment arms, as the gate does for success metrics only.
    alpha: claims ? asked.alpha : Math.min(0.999, asked.alpha * arms),
    allocation: {
      control: study.control.share,
      treatments: study.treatments.map(({ share }) => share),
    },
    inflation,
  };
  return {
    id,
    role,
    metric: metric.name,
    question,
    alpha: claims ? asked.alpha / arms : asked.alpha,
    sided,
    power: asked.power,
    effect,
    baseline: known.baseline,
    unit: metric.unit,
    unitSd: Math.sqrt(unitVariance(oriented, modifiers, 0)),
    varianceReduction: asked.reduction,
    fraction,
    inflation,
    design,
  };
}

/** The primary metric, and each further success metric with the same share of alpha. */
function successQuestions(frame: Frame): Question[] {
  const { study, registration, power, reduction, plan } = frame;
  const further = furtherSuccess(study);
  const alpha = study.primary.alpha / (1 + further.length);
  const { inflation } = plan;
  const ask = (
    { metric, mde }: StudySuccess,
    more: Pick<Question, "id" | "role" | "reduction">,
  ) => {
    const known = knownMetric(registration, metric);
    const fraction = registration.sizing?.metrics?.[metric.name]?.fraction ?? 1;
    const effect = mdeSize(known, mde);
    const question = "improvement" as const;
    return { ...more, question, alpha, power, known, effect, fraction, inflation };
  };
  return [
    ask(study.primary, { id: "primary", role: "primary", reduction }),
    ...further.map((each) => {
      const reduced = ownReduction(knownMetric(registration, each.metric));
      return ask(each, { id: `success:${each.metric.name}`, role: "success", reduction: reduced });
    }),
  ];
}

function mdeSize(known: KnownMetric, mde: StudySuccess["mde"]): number | Gap {
  if (mde.absolute !== null && known.metric.transform === "identity") return mde.absolute;
  if (mde.relative !== null) return sizeOfLimit(known, { scale: "relative", value: mde.relative });
  return {
    reason: "the smallest effect worth shipping is not declared",
    mend: "Add mde_relative or mde_absolute.",
  };
}

const ownReduction = ({ metric, figures }: KnownMetric): number =>
  metric.cuped ? (figures.variance_reduction ?? 0) : 0;

export function declaredFraction(
  registration: Registration,
  dimension: string,
  level: string,
): number | null {
  const given = registration.sizing?.cohorts?.[dimension]?.[level];
  if (given === undefined) return null;
  return typeof given === "number" ? given : given.fraction;
}

/** A metric of the library may be that of one cohort only. */
export function fractionOf(
  { registration, library }: Pick<SizingInput, "registration" | "library">,
  metric: StudyMetric,
): number | Gap {
  const own = registration.sizing?.metrics?.[metric.name]?.fraction;
  if (own !== undefined) return own;
  const cohort = Object.entries(library?.metrics[metric.name]?.cohort ?? {});
  const [first] = cohort;
  if (first === undefined) return 1;
  const [dimension, level] = first;
  const found = cohort.length === 1 ? declaredFraction(registration, dimension, level) : null;
  if (found !== null) return found;
  const names = cohort.map(([name, value]) => `${name} ${value}`).join(" and ");
  return {
    reason: `"${metric.name}" is measured in ${names} only, whose share of the units is not known`,
    mend: `Add sizing.metrics.${metric.name}: {fraction: ...}.`,
  };
}

/** How a guardrail is asked about, and at what level: each must be seen, or each must be proved to hold. */
function guardrailLevel(
  { policy, guardrails }: Study,
  alpha: number,
): Pick<Question, "question" | "alpha"> {
  if (policy.kind === "harm_test") {
    const tests = policy.correction === "none" ? 1 : guardrailTests({ guardrails }).length;
    return { question: "harm", alpha: alpha / tests };
  }
  const own = policy.kind === "posterior_breach" ? policy.limit : alpha;
  return { question: "non_inferiority", alpha: own };
}

/** A posterior probability has no level that looks could share. */
function proofInflation({ study, registration, plan, power }: Frame, alpha: number): number {
  if (study.policy.kind === "harm_test" || study.policy.kind === "posterior_breach") return 1;
  return plan.kind === "custom_levels"
    ? plan.inflation
    : planOf(registration, { sided: 1, alpha, power }).inflation;
}

function guardrailQuestion(frame: Frame, test: GuardrailTest): Question {
  const { study, registration, power } = frame;
  const { metric, threshold, cohort } = test;
  const known = knownMetric(registration, metric);
  const { question, alpha } = guardrailLevel(study, test.alpha);
  const within = cohort === null ? "" : `:${cohort.dimension}=${cohort.level}`;
  return {
    id: `guardrail:${metric.name}${within}`,
    role: "guardrail",
    question,
    alpha,
    power,
    known,
    effect: sizeOfLimit(known, threshold),
    reduction: ownReduction(known),
    fraction: cohort === null ? fractionOf(frame, metric) : levelFraction(registration, cohort),
    inflation: proofInflation(frame, alpha),
  };
}

interface CohortLevel {
  readonly dimension: string;
  readonly level: string;
}

/** Declared cohorts; without any, those whose shares the sizing block names. */
export function cohortLevels({ registration, study }: SizingInput): CohortLevel[] {
  if (study.cohorts !== null) {
    return study.cohorts.dimensions.flatMap(({ name, levels }) =>
      levels.map((level) => ({ dimension: name, level })),
    );
  }
  return Object.entries(registration.sizing?.cohorts ?? {}).flatMap(([dimension, levels]) =>
    Object.keys(levels).map((level) => ({ dimension, level })),
  );
}

/** Harm limit of the primary metric in a cohort. */
export function cohortThreshold(study: Study): Threshold {
  if (study.cohorts !== null) return study.cohorts.threshold;
  const size = DEFAULTS.cohortThresholdRelative.value;
  const worse = study.primary.metric.direction === "lower_is_better" ? -size : size;
  return { scale: "relative", value: worse };
}

function cohortQuestion(frame: Frame, { dimension, level }: CohortLevel): Question {
  const { study, registration, reduction } = frame;
  const whole = knownMetric(registration, study.primary.metric);
  const given = registration.sizing?.cohorts?.[dimension]?.[level];
  const own = typeof given === "object" ? given : null;
  const sd = own?.sd;
  const baseline = own?.baseline ?? whole.baseline;
  const known: KnownMetric = {
    ...whole,
    baseline,
    shape:
      sd !== undefined
        ? { kind: "mean", sd }
        : whole.shape?.kind === "proportion" && baseline !== null
          ? { kind: "proportion", baseline }
          : whole.shape,
  };
  return {
    id: `cohort:${dimension}=${level}`,
    role: "cohort",
    question: "harm",
    alpha: study.cohorts?.alpha ?? study.primary.alpha,
    power: study.power,
    known,
    effect: sizeOfLimit(known, cohortThreshold(study)),
    reduction,
    fraction: levelFraction(registration, { dimension, level }),
    inflation: 1,
  };
}

function levelFraction(
  registration: Registration,
  { dimension, level }: CohortLevel,
): number | Gap {
  return (
    declaredFraction(registration, dimension, level) ?? {
      reason: `the share of the units in ${dimension} ${level} is not known`,
      mend: `Add sizing.cohorts.${dimension}: {${level}: ...}.`,
    }
  );
}

/** Type II error of each test, and whether primary and guardrails share it. */
function betaOf(study: Study): { readonly beta: number; readonly shared: boolean } {
  const { policy, power } = study;
  const tests = guardrailTests(study).length;
  const whole = 1 - power;
  if (policy.kind === "risk_aware") {
    return { beta: betaPerTest(whole, tests, policy.deteriorationAlpha), shared: true };
  }
  const shared = policy.kind !== "harm_test" && tests > 0;
  return { beta: shared ? betaPerTest(whole, tests) : whole, shared };
}

/**
 * Everything the study must be able to show; `reduction` stands in for an undeclared variance reduction. `known`: the plan of the same
 * registration and study, where it is computed already.
 */
export function requirementsOf(
  input: SizingInput,
  reduction?: number,
  known?: PlanFacts,
): Requirements {
  const { registration, study } = input;
  const { metric } = study.primary;
  const { beta, shared } = betaOf(study);
  const power = 1 - beta;
  const test = { sided: sidesOf(metric), alpha: superiorityAlpha(study), power };
  const plan = known ?? planOf(registration, test);
  const assumed = reduction ?? primaryReduction(registration.sizing, metric) ?? 0;
  const frame: Frame = { ...input, plan, power, reduction: assumed };
  const questions = [
    ...successQuestions(frame),
    ...guardrailTests(study).map((test) => guardrailQuestion(frame, test)),
    ...cohortLevels(input).map((level) => cohortQuestion(frame, level)),
  ];
  const all = questions.map((question) => requirement(frame, question));
  return {
    plan,
    sized: all.filter((each): each is Requirement => "design" in each),
    unsized: all.filter((each): each is Unsized => "reason" in each),
    betaPerTest: beta,
    shared,
  };
}
