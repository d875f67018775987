/** How alike units of one cluster are: the intracluster correlation and what it does to a variance. */
import { requireDomain } from "../errors.js";
import { designEffect } from "./unit-variance.js";

/** Sums over the clusters of one arm. A cluster has `m` observations with the total `s`. */
export interface ClusterSums {
  readonly clusters: number;
  /** Sum of m, and of m². */
  readonly observations: number;
  readonly squaredSizes: number;
  /** Sum of s, and of s²/m. */
  readonly total: number;
  readonly squaredTotals: number;
  /** Sum of the squared observations. */
  readonly sumOfSquares: number;
}

export interface Intracluster {
  /** Analysis-of-variance estimate, at most 1; below 0 when units of a cluster differ more than chance. */
  readonly correlation: number;
  /** By how much counting observations as independent understates the variance of a mean; at least 1. */
  readonly designEffect: number;
  readonly meanSize: number;
}

/**
 * Intracluster correlation within arms, from sums: one-way analysis of variance, ICC(1) of Shrout and Fleiss (1979),
 * with unequal sizes as in Donner and Koval (1980); the design effect is that of Kish, 1 + (Σm²/Σm − 1)ρ, with ρ < 0
 * taken as 0. Exact up to rounding of the sums (centre values that are far from 0).
 * Errors: DOMAIN without two clusters in some arm, without a cluster of two, or without any variance.
 */
export function intraclusterCorrelation(arms: readonly ClusterSums[]): Intracluster {
  const over = (pick: (arm: ClusterSums) => number) =>
    arms.reduce((sum, arm) => sum + pick(arm), 0);
  const clusters = over((arm) => arm.clusters);
  const observations = over((arm) => arm.observations);
  const between = clusters - arms.length;
  const within = observations - clusters;
  requireDomain(
    arms.every((arm) => arm.observations > 0) && between > 0 && within > 0,
    "An intracluster correlation needs two clusters in an arm and a cluster of two.",
  );
  const ssBetween = over((arm) => arm.squaredTotals - arm.total ** 2 / arm.observations);
  const ssWithin = over((arm) => arm.sumOfSquares - arm.squaredTotals);
  const msBetween = Math.max(0, ssBetween) / between;
  const msWithin = Math.max(0, ssWithin) / within;
  const size = (observations - over((arm) => arm.squaredSizes / arm.observations)) / between;
  const spread = msBetween + (size - 1) * msWithin;
  requireDomain(spread > 0, "An intracluster correlation needs values that vary.");
  const correlation = (msBetween - msWithin) / spread;
  const meanSize = observations / clusters;
  const squaredVariation = over((arm) => arm.squaredSizes) / clusters / meanSize ** 2 - 1;
  const variation = Math.sqrt(Math.max(0, squaredVariation));
  return {
    correlation,
    designEffect: designEffect(meanSize, Math.max(0, correlation), variation),
    meanSize,
  };
}
