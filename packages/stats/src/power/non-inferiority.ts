/**
 * Sizes and powers of non-inferiority tests, H0: first - second <= -margin, higher is better, one-sided alpha.
 *
 * Method: normal approximation with unpooled variances; for means also exact by the noncentral t (`method: "t"`).
 * Domain: margin > 0 and true difference + margin > 0.
 */

import { normalCdf, normalIsf } from "../distributions/normal.js";
import { requireDomain, requireOpenProbability, requirePositive } from "../errors.js";
import { powerT, type SampleSize, sampleSizeT, wholeSizes } from "./t-test.js";

interface Margin {
  /** Largest loss that is accepted, above 0, in the unit of the metric. */
  readonly margin: number;
  readonly alpha: number;
}

export interface NonInferiorityProportions extends Margin {
  readonly p1: number;
  readonly p2: number;
}

export interface NonInferiorityMeans extends Margin {
  /** True mean1 - mean2; 0 when the treatment is planned to do no harm. */
  readonly difference: number;
  readonly sd: number;
  readonly method: "normal" | "t";
}

/** n2 / n1, default 1. */
interface SizeOptions {
  readonly power: number;
  readonly ratio?: number;
}

function requireMargin({ margin, alpha }: Margin, difference: number): number {
  requirePositive(margin, "The non-inferiority margin");
  requireOpenProbability(alpha, "alpha");
  const distance = difference + margin;
  requireDomain(
    distance > 0,
    "The planned difference is already beyond the margin, so non-inferiority can never be shown.",
    "Widen the margin or plan with a smaller loss.",
  );
  return distance;
}

/** Smallest size that shows p1 to be no worse than p2 by more than the margin. */
export function sampleSizeNonInferiorityProportions(
  input: NonInferiorityProportions & SizeOptions,
): SampleSize {
  const { p1, p2, alpha, power, ratio = 1 } = input;
  requireOpenProbability(power, "power");
  requirePositive(ratio, "The allocation ratio");
  const distance = requireMargin(input, p1 - p2);
  const z = normalIsf(alpha) + normalIsf(1 - power);
  const exact = (z ** 2 * (p1 * (1 - p1) + (p2 * (1 - p2)) / ratio)) / distance ** 2;
  return wholeSizes(exact, ratio);
}

/** Probability that p1 is shown to be no worse than p2 by more than the margin. */
export function powerNonInferiorityProportions(
  input: NonInferiorityProportions & { readonly n1: number; readonly n2: number },
): number {
  const { p1, p2, n1, n2, alpha } = input;
  requirePositive(n1, "The first sample size");
  requirePositive(n2, "The second sample size");
  const distance = requireMargin(input, p1 - p2);
  return normalCdf(
    distance / Math.sqrt((p1 * (1 - p1)) / n1 + (p2 * (1 - p2)) / n2) - normalIsf(alpha),
  );
}

/** Smallest size that shows mean1 to be no worse than mean2 by more than the margin. */
export function sampleSizeNonInferiorityMeans(
  input: NonInferiorityMeans & SizeOptions,
): SampleSize {
  const { difference, sd, alpha, power, ratio = 1, method } = input;
  requirePositive(sd, "The standard deviation");
  const effectSize = requireMargin(input, difference) / sd;
  if (method === "t") {
    const { exact, n1, n2 } = sampleSizeT({ effectSize, power, alpha, sided: 1, ratio });
    return { exact, n1, n2 };
  }
  requireOpenProbability(power, "power");
  requirePositive(ratio, "The allocation ratio");
  const z = normalIsf(alpha) + normalIsf(1 - power);
  const exact = (z / effectSize) ** 2 * (1 + 1 / ratio);
  return wholeSizes(exact, ratio);
}

/** Probability that mean1 is shown to be no worse than mean2 by more than the margin. */
export function powerNonInferiorityMeans(
  input: NonInferiorityMeans & { readonly n1: number; readonly n2: number },
): number {
  const { difference, sd, alpha, n1, n2, method } = input;
  requirePositive(sd, "The standard deviation");
  const effectSize = requireMargin(input, difference) / sd;
  if (method === "t") return powerT({ effectSize, n1, n2, alpha, sided: 1 });
  requirePositive(n1, "The first sample size");
  requirePositive(n2, "The second sample size");
  return normalCdf(effectSize / Math.sqrt(1 / n1 + 1 / n2) - normalIsf(alpha));
}
