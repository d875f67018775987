/**
 * Variance of one unit, the quantity to which every metric is reduced before it is sized: with n1 and n2 units the
 * squared standard error of a difference is variance/n1 + variance/n2.
 *
 * Sources: proportions p(1-p); ratios by the delta method (Deng, Knoblich & Lu, KDD 2018); quantiles by the
 * asymptotic variance p(1-p)/f^2 with the authors' cluster correction; Mann-Whitney by Noether (JASA 82, 1987);
 * clusters by Kish's design effect, with unequal sizes by Eldridge, Ashby & Kerry (2006); CUPED by Deng et al. (2013).
 */
import { requireDomain, requireOpenProbability, requirePositive } from "../errors.js";

/** Moments of one unit of a ratio metric sum(numerator)/sum(denominator). */
export interface RatioMoments {
  readonly meanNumerator: number;
  readonly meanDenominator: number;
  readonly varianceNumerator: number;
  readonly varianceDenominator: number;
  readonly covariance: number;
}

/** What a metric is, as far as its variance is concerned; all figures are those of the control. */
export type MetricShape =
  | { readonly kind: "mean"; readonly sd: number }
  | { readonly kind: "proportion"; readonly baseline: number }
  | ({ readonly kind: "ratio" } & RatioMoments)
  | {
      readonly kind: "quantile";
      /** 0.95 for the 95th percentile. */
      readonly order: number;
      /** Probability density of the values at that quantile, per unit of the metric. */
      readonly density: number;
      /** Observations per unit; default 1. */
      readonly observationsPerUnit?: number;
      /** sd of the share of values below the quantile, clustered over independent; default 1. */
      readonly clusterCorrection?: number;
    }
  /** The effect is P(treatment > control) - 1/2. */
  | { readonly kind: "rank" };

/** Whatever changes the variance of a unit after the fact. */
export interface VarianceModifiers {
  /** Correlation with the pre-period covariate; the variance falls by its square. */
  readonly covariateCorrelation?: number;
  /** Share of units that have a covariate; default 1. */
  readonly covariateCoverage?: number;
  /** Units are drawn or treated in clusters of this mean size. */
  readonly clusterSize?: number;
  /** Intra-cluster correlation; default 0. */
  readonly intraclusterCorrelation?: number;
  /** sd / mean of the cluster sizes; default 0. */
  readonly clusterSizeVariation?: number;
}

/** Variance of one unit's linearised value (y - R x)/mean(x). */
export function ratioUnitVariance(moments: RatioMoments): number {
  const { meanNumerator, meanDenominator, varianceNumerator, varianceDenominator } = moments;
  requireDomain(
    Number.isFinite(meanDenominator) && meanDenominator !== 0,
    "A ratio metric needs a denominator whose mean is not 0.",
  );
  const ratio = meanNumerator / meanDenominator;
  const linearised =
    varianceNumerator - 2 * ratio * moments.covariance + ratio ** 2 * varianceDenominator;
  requireDomain(
    linearised > 0 && Number.isFinite(linearised),
    "These moments of a ratio metric leave no positive variance.",
    "Check the variances and the covariance: |covariance| cannot exceed the product of the standard deviations.",
  );
  return linearised / meanDenominator ** 2;
}

/** Variance per unit of the estimate of a quantile. */
export function quantileUnitVariance(
  order: number,
  density: number,
  observationsPerUnit = 1,
  clusterCorrection = 1,
): number {
  requireOpenProbability(order, "The order of the quantile");
  requirePositive(density, "The density at the quantile");
  requirePositive(observationsPerUnit, "The number of observations per unit");
  requirePositive(clusterCorrection, "The cluster correction");
  return ((order * (1 - order)) / (density ** 2 * observationsPerUnit)) * clusterCorrection ** 2;
}

/** 1 + ((1 + cv^2) m - 1) icc: how many times more units a clustered design needs. */
export function designEffect(clusterSize: number, icc: number, sizeVariation = 0): number {
  requireDomain(clusterSize >= 1, `A cluster has at least one unit, not ${clusterSize}.`);
  requireDomain(icc >= 0 && icc <= 1, `The intra-cluster correlation lies in 0 to 1, not ${icc}.`);
  requireDomain(sizeVariation >= 0, "The variation of cluster sizes cannot be negative.");
  return 1 + ((1 + sizeVariation ** 2) * clusterSize - 1) * icc;
}

/** Share of the variance that CUPED leaves: 1 - coverage * rho^2. */
export function covariateVarianceFactor(correlation: number, coverage = 1): number {
  requireDomain(
    Math.abs(correlation) < 1,
    `A correlation with the covariate lies strictly between -1 and 1, not ${correlation}.`,
  );
  requireDomain(coverage >= 0 && coverage <= 1, `A coverage lies in 0 to 1, not ${coverage}.`);
  return 1 - coverage * correlation ** 2;
}

function baseVariance(metric: MetricShape, effect: number): number {
  switch (metric.kind) {
    case "mean":
      requirePositive(metric.sd, "The standard deviation");
      return metric.sd ** 2;
    case "proportion": {
      const p = metric.baseline + effect;
      requireOpenProbability(p, "The proportion under the planned effect");
      return p * (1 - p);
    }
    case "ratio":
      return ratioUnitVariance(metric);
    case "quantile":
      return quantileUnitVariance(
        metric.order,
        metric.density,
        metric.observationsPerUnit,
        metric.clusterCorrection,
      );
    case "rank":
      return 1 / 12;
  }
}

/**
 * Variance of one unit of `metric`, modifiers applied. `effect` moves the metric away from the control's value and
 * matters for proportions only, whose variance depends on their level.
 */
export function unitVariance(
  metric: MetricShape,
  modifiers: VarianceModifiers = {},
  effect = 0,
): number {
  const { covariateCorrelation = 0, covariateCoverage, clusterSize = 1 } = modifiers;
  return (
    baseVariance(metric, effect) *
    covariateVarianceFactor(covariateCorrelation, covariateCoverage) *
    designEffect(
      clusterSize,
      modifiers.intraclusterCorrelation ?? 0,
      modifiers.clusterSizeVariation,
    )
  );
}
