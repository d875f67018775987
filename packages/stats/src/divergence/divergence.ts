/**
 * How far apart two distributions over the same bins are.
 *
 * Shares (count + smoothing)/(N + smoothing K); natural logarithms; 0 ln 0 = 0. KL sum p ln(p/q); PSI sum
 * (p - q) ln(p/q), both directions of KL together; Jensen-Shannon against the midpoint (Lin, IEEE Trans. Inf.
 * Theory 37 (1991) 145-151), distance its square root; total variation half the sum of |p - q|. Accuracy:
 * p ln(p/q) - p + q term by term, which cancels nothing where p is near q. Samples of the same distribution
 * are apart too: see `shiftTest` for how far.
 */
import { requireDomain } from "../errors.js";
import { log1pmx } from "../special/elementary.js";

export interface BinCounts {
  /** Counts or weights per bin, 0 or more. */
  readonly p: readonly number[];
  readonly q: readonly number[];
  /** Added to every bin of both; 0 when absent. */
  readonly smoothing?: number;
}

export interface Divergence {
  /** Null: infinite, q has an empty bin where p has not. */
  readonly klPq: number | null;
  readonly klQp: number | null;
  /** Null when either KL is infinite. */
  readonly psi: number | null;
  /** At most ln 2. */
  readonly jensenShannon: number;
  readonly jensenShannonDistance: number;
  /** From 0 to 1: the share that would have to move. */
  readonly totalVariation: number;
}

/** @throws StatsError DOMAIN for unequal bins, a negative count, an empty side or a bad smoothing. */
export function divergence({ p, q, smoothing = 0 }: BinCounts): Divergence {
  requireBins(p, q, smoothing);
  return divergenceOfShares(shares(p, smoothing), shares(q, smoothing));
}

export function requireBins(p: readonly number[], q: readonly number[], smoothing: number): void {
  requireDomain(
    p.length === q.length && p.length >= 1,
    `The two distributions have ${p.length} and ${q.length} bins.`,
    "Count both in the same bins, with 0 for a bin that one of them lacks.",
  );
  for (const count of [...p, ...q]) {
    requireDomain(
      count >= 0 && Number.isFinite(count),
      `A bin has the count ${count}.`,
      "Counts are finite and not negative.",
    );
  }
  requireDomain(
    smoothing >= 0 && Number.isFinite(smoothing),
    `Smoothing is a finite count added to every bin, not ${smoothing}.`,
  );
  const isEmpty = (counts: readonly number[]) => counts.every((count) => count === 0);
  requireDomain(
    !isEmpty(p) && !isEmpty(q),
    "One of the two distributions has no observation.",
    "Wait for data; nothing can be compared with nothing.",
  );
}

/** (count + smoothing)/(N + smoothing K). */
export function shares(counts: readonly number[], smoothing: number): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0) + smoothing * counts.length;
  return Float64Array.from(counts, (count) => (count + smoothing) / total);
}

export function divergenceOfShares(p: Float64Array, q: Float64Array): Divergence {
  const middle = p.map((share, i) => (share + (q[i] as number)) / 2);
  const klPq = relativeEntropy(p, q);
  const klQp = relativeEntropy(q, p);
  const js = (relativeEntropy(p, middle) + relativeEntropy(q, middle)) / 2;
  return {
    klPq: finiteOrNull(klPq),
    klQp: finiteOrNull(klQp),
    psi: finiteOrNull(klPq + klQp),
    jensenShannon: js,
    jensenShannonDistance: Math.sqrt(js),
    totalVariation: p.reduce((sum, share, i) => sum + Math.abs(share - (q[i] as number)), 0) / 2,
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** sum p ln(p/q) = sum q g(p/q) with g(t) = t ln t - t + 1 >= 0, since both add up to 1. Infinite where q alone is 0. */
function relativeEntropy(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const [a, b] = [p[i] as number, q[i] as number];
    if (a === 0) sum += b;
    else if (b === 0) return Number.POSITIVE_INFINITY;
    else sum += relativeTerm(a, b);
  }
  return sum;
}

/** a ln(a/b) - a + b. */
function relativeTerm(a: number, b: number): number {
  const x = (b - a) / a;
  // ln(b/a) = x + log1pmx(x), so the linear part drops out exactly.
  return Math.abs(x) < 0.5 ? -a * log1pmx(x) : a * Math.log(a / b) - a + b;
}
