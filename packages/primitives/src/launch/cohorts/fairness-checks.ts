/** The registered fairness rules as cohort checks: one a rule, over all declared cohorts. */
import { cohortName, declaredLevels, judgeCohort } from "../../cohorts/index.js";
import { findResult, improvementSign } from "../../shared/effects.js";
import type { Check, StudyCohorts } from "../../shared/vocabulary.js";
import {
  type ArmScope,
  harmLevel,
  isInterim,
  limitCheck,
  question,
  readingKind,
} from "../arm-scope.js";
import { explainLimit } from "../explain.js";
import { fairnessCheck, fairnessId } from "./fairness-check.js";
import { floorCheck } from "./floor-check.js";
import { paretoCheck } from "./pareto-check.js";
import { worstLevel } from "./worst-level.js";

/** None where no rule is on. */
export function fairnessChecks(arm: ArmScope, running: boolean): Check[] {
  const { cohorts } = arm.study;
  const rules = cohorts?.fairness;
  if (cohorts === null || rules === undefined) return [];
  const alpha = harmLevel(arm, running, cohorts.alpha);
  const { floor, noLargeRegression, pareto } = rules;
  return [
    ...(floor === null ? [] : [floorCheck(arm, cohorts, floor, alpha)]),
    ...(noLargeRegression === null
      ? []
      : [regressionCheck(arm, cohorts, noLargeRegression, running)]),
    ...(pareto ? [paretoCheck(arm, cohorts, alpha)] : []),
  ];
}

/** The harm test of each level against the rule's own limit; named after the level that stands worst. */
function regressionCheck(
  arm: ArmScope,
  cohorts: StudyCohorts,
  limit: number,
  running: boolean,
): Check {
  const { study, evidence, treatment, label } = arm;
  const { metric } = study.primary;
  const threshold = { scale: "relative", value: limit } as const;
  const asked = question(study, metric, threshold, harmLevel(arm, running, cohorts.alpha));
  const sign = improvementSign(metric.direction);
  const levels = declaredLevels(cohorts).map((cohort) => {
    const lookup = findResult(evidence, metric.name, treatment, cohort);
    const finding = judgeCohort(cohorts, cohort, asked, lookup);
    const { status, blocks, estimate } = finding;
    return { finding, status, blocks, size: sign * (estimate ?? 0) };
  });
  const level = worstLevel(levels);
  if (level === null) {
    return fairnessCheck(arm, "no_large_regression", {
      status: "not_evaluable",
      blocks: true,
      code: "no_result",
      sentence: "No large regression: no cohort is declared, so there is nothing to judge.",
    });
  }
  const { finding, status } = level;
  const sentence = explainLimit({
    kind: "cohort",
    metric,
    subject: `${metric.name} in ${cohortName(finding.cohort)}${label}`,
    finding,
    minimumPower: study.power,
    registeredAlpha: cohorts.alpha,
    blindnessAccepted: finding.blindnessAccepted,
    reading: readingKind(arm),
    interim: isInterim(arm, running),
  });
  const head = status === "clear" ? "every declared cohort keeps the limit; the worst: " : "";
  const id = fairnessId("no_large_regression", arm);
  const text = `No large regression: ${head}${sentence}`;
  return limitCheck(id, "cohort", metric, treatment, null, finding, text);
}
