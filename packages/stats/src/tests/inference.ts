import {
  normalCdf,
  normalIsf,
  normalSf,
  studentTCdf,
  studentTIsf,
  studentTSf,
} from "../distributions/index.js";
import { StatsError } from "../errors.js";

/**
 * p-value and interval of one estimate with a standard error.
 *
 * Conventions: `greater` is H1 estimate > null, with only a lower limit at level 1 - alpha; `less`
 * mirrors it; `two_sided` puts alpha/2 in each tail. Tails come from survival functions, never
 * from 1 - cdf, so small p-values keep their digits.
 */
export type Alternative = "two_sided" | "greater" | "less";

export interface EstimateTest {
  /** (estimate - null) / se. */
  readonly statistic: number;
  readonly pValue: number;
  /** Null: unbounded on that side. */
  readonly ciLower: number | null;
  readonly ciUpper: number | null;
}

export interface EstimateInput {
  readonly estimate: number;
  readonly se: number;
  /** Total error rate of the test, in (0, 1). */
  readonly alpha: number;
  readonly alternative: Alternative;
  /** Value of the estimate under H0; 0 when absent. */
  readonly nullValue?: number;
}

/** Normal reference. @throws StatsError DOMAIN for se <= 0 or a bad alpha. */
export function normalTest(input: EstimateInput): EstimateTest {
  const { alpha, alternative } = input;
  requireAlpha(alpha);
  const critical = normalIsf(alternative === "two_sided" ? alpha / 2 : alpha);
  return testEstimate(input, critical, normalCdf, normalSf);
}

/** Student t reference with df > 0 (need not be whole). @throws StatsError DOMAIN for se <= 0, bad alpha or df. */
export function studentTTest(input: EstimateInput & { readonly df: number }): EstimateTest {
  const { alpha, alternative, df } = input;
  requireAlpha(alpha);
  const critical = studentTIsf(alternative === "two_sided" ? alpha / 2 : alpha, df);
  return testEstimate(
    input,
    critical,
    (t) => studentTCdf(t, df),
    (t) => studentTSf(t, df),
  );
}

function testEstimate(
  { estimate, se, alternative, nullValue = 0 }: EstimateInput,
  critical: number,
  cdf: (x: number) => number,
  sf: (x: number) => number,
): EstimateTest {
  requireFinite(estimate, "An estimate");
  if (!(se > 0) || !Number.isFinite(se)) {
    throw new StatsError(
      "DOMAIN",
      "There is no variation in the data, so no test of the difference exists.",
      "Check that the column of the metric holds values that differ between units.",
    );
  }
  const statistic = (estimate - nullValue) / se;
  const pValue = {
    two_sided: () => Math.min(1, 2 * sf(Math.abs(statistic))),
    greater: () => sf(statistic),
    less: () => cdf(statistic),
  }[alternative]();
  return {
    statistic,
    pValue,
    ciLower: alternative === "less" ? null : estimate - critical * se,
    ciUpper: alternative === "greater" ? null : estimate + critical * se,
  };
}

export function requireAlpha(alpha: number): void {
  if (!(alpha > 0 && alpha < 1)) {
    throw new StatsError("DOMAIN", `alpha lies strictly between 0 and 1, not ${alpha}.`);
  }
}

export function requireFinite(value: number, what: string): void {
  if (!Number.isFinite(value)) {
    throw new StatsError("DOMAIN", `${what} is a finite number, not ${value}.`);
  }
}

export function requireCount(value: number, what: string, least: number): void {
  if (!Number.isFinite(value) || value < least) {
    throw new StatsError("DOMAIN", `${what} is at least ${least}, not ${value}.`);
  }
}
