/**
 * The true error of any plan given as ordinary p-value limits at looks, whatever its inventor calls it. Equal
 * limits alpha / K are Bonferroni and not Pocock, whose limits follow from a solved constant (`designGroupSequential`).
 * Method and accuracy: `recursion.ts`.
 */
import { normalIsf } from "../distributions/index.js";
import { requireDomain, requireOpenProbability, StatsError } from "../errors.js";
import { findRoot } from "../special/index.js";
import { reachOf } from "./boundaries.js";
import { at, requireFinite, requireRates } from "./checks.js";
import { cumulative, latticeOf, NO_STOP_Z, stageProbabilities, sum } from "./recursion.js";

export interface CustomPlan {
  /** 1: reject for an increase only. 2: reject in either direction. */
  readonly sided: 1 | 2;
  /** Information fractions of the looks, the last one 1. */
  readonly informationRates: readonly number[];
  /** Reject at look k when the ordinary p-value (of the plan's side) is at or below this; 0: no test at that look. */
  readonly nominalLevels: readonly number[];
}

export interface CustomPlanError {
  /** Critical z of each look; 37.5 where the nominal level is 0. */
  readonly criticalValues: readonly number[];
  /** P(first rejection at look k) when nothing differs. */
  readonly stageAlpha: readonly number[];
  readonly cumulativeAlpha: readonly number[];
  /** The true type I error. */
  readonly overallAlpha: number;
}

export interface CustomPlanPower {
  /** P(first rejection at look k, upwards). */
  readonly stageUpper: readonly number[];
  readonly powerUpper: number;
  /** Either direction. */
  readonly powerTotal: number;
}

function criticalValue(level: number, sided: 1 | 2): number {
  return level < 1e-300 ? NO_STOP_Z : Math.min(NO_STOP_Z, normalIsf(level / sided));
}

function requireCustomPlan(plan: CustomPlan): void {
  requireDomain(plan.sided === 1 || plan.sided === 2, `sided must be 1 or 2, not ${plan.sided}.`);
  requireRates(plan.informationRates);
  requireDomain(
    plan.nominalLevels.length === plan.informationRates.length,
    `A plan of ${plan.informationRates.length} looks needs as many nominal levels, not ${plan.nominalLevels.length}.`,
  );
  for (const level of plan.nominalLevels) {
    requireDomain(
      level >= 0 && level < 1,
      `A nominal level must be at least 0 and below 1, not ${level}.`,
      "Give levels as fractions, never as percentages.",
    );
  }
}

function customLattice(plan: CustomPlan, drift: number) {
  const upper = plan.nominalLevels.map((level) => criticalValue(level, plan.sided));
  const lower = upper.map((c) => (plan.sided === 2 ? -c : Number.NEGATIVE_INFINITY));
  return latticeOf(plan.informationRates, lower, upper, reachOf(drift));
}

/** @throws StatsError DOMAIN on unsorted rates, levels outside [0, 1) or more than 50 looks. */
export function customPlanError(plan: CustomPlan): CustomPlanError {
  requireCustomPlan(plan);
  const lattice = customLattice(plan, 0);
  const { above, below } = stageProbabilities(lattice, 0);
  const stageAlpha = above.map((value, k) => value + at(below, k));
  const cumulativeAlpha = cumulative(stageAlpha);
  return {
    criticalValues: lattice.upper,
    stageAlpha,
    cumulativeAlpha,
    overallAlpha: at(cumulativeAlpha, cumulativeAlpha.length - 1),
  };
}

/** Power of a custom plan when E[Z] at full information is `drift`. */
export function customPlanPower(plan: CustomPlan, drift: number): CustomPlanPower {
  requireCustomPlan(plan);
  requireFinite(drift, "The drift");
  const { above, below } = stageProbabilities(customLattice(plan, drift), drift);
  const powerUpper = sum(above);
  return { stageUpper: above, powerUpper, powerTotal: powerUpper + sum(below) };
}

/**
 * The plan with its last nominal level set so that the true error is exactly `alpha`, the earlier levels kept.
 * @throws StatsError DOMAIN when the earlier looks alone spend alpha or more.
 */
export function calibrateLastLevel(plan: CustomPlan, alpha: number): CustomPlan {
  requireCustomPlan(plan);
  requireOpenProbability(alpha, "alpha");
  const early = plan.nominalLevels.slice(0, -1);
  const withLast = (level: number): CustomPlan => ({ ...plan, nominalLevels: [...early, level] });
  const spentEarly = customPlanError(withLast(0)).overallAlpha;
  if (spentEarly >= alpha) {
    throw new StatsError(
      "DOMAIN",
      `The looks before the last one already spend ${spentEarly.toPrecision(4)} of alpha ${alpha}.`,
      "Lower the early levels, or scale all of them.",
    );
  }
  // The last look alone may have at most alpha, and needs at least what the earlier ones leave.
  const excess = (level: number) => customPlanError(withLast(level)).overallAlpha - alpha;
  return withLast(findRoot(excess, (alpha - spentEarly) * (1 - 1e-9), alpha, { tolerance: 1e-12 }));
}

/** The plan with all nominal levels multiplied by one factor so that the true error is exactly `alpha`. */
export function scaleLevels(plan: CustomPlan, alpha: number): CustomPlan {
  requireCustomPlan(plan);
  requireOpenProbability(alpha, "alpha");
  const largest = Math.max(...plan.nominalLevels);
  requireDomain(largest > 0, "A plan without any test cannot be scaled to an error.");
  const scaled = (factor: number): CustomPlan => ({
    ...plan,
    nominalLevels: plan.nominalLevels.map((level) => level * factor),
  });
  const excess = (factor: number) => customPlanError(scaled(factor)).overallAlpha - alpha;
  // At `low` the sum of the levels, at `high` the largest of them alone would be the error.
  const low = (alpha / sum(plan.nominalLevels)) * (1 - 1e-9);
  return scaled(findRoot(excess, low, (alpha / largest) * (1 + 1e-9), { tolerance: 1e-12 }));
}
