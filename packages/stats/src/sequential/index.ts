export {
  conditionalPower,
  conditionalRejectionProbability,
  type NormalPrior,
  predictivePower,
} from "./conditional.js";
export {
  type ArmEstimate,
  ASYMPTOTIC_MINIMUM_PER_ARM,
  armEstimateOfMean,
  armEstimateOfProportion,
  differenceSequence,
  meanSequence,
  rhoForTightestAt,
  rhoForTightestAtClosedForm,
  rhoForTightestMarginAt,
  type SequenceAlternative,
  type SequenceDifference,
  type SequenceInterval,
  type SequenceSettings,
  sequenceHalfWidth,
  sequenceMargin,
  sequencePValue,
  studentizedSequenceRadius,
} from "./confidence-sequence.js";
export {
  type CustomPlan,
  type CustomPlanError,
  type CustomPlanPower,
  calibrateLastLevel,
  customPlanError,
  customPlanPower,
  scaleLevels,
} from "./custom-plan.js";
export { designGroupSequential } from "./design.js";
export {
  crossedAt,
  type LookResult,
  type RepeatedInterval,
  type RepeatedPlan,
  repeatedConfidenceIntervals,
  repeatedPValue,
  type StageWiseInference,
  stageWiseInference,
} from "./inference.js";
export {
  type MixtureSprtPath,
  type MixtureSprtResult,
  type MixtureSprtSettings,
  mixtureSprt,
  mixtureSprtOfMean,
  mixtureSprtPath,
} from "./mixture-sprt.js";
export {
  boundaryAtObservedInformation,
  decideLook,
  designSpending,
  type LookDecision,
  type ObservedBoundary,
  type ObservedInformation,
} from "./observed.js";
export {
  type BoundaryFamily,
  type DesignFutility,
  type ExpectedInformation,
  type FutilityRule,
  type GroupSequentialDesign,
  type GroupSequentialPlan,
  isSpending,
  type StoppingBoundary,
} from "./plan.js";
export { type OperatingCharacteristics, operatingCharacteristics } from "./power.js";
export {
  type SequentialSampleRatio,
  type SequentialSampleRatioSettings,
  sampleRatioLogBayesFactor,
  sequentialSampleRatio,
} from "./sequential-sample-ratio.js";
export { type SpendingFunction, spendingFormula, spentError } from "./spending.js";
