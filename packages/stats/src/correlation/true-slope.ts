/**
 * Slope of true effects on true effects, when both are measured with known error.
 *
 * Method: Lambda_xy/Lambda_xx with Lambda = Cov(measured) - mean(Omega_i) (total covariance, Bibaut et al., KDD
 * 2024), its error by the jackknife over pairs, t with n - 1 df. It answers what moving the true x would do; to say
 * what a newly measured x predicts, noise and all, use `predictiveSlope`. Domain: independent pairs, five or more,
 * the variation of x not all noise.
 */
import { studentTIsf } from "../distributions/index.js";
import { requireDomain, requireOpenProbability, StatsError } from "../errors.js";
import { meanError, type NoisyPairs, requireErrors } from "./attenuation.js";
import { scatter } from "./pearson.js";

export interface TrueSlope {
  readonly slope: number;
  readonly se: number;
  readonly ciLower: number;
  readonly ciUpper: number;
}

/**
 * Slope of true y on true x with a two-sided interval.
 * @throws StatsError UNIDENTIFIED where noise explains the variation of x, with all pairs or without one of them;
 * DOMAIN for fewer than five pairs.
 */
export function trueSlope(pairs: NoisyPairs, alpha: number): TrueSlope {
  requireOpenProbability(alpha, "alpha");
  requireErrors(pairs);
  const all = scatter(pairs.x, pairs.y);
  const { n } = all;
  requireDomain(n >= 5, `The slope of true effects needs five pairs or more, not ${n}.`);
  const noise = { x: meanError(pairs.varX, n), xy: meanError(pairs.covXY, n) };
  const slope = slopeOf(n, all.sxx, all.sxy, noise);
  const without = Array.from({ length: n }, (_, i) => {
    const dx = (pairs.x[i] as number) - all.meanX;
    const dy = (pairs.y[i] as number) - all.meanY;
    // What is left of centred sums and of means without pair i.
    const rest = n / (n - 1);
    return slopeOf(n - 1, all.sxx - rest * dx * dx, all.sxy - rest * dx * dy, {
      x: rest * noise.x - (pairs.varX?.[i] ?? 0) / (n - 1),
      xy: rest * noise.xy - (pairs.covXY?.[i] ?? 0) / (n - 1),
    });
  });
  const mean = without.reduce((sum, value) => sum + value, 0) / n;
  const squares = without.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const se = Math.sqrt(((n - 1) / n) * squares);
  const half = studentTIsf(alpha / 2, n - 1) * se;
  return { slope, se, ciLower: slope - half, ciUpper: slope + half };
}

/** (sxy/(n-1) - noise) over the same of x, from centred sums and mean sampling (co)variances. */
function slopeOf(
  n: number,
  sxx: number,
  sxy: number,
  noise: { readonly x: number; readonly xy: number },
): number {
  const variance = sxx / (n - 1) - noise.x;
  if (!(variance > 1e-12 * noise.x) || !(variance > 0)) {
    throw new StatsError(
      "UNIDENTIFIED",
      "Noise explains how x varies, with all pairs or without one of them, so no slope on true x is identified.",
      "Wait for more pairs or better measured ones.",
    );
  }
  return (sxy / (n - 1) - noise.xy) / variance;
}
