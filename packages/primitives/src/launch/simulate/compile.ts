/** A study and its planned experiment as one numeric rule: what is drawn, what is tested, and against what. */
import { chiSquareIsf, normalIsf } from "@plumbline/stats";
import { cohortName, declaredLevels } from "../../cohorts/index.js";
import type { SimulationModel } from "../../design/simulate/model.js";
import { guardrailIds } from "../../design/simulate/scenarios.js";
import { improvementSign } from "../../shared/effects.js";
import {
  deteriorationAlpha,
  deteriorationMetrics,
  guardrailTests,
} from "../../shared/policy-levels.js";
import type { Direction, Study, StudyMetric, Threshold } from "../../shared/vocabulary.js";
import { fairnessLimits } from "./fairness.js";
import {
  BREACH,
  NEAR,
  NOT_EVALUABLE,
  type NumericLimit,
  type Status,
  UNDERPOWERED,
} from "./limit.js";
import { type NumericPolicy, numericPolicy } from "./policies.js";
import { claimsOf, type ReadingRule, type RuleFrame, readingRules } from "./rule.js";
import { type DrawShape, drawShape } from "./shape.js";

export interface NumericRule extends RuleFrame {
  readonly readings: readonly ReadingRule[];
  /** Whether harm that is shown ends a run that is still going on. */
  readonly abort: boolean;
  readonly ratio: {
    /** Chi-square above which a sample ratio is fatal. */
    readonly fatal: number;
    /** Above which the policy ships nothing, and the level of that; null: it has no such clause. */
    readonly waits: number | null;
    readonly waitLevel: number | null;
  };
  /** Two-sided quantile that tells a control from zero. */
  readonly coverageZ: number;
  /** Metrics that compare ranks, positions in the model's: they have no relative change. */
  readonly ranks: readonly number[];
}

const blockingOf = (statuses: readonly Status[]): boolean[] =>
  [0, 1, 2, 3, 4].map((status) => statuses.includes(status as Status));

const isUnusable = ({ scale, value }: Threshold, direction: Direction): boolean =>
  scale !== "level" && value * improvementSign(direction) > 0;

type FindSlot = (metric: string, cohort: string | null) => number;

function slotFinder({ slots }: DrawShape, model: SimulationModel): FindSlot {
  return (metric, cohort) =>
    slots.findIndex(
      (slot) => model.metrics[slot.metric]?.name === metric && slot.cohort === cohort,
    );
}

interface LimitInput {
  readonly family: NumericLimit["family"];
  readonly id: string;
  readonly metric: StudyMetric;
  readonly threshold: Threshold;
  readonly alpha: number;
  readonly slot: number;
  readonly blocking: readonly Status[];
}

function numericLimit(input: LimitInput): NumericLimit {
  const { family, id, metric, threshold, alpha, slot, blocking } = input;
  return {
    id,
    family,
    slot,
    scale: threshold.scale,
    threshold: threshold.value,
    sign: improvementSign(metric.direction),
    alpha,
    anyTimeAlpha: alpha,
    twoSided: metric.alternative === "two_sided",
    maturity: metric.maturity ?? null,
    unusable: isUnusable(threshold, metric.direction),
    prior: null,
    blocking: blockingOf(blocking),
  };
}

function guardrailLimits(study: Study, policy: NumericPolicy, find: FindSlot): NumericLimit[] {
  const ids = guardrailIds(study);
  return guardrailTests(study).map(({ metric, threshold, alpha, prior, cohort }, at) => {
    const slot = find(metric.name, cohort === null ? null : cohortName(cohort));
    const id = ids[at] ?? metric.name;
    const { blocking } = policy;
    const family = "guardrail";
    return { ...numericLimit({ family, id, metric, threshold, alpha, slot, blocking }), prior };
  });
}

