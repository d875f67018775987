/** Levels that are harmed while the aggregate is not worse: harm that is shown, not an estimate below zero. */
import { effectOnScale, improvementSign, sidedPValue, significance } from "../../shared/effects.js";
import type { Analysis, CohortMix, StudyMetric } from "../../shared/vocabulary.js";

export function maskedHarm(
  results: readonly { readonly level: string; readonly analysis: Analysis }[],
  { direction, alternative }: StudyMetric,
  alpha: number,
): CohortMix["maskedHarm"] {
  const sign = improvementSign(direction);
  return results
    .flatMap(({ level, analysis }) => {
      const estimate = effectOnScale(analysis, "absolute", 0.95)?.estimate ?? null;
      if (estimate === null || estimate * sign >= 0) return [];
      const harm = sidedPValue("harm", analysis, estimate, direction, alternative);
      const shown = harm !== null && significance(harm, alpha) === "shown";
      return shown ? [{ level, effect: estimate, pValue: harm.value }] : [];
    })
    .sort((a, b) => sign * (a.effect - b.effect));
}
