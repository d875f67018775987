export {
  type Alternative,
  type EstimateInput,
  type EstimateTest,
  normalTest,
  studentTTest,
} from "./inference.js";
export { type LogEffect, type LogLift, liftFromLogEffect } from "./log-scale.js";
export {
  type MannWhitneyInput,
  type MannWhitneyResult,
  mannWhitney,
  probabilityOfSuperiorityInterval,
  type SuperiorityInput,
  type SuperiorityInterval,
} from "./mann-whitney.js";
export {
  type TwoProportionInput,
  type TwoProportionResult,
  twoProportionZ,
} from "./proportions.js";
export { type Count, type RankCounts, rankCounts, rankCountsFromCell } from "./ranks.js";
export {
  type RatioEstimate,
  type RatioMetricInput,
  type RatioMetricResult,
  ratioMetric,
  ratioMetricDelta,
  ratioMetricFromSums,
} from "./ratio-metric.js";
export {
  type FiellerType,
  type RatioOfMeansInput,
  type RatioOfMeansResult,
  ratioOfMeans,
} from "./ratio-of-means.js";
export { type SampleRatioResult, sampleRatioChiSquare } from "./sample-ratio.js";
export {
  type WelchInput,
  type WelchResult,
  type WelchSumsInput,
  welchT,
  welchTFromSums,
} from "./welch.js";
