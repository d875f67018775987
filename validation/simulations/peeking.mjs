// False positive rate under peeking at every look of every plan, and coverage of confidence sequences, by simulation
// with fixed seeds. Prints the Markdown tables of docs/sequential-simulation.md:
//   npm run build && node validation/simulations/peeking.mjs
import {
  armEstimateOfMean,
  boundaryAtObservedInformation,
  calibrateLastLevel,
  customPlanError,
  designGroupSequential,
  differenceSequence,
  mixtureSprt,
  rhoForTightestAt,
  rhoForTightestMarginAt,
  sequentialSampleRatio,
} from "@plumbline/stats";

const PATHS = 200_000;
const TRIALS = 2_000;

/** Uniform numbers in (0, 1): sfc32 (Chris Doty-Humphrey). */
function seededUniform(seed) {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return ((t >>> 0) + 0.5) / 4294967296;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

function seededNormal(seed) {
  const uniform = seededUniform(seed);
  let spare = null;
  return () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

const equal = (looks) => Array.from({ length: looks }, (_, i) => (i + 1) / looks);
const percent = (share) => `${(100 * share).toFixed(2)} %`;
/** Share with two standard errors; of no events at all, the 95 % upper limit 3 / n. */
const withError = (share, n) =>
  share === 0
    ? `0 (below ${percent(3 / n)})`
    : `${percent(share)} ± ${(200 * Math.sqrt((share * (1 - share)) / n)).toFixed(2)}`;

/** Share of paths without any effect that are rejected at some look, futility stops (if given) obeyed. */
function simulateError({ sided, t, critical, futility = null, seed }) {
  const normal = seededNormal(seed);
  let rejected = 0;
  for (let path = 0; path < PATHS; path++) {
    let score = 0;
    let before = 0;
    for (let k = 0; k < t.length; k++) {
      score += Math.sqrt(t[k] - before) * normal();
      before = t[k];
      const z = score / Math.sqrt(t[k]);
      if ((sided === 2 ? Math.abs(z) : z) >= critical[k]) {
        rejected += 1;
        break;
      }
      if (futility !== null && z < (futility[k] ?? Number.NEGATIVE_INFINITY)) break;
    }
  }
  return rejected / PATHS;
}

const plan = (boundary, informationRates, more = {}) => ({
  sided: 2,
  alpha: 0.05,
  power: 0.8,
  informationRates,
  boundary,
  futility: null,
  ...more,
});

function designRow(name, input, seed, obeyed = false) {
  const design = designGroupSequential(input);
  const error = simulateError({
    sided: design.sided,
    t: design.informationRates,
    critical: design.criticalValues,
    futility: obeyed ? design.futilityBoundary.bounds : null,
    seed,
  });
  const exact = obeyed ? design.futilityBoundary.alphaIfObeyed : design.cumulativeAlpha.at(-1);
  return [name, design.sided, design.informationRates.length, percent(input.alpha), exact, error];
}

function customRow(name, input, claimed, seed) {
  const { criticalValues, overallAlpha } = customPlanError(input);
  const error = simulateError({
    sided: input.sided,
    t: input.informationRates,
    critical: criticalValues,
    seed,
  });
  return [name, input.sided, input.informationRates.length, claimed, overallAlpha, error];
}

function observedRow(name, design, fractions, seed) {
  const observed = boundaryAtObservedInformation(design, { fractions, final: true });
  const error = simulateError({
    sided: design.sided,
    t: fractions,
    critical: observed.criticalValues,
    seed,
  });
  return [
    name,
    design.sided,
    fractions.length,
    percent(design.alpha),
    observed.cumulativeAlpha.at(-1),
    error,
  ];
}

const levels = (informationRates, nominalLevels) => ({ sided: 2, informationRates, nominalLevels });
const weekly = [4 / 14, 7 / 14, 11 / 14, 1];
const fourLevels = [0.0001, 0.001, 0.01, 0.05];
const obf = { family: "lan_demets_obrien_fleming" };
const futility = (binding) => ({ rule: "beta_spending", spending: obf, binding });
const oneSided = { sided: 1, alpha: 0.025 };

const pocockType = designGroupSequential(plan({ family: "lan_demets_pocock" }, equal(4)));

function planRows() {
  return [
    customRow("ordinary test at every look", levels(equal(5), Array(5).fill(0.05)), "5.00 %", 1),
    customRow("ordinary test at every look", levels(equal(14), Array(14).fill(0.05)), "5.00 %", 2),
    customRow("ordinary test at every look", levels(equal(50), Array(50).fill(0.05)), "5.00 %", 3),
    customRow("levels .0001 .001 .01 .05, days 4 7 11 14", levels(weekly, fourLevels), "5.00 %", 4),
    customRow(
      "the same with its last level calibrated",
      calibrateLastLevel(levels(weekly, fourLevels), 0.05),
      "5.00 %",
      5,
    ),
    customRow(
      "Bonferroni, alpha / 5 at every look",
      levels(equal(5), Array(5).fill(0.01)),
      "5.00 %",
      6,
    ),
    designRow("O'Brien-Fleming", plan({ family: "obrien_fleming" }, equal(5)), 7),
    designRow("Pocock", plan({ family: "pocock" }, equal(5)), 8),
    designRow(
      "Wang-Tsiatis, delta .25",
      plan({ family: "wang_tsiatis", delta: 0.25 }, equal(5)),
      9,
    ),
    designRow("O'Brien-Fleming type", plan(obf, equal(5)), 10),
    designRow("O'Brien-Fleming type", plan(obf, equal(14)), 11),
    designRow("O'Brien-Fleming type", plan(obf, equal(50)), 12),
    designRow("O'Brien-Fleming type, days 4 7 11 14", plan(obf, weekly, oneSided), 13),
    designRow("Pocock type", plan({ family: "lan_demets_pocock" }, equal(14)), 14),
    designRow(
      "Hwang-Shih-DeCani, gamma -4",
      plan({ family: "hwang_shih_decani", gamma: -4 }, equal(5)),
      15,
    ),
    designRow("Kim-DeMets, t^2", plan({ family: "kim_demets", rho: 2 }, equal(14)), 16),
    designRow(
      "O'Brien-Fleming type, non-binding futility ignored",
      plan(obf, equal(4), { ...oneSided, futility: futility(false) }),
      17,
    ),
    designRow(
      "the same, futility obeyed",
      plan(obf, equal(4), { ...oneSided, futility: futility(false) }),
      18,
      true,
    ),
    designRow(
      "O'Brien-Fleming type, binding futility obeyed",
      plan(obf, equal(4), { ...oneSided, futility: futility(true) }),
      19,
      true,
    ),
    observedRow(
      "Pocock type, information late and overrun to 1.3",
      pocockType,
      [0.11, 0.6, 0.93, 1.3],
      20,
    ),
    observedRow("Pocock type, stopped for good at .7", pocockType, [0.3, 0.45, 0.7], 21),
  ];
}

/** Cumulative moments of one arm, handed out look by look. */
function stream(draw) {
  let [n, sum, squares] = [0, 0, 0];
  return (units) => {
    for (let i = 0; i < units; i++) {
      const value = draw();
      n += 1;
      sum += value;
      squares += value * value;
    }
    const mean = sum / n;
    return armEstimateOfMean({ n, mean, variance: (squares - n * mean * mean) / (n - 1) });
  };
}

const FIRST = 500;
const BATCH = 250;
const LOOKS = 59;
const PLANNED = 2 * (FIRST + BATCH * (LOOKS - 1));

function watch(draw, shift) {
  const both = { rho: rhoForTightestAt(PLANNED / 2, 0.05), alpha: 0.05 };
  const single = { rho: rhoForTightestMarginAt(PLANNED / 2, 0.05), alpha: 0.05 };
  const missed = { sequence: 0, oneSided: 0, mixture: 0, fixed: 0 };
  for (let trial = 0; trial < TRIALS; trial++) {
    const [treatment, control] = [stream(() => draw() + shift), stream(draw)];
    const seen = { sequence: false, oneSided: false, mixture: false, fixed: false };
    for (let look = 0; look < LOOKS; look++) {
      const units = look === 0 ? FIRST : BATCH;
      const arms = { treatment: treatment(units), control: control(units) };
      const interval = differenceSequence(arms, both);
      const standardError = Math.sqrt(arms.treatment.variance + arms.control.variance);
      const mixture = mixtureSprt(
        { estimate: interval.estimate, standardError },
        { tau2: 0.001, theta0: shift, alpha: 0.05 },
      );
      seen.sequence ||= interval.lower > shift || interval.upper < shift;
      seen.oneSided ||= differenceSequence(arms, single, "greater").lower > shift;
      seen.mixture ||= mixture.reject;
      seen.fixed ||= Math.abs(interval.estimate - shift) > 1.959964 * standardError;
    }
    for (const method of Object.keys(missed)) if (seen[method]) missed[method] += 1;
  }
  return missed;
}

function sequenceRows() {
  const uniform = seededUniform(42);
  const draws = [
    ["normal, no effect", seededNormal(41), 0],
    ["normal, effect .1 sd", seededNormal(43), 0.1],
    ["conversion 10 %, no effect", () => (uniform() < 0.1 ? 1 : 0), 0],
    ["exponential spend, no effect", () => -Math.log(uniform()), 0],
  ];
  return draws.map(([name, draw, shift]) => {
    const { sequence, oneSided, mixture, fixed } = watch(draw, shift);
    const shares = [sequence, oneSided, mixture, fixed].map((n) =>
      withError(1 - n / TRIALS, TRIALS),
    );
    return [name, ...shares];
  });
}

function ratioRow(share, concentration) {
  const uniform = seededUniform(51);
  let alarms = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    let [a, b] = [0, 0];
    const looks = Array.from({ length: 28 }, () => {
      for (let i = 0; i < 500; i++) {
        if (uniform() < share) a += 1;
        else b += 1;
      }
      return [a, b];
    });
    const settings = { expectedRatio: [1, 1], concentration, alpha: 0.01 };
    if (sequentialSampleRatio(looks, settings).mismatch) alarms += 1;
  }
  return [percent(share), concentration, withError(alarms / TRIALS, TRIALS)];
}

function table(header, rows) {
  console.log(`| ${header.join(" | ")} |`);
  console.log(`|${header.map(() => "---").join("|")}|`);
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
  console.log("");
}

const plans = planRows();
table(
  ["plan", "sided", "looks", "claimed error", "exact error", "simulated (± 2 SE)"],
  plans.map(([name, sided, looks, claimed, exact, simulated]) => [
    name,
    sided,
    looks,
    claimed,
    percent(exact),
    withError(simulated, PATHS),
  ]),
);
table(
  ["data", "confidence sequence", "one-sided sequence", "mixture SPRT", "fixed 95 % interval"],
  sequenceRows(),
);
table(
  ["true share of treatment", "concentration", "alarms at .01 (± 2 SE)"],
  [ratioRow(0.5, 100), ratioRow(0.5, 10000), ratioRow(0.51, 10000), ratioRow(0.52, 10000)],
);

// Exact error and simulation must agree; a table that contradicts itself should not be pasted anywhere.
const off = plans.filter(
  ([, , , , exact, simulated]) =>
    Math.abs(exact - simulated) > 4 * Math.sqrt((exact * (1 - exact)) / PATHS),
);
for (const [name] of off) console.error(`${name}: simulated and exact error differ.`);
process.exitCode = off.length > 0 ? 1 : 0;
