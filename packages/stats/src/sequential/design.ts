/**
 * Group sequential designs: critical values, futility, power, inflation. Sources: O'Brien & Fleming 1979, Pocock
 * 1977, Wang & Tsiatis 1987, Lan & DeMets 1983, Pampallona, Tsiatis & Kim 2001 (beta spending). Method and
 * accuracy: `recursion.ts`; constants and drifts are solved to 1e-12.
 */
import { normalSf } from "../distributions/index.js";
import { StatsError } from "../errors.js";
import { findRoot } from "../special/index.js";
import {
  type BoundaryProblem,
  efficacyBounds,
  type FutilityWalk,
  futilityWalk,
  reachOf,
  type UpperRule,
  upperError,
} from "./boundaries.js";
import { at } from "./checks.js";
import {
  boundaryFormula,
  type DesignFutility,
  type FutilityRule,
  futilityFormula,
  type GroupSequentialDesign,
  type GroupSequentialPlan,
  isSpending,
  requirePlan,
  shapeExponent,
} from "./plan.js";
import { driftForPower, expectedFraction, fixedDriftSquared } from "./power.js";
import {
  cumulative,
  type Lattice,
  latticeOf,
  NO_STOP_Z,
  stageProbabilities,
  sum,
} from "./recursion.js";
import { spendingIncrements } from "./spending.js";

interface Solved {
  readonly upper: readonly number[];
  /** Lower bounds that stops obey; -Infinity: none. */
  readonly lower: readonly number[];
  readonly drift: number;
}

function withoutFutility(problem: BoundaryProblem, power: number): Solved {
  const upper = efficacyBounds(problem, null);
  const lower = upper.map((c) => (problem.sided === 2 ? -c : -Infinity));
  const drift = driftForPower(latticeOf(problem.t, lower, upper), problem.level, power);
  return { upper, lower, drift };
}

function withFixedFutility(
  problem: BoundaryProblem,
  power: number,
  rule: Extract<FutilityRule, { rule: "fixed" }>,
): Solved {
  const fixed = [...rule.bounds.map((bound) => bound ?? -Infinity), -Infinity];
  const upper = efficacyBounds(problem, rule.binding ? fixed : null);
  fixed.forEach((bound, k) => {
    if (bound >= at(upper, k)) {
      throw new StatsError(
        "DOMAIN",
        `The futility bound of look ${k + 1} (${bound}) lies above its critical value (${at(upper, k).toFixed(3)}).`,
        "Lower the futility bound.",
      );
    }
  });
  const drift = driftForPower(latticeOf(problem.t, fixed, upper), problem.level, power);
  return { upper, lower: fixed, drift };
}

/**
 * Upper bounds for a drift when obeyed futility stops buy error back in a family of constants. Null: no constant
 * leaves room for these stops, the drift is too large.
 */
function bindingConstants(
  problem: BoundaryProblem,
  exponent: number,
  beta: readonly number[],
): (drift: number) => UpperRule | null {
  const rule = (c: number): UpperRule => ({
    rule: "given",
    upper: problem.t.map((t) => Math.min(NO_STOP_Z, c * t ** exponent)),
  });
  // Futility stops only lower the constant, so the non-binding one bounds it from above.
  const high = at(efficacyBounds(problem, null), problem.t.length - 1);
  return (drift) => {
    const error = (c: number): number | null => {
      const walked = futilityWalk(problem.t, rule(c), beta, drift);
      return walked === null ? null : Math.log(upperError(walked.lattice) / problem.level);
    };
    // Stops that take next to nothing leave the non-binding constant as it is, up to rounding.
    if ((error(high) ?? -1) > -1e-13) return rule(high);
    let above = high;
    for (let gap = 0.005; gap < high; gap *= 2) {
      const low = high - gap;
      const excess = error(low);
      if (excess === null) return null;
      if (excess >= 0) {
        const c = findRoot((x) => error(x) ?? 1, low, above, { tolerance: 1e-12 });
        return rule(c);
      }
      above = low;
    }
    return null;
  };
}

function upperRuleFor(
  problem: BoundaryProblem,
  binding: boolean,
  beta: readonly number[],
): (drift: number) => UpperRule | null {
  const { boundary, level, t } = problem;
  if (!binding) {
    const given: UpperRule = { rule: "given", upper: efficacyBounds(problem, null) };
    return () => given;
  }
  if (isSpending(boundary)) {
    const spend: UpperRule = { rule: "spend", increments: spendingIncrements(boundary, level, t) };
    return () => spend;
  }
  return bindingConstants(problem, shapeExponent(boundary), beta);
}

