/**
 * An analysis as another platform gives it, with what can be derived from it.
 *
 * Derivations, all by the normal distribution: se from a two-sided interval, (U - L) / 2z; else from the
 * estimate and its p-value, |estimate| / z(p); p from estimate and se; an interval from estimate and se.
 * Estimates on one scale give the other through the control arm's value; since both carry one p-value,
 * the second's se follows from it. A bound on p ("< 0.001") yields no standard error.
 */
import { normalCdf, normalIsf, normalSf } from "@plumbline/stats";
import type { EvidenceArmFigures, EvidenceResult } from "../design/evidence.js";
import type {
  Alternative,
  Analysis,
  ArmSummary,
  Effect,
  Interval,
  StudyMetric,
} from "../shared/vocabulary.js";
import type { Pair } from "./analyses.js";

interface GivenEffect {
  readonly estimate: number;
  readonly interval: Interval | null;
}

type PValue = Analysis["pValue"];

/** Null when neither the result nor its figures make an effect. */
export function givenAnalysis(
  metric: StudyMetric,
  result: EvidenceResult,
  arms: Pair<EvidenceArmFigures | null>,
  level: number,
  intervalAlpha: number,
): Analysis | null {
  const control = summaryOf(arms.control);
  const treatment = summaryOf(arms.treatment);
  const { relative, absolute } = effectsOf(metric, result, treatment, control, level);
  if (relative === null && absolute === null) return null;
  const pValue =
    result.p_value ?? derivePValue(absolute, metric) ?? derivePValue(relative, metric) ?? null;
  const complete = (effect: GivenEffect | null): Effect | null =>
    effect === null ? null : completeEffect(effect, pValue, metric.alternative, intervalAlpha);
  return {
    method: result.method === undefined ? "as given" : `${result.method}, as given`,
    absolute: complete(absolute),
    relative: complete(relative),
    relativeMethod: relativeMethod(result, relative),
    statistic: null,
    pValue,
    control,
    treatment,
  };
}

function relativeMethod(result: EvidenceResult, relative: GivenEffect | null): string | null {
  if (relative === null) return "none: no relative change is given, and none can be derived";
  if (result.interval_relative !== undefined) return "given";
  return result.estimate_relative === undefined ? "derived" : "given";
}

function effectsOf(
  metric: StudyMetric,
  result: EvidenceResult,
  treatment: ArmSummary,
  control: ArmSummary,
  level: number,
): { relative: GivenEffect | null; absolute: GivenEffect | null } {
  const base = control.value;
  const difference = treatment.value === null || base === null ? null : treatment.value - base;
  // On logs a relative change says nothing about the absolute one through the control's value.
  const scaled = metric.transform === "log" ? null : scale(result.estimate_relative, base);
  const absolute =
    given(result.estimate_absolute, result.interval_absolute, level) ??
    plain(scaled) ??
    plain(difference);
  const relative =
    given(result.estimate_relative, result.interval_relative, level) ??
    plain(absolute === null ? null : liftOf(metric, absolute.estimate, base));
  return { relative, absolute };
}

function liftOf(metric: StudyMetric, absolute: number, base: number | null): number | null {
  if (metric.transform === "log") return Math.expm1(absolute);
  return metric.kind === "rank" || base === null || !(base > 0) ? null : absolute / base;
}

function given(
  estimate: number | undefined,
  interval: readonly [number, number] | undefined,
  level: number,
): GivenEffect | null {
  if (estimate === undefined) return null;
  const bounds = interval === undefined ? null : { lower: interval[0], upper: interval[1], level };
  return { estimate, interval: bounds };
}

function plain(estimate: number | null): GivenEffect | null {
  return estimate === null || !Number.isFinite(estimate) ? null : { estimate, interval: null };
}

function scale(relative: number | undefined, base: number | null): number | null {
  return relative === undefined || base === null ? null : relative * base;
}

function summaryOf(arm: EvidenceArmFigures | null): ArmSummary {
  if (arm === null) return { n: null, value: null, standardDeviation: null };
  const { n, mean, sd, successes, value } = arm;
  const rate = successes === undefined || n === undefined || n === 0 ? null : successes / n;
  return {
    n: n ?? null,
    value: value ?? mean ?? rate,
    standardDeviation: sd ?? (rate === null ? null : Math.sqrt(rate * (1 - rate))),
  };
}

function standardErrorOf(interval: Interval | null): number | null {
  if (interval === null || interval.lower === null || interval.upper === null) return null;
  const width = interval.upper - interval.lower;
  return width > 0 ? width / (2 * normalIsf((1 - interval.level) / 2)) : null;
}

function derivePValue(effect: GivenEffect | null, { alternative }: StudyMetric): PValue {
  const se = standardErrorOf(effect?.interval ?? null);
  if (effect === null || se === null) return null;
  const z = effect.estimate / se;
  const value = {
    two_sided: () => Math.min(1, 2 * normalSf(Math.abs(z))),
    greater: () => normalSf(z),
    less: () => normalCdf(z),
  }[alternative]();
  return { value, bound: false };
}

function completeEffect(
  { estimate, interval }: GivenEffect,
  pValue: PValue,
  alternative: Alternative,
  intervalAlpha: number,
): Effect {
  const standardError =
    standardErrorOf(interval) ?? standardErrorFromP(estimate, pValue, alternative);
  if (interval !== null || standardError === null) return { estimate, standardError, interval };
  const half = normalIsf(intervalAlpha / 2) * standardError;
  const derived = { lower: estimate - half, upper: estimate + half, level: 1 - intervalAlpha };
  return { estimate, standardError, interval: derived };
}

function standardErrorFromP(
  estimate: number,
  pValue: PValue,
  alternative: Alternative,
): number | null {
  if (pValue === null || pValue.bound || pValue.value <= 0 || pValue.value >= 1) return null;
  const z = {
    two_sided: () => Math.sign(estimate) * normalIsf(pValue.value / 2),
    greater: () => normalIsf(pValue.value),
    less: () => -normalIsf(pValue.value),
  }[alternative]();
  const se = estimate / z;
  return Number.isFinite(se) && se > 0 ? se : null;
}
