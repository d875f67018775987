/**
 * Power and size for two proportions, by the normal approximation.
 *
 * Method: `unpooled` (Wald), `pooled` (Fleiss, Levin & Paik, 3rd ed., eq. 4.14; R's power.prop.test), `pooled_cc` (with
 * the continuity correction of Casagrande, Pike & Smith 1978), `arcsine` (Cohen's h). The far tail of a two-sided test
 * is ignored. Domain: 0 < p < 1, p1 <> p2.
 */

import { normalCdf, normalIsf } from "../distributions/normal.js";
import { requireDomain, requireOpenProbability, requirePositive } from "../errors.js";
import { findRoot } from "../special/root.js";
import { type SampleSize, type Sides, wholeSizes } from "./t-test.js";

export type ProportionMethod = "unpooled" | "pooled" | "pooled_cc" | "arcsine";

interface Rates {
  readonly p1: number;
  readonly p2: number;
  readonly alpha: number;
  readonly sided: Sides;
}

export interface SampleSizeProportionsInput extends Rates {
  readonly power: number;
  readonly method: ProportionMethod;
  /** n2 / n1; default 1. */
  readonly ratio?: number;
}

export interface PowerProportionsInput extends Rates {
  readonly n1: number;
  readonly n2: number;
  readonly method: Exclude<ProportionMethod, "pooled_cc">;
}

function requireRates({ p1, p2, alpha }: Rates): void {
  requireOpenProbability(p1, "The first proportion");
  requireOpenProbability(p2, "The second proportion");
  requireOpenProbability(alpha, "alpha");
}

/** Cohen's h = 2 asin(sqrt p1) - 2 asin(sqrt p2). */
export function cohensH(p1: number, p2: number): number {
  return 2 * Math.asin(Math.sqrt(p1)) - 2 * Math.asin(Math.sqrt(p2));
}

function exactSize(input: SampleSizeProportionsInput, ratio: number): number {
  const { p1, p2, method } = input;
  const a = normalIsf(input.alpha / input.sided);
  const b = normalIsf(1 - input.power);
  const own = p1 * (1 - p1) + (p2 * (1 - p2)) / ratio;
  const difference = Math.abs(p1 - p2);
  if (method === "unpooled") return ((a + b) ** 2 * own) / difference ** 2;
  if (method === "arcsine") return ((a + b) ** 2 * (1 + 1 / ratio)) / cohensH(p1, p2) ** 2;
  const mean = (p1 + ratio * p2) / (1 + ratio);
  const root = a * Math.sqrt((1 + 1 / ratio) * mean * (1 - mean)) + b * Math.sqrt(own);
  const pooled = (root / difference) ** 2;
  if (method === "pooled") return pooled;
  const correction = 1 + Math.sqrt(1 + (2 * (1 + ratio)) / (pooled * ratio * difference));
  return (pooled / 4) * correction ** 2;
}

/** Smallest size at which a test of p1 = p2 reaches `power`. */
export function sampleSizeProportions(input: SampleSizeProportionsInput): SampleSize {
  const { ratio = 1, power, alpha, p1, p2 } = input;
  requireRates(input);
  requireOpenProbability(power, "power");
  requirePositive(ratio, "The allocation ratio");
  requireDomain(power > alpha, "The power asked for must exceed alpha.", "Ask for a higher power.");
  requireDomain(
    p1 !== p2,
    "No sample size can tell equal proportions apart.",
    "Plan with a difference.",
  );
  const exact = exactSize(input, ratio);
  return wholeSizes(exact, ratio);
}

/** Probability that the test of p1 = p2 rejects in the direction of p1 - p2. */
export function powerProportions(input: PowerProportionsInput): number {
  requireRates(input);
  const { p1, p2, n1, n2, method } = input;
  requirePositive(n1, "The first sample size");
  requirePositive(n2, "The second sample size");
  const a = normalIsf(input.alpha / input.sided);
  if (method === "arcsine") {
    return normalCdf(Math.abs(cohensH(p1, p2)) / Math.sqrt(1 / n1 + 1 / n2) - a);
  }
  const own = Math.sqrt((p1 * (1 - p1)) / n1 + (p2 * (1 - p2)) / n2);
  const difference = Math.abs(p1 - p2);
  if (method === "unpooled") return normalCdf(difference / own - a);
  const mean = (n1 * p1 + n2 * p2) / (n1 + n2);
  const pooled = Math.sqrt(mean * (1 - mean) * (1 / n1 + 1 / n2));
  return normalCdf((difference - a * pooled) / own);
}

export interface MdeProportionsInput {
  /** The control's proportion. */
  readonly baseline: number;
  readonly nTreatment: number;
  readonly nControl: number;
  readonly alpha: number;
  readonly power: number;
  readonly sided: Sides;
  readonly method: Exclude<ProportionMethod, "pooled_cc">;
  readonly direction: "increase" | "decrease";
}

/** The difference treatment - control (signed) that is found with `power`. */
export function mdeProportions(input: MdeProportionsInput): number {
  const { baseline, nTreatment, nControl, alpha, sided, method, power } = input;
  requireOpenProbability(baseline, "The baseline proportion");
  requireOpenProbability(power, "power");
  requireDomain(power > alpha, "The power asked for must exceed alpha.", "Ask for a higher power.");
  const sign = input.direction === "increase" ? 1 : -1;
  const room = sign > 0 ? 1 - baseline : baseline;
  const excess = (size: number) =>
    powerProportions({
      p1: baseline + sign * size,
      p2: baseline,
      n1: nTreatment,
      n2: nControl,
      alpha,
      sided,
      method,
    }) - power;
  const largest = room * (1 - 1e-9);
  requireDomain(
    excess(largest) >= 0,
    "No possible difference is large enough for so small a sample.",
    "Plan a larger sample.",
  );
  return sign * findRoot(excess, 0, largest);
}
