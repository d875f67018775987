/**
 * Asymptotic confidence sequences: intervals that hold at every sample size at once, whatever the stopping rule.
 *
 * Normal mixture boundary (Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon 2021; Waudby-Smith, Arbour, Sinha,
 * Kennedy & Ramdas 2024). rho sets where the sequence is tightest. Closed forms, to double precision.
 * Domain: n >= 1, rho > 0, 0 < alpha < 1 (one-sided: 0 < alpha <= 1/2). The guarantee is asymptotic: `asymptoticsHold`
 * says whether every arm has at least 500 units. Variances must be those of the adjusted values after CUPED.
 */
import { requireDomain, requireOpenProbability, requirePositive } from "../errors.js";
import { findRoot, log1pmx } from "../special/index.js";
import { requireFinite } from "./checks.js";

/** Below this many units in an arm the asymptotic guarantee has been seen to fail. */
export const ASYMPTOTIC_MINIMUM_PER_ARM = 500;

export interface SequenceSettings {
  /** Mixture scale, dimensionless; `rhoForTightestAt` tunes it to the planned number of units. */
  readonly rho: number;
  readonly alpha: number;
}

export interface SequenceInterval {
  readonly estimate: number;
  readonly halfWidth: number;
  /** Null: unbounded on that side. */
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface SequenceDifference extends SequenceInterval {
  /** Units of both arms together. */
  readonly units: number;
  /** Standard deviation of one unit's contribution: sqrt(units * Var(difference)). */
  readonly sigma: number;
  /** False: an arm is still too small for the guarantee. */
  readonly asymptoticsHold: boolean;
}

/** Mean-like estimate of an arm with the variance of the ESTIMATE: means, proportions, ratios, adjusted or not. */
export interface ArmEstimate {
  readonly n: number;
  readonly estimate: number;
  /** Of the estimate, i.e. variance of one unit / n for a mean. */
  readonly variance: number;
}

export type SequenceAlternative = "two_sided" | "greater" | "less";

function requireSettings(t: number, { rho, alpha }: SequenceSettings): void {
  requireDomain(Number.isFinite(t) && t >= 1, `The number of units must be at least 1, not ${t}.`);
  requirePositive(rho, "rho");
  requireOpenProbability(alpha, "alpha");
}

/** Half width in units of sigma, two-sided at level 1 - alpha. */
export function sequenceHalfWidth(t: number, settings: SequenceSettings): number {
  requireSettings(t, settings);
  const x = t * settings.rho * settings.rho;
  const log = 0.5 * Math.log1p(x) - Math.log(settings.alpha);
  return Math.sqrt(((2 * (x + 1)) / (t * x)) * log);
}

/**
 * Always-valid p-value of "no effect": the smallest alpha at which the two-sided sequence of this rho excludes zero, given
 * z = estimate / standard error after t units. Inverse of `sequenceHalfWidth` in alpha: with x = t rho^2,
 * p = min(1, sqrt(1 + x) exp(-z^2 x / (2 (1 + x)))). Its running minimum over looks is valid as well.
 */
export function sequencePValue(z: number, t: number, rho: number): number {
  requireFinite(z, "z");
  requireDomain(Number.isFinite(t) && t >= 1, `The number of units must be at least 1, not ${t}.`);
  requirePositive(rho, "rho");
  const x = t * rho * rho;
  return Math.min(1, Math.exp(0.5 * Math.log1p(x) - (z * z * x) / (2 * (1 + x))));
}

/** Margin in units of sigma of the one-sided sequence at level 1 - alpha; alpha at most 1/2. */
export function sequenceMargin(t: number, settings: SequenceSettings): number {
  requireSettings(t, settings);
  requireDomain(
    settings.alpha <= 0.5,
    `A one-sided sequence needs alpha of at most 0.5, not ${settings.alpha}.`,
  );
  const x = t * settings.rho * settings.rho;
  const log = Math.log1p(Math.sqrt(x + 1) / (2 * settings.alpha));
  return Math.sqrt(((2 * (x + 1)) / (t * x)) * log);
}

/** rho^2 t at which the two-sided width is smallest: x - ln(1 + x) = -2 ln alpha, i.e. -W_{-1}(-alpha^2 / e) - 1. */
function tightestMixture(alpha: number): number {
  const target = -2 * Math.log(alpha);
  let x = target + Math.sqrt(2 * target) + 1e-300;
  // Newton on a convex increasing function from the right: monotone, no bracket needed.
  for (let i = 0; i < 100; i++) {
    const step = ((-log1pmx(x) - target) * (1 + x)) / x;
    x -= step;
    if (Math.abs(step) <= 1e-16 * x) break;
  }
  return x;
}

/** The rho that makes the two-sided sequence tightest at t units, exactly (lower branch of Lambert's W). */
export function rhoForTightestAt(t: number, alpha: number): number {
  requirePositive(t, "The number of units");
  requireOpenProbability(alpha, "alpha");
  return Math.sqrt(tightestMixture(alpha) / t);
}

/** The closed-form approximation of `rhoForTightestAt`, used by several products; within 2 % for alpha <= 0.05. */
export function rhoForTightestAtClosedForm(t: number, alpha: number): number {
  requirePositive(t, "The number of units");
  requireOpenProbability(alpha, "alpha");
  const twice = -2 * Math.log(alpha);
  return Math.sqrt((twice + Math.log1p(twice)) / t);
}

/** The rho that makes the one-sided sequence tightest at t units; alpha at most 1/2. */
export function rhoForTightestMarginAt(t: number, alpha: number): number {
  requirePositive(t, "The number of units");
  requireOpenProbability(alpha, "alpha");
  requireDomain(alpha <= 0.5, `A one-sided sequence needs alpha of at most 0.5, not ${alpha}.`);
  // Zero of the derivative of the squared margin in x = rho^2 t, on a log scale.
  const slope = (logX: number) => {
    const x = Math.exp(logX);
    const root = Math.sqrt(x + 1);
    return (x * root) / (2 * (2 * alpha + root)) - Math.log1p(root / (2 * alpha));
  };
  return Math.sqrt(Math.exp(findRoot(slope, -20, 20, { tolerance: 1e-15 })) / t);
}

function interval(
  estimate: number,
  sigma: number,
  t: number,
  settings: SequenceSettings,
  alternative: SequenceAlternative,
): SequenceInterval {
  requireFinite(estimate, "The estimate");
  requireDomain(Number.isFinite(sigma) && sigma >= 0, `sigma must be 0 or more, not ${sigma}.`);
  const unit =
    alternative === "two_sided" ? sequenceHalfWidth(t, settings) : sequenceMargin(t, settings);
  const halfWidth = sigma * unit;
  return {
    estimate,
    halfWidth,
    lower: alternative === "less" ? null : estimate - halfWidth,
    upper: alternative === "greater" ? null : estimate + halfWidth,
  };
}

/** Confidence sequence of one mean after t units; sigma is the standard deviation of one unit. */
export function meanSequence(
  sample: { readonly t: number; readonly mean: number; readonly sigma: number },
  settings: SequenceSettings,
  alternative: SequenceAlternative = "two_sided",
): SequenceInterval {
  return interval(sample.mean, sample.sigma, sample.t, settings, alternative);
}

/**
 * Confidence sequence of treatment - control. Covers means, proportions (variance p (1 - p) / n), ratios (delta-method
 * variance) and CUPED-adjusted means alike, since only estimate, variance of the estimate and n enter.
 */
export function differenceSequence(
  arms: { readonly treatment: ArmEstimate; readonly control: ArmEstimate },
  settings: SequenceSettings,
  alternative: SequenceAlternative = "two_sided",
): SequenceDifference {
  const { treatment, control } = arms;
  for (const arm of [treatment, control]) {
    requirePositive(arm.n, "The number of units of an arm");
    requireDomain(
      Number.isFinite(arm.variance) && arm.variance >= 0,
      `The variance of an estimate must be 0 or more, not ${arm.variance}.`,
    );
  }
  const units = treatment.n + control.n;
  const sigma = Math.sqrt(units * (treatment.variance + control.variance));
  const difference = treatment.estimate - control.estimate;
  return {
    ...interval(difference, sigma, units, settings, alternative),
    units,
    sigma,
    asymptoticsHold: Math.min(treatment.n, control.n) >= ASYMPTOTIC_MINIMUM_PER_ARM,
  };
}

/** An arm's mean, adjusted or not, as an estimate with its variance. `variance` is that of one unit. */
export function armEstimateOfMean(summary: {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}): ArmEstimate {
  requirePositive(summary.n, "The number of units of an arm");
  return { n: summary.n, estimate: summary.mean, variance: summary.variance / summary.n };
}

/** An arm's share of successes as an estimate with its variance. */
export function armEstimateOfProportion(counts: {
  readonly n: number;
  readonly successes: number;
}): ArmEstimate {
  requirePositive(counts.n, "The number of units of an arm");
  requireDomain(
    counts.successes >= 0 && counts.successes <= counts.n,
    `Successes must lie between 0 and ${counts.n}, not ${counts.successes}.`,
  );
  const p = counts.successes / counts.n;
  return { n: counts.n, estimate: p, variance: (p * (1 - p)) / counts.n };
}

/**
 * Regression-adjusted sequence for small samples (Lindon, Ham, Tingley & Bojinov 2022, from the g-prior Bayes
 * factor): radius in units of the standard error with `df` residual degrees of freedom. `g` is in units: n of the
 * mixture, 1 / rho^2 of the asymptotic form, to which this converges as df grows.
 */
export function studentizedSequenceRadius(input: {
  readonly n: number;
  readonly g: number;
  readonly df: number;
  readonly alpha: number;
}): number {
  requirePositive(input.n, "The number of units");
  requirePositive(input.g, "g");
  requirePositive(input.df, "The degrees of freedom");
  requireOpenProbability(input.alpha, "alpha");
  const w = input.g / (input.g + input.n);
  const logX = (Math.log(w) + 2 * Math.log(input.alpha)) / (input.df + 1);
  const x = Math.exp(logX);
  requireDomain(
    x > w,
    `With ${input.df} degrees of freedom the sequence has no finite width yet at this alpha.`,
    "Wait for more units.",
  );
  return Math.sqrt((input.df * -Math.expm1(logX)) / (x - w));
}
