// Choosing: every set of 20 candidates, and the programme for 200 with a proof of optimality; a whole quarter of both sizes.
import { performance } from "node:perf_hooks";
import {
  choosePortfolio,
  chooseQuarter,
  portfolioSchema,
  rankCandidates,
} from "@plumbline/primitives";
import { seededRandom } from "@plumbline/stats";

const ENUMERATION_LIMIT_MS = 100;
const MILP_LIMIT_MS = 2000;

/** Values, efforts, rules of every kind; the same for the same seed. */
function instance(n, seed) {
  const next = seededRandom(seed);
  const pick = () => Math.floor(next() * n);
  const pairs = (count) =>
    Array.from({ length: count }, () => [pick(), pick()]).filter(([a, b]) => a !== b);
  const candidates = Array.from({ length: n }, (_, i) => ({
    id: `c${i}`,
    value: 60 * next() ** 2 - 4,
    effort: Math.floor(1 + 20 * next()),
  }));
  const total = candidates.reduce((sum, { effort }) => sum + effort, 0);
  return {
    candidates,
    budget: Math.floor(total / 4),
    exclusions: pairs(n / 4).map(([a, b]) => [`c${a}`, `c${b}`]),
    dependencies: pairs(n / 5).map(([a, b]) => ({
      candidate: `c${Math.max(a, b)}`,
      needs: `c${Math.min(a, b)}`,
    })),
    slots: [{ name: "all", members: candidates.map(({ id }) => id), atMost: Math.ceil(n / 3) }],
    interactions: pairs(n / 3).map(([a, b]) => ({
      pair: [`c${a}`, `c${b}`],
      value: 12 * next() - 9,
    })),
  };
}

/** All 2^n sets are feasible: the worst case of enumeration. */
const open = (n) => ({
  candidates: Array.from({ length: n }, (_, i) => ({
    id: `c${i}`,
    value: 1 + Math.sin(i * i),
    effort: 1,
  })),
  budget: n,
});

function quarter(n, seed) {
  const next = seededRandom(seed);
  const candidates = Array.from({ length: n }, (_, i) => ({
    id: `c${i}`,
    kind: next() < 0.2 ? "swing" : "win",
    reach: 1e6 * (0.5 + next()),
    impact: { low: 0.003, likely: 0.008 + 0.004 * next(), high: 0.02 },
    evidence_quality: 0.3 + 0.5 * next(),
    effort: 3 + Math.floor(15 * next()),
    experiment: { metric: "m", sd: 1 + next() },
    surface: `s${Math.floor((next() * n) / 2)}`,
    direction: `d${Math.floor(6 * next())}`,
  }));
  return portfolioSchema.parse({
    kind: "portfolio",
    portfolio_id: "bench",
    quarter: { name: "Q", weeks: 13 },
    capacity: { engineer_weeks: 3 * n, slots: Math.ceil(n / 4) },
    candidates,
  });
}

async function time(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** After one run that nobody counts: the first compiles. */
async function worst(seeds, run) {
  await run(seeds[0]);
  const times = [];
  for (const seed of seeds) times.push(await time(() => run(seed)));
  return Math.max(...times);
}

const seeds = [1, 2, 3, 4, 5];
await choosePortfolio(instance(12, 9));
const loading = await time(() => choosePortfolio(instance(30, 9)));
const enumerated = await worst(seeds, (seed) => choosePortfolio(instance(20, seed)));
const everySet = await worst(seeds, () => choosePortfolio(open(20)));
const milp = await worst(seeds, (seed) => choosePortfolio(instance(200, seed), { runnersUp: 0 }));
const withRunners = await worst(seeds, (seed) => choosePortfolio(instance(200, seed)));
const small = await worst(seeds, async (seed) => chooseQuarter(rankCandidates(quarter(20, seed))));
const large = await worst(seeds.slice(0, 2), async (seed) =>
  chooseQuarter(rankCandidates(quarter(200, seed))),
);
const line = (name, ms, limit) =>
  console.log(
    `  ${name.padEnd(46)} ${ms.toFixed(0).padStart(5)} ms${limit ? ` (limit ${limit})` : ""}`,
  );
console.log("slowest of five instances, warm");
line("enumeration, 20 candidates with rules", enumerated, ENUMERATION_LIMIT_MS);
line("enumeration, all 2^20 sets feasible", everySet, ENUMERATION_LIMIT_MS);
line("loading the solver, and 30 candidates", loading);
line("programme, 200 candidates, proved", milp, MILP_LIMIT_MS);
line("the same with three runners-up", withRunners, MILP_LIMIT_MS);
line("a quarter of 20: record, value, choice", small);
line("a quarter of 200 (of two)", large);
process.exitCode =
  Math.max(enumerated, everySet) > ENUMERATION_LIMIT_MS ||
  Math.max(milp, withRunners) > MILP_LIMIT_MS
    ? 1
    : 0;
