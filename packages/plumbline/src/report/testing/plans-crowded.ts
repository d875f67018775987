/** Plans that fill a plot: several arms with futility, one-sided; and a look on every day. */
import type { ArmLook, PlanLook } from "@plumbline/primitives";
import type { ReadoutInput } from "../readout.js";
import { checkOf, comparisonOf } from "./builders.js";
import { PRIMARY, study } from "./fixtures.js";
import { arm, DAYS, interimLook, plan } from "./plans.js";

const ONE_SIDED = [4.033339198873703, 2.96456056937477, 2.291840787384052, 2.023770085045274];
const ONE_SIDED_LEVELS = [
  0.000027494907125338646, 0.0015155778298898772, 0.010957416054574407, 0.02149690678366368,
];

function oneSidedLooks(z: number): PlanLook[] {
  return ONE_SIDED.map((criticalValue, k) => ({
    day: DAYS[k] ?? null,
    fraction: (DAYS[k] ?? 14) / 14,
    criticalValue,
    nominalLevel: ONE_SIDED_LEVELS[k] ?? 0,
    z: k === 1 ? z : k === 0 ? 0.3 : null,
    state: k === 0 ? "taken" : k === 1 ? "now" : "to_come",
  }));
}

const futile: ArmLook = {
  ...arm,
  treatment: "rerank_l24",
  decision: "stop_for_futility",
  z: -0.21,
  fraction: 0.5,
  nominalLevel: 0.0015155778298898772,
  futilityBound: 0.6036448721983307,
  looks: oneSidedLooks(-0.21),
  predictivePower: null,
  conditionalPowerAtMde: null,
};

const going: ArmLook = {
  ...futile,
  treatment: "rerank_l12",
  decision: "continue",
  z: 2.96454,
  looks: oneSidedLooks(2.96454),
  predictivePower: 0.98,
  conditionalPowerAtMde: 0.99995,
};

const ARMS = [
  { ...going, word: "continue", code: "primary_not_yet", effect: 0.016 },
  { ...futile, word: "no_ship", code: "primary_futile", effect: -0.001 },
] as const;

/** One-sided with futility: one arm a hair below the boundary, the other below the futility bound. */
export const twoArms: ReadoutInput = {
  ...interimLook,
  study: {
    ...interimLook.study,
    guardrails: [],
    cohorts: null,
    primary: { ...study.primary, metric: { ...study.primary.metric, alternative: "greater" } },
    treatments: ARMS.map(({ treatment }) => ({ name: treatment, value: treatment, share: 0.25 })),
  },
  evidence: {
    ...interimLook.evidence,
    comparisons: ARMS.map(({ treatment, effect, z }) => ({
      ...comparisonOf({
        metric: PRIMARY,
        control: 0.183,
        treatment: 0.183 * (1 + effect),
        relative: effect,
        z: Math.abs(z ?? 1),
        p: { value: 0.003, bound: false },
      }),
      treatment,
    })),
  },
  verdict: {
    ...interimLook.verdict,
    arms: ARMS.map(({ treatment, word }) => ({
      treatment,
      verdict: word,
      reason: `${treatment} at its second look.`,
      stoppedAt: `primary:${PRIMARY}@${treatment}`,
    })),
    checks: ARMS.map(({ treatment, code }) =>
      checkOf(
        `primary:${PRIMARY}@${treatment}`,
        code === "primary_futile" ? "breach" : "not_evaluable",
        "At its second look.",
        { metric: PRIMARY, treatment, code },
      ),
    ),
    plan: { ...plan, arms: [going, futile] },
  },
};

/** Fourteen daily looks, the first ones beyond any axis. */
export const dailyLooks: ReadoutInput = (() => {
  const critical = [
    8.304650208988125, 5.815327421047673, 4.702601212962503, 4.03721710496741, 3.5869287301702037,
    3.258477232141912, 3.005926927436784, 2.804129216436416, 2.63815200570877, 2.498538827978506,
    2.378984830859223, 2.2751081617151994, 2.183757977976052, 2.102603504121327,
  ];
  const levels = [
    1.0011e-16, 6.0515e-9, 2.5687e-6, 5.4089e-5, 0.0003346, 0.00112, 0.002648, 0.005045, 0.008336,
    0.01247, 0.01736, 0.0229, 0.02898, 0.0355,
  ];
  const looks = critical.map((criticalValue, k): PlanLook => {
    const state = k < 9 ? (k === 2 ? "assumed" : "taken") : k === 9 ? "now" : "to_come";
    return {
      day: k + 1,
      fraction: (k + 1) / 14,
      criticalValue,
      nominalLevel: levels[k] ?? 0,
      z: state === "taken" ? 0.9 + Math.sin(k) : state === "now" ? 2.4985 : null,
      state,
    };
  });
  const day = { ...plan, day: 10, nextDay: 11, sentence: "Look 10 of 14, on day 10 of 14." };
  const label = "O'Brien-Fleming-type spending, looks on days 1 to 14";
  const arms = [
    { ...arm, z: 2.4985, nominalLevel: 0.012470648030172244, fraction: 10 / 14, looks },
  ];
  return {
    ...interimLook,
    verdict: { ...interimLook.verdict, plan: { ...day, label, arms } },
  };
})();
