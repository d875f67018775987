export type { PoolingCell } from "./cohort-lines.js";
export {
  type FixedEffect,
  fitRandomSlope,
  type PooledCohort,
  type RandomSlopeFit,
  type RandomSlopeOptions,
} from "./random-slope.js";
export type { PoolingModel } from "./variance-search.js";
