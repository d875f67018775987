/**
 * Effects of cohorts shrunk towards each other, with intervals that do not pretend to know how much they differ.
 *
 * Method: normal effects around a common mean with standard deviation tau; the posterior averages over tau (flat prior,
 * likelihood restricted for the mean, which has a flat prior too), by quadrature: A. Gelman et al., "Bayesian Data
 * Analysis", 3rd ed. (2013), section 5.4. Each effect's posterior is then a mixture of normals, whose quantiles and tail
 * probabilities are exact. Domain: 3 or more effects (below, the posterior of tau does not exist).
 * Accuracy: 1e-6 of a standard
 * deviation.
 */
import { normalCdf, normalIsf } from "../distributions/index.js";
import { requireDomain } from "../errors.js";
import { gaussLegendre, integrate } from "../special/quadrature.js";
import { findRoot } from "../special/root.js";
import { requireAlpha, requireFinite } from "../tests/inference.js";
import { restrictedLogLikelihood } from "./between-variance.js";
import { requireEffects, type SummaryEffect, weightedMean } from "./effects.js";

export interface ShrunkEffect {
  /** Posterior mean and standard deviation. */
  readonly estimate: number;
  readonly sd: number;
  readonly ciLower: number;
  readonly ciUpper: number;
  /** P(effect < harmLimit | data): how sure the harm is, neighbours considered. */
  readonly probabilityBelow: number;
  /** Share of the distance to the common mean that the data did not take away, 0 (all pooled) to 1 (none). */
  readonly kept: number;
}

export interface PosteriorInterval {
  readonly estimate: number;
  readonly ciLower: number;
  readonly ciUpper: number;
}

export interface ShrunkEffects {
  /** The common mean and its interval. */
  readonly mean: PosteriorInterval;
  /** Standard deviation between cohorts: posterior median and interval. */
  readonly tau: PosteriorInterval;
  readonly effects: readonly ShrunkEffect[];
}

export interface ShrinkOptions {
  /** Two-sided error rate of the intervals; default 0.05. */
  readonly alpha?: number;
  /** For `probabilityBelow`; default 0. */
  readonly harmLimit?: number;
}

interface TauPoint {
  readonly tau: number;
  readonly weight: number;
  readonly mean: number;
  readonly meanVariance: number;
}

const LARGEST_EFFECTS = 10_000;
const NODES = 64;
const PANELS = 32;

/** @throws StatsError DOMAIN for fewer than 3 effects, an se that is not above 0, or values that are not finite. */
export function shrinkEffects(
  effects: readonly SummaryEffect[],
  { alpha = 0.05, harmLimit = 0 }: ShrinkOptions = {},
): ShrunkEffects {
  requireEffects(effects, 3);
  requireDomain(effects.length <= LARGEST_EFFECTS, `At most ${LARGEST_EFFECTS} effects.`);
  requireAlpha(alpha);
  requireFinite(harmLimit, "A limit");
  const posterior = tauPosterior(effects);
  const { points } = posterior;
  const common = points.map(({ weight, mean, meanVariance }) => ({
    weight,
    centre: mean,
    sd: Math.sqrt(meanVariance),
  }));
  return {
    mean: { estimate: average(common, ({ centre }) => centre), ...mixtureInterval(common, alpha) },
    tau: {
      estimate: posterior.quantile(0.5),
      ciLower: posterior.quantile(alpha / 2),
      ciUpper: posterior.quantile(1 - alpha / 2),
    },
    effects: effects.map((effect) => shrinkOne(effect, points, alpha, harmLimit)),
  };
}

function average<T extends { readonly weight: number }>(
  parts: readonly T[],
  value: (part: T) => number,
): number {
  return parts.reduce((sum, part) => sum + part.weight * value(part), 0);
}

interface NormalPart {
  readonly weight: number;
  readonly centre: number;
  readonly sd: number;
}

/** Equal-tailed interval of a mixture of normals; each limit lies between those of the parts. */
function mixtureInterval(parts: readonly NormalPart[], alpha: number) {
  const z = normalIsf(alpha / 2);
  const limit = (sign: 1 | -1) => {
    const ends = parts.map(({ centre, sd }) => centre + sign * z * sd);
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    const beyond = (x: number) =>
      average(parts, ({ centre, sd }) => normalCdf((sign * (centre - x)) / sd)) - alpha / 2;
    // Rounding may leave no change of sign where all parts agree.
    if (!(beyond(low) * beyond(high) < 0)) return (low + high) / 2;
    return findRoot(beyond, low, high, { tolerance: 1e-10 });
  };
  return { ciLower: limit(-1), ciUpper: limit(1) };
}

