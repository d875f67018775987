import type { PolicyRule } from "./policy.js";

/**
 * All statistical defaults of the product, once: name, value, unit, and why this value. A workspace
 * may set others; a registration overrides both. Each resolved parameter says where it came from.
 */
export interface StatisticalDefault<Value extends number | string | boolean> {
  readonly name: string;
  readonly value: Value;
  readonly unit: string | null;
  readonly why: string;
}

function entry<Value extends number | string | boolean>(
  name: string,
  value: Value,
  unit: string | null,
  why: string,
): StatisticalDefault<Value> {
  return { name, value, unit, why };
}

export const DEFAULTS = {
  alpha: entry<number>("alpha", 0.05, "probability", "the field's usual false-positive rate"),
  power: entry<number>(
    "power",
    0.8,
    "probability",
    "the field's usual target; misses one real effect in five",
  ),
  intervalLevel: entry<number>(
    "interval_level",
    0.95,
    "coverage",
    "matches a two-sided alpha of 0.05",
  ),
  srmAlpha: entry<number>(
    "srm_alpha",
    0.001,
    "probability",
    "a sample ratio this unlikely is a broken assignment; one false alarm in a thousand experiments",
  ),
  multiArmLimit: entry<number>(
    "multi_arm_limit",
    0.01,
    "share of units",
    "above one unit in a hundred, leaving out units seen in several arms changes the population",
  ),
  balanceAlpha: entry<number>(
    "balance_alpha",
    0.001,
    "probability",
    "a covariate from before exposure that differs this much shows a broken assignment",
  ),
  fairnessFloor: entry<number>(
    "cohorts.fairness.floor",
    0.95,
    "share of the value over everybody",
    "the worst-served cohort keeps at least 95 % of the average",
  ),
  cohortThresholdRelative: entry<number>(
    "cohort_threshold_relative",
    -0.03,
    "relative change",
    "no declared cohort may lose more than 3 % of the primary metric",
  ),
  primaryRule: entry<"significant_and_mde" | "significant">(
    "primary_rule",
    "significant_and_mde",
    null,
    "a significant effect below the smallest one worth shipping is not worth shipping",
  ),
  stakes: entry<"low" | "medium" | "high">("stakes", "medium", null, "neither stated high nor low"),
  guardrailRule: entry<PolicyRule>(
    "guardrail_policy",
    "harm_test",
    null,
    "a guardrail vetoes when harm beyond its threshold is significant",
  ),
  guardrailRuleHighStakes: entry<PolicyRule>(
    "guardrail_policy",
    "non_inferiority",
    null,
    "with high stakes each guardrail must be shown to hold, not merely fail to be shown broken",
  ),
  guardrailCorrection: entry<"none" | "bonferroni" | "holm">(
    "guardrail_policy.correction",
    "none",
    null,
    "correcting a veto for the number of guardrails makes it easier to ship harm",
  ),
  deteriorationAlpha: entry<number>(
    "guardrail_policy.deterioration_alpha",
    0.05,
    "probability",
    "a harmless launch is turned down for deterioration or quality once in twenty at most",
  ),
  posteriorLimit: entry<number>(
    "guardrail_policy.posterior_limit",
    0.05,
    "probability",
    "harm past a limit must be less likely than one in twenty",
  ),
  primaryRuleRiskAware: entry<"significant_and_mde" | "significant">(
    "primary_rule",
    "significant",
    null,
    "the risk-aware rule ships on superiority, and its power is planned for that",
  ),
  alternative: entry<"two_sided" | "greater" | "less">(
    "alternative",
    "two_sided",
    null,
    "an effect in either direction is seen",
  ),
  matureShare: entry<number>(
    "mature_share",
    1,
    "share of exposed units",
    "a guardrail that has not had its time shows no harm because it cannot",
  ),
  decimals: entry<number>(
    "decimals",
    6,
    "decimal digits",
    "values enter exact integer sums; six digits are beyond what metrics carry",
  ),
} as const;
