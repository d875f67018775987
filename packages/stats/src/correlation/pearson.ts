/**
 * Pearson's correlation with its test, Fisher's interval, and the chance that it lies above a threshold.
 *
 * Method: centred sums; p from t = r sqrt((n-2)/(1-r^2)) with n-2 df; interval tanh(atanh r -+ z/sqrt(n-3))
 * (Fisher, Metron 1 (1921) 3-32). Domain: pairs independent, both normal for the interval; n >= 3 for the test,
 * n >= 4 for the interval, |r| < 1. Ten pairs say little: r = 0.5 has the interval [-0.19, 0.86].
 */
import { normalIsf, normalSf, studentTSf } from "../distributions/index.js";
import { requireDomain, requireOpenProbability, requirePositive } from "../errors.js";

export interface CorrelationInterval {
  readonly ciLower: number;
  readonly ciUpper: number;
}

export interface Correlation {
  readonly n: number;
  readonly correlation: number;
  /** Two-sided, of no correlation. */
  readonly pValue: number;
  /** Null for three pairs, or where the pairs lie on a line: there it does not exist. */
  readonly interval: CorrelationInterval | null;
}

/** @throws StatsError DOMAIN for fewer than three pairs, unequal lengths, values that are not finite or do not vary. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>, alpha: number): Correlation {
  const { n, sxx, syy, sxy } = scatter(x, y);
  return correlationOf(clampUnit(sxy / Math.sqrt(sxx) / Math.sqrt(syy)), n, alpha);
}

/** The test and interval of a given r. @throws StatsError DOMAIN for r outside [-1, 1] or n < 3. */
export function correlationOf(r: number, n: number, alpha: number): Correlation {
  requireOpenProbability(alpha, "alpha");
  const interval = n >= 4 && Math.abs(r) < 1 ? fisherInterval(r, n, alpha) : null;
  return { n, correlation: r, pValue: correlationPValue(r, n), interval };
}

/** Two-sided p of r, Student's t with n - 2 df. @throws StatsError DOMAIN for r outside [-1, 1] or n < 3. */
export function correlationPValue(r: number, n: number): number {
  requireDomain(Math.abs(r) <= 1, `A correlation lies from -1 to 1, not ${r}.`);
  requireDomain(
    Number.isInteger(n) && n >= 3,
    `A correlation is tested on three pairs or more, not ${n}.`,
    "Wait for more pairs.",
  );
  if (Math.abs(r) === 1) return 0;
  const t = Math.abs(r) * Math.sqrt((n - 2) / ((1 - r) * (1 + r)));
  return Math.min(1, 2 * studentTSf(t, n - 2));
}

/** @throws StatsError DOMAIN for |r| >= 1, n < 4 or a bad alpha. */
export function fisherInterval(r: number, n: number, alpha: number): CorrelationInterval {
  requireFisher(r, n);
  requireOpenProbability(alpha, "alpha");
  const half = normalIsf(alpha / 2) / Math.sqrt(n - 3);
  return { ciLower: Math.tanh(Math.atanh(r) - half), ciUpper: Math.tanh(Math.atanh(r) + half) };
}

export function requireFisher(r: number, n: number): void {
  requireDomain(
    Math.abs(r) < 1,
    `The interval of a correlation needs one inside (-1, 1), not ${r}.`,
    "Pairs that lie on a line have no interval.",
  );
  requireDomain(
    Number.isInteger(n) && n >= 4,
    `The interval of a correlation needs four pairs or more, not ${n}.`,
    "Wait for more pairs.",
  );
}

/** A belief about the correlation before the data: normal on the scale atanh(rho). */
export interface CorrelationPrior {
  readonly mean: number;
  readonly sd: number;
}

/**
 * P(rho > threshold | r, n), normal approximation on Fisher's scale.
 * @throws StatsError DOMAIN for |r| >= 1, n < 4, a threshold outside (-1, 1) or a prior without spread.
 */
export function correlationExceeds(
  r: number,
  n: number,
  threshold: number,
  prior: CorrelationPrior,
): number {
  requireFisher(r, n);
  requireDomain(Math.abs(threshold) < 1, `A threshold lies inside (-1, 1), not ${threshold}.`);
  requirePositive(prior.sd, "The standard deviation of a prior");
  requireDomain(Number.isFinite(prior.mean), "The mean of a prior is a finite number.");
  const [data, before] = [n - 3, 1 / prior.sd ** 2];
  const precision = data + before;
  const mean = (data * Math.atanh(r) + before * prior.mean) / precision;
  return normalSf((Math.atanh(threshold) - mean) * Math.sqrt(precision));
}

export interface Scatter {
  readonly n: number;
  readonly meanX: number;
  readonly meanY: number;
  /** Centred sums of squares and products. */
  readonly sxx: number;
  readonly syy: number;
  readonly sxy: number;
}

/** @throws StatsError DOMAIN for fewer than three pairs, unequal lengths, values not finite or without variation. */
export function scatter(x: ArrayLike<number>, y: ArrayLike<number>): Scatter {
  requirePairs(x, y);
  const n = x.length;
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  let [sxx, syy, sxy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [(x[i] as number) - meanX, (y[i] as number) - meanY];
    sxx += dx * dx;
    syy += dy * dy;
    sxy += dx * dy;
  }
  for (const [what, squares, mean] of [
    ["first", sxx, meanX],
    ["second", syy, meanY],
  ] as const) {
    requireDomain(
      squares > 1e-26 * n * mean * mean && squares > 0,
      `The ${what} of the two does not vary, so there is no correlation.`,
      "Check the column.",
    );
  }
  return { n, meanX, meanY, sxx, syy, sxy };
}

export function requirePairs(x: ArrayLike<number>, y: ArrayLike<number>): void {
  requireDomain(
    x.length === y.length,
    `There are ${x.length} and ${y.length} values, not pairs.`,
    "Give both values of every pair.",
  );
  requireDomain(
    x.length >= 3,
    `A correlation needs three pairs or more, not ${x.length}.`,
    "Wait for more pairs.",
  );
  for (let i = 0; i < x.length; i++) {
    requireDomain(
      Number.isFinite(x[i]) && Number.isFinite(y[i]),
      `Pair ${i + 1} holds a value that is not a finite number.`,
      "Leave the pair out.",
    );
  }
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  const first = sum / values.length;
  // The second pass removes what the first lost.
  let rest = 0;
  for (let i = 0; i < values.length; i++) rest += (values[i] as number) - first;
  return first + rest / values.length;
}

/** Rounding may carry a perfect correlation past 1. */
export function clampUnit(r: number): number {
  return Math.min(1, Math.max(-1, r));
}
