/**
 * The sequential plan a registration states, and what it costs. Looks are days; as information they count as day over
 * last day until the data say otherwise (the plan is recomputed from observed information at run time).
 */
import {
  customPlanError,
  customPlanPower,
  designGroupSequential,
  findRoot,
  normalIsf,
  rhoForTightestAt,
  sequenceHalfWidth,
} from "@plumbline/stats";
import type { Registration } from "../registration.js";

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

const BOUNDARIES = {
  obrien_fleming: {
    boundary: { family: "lan_demets_obrien_fleming" },
    label: "O'Brien-Fleming-type spending",
  },
  pocock: { boundary: { family: "lan_demets_pocock" }, label: "Pocock-type spending" },
} as const;

/** The boundary that the registered name stands for, at these looks. */
export function spendingPlan(
  type: "obrien_fleming" | "pocock",
  test: { readonly sided: 1 | 2; readonly alpha: number; readonly power: number },
  looks: readonly number[],
): PlanFacts {
  const { boundary, label } = BOUNDARIES[type];
  const informationRates = informationByDays(looks);
  const design = designGroupSequential({ ...test, informationRates, boundary, futility: null });
  return {
    kind: "group_sequential",
    label,
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
  registration: Pick<Registration, "stop_rule">,
  test: { readonly sided: 1 | 2; readonly alpha: number; readonly power: number },
): PlanFacts {
  const { sided, alpha, power } = test;
  const rule = registration.stop_rule;
  const looks = rule?.looks ?? [];
  const levels = rule?.early_stop_alpha_at_look;
  if (rule === undefined || rule.type === "fixed_horizon") return fixedPlan(sided, alpha, looks);
  if (rule.type === "always_valid") return alwaysValid(sided, alpha, power, looks);
  if (looks.length < 2) return fixedPlan(sided, alpha, looks);
  if (levels === undefined) return spendingPlan(rule.type, test, looks);
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
