/** What the checks of the three fairness rules share. */
import type { Check } from "../../shared/vocabulary.js";
import type { ArmScope } from "../arm-scope.js";

export type FairnessRule = "floor" | "no_large_regression" | "pareto";

export const fairnessId = (rule: FairnessRule, { suffix }: ArmScope): string =>
  `fairness:${rule}${suffix}`;

/** A check about all declared cohorts together, on the primary metric. */
export function fairnessCheck(
  arm: ArmScope,
  rule: FairnessRule,
  found: Partial<Check> & Pick<Check, "status" | "blocks" | "code" | "sentence">,
): Check {
  return {
    id: fairnessId(rule, arm),
    kind: "cohort",
    metric: arm.study.primary.metric.name,
    treatment: arm.treatment,
    cohort: null,
    estimate: null,
    scale: null,
    interval: null,
    pValue: null,
    pValueIsBound: false,
    alpha: null,
    threshold: null,
    powerAtThreshold: null,
    ...found,
  };
}
