export {
  type BetweenVarianceMethod,
  betweenVariance,
  betweenVarianceInterval,
} from "./between-variance.js";
export type { SummaryEffect } from "./effects.js";
export {
  type Heterogeneity,
  type HeterogeneityOptions,
  heterogeneity,
  type MeanEffect,
} from "./heterogeneity.js";
export {
  type QualitativeInteraction,
  qualitativeInteraction,
  qualitativeInteractionCritical,
} from "./qualitative.js";
export {
  type PosteriorInterval,
  type ShrinkOptions,
  type ShrunkEffect,
  type ShrunkEffects,
  shrinkEffects,
} from "./shrink.js";
export {
  type ArmOfCohort,
  type CohortArms,
  type CohortShare,
  type Reversal,
  type SimpsonDecomposition,
  simpsonDecomposition,
} from "./simpson.js";
