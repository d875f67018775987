export {
  type FloorFinding,
  type FloorValue,
  floorError,
  floorLimit,
  judgeFloor,
  judgePareto,
  type ParetoFinding,
} from "./fairness.js";
export { cohortName, declaredLevels, judgeCohort } from "./judge.js";
export { mixOf } from "./mix.js";
export { claimLevel, poolLevels } from "./pooling.js";
export { slopeModel } from "./slope-model.js";
