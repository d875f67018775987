export { type CovariateBalance, type CovariateBalanceInput, covariateBalance } from "./balance.js";
export {
  type ArmCovariateMoments,
  type CupedAdjustment,
  type CupedMomentsInput,
  type CupedMomentsResult,
  cupedFromMoments,
} from "./cuped.js";
export { type CupedInput, type CupedResult, cuped, type ThetaMethod } from "./cuped-arrays.js";
export {
  type CupedRatioInput,
  type CupedRatioResult,
  cupedRatioFromMoments,
} from "./cuped-ratio.js";
export { type OlsFit, ols, type VarianceKind } from "./ols.js";
export {
  ancova,
  linInteracted,
  type RegressionInput,
  type RegressionResult,
} from "./regression.js";
