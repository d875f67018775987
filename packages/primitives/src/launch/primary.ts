/**
 * The primary metric: significant at its level, and (unless the registration asks for significance
 * only) an estimate at or above the smallest effect worth shipping. With several treatment arms the
 * level is divided by their number (Bonferroni), since any one of them may claim the win. At a look of a
 * sequential plan the level is that of the look, and before the end not crossing it decides nothing.
 */
import {
  effectOnScale,
  improvementSign,
  isBeyond,
  type Lookup,
  powerAt,
  relativeGap,
  type ScaledEffect,
  sidedPValue,
  significance,
} from "../shared/effects.js";
import type { Analysis, Check, CheckStatus, StudyPrimary } from "../shared/vocabulary.js";

export type PrimaryCode =
  | "primary_passed"
  | "primary_not_significant"
  | "primary_below_mde"
  | "primary_harmed"
  | "primary_no_result"
  | "primary_effect_not_on_scale"
  | "primary_no_p_value"
  | "primary_no_mde"
  | "primary_not_a_look"
  | "primary_not_yet"
  | "primary_not_yet_at_mde"
  | "primary_futile"
  | "primary_carried"
  | "not_mature";

/** What the plan makes of this moment for the primary metric; without a plan it is judged once, at its level. */
export interface PrimaryMoment {
  /** interim: not crossing is no end. peek: nothing is judged. last: the end, or no plan. */
  readonly kind: "last" | "interim" | "peek";
  /** What the p-value is held against. */
  readonly alpha: number;
  /** The plan advises to stop for futility, should the boundary not be crossed. */
  readonly futile: boolean;
}

export interface PrimaryFinding {
  readonly status: Extract<CheckStatus, "clear" | "near" | "breach" | "not_evaluable">;
  readonly code: PrimaryCode;
  readonly estimate: number | null;
  readonly scale: "relative" | "absolute" | null;
  readonly interval: Check["interval"];
  readonly pValue: number | null;
  readonly pValueIsBound: boolean;
  readonly alpha: number;
  /** The MDE with the sign of an improvement; null when none is registered on this scale. */
  readonly threshold: number | null;
  readonly powerAtThreshold: number | null;
  readonly missing: string | null;
}

interface OnScale {
  readonly scale: "relative" | "absolute";
  readonly effect: ScaledEffect;
  readonly mde: number | null;
}

export function judgePrimary(
  primary: StudyPrimary,
  moment: PrimaryMoment,
  coverage: number,
  lookup: Lookup,
): PrimaryFinding {
  const { alpha } = moment;
  if (lookup.kind === "absent") return unevaluable("primary_no_result", alpha, lookup.reason);
  const read = chooseScale(primary, lookup.analysis, coverage);
  if (read === null) {
    return unevaluable("primary_effect_not_on_scale", alpha, relativeGap(lookup.analysis));
  }
  const { status, code } = inTime(moment, judge(primary, alpha, lookup.analysis, read));
  const { scale, effect, mde } = read;
  const twoSided = primary.metric.alternative === "two_sided";
  return {
    status,
    code,
    estimate: effect.estimate,
    scale,
    interval: effect.interval,
    pValue: lookup.analysis.pValue?.value ?? null,
    pValueIsBound: lookup.analysis.pValue?.bound ?? false,
    alpha,
    threshold: mde,
    powerAtThreshold: mde === null ? null : powerAt(mde, effect.standardError, alpha, twoSided),
    missing: null,
  };
}

/** The relative MDE decides where both are registered and the relative effect exists. */
function chooseScale(primary: StudyPrimary, analysis: Analysis, coverage: number): OnScale | null {
  const sign = improvementSign(primary.metric.direction);
  const { relative, absolute } = primary.mde;
  const anyScale = relative === null && absolute === null;
  const onRelative = effectOnScale(analysis, "relative", coverage);
  if (onRelative !== null && (relative !== null || anyScale)) {
    const mde = relative === null ? null : sign * Math.abs(relative);
    return { scale: "relative", effect: onRelative, mde };
  }
  const onAbsolute = effectOnScale(analysis, "absolute", coverage);
  if (onAbsolute !== null && (absolute !== null || anyScale)) {
    const mde = absolute === null ? null : sign * Math.abs(absolute);
    return { scale: "absolute", effect: onAbsolute, mde };
  }
  return null;
}

function judge(
  primary: StudyPrimary,
  alpha: number,
  analysis: Analysis,
  { effect, mde }: OnScale,
): Pick<PrimaryFinding, "status" | "code"> {
  const { direction, alternative } = primary.metric;
  const shown = (side: "improvement" | "harm") =>
    significance(sidedPValue(side, analysis, effect.estimate, direction, alternative), alpha);
  if (primary.rule === "significant_and_mde" && mde === null) {
    return { status: "not_evaluable", code: "primary_no_mde" };
  }
  const improved = shown("improvement");
  if (improved === "unknown") return { status: "not_evaluable", code: "primary_no_p_value" };
  if (improved === "not_shown") {
    const code = shown("harm") === "shown" ? "primary_harmed" : "primary_not_significant";
    return { status: "breach", code };
  }
  const below = mde !== null && isBeyond(effect.estimate, mde, direction);
  return primary.rule === "significant_and_mde" && below
    ? { status: "breach", code: "primary_below_mde" }
    : { status: "clear", code: "primary_passed" };
}

/** Before the end, what is not shown is only not shown yet. */
function inTime(
  { kind, futile }: PrimaryMoment,
  judged: Pick<PrimaryFinding, "status" | "code">,
): Pick<PrimaryFinding, "status" | "code"> {
  if (kind === "peek") return { status: "not_evaluable", code: "primary_not_a_look" };
  if (kind === "last") return judged;
  if (judged.code === "primary_below_mde") {
    return { status: "not_evaluable", code: "primary_not_yet_at_mde" };
  }
  if (judged.code !== "primary_not_significant") return judged;
  return futile
    ? { status: "breach", code: "primary_futile" }
    : { status: "not_evaluable", code: "primary_not_yet" };
}

const UNDECIDED: readonly string[] = [
  "primary_not_a_look",
  "primary_not_yet",
  "primary_not_yet_at_mde",
  "not_mature",
] satisfies readonly PrimaryCode[];

/** The run goes on: nothing was decided on the primary metric, and nothing is wrong with its result. */
export const isUndecidedYet = (code: string): boolean => UNDECIDED.includes(code);

function unevaluable(code: PrimaryCode, alpha: number, missing: string | null): PrimaryFinding {
  return {
    status: "not_evaluable",
    code,
    estimate: null,
    scale: null,
    interval: null,
    pValue: null,
    pValueIsBound: false,
    alpha,
    threshold: null,
    powerAtThreshold: null,
    missing,
  };
}
