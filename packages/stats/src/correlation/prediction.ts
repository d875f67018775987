/**
 * What does a measured x predict for y, when each y of the past is known with its own error?
 *
 * Model: y_i = a + b x_i + u_i + e_i, e_i with its known standard error, u_i the scatter of true y around the line.
 * The scatter is estimated by the moment equation sum (y - a - b x)^2/(tau2 + se^2) = n - 2 (Paule & Mandel 1982); a
 * prediction averages over what it may be, by the restricted likelihood and the reference prior of Bodnar et al.
 * (Stat. Med. 36 (2017) 378-399), since one plugged-in value makes the intervals of a dozen pairs too short. With
 * equal errors well below the scatter this is the classical interval with n - 2 df. x is taken as measured: a new x
 * will carry the same noise, so the slope on measured x predicts best and is not corrected (`trueSlope` is the other
 * question). Domain: 4 to 10,000 independent pairs, x varying, y normal around the line. Accuracy: limits to 1e-6.
 */
import { normalCdf, normalIsf, normalSf } from "../distributions/index.js";
import { requireDomain, requireOpenProbability } from "../errors.js";
import { findRoot } from "../special/root.js";
import { requirePairs, scatter } from "./pearson.js";

export interface PredictiveSlope {
  readonly n: number;
  readonly intercept: number;
  readonly slope: number;
  /** At the estimated scatter. */
  readonly slopeSe: number;
  /** Standard deviation of true y around the line; 0 where the errors of y explain all scatter. */
  readonly scatterSd: number;
  /** Lines at what the scatter may be, with weights that add up to 1. */
  readonly candidates: readonly CandidateLine[];
}

interface Line {
  /** Weighted means; the line passes through them. */
  readonly meanX: number;
  readonly meanY: number;
  readonly slope: number;
  readonly varianceOfMean: number;
  readonly varianceOfSlope: number;
  /** Weighted sum of squared residuals. */
  readonly q: number;
}

export interface CandidateLine extends Line {
  readonly weight: number;
  /** Variance of true y around the line. */
  readonly scatterVariance: number;
}

/** Beyond, the points that the scatter is averaged over would be too few. */
const MOST_PAIRS = 10_000;

interface Data {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Squared standard errors of y. */
  readonly variances: Float64Array;
}

/** @param seY standard error of each y, above 0. @throws StatsError DOMAIN for fewer than four pairs or bad errors. */
export function predictiveSlope(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  seY: ArrayLike<number>,
): PredictiveSlope {
  requirePairs(x, y);
  const n = x.length;
  requireDomain(
    n >= 4 && n <= MOST_PAIRS,
    `A prediction needs 4 to ${MOST_PAIRS} pairs, not ${n}.`,
    "Wait for more pairs.",
  );
  requireDomain(seY.length === n, "There is not one standard error for each pair.");
  const variances = Float64Array.from({ length: n }, (_, i) => {
    const se = seY[i] as number;
    requireDomain(
      se > 0 && Number.isFinite(se),
      `The standard error of pair ${i + 1} is ${se}.`,
      "It is a finite number above 0.",
    );
    return se * se;
  });
  // Only x has to vary: the second column is there to be varying.
  scatter(
    x,
    Float64Array.from(variances, (_, i) => i),
  );
  const data = { x, y, variances };
  const tau2 = estimatedScatter(data);
  const line = weightedLine(data, tau2);
  return {
    ...{ n, slope: line.slope, intercept: line.meanY - line.slope * line.meanX },
    ...{ slopeSe: Math.sqrt(line.varianceOfSlope), scatterSd: Math.sqrt(tau2) },
    candidates: candidateLines(data),
  };
}

function weightedLine({ x, y, variances }: Data, tau2: number): Line {
  const weights = variances.map((variance) => 1 / (tau2 + variance));
  let [w, wx, wy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    w += weights[i] as number;
    wx += (weights[i] as number) * (x[i] as number);
    wy += (weights[i] as number) * (y[i] as number);
  }
  const [meanX, meanY] = [wx / w, wy / w];
  let [sxx, sxy] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const weighted = (weights[i] as number) * ((x[i] as number) - meanX);
    sxx += weighted * ((x[i] as number) - meanX);
    sxy += weighted * ((y[i] as number) - meanY);
  }
  const slope = sxy / sxx;
  let q = 0;
  for (let i = 0; i < x.length; i++) {
    const residual = (y[i] as number) - meanY - slope * ((x[i] as number) - meanX);
    q += (weights[i] as number) * residual * residual;
  }
  return { meanX, meanY, slope, varianceOfMean: 1 / w, varianceOfSlope: 1 / sxx, q };
}

