export {
  type FloorFinding,
  type FloorValue,
  floorLimit,
  judgeFloor,
  judgePareto,
  type ParetoFinding,
  type ParetoLevel,
} from "./fairness.js";
export { cohortName, declaredLevels, judgeCohort } from "./judge.js";
export { type ArmShare, type LevelShares, mixOf } from "./mix.js";
export { claimLevel, type LevelEffect, type PoolingSettings, poolLevels } from "./pooling.js";
export { type LevelCell, type LevelCells, slopeModel } from "./slope-model.js";