/** Nodes over tau with posterior weights that add up to 1, and its quantiles. */
function tauPosterior(effects: readonly SummaryEffect[]): {
  points: readonly TauPoint[];
  quantile: (p: number) => number;
} {
  const smallest = Math.min(...effects.map(({ se }) => se));
  const average = effects.reduce((sum, { estimate }) => sum + estimate, 0) / effects.length;
  const spread = Math.max(...effects.map(({ estimate }) => Math.abs(estimate - average)));
  const scale = Math.max(smallest, spread / Math.sqrt(effects.length), 1e-300);
  // tau = scale x / (1 - x): the tail of the posterior falls as tau^(1-k), at slowest as tau^-2.
  const tauAt = (x: number) => (scale * x) / (1 - x);
  const density = (x: number) =>
    restrictedLogLikelihood(effects, tauAt(x) ** 2) - 2 * Math.log1p(-x);
  const [lower, upper] = support(density);
  const { nodes, weights } = gaussLegendre(NODES);
  const raw = nodes.map((node, i) => {
    const x = lower + ((upper - lower) * (node + 1)) / 2;
    return { tau: tauAt(x), log: density(x) + Math.log(weights[i] as number) };
  });
  const most = Math.max(...raw.map(({ log }) => log));
  const total = raw.reduce((sum, { log }) => sum + Math.exp(log - most), 0);
  const points = raw.map(({ tau, log }) => {
    const pooled = weightedMean(effects, tau * tau);
    const weight = Math.exp(log - most) / total;
    return { tau, weight, mean: pooled.mean, meanVariance: 1 / pooled.weight };
  });
  return {
    points: points.filter(({ weight }) => weight > 1e-12),
    quantile: quantiles((x) => Math.exp(density(x) - most), lower, upper, tauAt),
  };
}

/** Quantiles of the distribution with this density (up to a factor) on [lower, upper]. */
function quantiles(
  density: (x: number) => number,
  lower: number,
  upper: number,
  scale: (x: number) => number,
): (p: number) => number {
  const width = (upper - lower) / PANELS;
  const from = Array.from({ length: PANELS }, (_, i) => lower + i * width);
  const masses = from.map((start) => integrate(density, start, start + width, 1, 8));
  const total = masses.reduce((a, b) => a + b, 0);
  return (p) => {
    let left = p * total;
    let panel = 0;
    while (panel < PANELS - 1 && left > (masses[panel] as number))
      left -= masses[panel++] as number;
    const start = from[panel] as number;
    const missing = (x: number) =>
      (x === 0 ? 0 : integrate(density, start, start + x, 1, 8)) - left;
    if (missing(width) <= 0) return scale(start + width);
    return scale(start + findRoot(missing, 0, width, { tolerance: 1e-9 }));
  };
}

/** The part of (0, 1) outside which a density with one mode is negligible. */
function support(logDensity: (x: number) => number): readonly [number, number] {
  const steps = 128;
  const grid = Array.from({ length: steps }, (_, i) => (i + 0.5) / steps);
  let [lower, upper] = [0, 1];
  // Twice: with very many effects the first grid may hold no more than its flanks.
  for (let pass = 0; pass < 2; pass++) {
    const [from, width] = [lower, upper - lower];
    const logs = grid.map((x) => logDensity(from + width * x));
    const most = Math.max(...logs);
    const inside = logs.flatMap((log, i) => (log > most - 40 ? [i] : []));
    lower = from + (width * Math.max(0, (inside[0] ?? 0) - 0.5)) / steps;
    upper = from + (width * Math.min(steps, (inside.at(-1) ?? steps) + 1.5)) / steps;
  }
  return [lower, upper];
}

function shrinkOne(
  { estimate, se }: SummaryEffect,
  points: readonly TauPoint[],
  alpha: number,
  harmLimit: number,
): ShrunkEffect {
  const parts = points.map(({ tau, weight, mean, meanVariance }) => {
    // Hypotenuse, not squares: tau and se may be of very different size.
    const kept = (tau / Math.hypot(tau, se)) ** 2;
    const centre = mean + kept * (estimate - mean);
    return {
      weight,
      kept,
      centre,
      sd: Math.hypot(se * Math.sqrt(kept), (1 - kept) * Math.sqrt(meanVariance)),
    };
  });
  const mean = average(parts, ({ centre }) => centre);
  return {
    estimate: mean,
    sd: Math.sqrt(average(parts, ({ sd, centre }) => sd * sd + (centre - mean) ** 2)),
    ...mixtureInterval(parts, alpha),
    probabilityBelow: average(parts, ({ centre, sd }) => normalCdf((harmLimit - centre) / sd)),
    kept: average(parts, ({ kept }) => kept),
  };
}
