import { StatsError } from "../errors.js";
import { centre, meanDifference, type Summary } from "../moments/centre.js";
import type { MetricSums } from "../moments/plan.js";
import { type Alternative, requireCount, requireFinite, studentTTest } from "./inference.js";

/**
 * Welch's t-test of two means with unequal variances.
 *
 * Method: se = sqrt(v_t/n_t + v_c/n_c); Welch-Satterthwaite df, written in the shares of the
 * squared standard error so that tiny variances do not underflow. Source: Welch, Biometrika 34
 * (1947) 28-35. Domain: n >= 2 in each arm, variances >= 0 and not both 0.
 */
export interface WelchInput {
  readonly treatment: Summary;
  readonly control: Summary;
  readonly alpha: number;
  readonly alternative: Alternative;
  /** The difference of means where it is known to more digits than the rounded means show. */
  readonly difference?: number;
}

export interface WelchResult {
  /** Treatment minus control, in the unit of the value. */
  readonly difference: number;
  readonly se: number;
  readonly t: number;
  readonly df: number;
  readonly pValue: number;
  /** Null: unbounded on that side (one-sided alternatives). */
  readonly ciLower: number | null;
  readonly ciUpper: number | null;
}

/** @throws StatsError DOMAIN when an arm has fewer than two units or neither arm varies. */
export function welchT(input: WelchInput): WelchResult {
  const { treatment, control, alpha, alternative } = input;
  requireSummary(treatment);
  requireSummary(control);
  const vt = treatment.variance / treatment.n;
  const vc = control.variance / control.n;
  if (vt + vc === 0) {
    throw new StatsError(
      "DOMAIN",
      "No unit differs from any other in either arm, so a t-test does not exist.",
      "Check that the column of the metric holds values that differ between units.",
    );
  }
  const se = Math.sqrt(vt + vc);
  const share = vt / (vt + vc);
  const df = 1 / (share ** 2 / (treatment.n - 1) + (vc / (vt + vc)) ** 2 / (control.n - 1));
  const difference = input.difference ?? treatment.mean - control.mean;
  const { statistic, pValue, ciLower, ciUpper } = studentTTest({
    estimate: difference,
    se,
    df,
    alpha,
    alternative,
  });
  return { difference, se, t: statistic, df, pValue, ciLower, ciUpper };
}

export interface WelchSumsInput {
  readonly treatment: MomentSums;
  readonly control: MomentSums;
  /** Decimal digits of the integers in the sums. */
  readonly scale: number;
  readonly alpha: number;
  readonly alternative: Alternative;
}

type MomentSums = Pick<MetricSums, "n" | "sx" | "sxx">;

/**
 * The same from exact sums; the difference of means is formed before rounding, so an offset common to
 * both arms costs no digit. @throws StatsError DOMAIN as `welchT`.
 */
export function welchTFromSums(
  input: WelchSumsInput,
): WelchResult & Record<"treatment" | "control", Summary> {
  const { scale, alpha, alternative } = input;
  const sums = ({ n, sx, sxx }: MomentSums) => ({ n, s: sx, ss: sxx });
  const [t, c] = [sums(input.treatment), sums(input.control)];
  const arms = { treatment: centre(t, scale), control: centre(c, scale) };
  const difference = meanDifference(t, c, scale);
  return { ...arms, ...welchT({ ...arms, difference, alpha, alternative }) };
}

function requireSummary({ n, mean, variance }: Summary): void {
  requireCount(n, "The number of units in an arm", 2);
  requireFinite(mean, "A mean");
  requireFinite(variance, "A variance");
  if (variance < 0) throw new StatsError("DOMAIN", `A variance is never negative: ${variance}.`);
}
