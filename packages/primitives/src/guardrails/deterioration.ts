/**
 * Deterioration: is the metric worse than in control at all? One-sided, without a limit, on every metric of the decision;
 * the tests share their total level with the quality tests: alpha- / (S + G + D + Q)
 * (Schultzberg, Ankargren & Franberg 2024, decision rule 2). A two-sided p-value is held against twice that level, on the
 * harmful side.
 */
import {
  effectOnScale,
  isBeyond,
  type Lookup,
  sidedPValue,
  significance,
} from "../shared/effects.js";
import type { LimitFinding } from "../shared/harm.js";
import type { StudyMetric } from "../shared/vocabulary.js";

export interface DeteriorationQuestion {
  readonly metric: StudyMetric;
  /** What the metric's p-value is held against. */
  readonly alpha: number;
  /** Coverage of the intervals shown. */
  readonly coverage: number;
}

export interface DeteriorationFinding extends Omit<LimitFinding, "threshold"> {
  readonly blocks: boolean;
  readonly threshold: 0;
}

export function judgeDeterioration(
  { metric, alpha, coverage }: DeteriorationQuestion,
  lookup: Lookup,
): DeteriorationFinding {
  const empty = {
    alpha,
    threshold: 0,
    estimate: null,
    scale: "relative",
    interval: null,
    pValue: null,
    pValueIsBound: false,
    powerAtThreshold: null,
    harmShown: false,
    missing: null,
  } as const;
  const open = { status: "not_evaluable", blocks: true } as const;
  if (lookup.kind === "absent") {
    return { ...empty, ...open, code: "no_result", missing: lookup.reason };
  }
  const { analysis } = lookup;
  const relative = effectOnScale(analysis, "relative", coverage);
  const effect = relative ?? effectOnScale(analysis, "absolute", coverage);
  if (effect === null) {
    return { ...empty, ...open, code: "no_result", missing: "The evidence gives no effect." };
  }
  const told = {
    ...empty,
    estimate: effect.estimate,
    scale: relative === null ? ("absolute" as const) : ("relative" as const),
    interval: effect.interval,
    pValue: analysis.pValue?.value ?? null,
    pValueIsBound: analysis.pValue?.bound ?? false,
  };
  const { direction, alternative } = metric;
  const harm = sidedPValue("harm", analysis, effect.estimate, direction, alternative);
  const shown = significance(harm, alpha);
  if (shown === "unknown") return { ...told, ...open, code: "deterioration_not_settled" };
  if (shown === "shown" && isBeyond(effect.estimate, 0, direction)) {
    return {
      ...told,
      status: "breach",
      blocks: true,
      code: "deterioration_shown",
      harmShown: true,
    };
  }
  return { ...told, status: "clear", blocks: false, code: "deterioration_not_shown" };
}
