/**
 * Rank correlations: Spearman's rho and Kendall's tau-b.
 *
 * Spearman: Pearson's r of average ranks, p by t with n-2 df, interval on the atanh scale with half-width
 * z sqrt((1 + r^2/2)/(n-3)) (Bonett & Wright, Psychometrika 65 (2000) 23-28). Kendall: tau-b, pairs counted in
 * n log n by merge sort (Knight, JASA 61 (1966) 436-439); p normal with the variance corrected for ties (Kendall,
 * "Rank Correlation Methods", 4th ed. 1970, chapter 5). Domain: three pairs or more (interval: four), independent,
 * both varying. p-values are approximations that need about ten pairs.
 */
import { normalIsf, normalSf } from "../distributions/index.js";
import { requireDomain, requireOpenProbability } from "../errors.js";
import {
  type Correlation,
  type CorrelationInterval,
  clampUnit,
  correlationPValue,
  requirePairs,
  scatter,
} from "./pearson.js";

/** @throws StatsError DOMAIN as `pearson`. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>, alpha: number): Correlation {
  requireOpenProbability(alpha, "alpha");
  requirePairs(x, y);
  const { n, sxx, syy, sxy } = scatter(averageRanks(x), averageRanks(y));
  const r = clampUnit(sxy / Math.sqrt(sxx * syy));
  const interval = n >= 4 && Math.abs(r) < 1 ? bonettWright(r, n, alpha) : null;
  return { n, correlation: r, pValue: correlationPValue(r, n), interval };
}

function bonettWright(r: number, n: number, alpha: number): CorrelationInterval {
  const half = normalIsf(alpha / 2) * Math.sqrt((1 + (r * r) / 2) / (n - 3));
  return { ciLower: Math.tanh(Math.atanh(r) - half), ciUpper: Math.tanh(Math.atanh(r) + half) };
}

/** Ranks from 1; equal values share the mean of their ranks. */
function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) {
      to += 1;
    }
    for (let at = from; at < to; at++) ranks[order[at] as number] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

export interface KendallResult {
  readonly n: number;
  readonly tauB: number;
  readonly pValue: number;
  /** Pairs of pairs in the same order less those in opposite order. */
  readonly concordance: number;
}

/** @throws StatsError DOMAIN as `pearson`. */
export function kendall(x: ArrayLike<number>, y: ArrayLike<number>): KendallResult {
  requirePairs(x, y);
  const n = x.length;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (x[a] as number) - (x[b] as number) || (y[a] as number) - (y[b] as number),
  );
  const tiesX = tieSums(order, (a, b) => x[a] === x[b]);
  const tiesBoth = tieSums(order, (a, b) => x[a] === x[b] && y[a] === y[b]);
  const values = Float64Array.from(order, (i) => y[i] as number);
  // Sorting by y turns each discordant pair round once.
  const discordant = countInversions(values);
  const tiesY = tieSums(
    Int32Array.from({ length: n }, (_, i) => i),
    (a, b) => values[a] === values[b],
  );
  const pairs = (n * (n - 1)) / 2;
  requireDomain(
    tiesX.pairs < pairs && tiesY.pairs < pairs,
    "One of the two does not vary, so there is no rank correlation.",
    "Check the column.",
  );
  const concordance = pairs - tiesX.pairs - tiesY.pairs + tiesBoth.pairs - 2 * discordant;
  const tauB = concordance / Math.sqrt(pairs - tiesX.pairs) / Math.sqrt(pairs - tiesY.pairs);
  const m = n * (n - 1);
  const variance =
    (m * (2 * n + 5) - tiesX.quintic - tiesY.quintic) / 18 +
    (2 * tiesX.pairs * tiesY.pairs) / m +
    (tiesX.cubic * tiesY.cubic) / (9 * m * (n - 2));
  const z = Math.abs(concordance) / Math.sqrt(variance);
  return { n, tauB: clampUnit(tauB), pValue: Math.min(1, 2 * normalSf(z)), concordance };
}

interface TieSums {
  /** Sum of t(t-1)/2. */
  readonly pairs: number;
  /** Sum of t(t-1)(t-2). */
  readonly cubic: number;
  /** Sum of t(t-1)(2t+5). */
  readonly quintic: number;
}

/** Over groups of equal neighbours of size t. */
function tieSums(order: Int32Array, isEqual: (a: number, b: number) => boolean): TieSums {
  let [pairs, cubic, quintic] = [0, 0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && isEqual(order[from] as number, order[to] as number)) to += 1;
    const t = to - from;
    pairs += (t * (t - 1)) / 2;
    cubic += t * (t - 1) * (t - 2);
    quintic += t * (t - 1) * (2 * t + 5);
    from = to;
  }
  return { pairs, cubic, quintic };
}

/** Pairs that stand in the wrong order; sorts the values. */
function countInversions(values: Float64Array): number {
  const scratch = new Float64Array(values.length);
  let inversions = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let from = 0; from + width < values.length; from += 2 * width) {
      const to = Math.min(from + 2 * width, values.length);
      inversions += mergeCounting(values, scratch, from, from + width, to);
    }
  }
  return inversions;
}

function mergeCounting(
  values: Float64Array,
  scratch: Float64Array,
  from: number,
  middle: number,
  to: number,
): number {
  scratch.set(values.subarray(from, to), from);
  let [left, right, inversions] = [from, middle, 0];
  for (let out = from; out < to; out++) {
    const isRight =
      left >= middle || (right < to && (scratch[right] as number) < (scratch[left] as number));
    values[out] = scratch[isRight ? right : left] as number;
    if (isRight) {
      inversions += middle - left;
      right += 1;
    } else left += 1;
  }
  return inversions;
}
