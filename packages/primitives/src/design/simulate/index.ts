export {
  SIMULATION_FINDING_CODES,
  type SimulationFinding,
  type SimulationFindingCode,
} from "./finding.js";
export type {
  SimulatedDimension,
  SimulatedLevel,
  SimulatedMetric,
  SimulatedReading,
  SimulationModel,
} from "./model.js";
export type { Scenario } from "./scenarios.js";
