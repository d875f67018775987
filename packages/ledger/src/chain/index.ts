export {
  chainEntry,
  type EntryDraft,
  type EntryType,
  entryTypes,
  genesis,
  type Head,
  type LedgerEntry,
  maximumEntryBytes,
  readEntry,
  type StoredEntry,
} from "./entry.js";
export { exportEntries, importEntries } from "./export.js";
export {
  checkpointDraft,
  entryInclusion,
  entryLeaves,
  headConsistency,
  openTreeHead,
  signTreeHead,
  type TreeHead,
  treeHead,
  treeHeadType,
} from "./tree-head.js";
export {
  type Finding,
  type FindingCode,
  findingCodes,
  type LedgerVerification,
  type OutsideHead,
  type StepName,
  type Trust,
  type TrustedKey,
  type VerificationStep,
} from "./verification.js";
export { verifyLedger } from "./verify-ledger.js";
