/** The named checks of a launch, in gate order: quality, primary, guardrails, cohorts. */
import { cohortName, declaredLevels, judgeCohort } from "../cohorts/index.js";
import { findResult } from "../shared/effects.js";
import type {
  Check,
  CheckStatus,
  Evidence,
  QualityFinding,
  QualityStatus,
  Study,
} from "../shared/vocabulary.js";
import {
  type ArmScope,
  harmLevel,
  isInterim,
  limitCheck,
  question,
  readingKind,
} from "./arm-scope.js";
import { fairnessChecks } from "./cohorts/index.js";
import { explainInvalid, explainLimit } from "./explain.js";
import { deteriorationChecks, guardrailChecks } from "./guardrail-checks.js";
import { ripened } from "./maturity.js";
import { type ArmMoment, studyAt } from "./plan/index.js";
import type { PrimaryFinding } from "./primary.js";
import { successChecks } from "./success-checks.js";

const QUALITY_STATUS: Readonly<Record<QualityStatus, CheckStatus>> = {
  ok: "clear",
  note: "clear",
  warning: "near",
  fatal: "breach",
  not_evaluable: "not_evaluable",
};

const NO_RATIO_CHECK: QualityFinding = {
  code: "srm",
  status: "not_evaluable",
  sentence: "The evidence does not say whether the arms have the intended shares of units.",
  numbers: {},
  subject: null,
};

/** One check a finding. Evidence without a sample-ratio finding is not taken for sound. */
export function qualityChecks(evidence: Evidence): Check[] {
  const ratio = evidence.quality.some((finding) => finding.code === "srm");
  const findings = ratio ? evidence.quality : [NO_RATIO_CHECK, ...evidence.quality];
  return findings.map((finding) => ({
    id: `quality:${finding.code}${finding.subject === null ? "" : `:${finding.subject}`}`,
    kind: "quality",
    status: QUALITY_STATUS[finding.status],
    blocks: finding.status === "fatal" || finding.status === "not_evaluable",
    metric: null,
    treatment: null,
    cohort: null,
    estimate: null,
    scale: null,
    interval: null,
    pValue: finding.numbers.pValue ?? null,
    pValueIsBound: false,
    alpha: finding.numbers.alpha ?? null,
    threshold: null,
    powerAtThreshold: null,
    code: `${finding.code}_${finding.status}`,
    sentence: finding.sentence,
  }));
}

/** One treatment arm judged: its checks after quality, and the finding that the plan's decision follows from. */
export interface JudgedArm {
  readonly checks: readonly Check[];
  readonly primary: PrimaryFinding;
}

/** `moment`: where the arm stands in the plan; null without one. `lastDay`: whether the end of the plan has come. */
export function judgeArm(
  study: Study,
  evidence: Evidence,
  treatment: string,
  moment: ArmMoment | null,
  ended: boolean,
): JudgedArm {
  const several = study.treatments.length > 1;
  const arm: ArmScope = {
    study: studyAt(study, moment),
    evidence,
    treatment,
    moment,
    ended,
    suffix: several ? `@${treatment}` : "",
    label: several ? ` (${treatment})` : "",
  };
  const success = successChecks(arm);
  const { primary, running } = success;
  const limits = [
    ...guardrailChecks(arm, running),
    ...deteriorationChecks(arm, running),
    ...cohortChecks(arm, running),
    ...fairnessChecks(arm, running),
  ];
  return { primary, checks: [...success.checks, ...limits.map((check) => inSeason(arm, check))] };
}

function inSeason({ study, evidence, label }: ArmScope, check: Check): Check {
  const where = check.cohort === null ? "" : ` in ${cohortName(check.cohort)}`;
  return ripened(study, evidence.timing, check, `${check.metric}${where}${label}`);
}

/** The same checks when the data are invalid: nothing is judged and no number is shown. */
export function withheld({ probabilityBeyond: _withheld, ...check }: Check): Check {
  const subject =
    check.cohort === null ? `${check.metric}` : `${check.metric} in ${cohortName(check.cohort)}`;
  return {
    ...check,
    status: "not_evaluable",
    blocks: true,
    estimate: null,
    interval: null,
    pValue: null,
    pValueIsBound: false,
    powerAtThreshold: null,
    code: "data_invalid",
    sentence: explainInvalid(subject),
  };
}

/** What the ledger says of the registration, as the last step of the gate. */
export function registrationChecks({ registration }: Evidence): Check[] {
  if (registration === undefined) return [];
  const { locked, sentence, failures } = registration;
  return [
    {
      id: "registration:lock",
      kind: "registration",
      status: locked ? "clear" : "breach",
      blocks: !locked,
      metric: null,
      treatment: null,
      cohort: null,
      estimate: null,
      scale: null,
      interval: null,
      pValue: null,
      pValueIsBound: false,
      alpha: null,
      threshold: null,
      powerAtThreshold: null,
      code: locked ? "registration_locked" : "registration_not_locked",
      sentence: locked
        ? sentence
        : `The registration is not locked. ${[sentence, ...failures].join(" ")}`,
    },
  ];
}

function cohortChecks(arm: ArmScope, running: boolean): Check[] {
  const { study, evidence, treatment, suffix, label } = arm;
  const { cohorts } = study;
  if (cohorts === null) return [];
  const { metric } = study.primary;
  const alpha = harmLevel(arm, running, cohorts.alpha);
  return declaredLevels(cohorts).map((cohort) => {
    const finding = judgeCohort(
      cohorts,
      cohort,
      question(study, metric, cohorts.threshold, alpha),
      findResult(evidence, metric.name, treatment, cohort),
    );
    const sentence = explainLimit({
      kind: "cohort",
      metric,
      subject: `${metric.name} in ${cohortName(cohort)}${label}`,
      finding,
      minimumPower: study.power,
      registeredAlpha: cohorts.alpha,
      blindnessAccepted: finding.blindnessAccepted,
      reading: readingKind(arm),
      interim: isInterim(arm, running),
    });
    const id = `cohort:${cohortName(cohort)}${suffix}`;
    return limitCheck(id, "cohort", metric, treatment, cohort, finding, sentence);
  });
}
