export { type AgePlan, type AgeRefusal, agePlan, MOST_DAYS } from "./age-plan.js";
export {
  type AgeDay,
  type AgeFinding,
  type EffectsByAge,
  effectsByAge,
} from "./effects-by-age.js";
export { explainAge } from "./explain.js";
