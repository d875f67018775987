export {
  type Deattenuated,
  deattenuate,
  type NoisyPairs,
  type TrueMoments,
  trueCorrelation,
  trueMoments,
} from "./attenuation.js";
export { type TrueCorrelationInterval, trueCorrelationInterval } from "./likelihood.js";
export {
  type Correlation,
  type CorrelationInterval,
  type CorrelationPrior,
  correlationExceeds,
  correlationOf,
  correlationPValue,
  fisherInterval,
  pearson,
} from "./pearson.js";
export { type Prediction, type PredictiveSlope, predictAt, predictiveSlope } from "./prediction.js";
export { type KendallResult, kendall, spearman } from "./rank.js";
export {
  type SignAgreement,
  type SignAgreementInput,
  signAgreement,
  wilsonInterval,
} from "./sign-agreement.js";
export { type TrueSlope, trueSlope } from "./true-slope.js";
