/**
 * By how much winners are overstated when only winners are kept.
 *
 * Method: moments of the normal distribution cut at the significance threshold. Sources: A. Gelman & J. Carlin, Persp.
 * Psych. Science 9 (2014) 641 (exaggeration); M. Lee & M. Shen, KDD 2018 (total over shipped experiments);
 * R. Kohavi, A. Deng, L. Vermeer, KDD 2022 (false-positive risk). Domain: one-sided thresholds, se > 0.
 */
import { normalIsf, normalLogCdf, normalPdf } from "../distributions/index.js";
import {
  requireDomain,
  requireOpenProbability,
  requirePositive,
  requireProbability,
} from "../errors.js";
import { requireFinite } from "../tests/inference.js";

/** E[estimate | estimate > critical * se] divided by the true effect, at this power to pass `critical`. */
export function exaggerationRatio(power: number, critical = 1.959963984540054): number {
  requireOpenProbability(power, "The power");
  requireFinite(critical, "The critical value");
  const trueZ = critical - normalIsf(power);
  requireDomain(
    trueZ > 0,
    `A power of ${power} is not above what no effect at all has, so there is no true effect to compare with.`,
    "Use a power above the error rate of the test.",
  );
  const u = trueZ - critical;
  return 1 + Math.exp(Math.log(normalPdf(u)) - normalLogCdf(u)) / trueZ;
}

export interface ShippedEstimate {
  readonly estimate: number;
  readonly se: number;
  /** It was shipped because the estimate was above this; default 1.96 se. */
  readonly threshold?: number;
}

/**
 * Bias of the summed estimates of shipped experiments, each true effect replaced by its estimate:
 * sum se phi((threshold - estimate)/se). A first correction of what was booked; shrinkage is the better one.
 */
export function shippedTotalBias(shipped: readonly ShippedEstimate[]): number {
  return shipped.reduce((sum, { estimate, se, threshold }) => {
    requireFinite(estimate, "An estimate");
    requirePositive(se, "The standard error of an estimate");
    const limit = threshold ?? 1.959963984540054 * se;
    requireFinite(limit, "A threshold");
    return sum + se * normalPdf((limit - estimate) / se);
  }, 0);
}

/**
 * Share of significant wins that are none: (alpha/2)(1 - w) / ((alpha/2)(1 - w) + power w), w the share of ideas that
 * work and alpha two-sided.
 */
export function falsePositiveRisk(input: {
  readonly alpha: number;
  readonly power: number;
  readonly successRate: number;
}): number {
  requireOpenProbability(input.alpha, "alpha");
  requireOpenProbability(input.power, "The power");
  requireProbability(input.successRate, "The success rate");
  const noise = (input.alpha / 2) * (1 - input.successRate);
  return noise / (noise + input.power * input.successRate);
}
