// Simulated experiments per second of a whole registered rule: 4 looks, 5 guardrails, 6 cohort levels, sample ratio. Beside it,
// in the same run, the bare random numbers that such an experiment needs; their ratio is what travels between machines.
//   node bench/simulate.mjs [--json]
import { performance } from "node:perf_hooks";
import {
  parseDocument,
  prepareSimulation,
  registrationSchema,
  resolveStudy,
} from "@plumbline/primitives";
import { randomNormal, seededRandom } from "@plumbline/stats";

const limitPerSecond = 10_000;
const rounds = 7;
const perRound = 4000;

const levels = { EN: 0.35, ES: 0.25, JP: 0.15, DE: 0.1, FR: 0.08, KO: 0.07 };
const guardrails = ["csat", "latency", "retention", "coverage", "reports"];
const higher = "higher_is_better";

const document = {
  experiment_id: "bench",
  hypothesis: { h0: "no lift", h1: "a lift" },
  primary_metric: {
    name: "answers",
    direction: higher,
    baseline_estimate: 1,
    baseline_std: 1,
  },
  mde_relative: 0.03,
  sample_size_per_arm: 20_000,
  runtime_days: 14,
  randomization_unit: "user_id",
  guardrails: guardrails.map((name) => ({ name, direction: higher, threshold_relative: -0.02 })),
  cohorts: {
    dimensions: { locale: { levels: Object.keys(levels) } },
    accept_blindness: Object.keys(levels).map((level) => `locale=${level}`),
  },
  stop_rule: { type: "obrien_fleming", looks: ["day_4", "day_7", "day_11", "day_14"] },
  sizing: {
    correlation: 0.2,
    metrics: Object.fromEntries(guardrails.map((name) => [name, { baseline: 1, sd: 1 }])),
    cohorts: { locale: levels },
  },
};

/** Two arms of six metrics and six levels, and the counts of everybody and each level, at four looks. */
const numbersPerExperiment = 4 * (2 * (6 + 6) + 7);

function prepared() {
  const { value: registration, problems } = parseDocument(
    registrationSchema,
    "registration",
    document,
  );
  if (registration === null) throw new Error(JSON.stringify(problems));
  const { study } = resolveStudy({ registration, library: null, resolveFiles: (files) => files });
  const simulation = prepareSimulation({ registration, study, library: null }, null);
  if (simulation.kind !== "ready") throw new Error(JSON.stringify(simulation.findings));
  return simulation.scenarios;
}

function perSecond(count, work) {
  const begin = performance.now();
  work(count);
  return (1000 * count) / (performance.now() - begin);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

let sink = 0;

/** Rounds of both, in turn, so that a busy moment of the machine meets both. */
function measure() {
  const random = seededRandom(1);
  // Without any effect nearly every experiment lasts to the fourth look.
  const [nothing] = prepared();
  const bare = (count) => {
    for (let k = 0; k < count * numbersPerExperiment; k += 1) sink += randomNormal(random);
  };
  const simulate = (count) => nothing.run(count, random);
  bare(perRound);
  simulate(perRound);
  const experiments = [];
  const numbers = [];
  for (let round = 0; round < rounds; round += 1) {
    numbers.push(perSecond(perRound, bare));
    experiments.push(perSecond(perRound, simulate));
  }
  return {
    experimentsPerSecond: median(experiments),
    bareDrawsPerSecond: median(numbers),
    ratio: median(experiments.map((rate, round) => numbers[round] / rate)),
  };
}

const result = measure();
if (!Number.isFinite(sink)) throw new Error("no finite numbers were drawn");
const within = result.experimentsPerSecond >= limitPerSecond;
if (process.argv.includes("--json")) console.log(JSON.stringify(result));
else {
  const rate = (value) => Math.round(value).toLocaleString("en");
  console.log(
    `simulated experiments   ${rate(result.experimentsPerSecond)} per second; limit ${rate(limitPerSecond)} ${within ? "kept" : "MISSED"}`,
  );
  console.log(
    `bare random numbers     ${rate(result.bareDrawsPerSecond)} experiments' worth per second (${numbersPerExperiment} normals each)`,
  );
  console.log(`ratio                   ${result.ratio.toFixed(2)} times the bare draws`);
}
process.exitCode = within ? 0 : 1;
