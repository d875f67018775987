import {
  prepareSimulation,
  type ScenarioResult,
  type Simulation,
  type Study,
} from "@plumbline/primitives";
import { seededRandom } from "@plumbline/stats";
import { z } from "zod";
import { simulationDocument } from "../../report/design/simulate-json.js";
import { renderSimulation } from "../../report/design/simulate-terminal.js";
import { DocumentsError } from "../documents-error.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";
import { loadDesign, requireStudy } from "./load.js";

const DEFAULT_EXPERIMENTS = 10_000;
const MOST_EXPERIMENTS = 10_000_000;
const DEFAULT_SEED = 2026;

const correlation = z.coerce
  .number()
  .gt(-1, "a correlation is greater than -1")
  .lt(1, "a correlation is less than 1");

const input = z.strictObject({
  registration: z.string().min(1),
  experiments: z.coerce
    .number()
    .int()
    .min(100, "at least 100 experiments")
    .max(MOST_EXPERIMENTS, `at most ${MOST_EXPERIMENTS} experiments`)
    .default(DEFAULT_EXPERIMENTS),
  seed: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(DEFAULT_SEED),
  correlation: correlation.optional(),
  json: z.boolean().default(false),
});

type SimulateInput = z.output<typeof input>;

export interface SimulateOutput {
  readonly study: Study;
  readonly seed: number;
  readonly experiments: number;
  readonly simulation: Extract<Simulation, { kind: "ready" }>;
  /** Of every pair of metrics, where it was asked for. */
  readonly correlation: number | null;
  readonly results: readonly ScenarioResult[];
}

/** Experiments between two chances to be interrupted. */
const BATCH = 500;

async function run(context: OperationContext, given: SimulateInput): Promise<SimulateOutput> {
  const loaded = loadDesign(context, given.registration);
  const study = requireStudy(loaded);
  const { registration, library, yaml } = loaded;
  const asked = given.correlation ?? null;
  const simulation = prepareSimulation({ registration, study, library }, asked);
  if (simulation.kind === "lacking") {
    const problems = simulation.findings.map(({ code, path, sentence, mend }) => ({
      ...yaml.locate([...path]),
      code,
      severity: "error" as const,
      message: sentence,
      mend,
    }));
    throw new DocumentsError(problems);
  }
  const { experiments, seed } = given;
  const { scenarios } = simulation;
  const whole = scenarios.length * experiments;
  const shown = { percent: 0 };
  for (const [at, each] of scenarios.entries()) {
    // Each truth draws from a stream of its own, so it does not depend on which others are tried.
    const random = seededRandom(seed, at);
    for (let done = 0; done < experiments; done += BATCH) {
      each.run(Math.min(BATCH, experiments - done), random);
      const percent = Math.floor((100 * (at * experiments + done)) / whole);
      if (percent > shown.percent) context.progress(`simulating: ${percent} %`);
      shown.percent = percent;
      await new Promise((resolve) => setImmediate(resolve));
      context.signal.throwIfAborted();
    }
  }
  const results = scenarios.map((each) => each.result());
  return { study, seed, experiments, simulation, correlation: asked, results };
}

function render(output: SimulateOutput, given: SimulateInput, rendering: Rendering): Rendered {
  const stdout = given.json
    ? `${JSON.stringify(simulationDocument(output), null, 2)}\n`
    : renderSimulation(output, rendering);
  return { stdout, stderr: "", exitCode: 0 };
}

export const simulateOperation: OperationBody<SimulateInput, SimulateOutput> = {
  input,
  run,
  render,
};
