export {
  centre,
  coMoment,
  meanDifference,
  meanOfSum,
  type PowerSums,
  type Summary,
  unscale,
} from "./centre.js";
export { mergeSums } from "./merge.js";
export type * from "./plan.js";
export { bigintRatioToNumber } from "./rational.js";
export { type PairSummary, summarise, summarisePairs } from "./summarise.js";
