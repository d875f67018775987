export { cohortEvidence } from "./evidence.js";
