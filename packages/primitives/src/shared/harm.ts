/**
 * One harm limit held against one result. The question of guardrails and of cohorts is the same:
 * has the effect passed the registered limit, and is the harm shown?
 *
 * beyond and significant = breach; beyond and not significant = near; not beyond = clear, or
 * underpowered when a harm of exactly the limit would have been missed too often and is not excluded
 * by the confidence bound either. Significance is against "no effect", at the level handed in; on
 * scale `level` it is against the level itself, from the standard error of the arm's own value.
 */
import { normalSf } from "@plumbline/stats";
import {
  effectOnScale,
  harmBound,
  improvementSign,
  isBeyond,
  type Lookup,
  powerAt,
  relativeGap,
  type ScaledEffect,
  type Significance,
  sidedPValue,
  significance,
} from "./effects.js";
import type { Analysis, Check, CheckStatus, StudyMetric, Threshold } from "./vocabulary.js";

/** Why a limit check stands as it does. */
export type LimitCode =
  | "harm_beyond_threshold_significant"
  | "harm_beyond_threshold_not_significant"
  | "within_threshold"
  | "within_threshold_low_power"
  | "non_inferiority_shown"
  | "non_inferiority_not_shown"
  | "non_inferiority_beyond_margin"
  | "breach_improbable"
  | "breach_possible"
  | "breach_probable"
  | "breach_nearly_certain"
  | "deterioration_shown"
  | "deterioration_not_shown"
  | "deterioration_not_settled"
  | "no_result"
  | "effect_not_on_scale"
  | "no_p_value_beyond_threshold"
  | "no_interval"
  | "threshold_on_improving_side";

export interface LimitQuestion {
  readonly metric: StudyMetric;
  readonly threshold: Threshold;
  /** Level of the harm test after any correction. */
  readonly alpha: number;
  /** Least acceptable power against a harm of exactly the limit. */
  readonly minimumPower: number;
  /** Coverage at which an interval of the arm's own value is shown. */
  readonly coverage: number;
}

/** The numeric part of a check; sentences are made from it, never the other way round. */
export interface LimitFinding {
  readonly status: CheckStatus;
  readonly code: LimitCode;
  readonly estimate: number | null;
  readonly scale: Threshold["scale"];
  readonly interval: Check["interval"];
  readonly pValue: number | null;
  readonly pValueIsBound: boolean;
  readonly alpha: number;
  readonly threshold: number;
  readonly powerAtThreshold: number | null;
  /** P(effect beyond the limit | data), where that decides. */
  readonly probabilityBeyond?: number;
  /** Whether harm of any size is significant at `alpha`, within the limit or beyond it. */
  readonly harmShown: boolean;
  /** For `no_result` and `effect_not_on_scale`: why, in a sentence, where known. */
  readonly missing: string | null;
}

/** A result readable on the limit's scale, with what the rules need. */
export interface ReadableResult {
  readonly analysis: Analysis;
  readonly effect: ScaledEffect;
  readonly beyond: boolean;
  readonly harm: Significance;
  readonly power: number | null;
}

/** Reads the result, or says why a rule cannot be applied. */
export function readResult(
  question: LimitQuestion,
  lookup: Lookup,
): { readonly result: ReadableResult } | { readonly finding: LimitFinding } {
  const { metric, threshold } = question;
  if (lookup.kind === "absent") {
    return { finding: unevaluable(question, "no_result", lookup.reason) };
  }
  const onHarmSide = threshold.value * improvementSign(metric.direction) <= 0;
  if (threshold.scale !== "level" && !onHarmSide) {
    return { finding: unevaluable(question, "threshold_on_improving_side", null) };
  }
  const effect = effectOnScale(lookup.analysis, threshold.scale, question.coverage);
  if (effect === null || !Number.isFinite(threshold.value)) {
    const gap = threshold.scale === "relative" ? relativeGap(lookup.analysis) : null;
    return {
      finding: unevaluable(question, "effect_not_on_scale", gap),
    };
  }
  return {
    result: {
      analysis: lookup.analysis,
      effect,
      beyond: isBeyond(effect.estimate, threshold.value, metric.direction),
      harm: significance(harmPValue(question, lookup.analysis, effect), question.alpha),
      power: powerAgainstLimit(question, effect),
    },
  };
}

