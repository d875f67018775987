/**
 * Size of a whole study: several success metrics, guardrails and cohorts in one experiment.
 *
 * Method: success metrics share alpha by Bonferroni, guardrails keep the whole alpha, and both have the type II error
 * betaPerTest (multiplicity.ts), so that the decision as a whole has power 1 - beta under any dependence. A cohort is
 * sized as a study of its own at alpha and beta, and its size divided by the share of the units that belong to it.
 */
import { requireDomain } from "../errors.js";
import { runtimeWeeks, type Traffic } from "./accrual.js";
import { type ArmSizes, type ComparisonDesign, cohortTotal, designSampleSize } from "./design.js";
import { betaPerTest, sharedAlpha } from "./multiplicity.js";

export interface StudyRequirement
  extends Pick<ComparisonDesign, "metric" | "modifiers" | "hypothesis"> {
  readonly name: string;
  readonly role: "success" | "guardrail" | "cohort";
  /** True difference to be shown (superiority) or planned for (non-inferiority, usually 0). */
  readonly effect: number;
  /** Share of the experiment's units in which this is measured; default 1. */
  readonly fraction?: number;
}

export interface StudyPlan extends Pick<ComparisonDesign, "allocation" | "inflation"> {
  readonly requirements: readonly StudyRequirement[];
  readonly alpha: number;
  readonly beta: number;
  /** Total level of the tests for deterioration, if the rule has them; default 0. */
  readonly deteriorationAlpha?: number;
  readonly traffic?: Traffic;
}

export interface RequirementSize {
  readonly name: string;
  readonly role: StudyRequirement["role"];
  readonly alpha: number;
  readonly power: number;
  /** Units in which the metric is measured. */
  readonly sizes: ArmSizes;
  /** Units of the whole experiment, all arms. */
  readonly total: number;
}

export interface StudySize {
  readonly requirements: readonly RequirementSize[];
  /** The requirement that needs the most units, and so decides. */
  readonly bottleneck: RequirementSize;
  readonly total: number;
  /** Whole weeks; null without traffic. */
  readonly weeks: number | null;
}

/** Units that each requirement needs, the one that decides, and the runtime. */
export function sizeStudy(plan: StudyPlan): StudySize {
  const count = (role: StudyRequirement["role"]) =>
    plan.requirements.filter((requirement) => requirement.role === role).length;
  const successes = count("success");
  requireDomain(successes > 0, "A study needs at least one success metric to be sized for.");
  const sharedPower = 1 - betaPerTest(plan.beta, count("guardrail"), plan.deteriorationAlpha);
  const sizeOf = (requirement: StudyRequirement): RequirementSize => {
    const { name, role, effect, fraction = 1 } = requirement;
    const alpha = role === "success" ? sharedAlpha(plan.alpha, successes) : plan.alpha;
    const power = role === "cohort" ? 1 - plan.beta : sharedPower;
    const { metric, modifiers = {}, hypothesis } = requirement;
    const { allocation = { control: 1, treatments: [1] }, inflation = 1 } = plan;
    const design = { metric, modifiers, hypothesis, alpha, allocation, inflation };
    const sizes = designSampleSize(design, power, effect);
    return { name, role, alpha, power, sizes, total: cohortTotal(sizes.total, fraction) };
  };
  const requirements = plan.requirements.map(sizeOf);
  const bottleneck = requirements.reduce((most, one) => (one.total > most.total ? one : most));
  const weeks = plan.traffic ? runtimeWeeks(bottleneck.total, plan.traffic) : null;
  return { requirements, bottleneck, total: bottleneck.total, weeks };
}
