export { type ConformanceReport, isConformant, runDirectory } from "./conformance.js";
