import { normalPdf } from "../distributions/index.js";
import { StatsError } from "../errors.js";
import { summarise } from "../moments/summarise.js";

/**
 * Gaussian kernel density at one point.
 *
 * Method: bandwidth 0.9 min(sd, IQR / 1.34) n^(-1/5) (Silverman, 1986, eq. 3.31), sd with divisor
 * n-1, quartiles by linear interpolation (type 7 of Hyndman & Fan). Domain: two or more values that
 * give a bandwidth above 0. It is a smoothed estimate: its bias is of order bandwidth^2.
 */
export interface KernelDensity {
  readonly bandwidth: number;
  readonly density: number;
}

/** @param sorted ascending. @throws StatsError DOMAIN when the bandwidth is 0 (no spread). */
export function kernelDensity(sorted: readonly number[], at: number): KernelDensity {
  const n = sorted.length;
  const spread = Math.sqrt(summarise(sorted).variance);
  const range = interpolatedQuantile(sorted, 0.75) - interpolatedQuantile(sorted, 0.25);
  const bandwidth = 0.9 * Math.min(spread, range / 1.34) * n ** -0.2;
  if (!(bandwidth > 0)) {
    throw new StatsError("DOMAIN", "Half of the values are equal, so no density can be estimated.");
  }
  let total = 0;
  for (const value of sorted) total += normalPdf((at - value) / bandwidth);
  return { bandwidth, density: total / (n * bandwidth) };
}

function interpolatedQuantile(sorted: readonly number[], order: number): number {
  const position = (sorted.length - 1) * order;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}
