export { cohortEvidence } from "./evidence.js";
export { fairnessChecks } from "./fairness-checks.js";