/** The drift at which the lower bounds, spending exactly 1 - power, meet the upper ones at the last look. */
function withBetaSpending(
  problem: BoundaryProblem,
  power: number,
  rule: Extract<FutilityRule, { rule: "beta_spending" }>,
): Solved {
  const beta = spendingIncrements(rule.spending, 1 - power, problem.t);
  const upperRule = upperRuleFor(problem, rule.binding, beta);
  const attempt = (drift: number): FutilityWalk | null => {
    const upper = upperRule(drift);
    return upper === null ? null : futilityWalk(problem.t, upper, beta, drift);
  };
  // Too large a drift leaves no room between the bounds: as a function value, "everything overspent".
  const excess = (drift: number) => attempt(drift)?.excess ?? -(1 - power);
  const fixed = Math.sqrt(fixedDriftSquared(problem.level, power));
  let low = fixed * 0.98;
  while (excess(low) < 0 && low > 0.05 * fixed) low *= 0.9;
  let high = fixed * 1.06;
  for (let i = 0; i < 60 && excess(high) >= 0; i++) {
    low = high;
    high *= 1.06;
  }
  const drift = findRoot(excess, low, high, { tolerance: 1e-12 });
  const solved = attempt(drift);
  if (solved === null || Math.abs(solved.excess) > 1e-8) {
    throw new StatsError(
      "NO_CONVERGENCE",
      "No design spends exactly this type II error with these futility bounds.",
      "Use fixed futility bounds or a spending function that spends later.",
    );
  }
  return { upper: solved.lattice.upper, lower: solved.lattice.lower, drift };
}

function solve(plan: GroupSequentialPlan): Solved {
  const problem: BoundaryProblem = {
    t: plan.informationRates,
    sided: plan.sided,
    level: plan.alpha / plan.sided,
    boundary: plan.boundary,
  };
  if (plan.futility === null) return withoutFutility(problem, plan.power);
  return plan.futility.rule === "fixed"
    ? withFixedFutility(problem, plan.power, plan.futility)
    : withBetaSpending(problem, plan.power, plan.futility);
}

function futilityOf(
  plan: GroupSequentialPlan,
  solved: Solved,
  lattice: Lattice,
): DesignFutility | null {
  const rule = plan.futility;
  if (rule === null) return null;
  const interim = plan.informationRates.length - 1;
  const beta =
    rule.rule === "fixed"
      ? null
      : cumulative(spendingIncrements(rule.spending, 1 - plan.power, plan.informationRates));
  return {
    binding: rule.binding,
    formula: futilityFormula(rule),
    bounds: solved.lower.slice(0, interim).map((z) => (z === -Infinity ? null : z)),
    cumulativeBeta: beta,
    stageProbabilitiesH1: stageProbabilities(lattice, solved.drift).below.slice(0, interim),
    alphaIfObeyed: sum(stageProbabilities(lattice, 0).above),
  };
}

function nullSpending(plan: GroupSequentialPlan, solved: Solved, obeyed: Lattice): number[] {
  const ignored = plan.futility !== null && !plan.futility.binding;
  const lattice = ignored
    ? latticeOf(
        plan.informationRates,
        solved.upper.map(() => -Infinity),
        solved.upper,
      )
    : obeyed;
  return cumulative(stageProbabilities(lattice, 0).above).map((spent) => plan.sided * spent);
}

/**
 * Computes the design of a plan.
 * @throws StatsError DOMAIN when the plan cannot be (rates unsorted or more than 50, alpha outside (0, 1), a
 * futility bound above its critical value); NO_CONVERGENCE when no drift spends the type II error exactly.
 */
export function designGroupSequential(plan: GroupSequentialPlan): GroupSequentialDesign {
  requirePlan(plan);
  const solved = solve(plan);
  const { drift } = solved;
  const t = plan.informationRates;
  const lattice = latticeOf(t, solved.lower, solved.upper, reachOf(drift));
  const fixed = fixedDriftSquared(plan.alpha / plan.sided, plan.power);
  const inflation = (drift * drift) / fixed;
  const asn = (d: number) => inflation * expectedFraction(lattice, d);
  return {
    kind: "group_sequential",
    ...plan,
    formula: boundaryFormula(plan.boundary),
    criticalValues: solved.upper,
    nominalLevels: solved.upper.map((c) => plan.sided * normalSf(c)),
    cumulativeAlpha: nullSpending(plan, solved, lattice),
    futilityBoundary: futilityOf(plan, solved, lattice),
    drift,
    fixedDriftSquared: fixed,
    inflation,
    cumulativePower: cumulative(stageProbabilities(lattice, drift).above),
    expectedInformation: { h0: asn(0), h01: asn(drift / 2), h1: asn(drift) },
  };
}
