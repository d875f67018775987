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
import { explainInvalid, explainLimit, explainPrimary } from "./explain.js";
import { judgePrimary } from "./primary.js";

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

/** The checks of one treatment arm after quality. */
export function armChecks(study: Study, evidence: Evidence, treatment: string): Check[] {
  const several = study.treatments.length > 1;
  const arm: ArmScope = {
    study,
    evidence,
    treatment,
    suffix: several ? `@${treatment}` : "",
    label: several ? ` (${treatment})` : "",
  };
  return [primaryCheck(arm), ...guardrailChecks(arm), ...cohortChecks(arm)];
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
  readonly suffix: string;
  readonly label: string;
}

function primaryCheck({ study, evidence, treatment, suffix, label }: ArmScope): Check {
  const { metric, alpha } = study.primary;
  const arms = study.treatments.length;
  const lookup = findResult(evidence, metric.name, treatment, null);
  const finding = judgePrimary(study.primary, arms, 1 - study.intervalAlpha, lookup);
  const sentence = explainPrimary({
    metric,
    subject: `${metric.name}${label}`,
    finding,
    arms,
    registeredAlpha: alpha,
    minimumPower: study.power,
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

function question(
  study: Study,
  metric: StudyMetric,
  threshold: Threshold,
  alpha: number,
): LimitQuestion {
  const coverage = 1 - study.intervalAlpha;
  return { metric, threshold, alpha, minimumPower: study.power, coverage };
}

function guardrailChecks({ study, evidence, treatment, suffix, label }: ArmScope): Check[] {
  const cases = study.guardrails.map(({ metric, threshold, alpha }) => ({
    question: question(study, metric, threshold, alpha),
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
    });
    const earlier = study.guardrails.slice(0, index).filter((g) => g.metric.name === metric.name);
    const again = earlier.length === 0 ? "" : `#${earlier.length + 1}`;
    const id = `guardrail:${metric.name}${again}${suffix}`;
    return [limitCheck(id, "guardrail", metric, treatment, null, finding, sentence)];
  });
}

function cohortChecks({ study, evidence, treatment, suffix, label }: ArmScope): Check[] {
  const { cohorts } = study;
  if (cohorts === null) return [];
  const { metric } = study.primary;
  return declaredLevels(cohorts).map((cohort) => {
    const finding = judgeCohort(
      cohorts,
      cohort,
      question(study, metric, cohorts.threshold, cohorts.alpha),
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
