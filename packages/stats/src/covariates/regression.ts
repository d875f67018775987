import { StatsError } from "../errors.js";
import { normalTest, requireAlpha, studentTTest } from "../tests/inference.js";
import { ols, type VarianceKind } from "./ols.js";

/**
 * Regression adjustment from raw values: ANCOVA and Lin's interacted estimator.
 *
 * Method: OLS of the outcome on 1, T and centred covariates; Lin adds T times each centred
 * covariate, which lets slopes differ by arm and is never less precise in large samples. Covariates
 * are centred on the mean over ALL units, so the coefficient of T is the average effect. Source: Lin,
 * Ann. Appl. Stat. 7 (2013) 295-318. Domain as `ols`; HC2 is the variance to report.
 */
export interface RegressionInput {
  /** 1 = treatment, 0 = control, per unit. */
  readonly arm: readonly number[];
  readonly y: readonly number[];
  /** Columns, each one value per unit. */
  readonly covariates: readonly (readonly number[])[];
  readonly alpha: number;
}

export interface RegressionResult {
  /** Intercept, T, covariates, then (Lin) the interactions. */
  readonly coefficients: readonly number[];
  /** The coefficient of T. */
  readonly treatment: number;
  /** Of the coefficient of T. */
  readonly standardErrors: Readonly<Record<VarianceKind, number>>;
  readonly dfResidual: number;
  /** With the HC2 standard error, two-sided. */
  readonly pNormal: number;
  readonly pStudentT: number;
  readonly ciNormal: readonly [number, number];
}

/** y ~ 1 + T + (X - Xbar). @throws StatsError DOMAIN, SINGULAR as `ols`. */
export function ancova(input: RegressionInput): RegressionResult {
  return fit(input, []);
}

/** y ~ 1 + T + (X - Xbar) + T (X - Xbar). @throws StatsError DOMAIN, SINGULAR as `ols`. */
export function linInteracted(input: RegressionInput): RegressionResult {
  const interactions = centreColumns(input.covariates).map((column) =>
    column.map((value, i) => value * (input.arm[i] ?? Number.NaN)),
  );
  return fit(input, interactions);
}

function fit(input: RegressionInput, interactions: readonly (readonly number[])[]) {
  const { arm, y, covariates, alpha } = input;
  requireAlpha(alpha);
  requireArms(arm, y);
  const columns = [y.map(() => 1), arm, ...centreColumns(covariates), ...interactions];
  const { coefficients, dfResidual, standardError } = ols(columns, y);
  const treatment = coefficients[1] ?? Number.NaN;
  const se = (kind: VarianceKind) => standardError(1, kind);
  const effect = { estimate: treatment, se: se("hc2"), alpha, alternative: "two_sided" as const };
  const normal = normalTest(effect);
  return {
    coefficients,
    treatment,
    standardErrors: {
      classical: se("classical"),
      hc0: se("hc0"),
      hc1: se("hc1"),
      hc2: se("hc2"),
      hc3: se("hc3"),
    },
    dfResidual,
    pNormal: normal.pValue,
    pStudentT: studentTTest({ ...effect, df: dfResidual }).pValue,
    ciNormal: [normal.ciLower ?? Number.NaN, normal.ciUpper ?? Number.NaN] as const,
  };
}

function centreColumns(columns: readonly (readonly number[])[]): number[][] {
  return columns.map((column) => {
    const mean = column.reduce((a, b) => a + b, 0) / column.length;
    return column.map((value) => value - mean);
  });
}

/** @throws StatsError DOMAIN unless every arm is 0 or 1, values are finite and lengths agree. */
export function requireArms(arm: readonly number[], y: readonly number[]): void {
  if (arm.length !== y.length) {
    throw new StatsError("DOMAIN", "Each unit has an arm and an outcome.");
  }
  if (arm.some((value) => value !== 0 && value !== 1)) {
    throw new StatsError("DOMAIN", "An arm is 0 (control) or 1 (treatment).");
  }
  if (y.some((value) => !Number.isFinite(value))) {
    throw new StatsError("DOMAIN", "An outcome is a finite number.");
  }
}
