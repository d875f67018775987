export { auditRegistration } from "./audit.js";
export {
  FINDING_CODES,
  type Finding,
  type FindingCode,
  type FindingSeverity,
} from "./finding.js";
export { PATTERNS, type Pattern } from "./patterns.js";
