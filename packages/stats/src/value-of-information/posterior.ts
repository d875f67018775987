/**
 * What to believe of an effect after an estimate: the estimate shrunk by the prior, against the winner's curse.
 *
 * Method: the prior as a mixture of normals (prior.ts); for a normal estimate the posterior is a mixture of normals
 * again, whose moments, tails and quantiles are exact. With a fat-tailed prior marginal wins are taken for noise and
 * huge ones for real; a normal prior shrinks all alike. Source: Azevedo, Deng, Montiel Olea, Rao, Weyl, J. Political
 * Economy 128 (2020) 4614. Domain: se > 0. Accuracy: 1e-10 relative.
 */
import { normalCdf, normalIsf } from "../distributions/index.js";
import { requirePositive } from "../errors.js";
import { findRoot } from "../special/root.js";
import { requireAlpha, requireFinite } from "../tests/inference.js";
import { type EffectPrior, type NormalPart, normalParts } from "./prior.js";

export interface PosteriorEffect {
  /** Posterior mean: what to book. */
  readonly mean: number;
  readonly sd: number;
  /** Equal-tailed interval at level 1 - alpha. */
  readonly ciLower: number;
  readonly ciUpper: number;
  readonly probabilityPositive: number;
  /** P(effect < limit). */
  readonly probabilityBelow: (limit: number) => number;
  /** log density of the estimate under the prior: how surprising it was. */
  readonly logEvidence: number;
}

interface PosteriorPart {
  readonly weight: number;
  readonly mean: number;
  readonly sd: number;
}

/** @param alpha two-sided, of the interval. @throws StatsError DOMAIN for se <= 0 or a prior that is none. */
export function posteriorEffect(
  prior: EffectPrior,
  estimate: number,
  se: number,
  alpha = 0.05,
): PosteriorEffect {
  requireFinite(estimate, "An estimate");
  requirePositive(se, "The standard error of an estimate");
  requireAlpha(alpha);
  const { parts, logEvidence } = posteriorParts(normalParts(prior), estimate, se);
  const mean = parts.reduce((sum, part) => sum + part.weight * part.mean, 0);
  const variance = parts.reduce(
    (sum, part) => sum + part.weight * (part.sd ** 2 + (part.mean - mean) ** 2),
    0,
  );
  const below = (limit: number) => tail(parts, limit, 1);
  return {
    mean,
    sd: Math.sqrt(variance),
    ciLower: quantile(parts, alpha / 2, 1),
    ciUpper: quantile(parts, alpha / 2, -1),
    probabilityPositive: tail(parts, 0, -1),
    probabilityBelow: below,
    logEvidence,
  };
}

/** Posterior mean alone; quick. */
export function posteriorMean(parts: readonly NormalPart[], estimate: number, se: number): number {
  const { parts: posterior } = posteriorParts(parts, estimate, se);
  return posterior.reduce((sum, part) => sum + part.weight * part.mean, 0);
}

function posteriorParts(
  parts: readonly NormalPart[],
  estimate: number,
  se: number,
): { parts: readonly PosteriorPart[]; logEvidence: number } {
  const raw = parts.map(({ weight, mean, variance }) => {
    const total = variance + se * se;
    const log = Math.log(weight) - Math.log(2 * Math.PI * total) / 2;
    const kept = variance / total;
    return {
      log: log - (estimate - mean) ** 2 / (2 * total),
      mean: mean + kept * (estimate - mean),
      sd: se * Math.sqrt(kept),
    };
  });
  const most = raw.reduce((max, { log }) => Math.max(max, log), Number.NEGATIVE_INFINITY);
  const total = raw.reduce((sum, { log }) => sum + Math.exp(log - most), 0);
  return {
    parts: raw.flatMap(({ log, mean, sd }) => {
      const weight = Math.exp(log - most) / total;
      return weight > 1e-18 ? [{ weight, mean, sd }] : [];
    }),
    logEvidence: most + Math.log(total),
  };
}

/** P(effect < x) for side 1, P(effect > x) for side -1; half of an atom at x counts. */
function tail(parts: readonly PosteriorPart[], x: number, side: 1 | -1): number {
  const sum = parts.reduce((total, { weight, mean, sd }) => {
    const distance = side * (x - mean);
    if (sd > 0) return total + weight * normalCdf(distance / sd);
    return total + weight * (distance === 0 ? 0.5 : distance > 0 ? 1 : 0);
  }, 0);
  return Math.min(1, sum);
}

/** The point with `p` of the posterior beyond it on the given side; it lies between those of the parts. */
function quantile(parts: readonly PosteriorPart[], p: number, side: 1 | -1): number {
  const z = normalIsf(p);
  const ends = parts.map(({ mean, sd }) => mean - side * z * sd);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const beyond = (x: number) => tail(parts, x, side) - p;
  // Rounding may leave no change of sign where all parts agree.
  if (!(beyond(low) * beyond(high) < 0)) return (low + high) / 2;
  return findRoot(beyond, low, high, { tolerance: 1e-12 });
}
