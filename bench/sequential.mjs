// Group sequential designs: time to compute one, and R's rpact on the same designs where R with rpact is installed.
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { designGroupSequential } from "@plumbline/stats";

const equal = (looks) => Array.from({ length: looks }, (_, i) => (i + 1) / looks);
const obrienFleming = { family: "lan_demets_obrien_fleming" };
const base = { sided: 1, alpha: 0.025, power: 0.8, boundary: obrienFleming, futility: null };

const designs = [
  {
    name: "5 looks, O'Brien-Fleming type, futility by beta spending",
    limitMs: 5,
    plan: {
      ...base,
      informationRates: equal(5),
      futility: { rule: "beta_spending", spending: obrienFleming, binding: false },
    },
    rpact:
      'getDesignGroupSequential(kMax=5, sided=1, alpha=0.025, beta=0.2, typeOfDesign="asOF", typeBetaSpending="bsOF", bindingFutility=FALSE)',
  },
  {
    name: "50 looks, O'Brien-Fleming type, efficacy only",
    limitMs: 150,
    plan: { ...base, sided: 2, alpha: 0.05, informationRates: equal(50) },
    // rpact refuses more than 20 looks.
    rpact: null,
  },
  {
    name: "50 looks, Pocock constant, efficacy only",
    limitMs: 150,
    plan: {
      ...base,
      sided: 2,
      alpha: 0.05,
      informationRates: equal(50),
      boundary: { family: "pocock" },
    },
    rpact: null,
  },
  {
    name: "20 looks, O'Brien-Fleming type, efficacy only",
    limitMs: null,
    plan: { ...base, sided: 2, alpha: 0.05, informationRates: equal(20) },
    rpact: 'getDesignGroupSequential(kMax=20, sided=2, alpha=0.05, beta=0.2, typeOfDesign="asOF")',
  },
];

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function measure(run, repeats) {
  for (let i = 0; i < 3; i++) run();
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** Milliseconds of rpact for each R expression (design and its characteristics), or the reason there are none. */
function measureRpact(expressions) {
  const script = `
    suppressMessages(library(rpact))
    for (design in c(${expressions.map((text) => `'${text}'`).join(", ")})) {
      run <- function() getDesignCharacteristics(eval(parse(text = design)))
      run()
      times <- sapply(1:7, function(i) system.time(run())[["elapsed"]])
      cat(median(times) * 1000, "\\n")
    }`;
  const answer = spawnSync("Rscript", ["-e", script], { encoding: "utf8" });
  if (answer.error) return { reason: "R was not found, so there is no ratio to rpact" };
  if (answer.status !== 0) return { reason: "R was found without rpact, so there is no ratio" };
  return { times: answer.stdout.trim().split(/\s+/).map(Number) };
}

const compared = designs.filter((design) => design.rpact !== null);
const rpact = measureRpact(compared.map((design) => design.rpact));
let failed = false;
for (const design of designs) {
  const ms = measure(() => designGroupSequential(design.plan), 21);
  const parts = [`${design.name}: ${ms.toFixed(2)} ms`];
  if (design.limitMs !== null) {
    const within = ms < design.limitMs;
    failed ||= !within;
    parts.push(`limit ${design.limitMs} ms ${within ? "kept" : "MISSED"}`);
  }
  const theirs = rpact.times?.[compared.indexOf(design)];
  if (theirs !== undefined) {
    parts.push(`rpact ${theirs.toFixed(0)} ms, ${(theirs / ms).toFixed(0)} times as long`);
  }
  console.log(parts.join("; "));
}
if (rpact.reason) console.log(`${rpact.reason}.`);
process.exitCode = failed ? 1 : 0;
