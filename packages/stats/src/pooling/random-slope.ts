/**
 * Treatment effects of many cohorts, partially pooled: a random treatment slope per cohort, from cells alone.
 *
 * Model: value = (b0 + u0) + (b1 + u1) treatment + noise, (u0, u1) normal between cohorts, one residual variance.
 * Method: REML; conditional modes (BLUPs) and their variances; prediction variances that include the uncertainty of
 * the fixed effects (C. R. Henderson, Biometrics 31 (1975) 423-447). Agrees with lme4.
 * Domain: 2 to 100,000 cohorts, at least 2 with both arms; cohorts with one arm borrow their effect from the others.
 * Limits: intervals take the variance components as known. Where few cohorts estimate them, above all where the slope
 * variance is estimated as 0, they are too narrow; `shrinkEffects` averages over the variance instead.
 */
import { studentTIsf } from "../distributions/index.js";
import { requireAlpha } from "../tests/inference.js";
import { type CohortLine, cohortLines, type PoolingCell } from "./cohort-lines.js";
import type { Symmetric } from "./restricted-likelihood.js";
import { type PoolingModel, searchVariances, type VarianceFit } from "./variance-search.js";

export interface RandomSlopeOptions {
  /** Default "correlated". */
  readonly model?: PoolingModel;
  /** Two-sided error rate of the intervals; default 0.05. */
  readonly alpha?: number;
}

export interface FixedEffect {
  readonly estimate: number;
  readonly se: number;
  /** Student's t with (cohorts with both arms - 1) degrees of freedom. */
  readonly ciLower: number;
  readonly ciUpper: number;
}

export interface PooledCohort {
  readonly cohort: string;
  readonly n: number;
  /** Whether the cohort has units under two treatments, that is an effect of its own. */
  readonly hasBothArms: boolean;
  /** The cohort's own, unpooled effect; null without units in both arms. */
  readonly rawEffect: number | null;
  /** Conditional modes: deviations from the fixed effects. */
  readonly interceptDeviation: number;
  readonly slopeDeviation: number;
  /** Given the fixed effects and variances (lme4's postVar). */
  readonly conditional: {
    readonly intercept: number;
    readonly slope: number;
    readonly covariance: number;
  };
  /** The shrunken treatment effect: fixed effect plus deviation. */
  readonly effect: number;
  /** Includes the uncertainty of the fixed effects. */
  readonly se: number;
  readonly ciLower: number;
  readonly ciUpper: number;
}

export interface RandomSlopeFit {
  readonly model: PoolingModel;
  readonly intercept: FixedEffect;
  readonly treatment: FixedEffect;
  /** Covariance of the two fixed effects. */
  readonly fixedCovariance: number;
  /** Standard deviations between cohorts and of the residuals, in the unit of the value. */
  readonly sdIntercept: number;
  readonly sdSlope: number;
  readonly sdResidual: number;
  /** Of intercept and slope; null where either does not vary or the model has none. */
  readonly correlation: number | null;
  /** Lower triangle of the Cholesky factor of the random effects' covariance, relative to the residual deviation. */
  readonly relativeFactor: readonly [number, number, number];
  /** -2 log restricted likelihood. Comparable between models of the same cells. */
  readonly remlCriterion: number;
  /** A variance is at 0, or the correlation at +-1. */
  readonly singular: boolean;
  readonly n: number;
  readonly comparableCohorts: number;
  /** In the order in which the cohorts first appear. */
  readonly cohorts: readonly PooledCohort[];
}

/**
 * @param cells one per cohort and arm; an arm without units may be left out or have n = 0.
 * @throws StatsError DOMAIN for cells that are no data, fewer than 2 cohorts with both arms, or no residual variation.
 */
