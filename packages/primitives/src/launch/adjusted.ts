/**
 * Analyses with a pre-period covariate (CUPED): the adjusted one, which decides, and the figures that
 * stand beside it. The unadjusted analysis is made by `analyses.ts`.
 */
import { cupedFromMoments, cupedRatioFromMoments, type MetricSums } from "@plumbline/stats";
import type { Analysis, Comparison } from "../shared/vocabulary.js";
import {
  type AnalysisSettings,
  type Pair,
  ratioAnalysis,
  testBoth,
  welchAnalysis,
} from "./analyses.js";

export interface Adjusted {
  readonly analysis: Analysis;
  readonly cuped: NonNullable<Comparison["cuped"]>;
}

export interface AdjustedScales {
  readonly value: number;
  readonly denominator: number | null;
  readonly covariate: number;
}

/** Means and proportions. @throws StatsError DOMAIN where no adjusted test exists. */
export function adjustMean(
  sums: Pair<MetricSums>,
  scales: AdjustedScales,
  settings: AnalysisSettings,
): Adjusted {
  const { alpha } = settings;
  const result = testBoth(settings.alternative, (alternative) =>
    cupedFromMoments({
      ...sums,
      valueScale: scales.value,
      covariateScale: scales.covariate,
      alpha,
      alternative,
    }),
  );
  const { treatment, control, theta, varianceRatio, coverage } = result;
  return {
    analysis: welchAnalysis({ treatment, control }, result, settings, "Welch t, CUPED"),
    cuped: { theta, varianceRatio, coverage },
  };
}

/** Ratio metrics. @throws StatsError DOMAIN where no adjusted test exists. */
export function adjustRatio(
  sums: Pair<MetricSums>,
  scales: AdjustedScales,
  settings: AnalysisSettings,
): Adjusted {
  const { alpha } = settings;
  const result = testBoth(settings.alternative, (alternative) =>
    cupedRatioFromMoments({
      ...sums,
      valueScale: scales.value,
      denominatorScale: scales.denominator ?? 0,
      covariateScale: scales.covariate,
      alpha,
      alternative,
    }),
  );
  const { theta, varianceRatio, coverage } = result;
  return {
    analysis: ratioAnalysis(result, alpha, "ratio, delta method, CUPED"),
    cuped: { theta, varianceRatio, coverage },
  };
}
