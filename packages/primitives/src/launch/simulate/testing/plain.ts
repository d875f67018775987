/** Plain planned experiments for closed forms: unit deviations, values of 1, one treatment. */
import { seededRandom } from "@plumbline/stats";
import type { SimulationModel } from "../../../design/simulate/model.js";
import type { Scenario } from "../../../design/simulate/scenarios.js";
import type { StoppingPlan, Study, StudyStopping } from "../../../shared/vocabulary.js";
import { study } from "../../testing/study.js";
import { compileRule } from "../compile.js";
import { type ScenarioResult, scenarioRun } from "../run.js";

export const UNITS = 5000;
/** Standard error of every difference at the end. */
export const ERROR = Math.sqrt(2 / UNITS);

/** A sample ratio that never alarms, and a primary rule of significance alone. */
export function plainStudy(overrides: Partial<Study> = {}): Study {
  const base = study();
  return {
    ...base,
    primary: { ...base.primary, mde: { relative: null, absolute: 1e-3 }, rule: "significant" },
    quality: { srmAlpha: 1e-12, multiArmLimit: 0.01, balanceAlpha: 0.001 },
    ...overrides,
  };
}

export function stopping(plan: StoppingPlan): StudyStopping {
  return {
    plan,
    start: null,
    plannedUnitsPerArm: UNITS,
    plannedDeviation: 1,
    baseline: 1,
    abortOnBreach: true,
  };
}

export function plainModel(of: Study, change: Partial<SimulationModel> = {}): SimulationModel {
  const names = [
    ...new Set([
      of.primary.metric.name,
      ...of.guardrails.map(({ metric }) => metric.name),
      ...(of.deterioration ?? []).map(({ name }) => name),
    ]),
  ];
  return {
    metrics: names.map((name) => ({
      name,
      baseline: 1,
      deviation: 1,
      fraction: 1,
      transform: "identity",
    })),
    dimensions: [],
    correlation: names.map((_, i) => names.map((__, j) => (i === j ? 1 : 0))),
    units: [UNITS, ...of.treatments.map(() => UNITS)],
    readings: [{ day: 14, share: 1, mature: [] }],
    ...change,
  };
}

/** Experiments in which each metric moves by so many standard errors of the end, alike in every level. */
export function experiments(
  of: Study,
  model: SimulationModel,
  errors: readonly number[],
  count: number,
  seed = 7,
): ScenarioResult {
  const rule = compileRule(of, model);
  if (rule === null) throw new Error("no numeric policy");
  const effects = model.metrics.map((_, at) => (errors[at] ?? 0) * ERROR);
  const scenario: Scenario = {
    id: "test",
    kind: "nothing",
    effects,
    levels: model.dimensions.map(({ levels }) => levels.map(() => effects)),
  };
  const run = scenarioRun(rule, scenario);
  run.run(count, seededRandom(seed));
  return run.result();
}
