/** A registration as a simulation: its planned experiment, its rule as numbers, and the truths to try. Pure. */
import type { SimulationFinding } from "../../design/simulate/finding.js";
import type { SimulationModel } from "../../design/simulate/model.js";
import { type PreparedModel, prepareModel } from "../../design/simulate/prepare.js";
import { scenariosOf } from "../../design/simulate/scenarios.js";
import type { SizingInput } from "../../design/sizing/requirements.js";
import { compileRule } from "./compile.js";
import { type ScenarioRun, scenarioRun } from "./run.js";

export type Simulation =
  | {
      readonly kind: "ready";
      readonly model: SimulationModel;
      readonly correlation: Extract<PreparedModel, { kind: "ready" }>["correlation"];
      readonly notes: readonly string[];
      /** One for each truth; each draws from the source it is given. */
      readonly scenarios: readonly ScenarioRun[];
    }
  | { readonly kind: "lacking"; readonly findings: readonly SimulationFinding[] };

/**
 * Prepares the simulation of a registered study. Boundaries are computed here, once; experiments only when a scenario runs.
 *
 * @param correlation of every pair of metrics, counted towards improvement, in (-1, 1); goes before `sizing.correlation`.
 * @throws StatsError DOMAIN where declared figures contradict each other.
 */
export function prepareSimulation(input: SizingInput, correlation: number | null): Simulation {
  const prepared = prepareModel(input, correlation);
  if (prepared.kind === "lacking") return prepared;
  const { model, notes } = prepared;
  const rule = compileRule(input.study, model);
  if (rule === null) {
    const finding: SimulationFinding = {
      code: "SIMULATION_POLICY",
      path: ["guardrail_policy"],
      sentence: `The guardrail policy ${input.study.policy.kind} cannot be simulated.`,
      mend: "Simulate the registration under another guardrail_policy.",
    };
    return { kind: "lacking", findings: [finding] };
  }
  const scenarios = scenariosOf(input.study, model).map((each) => scenarioRun(rule, each));
  return { kind: "ready", model, correlation: prepared.correlation, notes, scenarios };
}
