/**
 * RICE for ML: reach x impact x confidence / effort, confidence being evidence quality x detectability.
 * Source: Primitive 2, rice_for_ml.py.
 */
import type { Candidate } from "./schema.js";

export interface RiceInput {
  /** Eligible units in the quarter. */
  readonly reach: number;
  /** Change of the metric for one unit. */
  readonly impact: number;
  readonly evidenceQuality: number;
  /** P(the effect is seen). */
  readonly detectability: number;
  /** Engineer-weeks. */
  readonly effort: number;
}

/** Units of impact for an engineer-week. */
export function rice({ reach, impact, evidenceQuality, detectability, effort }: RiceInput): number {
  return (reach * impact * (evidenceQuality * detectability)) / effort;
}

export interface Spread {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/** z of the 90th percentile. */
const Z90 = 1.2815515655446004;

export interface ImpactBelief extends Spread {
  readonly mean: number;
  readonly sd: number;
  /** False: a single number was given, and half of it is taken for its standard deviation. */
  readonly ranged: boolean;
}

/**
 * Impact as a distribution. Three points are the 10th, 50th and 90th percentile; their mean is Swanson's 0.3, 0.4, 0.3
 * (A. Hurst, G. Brown, R. Swanson, AAPG Bulletin 84 (2000) 1883).
 */
export function impactOf({ impact }: Pick<Candidate, "impact">): ImpactBelief {
  if (typeof impact === "number") return aroundMean(impact, Math.abs(impact) / 2, false);
  const { low, likely, high, mean, sd } = impact;
  if (mean !== undefined && sd !== undefined) return aroundMean(mean, sd, true);
  const [a, b, c] = [low ?? 0, likely ?? 0, high ?? 0];
  return {
    low: a,
    likely: b,
    high: c,
    mean: 0.3 * a + 0.4 * b + 0.3 * c,
    sd: (c - a) / (2 * Z90),
    ranged: true,
  };
}

function aroundMean(mean: number, sd: number, ranged: boolean): ImpactBelief {
  return { low: mean - Z90 * sd, likely: mean, high: mean + Z90 * sd, mean, sd, ranged };
}

export function effortOf({ effort }: Pick<Candidate, "effort">): Spread {
  return typeof effort === "number" ? { low: effort, likely: effort, high: effort } : effort;
}

/**
 * A score's 80 % range from those of impact and effort, which err independently: logarithms in quadrature. Where the
 * impact may be nothing or harm, the lower end is that of the impact alone.
 */
export function scoreRange(score: number, impact: Spread, effort: Spread): Spread {
  const log = (a: number, b: number) => Math.log(a / b);
  if (!(impact.likely > 0)) return { low: score, likely: score, high: score };
  const up = Math.hypot(log(impact.high, impact.likely), log(effort.likely, effort.low));
  const down = Math.hypot(log(impact.likely, impact.low), log(effort.high, effort.likely));
  const low = impact.low > 0 ? score * Math.exp(-down) : (score * impact.low) / impact.likely;
  return { low, likely: score, high: score * Math.exp(up) };
}
