/**
 * Mixture sequential probability ratio test with a normal mixture N(theta0, tau2) over the effect (Robbins 1970;
 * Johari, Pekelis & Walsh 2017). Closed forms, to double precision; likelihood ratios are kept as logarithms.
 * Domain: n >= 1, variance > 0, tau2 > 0, 0 < alpha < 1.
 */
import { requireDomain, requireOpenProbability, requirePositive } from "../errors.js";
import { at, requireFinite } from "./checks.js";

export interface MixtureSprtSettings {
  /** Variance of the mixture over the effect, in squared units of the effect. */
  readonly tau2: number;
  /** Effect under the null hypothesis. */
  readonly theta0: number;
  readonly alpha: number;
}

export interface MixtureSprtResult {
  readonly logLikelihoodRatio: number;
  /** At this look alone: min(1, 1 / likelihood ratio); valid at any stopping time. */
  readonly pValue: number;
  readonly halfWidth: number;
  readonly lower: number;
  readonly upper: number;
  /** True exactly when pValue <= alpha. */
  readonly reject: boolean;
}

export interface MixtureSprtPath {
  /** Running minimum of the p-values. */
  readonly alwaysValidP: readonly number[];
  /** Running intersection of the intervals; empty (lower above upper) has probability at most alpha under the model. */
  readonly runningLower: readonly number[];
  readonly runningUpper: readonly number[];
}

function requireSettings({ tau2, theta0, alpha }: MixtureSprtSettings): void {
  requirePositive(tau2, "tau2");
  requireFinite(theta0, "theta0");
  requireOpenProbability(alpha, "alpha");
}

/**
 * From an estimate and its standard error: any difference of means, proportions or ratios, adjusted or not.
 * @throws StatsError DOMAIN on a standard error or tau2 that is not positive.
 */
export function mixtureSprt(
  input: { readonly estimate: number; readonly standardError: number },
  settings: MixtureSprtSettings,
): MixtureSprtResult {
  requireFinite(input.estimate, "The estimate");
  requirePositive(input.standardError, "The standard error");
  requireSettings(settings);
  const { tau2, theta0, alpha } = settings;
  const v = input.standardError * input.standardError;
  const logInflation = Math.log1p(tau2 / v);
  const distance = input.estimate - theta0;
  const logLikelihoodRatio =
    -0.5 * logInflation + (tau2 * distance * distance) / (2 * v * (v + tau2));
  const halfWidth = Math.sqrt(((v * (v + tau2)) / tau2) * (logInflation - 2 * Math.log(alpha)));
  return {
    logLikelihoodRatio,
    pValue: Math.min(1, Math.exp(-logLikelihoodRatio)),
    halfWidth,
    lower: input.estimate - halfWidth,
    upper: input.estimate + halfWidth,
    reject: -logLikelihoodRatio <= Math.log(alpha),
  };
}

/** From the mean of n observations with known variance of one; a paired A/B stream has 2 sigma^2. */
export function mixtureSprtOfMean(
  sample: { readonly n: number; readonly mean: number; readonly variance: number },
  settings: MixtureSprtSettings,
): MixtureSprtResult {
  requireDomain(sample.n >= 1, `The number of observations must be at least 1, not ${sample.n}.`);
  requirePositive(sample.variance, "The variance of an observation");
  const standardError = Math.sqrt(sample.variance / sample.n);
  return mixtureSprt({ estimate: sample.mean, standardError }, settings);
}

/** Always-valid p-values and intervals along the looks done so far, in order of time. */
export function mixtureSprtPath(
  looks: readonly { readonly estimate: number; readonly standardError: number }[],
  settings: MixtureSprtSettings,
): MixtureSprtPath {
  requireDomain(looks.length > 0, "A path needs at least one look.");
  const results = looks.map((look) => mixtureSprt(look, settings));
  const running = (values: readonly number[], pick: (a: number, b: number) => number) => {
    let kept = at(values, 0);
    return values.map((value) => {
      kept = pick(kept, value);
      return kept;
    });
  };
  return {
    alwaysValidP: running(
      results.map((result) => result.pValue),
      Math.min,
    ),
    runningLower: running(
      results.map((result) => result.lower),
      Math.max,
    ),
    runningUpper: running(
      results.map((result) => result.upper),
      Math.min,
    ),
  };
}
