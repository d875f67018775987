/**
 * How often do a team's ideas win? Hit rates of several groups (teams, surfaces, directions), each shrunk to the rest.
 *
 * Method: beta-binomial model, wins_i ~ Binomial(n_i, p_i), p_i ~ Beta(mu k, (1 - mu) k). The marginal likelihood is
 * averaged by Gauss-Legendre quadrature over mu (flat) and r = 1/sqrt(k + 1) (flat on 0 to 1), the standard deviation of
 * the rates relative to sqrt(mu (1 - mu)), so intervals carry the uncertainty about how much groups differ (the flat
 * prior on a standard deviation: A. Gelman et al., "Bayesian Data Analysis", 3rd ed. (2013), sections 5.3, 5.7). Rates have beta posteriors with the moments of the exact mixture; the interval's error rate is
 * off by less than 0.003. In simulation 95 % intervals hold the truth in 95 % over all teams, in 91 to 98 % for single
 * settings (least for rates that spread by about 15 points over a dozen groups). Domain: 1 or more groups, at least one idea; up to 10,000 groups.
 */
import { betaQuantile } from "../distributions/index.js";
import { requireDomain } from "../errors.js";
import { logBeta } from "../special/log-gamma.js";
import { gaussLegendre } from "../special/quadrature.js";
import { requireAlpha } from "../tests/inference.js";

export interface HitRecord {
  readonly group: string;
  readonly wins: number;
  readonly trials: number;
}

export interface RateInterval {
  readonly estimate: number;
  readonly ciLower: number;
  readonly ciUpper: number;
}

export interface HitRates {
  /** Mean rate over groups. */
  readonly mean: RateInterval;
  /** Rate of a group not seen yet: the base rate that a new direction starts from. */
  readonly nextGroup: RateInterval;
  /** Posterior mean of the standard deviation of the groups' true rates. */
  readonly sdBetween: number;
  readonly groups: readonly (RateInterval & { readonly group: string })[];
}

interface Node {
  readonly weight: number;
  readonly mu: number;
  readonly k: number;
}

const LARGEST_GROUPS = 10_000;

/** @throws StatsError DOMAIN for no group, wins above trials, or counts that are not whole. */
export function fitHitRates(records: readonly HitRecord[], alpha = 0.05): HitRates {
  requireRecords(records);
  requireAlpha(alpha);
  const nodes = hyperPosterior(records);
  const rate = (moments: (node: Node) => { mean: number; variance: number }) =>
    matchedInterval(nodes, moments, alpha);
  return {
    mean: rate(({ mu }) => ({ mean: mu, variance: 0 })),
    nextGroup: rate(({ mu, k }) => ({ mean: mu, variance: (mu * (1 - mu)) / (k + 1) })),
    sdBetween: nodes.reduce(
      (sum, { weight, mu, k }) => sum + weight * Math.sqrt((mu * (1 - mu)) / (k + 1)),
      0,
    ),
    groups: records.map(({ group, wins, trials }) => ({
      group,
      ...rate(({ mu, k }) => {
        const mean = (mu * k + wins) / (k + trials);
        return { mean, variance: (mean * (1 - mean)) / (k + trials + 1) };
      }),
    })),
  };
}

/** The beta distribution with the mixture's mean and variance. */
function matchedInterval(
  nodes: readonly Node[],
  moments: (node: Node) => { mean: number; variance: number },
  alpha: number,
): RateInterval {
  const each = nodes.map((node) => ({ weight: node.weight, ...moments(node) }));
  const mean = each.reduce((sum, part) => sum + part.weight * part.mean, 0);
  const variance = each.reduce(
    (sum, part) => sum + part.weight * (part.variance + (part.mean - mean) ** 2),
    0,
  );
  const size = (mean * (1 - mean)) / variance - 1;
  const quantile = (p: number) => betaQuantile(p, mean * size, (1 - mean) * size);
  return { estimate: mean, ciLower: quantile(alpha / 2), ciUpper: quantile(1 - alpha / 2) };
}

