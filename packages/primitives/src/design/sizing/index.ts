export { type Curve, type CurvePoint, daysShown, effectCurves, powerCurves } from "./curves.js";
export { type PlanFacts, planOf } from "./plan.js";
export {
  type Requirement,
  requirementsOf,
  type SizingInput,
  type Unsized,
} from "./requirements.js";
export { LAUNCH_KINDS, type LaunchKind, type Sizing, sizingSchema } from "./schema.js";
export {
  EXAMPLE_REDUCTION,
  type PlannedFigures,
  type PlannedSize,
  plannedSize,
  type SizedRequirement,
  type SizingReport,
  sizeRegistration,
} from "./size.js";
