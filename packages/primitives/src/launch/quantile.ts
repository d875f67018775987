/** The difference of two quantiles of observations, when users were randomised. */
import { clusteredQuantileFromCell, type QuantileCell, quantileDifference } from "@plumbline/stats";
import type { Analysis, ArmSummary } from "../shared/vocabulary.js";
import { type AnalysisSettings, type Pair, testBoth } from "./analyses.js";
import { relativeLift } from "./relative.js";

/** @throws StatsError DOMAIN for too few units, or when neither arm's quantile has an interval. */
export function analyseQuantile(
  cells: Pair<QuantileCell>,
  order: number,
  scale: number,
  { alpha, alternative }: AnalysisSettings,
): Analysis {
  const treatment = clusteredQuantileFromCell(cells.treatment, order, scale);
  const control = clusteredQuantileFromCell(cells.control, order, scale);
  const test = testBoth(alternative, (side) =>
    quantileDifference({ treatment, control, alpha, alternative: side }),
  );
  const estimated = (arm: typeof control) => ({ value: arm.quantile, standardError: arm.se });
  const summary = (arm: typeof control): ArmSummary => ({
    n: arm.n,
    value: arm.quantile,
    standardDeviation: null,
    standardError: arm.se,
  });
  return {
    method: "clustered quantile",
    absolute: {
      estimate: test.difference,
      standardError: test.se,
      interval: { lower: test.ciLower, upper: test.ciUpper, level: 1 - alpha },
    },
    ...relativeLift(estimated(treatment), estimated(control), alpha),
    statistic: { name: "z", value: test.z, df: null },
    pValue: { value: test.pValue, bound: false },
    control: summary(control),
    treatment: summary(treatment),
  };
}
