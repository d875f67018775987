/**
 * Noncentral t distribution: T = (Z + ncp) / S with S^2 a chi-square over its df.
 *
 * Method: P(T > t) = integral of Phi(ncp - t s) over the density of S, taken in v = log s where the integrand has one
 * peak and is smooth for every df; Gauss-Legendre panels between the points where it has fallen by exp(-43), none
 * wider than a few standard deviations of either factor. The density is written with the Stirling remainder. From 200
 * df on, where the normal factor bends little over the width of S, S^(2/3) is all but normal (Wilson & Hilferty, PNAS 17
 * (1931), 684) and 25 nodes of the trapezoidal rule do (Trefethen & Weideman, SIAM Review 56 (2014), 385).
 * Domain: df > 0, finite t and ncp; NO_CONVERGENCE where df is so near 0 and t so large that panels run out. Accuracy: largest relative error 6.8e-14 in either tail,
 * down to 1e-280 (validation/noncentral-t).
 */
import { requireDomain, requirePositive, StatsError } from "../errors.js";
import { LN_2PI, log1pmx } from "../special/elementary.js";
import { stirlingRemainder } from "../special/log-gamma.js";
import { gaussLegendre } from "../special/quadrature.js";
import { normalCdf, normalLogCdf } from "./normal.js";

const FALL = 43;
const NODES = 16;
/** Fifty times what any point of the validated domain takes; beyond it an answer would take minutes. */
const MOST_PANELS = 20_000;

/** log of s f(s), f the density of S = sqrt(chi-square/df), without its constant. */
function logMixing(s: number, df: number): number {
  const w = (s - 1) * (s + 1);
  const exponent = Math.abs(w) < 0.1 ? log1pmx(w) : 2 * Math.log(s) - w;
  return (df / 2) * exponent;
}

/** Slope of log(s f(s) Phi(ncp - t s)) in log s; falls from df to minus infinity. */
function slope(s: number, t: number, df: number, ncp: number): number {
  const z = ncp - t * s;
  const hazard = Math.exp(-0.5 * z * z - LN_2PI / 2 - normalLogCdf(z));
  return df * (1 - s) * (1 + s) - t * s * hazard;
}