/** tau2 at which the weighted scatter is what it should be; 0 where the errors of y alone explain more. */
function estimatedScatter(data: Data): number {
  const gap = (tau2: number) => weightedLine(data, tau2).q - (data.x.length - 2);
  if (gap(0) <= 0) return 0;
  let high = Math.max(...data.variances);
  while (gap(high) > 0) high *= 4;
  return findRoot(gap, 0, high, { tolerance: 1e-12 });
}

/** Logarithms of the scatter: range searched, in units of the errors and of the spread of y, and points. */
const LOG_BELOW = 12;
const LOG_ABOVE = 14;
const COARSE = 120;
const FINE = 64;
/** What lies this far below the best on the log scale adds nothing. */
const NEGLIGIBLE = 40;

/** The trapezoid rule over log tau, which is exact to rounding for a smooth density that vanishes at both ends. */
function candidateLines(data: Data): readonly CandidateLine[] {
  // Weights as good as equal: least squares.
  const far = 1e12 * Math.max(...data.variances);
  const residual = Math.sqrt(weightedLine(data, far).q * far);
  const errors = data.variances.map(Math.sqrt);
  const low = Math.log(Math.min(...errors)) - LOG_BELOW;
  const high = Math.log(Math.max(residual, ...errors)) + LOG_ABOVE;
  const logWeight = (u: number) => logPosterior(data, Math.exp(2 * u)) + u;
  const coarse = points(low, high, COARSE);
  const values = coarse.map(logWeight);
  const best = Math.max(...values);
  const inside = values.flatMap((value, i) => (value > best - NEGLIGIBLE ? [i] : []));
  const from = coarse[Math.max(0, (inside[0] ?? 0) - 1)] as number;
  const to = coarse[Math.min(COARSE - 1, (inside[inside.length - 1] ?? 0) + 1)] as number;
  const fine = points(from, to, FINE);
  const logs = fine.map(logWeight);
  const most = Math.max(...logs);
  const weights = logs.map((value) => Math.exp(value - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return fine.map((u, i) => {
    const scatterVariance = Math.exp(2 * u);
    const weight = (weights[i] as number) / total;
    return { ...weightedLine(data, scatterVariance), weight, scatterVariance };
  });
}

function points(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/** Log of restricted likelihood times reference prior sqrt(sum (tau/(tau2 + v_i))^2), as a density of tau. */
function logPosterior(data: Data, tau2: number): number {
  const { varianceOfMean, varianceOfSlope, q } = weightedLine(data, tau2);
  let [logs, prior] = [0, 0];
  for (const variance of data.variances) {
    logs += Math.log(tau2 + variance);
    prior += tau2 / (tau2 + variance) ** 2;
  }
  return (Math.log(varianceOfMean) + Math.log(varianceOfSlope) - logs - q + Math.log(prior)) / 2;
}

export interface Prediction {
  /** Mean of what is predicted. */
  readonly predicted: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Two-sided interval for y at x: of the true effect, or of one measured with `seNew`.
 * @throws StatsError DOMAIN for an x that is not finite, a negative seNew or a bad alpha.
 */
export function predictAt(line: PredictiveSlope, x: number, alpha: number, seNew = 0): Prediction {
  requireOpenProbability(alpha, "alpha");
  requireDomain(Number.isFinite(x), `A prediction needs a finite x, not ${x}.`);
  requireDomain(
    seNew >= 0 && Number.isFinite(seNew),
    `A standard error is finite and not negative, not ${seNew}.`,
  );
  const parts = line.candidates.map((candidate) => {
    const distance = x - candidate.meanX;
    const fit = candidate.varianceOfMean + distance * distance * candidate.varianceOfSlope;
    return {
      weight: candidate.weight,
      mean: candidate.meanY + candidate.slope * distance,
      sd: Math.sqrt(fit + candidate.scatterVariance + seNew * seNew),
    };
  });
  const predicted = parts.reduce((sum, part) => sum + part.weight * part.mean, 0);
  const tail = (at: number, of: (z: number) => number) =>
    parts.reduce((sum, part) => sum + part.weight * of((at - part.mean) / part.sd), 0);
  const limit = (sign: 1 | -1): number => {
    const gap = (half: number) =>
      Math.log(tail(predicted + sign * half, sign === 1 ? normalSf : normalCdf) / (alpha / 2));
    let high = normalIsf(alpha / 2) * Math.max(...parts.map((part) => part.sd));
    high += Math.max(...parts.map((part) => Math.abs(part.mean - predicted)));
    return predicted + sign * findRoot(gap, 0, high, { tolerance: 1e-10 });
  };
  return { predicted, lower: limit(-1), upper: limit(1) };
}
