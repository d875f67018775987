/** A group sequential plan as a registration states it, and as computed: plain data, fit for a ledger. */
import { requireDomain, requireOpenProbability } from "../errors.js";
import { requireFinite, requireRates } from "./checks.js";
import { requireSpending, type SpendingFunction, spendingFormula } from "./spending.js";

/** How the critical values come about: a constant solved for the total error, or an error-spending function. */
export type BoundaryFamily =
  | { readonly family: "obrien_fleming" }
  | { readonly family: "pocock" }
  /** c_k = C t_k^(delta - 1/2): delta 0 is O'Brien-Fleming, 1/2 Pocock. */
  | { readonly family: "wang_tsiatis"; readonly delta: number }
  | SpendingFunction;

export type FutilityRule =
  | {
      readonly rule: "fixed";
      /** z below which to stop at looks 1 .. K-1; null: no futility stop at that look. */
      readonly bounds: readonly (number | null)[];
      readonly binding: boolean;
    }
  | {
      readonly rule: "beta_spending";
      readonly spending: SpendingFunction;
      readonly binding: boolean;
    };

export interface GroupSequentialPlan {
  /** 1: only an increase is tested, total error alpha. 2: both directions, alpha / 2 each. */
  readonly sided: 1 | 2;
  /** Total type I error, 0 < alpha < 1. */
  readonly alpha: number;
  /** Power at the design drift, alpha / sided < power < 1. */
  readonly power: number;
  /** Information fractions of the looks, strictly increasing, the last one 1. */
  readonly informationRates: readonly number[];
  readonly boundary: BoundaryFamily;
  /** One-sided plans only. */
  readonly futility: FutilityRule | null;
}

/** Expected information at stopping, relative to a test without interim looks with the same error and power. */
export interface ExpectedInformation {
  readonly h0: number;
  /** Under half of the design drift. */
  readonly h01: number;
  readonly h1: number;
}

export interface DesignFutility {
  readonly binding: boolean;
  readonly formula: string;
  /** z at looks 1 .. K-1; null: no futility stop at that look. */
  readonly bounds: readonly (number | null)[];
  /** Type II error spent by each look; null for fixed bounds. */
  readonly cumulativeBeta: readonly number[] | null;
  /** P(first stop for futility at look k) under the design drift, looks 1 .. K-1. */
  readonly stageProbabilitiesH1: readonly number[];
  /** True type I error when every futility stop is obeyed; equals alpha for binding rules. */
  readonly alphaIfObeyed: number;
}

export interface GroupSequentialDesign extends GroupSequentialPlan {
  readonly kind: "group_sequential";
  /** The boundary's formula with a = alpha / sided. */
  readonly formula: string;
  /** z; two-sided plans stop at |Z_k| >= c_k. 37.5 means that the look spends less than 1e-300. */
  readonly criticalValues: readonly number[];
  /** What an ordinary p-value of the plan's side is compared with at each look. */
  readonly nominalLevels: readonly number[];
  /** Both sides together; ignores futility stops unless they are binding. */
  readonly cumulativeAlpha: readonly number[];
  readonly futilityBoundary: DesignFutility | null;
  /** E[Z] at full information that gives the power. */
  readonly drift: number;
  /** (z_{1-alpha/sided} + z_power)^2: squared drift of the test without interim looks. */
  readonly fixedDriftSquared: number;
  /** Maximum sample size relative to the test without interim looks. */
  readonly inflation: number;
  /** P(rejected upwards by look k) under the design drift. */
  readonly cumulativePower: readonly number[];
  readonly expectedInformation: ExpectedInformation;
}

/** What analyses need of a design or of boundaries recomputed from observed information. */
export interface StoppingBoundary {
  readonly sided: 1 | 2;
  readonly alpha: number;
  /** Information at the looks in any unit: only ratios count. */
  readonly informationRates: readonly number[];
  readonly criticalValues: readonly number[];
}

export function isSpending(boundary: BoundaryFamily): boundary is SpendingFunction {
  return (
    boundary.family !== "obrien_fleming" &&
    boundary.family !== "pocock" &&
    boundary.family !== "wang_tsiatis"
  );
}

/** Exponent e of the shape c_k = C t_k^e of the classical families. */
export function shapeExponent(boundary: Exclude<BoundaryFamily, SpendingFunction>): number {
  switch (boundary.family) {
    case "obrien_fleming":
      return -0.5;
    case "pocock":
      return 0;
    case "wang_tsiatis":
      return boundary.delta - 0.5;
  }
}

export function boundaryFormula(boundary: BoundaryFamily): string {
  switch (boundary.family) {
    case "obrien_fleming":
      return "c_k = C / sqrt(t_k)";
    case "pocock":
      return "c_k = C";
    case "wang_tsiatis":
      return `c_k = C t_k^(${boundary.delta} - 1/2)`;
    default:
      return `spend ${spendingFormula(boundary)}, a = alpha / sided`;
  }
}

export function futilityFormula(rule: FutilityRule): string {
  return rule.rule === "fixed"
    ? "fixed z bounds"
    : `spend ${spendingFormula(rule.spending)}, a = 1 - power`;
}

function requireFutility(plan: GroupSequentialPlan, futility: FutilityRule): void {
  requireDomain(
    plan.sided === 1,
    "Futility bounds need a one-sided plan.",
    "Register the direction of the effect (sided 1) or drop the futility rule.",
  );
  if (futility.rule === "beta_spending") {
    requireSpending(futility.spending);
    return;
  }
  requireDomain(
    futility.bounds.length === plan.informationRates.length - 1,
    `Fixed futility bounds need one value for each interim look (${plan.informationRates.length - 1}), got ${futility.bounds.length}.`,
  );
  for (const bound of futility.bounds) if (bound !== null) requireFinite(bound, "A futility bound");
}

/** @throws StatsError DOMAIN with the reason, when no design can follow from the plan. */
export function requirePlan(plan: GroupSequentialPlan): void {
  requireDomain(plan.sided === 1 || plan.sided === 2, `sided must be 1 or 2, got ${plan.sided}.`);
  requireOpenProbability(plan.alpha, "alpha");
  requireOpenProbability(plan.power, "power");
  requireDomain(
    plan.power > plan.alpha / plan.sided,
    `power (${plan.power}) must exceed the error of one side (${plan.alpha / plan.sided}).`,
  );
  requireDomain(
    plan.alpha / plan.sided < 0.5,
    `The error of one side must be below 0.5, got ${plan.alpha / plan.sided}.`,
  );
  requireRates(plan.informationRates);
  if (isSpending(plan.boundary)) requireSpending(plan.boundary);
  if (plan.boundary.family === "wang_tsiatis") {
    requireDomain(
      Math.abs(plan.boundary.delta) <= 1,
      `delta of the Wang-Tsiatis family must lie between -1 and 1, got ${plan.boundary.delta}.`,
    );
  }
  if (plan.futility !== null) requireFutility(plan, plan.futility);
}
