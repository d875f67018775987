/**
 * Do two samples of counts come from one distribution?
 *
 * Method: Pearson's chi-square of the 2 by K table, df = K - 1, no continuity correction; Cramer's V =
 * sqrt(chi2/N). Bins empty on both sides are left out. Domain: observations independent (one row a user), about
 * 5 expected in every cell; below that use `shiftTest`, which needs no such size.
 */
import { chiSquareSf } from "../distributions/index.js";
import { requireDomain } from "../errors.js";
import { requireBins } from "./divergence.js";

export interface Homogeneity {
  readonly chiSquare: number;
  readonly df: number;
  readonly pValue: number;
  readonly cramersV: number;
  /** Least expected count of a cell. */
  readonly leastExpected: number;
}

/** @throws StatsError DOMAIN as `divergence`, or when one bin holds every observation. */
export function chiSquareHomogeneity(p: readonly number[], q: readonly number[]): Homogeneity {
  requireBins(p, q, 0);
  const nP = p.reduce((sum, count) => sum + count, 0);
  const nQ = q.reduce((sum, count) => sum + count, 0);
  let chiSquare = 0;
  let bins = 0;
  let leastExpected = Number.POSITIVE_INFINITY;
  for (let i = 0; i < p.length; i++) {
    const [a, b] = [p[i] as number, q[i] as number];
    if (a + b === 0) continue;
    bins += 1;
    leastExpected = Math.min(leastExpected, ((a + b) * Math.min(nP, nQ)) / (nP + nQ));
    // Both cells of a column together: (a nQ - b nP)^2 / (nP nQ (a + b)).
    chiSquare += (a * nQ - b * nP) ** 2 / (nP * nQ * (a + b));
  }
  requireDomain(
    bins >= 2,
    "All observations lie in one bin, so there is no distribution to compare.",
    "Use finer bins.",
  );
  const df = bins - 1;
  return {
    chiSquare,
    df,
    pValue: chiSquareSf(chiSquare, df),
    cramersV: Math.sqrt(chiSquare / (nP + nQ)),
    leastExpected,
  };
}