export function fitRandomSlope(
  cells: readonly PoolingCell[],
  { model = "correlated", alpha = 0.05 }: RandomSlopeOptions = {},
): RandomSlopeFit {
  requireAlpha(alpha);
  const data = cohortLines(cells);
  const fit = searchVariances(data, model);
  const { likelihood, factor, covariance } = fit;
  const variance = likelihood.residualVariance;
  const comparable = data.lines.filter((line) => line.determinant > 0).length;
  const critical = studentTIsf(alpha / 2, comparable - 1);
  const fixed = (estimate: number, relative: number): FixedEffect => {
    const se = Math.sqrt(variance * relative);
    return { estimate, se, ciLower: estimate - critical * se, ciUpper: estimate + critical * se };
  };
  const [sd1, sd2] = [factor.l11, Math.hypot(factor.l21, factor.l22)];
  const hasCorrelation = model === "correlated" && sd1 > 0 && sd2 > 0;
  const sdResidual = Math.sqrt(variance);
  return {
    model,
    intercept: fixed(data.grandMean + likelihood.intercept, likelihood.covariance.s11),
    treatment: fixed(likelihood.slope, likelihood.covariance.s22),
    fixedCovariance: variance * likelihood.covariance.s12,
    sdIntercept: sdResidual * sd1,
    sdSlope: sdResidual * sd2,
    sdResidual,
    correlation: hasCorrelation ? clamp(covariance.s12 / (sd1 * sd2)) : null,
    relativeFactor: [factor.l11, factor.l21, factor.l22],
    remlCriterion: likelihood.criterion,
    singular: fit.singular,
    n: data.n,
    comparableCohorts: comparable,
    cohorts: data.lines.map((line) => pooledCohort(line, fit, critical)),
  };
}

const clamp = (r: number) => Math.max(-1, Math.min(1, r));

function pooledCohort(line: CohortLine, fit: VarianceFit, critical: number): PooledCohort {
  const { likelihood, covariance: g, covarianceDeterminant: gDet } = fit;
  const shrink = shrinkage(line, g, gDet);
  const [r1, r2] = [line.intercept - likelihood.intercept, line.slope - likelihood.slope];
  const slopeDeviation = shrink.k21 * r1 + shrink.k22 * r2;
  const effect = likelihood.slope + slopeDeviation;
  // Row of (I - K) for the slope: what the error of the fixed effects adds to that of the cohort.
  const [m1, m2] = [-shrink.k21, shrink.rest22];
  const { s11, s12, s22 } = likelihood.covariance;
  const added = m1 * m1 * s11 + 2 * m1 * m2 * s12 + m2 * m2 * s22;
  const variance = likelihood.residualVariance;
  const se = Math.sqrt(variance * (shrink.conditional.s22 + added));
  const hasBothArms = line.determinant > 0;
  return {
    cohort: line.cohort,
    n: line.n,
    hasBothArms,
    rawEffect: hasBothArms ? line.slope : null,
    interceptDeviation: shrink.k11 * r1 + shrink.k12 * r2,
    slopeDeviation,
    conditional: {
      intercept: variance * shrink.conditional.s11,
      slope: variance * shrink.conditional.s22,
      covariance: variance * shrink.conditional.s12,
    },
    effect,
    se,
    ciLower: effect - critical * se,
    ciUpper: effect + critical * se,
  };
}

/** K = G A (I + G A)^-1, the slope element of I - K, and G (I + A G)^-1; all without cancellation. */
function shrinkage(line: CohortLine, g: Symmetric, gDet: number) {
  const { a11, a12, a22, determinant } = line;
  const det = gDet * determinant;
  const scale = 1 / (1 + g.s11 * a11 + 2 * g.s12 * a12 + g.s22 * a22 + det);
  return {
    k11: scale * (g.s11 * a11 + g.s12 * a12 + det),
    k12: scale * (g.s11 * a12 + g.s12 * a22),
    k21: scale * (g.s12 * a11 + g.s22 * a12),
    k22: scale * (g.s12 * a12 + g.s22 * a22 + det),
    rest22: scale * (1 + g.s11 * a11 + g.s12 * a12),
    conditional: {
      s11: scale * (g.s11 + gDet * a22),
      s12: scale * (g.s12 - gDet * a12),
      s22: scale * (g.s22 + gDet * a11),
    },
  };
}
