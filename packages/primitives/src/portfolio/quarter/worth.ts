/**
 * What a candidate is worth: the launch decision after its experiment (EV), the information in it (EVSI), and the direction
 * that it decides (EVOI). All in closed form or by quadrature (stats, value-of-information).
 *
 * Prior: works with the believed chance, and then has a fat-tailed effect around its impact; else an effect around 0. EV is
 * the value of launching exactly when the test is significant; 0 when the quarter cannot show the impact.
 * EVOI: a direction works or not; the test answers with its power and its error; its value is that of the better choice
 * after the answer less that of the better choice before, times the quarters it decides.
 */
import { type EffectPrior, normalIsf, ruleValue, studentTIsf, trialValue } from "@plumbline/stats";
import type { Sight } from "./detect.js";
import type { Candidate } from "./schema.js";
import type { QuarterSettings } from "./settings.js";

export interface Hit {
  readonly mean: number;
  readonly sd: number;
}

export interface Worth {
  readonly ev: number;
  readonly evoi: number;
  /** EV and EVOI: what the choice adds up. */
  readonly value: number;
}

export interface Information {
  /** Of the sample about the launch, and of knowing the effect exactly. */
  readonly evsi: number;
  readonly evpi: number;
  readonly valueNow: number;
  readonly decisionNow: "launch" | "hold";
}

const Z90 = 1.2815515655446004;

/** The belief about the effect of launching. */
export function effectPrior(chance: number, hit: Hit, settings: QuarterSettings): EffectPrior {
  const { tailDf: df, missSpread } = settings;
  // A Student's t with the same 10th and 90th percentile as the normal that was declared.
  const scale = (hit.sd * Z90) / studentTIsf(0.1, df);
  return {
    kind: "mixture",
    parts: [
      {
        weight: 1 - chance,
        prior: { kind: "normal", mean: 0, sd: missSpread * Math.abs(hit.mean) },
      },
      {
        weight: chance,
        prior:
          scale > 0
            ? { kind: "student_t", mean: hit.mean, scale, df }
            : { kind: "normal", mean: hit.mean, sd: 0 },
      },
    ],
  };
}

function stakesOf(candidate: Candidate, { horizon }: QuarterSettings) {
  return {
    valuePerUnit: candidate.value_per_unit ?? 1,
    population: candidate.reach * horizon,
    launchCost: candidate.launch_cost ?? 0,
  };
}

export function worthOf(
  candidate: Candidate,
  chance: number,
  hit: Hit,
  seen: Sight,
  settings: QuarterSettings,
): Worth {
  if (seen.probability < settings.leastPower) return { ev: 0, evoi: 0, value: 0 };
  const threshold = normalIsf(settings.alpha / settings.sided) * seen.standardError;
  const prior = effectPrior(chance, hit, settings);
  const variance = seen.standardError ** 2;
  const ev = ruleValue(prior, stakesOf(candidate, settings), variance, threshold);
  const evoi = directionValue(candidate, chance, seen.probability, settings);
  return { ev, evoi, value: ev + evoi };
}

export function informationOf(
  candidate: Candidate,
  chance: number,
  hit: Hit,
  seen: Sight,
  settings: QuarterSettings,
): Information {
  const trial = { samplingVariance: seen.standardError ** 2 };
  const prior = effectPrior(chance, hit, settings);
  const found = trialValue(prior, stakesOf(candidate, settings), trial);
  const { evsi, evpi, valueNow, decisionNow } = found;
  return { evsi, evpi, valueNow, decisionNow };
}

/** @param power to see that the direction works. */
export function directionValue(
  { resolves }: Pick<Candidate, "resolves">,
  chance: number,
  power: number,
  { alpha, sided }: Pick<QuarterSettings, "alpha" | "sided">,
): number {
  if (resolves === undefined) return 0;
  const { quarters, value_per_quarter: value, cost_per_quarter: cost } = resolves;
  const falseAlarm = alpha / sided;
  const yes = chance * power + (1 - chance) * falseAlarm;
  const before = Math.max(0, chance * value - cost);
  const after =
    Math.max(0, chance * power * value - yes * cost) +
    Math.max(0, chance * (1 - power) * value - (1 - yes) * cost);
  return quarters * Math.max(0, after - before);
}
