/**
 * The sequential plan a registration states, and what it costs. Looks are days; as information they count as day over
 * last day until the data say otherwise (the plan is recomputed from observed information at run time).
 */
import {
  customPlanError,
  customPlanPower,
  designGroupSequential,
  type FutilityRule,
  findRoot,
  normalIsf,
  rhoForTightestAt,
  sequenceHalfWidth,
} from "@plumbline/stats";
import { boundaryWords } from "../../shared/boundary-words.js";
import type { Registration } from "../registration.js";
import type { BoundaryName } from "../stop-rule.js";
import { BOUNDARIES, isBoundary, stoppingPlan } from "../stopping.js";

export interface PlanFacts {
  readonly kind: "fixed" | "group_sequential" | "custom_levels" | "always_valid";
  /** In words. */
  readonly label: string;
  /** Days. */
  readonly looks: readonly number[];
  readonly informationRates: readonly number[];
  readonly criticalValues: readonly number[];
  readonly nominalLevels: readonly number[];
  /** True type I error. */
  readonly overallAlpha: number;
  /** Largest sample size over that of one fixed test, at least 1. */
  readonly inflation: number;
}

/** Where a continuous stream is tightest, as planned; its width there is free of the scale. */
const REFERENCE_UNITS = 10_000;

export const informationByDays = (looks: readonly number[]): number[] =>
  looks.map((day) => day / (looks.at(-1) ?? day));

/** sqrt(inflation) x (z_alpha + z_beta) is the drift at which the plan's own power is reached. */
function customInflation(
  sided: 1 | 2,
  informationRates: readonly number[],
  nominalLevels: readonly number[],
  alpha: number,
  power: number,
): number {
  const fixed = normalIsf(alpha / sided) + normalIsf(1 - power);
  const plan = { sided, informationRates, nominalLevels };
  const missing = (drift: number) => customPlanPower(plan, drift).powerUpper - power;
  const drift = findRoot(missing, fixed * 0.5, fixed * 4);
  return Math.max(1, (drift / fixed) ** 2);
}

function fixedPlan(sided: 1 | 2, alpha: number, looks: readonly number[]): PlanFacts {
  return {
    kind: "fixed",
    label: "one test at the end",
    looks,
    informationRates: [1],
    criticalValues: [normalIsf(alpha / sided)],
    nominalLevels: [alpha],
    overallAlpha: alpha,
    inflation: 1,
  };
}

/** Any stopping time is valid; the inflation is that of a test looked at once, at its tightest point. */
function alwaysValid(sided: 1 | 2, alpha: number, power: number, looks: readonly number[]) {
  const level = sided === 2 ? alpha : Math.min(0.5, 2 * alpha);
  const rho = rhoForTightestAt(REFERENCE_UNITS, level);
  const critical =
    sequenceHalfWidth(REFERENCE_UNITS, { rho, alpha: level }) * Math.sqrt(REFERENCE_UNITS);
  const beta = normalIsf(1 - power);
  return {
    kind: "always_valid",
    label: "always-valid confidence sequence",
    looks,
    informationRates: [1],
    criticalValues: [critical],
    nominalLevels: [],
    overallAlpha: alpha,
    inflation: ((critical + beta) / (normalIsf(alpha / sided) + beta)) ** 2,
  } satisfies PlanFacts;
}

/** The boundary that the registered name stands for, at these looks. */
export function spendingPlan(
  rule: { readonly type: BoundaryName; readonly parameter?: number | undefined },
  test: { readonly sided: 1 | 2; readonly alpha: number; readonly power: number },
  looks: readonly number[],
  futility: FutilityRule | null = null,
): PlanFacts {
  const boundary = BOUNDARIES[rule.type].family(rule.parameter);
  const informationRates = informationByDays(looks);
  const design = designGroupSequential({ ...test, informationRates, boundary, futility });
  return {
    kind: "group_sequential",
    label: boundaryWords(boundary),
    looks,
    informationRates,
    criticalValues: design.criticalValues,
    nominalLevels: design.nominalLevels,
    overallAlpha: test.alpha,
    inflation: Math.max(1, design.inflation),
  };
}

/** The plan of a registration for a primary test of this level. */
export function planOf(
  registration: Pick<Registration, "stop_rule" | "runtime_days">,
  test: { readonly sided: 1 | 2; readonly alpha: number; readonly power: number },
): PlanFacts {
  const { sided, alpha, power } = test;
  const rule = registration.stop_rule;
  const looks = rule?.looks ?? [];
  const plan = stoppingPlan(registration);
  if (plan.kind === "always_valid") return alwaysValid(sided, alpha, power, looks);
  if (rule === undefined || plan.kind === "fixed_horizon") return fixedPlan(sided, alpha, looks);
  if (plan.kind === "group_sequential") {
    const { type, parameter } = rule;
    const futility = sided === 1 ? plan.futility : null;
    if (isBoundary(type)) return spendingPlan({ type, parameter }, test, looks, futility);
    return fixedPlan(sided, alpha, looks);
  }
  const { levels } = plan;
  const informationRates = informationByDays(looks);
  const error = customPlanError({ sided, informationRates, nominalLevels: levels });
  return {
    kind: "custom_levels",
    label: "its own nominal levels",
    looks,
    informationRates,
    criticalValues: error.criticalValues,
    nominalLevels: levels,
    overallAlpha: error.overallAlpha,
    inflation: customInflation(sided, informationRates, levels, alpha, power),
  };
}
