/** What keeps a registration from being simulated: a code, a place in the file, a sentence, and what to write there. */
export const SIMULATION_FINDING_CODES = [
  "SIMULATION_SIZE",
  "SIMULATION_RUNTIME",
  "SIMULATION_FIGURES",
  "SIMULATION_COHORTS",
  "SIMULATION_CORRELATION",
  "SIMULATION_POLICY",
] as const;
export type SimulationFindingCode = (typeof SIMULATION_FINDING_CODES)[number];

export interface SimulationFinding {
  readonly code: SimulationFindingCode;
  /** From the root of the registration to what it is about. */
  readonly path: readonly (string | number)[];
  readonly sentence: string;
  readonly mend: string;
}