/** The default rule, on which the statuses of the gate are defined. */
export function harmTest(question: LimitQuestion, lookup: Lookup): LimitFinding {
  const read = readResult(question, lookup);
  if ("finding" in read) return read.finding;
  const { result } = read;
  if (result.beyond) {
    if (result.harm === "unknown") {
      return finding(question, result, "not_evaluable", "no_p_value_beyond_threshold");
    }
    return result.harm === "shown"
      ? finding(question, result, "breach", "harm_beyond_threshold_significant")
      : finding(question, result, "near", "harm_beyond_threshold_not_significant");
  }
  return tooLittleData(question, result)
    ? finding(question, result, "underpowered", "within_threshold_low_power")
    : finding(question, result, "clear", "within_threshold");
}

export function finding(
  question: LimitQuestion,
  result: ReadableResult,
  status: CheckStatus,
  code: LimitCode,
): LimitFinding {
  const pValue = question.threshold.scale === "level" ? null : result.analysis.pValue;
  return {
    status,
    code,
    estimate: result.effect.estimate,
    scale: question.threshold.scale,
    interval: result.effect.interval,
    pValue: pValue?.value ?? null,
    pValueIsBound: pValue?.bound ?? false,
    alpha: question.alpha,
    threshold: question.threshold.value,
    powerAtThreshold: result.power,
    harmShown: result.harm === "shown",
    missing: null,
  };
}

function unevaluable(
  question: LimitQuestion,
  code: LimitCode,
  missing: string | null,
): LimitFinding {
  return {
    status: "not_evaluable",
    code,
    estimate: null,
    scale: question.threshold.scale,
    interval: null,
    pValue: null,
    pValueIsBound: false,
    alpha: question.alpha,
    threshold: question.threshold.value,
    powerAtThreshold: null,
    harmShown: false,
    missing,
  };
}

function isTwoSided(question: LimitQuestion): boolean {
  return question.metric.alternative === "two_sided";
}

/**
 * p-value of harm: on scale `level` from z = (value - level) / se of the arm's own value, else from the
 * analysis. Null: the evidence does not say.
 */
export function harmPValue(
  question: LimitQuestion,
  analysis: Analysis,
  effect: ScaledEffect,
): { readonly value: number; readonly bound: boolean } | null {
  const { direction, alternative } = question.metric;
  if (question.threshold.scale !== "level") {
    return sidedPValue("harm", analysis, effect.estimate, direction, alternative);
  }
  if (effect.standardError === null) return null;
  const excess = (question.threshold.value - effect.estimate) * improvementSign(direction);
  const tail = normalSf(excess / effect.standardError);
  return { value: Math.min(1, isTwoSided(question) ? 2 * tail : tail), bound: false };
}

/** On scale `level` the harm of "exactly the limit" is no harm, so power has no meaning there. */
function powerAgainstLimit(question: LimitQuestion, effect: ScaledEffect): number | null {
  if (question.threshold.scale === "level") return null;
  const { alpha, threshold } = question;
  return powerAt(threshold.value, effect.standardError, alpha, isTwoSided(question));
}

function tooLittleData(question: LimitQuestion, result: ReadableResult): boolean {
  if (result.power === null || result.power >= question.minimumPower) return false;
  const { metric, threshold, alpha } = question;
  const bound = harmBound(
    result.effect,
    isTwoSided(question) ? alpha / 2 : alpha,
    metric.direction,
  );
  return bound === null || isBeyond(bound, threshold.value, metric.direction);
}
