/** The random treatment slope of a dimension's levels, from one cell a level and arm. */
import { fitRandomSlope, type PoolingCell, StatsError } from "@plumbline/stats";
import type { SlopeModel } from "../shared/cohort-vocabulary.js";

/** Units, mean and sum of squared deviations of one level in one arm. */
export type LevelCell = Pick<PoolingCell, "n" | "mean" | "sumOfSquares">;

export interface LevelCells {
  readonly level: string;
  /** Null: no units, or not known. */
  readonly control: LevelCell | null;
  readonly treatment: LevelCell | null;
}

/** Null: too few levels with both arms, or nothing varies. @param alpha two-sided error rate of the intervals. */
export function slopeModel(levels: readonly LevelCells[], alpha: number): SlopeModel | null {
  const cells = levels.flatMap(({ level: cohort, control, treatment }) => [
    ...(control === null ? [] : [{ cohort, treatment: 0, ...control }]),
    ...(treatment === null ? [] : [{ cohort, treatment: 1, ...treatment }]),
  ]);
  try {
    const fit = fitRandomSlope(cells, { alpha });
    const { treatment } = fit;
    return {
      mean: {
        estimate: treatment.estimate,
        standardError: treatment.se,
        lower: treatment.ciLower,
        upper: treatment.ciUpper,
      },
      sdSlope: fit.sdSlope,
      sdIntercept: fit.sdIntercept,
      sdResidual: fit.sdResidual,
      correlation: fit.correlation,
      singular: fit.singular,
      remlCriterion: fit.remlCriterion,
      levels: fit.cohorts.map(({ cohort, effect, ciLower, ciUpper, rawEffect }) => ({
        level: cohort,
        estimate: effect,
        lower: ciLower,
        upper: ciUpper,
        raw: rawEffect,
      })),
    };
  } catch (error) {
    if (error instanceof StatsError) return null;
    throw error;
  }
}
