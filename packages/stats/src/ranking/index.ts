export { type Diversity, type DiversityInput, rankingDiversity } from "./diversity.js";
export {
  evaluateRanking,
  meanScores,
  type QueryScope,
  type RankingInput,
  type RankingScores,
} from "./evaluate.js";
export type { RankingMeasure, RankingMeasureName } from "./measures.js";
export { compareBytes, orderRun } from "./order.js";
export {
  type BootstrapInterval,
  bootstrapDifference,
  type PairedDifferences,
  type PairedInput,
  type PairedTTest,
  pairedDifferences,
  pairedTTest,
  type RandomisationTest,
  type ResamplingSettings,
  randomisationTest,
  type Uniform,
} from "./paired.js";
export {
  detectableDifference,
  type QueryPowerInput,
  queriesNeeded,
  queryPower,
} from "./query-power.js";
export {
  CodeBook,
  type Judgements,
  type PairColumns,
  type RankingRun,
  type RowsByQuery,
} from "./rows.js";
