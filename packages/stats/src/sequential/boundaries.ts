/**
 * Critical values: constants of the classical families by root search on the exact total error, spending
 * boundaries look by look, futility bounds by beta spending under a drift. Accuracy that of `recursion.ts`.
 */
import { normalIsf } from "../distributions/index.js";
import { StatsError } from "../errors.js";
import { findRoot } from "../special/index.js";
import { at } from "./checks.js";
import { type BoundaryFamily, isSpending, shapeExponent } from "./plan.js";
import {
  type Lattice,
  type LookView,
  latticeOf,
  NO_STOP_Z,
  type Reach,
  sum,
  tryWalk,
  walk,
} from "./recursion.js";
import { spendingIncrements } from "./spending.js";

/** One side of a boundary problem: `level` is alpha / sided. */
export interface BoundaryProblem {
  readonly t: readonly number[];
  readonly sided: 1 | 2;
  readonly level: number;
  readonly boundary: BoundaryFamily;
}

function mirrored(sided: 1 | 2, upper: number, futility: number): number {
  return sided === 2 ? -upper : futility;
}

/** P(first crossing of the upper bound at any look) at zero drift. */
export function upperError(lattice: Lattice): number {
  return sum(lattice.views.map((view, k) => view.above(at(lattice.upper, k), 0)));
}

function constantBounds(t: readonly number[], constant: number, exponent: number): number[] {
  return t.map((value) => Math.min(NO_STOP_Z, constant * value ** exponent));
}

/** Total error of one side when critical values are constant * t^exponent. */
export function constantError(
  problem: Pick<BoundaryProblem, "t" | "sided">,
  constant: number,
  exponent: number,
  futility: readonly number[] | null = null,
): number {
  const upper = constantBounds(problem.t, constant, exponent);
  const lower = upper.map((c, k) =>
    mirrored(problem.sided, c, futility === null ? -Infinity : Math.min(c, at(futility, k))),
  );
  return upperError(latticeOf(problem.t, lower, upper));
}

function unspendable(): StatsError {
  return new StatsError(
    "DOMAIN",
    "With these binding futility bounds the error cannot be used up.",
    "Lower the futility bounds or make them non-binding.",
  );
}

/** The constant C: between the level of the last look alone and the Bonferroni bound. */
function solveConstant(
  error: (constant: number) => number,
  { t, level }: BoundaryProblem,
  exponent: number,
): number {
  const smallest = Math.min(...t.map((value) => value ** exponent));
  const high = normalIsf(level / t.length) / smallest;
  let low = normalIsf(level);
  const target = (c: number) => Math.log(error(c) / level);
  if (t.length === 1) return low;
  // Obeyed futility stops give error back, so the constant may lie below that of the last look alone.
  for (let i = 0; target(low) < 0; i++) {
    if (i === 40 || low < -NO_STOP_Z) {
      throw unspendable();
    }
    low -= 0.25;
  }
  return findRoot(target, low, high, { tolerance: 1e-12 });
}

/**
 * Efficacy bounds. `futility` (z per look, last ignored) is given when obeyed futility stops may buy error back
 * (binding); null otherwise.
 */
export function efficacyBounds(
  problem: BoundaryProblem,
  futility: readonly number[] | null,
): number[] {
  const { t, sided, level, boundary } = problem;
  if (isSpending(boundary)) {
    return boundsForSpending(t, sided, spendingIncrements(boundary, level, t, sided), futility);
  }
  const exponent = shapeExponent(boundary);
  const constant = solveConstant(
    (c) => constantError(problem, c, exponent, futility),
    problem,
    exponent,
  );
  return constantBounds(t, constant, exponent);
}

/** Efficacy bounds that spend `increments` (one side) at the looks. */
export function boundsForSpending(
  t: readonly number[],
  sided: 1 | 2,
  increments: readonly number[],
  futility: readonly number[] | null,
): number[] {
  const lattice = walk(t, (view) => {
    const upper = view.solveAbove(at(increments, view.index), 0);
    if (upper === Number.NEGATIVE_INFINITY) throw unspendable();
    const below = futility === null ? -Infinity : at(futility, view.index);
    return { upper, lower: mirrored(sided, upper, Math.min(below, upper)) };
  });
  return [...lattice.upper];
}

/** Reach of a lattice that must serve every drift between 0 and `drift`. */
export function reachOf(drift: number): Reach {
  return { low: Math.min(0, drift), high: Math.max(0, drift) };
}

/** How the upper bound of a look is found while futility bounds are built. */
export type UpperRule =
  | { readonly rule: "given"; readonly upper: readonly number[] }
  | { readonly rule: "spend"; readonly increments: readonly number[] };

export interface FutilityWalk {
  readonly lattice: Lattice;
  /** Type II error at the last look minus what was left to spend there; falls with the drift. */
  readonly excess: number;
}

/**
 * One-sided walk in which the lower bounds spend `beta` (increments per look) under the drift; the last look has no
 * futility bound of its own. Null when a lower bound would pass the upper one before: the drift is too large.
 */
export function futilityWalk(
  t: readonly number[],
  upperRule: UpperRule,
  beta: readonly number[],
  drift: number,
): FutilityWalk | null {
  const last = t.length - 1;
  let excess = 0;
  const lattice = tryWalk(
    t,
    (view) => {
      const k = view.index;
      const upper = upperOf(upperRule, view);
      if (upper === Number.NEGATIVE_INFINITY) return null;
      if (k === last) {
        excess = view.below(upper, drift) - at(beta, k);
        return { lower: upper, upper };
      }
      const lower = view.solveBelow(at(beta, k), drift);
      return lower < upper ? { lower, upper } : null;
    },
    reachOf(drift),
  );
  return lattice === null ? null : { lattice, excess };
}

function upperOf(rule: UpperRule, view: LookView): number {
  return rule.rule === "given"
    ? at(rule.upper, view.index)
    : view.solveAbove(at(rule.increments, view.index), 0);
}

/**
 * Bounds while a plan runs: every look but a final one gets a futility bound, capped at the upper bound when the
 * observed information leaves no room between them.
 */
export function monitoringBounds(
  t: readonly number[],
  upperRule: UpperRule,
  lowerRule: (view: LookView) => number,
  drift: number,
): { readonly upper: readonly number[]; readonly lower: readonly number[] } {
  return walk(
    t,
    (view) => {
      const spent = upperOf(upperRule, view);
      // Binding stops left less mass than error: the plan is over, and nothing may be claimed from it any more.
      const upper = spent === Number.NEGATIVE_INFINITY ? NO_STOP_Z : spent;
      return { upper, lower: Math.min(upper, lowerRule(view)) };
    },
    reachOf(drift),
  );
}
