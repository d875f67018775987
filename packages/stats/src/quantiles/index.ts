export { type ClusteredQuantile, clusteredQuantile, type RankInterval } from "./clustered.js";
export {
  clusteredQuantileFromCell,
  type QuantileDifference,
  type QuantileDifferenceInput,
  type QuantileEstimate,
  quantileDifference,
} from "./from-cell.js";
export { type KernelDensity, kernelDensity } from "./kernel-density.js";
