export {
  requireSupport,
  WEIGHT_LIMITS,
  type WeightDiagnostics,
  type WeightLimits,
  type WeightProblem,
  type WeightProblemCode,
  weightDiagnostics,
  weightProblems,
} from "./diagnostics.js";
export {
  ipsFromSums,
  meanOfTerms,
  type PolicyInterval,
  type PolicyValue,
  policyInterval,
  snipsFromSums,
} from "./estimates.js";
export {
  type ClippedSums,
  type DoublyRobustRows,
  doublyRobustTerms,
  type LoggedActions,
  type OffPolicyEstimates,
  type OffPolicyEstimator,
  type OffPolicyInput,
  type OffPolicySums,
  offPolicyEstimates,
  offPolicySums,
  trustedOffPolicyEstimates,
} from "./single-action.js";
export {
  type PositionTable,
  positionBasedWeights,
  type SlateEstimator,
  type SlateModel,
  type SlateRows,
  type SlateSums,
  slateSums,
} from "./slates.js";
export {
  mergeTermSums,
  mergeWeightedSums,
  type TermSums,
  termSums,
  type WeightedSums,
  weightedSums,
} from "./sums.js";
export {
  type ActionTable,
  actionTable,
  atActions,
  crossFitted,
  importanceWeights,
  missingSupport,
  modelTerms,
  ruledWeight,
  type WeightRule,
} from "./weights.js";
