export {
  betaTails,
  incompleteBeta,
  logBetaDensity,
  regularizedBeta,
  regularizedBetaComplement,
  type Tails,
} from "./beta.js";
export { log1mexp, log1pmx } from "./elementary.js";
export { erf, erfc, erfcx } from "./erf.js";
export { erfcinv, erfinv } from "./erf-inverse.js";
export { incompleteGamma, regularizedGammaP, regularizedGammaQ } from "./gamma.js";
export { logBeta, logGamma, stirlingRemainder } from "./log-gamma.js";
export {
  type MinimiseOptions,
  type Minimum,
  minimise,
  type ValueAndGradient,
  withNumericalGradient,
} from "./minimise.js";
export { gaussLegendre, integrate, type QuadratureRule } from "./quadrature.js";
export { expandUpwards, findRoot, type RootOptions } from "./root.js";
