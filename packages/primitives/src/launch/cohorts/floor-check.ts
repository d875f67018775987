/** Fairness floor: no cohort's value below a share of the value over everybody, both under treatment. */
import {
  cohortName,
  declaredLevels,
  type FloorFinding,
  type FloorValue,
  floorLimit,
  judgeFloor,
} from "../../cohorts/index.js";
import { findResult, improvementSign } from "../../shared/effects.js";
import { formatLevel, formatPValue } from "../../shared/format.js";
import type {
  Analysis,
  ArmSummary,
  Check,
  CheckStatus,
  CohortRef,
  StudyCohorts,
  StudyMetric,
} from "../../shared/vocabulary.js";
import { type ArmScope, isAlwaysValid } from "../arm-scope.js";
import { formatAmount } from "../explain.js";
import { fairnessCheck } from "./fairness-check.js";
import { type RankedLevel, worstLevel } from "./worst-level.js";

interface FloorLevel extends RankedLevel {
  readonly cohort: CohortRef;
  readonly finding: FloorFinding | null;
}

type JudgedLevel = FloorLevel & { readonly finding: FloorFinding };

const CODES: Readonly<Record<CheckStatus, string>> = {
  clear: "fairness_floor_kept",
  near: "fairness_floor_not_settled",
  breach: "fairness_floor_broken",
  underpowered: "fairness_floor_not_settled",
  not_evaluable: "fairness_floor_no_p_value",
};

/** Unadjusted: a value that is held against another value is no contrast. */
function plainResult(arm: ArmScope, cohort: CohortRef | null): Analysis | null {
  const { evidence, treatment, study } = arm;
  const lookup = findResult(evidence, study.primary.metric.name, treatment, cohort);
  if (lookup.kind === "absent") return null;
  const own = evidence.comparisons.find((each) => each.analysis === lookup.analysis);
  return own?.unadjusted ?? lookup.analysis;
}

/** Means, shares and ratios are means over something; a quantile is not. */
function floorValue(summary: ArmSummary | undefined, { kind }: StudyMetric): FloorValue | null {
  const value = summary?.value ?? null;
  if (summary === undefined || value === null || !Number.isFinite(value)) return null;
  const { standardError, standardDeviation, n, weight } = summary;
  const fromDeviation =
    standardDeviation === null || n === null || n < 2 ? null : standardDeviation / Math.sqrt(n);
  const over = kind === "quantile" ? null : kind === "ratio" ? (weight ?? null) : n;
  return { value, standardError: standardError ?? fromDeviation, weight: over };
}

function levelsOf(
  arm: ArmScope,
  cohorts: StudyCohorts,
  floor: number,
  alpha: number,
  everybody: FloorValue | null,
): FloorLevel[] {
  const { metric } = arm.study.primary;
  const asked = {
    floor,
    direction: metric.direction,
    alpha,
    twoSided: metric.alternative === "two_sided",
    settled: !isAlwaysValid(arm.moment),
  };
  return declaredLevels(cohorts).map((cohort) => {
    const value = floorValue(plainResult(arm, cohort)?.treatment, metric);
    const finding =
      value === null || everybody === null ? null : judgeFloor(asked, value, everybody);
    const status = finding?.status ?? "not_evaluable";
    const accepted = cohorts.acceptBlindness.includes(cohortName(cohort));
    const blocks = status !== "clear" && !(status === "near" && accepted);
    const size = finding === null ? 0 : improvementSign(metric.direction) * finding.value;
    return { cohort, finding, status, blocks, size };
  });
}

/** One check, named after the level that stands worst. */
export function floorCheck(
  arm: ArmScope,
  cohorts: StudyCohorts,
  floor: number,
  alpha: number,
): Check {
  const { metric } = arm.study.primary;
  const everybody = floorValue(plainResult(arm, null)?.treatment, metric);
  const level = worstLevel(levelsOf(arm, cohorts, floor, alpha, everybody));
  if (level === null || level.finding === null || everybody === null) {
    const where = level === null ? "any cohort" : cohortName(level.cohort);
    return fairnessCheck(arm, "floor", {
      status: "not_evaluable",
      blocks: true,
      code: "fairness_floor_no_result",
      sentence: `Fairness floor: ${metric.name}${arm.label} has no value over everybody and in ${where}, so the floor cannot be judged, and a rule without a result never ships.`,
    });
  }
  const { finding, status, blocks } = level;
  return fairnessCheck(arm, "floor", {
    status,
    blocks,
    code: CODES[status],
    estimate: finding.value,
    scale: "level",
    pValue: finding.pValue,
    alpha,
    threshold: finding.limit,
    sentence: sentenceOf(arm, floor, { ...level, finding }, everybody.value),
  });
}

function sentenceOf(arm: ArmScope, floor: number, level: JudgedLevel, everybody: number): string {
  const { study, label } = arm;
  const { cohort, finding, status } = level;
  const { metric } = study.primary;
  const value = (amount: number) => formatAmount(amount, "level", metric);
  const side = metric.direction === "higher_is_better" ? "below" : "above";
  const p = finding.pValue === null ? "" : `, ${formatPValue(finding.pValue)}`;
  const stands = `${metric.name} in ${cohortName(cohort)}${label} stands at ${value(finding.value)} under treatment`;
  const share =
    metric.direction === "higher_is_better"
      ? `${formatLevel(floor)} of the ${value(everybody)} over everybody`
      : `the ${value(everybody)} over everybody divided by ${floor}`;
  const bound = `the floor of ${value(finding.limit)} (${share}${p})`;
  if (status === "clear") {
    return `Fairness floor: every declared cohort keeps it; the closest: ${stands}, not ${side} ${bound}.`;
  }
  const head = `Fairness floor: ${stands}, ${side} ${bound}.`;
  return [head, controlText(arm, cohort, floor), consequence(level)]
    .filter((text) => text !== "")
    .join(" ");
}

function consequence({ status, blocks }: FloorLevel): string {
  if (status === "breach") return "The launch is vetoed.";
  if (status === "not_evaluable") {
    return "The evidence does not settle whether that is chance, so it does not pass.";
  }
  return blocks
    ? "That is not settled, so the launch waits."
    : "That is not settled, and the registration accepts this blindness beforehand.";
}

/** A floor compares levels: who was below it before the change is below it whatever the change does. */
function controlText(arm: ArmScope, cohort: CohortRef, floor: number): string {
  const { metric } = arm.study.primary;
  const { direction } = metric;
  const own = plainResult(arm, cohort)?.control.value ?? null;
  const whole = plainResult(arm, null)?.control.value ?? null;
  if (own === null || whole === null) return "";
  const short = (floorLimit(floor, whole, direction) - own) * improvementSign(direction) > 0;
  const side = direction === "higher_is_better" ? "below" : "above";
  return short
    ? `Under control it is ${side} the floor as well (${formatAmount(own, "level", metric)}), so the change did not make that gap alone.`
    : "";
}