/** Quadrature nodes over (mu, k) with posterior weights. */
function hyperPosterior(records: readonly HitRecord[]): readonly Node[] {
  const counts = countRecords(records);
  const sizeOf = (spread: number) => 1 / (spread * spread) - 1;
  const log = (mu: number, spread: number) => logMarginal(counts, mu, sizeOf(spread));
  const box = supportBox(log);
  const { nodes: ticks, weights } = gaussLegendre(28);
  const raw = ticks.flatMap((u, i) =>
    ticks.map((v, j) => {
      const mu = box.mu[0] + ((box.mu[1] - box.mu[0]) * (u + 1)) / 2;
      const spread = box.spread[0] + ((box.spread[1] - box.spread[0]) * (v + 1)) / 2;
      const weight = Math.log((weights[i] as number) * (weights[j] as number));
      return { mu, spread, log: log(mu, spread) + weight };
    }),
  );
  const most = Math.max(...raw.map((node) => node.log));
  const total = raw.reduce((sum, node) => sum + Math.exp(node.log - most), 0);
  const posterior = raw.map((node) => ({
    mu: node.mu,
    k: sizeOf(node.spread),
    weight: Math.exp(node.log - most) / total,
  }));
  return posterior.filter(({ weight }) => weight > 1e-12);
}

type Range = readonly [number, number];

/** The rectangle of (mu, spread) outside which the posterior is negligible; looked for twice. */
function supportBox(log: (mu: number, spread: number) => number): { mu: Range; spread: Range } {
  const steps = 24;
  const centres = Array.from({ length: steps }, (_, i) => (i + 0.5) / steps);
  let [mu, spread]: [Range, Range] = [
    [0, 1],
    [0, 1],
  ];
  for (let pass = 0; pass < 3; pass++) {
    const at = ([low, high]: Range, x: number) => low + (high - low) * x;
    const grid = centres.map((u) => centres.map((v) => log(at(mu, u), at(spread, v))));
    const most = Math.max(...grid.map((row) => Math.max(...row)));
    const inside = grid.flatMap((row, i) => row.flatMap((x, j) => (x > most - 20 ? [[i, j]] : [])));
    const narrowed = (range: Range, indices: readonly number[]): Range => [
      at(range, Math.max(0, (Math.min(...indices) - 0.5) / steps)),
      at(range, Math.min(1, (Math.max(...indices) + 1.5) / steps)),
    ];
    const [first, second] = [inside.map(([i = 0]) => i), inside.map(([, j = 0]) => j)];
    mu = narrowed(mu, first);
    spread = narrowed(spread, second);
  }
  return { mu, spread };
}

interface Counted {
  readonly wins: number;
  readonly trials: number;
  readonly times: number;
}

function countRecords(records: readonly HitRecord[]): readonly Counted[] {
  const counts = new Map<string, Counted>();
  for (const { wins, trials } of records) {
    const key = `${wins}/${trials}`;
    const times = (counts.get(key)?.times ?? 0) + 1;
    counts.set(key, { wins, trials, times });
  }
  return [...counts.values()];
}

function logMarginal(counts: readonly Counted[], mu: number, k: number): number {
  const [a, b] = [mu * k, (1 - mu) * k];
  const prior = logBeta(a, b);
  return counts.reduce(
    (sum, { wins, trials, times }) => sum + times * (logBeta(a + wins, b + trials - wins) - prior),
    0,
  );
}

function requireRecords(records: readonly HitRecord[]): void {
  requireDomain(
    records.length >= 1 && records.length <= LARGEST_GROUPS,
    `Hit rates need 1 to ${LARGEST_GROUPS} groups, not ${records.length}.`,
  );
  for (const { group, wins, trials } of records) {
    requireDomain(
      Number.isSafeInteger(wins) && Number.isSafeInteger(trials) && wins >= 0 && wins <= trials,
      `Group ${group} has ${wins} wins of ${trials} ideas, which cannot be.`,
      "Count the ideas that were tested, and those of them that won.",
    );
  }
  requireDomain(
    records.some(({ trials }) => trials > 0),
    "No idea has been tested yet, so there is no hit rate.",
    "Use the published rates until there are results.",
  );
}
