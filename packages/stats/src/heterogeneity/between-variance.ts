/**
 * Variance of true effects between cohorts (tau^2) from summary effects.
 *
 * Methods: DerSimonian-Laird (Controlled Clinical Trials 7 (1986) 177); Paule-Mandel (J. Res. NBS 87 (1982) 377): the
 * tau^2 at which the generalised Q equals its expectation k - 1; REML (Viechtbauer, J. Educ. Behav. Stat. 30 (2005)
 * 261) by minimising over tau. Interval by the Q profile (Viechtbauer, Stat. Med. 26 (2007) 37): exact when the
 * standard errors are known. Domain: 2 or more effects. Estimates are cut at 0.
 */
import { chiSquareIsf, chiSquareQuantile } from "../distributions/index.js";
import { minimise } from "../special/minimise.js";
import { findRoot } from "../special/root.js";
import { requireAlpha } from "../tests/inference.js";
import { generalisedQ, requireEffects, type SummaryEffect, weightedMean } from "./effects.js";

/** `paule_mandel` has no optimiser and is the default; `reml` confirms it; `dersimonian_laird` for comparison. */
export type BetweenVarianceMethod = "paule_mandel" | "reml" | "dersimonian_laird";

const METHODS: Readonly<
  Record<BetweenVarianceMethod, (effects: readonly SummaryEffect[]) => number>
> = {
  dersimonian_laird: (effects) => {
    const weights = effects.map(({ se }) => 1 / (se * se));
    const total = weights.reduce((a, b) => a + b, 0);
    const squares = weights.reduce((a, b) => a + b * (b / total), 0);
    const excess = generalisedQ(effects, 0) - (effects.length - 1);
    return Math.max(0, excess / (total - squares));
  },
  paule_mandel: (effects) => varianceWithQ(effects, effects.length - 1),
  reml: restrictedMaximum,
};

/** tau^2 >= 0. @throws StatsError DOMAIN for fewer than 2 effects or values that are not finite. */
export function betweenVariance(
  effects: readonly SummaryEffect[],
  method: BetweenVarianceMethod = "paule_mandel",
): number {
  requireEffects(effects, 2);
  return METHODS[method](effects);
}

/** Q-profile interval of tau^2 at level 1 - alpha. @throws StatsError DOMAIN as `betweenVariance`. */
export function betweenVarianceInterval(
  effects: readonly SummaryEffect[],
  alpha: number,
): readonly [number, number] {
  requireEffects(effects, 2);
  requireAlpha(alpha);
  const df = effects.length - 1;
  return [
    varianceWithQ(effects, chiSquareIsf(alpha / 2, df)),
    varianceWithQ(effects, chiSquareQuantile(alpha / 2, df)),
  ];
}

/** The tau^2 at which the generalised Q is `target`; 0 when it is below already. */
function varianceWithQ(effects: readonly SummaryEffect[], target: number): number {
  if (generalisedQ(effects, 0) <= target) return 0;
  const { mean } = weightedMean(effects, 0);
  // Q(t) <= sum (y - m)^2 / t for every m, so it is below the target from here on.
  const spread = effects.reduce((sum, { estimate }) => sum + (estimate - mean) ** 2, 0);
  const upper = (1.01 * spread) / target;
  return findRoot((tau2) => generalisedQ(effects, tau2) - target, 0, upper);
}

/** log restricted likelihood of tau^2, up to a constant. */
export function restrictedLogLikelihood(effects: readonly SummaryEffect[], tau2: number): number {
  const { mean, weight } = weightedMean(effects, tau2);
  const logs = effects.reduce((sum, { estimate, se }) => {
    const variance = se * se + tau2;
    return sum + Math.log(variance) + (estimate - mean) ** 2 / variance;
  }, 0);
  return -(logs + Math.log(weight)) / 2;
}

/** Over tau = scale x: the likelihood is even in x, so 0 is an ordinary stationary point. */
function restrictedMaximum(effects: readonly SummaryEffect[]): number {
  const average = effects.reduce((sum, { estimate }) => sum + estimate, 0) / effects.length;
  const spread = effects.reduce((sum, { estimate }) => sum + (estimate - average) ** 2, 0);
  const noise = effects.reduce((sum, { se }) => sum + se * se, 0);
  const scale = Math.sqrt((spread + noise) / effects.length);
  const f = ([x = 0]: readonly number[]) => {
    const tau = scale * x;
    return {
      value: -restrictedLogLikelihood(effects, tau * tau),
      gradient: [-2 * tau * scale * restrictedScore(effects, tau * tau)],
    };
  };
  const found = [0.1, 0.5, 1].map((start) => minimise(f, [start], { tolerance: 1e-10 }));
  const best = found.reduce((a, b) => (b.value < a.value ? b : a));
  const tau = scale * (best.point[0] ?? 0);
  const atZero = -restrictedLogLikelihood(effects, 0);
  return atZero <= best.value + 1e-10 ? 0 : tau * tau;
}

/** Derivative of the log restricted likelihood by tau^2. */
function restrictedScore(effects: readonly SummaryEffect[], tau2: number): number {
  const { mean, weight } = weightedMean(effects, tau2);
  let [first, squares, weighted] = [0, 0, 0];
  for (const { estimate, se } of effects) {
    const w = 1 / (se * se + tau2);
    first += w;
    squares += w * w;
    weighted += (w * (estimate - mean)) ** 2;
  }
  return (-first + squares / weight + weighted) / 2;
}