function deteriorationLimits(study: Study, find: FindSlot): NumericLimit[] {
  const level = deteriorationAlpha(study);
  if (level === null) return [];
  return deteriorationMetrics(study).map((metric) => {
    const base = numericLimit({
      family: "deterioration",
      id: `deterioration:${metric.name}`,
      metric,
      threshold: { scale: "absolute", value: 0 },
      alpha: metric.alternative === "two_sided" ? 2 * level : level,
      slot: find(metric.name, null),
      blocking: [BREACH, NOT_EVALUABLE],
    });
    return { ...base, anyTimeAlpha: level };
  });
}

function cohortLimits(study: Study, find: FindSlot): NumericLimit[] {
  const { cohorts, primary } = study;
  if (cohorts === null) return [];
  return declaredLevels(cohorts).map((cohort) => {
    const name = cohortName(cohort);
    const accepted = cohorts.acceptBlindness.includes(name);
    const blind: readonly Status[] = accepted ? [] : [NEAR, UNDERPOWERED];
    return numericLimit({
      family: "cohort",
      id: `cohort:${name}`,
      metric: primary.metric,
      threshold: cohorts.threshold,
      alpha: cohorts.alpha,
      slot: find(primary.metric.name, name),
      blocking: [...blind, BREACH, NOT_EVALUABLE],
    });
  });
}

function fairnessRules(study: Study, { slots }: DrawShape, find: FindSlot): NumericLimit[] {
  const { cohorts, primary } = study;
  if (cohorts === null) return [];
  const { metric } = primary;
  return fairnessLimits(
    study,
    (id, slot, relative, blocking) =>
      numericLimit({
        family: "fairness",
        id,
        metric,
        threshold: { scale: "relative", value: relative },
        alpha: cohorts.alpha,
        slot,
        blocking,
      }),
    {
      find: (cohort) => find(metric.name, cohort),
      shareOf: (slot) => slots[slot]?.share ?? 1,
    },
  );
}

/** Metrics judged in levels: the primary, and guardrails with cohorts of their own. */
function metricsInLevels(study: Study, model: SimulationModel): number[] {
  const own = guardrailTests(study).flatMap(({ metric, cohort }) =>
    cohort === null ? [] : [model.metrics.findIndex(({ name }) => name === metric.name)],
  );
  return [...new Set([0, ...own])];
}

function rankMetrics(study: Study, model: SimulationModel): number[] {
  const metrics = [
    ...claimsOf(study, () => 0).map(({ of }) => of.metric),
    ...guardrailTests(study).map(({ metric }) => metric),
    ...deteriorationMetrics(study),
  ];
  const ranks = metrics.filter(({ kind }) => kind === "rank").map(({ name }) => name);
  return model.metrics.flatMap(({ name }, at) => (ranks.includes(name) ? [at] : []));
}

/** Null: the policy cannot be simulated. */
export function compileRule(study: Study, model: SimulationModel): NumericRule | null {
  const policy = numericPolicy(study.policy);
  if (policy === null) return null;
  const shape = drawShape(model, metricsInLevels(study, model));
  const find = slotFinder(shape, model);
  const guardrails = guardrailLimits(study, policy, find);
  const limits = [
    ...guardrails,
    ...deteriorationLimits(study, find),
    ...cohortLimits(study, find),
    ...fairnessRules(study, shape, find),
  ];
  const frame: RuleFrame = {
    study,
    model,
    shape,
    policy,
    claims: claimsOf(study, (name) => find(name, null)),
    limits,
    guardrails: guardrails.length,
  };
  const clause = deteriorationAlpha(study);
  const df = study.treatments.length;
  return {
    ...frame,
    readings: readingRules(frame),
    abort: study.stopping?.abortOnBreach ?? true,
    ratio: {
      fatal: chiSquareIsf(study.quality.srmAlpha, df),
      waits: clause === null ? null : chiSquareIsf(clause, df),
      waitLevel: clause,
    },
    coverageZ: normalIsf(study.intervalAlpha / 2),
    ranks: rankMetrics(study, model),
  };
}
