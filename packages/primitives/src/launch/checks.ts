/** The named checks of a launch, in gate order: quality, primary, guardrails, cohorts. */
import { cohortName, declaredLevels, judgeCohort } from "../cohorts/index.js";
import { judgeGuardrails } from "../guardrails/index.js";
import { findResult } from "../shared/effects.js";
import type { LimitFinding, LimitQuestion } from "../shared/harm.js";
import type {
  Check,
  CheckStatus,
  CohortRef,
  Evidence,
  QualityFinding,
  QualityStatus,
  Study,
  StudyMetric,
  Threshold,
} from "../shared/vocabulary.js";
import { explainInvalid, explainLimit, explainPrimary, type ReadingKind } from "./explain.js";
import { type ArmMoment, studyAt } from "./plan/index.js";
import {
  isUndecidedYet,
  judgePrimary,
  type PrimaryFinding,
  type PrimaryMoment,
} from "./primary.js";

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
  const primary = primaryFinding(arm);
  const running = isUndecidedYet(primary.code);
  return {
    primary,
    checks: [
      primaryCheck(arm, primary),
      ...guardrailChecks(arm, running),
      ...cohortChecks(arm, running),
    ],
  };
}

/** The same checks when the data are invalid: nothing is judged and no number is shown. */
export function withheld(check: Check): Check {
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

interface ArmScope {
  readonly study: Study;
  readonly evidence: Evidence;
  readonly treatment: string;
  readonly moment: ArmMoment | null;
  readonly ended: boolean;
  readonly suffix: string;
  readonly label: string;
}

function primaryMoment({ study, moment, ended }: ArmScope): PrimaryMoment {
  const alone = study.primary.alpha / Math.max(1, study.treatments.length);
  if (moment === null) return { kind: "last", alpha: alone, futile: false };
  const { mode, level: alpha, boundary, past, z } = moment;
  const bound = boundary?.futilityBounds[past.length] ?? null;
  const futile = mode === "interim" && bound !== null && z !== null && z < bound;
  if (mode === "peek") return { kind: "peek", alpha, futile };
  if (mode === "interim") return { kind: "interim", alpha, futile };
  return { kind: mode === "any_time" && !ended ? "interim" : "last", alpha, futile };
}

function readingKind({ moment }: ArmScope): ReadingKind {
  if (moment === null) return "plain";
  if (moment.mode === "peek" || moment.mode === "any_time") return "always_valid";
  return moment.days.length > 1 ? "repeated" : "plain";
}

function primaryFinding(arm: ArmScope): PrimaryFinding {
  const { study, evidence, treatment } = arm;
  const lookup = findResult(evidence, study.primary.metric.name, treatment, null);
  return judgePrimary(study.primary, primaryMoment(arm), 1 - study.intervalAlpha, lookup);
}

function primaryCheck(arm: ArmScope, finding: PrimaryFinding): Check {
  const { study, treatment, suffix, label, moment } = arm;
  const { metric, alpha } = study.primary;
  const sentence = explainPrimary({
    metric,
    subject: `${metric.name}${label}`,
    finding,
    arms: study.treatments.length,
    registeredAlpha: alpha,
    minimumPower: study.power,
    reading: readingKind(arm),
    atLook: (moment?.days.length ?? 0) > 1,
  });
  const { missing: _missing, ...numbers } = finding;
  return {
    id: `primary:${metric.name}${suffix}`,
    kind: "primary",
    blocks: finding.status !== "clear",
    metric: metric.name,
    treatment,
    cohort: null,
    ...numbers,
    sentence,
  };
}

/**
 * The level at which harm counts as shown now. While the run goes on it is that of the look, so that watching does not
 * raise the chance of a false veto; where something would ship, the whole registered level applies, on the safe side.
 */
function harmLevel({ moment, study }: ArmScope, running: boolean, alpha: number): number {
  if (!running || moment === null) return alpha;
  return moment.harmLevel(alpha, study.primary.metric.alternative === "two_sided");
}

/** A proof of non-inferiority is tried at each look of the plan, so each look has its own share of the level. */
function proofLevel({ moment }: ArmScope, alpha: number): number {
  return moment === null || moment.days.length < 2 ? alpha : moment.harmLevel(alpha, false);
}

const isInterim = ({ moment }: ArmScope, running: boolean): boolean =>
  running && moment?.mode === "interim" && moment.days.length > 1;

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

function question(
  study: Study,
  metric: StudyMetric,
  threshold: Threshold,
  alpha: number,
): LimitQuestion {
  const coverage = 1 - study.intervalAlpha;
  return { metric, threshold, alpha, minimumPower: study.power, coverage };
}

function guardrailChecks(arm: ArmScope, running: boolean): Check[] {
  const { study, evidence, treatment, suffix, label } = arm;
  const cases = study.guardrails.map(({ metric, threshold, alpha }) => ({
    question: question(study, metric, threshold, harmLevel(arm, running, alpha)),
    proofAlpha: proofLevel(arm, alpha),
    alwaysValid: readingKind(arm) === "always_valid",
    lookup: findResult(evidence, metric.name, treatment, null),
  }));
  const findings = judgeGuardrails(study.policy, cases);
  return study.guardrails.flatMap(({ metric, alpha }, index) => {
    const finding = findings[index];
    if (finding === undefined) return [];
    const sentence = explainLimit({
      kind: "guardrail",
      metric,
      subject: `${metric.name}${label}`,
      finding,
      minimumPower: study.power,
      registeredAlpha: alpha,
      blindnessAccepted: false,
      reading: readingKind(arm),
      interim: isInterim(arm, running),
    });
    const earlier = study.guardrails.slice(0, index).filter((g) => g.metric.name === metric.name);
    const again = earlier.length === 0 ? "" : `#${earlier.length + 1}`;
    const id = `guardrail:${metric.name}${again}${suffix}`;
    return [limitCheck(id, "guardrail", metric, treatment, null, finding, sentence)];
  });
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

function limitCheck(
  id: string,
  kind: "guardrail" | "cohort",
  metric: StudyMetric,
  treatment: string,
  cohort: CohortRef | null,
  finding: LimitFinding & { readonly blocks: boolean },
  sentence: string,
): Check {
  return {
    id,
    kind,
    status: finding.status,
    blocks: finding.blocks,
    metric: metric.name,
    treatment,
    cohort,
    estimate: finding.estimate,
    scale: finding.scale,
    interval: finding.interval,
    pValue: finding.pValue,
    pValueIsBound: finding.pValueIsBound,
    alpha: finding.alpha,
    threshold: finding.threshold,
    powerAtThreshold: finding.powerAtThreshold,
    code: finding.code,
    sentence,
  };
}
