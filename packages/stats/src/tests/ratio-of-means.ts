import { normalIsf } from "../distributions/index.js";
import { StatsError } from "../errors.js";
import { requireAlpha, requireCount, requireFinite } from "./inference.js";

/**
 * Ratio of two means, R = mean_t / mean_c, and the relative lift R - 1 with three intervals.
 *
 * Method: Fieller's set (J. R. Stat. Soc. B 16, 1954, 175-185), the delta method, and the delta
 * method on the log scale; normal quantiles. Fieller's discriminant is expanded so that the
 * leading terms mt^2 mc^2 cancel on paper rather than in doubles. Domain: mean_c != 0, variances
 * >= 0. Fieller holds however noisy the control is; the delta methods need |mean_c| well above its
 * standard error (about 5 times), which `g` = (z se_c / mean_c)^2 shows: g >= 1 means the control
 * mean is not distinguishable from 0 and the Fieller set is unbounded. With a negative mean_c a
 * positive lift is a move away from zero, not upwards.
 */
export interface RatioOfMeansInput {
  readonly meanT: number;
  /** Variance of ONE unit; with n = 1, the variance of the estimate itself. */
  readonly varT: number;
  readonly nT: number;
  readonly meanC: number;
  readonly varC: number;
  readonly nC: number;
  /** Covariance of the two means; 0 for independent arms. */
  readonly covOfMeans: number;
  /** Two-sided. For a one-sided bound at level a, give 2a and use one limit. */
  readonly alpha: number;
}

export type FiellerType = "bounded" | "complement" | "whole_line";

export interface RatioOfMeansResult {
  readonly ratio: number;
  readonly relativeLift: number;
  readonly g: number;
  /** complement: the set is everything outside the two roots; whole_line: nothing is excluded. */
  readonly fiellerType: FiellerType;
  /** Limits of the lift; null unless the set is bounded. */
  readonly fiellerLower: number | null;
  readonly fiellerUpper: number | null;
  /** Sorted roots of R (not of the lift); null for the whole line. */
  readonly fiellerRatioRoots: readonly [number, number] | null;
  /** Standard error of R and of the lift. */
  readonly deltaSe: number;
  readonly deltaLower: number;
  readonly deltaUpper: number;
  /** Standard error of ln R and limits of the lift; null when R <= 0. */
  readonly logDeltaSe: number | null;
  readonly logDeltaLower: number | null;
  readonly logDeltaUpper: number | null;
}

/** @throws StatsError DOMAIN for a control mean of 0, negative variances, or a bad alpha. */
export function ratioOfMeans(input: RatioOfMeansInput): RatioOfMeansResult {
  const { meanT, meanC, covOfMeans: c, alpha } = input;
  requireInput(input);
  const z = normalIsf(alpha / 2);
  const vt = input.varT / input.nT;
  const vc = input.varC / input.nC;
  const ratio = meanT / meanC;
  const relativeLift = (meanT - meanC) / meanC;
  const deltaSe = Math.sqrt(Math.max(0, vt + ratio * ratio * vc - 2 * ratio * c)) / Math.abs(meanC);
  return {
    ratio,
    relativeLift,
    g: (z * z * vc) / (meanC * meanC),
    ...fieller(meanT, vt, meanC, vc, c, z),
    deltaSe,
    deltaLower: relativeLift - z * deltaSe,
    deltaUpper: relativeLift + z * deltaSe,
    ...logDelta(meanT, vt, meanC, vc, c, z),
  };
}

function fieller(meanT: number, vt: number, meanC: number, vc: number, c: number, z: number) {
  const z2 = z * z;
  const a = meanC * meanC - z2 * vc;
  const b = meanT * meanC - z2 * c;
  const discriminant =
    z2 * (vt * meanC * meanC + vc * meanT * meanT - 2 * c * meanT * meanC) -
    z2 * z2 * (vt * vc - c * c);
  if (a > 0) {
    const root = Math.sqrt(Math.max(0, discriminant));
    const roots = [(b - root) / a, (b + root) / a] as const;
    return {
      fiellerType: "bounded" as const,
      fiellerLower: roots[0] - 1,
      fiellerUpper: roots[1] - 1,
      fiellerRatioRoots: roots,
    };
  }
  const unbounded = { fiellerLower: null, fiellerUpper: null };
  if (a < 0 && discriminant > 0) {
    const root = Math.sqrt(discriminant);
    // a < 0 turns the order round.
    const roots = [(b + root) / a, (b - root) / a] as const;
    return { fiellerType: "complement" as const, ...unbounded, fiellerRatioRoots: roots };
  }
  return { fiellerType: "whole_line" as const, ...unbounded, fiellerRatioRoots: null };
}

function logDelta(meanT: number, vt: number, meanC: number, vc: number, c: number, z: number) {
  const ratio = meanT / meanC;
  if (!(ratio > 0)) return { logDeltaSe: null, logDeltaLower: null, logDeltaUpper: null };
  const variance = vt / (meanT * meanT) + vc / (meanC * meanC) - (2 * c) / (meanT * meanC);
  const logDeltaSe = Math.sqrt(Math.max(0, variance));
  const log = Math.log(ratio);
  return {
    logDeltaSe,
    logDeltaLower: Math.expm1(log - z * logDeltaSe),
    logDeltaUpper: Math.expm1(log + z * logDeltaSe),
  };
}

function requireInput(input: RatioOfMeansInput): void {
  requireAlpha(input.alpha);
  requireFinite(input.meanT, "The treatment mean");
  requireFinite(input.meanC, "The control mean");
  requireFinite(input.covOfMeans, "The covariance of the means");
  requireCount(input.nT, "The number of units in an arm", 1);
  requireCount(input.nC, "The number of units in an arm", 1);
  requireCount(input.varT, "A variance", 0);
  requireCount(input.varC, "A variance", 0);
  if (input.meanC === 0) {
    throw new StatsError(
      "DOMAIN",
      "The control mean is 0, so a relative lift does not exist.",
      "Use the absolute difference and an absolute threshold for this metric.",
    );
  }
}
