/** What the checks of one treatment arm share: where it stands, and the levels that hold there. */
import type { LimitFinding, LimitQuestion } from "../shared/harm.js";
import type {
  Check,
  CohortRef,
  Evidence,
  Study,
  StudyMetric,
  Threshold,
} from "../shared/vocabulary.js";
import type { ReadingKind } from "./explain.js";
import type { ArmMoment } from "./plan/index.js";

export interface ArmScope {
  readonly study: Study;
  readonly evidence: Evidence;
  readonly treatment: string;
  readonly moment: ArmMoment | null;
  readonly ended: boolean;
  /** Appended to ids and subjects where several treatments are judged. */
  readonly suffix: string;
  readonly label: string;
}

export function readingKind({ moment }: ArmScope): ReadingKind {
  if (moment === null) return "plain";
  if (isAlwaysValid(moment)) return "always_valid";
  return moment.days.length > 1 ? "repeated" : "plain";
}

export const isAlwaysValid = (moment: ArmMoment | null): boolean =>
  moment?.mode === "peek" || moment?.mode === "any_time";

/**
 * The level at which harm counts as shown now. While the run goes on it is that of the look, so that watching does not
 * raise the chance of a false veto; where something would ship, the whole registered level applies, on the safe side.
 */
export function harmLevel({ moment, study }: ArmScope, running: boolean, alpha: number): number {
  if (!running || moment === null) return alpha;
  return moment.harmLevel(alpha, study.primary.metric.alternative === "two_sided");
}

/**
 * How the proof that harm is excluded is read now: at the level of the look, since each look is another chance to pass, and by
 * the intervals where only they hold.
 */
export function proofReading(
  { moment, study }: Pick<ArmScope, "moment" | "study">,
  alpha: number,
): { readonly proofAlpha: number; readonly alwaysValid: boolean } {
  const proves = study.policy.kind === "risk_aware" || study.policy.kind === "non_inferiority";
  if (!proves || moment === null) return { proofAlpha: alpha, alwaysValid: false };
  return { proofAlpha: moment.harmLevel(alpha, false), alwaysValid: isAlwaysValid(moment) };
}

export const isInterim = ({ moment }: ArmScope, running: boolean): boolean =>
  running && moment?.mode === "interim" && moment.days.length > 1;

export function question(
  study: Study,
  metric: StudyMetric,
  threshold: Threshold,
  alpha: number,
): LimitQuestion {
  const coverage = 1 - study.intervalAlpha;
  return { metric, threshold, alpha, minimumPower: study.power, coverage };
}

export function limitCheck(
  id: string,
  kind: "guardrail" | "cohort",
  metric: StudyMetric,
  treatment: string,
  cohort: CohortRef | null,
  finding: LimitFinding & { readonly blocks: boolean },
  sentence: string,
): Check {
  const { probabilityBeyond } = finding;
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
    // A p-value beside a posterior probability is held against nothing.
    alpha: probabilityBeyond === undefined ? finding.alpha : null,
    threshold: finding.threshold,
    powerAtThreshold: finding.powerAtThreshold,
    ...(probabilityBeyond === undefined ? {} : { probabilityBeyond }),
    code: finding.code,
    sentence,
  };
}
