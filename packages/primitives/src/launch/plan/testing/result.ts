import { normalSf } from "@plumbline/stats";
import type { Analysis, Comparison } from "../../../shared/vocabulary.js";

/** A result of two arms of n units, sd 1, whose test statistic is z; its p is two-sided, or that of "greater". */
export function resultAt(
  metric: string,
  z: number,
  n: number,
  more: { readonly oneSided?: boolean } = {},
): Comparison & { readonly analysis: Analysis } {
  const standardError = Math.sqrt(2 / n);
  const effect = {
    estimate: z * standardError,
    standardError,
    interval: { lower: (z - 1.96) * standardError, upper: (z + 1.96) * standardError, level: 0.95 },
  };
  const value = more.oneSided ? normalSf(z) : Math.min(1, 2 * normalSf(Math.abs(z)));
  const arm = { n, value: 1, standardDeviation: 1 };
  return {
    metric,
    treatment: "treatment",
    cohort: null,
    analysis: {
      method: "z",
      absolute: effect,
      relative: effect,
      relativeMethod: "delta",
      statistic: null,
      pValue: { value, bound: false },
      control: arm,
      treatment: arm,
    },
    unadjusted: null,
    cuped: null,
    missing: null,
  };
}
