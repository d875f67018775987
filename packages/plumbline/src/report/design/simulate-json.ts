/** A simulation as a document, `plumbline.design_simulate/1`: probabilities with their Monte Carlo standard errors. */
import type { Estimate, ScenarioResult, Simulation, Study } from "@plumbline/primitives";

/** What the text and the JSON of a simulation show. */
export interface ShownSimulation {
  readonly study: Study;
  readonly seed: number;
  readonly experiments: number;
  readonly simulation: Extract<Simulation, { kind: "ready" }>;
  readonly correlation: number | null;
  readonly results: readonly ScenarioResult[];
}

const estimate = ({ value, standardError }: Estimate) => ({
  probability: value,
  standard_error: standardError,
});

function scenarioDocument(result: ScenarioResult, { simulation }: ShownSimulation) {
  const truth = simulation.scenarios.find(({ scenario }) => scenario.id === result.id)?.scenario;
  const { metrics } = simulation.model;
  const { runtimeDays } = result;
  return {
    id: result.id,
    kind: result.kind,
    experiments: result.experiments,
    true_effects: Object.fromEntries(
      metrics.map(({ name }, at) => [name, truth?.effects[at] ?? 0]),
    ),
    true_effects_by_level: Object.fromEntries(
      simulation.model.dimensions.flatMap(({ levels }, d) =>
        levels.map((level, l) => [
          level.name,
          Object.fromEntries(
            metrics.map(({ name }, at) => [name, truth?.levels[d]?.[l]?.[at] ?? 0]),
          ),
        ]),
      ),
    ),
    ship: estimate(result.verdicts.ship),
    veto: estimate(result.verdicts.veto),
    no_ship: estimate(result.verdicts.no_ship),
    continue: estimate(result.verdicts.continue),
    invalid: estimate(result.verdicts.invalid),
    stops: result.stops.map(({ day, probability }) => ({ day, ...estimate(probability) })),
    runtime_days: runtimeDays && {
      expected: runtimeDays.value,
      standard_error: runtimeDays.standardError,
    },
    breaches: result.breaches.map(({ id, probability }) => ({ id, ...estimate(probability) })),
  };
}

export function simulationDocument(shown: ShownSimulation) {
  const { study, seed, experiments, simulation, correlation, results } = shown;
  const { model, notes } = simulation;
  return {
    schema: "plumbline.design_simulate/1",
    experiment_id: study.experimentId,
    seed,
    experiments_per_truth: experiments,
    policy: study.policy,
    units: {
      [study.control.name]: model.units[0],
      ...Object.fromEntries(study.treatments.map(({ name }, at) => [name, model.units[at + 1]])),
    },
    readings: model.readings.map(({ day, share }) => ({ day, share_of_units: share })),
    metrics: model.metrics.map(({ name, baseline, deviation, fraction, transform }) => ({
      name,
      baseline,
      unit_sd: deviation,
      fraction,
      transform,
    })),
    cohorts: model.dimensions.flatMap(({ levels }) =>
      levels.map(({ name, share, baseline, deviation }) => ({
        name,
        fraction: share,
        baseline,
        unit_sd: deviation,
      })),
    ),
    correlation: { origin: simulation.correlation, asked: correlation, matrix: model.correlation },
    truths: results.map((result) => scenarioDocument(result, shown)),
    notes,
  };
}
