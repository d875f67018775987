/**
 * From the cost of a regression to a threshold, and what the planned sample sees of it. All of it is one product:
 * loss a year = customers x (what one of them loses a year when the metric is worse by one) x (how much worse it is).
 *
 * Noise: two-sided z test of two equal arms, n = 2 v (z_(1-alpha/2) + z_power)^2 / limit^2, v the variance of one unit
 * (the normal approximation that sizing refines, `stats/power`). Domain: v > 0, 0 < alpha, power < 1.
 */
import { normalIsf } from "@plumbline/stats";
import { formatCount, formatPercent, formatValue } from "../../shared/format.js";
import type { Threshold } from "../../shared/vocabulary.js";

/** All figures for a year, in one currency. */
export interface Economics {
  /** Customers whom the launch will reach. */
  readonly customers: number | null;
  /** What one customer brings. */
  readonly valuePerCustomer: number | null;
  /** Largest loss that one guardrail may let through. */
  readonly toleratedLoss: number | null;
  /** By metric: what one customer loses when the metric is worse by one of its units. */
  readonly costs: Readonly<Record<string, number>>;
}

export interface Noise {
  /** Variance of one unit, in the metric's unit squared. */
  readonly variance: number;
  readonly alpha: number;
  readonly power: number;
  /** Planned units an arm; null: none planned. */
  readonly perArm: number | null;
}

export interface CostedLimit {
  /** Null: more is tolerated than the metric can lose, so the cost sets no limit. */
  readonly threshold: Threshold | null;
  readonly sentence: string;
}

/** Beyond the range of doubles there is no sum to show. */
const LEAST_SIZE = 1e-300;

/** Towards the stricter side, to two digits: a threshold is agreed on, not computed to the last figure. */
export function roundedDown(size: number): number {
  const unit = 10 ** (Math.floor(Math.log10(size)) - 1);
  // The ratio of two doubles may fall a rounding below a whole number.
  return Number((Math.floor(size / unit + 1e-9) * unit).toPrecision(2));
}

/**
 * The threshold that costs what is tolerated; null where a figure is missing. `harm`: +1 where a rise does harm, else -1; what
 * does harm by falling cannot fall by more than its level. `most`: the largest change there can be, 1 for a share.
 */
export function limitFromCost(
  economics: Economics,
  cost: number | null,
  baseline: number | null,
  harm: 1 | -1,
  most: number = Number.POSITIVE_INFINITY,
): CostedLimit | null {
  const { customers, toleratedLoss } = economics;
  if (customers === null || toleratedLoss === null || cost === null) return null;
  const size = toleratedLoss / (customers * cost);
  if (!(size > LEAST_SIZE && size < Number.POSITIVE_INFINITY)) return null;
  const sum = `${formatValue(toleratedLoss, null)} a year tolerated / (${formatCount(customers)} customers x ${formatValue(cost, null)} each) = ${formatValue(size, null)}`;
  const share = baseline === null || baseline <= 0 ? null : size / baseline;
  if (size >= most || (harm === -1 && share !== null && share >= 1)) {
    const sentence = `${sum}: more than it can lose, so this tolerance sets no limit.`;
    return { threshold: null, sentence };
  }
  if (share === null || share >= 1) {
    const value = roundedDown(size);
    const sentence = `${sum}, rounded down to ${formatValue(value, null)}.`;
    return { threshold: { scale: "absolute", value: harm * value }, sentence };
  }
  const value = roundedDown(share);
  const sentence = `${sum}, which is ${formatPercent(share)} of ${formatValue(baseline ?? 0, null)}; rounded down to ${formatPercent(value)}.`;
  return { threshold: { scale: "relative", value: harm * value }, sentence };
}

/** What the limit lets through at most in a year; null where a figure is missing. */
export function costAt(
  { customers }: Economics,
  cost: number | null,
  size: number | null,
): { readonly loss: number; readonly sentence: string } | null {
  if (customers === null || cost === null || size === null) return null;
  const loss = customers * cost * size;
  const sentence = `At the limit: ${formatCount(customers)} customers x ${formatValue(cost, null)} each x ${formatValue(size, null)} = ${formatValue(loss, null)} a year.`;
  return { loss, sentence };
}

export interface Seen {
  /** Units an arm that show harm of exactly the limit with the power. */
  readonly needed: number;
  /** Smallest harm that the planned units show with the power, in the metric's unit. */
  readonly smallest: number | null;
  readonly sentence: string;
}

/** What of a limit of `size` (in the metric's unit) the planned sample sees. */
export function seenAt(noise: Noise, size: number, baseline: number | null): Seen {
  const { variance, alpha, power, perArm } = noise;
  const z = normalIsf(alpha / 2) + normalIsf(1 - power);
  const needed = Math.ceil((2 * variance * z * z) / (size * size));
  const with_ = `with power ${power} at alpha ${alpha}`;
  const takes = `Noise: harm of exactly the limit takes ${formatCount(needed)} units an arm to be seen ${with_}`;
  if (perArm === null) return { needed, smallest: null, sentence: `${takes}.` };
  const smallest = z * Math.sqrt((2 * variance) / perArm);
  const part =
    baseline === null || baseline <= 0
      ? ""
      : `, ${formatPercent(smallest / baseline)} of the level`;
  const enough = perArm >= needed ? "enough" : "too few";
  return {
    needed,
    smallest,
    sentence: `${takes}; ${formatCount(perArm)} are planned, ${enough}: they see ${formatValue(smallest, null)}${part}.`,
  };
}
