export { runtimeWeeks, type Traffic, trafficCeiling, uniqueUnits } from "./accrual.js";
export {
  type ArmSizes,
  type ComparisonDesign,
  cohortTotal,
  type DesignAnswer,
  type DesignQuestion,
  designMde,
  designPower,
  designSampleSize,
  type Hypothesis,
  solveDesign,
} from "./design.js";
export {
  type ClusterSums,
  type Intracluster,
  intraclusterCorrelation,
} from "./intracluster.js";
export {
  betaPerTest,
  type DecisionPowerInput,
  independentDecisionPower,
  jointPower,
  sharedAlpha,
  sizeMultiplier,
} from "./multiplicity.js";
export {
  type NonInferiorityMeans,
  type NonInferiorityProportions,
  powerNonInferiorityMeans,
  powerNonInferiorityProportions,
  sampleSizeNonInferiorityMeans,
  sampleSizeNonInferiorityProportions,
} from "./non-inferiority.js";
export {
  cohensH,
  type MdeProportionsInput,
  mdeProportions,
  type PowerProportionsInput,
  type ProportionMethod,
  powerProportions,
  type SampleSizeProportionsInput,
  sampleSizeProportions,
} from "./proportions.js";
export {
  type RequirementSize,
  type StudyPlan,
  type StudyRequirement,
  type StudySize,
  sizeStudy,
} from "./study.js";
export {
  type MdeTInput,
  mdeT,
  type PowerTInput,
  powerOfNoncentralT,
  powerT,
  type SampleSize,
  type SampleSizeTInput,
  type Sides,
  sampleSizeT,
  wholeUnits,
} from "./t-test.js";
export {
  covariateVarianceFactor,
  designEffect,
  type MetricShape,
  quantileUnitVariance,
  type RatioMoments,
  ratioUnitVariance,
  unitVariance,
  type VarianceModifiers,
} from "./unit-variance.js";
