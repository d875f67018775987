import { normalIsf, normalSf } from "../distributions/index.js";
import { requireDomain, requireOpenProbability, StatsError } from "../errors.js";
import { choleskyLower, quadraticForm, solveLower } from "./triangular.js";

/**
 * The trend of an effect over the age of its units: effects d_0..d_(T-1) of the days since first exposure, all of the same
 * units, with their covariance matrix (days of one unit are correlated, so their variances alone say too much).
 *
 * Slope: ordinary least squares on the day, b = sum w_t d_t with w_t = (t - mean t) / sum (t - mean t)^2, variance w'Vw. With V
 * from the units' own products this is, to first order, the variance that a jackknife over units gives (Haulk, Richardson &
 * Soriano 2026 recommend that one); both are of the same linear functional.
 * Projection to day h: generalised least squares of a constant, and of d_inf + nu e^(-t/tau) for tau = 3, 5, 7 and 14 days, each
 * weighted by exp(-AIC/2), AIC = residual quadratic form + 2 parameters; standard error of the average over models by
 * Buckland, Burnham & Augustin, Biometrics 53 (1997) 603: sum of weight x sqrt(variance + (estimate - average)^2).
 * Domain: 3 days or more, V positive definite; a projection needs 7 days, and lies at 2T at most: further out nothing supports it.
 * Coverage of the 95 % interval at 2T (14 days, correlation .5 between days, 4000 simulated runs each): .95 to .97 without a
 * trend and with time constants up to 7 days, .92 at 14, .81 at 30, which no model here has: a slow trend is told too surely.
 * Accuracy: 1e-10 relative where the condition number of V is below 1e6. Normal tails: asymptotic in the number of units.
 */
export interface EffectTrend {
  /** Days. */
  readonly days: number;
  readonly average: Estimated;
  /** Per day. */
  readonly slope: Estimated & {
    readonly z: number;
    /** Two-sided. */
    readonly pValue: number;
  };
  /** Days T-7..T-1; null where T < 7. */
  readonly lastWeek: Estimated | null;
  /** At day `horizon`; null where T < 7. */
  readonly projection: (Estimated & { readonly horizon: number }) | null;
}

export interface Estimated {
  readonly estimate: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
}

export interface EffectTrendInput {
  readonly effects: readonly number[];
  /** Symmetric, T x T. */
  readonly covariance: readonly (readonly number[])[];
  /** Two-sided error rate of the intervals; default 0.05. */
  readonly alpha?: number;
}

const WEEK = 7;
const TIME_CONSTANTS = [3, 5, 7, 14] as const;

/** @throws StatsError DOMAIN for fewer than 3 days or sizes that do not agree; SINGULAR where V is not positive definite. */
export function effectTrend({ effects, covariance, alpha = 0.05 }: EffectTrendInput): EffectTrend {
  const days = effects.length;
  requireDomain(days >= 3, `A trend needs 3 days or more, not ${days}.`, "Wait for more days.");
  requireOpenProbability(alpha, "The error rate of the intervals");
  const square = covariance.length === days && covariance.every((row) => row.length === days);
  requireDomain(square, "The covariance matrix needs one row and one column a day.");
  const finite = [effects, ...covariance].every((row) => row.every(Number.isFinite));
  requireDomain(finite, "Effects and covariances must be finite numbers.");
  const contrast = (weights: readonly number[]): Estimated => {
    const estimate = dot(weights, effects);
    return estimated(estimate, Math.sqrt(quadraticForm(covariance, weights)), alpha);
  };
  const middle = (days - 1) / 2;
  const spread = effects.reduce((sum, _, t) => sum + (t - middle) ** 2, 0);
  const slope = contrast(effects.map((_, t) => (t - middle) / spread));
  const z = slope.estimate / slope.standardError;
  const inWeek = effects.map((_, t) => (t >= days - WEEK ? 1 / WEEK : 0));
  return {
    days,
    average: contrast(effects.map(() => 1 / days)),
    slope: { ...slope, z, pValue: Math.min(1, 2 * normalSf(Math.abs(z))) },
    lastWeek: days < WEEK ? null : contrast(inWeek),
    projection: days < WEEK ? null : projected(effects, covariance, alpha),
  };
}

function estimated(estimate: number, standardError: number, alpha: number): Estimated {
  if (!(standardError > 0)) throw singular();
  const half = normalIsf(alpha / 2) * standardError;
  return { estimate, standardError, lower: estimate - half, upper: estimate + half };
}

const singular = () =>
  new StatsError(
    "SINGULAR",
    "The effects of the days leave no variance to hold a trend against.",
    "Wait for more units, or leave out days on which nothing happens.",
  );

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

interface Fitted {
  readonly value: number;
  readonly variance: number;
  readonly aic: number;
}

/** Average over the models, at twice the observed days. */
function projected(
  effects: readonly number[],
  covariance: readonly (readonly number[])[],
  alpha: number,
): Estimated & { readonly horizon: number } {
  const horizon = 2 * effects.length;
  const factor = choleskyLower(covariance);
  if (factor === null) throw singular();
  const days = effects.map((_, t) => t);
  const level = { design: [days.map(() => 1)], at: [1] };
  const decays = TIME_CONSTANTS.map((tau) => ({
    design: [days.map(() => 1), days.map((t) => Math.exp(-t / tau))],
    at: [1, Math.exp(-horizon / tau)],
  }));
  const fits = [level, ...decays].map(({ design, at }) => fit(factor, design, effects, at));
  const least = Math.min(...fits.map(({ aic }) => aic));
  const raw = fits.map(({ aic }) => Math.exp(-(aic - least) / 2));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  const average = fits.reduce((sum, { value }, m) => sum + (weights[m] ?? 0) * value, 0);
  const error = fits.reduce(
    (sum, { value, variance }, m) =>
      sum + (weights[m] ?? 0) * Math.sqrt(variance + (value - average) ** 2),
    0,
  );
  return { ...estimated(average, error, alpha), horizon };
}

/** Generalised least squares by the Cholesky factor: whitened columns, then the normal equations of one or two of them. */
function fit(
  factor: readonly (readonly number[])[],
  design: readonly (readonly number[])[],
  effects: readonly number[],
  at: readonly number[],
): Fitted {
  const y = solveLower(factor, effects);
  const [one = [], two] = design.map((column) => solveLower(factor, column));
  if (two === undefined) {
    const aa = dot(one, one);
    const level = dot(one, y) / aa;
    return { value: level * (at[0] ?? 1), variance: 1 / aa, aic: residual(y, [one], [level]) + 2 };
  }
  const [aa, ab, bb] = [dot(one, one), dot(one, two), dot(two, two)];
  const determinant = aa * bb - ab * ab;
  if (!(determinant > 1e-12 * aa * bb)) throw singular();
  const [ay, by] = [dot(one, y), dot(two, y)];
  const level = (bb * ay - ab * by) / determinant;
  const change = (aa * by - ab * ay) / determinant;
  const [u, v] = [at[0] ?? 1, at[1] ?? 0];
  return {
    value: u * level + v * change,
    variance: (u * u * bb - 2 * u * v * ab + v * v * aa) / determinant,
    aic: residual(y, [one, two], [level, change]) + 4,
  };
}

function residual(
  y: readonly number[],
  columns: readonly (readonly number[])[],
  coefficients: readonly number[],
): number {
  return y.reduce((sum, value, t) => {
    const fitted = columns.reduce(
      (s, column, k) => s + (coefficients[k] ?? 0) * (column[t] ?? 0),
      0,
    );
    return sum + (value - fitted) ** 2;
  }, 0);
}
