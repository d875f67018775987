export type { Estimate, ScenarioResult, ScenarioRun } from "./run.js";
export { prepareSimulation, type Simulation } from "./simulate.js";
