export {
  type BetaPrior,
  type RateStakes,
  type RateTrialValue,
  rateDifferenceTrialValue,
  rateTrialValue,
} from "./beta-binomial.js";
export {
  type EffectDistribution,
  type EffectFitOptions,
  fitEffectDistribution,
  type ProfileInterval,
} from "./effect-distribution.js";
export type {
  EffectFamily,
  EffectParameters,
  ParameterName,
  PastTest,
} from "./effect-likelihood.js";
export { fitHitRates, type HitRates, type HitRecord, type RateInterval } from "./hit-rate.js";
export {
  type LaunchStakes,
  type LaunchValue,
  launchValue,
  ruleValue,
  type TrialPlan,
  type TrialValue,
  trialValue,
} from "./launch-value.js";
export { unitNormalLoss } from "./normal-loss.js";
export { type PosteriorEffect, posteriorEffect } from "./posterior.js";
export type {
  EffectPrior,
  MixtureEffectPrior,
  NormalEffectPrior,
  SimpleEffectPrior,
  StudentTEffectPrior,
} from "./prior.js";
export { priorMean } from "./prior.js";
export {
  exaggerationRatio,
  falsePositiveRisk,
  type ShippedEstimate,
  shippedTotalBias,
} from "./winners-curse.js";