/** v = log s of the integrand's only peak. */
function peak(t: number, df: number, ncp: number): number {
  let low = -1;
  let high = 1;
  while (slope(Math.exp(low), t, df, ncp) < 0) low *= 2;
  while (slope(Math.exp(high), t, df, ncp) > 0) high *= 2;
  for (let i = 0; i < 60 && high - low > 1e-3 / Math.sqrt(df); i++) {
    const middle = (low + high) / 2;
    if (slope(Math.exp(middle), t, df, ncp) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The v on one side of the peak at which the integrand has fallen by about exp(-FALL). */
function edge(logIntegrand: (v: number) => number, top: number, peakValue: number, step: number) {
  let near = top;
  let width = step;
  while (logIntegrand(top + width) > peakValue - FALL) {
    near = top + width;
    width *= 2;
  }
  let far = top + width;
  for (let i = 0; i < 6; i++) {
    const middle = (near + far) / 2;
    if (logIntegrand(middle) > peakValue - FALL) near = middle;
    else far = middle;
  }
  return far;
}

/** A panel is at most 3 sd of the chi factor wide and, where the normal factor is not yet 1, 2.5 of its own sd. */
function panelWidth(v: number, t: number, df: number, ncp: number): number {
  const s = Math.exp(v);
  const chi = Math.min(1, 3 / (Math.sqrt(2 * df) * Math.max(1, s)));
  const lowest = ncp - Math.max(t * s, t * s * Math.exp(chi));
  return lowest > 8.5 ? chi : Math.min(chi, Math.log1p(2.5 / (Math.abs(t) * s)));
}

const MANY_DF = 200;
const STEP = 0.5;
/** exp(-REACH^2) is below the last digit. */
const REACH = 6;

interface MixingRule {
  readonly df: number;
  /** Values of S and their probabilities. */
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

const logConstant = (df: number): number =>
  Math.LN2 + 0.5 * (Math.log(df / 2) - LN_2PI) - stirlingRemainder(df / 2);

/** The trapezoidal rule in y, S^(2/3) = 1 + y/(1.5 sqrt df). */
function buildMixing(df: number): MixingRule {
  const count = (2 * REACH) / STEP + 1;
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  const constant = logConstant(df);
  for (let i = 0; i < count; i++) {
    const x = (i * STEP - REACH) / (1.5 * Math.sqrt(df));
    const root = 1 + x;
    // log of s f(s) at s = (1 + x)^1.5, its terms of one sign where they matter: nothing cancels at large df.
    const exponent = df * (1.5 * log1pmx(x) - x * x * (1.5 + 0.5 * x));
    nodes[i] = root * Math.sqrt(root);
    weights[i] = (STEP / (Math.sqrt(df) * root)) * Math.exp(exponent + constant);
  }
  return { df, nodes, weights };
}

/** Solving for an effect asks for the same df again and again. */
let lastMixing: MixingRule = buildMixing(MANY_DF);

function mixing(df: number): MixingRule {
  if (lastMixing.df !== df) lastMixing = buildMixing(df);
  return lastMixing;
}

/** Slope of the log of the normal factor over one y, at most; small enough, and the rule keeps its digits. */
const bendsLittle = (t: number, df: number, ncp: number): boolean =>
  df >= MANY_DF && Math.abs(t) * (Math.abs(ncp - t) + 1) < Math.sqrt(df);

function narrowTail(t: number, df: number, ncp: number): number {
  const { nodes, weights } = mixing(df);
  let total = 0;
  for (let i = 0; i < nodes.length; i++) {
    total += (weights[i] as number) * normalCdf(ncp - t * (nodes[i] as number));
  }
  return total;
}

/** P(T > t) by quadrature; accurate relative to the tail itself. */
function upperTail(t: number, df: number, ncp: number): number {
  return bendsLittle(t, df, ncp) ? narrowTail(t, df, ncp) : panelTail(t, df, ncp);
}

/** The panels alone, for any df; exported to hold the fixed rule against. */
export function panelTail(t: number, df: number, ncp: number): number {
  const logIntegrand = (v: number) => {
    const s = Math.exp(v);
    return logMixing(s, df) + normalLogCdf(ncp - t * s);
  };
  const top = peak(t, df, ncp);
  const peakValue = logIntegrand(top);
  const step = 1 / Math.sqrt(2 * df + 1);
  const from = edge(logIntegrand, top, peakValue, -step);
  const to = edge(logIntegrand, top, peakValue, step);
  const { nodes, weights } = gaussLegendre(NODES);
  let total = 0;
  let panels = 0;
  for (let v = from; v < to; ) {
    if (++panels > MOST_PANELS) {
      throw new StatsError("NO_CONVERGENCE", "The noncentral t is too extreme to integrate here.");
    }
    const half = Math.min(panelWidth(v, t, df, ncp), to - v) / 2;
    let sum = 0;
    for (let i = 0; i < NODES; i++) {
      const s = Math.exp(v + half * (1 + (nodes[i] as number)));
      const z = ncp - t * s;
      const mixing = logMixing(s, df) - peakValue;
      const value = z > -5 ? Math.exp(mixing) * normalCdf(z) : Math.exp(mixing + normalLogCdf(z));
      sum += (weights[i] as number) * value;
    }
    total += sum * half;
    v += 2 * half;
  }
  return total * Math.exp(logConstant(df) + peakValue);
}

/** P(T > t) for t >= 0 and any ncp. */
function sfOfPositive(t: number, df: number, ncp: number): number {
  if (t >= ncp) return Math.min(1, upperTail(t, df, ncp));
  // The other tail, P(T <= t) = P(-T >= -t), is the small one.
  return Math.max(0, 1 - upperTail(-t, df, -ncp));
}

function requireArguments(t: number, df: number, ncp: number): void {
  requireDomain(!Number.isNaN(t), "The noncentral t distribution needs a number.");
  requirePositive(df, "The degrees of freedom");
  requireDomain(Number.isFinite(ncp), "The noncentrality must be a finite number.");
}

/** P(T > t) with `df` degrees of freedom and noncentrality `ncp`. */
export function noncentralTSf(t: number, df: number, ncp: number): number {
  requireArguments(t, df, ncp);
  if (t === Number.POSITIVE_INFINITY) return 0;
  if (t === Number.NEGATIVE_INFINITY) return 1;
  return sfOfPositive(t, df, ncp);
}

/** P(T <= t). */
export function noncentralTCdf(t: number, df: number, ncp: number): number {
  return noncentralTSf(-t, df, -ncp);
}
