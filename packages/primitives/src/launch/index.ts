export { improvementSign } from "../shared/effects.js";
export {
  formatAlpha,
  formatCount,
  formatLevel,
  formatList,
  formatPercent,
  formatPValue,
  formatValue,
  groupThousands,
  withSign,
} from "../shared/format.js";
export { decide } from "./decide.js";
export { estimate, exploreLevels } from "./estimate.js";
export { formatAmount } from "./explain.js";
export {
  compareHoldback,
  type HoldbackComparison,
  type HoldbackFinding,
  type Lift,
  liftOf,
} from "./holdback.js";
export { outstanding } from "./maturity.js";
export * from "./novelty/index.js";
export { type OverrideReview, overrideReviewSchema } from "./override/schema.js";
export { lastDayOf, shownEvidence } from "./plan/index.js";
export {
  type HoldbackDue,
  type PlannedReading,
  plannedReadings,
  type ReadingKind,
  type ReadingSchedule,
} from "./schedule.js";
export * from "./simulate/index.js";
export * from "./standing/index.js";
export { studyMetrics } from "./study-metrics.js";
export { evidenceFromSummaries } from "./summaries.js";
export { type Watched, watchLimits } from "./watch.js";
