/**
 * Correlation of true effects from measured ones.
 *
 * Noise in either measure pulls r towards 0: r is about rho sqrt(reliability_x reliability_y). Two corrections:
 * by known reliabilities (Spearman 1904), the interval scaled alike; and by known standard errors, pair by pair
 * (total covariance: Lambda = Cov(measured) - mean(Omega_i), Omega_i the sampling covariance of pair i with its
 * off-diagonal, since the same users may carry both; Bibaut et al., KDD 2024). Domain: errors independent of the
 * true effects. Where noise takes up a whole variance, or the estimate leaves [-1, 1], the data do not identify
 * the correlation: that is said, never clipped to 1. For an interval that holds there too: `trueCorrelationInterval`.
 */
import { requireDomain, StatsError } from "../errors.js";
import { type CorrelationInterval, fisherInterval, scatter } from "./pearson.js";

export interface Deattenuated {
  /** May lie beyond 1: then the reliabilities and r contradict one another. */
  readonly correlation: number;
  readonly interval: CorrelationInterval;
}

/**
 * @param reliabilityX share of the variance of x that is not noise; known, not estimated from these pairs.
 * @throws StatsError DOMAIN for reliabilities outside (0, 1], |r| >= 1 or n < 4.
 */
export function deattenuate(
  r: number,
  n: number,
  reliabilityX: number,
  reliabilityY: number,
  alpha: number,
): Deattenuated {
  for (const reliability of [reliabilityX, reliabilityY]) {
    requireDomain(
      reliability > 0 && reliability <= 1,
      `A reliability lies above 0 and is at most 1, not ${reliability}.`,
    );
  }
  const factor = Math.sqrt(reliabilityX * reliabilityY);
  const { ciLower, ciUpper } = fisherInterval(r, n, alpha);
  return {
    correlation: r / factor,
    interval: { ciLower: ciLower / factor, ciUpper: ciUpper / factor },
  };
}

/** Pairs with what is known of their errors. */
export interface NoisyPairs {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Sampling variances per pair; 0 throughout when absent. */
  readonly varX?: ArrayLike<number>;
  readonly varY?: ArrayLike<number>;
  /** Sampling covariance of x and y per pair; 0 when absent (different users). */
  readonly covXY?: ArrayLike<number>;
}

export interface TrueMoments {
  readonly n: number;
  /** Variances and covariance of the true effects; a variance may come out at or below 0. */
  readonly varianceX: number;
  readonly varianceY: number;
  readonly covariance: number;
  /** True over measured variance. */
  readonly reliabilityX: number;
  readonly reliabilityY: number;
  /** Of the measured values. */
  readonly rawCorrelation: number;
}

/** Covariance of the measured values less the mean of their errors'. @throws StatsError DOMAIN as `pearson`. */
export function trueMoments(pairs: NoisyPairs): TrueMoments {
  requireErrors(pairs);
  const { n, sxx, syy, sxy } = scatter(pairs.x, pairs.y);
  const [totalX, totalY, total] = [sxx, syy, sxy].map((sum) => sum / (n - 1)) as [
    number,
    number,
    number,
  ];
  const varianceX = totalX - meanError(pairs.varX, n);
  const varianceY = totalY - meanError(pairs.varY, n);
  return {
    n,
    varianceX,
    varianceY,
    covariance: total - meanError(pairs.covXY, n),
    reliabilityX: varianceX / totalX,
    reliabilityY: varianceY / totalY,
    rawCorrelation: sxy / Math.sqrt(sxx * syy),
  };
}

/**
 * Correlation of the true effects, by moments.
 * @throws StatsError UNIDENTIFIED where noise explains a whole variance, or the estimate lies beyond 1; else DOMAIN.
 */
export function trueCorrelation(pairs: NoisyPairs): number {
  const moments = trueMoments(pairs);
  const { varianceX, varianceY, covariance } = moments;
  requireSignal(varianceX, "first", moments.reliabilityX);
  requireSignal(varianceY, "second", moments.reliabilityY);
  const correlation = covariance / Math.sqrt(varianceX * varianceY);
  if (Math.abs(correlation) > 1) {
    throw new StatsError(
      "UNIDENTIFIED",
      `With noise taken out the correlation comes to ${correlation.toFixed(2)}: these pairs do not identify it.`,
      "Wait for more pairs or better measured ones; until then use the interval.",
    );
  }
  return correlation;
}

function requireSignal(variance: number, which: string, reliability: number): void {
  if (variance > 0) return;
  const share = Math.round(100 * (1 - reliability));
  throw new StatsError(
    "UNIDENTIFIED",
    `Noise explains ${share} % of how the ${which} of the two varies, so the true effects may not vary at all.`,
    "Wait for more pairs or better measured ones; until then use the interval.",
  );
}

export function meanError(errors: ArrayLike<number> | undefined, n: number): number {
  if (errors === undefined) return 0;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += errors[i] as number;
  return sum / n;
}

/** @throws StatsError DOMAIN for lengths, negative variances or a covariance beyond them. */
export function requireErrors({ x, varX, varY, covXY }: NoisyPairs): void {
  for (const errors of [varX, varY, covXY]) {
    requireDomain(
      errors === undefined || errors.length === x.length,
      "There is not one error for each pair.",
    );
  }
  for (let i = 0; i < x.length; i++) {
    const [vx, vy, c] = [varX?.[i] ?? 0, varY?.[i] ?? 0, covXY?.[i] ?? 0];
    requireDomain(
      vx >= 0 && vy >= 0 && Number.isFinite(vx + vy) && c * c <= vx * vy * (1 + 1e-9),
      `The sampling variances ${vx}, ${vy} and the covariance ${c} of pair ${i + 1} cannot be.`,
      "Give squared standard errors, and 0 where the two share no users.",
    );
  }
}
