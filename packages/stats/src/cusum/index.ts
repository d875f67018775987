export {
  type CusumAlarm,
  type CusumRun,
  type CusumTarget,
  runCusum,
  selfStartingScores,
} from "./chart.js";
export {
  averageRunLength,
  type CusumChart,
  type CusumSides,
  cusumThreshold,
} from "./run-length.js";
