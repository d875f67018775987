/**
 * Do effects differ between cohorts by more than chance, and by how much?
 *
 * Method: Cochran's Q with its chi-square test; I^2 as the share of the variation that is not chance, with the interval
 * that the Q profile of tau^2 implies (Viechtbauer, Stat. Med. 26 (2007) 37); random-effects mean with the Hartung-Knapp
 * standard error (Stat. Med. 20 (2001) 3875), never below the plain one; prediction interval for a new cohort
 * (Higgins, Thompson, Spiegelhalter, JRSS A 172 (2009) 137). Domain: 2 or more effects; prediction needs 3.
 * I^2 grows with the sizes of the cohorts and is no measure of how much effects differ: tau and the prediction interval are.
 */
import { chiSquareSf, normalIsf, studentTIsf } from "../distributions/index.js";
import { requireAlpha } from "../tests/inference.js";
import {
  type BetweenVarianceMethod,
  betweenVariance,
  betweenVarianceInterval,
} from "./between-variance.js";
import { generalisedQ, requireEffects, type SummaryEffect, weightedMean } from "./effects.js";

export interface MeanEffect {
  readonly estimate: number;
  readonly se: number;
  readonly ciLower: number;
  readonly ciUpper: number;
}

export interface Heterogeneity {
  readonly q: number;
  readonly df: number;
  /** P(chi-square with df > q): chance alone. */
  readonly pValue: number;
  /** Variance of the true effects between cohorts, with its interval. */
  readonly tau2: number;
  readonly tau2Interval: readonly [number, number];
  /** (q - df) / q, cut at 0. */
  readonly i2: number;
  /** tau2 over tau2 plus a typical sampling variance; and the interval of it. */
  readonly i2FromTau2: number;
  readonly i2Interval: readonly [number, number];
  /** One effect for all (weights 1 / se^2). */
  readonly fixed: MeanEffect;
  /** Mean of effects that differ; plain standard error, and the Hartung-Knapp one. */
  readonly random: MeanEffect;
  readonly hartungKnapp: MeanEffect;
  /** Where the true effect of a further cohort lies; null with fewer than 3 effects. */
  readonly predictionInterval: readonly [number, number] | null;
}

export interface HeterogeneityOptions {
  /** Two-sided error rate of every interval; default 0.05. */
  readonly alpha?: number;
  readonly method?: BetweenVarianceMethod;
}

/** @throws StatsError DOMAIN for fewer than 2 effects, an se that is not above 0, or values that are not finite. */
export function heterogeneity(
  effects: readonly SummaryEffect[],
  { alpha = 0.05, method = "paule_mandel" }: HeterogeneityOptions = {},
): Heterogeneity {
  requireEffects(effects, 2);
  requireAlpha(alpha);
  const k = effects.length;
  const df = k - 1;
  const q = generalisedQ(effects, 0);
  const tau2 = betweenVariance(effects, method);
  const tau2Interval = betweenVarianceInterval(effects, alpha);
  const typical = typicalVariance(effects);
  const share = (t: number) => t / (t + typical);
  const z = normalIsf(alpha / 2);
  const pooled = weightedMean(effects, tau2);
  const plain = 1 / Math.sqrt(pooled.weight);
  const inflation = Math.max(1, generalisedQ(effects, tau2) / df);
  return {
    q,
    df,
    pValue: chiSquareSf(q, df),
    tau2,
    tau2Interval,
    i2: q > 0 ? Math.max(0, (q - df) / q) : 0,
    i2FromTau2: share(tau2),
    i2Interval: [share(tau2Interval[0]), share(tau2Interval[1])],
    fixed: interval(weightedMean(effects, 0), 1, z),
    random: interval(pooled, 1, z),
    hartungKnapp: interval(pooled, Math.sqrt(inflation), studentTIsf(alpha / 2, df)),
    predictionInterval:
      k < 3
        ? null
        : around(pooled.mean, studentTIsf(alpha / 2, k - 2) * Math.hypot(Math.sqrt(tau2), plain)),
  };
}

/** The sampling variance of a typical cohort (Higgins & Thompson, Stat. Med. 21 (2002) 1539). */
function typicalVariance(effects: readonly SummaryEffect[]): number {
  const least = Math.min(...effects.map(({ se }) => se));
  // Relative to the smallest standard error, so that squares of weights neither overflow nor vanish.
  const weights = effects.map(({ se }) => (least / se) ** 2);
  const total = weights.reduce((a, b) => a + b, 0);
  const squares = weights.reduce((a, b) => a + b * b, 0);
  return ((effects.length - 1) * total * least * least) / (total * total - squares);
}

function interval(
  { mean, weight }: { mean: number; weight: number },
  inflation: number,
  critical: number,
): MeanEffect {
  const se = inflation / Math.sqrt(weight);
  const [ciLower, ciUpper] = around(mean, critical * se);
  return { estimate: mean, se, ciLower, ciUpper };
}

function around(centre: number, halfWidth: number): readonly [number, number] {
  return [centre - halfWidth, centre + halfWidth];
}
