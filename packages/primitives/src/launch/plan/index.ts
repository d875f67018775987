export { armLook } from "./arm-look.js";
export type { ArmMoment } from "./arm-moment.js";
export { lastDayOf } from "./moment.js";
export {
  hasEnded,
  planState,
  planVerdict,
  shownEvidence,
  studyAt,
} from "./state.js";
