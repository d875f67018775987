/**
 * Boundaries at the information actually observed (Lan & DeMets 1983), information being 1 / Var(estimate) and not
 * days. Spending follows the observed fraction of the planned maximum, correlations the observed information.
 * Overrun (fraction above 1) and underrun (declared last look below 1) both spend all that is left at that look, so
 * the total error stays exactly alpha. Classical constants carry no spending function: their plan spends linearly
 * between its own looks, which reproduces the planned boundary when information comes as planned.
 */
import { normalSf } from "../distributions/index.js";
import { requireDomain } from "../errors.js";
import { boundsForSpending, monitoringBounds, type UpperRule } from "./boundaries.js";
import { at, requireFinite, requireInformation } from "./checks.js";
import {
  type BoundaryFamily,
  type GroupSequentialDesign,
  isSpending,
  type StoppingBoundary,
} from "./plan.js";
import type { LookView } from "./recursion.js";
import { spentError } from "./spending.js";

export interface ObservedInformation {
  /** Information of the looks so far as fractions of the planned maximum; above 1 after an overrun. */
  readonly fractions: readonly number[];
  /** True when no later look will come, whatever the information. */
  readonly final: boolean;
}

export interface ObservedBoundary extends StoppingBoundary {
  readonly kind: "observed_boundary";
  readonly boundary: BoundaryFamily;
  readonly formula: string;
  /** What an ordinary p-value of the plan's side is compared with. */
  readonly nominalLevels: readonly number[];
  /** Both sides together; reaches alpha at the final look. */
  readonly cumulativeAlpha: readonly number[];
  /** z at each look done; null: no futility stop (always at the final look). */
  readonly futilityBounds: readonly (number | null)[];
  /** No alpha is left: the last look given is the final one. */
  readonly final: boolean;
  readonly ending: "planned" | "overrun" | "underrun" | null;
}

/** Linear interpolation of cumulative spending through (0, 0) and the planned looks. */
function interpolate(rates: readonly number[], spent: readonly number[], t: number): number {
  let fromT = 0;
  let fromSpent = 0;
  for (let k = 0; k < rates.length; k++) {
    const toT = at(rates, k);
    const toSpent = at(spent, k);
    if (t <= toT) return fromSpent + ((toSpent - fromSpent) * (t - fromT)) / (toT - fromT);
    fromT = toT;
    fromSpent = toSpent;
  }
  return fromSpent;
}

/** Error of one side spent by fraction t under the design's own rule. */
export function designSpending(design: GroupSequentialDesign, t: number): number {
  const level = design.alpha / design.sided;
  if (t >= 1) return level;
  if (isSpending(design.boundary)) return spentError(design.boundary, level, t, design.sided);
  const oneSide = design.cumulativeAlpha.map((spent) => spent / design.sided);
  return interpolate(design.informationRates, oneSide, t);
}

function differences(values: readonly number[]): number[] {
  return values.map((value, k) => value - (k === 0 ? 0 : at(values, k - 1)));
}

function endingOf(last: number, final: boolean): ObservedBoundary["ending"] {
  if (last > 1) return "overrun";
  if (last === 1) return "planned";
  return final ? "underrun" : null;
}

function requireOpenBefore(fractions: readonly number[]): void {
  fractions.slice(0, -1).forEach((t, k) => {
    requireDomain(
      t < 1,
      `Look ${k + 1} already had the full planned information (${t}), so no look may follow it.`,
      "Judge the plan at that look; register a new experiment for more data.",
    );
  });
}

interface Bounds {
  readonly upper: readonly number[];
  readonly futility: readonly (number | null)[];
}

/** Spent fraction at each look: the final look spends as if the plan were complete. */
function spendingTimes({ fractions, final }: ObservedInformation): number[] {
  return fractions.map((t, k) => (final && k === fractions.length - 1 ? 1 : Math.min(1, t)));
}

function observedBounds(
  design: GroupSequentialDesign,
  fractions: readonly number[],
  times: readonly number[],
  increments: readonly number[],
): Bounds {
  const rule = design.futility;
  const none = fractions.map(() => null);
  if (rule === null) {
    return { upper: boundsForSpending(fractions, design.sided, increments, null), futility: none };
  }
  const beta =
    rule.rule === "fixed"
      ? []
      : differences(times.map((t) => spentError(rule.spending, 1 - design.power, t)));
  const lowerAt = (view: LookView): number => {
    if (at(times, view.index) >= 1) return Number.NEGATIVE_INFINITY;
    return rule.rule === "fixed"
      ? (rule.bounds[view.index] ?? Number.NEGATIVE_INFINITY)
      : view.solveBelow(at(beta, view.index), design.drift);
  };
  const upperRule: UpperRule = rule.binding
    ? { rule: "spend", increments }
    : { rule: "given", upper: boundsForSpending(fractions, 1, increments, null) };
  const { upper, lower } = monitoringBounds(fractions, upperRule, lowerAt, design.drift);
  return { upper, futility: lower.map((z) => (z === Number.NEGATIVE_INFINITY ? null : z)) };
}

/**
 * Boundaries of a design at the looks done so far. Earlier looks keep the bounds they were judged by, because a
 * bound depends only on the information up to its look.
 *
 * @throws StatsError DOMAIN when information does not grow, exceeds 50 looks, or a look follows the full information.
 */
export function boundaryAtObservedInformation(
  design: GroupSequentialDesign,
  observed: ObservedInformation,
): ObservedBoundary {
  const { fractions } = observed;
  requireInformation(fractions);
  requireOpenBefore(fractions);
  const last = at(fractions, fractions.length - 1);
  const final = observed.final || last >= 1;
  const times = spendingTimes({ fractions, final });
  const spent = times.map((t) => designSpending(design, t));
  const { upper, futility } = observedBounds(design, fractions, times, differences(spent));
  return {
    kind: "observed_boundary",
    sided: design.sided,
    alpha: design.alpha,
    boundary: design.boundary,
    formula: design.formula,
    informationRates: fractions,
    criticalValues: upper,
    nominalLevels: upper.map((c) => design.sided * normalSf(c)),
    cumulativeAlpha: spent.map((value) => design.sided * value),
    futilityBounds: futility,
    final,
    ending: endingOf(last, final),
  };
}

/**
 * What a plan says at a look. `inconclusive`: the last look passed without a crossing. Up and down are the sign of the
 * estimate; whether up is a benefit is for the metric to say.
 */
export type LookDecision = "reject_up" | "reject_down" | "futility" | "inconclusive" | "continue";

/** Applies boundaries of observed information to z at their latest look; futility stops are advice unless binding. */
export function decideLook(observed: ObservedBoundary, z: number): LookDecision {
  requireFinite(z, "z");
  const last = observed.criticalValues.length - 1;
  const critical = at(observed.criticalValues, last);
  if (z >= critical) return "reject_up";
  if (observed.sided === 2 && z <= -critical) return "reject_down";
  if (observed.final) return "inconclusive";
  const futility = observed.futilityBounds[last] ?? null;
  return futility !== null && z < futility ? "futility" : "continue";
}
