/**
 * Binomial distribution.
 *
 * Method: the cdf is an incomplete beta function; the mass function by C. Loader's saddle-point form ("Fast and
 * accurate computation of binomial probabilities", 2000). Domain: n a whole number >= 0, 0 <= p <= 1.
 * Accuracy: largest relative error 1.4e-14 (validation/beta).
 */
import { requireDomain, requireProbability } from "../errors.js";
import { incompleteBeta, logBetaDensity } from "../special/beta.js";

function requireTrials(n: number, p: number): void {
  requireDomain(
    Number.isInteger(n) && n >= 0,
    `The number of trials must be a whole number, not ${n}.`,
  );
  requireProbability(p, "The success probability");
}

/** P(X = k) for n trials with success probability p. */
export function binomialPmf(k: number, n: number, p: number): number {
  requireTrials(n, p);
  if (!Number.isInteger(k) || k < 0 || k > n) return 0;
  if (p === 0 || p === 1) return k === n * p ? 1 : 0;
  // C(n,k) p^k q^(n-k) is the beta density with shapes k+1, n-k+1 divided by n+1.
  return Math.exp(logBetaDensity(p, k + 1, n - k + 1)) / (n + 1);
}

/** P(X <= k). */
export function binomialCdf(k: number, n: number, p: number): number {
  requireTrials(n, p);
  requireDomain(!Number.isNaN(k), "The binomial distribution needs a number.");
  const successes = Math.floor(k);
  if (successes < 0) return 0;
  if (successes >= n) return 1;
  return incompleteBeta(p, successes + 1, n - successes).upper;
}

/** P(X > k). */
export function binomialSf(k: number, n: number, p: number): number {
  requireTrials(n, p);
  requireDomain(!Number.isNaN(k), "The binomial distribution needs a number.");
  const successes = Math.floor(k);
  if (successes < 0) return 1;
  if (successes >= n) return 0;
  return incompleteBeta(p, successes + 1, n - successes).lower;
}
