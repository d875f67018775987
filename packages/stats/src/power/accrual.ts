/**
 * How many different units an experiment has seen after w weeks, and how many weeks it needs.
 *
 * Model: a finite pool of N regulars, each of whom visits in a week with probability a, independently, and a steady
 * inflow of v units a week that were never seen before:
 *
 *     unique(w) = N (1 - (1 - a)^w) + v w
 *
 * It is given by three figures that any analytics tool shows: the units of one week, W = N a + v; the share r of the
 * second week's units that were there in the first, r W = N a^2; and v. Hence a = r W/(W - v) and N = (W - v)/a. Without
 * inflow, unique(w) = (W/r) (1 - (1-r)^w) saturates at W/r; with r = 0 it grows by W every week. All regulars being
 * alike, the model is optimistic where few heavy users make most visits.
 */
import { requireDomain, requirePositive, StatsError } from "../errors.js";

export interface Traffic {
  /** Different eligible units in one week, W. */
  readonly weeklyUnits: number;
  /** Share of a week's units that were also there in the week before, r, from 0 to 1. */
  readonly returningShare: number;
  /** Units a week that were never seen before and come once, v; default 0. */
  readonly newUnitsPerWeek?: number;
  /** Share of the traffic that enters the experiment; default 1. */
  readonly exposedShare?: number;
}

function pool(traffic: Traffic): {
  regulars: number;
  visit: number;
  inflow: number;
  share: number;
} {
  const { weeklyUnits, returningShare, newUnitsPerWeek = 0, exposedShare = 1 } = traffic;
  requirePositive(weeklyUnits, "The weekly traffic");
  requireDomain(
    exposedShare > 0 && exposedShare <= 1,
    `The exposed share must lie above 0 and at most 1, not ${exposedShare}.`,
  );
  requireDomain(
    newUnitsPerWeek >= 0 && newUnitsPerWeek <= weeklyUnits,
    "The new units of a week cannot exceed the weekly traffic.",
  );
  const regularWeek = weeklyUnits - newUnitsPerWeek;
  requireDomain(
    returningShare >= 0 && returningShare * weeklyUnits <= regularWeek,
    `A returning share of ${returningShare} is more than the units that are not new.`,
    "Lower the returning share or the number of new units.",
  );
  const visit = regularWeek > 0 ? (returningShare * weeklyUnits) / regularWeek : 0;
  // A pool too large to be met twice is an inflow.
  if (visit < 1e-12) return { regulars: 0, visit: 0, inflow: weeklyUnits, share: exposedShare };
  const inflow = newUnitsPerWeek;
  return { regulars: regularWeek / visit, visit, inflow, share: exposedShare };
}

/** Different units in the experiment after `weeks` weeks (not necessarily whole). */
export function uniqueUnits(weeks: number, traffic: Traffic): number {
  requireDomain(weeks >= 0, `A runtime cannot be ${weeks} weeks.`);
  const { regulars, visit, inflow, share } = pool(traffic);
  const seen =
    visit >= 1
      ? regulars * (weeks > 0 ? Math.min(1, weeks) : 0)
      : -regulars * Math.expm1(weeks * Math.log1p(-visit));
  return share * (seen + inflow * weeks);
}

/** Most units that the traffic can ever bring; infinite with an inflow. */
export function trafficCeiling(traffic: Traffic): number {
  const { regulars, inflow, share } = pool(traffic);
  return inflow > 0 ? Number.POSITIVE_INFINITY : share * regulars;
}

/**
 * Whole weeks until `units` different units have been seen.
 *
 * @throws StatsError DOMAIN when the traffic saturates below `units`, or after `maxWeeks` (default 520).
 */
export function runtimeWeeks(units: number, traffic: Traffic, maxWeeks = 520): number {
  requirePositive(units, "The sample size");
  const needed = units * (1 - 1e-12);
  if (uniqueUnits(maxWeeks, traffic) < needed) {
    throw new StatsError(
      "DOMAIN",
      `This traffic brings at most ${Math.floor(uniqueUnits(maxWeeks, traffic))} different units in ${maxWeeks} weeks, and ${Math.ceil(units)} are needed.`,
      "Plan a larger minimum detectable effect, reduce the variance, or expose more of the traffic.",
    );
  }
  let low = 0;
  let high = maxWeeks;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (uniqueUnits(middle, traffic) >= needed) high = middle;
    else low = middle;
  }
  return high;
}
