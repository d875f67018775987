export { type BinCounts, type Divergence, divergence } from "./divergence.js";
export { chiSquareHomogeneity, type Homogeneity } from "./homogeneity.js";
export { kolmogorovLimitSf, kolmogorovSf } from "./kolmogorov.js";
export {
  type ShiftMeasure,
  type ShiftNoise,
  type ShiftSettings,
  type ShiftTest,
  shiftNoise,
  shiftTest,
} from "./shift.js";
export { type TwoSampleDistance, twoSampleDistance } from "./two-sample.js";
