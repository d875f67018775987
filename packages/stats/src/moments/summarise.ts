import { StatsError } from "../errors.js";
import type { Summary } from "./centre.js";

/**
 * Mean, variance and covariance of arrays of doubles in one pass.
 *
 * Method: Welford's update (Technometrics 4, 1962, 419-420) and its bivariate form. Accuracy: about
 * n * eps relative for data whose spread is not far below their size. For raw arrays only; the
 * product's own path is `centre`, which is exact.
 */
export interface PairSummary {
  readonly n: number;
  readonly meanX: number;
  readonly meanY: number;
  /** Divisor n-1, as are varY and covXY. */
  readonly varX: number;
  readonly varY: number;
  readonly covXY: number;
}

/** @throws StatsError DOMAIN for fewer than two values or a value that is not finite. */
export function summarise(values: readonly number[]): Summary {
  const pair = summarisePairs(values, values);
  return { n: pair.n, mean: pair.meanX, variance: pair.varX };
}

/** @throws StatsError DOMAIN for unequal lengths, fewer than two pairs or a value that is not finite. */
export function summarisePairs(x: readonly number[], y: readonly number[]): PairSummary {
  if (x.length !== y.length) {
    throw new StatsError("DOMAIN", "Paired values must have the same length.");
  }
  if (x.length < 2) throw new StatsError("DOMAIN", "A variance needs at least two values.");
  let meanX = 0;
  let meanY = 0;
  let sumXX = 0;
  let sumYY = 0;
  let sumXY = 0;
  let n = 0;
  for (const [i, xi] of x.entries()) {
    const yi = y[i] ?? Number.NaN;
    if (!Number.isFinite(xi) || !Number.isFinite(yi)) {
      throw new StatsError("DOMAIN", `Value ${i} is not a finite number.`);
    }
    n += 1;
    const dx = xi - meanX;
    const dy = yi - meanY;
    meanX += dx / n;
    meanY += dy / n;
    sumXX += dx * (xi - meanX);
    sumYY += dy * (yi - meanY);
    sumXY += dx * (yi - meanY);
  }
  return {
    n,
    meanX,
    meanY,
    varX: sumXX / (n - 1),
    varY: sumYY / (n - 1),
    covXY: sumXY / (n - 1),
  };
}
