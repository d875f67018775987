/**
 * Student's t distribution.
 *
 * Method: P(T > t) = I_x(df/2, 1/2)/2 with x = df/(df + t^2), both arguments of the beta function given without
 * cancellation; quantile by Newton's iteration on the logarithm of the tail from Hill's estimate (CACM 13 (1970), 396).
 * Domain: df > 0, not necessarily whole. Accuracy: largest relative error 5.6e-14 in tails down to
 * 1e-290, 2e-15 in the cdf, 7.4e-15 in quantiles down to 1e-50 (validation/student-t).
 */
import { requireDomain, requirePositive, requireProbability } from "../errors.js";
import { betaTails } from "../special/beta.js";
import { LN_2PI } from "../special/elementary.js";
import { stirlingRemainder } from "../special/log-gamma.js";
import { invertTail } from "./invert.js";
import { normalIsf } from "./normal.js";

const LARGEST_DF = 1e15;

/** Both tails of the |T| distribution: lower = P(|T| <= t), upper = P(|T| > t). */
function absoluteTails(t: number, df: number) {
  const square = t * t;
  const x = 1 / (1 + square / df);
  const y = t >= 1 ? 1 / (1 + df / square) : square / (df + square);
  return betaTails(0.5, df / 2, y, x, (x * (square - 1)) / 2);
}

function requireArguments(t: number, df: number): void {
  requireDomain(!Number.isNaN(t), "Student's t distribution needs a number.");
  requirePositive(df, "The degrees of freedom");
  requireDomain(
    df <= LARGEST_DF,
    `${df} degrees of freedom are too many.`,
    "Use the normal distribution.",
  );
}

/** P(T > t) with `df` degrees of freedom (any real number above 0). */
export function studentTSf(t: number, df: number): number {
  requireArguments(t, df);
  const { lower, upper } = absoluteTails(Math.abs(t), df);
  if (t >= 0) return upper / 2;
  return 0.5 + lower / 2;
}

/** P(T <= t). */
export function studentTCdf(t: number, df: number): number {
  return studentTSf(-t, df);
}

/** log of the density at t. */
export function studentTLogPdf(t: number, df: number): number {
  requireArguments(t, df);
  const half = df / 2;
  const gammas =
    half * Math.log1p(0.5 / half) - 0.5 + stirlingRemainder(half + 0.5) - stirlingRemainder(half);
  return gammas - LN_2PI / 2 - ((df + 1) / 2) * Math.log1p((t * t) / df);
}

/** Estimate of t with P(|T| > t) = p, good to a few digits. */
function hillEstimate(p: number, df: number): number {
  if (df <= 2) {
    const base = df < 1 ? p : Math.min(p, 0.999999);
    const logConstant =
      studentTLogPdf(0, df) + ((df + 1) / 2) * Math.log(df) - Math.log(df) + Math.LN2;
    const tail = Math.exp((logConstant - Math.log(base)) / df);
    return Number.isFinite(tail) ? Math.max(tail, 1e-3) : 1e150;
  }
  const a = 1 / (df - 0.5);
  const b = 48 / (a * a);
  const c = (((20700 * a) / b - 98) * a - 16) * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * df;
  const y = (d * p) ** (2 / df);
  if (y > 0.05 + a) return hillCentre(p, df, a, b, c, d);
  const inner =
    (1 / (((df + 6) / (df * y) - 0.089 * d - 0.822) * (df + 2) * 3) + 0.5 / (df + 4)) * y - 1;
  return Math.sqrt(Math.abs(df * ((inner * (df + 1)) / (df + 2) + 1 / y)));
}

function hillCentre(p: number, df: number, a: number, b: number, c: number, d: number): number {
  const x = -normalIsf(p / 2);
  const square = x * x;
  const shifted = df < 5 ? c + 0.3 * (df - 4.5) * (x + 0.6) : c;
  const scale = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + shifted;
  const series = (((0.4 * square + 6.3) * square + 36) * square + 94.5) / scale - square - 3;
  const deviate = (series / b + 1) * x;
  return Math.sqrt(df * Math.expm1(a * deviate * deviate));
}

/** t > 0 with P(|T| > t) = p, p <= 1. */
function absoluteIsf(p: number, df: number): number {
  const start = Math.max(hillEstimate(p, df), 1e-12);
  const logDensity = (t: number) => studentTLogPdf(t, df) + Math.LN2;
  return invertTail(
    { logTail: (t) => absoluteTails(t, df).logUpper, logDensity, sign: -1 },
    Math.log(p),
    start,
  );
}

/** Estimate from u = P(0 < T <= t)/density(0) by the power series of Shaw (J. Computational Finance 9, 2006). */
function seriesEstimate(u: number, df: number): number {
  const third = (1 + 1 / df) / 6;
  const fifth = 7 / 120 + (1 / 15 + 1 / (120 * df)) / df;
  const seventh = 127 / 5040 + (3 / 112 + (1 / 560 + 1 / (5040 * df)) / df) / df;
  const square = u * u;
  return u * (1 + square * (third + square * (fifth + square * seventh)));
}

/** t > 0 with P(|T| <= t) = centre; for quantiles near the median. */
function absoluteQuantile(centre: number, df: number): number {
  const start = seriesEstimate((centre / 2) * Math.exp(-studentTLogPdf(0, df)), df);
  const logDensity = (t: number) => studentTLogPdf(t, df) + Math.LN2;
  return invertTail(
    { logTail: (t) => absoluteTails(t, df).logLower, logDensity, sign: 1 },
    Math.log(centre),
    start,
  );
}

/** t with P(T > t) = p. p = 0 and p = 1 give the infinities. */
export function studentTIsf(p: number, df: number): number {
  requireProbability(p, "The probability of a quantile");
  requireArguments(0, df);
  if (p === 0.5) return 0;
  if (p === 0) return Number.POSITIVE_INFINITY;
  if (p === 1) return Number.NEGATIVE_INFINITY;
  const tail = p < 0.5 ? p : 1 - p;
  const t = tail > 0.4 ? absoluteQuantile(Math.abs(1 - 2 * p), df) : absoluteIsf(2 * tail, df);
  return p < 0.5 ? t : -t;
}

/** t with P(T <= t) = p. For tiny upper tails use `studentTIsf`. */
export function studentTQuantile(p: number, df: number): number {
  return -studentTIsf(p, df);
}
