export { betaCdf, betaQuantile, betaSf } from "./beta.js";
export { binomialCdf, binomialPmf, binomialSf } from "./binomial.js";
export { chiSquareCdf, chiSquareIsf, chiSquareQuantile, chiSquareSf } from "./chi-square.js";
export { fCdf, fSf } from "./f.js";
export { noncentralTCdf, noncentralTSf } from "./noncentral-t.js";
export {
  normalCdf,
  normalIsf,
  normalLogCdf,
  normalLogSf,
  normalPdf,
  normalQuantile,
  normalSf,
} from "./normal.js";
export {
  studentTCdf,
  studentTIsf,
  studentTLogPdf,
  studentTQuantile,
  studentTSf,
} from "./student-t.js";
