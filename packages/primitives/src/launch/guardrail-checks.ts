/** The guardrails of an arm, over everybody and in their own cohorts; after them, the tests of deterioration. */
import { cohortName } from "../cohorts/index.js";
import { judgeDeterioration, judgeGuardrails } from "../guardrails/index.js";
import { findResult } from "../shared/effects.js";
import {
  deteriorationAlpha,
  deteriorationMetrics,
  guardrailTests,
} from "../shared/policy-levels.js";
import type { Check, StudyMetric } from "../shared/vocabulary.js";
import {
  type ArmScope,
  harmLevel,
  isAlwaysValid,
  isInterim,
  limitCheck,
  proofReading,
  question,
  readingKind,
} from "./arm-scope.js";
import { explainLimit } from "./explain.js";

export function guardrailChecks(arm: ArmScope, running: boolean): Check[] {
  const { study, evidence, treatment, suffix, label } = arm;
  const tests = guardrailTests(study);
  const cases = tests.map(({ metric, threshold, alpha, prior, cohort }) => ({
    question: question(study, metric, threshold, harmLevel(arm, running, alpha)),
    lookup: findResult(evidence, metric.name, treatment, cohort),
    ...proofReading(arm, alpha),
    ...(prior === null ? {} : { prior }),
  }));
  const findings = judgeGuardrails(study.policy, cases);
  const ids = new Map<string, number>();
  return tests.flatMap(({ metric, alpha, cohort }, index) => {
    const finding = findings[index];
    if (finding === undefined) return [];
    const where = cohort === null ? "" : cohortName(cohort);
    const sentence = explainLimit({
      kind: "guardrail",
      metric,
      subject: `${metric.name}${where === "" ? "" : ` in ${where}`}${label}`,
      finding,
      minimumPower: study.power,
      registeredAlpha: alpha,
      blindnessAccepted: false,
      reading: readingKind(arm),
      interim: isInterim(arm, running),
    });
    const name = `guardrail:${metric.name}${where === "" ? "" : `:${where}`}`;
    const times = (ids.get(name) ?? 0) + 1;
    ids.set(name, times);
    const id = `${name}${times === 1 ? "" : `#${times}`}${suffix}`;
    return [limitCheck(id, "guardrail", metric, treatment, cohort, finding, sentence)];
  });
}

/** A two-sided p-value is held against twice the one-sided level; an always-valid one against the level itself. */
function levelFor(arm: ArmScope, metric: StudyMetric, level: number): number {
  const doubled = metric.alternative === "two_sided" && !isAlwaysValid(arm.moment);
  return doubled ? 2 * level : level;
}

/** One check a metric under `risk_aware`: is it worse than in control at all? None under other policies. */
export function deteriorationChecks(arm: ArmScope, running: boolean): Check[] {
  const { study, evidence, treatment, suffix, label } = arm;
  const { policy } = study;
  const level = deteriorationAlpha(study);
  if (policy.kind !== "risk_aware" || level === null) return [];
  return deteriorationMetrics(study).map((metric) => {
    const alpha = harmLevel(arm, running, levelFor(arm, metric, level));
    const coverage = 1 - study.intervalAlpha;
    const finding = judgeDeterioration(
      { metric, alpha, coverage },
      findResult(evidence, metric.name, treatment, null),
    );
    const sentence = explainLimit({
      kind: "guardrail",
      metric,
      subject: `${metric.name}${label}`,
      finding,
      minimumPower: study.power,
      registeredAlpha: levelFor(arm, metric, policy.deteriorationAlpha),
      blindnessAccepted: false,
      reading: readingKind(arm),
      interim: isInterim(arm, running),
    });
    const id = `deterioration:${metric.name}${suffix}`;
    const check = limitCheck(id, "guardrail", metric, treatment, null, finding, sentence);
    return { ...check, threshold: null };
  });
}
