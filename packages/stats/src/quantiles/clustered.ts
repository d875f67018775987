import { normalIsf } from "../distributions/index.js";
import { StatsError } from "../errors.js";
import { summarisePairs } from "../moments/summarise.js";
import { requireAlpha } from "../tests/inference.js";
import { ratioMetric } from "../tests/ratio-metric.js";
import { type KernelDensity, kernelDensity } from "./kernel-density.js";

/**
 * A quantile of observations when users, not observations, were randomised; from raw values.
 *
 * Method: q = X_(ceil(n p)); the share of observations at or below q is a ratio metric over users, and
 * its delta variance against p(1-p)/n corrects the order-statistic interval. `postAdjustedSe`: outer
 * interval, then correction (the product's choice); `preAdjusted`: ranks from the clustered variance;
 * `deltaKdeSe`: clustered variance over an estimated density. Source: Deng, Knoblich & Lu, KDD 2018.
 * Domain: two or more users. An interval over a few distinct values may collapse to a point.
 */
export interface ClusteredQuantile {
  /** Observations, and users with at least one. */
  readonly n: number;
  readonly clusters: number;
  readonly quantile: number;
  readonly ecdfAtQuantile: number;
  readonly iidVarianceOfEcdf: number;
  readonly clusterVarianceOfEcdf: number;
  /** sqrt(cluster variance / iid variance). */
  readonly clusterCorrection: number;
  readonly iid: RankInterval;
  readonly postAdjustedSe: number;
  readonly preAdjusted: RankInterval;
  /** Null when the values have no spread that a density could be estimated from. */
  readonly kde: (KernelDensity & { readonly se: number }) | null;
}

export interface RankInterval {
  /** 1-based ranks of the order statistics. */
  readonly ranks: readonly [number, number];
  readonly ci: readonly [number, number];
  /** Width / (2 z). */
  readonly se: number;
}

/**
 * @param values observations; `users` the cluster of each, same order.
 * @param order of the quantile, in (0, 1); `alpha` two-sided.
 * @throws StatsError DOMAIN for unequal lengths, fewer than two users, or values that are not finite.
 */
export function clusteredQuantile(
  values: readonly number[],
  users: readonly (number | string)[],
  order: number,
  alpha: number,
): ClusteredQuantile {
  requireAlpha(alpha);
  requireOrder(order);
  if (values.length !== users.length || values.some((value) => !Number.isFinite(value))) {
    throw new StatsError("DOMAIN", "Each observation is a finite number and belongs to one user.");
  }
  const n = values.length;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (rank: number) => sorted[rank - 1] ?? Number.NaN;
  const quantile = at(quantileRank(n, order));
  const { observed, below } = countByUser(values, users, quantile);
  // Fewer than two users: ratioMetric's own refusal is the right one.
  const share = ratioMetric(summarisePairs(below, observed));
  const iidVariance = (order * (1 - order)) / n;
  const clusterCorrection = Math.sqrt(share.variance / iidVariance);
  const z = normalIsf(alpha / 2);
  const interval = (sigma: number): RankInterval => {
    const ranks = intervalRanks(n, order, z * sigma);
    const ci = [at(ranks[0]), at(ranks[1])] as const;
    return { ranks, ci, se: (ci[1] - ci[0]) / (2 * z) };
  };
  const iid = interval(Math.sqrt(iidVariance));
  return {
    n,
    clusters: observed.length,
    quantile,
    ecdfAtQuantile: share.ratio,
    iidVarianceOfEcdf: iidVariance,
    clusterVarianceOfEcdf: share.variance,
    clusterCorrection,
    iid,
    postAdjustedSe: iid.se * clusterCorrection,
    preAdjusted: interval(share.se),
    kde: densityError(sorted, quantile, share.se),
  };
}

/** ceil(n p), with room for the rounding of n p. */
function quantileRank(n: number, order: number): number {
  return Math.min(n, Math.max(1, Math.ceil(n * order - 1e-9)));
}

/** Ranks n (p -+ halfWidth), rounded outwards and clamped to [1, n]. */
function intervalRanks(n: number, order: number, halfWidth: number): [number, number] {
  const clamp = (rank: number) => Math.min(n, Math.max(1, rank));
  return [
    clamp(Math.floor(n * (order - halfWidth) + 1e-9)),
    clamp(Math.ceil(n * (order + halfWidth) - 1e-9)),
  ];
}

export function requireOrder(order: number): void {
  if (!(order > 0 && order < 1)) {
    throw new StatsError("DOMAIN", `The order of a quantile lies between 0 and 1, not ${order}.`);
  }
}

function countByUser(
  values: readonly number[],
  users: readonly (number | string)[],
  quantile: number,
): { observed: number[]; below: number[] } {
  const counts = new Map<number | string, { observed: number; below: number }>();
  for (const [i, user] of users.entries()) {
    const count = counts.get(user) ?? { observed: 0, below: 0 };
    count.observed += 1;
    if ((values[i] ?? Number.NaN) <= quantile) count.below += 1;
    counts.set(user, count);
  }
  const rows = [...counts.values()];
  return { observed: rows.map((row) => row.observed), below: rows.map((row) => row.below) };
}

function densityError(sorted: readonly number[], quantile: number, sigma: number) {
  try {
    const kernel = kernelDensity(sorted, quantile);
    return { ...kernel, se: sigma / kernel.density };
  } catch (error) {
    if (error instanceof StatsError && error.code === "DOMAIN") return null;
    throw error;
  }
}
