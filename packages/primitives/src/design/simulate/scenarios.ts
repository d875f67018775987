/** The truths under which a rule is judged: what every metric does to the units of the first treatment arm. */
import { improvementSign } from "../../shared/effects.js";
import { type GuardrailTest, guardrailTests } from "../../shared/policy-levels.js";
import type { CohortRef, Study, Threshold } from "../../shared/vocabulary.js";
import { effectAtLimit } from "./figures.js";
import type { SimulatedLevel, SimulatedMetric, SimulationModel } from "./model.js";

export interface Scenario {
  /** "nothing", "lift", "guardrail:csat", "cohort:locale=JP". */
  readonly id: string;
  readonly kind: "nothing" | "lift" | "guardrail" | "cohort";
  /** True difference of each metric of the model, treatment - control, in its unit (of logs where logs are compared). */
  readonly effects: readonly number[];
  /** By dimension, level and metric; averaged by share over a dimension, and units of no level, they are `effects`. */
  readonly levels: readonly (readonly (readonly number[])[])[];
}

function primaryLift({ primary }: Study, metric: SimulatedMetric): number {
  const { relative, absolute } = primary.mde;
  const sign = improvementSign(primary.metric.direction);
  const limit: Threshold =
    relative === null
      ? { scale: "absolute", value: sign * (absolute ?? 0) }
      : { scale: "relative", value: sign * relative };
  return effectAtLimit(metric, limit, metric.baseline);
}

const alike = ({ dimensions }: SimulationModel, effects: readonly number[]) =>
  dimensions.map(({ levels }) => levels.map(() => effects));

/** A whole dimension of one level leaves nobody to keep the average up. */
const WHOLE = 1 - 1e-9;

interface LevelHarm {
  readonly level: SimulatedLevel;
  readonly metric: number;
  readonly harm: number;
  /** What all other units do. */
  readonly others: number;
}

/** Of the units of one level, the share that belongs to the other, attributes of different dimensions being independent. */
function overlap(model: SimulationModel, level: SimulatedLevel, harmed: SimulatedLevel): number {
  return Object.entries(harmed.parts).reduce((share, [dimension, part]) => {
    const own = level.parts[dimension];
    if (own !== undefined) return own === part ? share : 0;
    const found = model.dimensions.find(({ name }) => name === dimension);
    return share * (found?.levels.find((each) => each.level === part)?.share ?? 0);
  }, 1);
}

/** Effects of everybody and of every level when one level is harmed and all other units do alike. */
function withLevelHarm(
  model: SimulationModel,
  effects: readonly number[],
  { level, metric, harm, others }: LevelHarm,
): Pick<Scenario, "effects" | "levels"> {
  const mixed = (share: number) => effects.with(metric, others + (harm - others) * share);
  return {
    effects: mixed(level.share),
    levels: model.dimensions.map(({ levels }) =>
      levels.map((each) => mixed(overlap(model, each, level))),
    ),
  };
}

/** What all others must do so that the average stays `average`; nobody else is there: what the level does. */
function othersFor({ share }: SimulatedLevel, harm: number, average: number): number {
  return share >= WHOLE ? harm : (average - share * harm) / (1 - share);
}

function cohortScenarios(study: Study, model: SimulationModel, lift: number): Scenario[] {
  const { cohorts } = study;
  const [primary] = model.metrics;
  if (cohorts === null || primary === undefined) return [];
  const effects = model.metrics.map((_, at) => (at === 0 ? lift : 0));
  return model.dimensions.flatMap(({ levels }) =>
    levels.map((level): Scenario => {
      const harm = effectAtLimit(primary, cohorts.threshold, level.baseline);
      const place = { level, metric: 0, harm, others: othersFor(level, harm, lift) };
      const truth = withLevelHarm(model, effects, place);
      return { id: `cohort:${level.name}`, kind: "cohort", ...truth };
    }),
  );
}

/** The guardrail exactly at its limit: over everybody, or in one cohort while all others do nothing. */
function guardrailTruth(
  model: SimulationModel,
  effects: readonly number[],
  { metric, threshold, cohort }: GuardrailTest,
): Pick<Scenario, "effects" | "levels"> {
  const at = model.metrics.findIndex(({ name }) => name === metric.name);
  const known = model.metrics[at];
  if (known === undefined) return { effects, levels: alike(model, effects) };
  const level = cohort === null ? null : levelNamed(model, cohort);
  if (level === null) {
    const harmed = effects.with(at, effectAtLimit(known, threshold, known.baseline));
    return { effects: harmed, levels: alike(model, harmed) };
  }
  const harm = effectAtLimit(known, threshold, at === 0 ? level.baseline : known.baseline);
  return withLevelHarm(model, effects, { level, metric: at, harm, others: effects[at] ?? 0 });
}

/** Null where the model has no level of that name. */
function levelNamed({ dimensions }: SimulationModel, cohort: CohortRef): SimulatedLevel | null {
  const levels = dimensions.find(({ name }) => name === cohort.dimension)?.levels;
  return levels?.find(({ level }) => level === cohort.level) ?? null;
}

/** Ids of the guardrail tests as the gate names its checks. */
export function guardrailIds(study: Study): string[] {
  const times = new Map<string, number>();
  return guardrailTests(study).map(({ metric, cohort }) => {
    const where = cohort === null ? "" : `:${cohort.dimension}=${cohort.level}`;
    const name = `guardrail:${metric.name}${where}`;
    const count = (times.get(name) ?? 0) + 1;
    times.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}

/**
 * Nothing true; the primary metric at its MDE without harm; the same with one guardrail exactly at its limit, for each;
 * the same average with one cohort level exactly at the cohort limit, for each. Effects are those of the first treatment
 * arm: with several, the others do nothing.
 */
export function scenariosOf(study: Study, model: SimulationModel): Scenario[] {
  const [primary] = model.metrics;
  if (primary === undefined) return [];
  const lift = primaryLift(study, primary);
  const nothing = model.metrics.map(() => 0);
  const lifted = nothing.with(0, lift);
  const ids = guardrailIds(study);
  return [
    { id: "nothing", kind: "nothing", effects: nothing, levels: alike(model, nothing) },
    { id: "lift", kind: "lift", effects: lifted, levels: alike(model, lifted) },
    ...guardrailTests(study).map(
      (test, at): Scenario => ({
        id: ids[at] ?? `guardrail:${test.metric.name}`,
        kind: "guardrail",
        ...guardrailTruth(model, lifted, test),
      }),
    ),
    ...cohortScenarios(study, model, lift),
  ];
}
