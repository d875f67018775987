/**
 * The primary metric, and under `risk_aware` the further success metrics: any of them may carry the launch
 * (union-intersection: alpha is shared, beta is not). What another metric carries no longer blocks.
 */
import { findResult } from "../shared/effects.js";
import { furtherSuccess, superiorityAlpha } from "../shared/policy-levels.js";
import type { Check, StudyPrimary } from "../shared/vocabulary.js";
import { type ArmScope, readingKind } from "./arm-scope.js";
import { explainPrimary } from "./explain.js";
import { type Awaited, awaited } from "./maturity.js";
import {
  isUndecidedYet,
  judgePrimary,
  type PrimaryFinding,
  type PrimaryMoment,
} from "./primary.js";

export interface JudgedSuccess {
  readonly checks: readonly Check[];
  /** Of the primary metric. */
  readonly primary: PrimaryFinding;
  /** Nothing has won yet, and something still may. */
  readonly running: boolean;
}

function primaryMoment({ study, moment, ended }: ArmScope): PrimaryMoment {
  if (moment === null) return { kind: "last", alpha: superiorityAlpha(study), futile: false };
  const { mode, level: alpha, boundary, past, z } = moment;
  const bound = boundary?.futilityBounds[past.length] ?? null;
  const futile = mode === "interim" && bound !== null && z !== null && z < bound;
  if (mode === "peek") return { kind: "peek", alpha, futile };
  if (mode === "interim") return { kind: "interim", alpha, futile };
  return { kind: mode === "any_time" && !ended ? "interim" : "last", alpha, futile };
}

/** Further success metrics are read at the information of the primary one, each by its own boundary; futility is its alone. */
function furtherMoment(arm: ArmScope, twoSided: boolean): PrimaryMoment {
  const { kind } = primaryMoment(arm);
  const alpha = superiorityAlpha(arm.study);
  return { kind, alpha: arm.moment?.harmLevel(alpha, twoSided) ?? alpha, futile: false };
}

interface Judged {
  readonly of: StudyPrimary;
  readonly id: string;
  readonly finding: PrimaryFinding;
}

function judge(arm: ArmScope, of: StudyPrimary, moment: PrimaryMoment): PrimaryFinding {
  const { study, evidence, treatment } = arm;
  const lookup = findResult(evidence, of.metric.name, treatment, null);
  const finding = judgePrimary(of, moment, 1 - study.intervalAlpha, lookup);
  const settled = moment.kind === "peek" || finding.code === "primary_harmed";
  return settled || waits(arm, of) === null
    ? finding
    : { ...finding, status: "not_evaluable", code: "not_mature" };
}

const waits = ({ study, evidence }: ArmScope, { metric }: StudyPrimary): Awaited | null =>
  awaited(study, evidence.timing, metric.maturity, "success");

function judgedPrimary(arm: ArmScope): Judged {
  const { primary } = arm.study;
  const finding = judge(arm, primary, primaryMoment(arm));
  return { of: primary, id: `primary:${primary.metric.name}`, finding };
}

function judgedFurther(arm: ArmScope): Judged[] {
  return furtherSuccess(arm.study).map(({ metric, mde }) => {
    const of = { ...arm.study.primary, metric, mde };
    const moment = furtherMoment(arm, metric.alternative === "two_sided");
    return { of, id: `success:${metric.name}`, finding: judge(arm, of, moment) };
  });
}

interface Settled extends Judged {
  readonly sentence: string;
}

/** Not shown, or not yet: no obstacle where another metric has won. A missing result stays one. */
const WAIVED: readonly PrimaryFinding["code"][] = [
  "primary_not_significant",
  "primary_below_mde",
  "primary_harmed",
  "primary_not_yet",
  "primary_not_yet_at_mde",
  "primary_futile",
];

export function successChecks(arm: ArmScope): JudgedSuccess {
  const [primary, further] = [judgedPrimary(arm), judgedFurther(arm)];
  const won = [primary, ...further].some(({ finding }) => finding.status === "clear");
  const settle = (entry: Judged): Settled => {
    const sentence = sentenceOf(arm, entry);
    if (!won || !WAIVED.includes(entry.finding.code)) return { ...entry, sentence };
    const finding = { ...entry.finding, status: "near", code: "primary_carried" } as const;
    return {
      ...entry,
      finding,
      sentence: `${sentence} Another success metric carries the launch.`,
    };
  };
  const first = settle(primary);
  const entries = [first, ...further.map(settle)];
  return {
    checks: entries.map((entry) => successCheck(arm, entry)),
    primary: first.finding,
    running: entries.some(({ finding }) => isUndecidedYet(finding.code)),
  };
}

function sentenceOf(arm: ArmScope, { of, finding }: Judged): string {
  const { study, label, moment } = arm;
  return explainPrimary({
    metric: of.metric,
    subject: `${of.metric.name}${label}`,
    finding,
    arms: study.treatments.length,
    successMetrics: 1 + furtherSuccess(study).length,
    registeredAlpha: study.primary.alpha,
    minimumPower: study.power,
    reading: readingKind(arm),
    atLook: (moment?.days.length ?? 0) > 1,
    awaited: waits(arm, of),
  });
}

function successCheck(
  { treatment, suffix }: ArmScope,
  { of, id, finding, sentence }: Settled,
): Check {
  const { missing: _missing, ...numbers } = finding;
  return {
    id: `${id}${suffix}`,
    kind: "primary",
    blocks: finding.status !== "clear" && finding.code !== "primary_carried",
    metric: of.metric.name,
    treatment,
    cohort: null,
    ...numbers,
    sentence,
  };
}
