export {
  type EffectTrend,
  type EffectTrendInput,
  type Estimated,
  effectTrend,
} from "./effect-trend.js";
