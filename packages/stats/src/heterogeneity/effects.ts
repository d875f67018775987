import { requireDomain, requirePositive } from "../errors.js";
import { requireFinite } from "../tests/inference.js";

/** One cohort's (or study's) effect with its standard error, both in the unit of the metric. */
export interface SummaryEffect {
  readonly estimate: number;
  readonly se: number;
}

/** @throws StatsError DOMAIN for fewer than `least` effects or values that are not finite. */
export function requireEffects(effects: readonly SummaryEffect[], least: number): void {
  requireDomain(
    effects.length >= least,
    `At least ${least} effects are needed, not ${effects.length}.`,
    "Only cohorts with an estimate and a standard error count.",
  );
  for (const { estimate, se } of effects) {
    requireFinite(estimate, "An effect");
    requirePositive(se, "The standard error of an effect");
  }
}

export interface WeightedMean {
  readonly mean: number;
  /** Sum of the weights 1 / (se^2 + tau2). */
  readonly weight: number;
}

/** Mean with weights 1 / (se^2 + tau2). */
export function weightedMean(effects: readonly SummaryEffect[], tau2: number): WeightedMean {
  let [weight, mean] = [0, 0];
  for (const { estimate, se } of effects) {
    const w = 1 / (se * se + tau2);
    weight += w;
    mean += (w / weight) * (estimate - mean);
  }
  return { mean, weight };
}

/** Generalised Q: weighted squares around the weighted mean; falls as tau2 grows. */
export function generalisedQ(effects: readonly SummaryEffect[], tau2: number): number {
  const { mean } = weightedMean(effects, tau2);
  return effects.reduce((sum, e) => sum + (e.estimate - mean) ** 2 / (e.se * e.se + tau2), 0);
}
