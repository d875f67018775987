// What the cohorts cost after the scan: the random slope from cells, alone, and the effects averaged over tau.
// Cells of 10 million users in 40 cohorts and two arms; no row is read, so the number of users costs nothing.
import { performance } from "node:perf_hooks";
import { fitRandomSlope, shrinkEffects } from "@plumbline/stats";

const COHORTS = 40;
const USERS = 10_000_000;
const LIMIT_MS = 50;

const n = USERS / COHORTS / 2;
const cohorts = Array.from({ length: COHORTS }, (_, i) => ({
  cohort: `c${i}`,
  base: 0.12 + 0.02 * Math.cos(i),
  effect: 0.002 + 0.001 * Math.sin(7 * i),
}));
const cell = (cohort, treatment, mean) => ({
  cohort,
  treatment,
  n,
  mean,
  sumOfSquares: n * mean * (1 - mean),
});
const cells = cohorts.flatMap(({ cohort, base, effect }) => [
  cell(cohort, 0, base),
  cell(cohort, 1, base + effect),
]);
const effects = cohorts.map(({ base, effect }) => ({
  estimate: effect / base,
  se: Math.sqrt((2 * (1 - base)) / (base * n)),
}));

function median(run) {
  for (let i = 0; i < 20; i++) run();
  const times = Array.from({ length: 50 }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return times[25];
}

const fit = median(() => fitRandomSlope(cells));
const shrink = median(() => shrinkEffects(effects));
console.log(`${COHORTS} cohorts, ${USERS.toLocaleString("en-US")} users`);
console.log(`  random slope, REML   ${fit.toFixed(2)} ms (limit ${LIMIT_MS})`);
console.log(`  averaged over tau    ${shrink.toFixed(2)} ms`);
process.exitCode = fit > LIMIT_MS ? 1 : 0;
