export { type DocumentChange, documentChanges } from "./changes.js";
export { type DocumentParts, type RegisteredDocument, registeredDocument } from "./document.js";
export {
  type EntryMoment,
  type LookFact,
  type LookPlan,
  type LookPlanArm,
  type RegistrationFacts,
  registrationFacts,
  type SignatureFact,
  type VersionFact,
} from "./facts.js";
export {
  type ExperimentStart,
  isLocked,
  type LockCheck,
  type LockCheckId,
  type LockInput,
  lockChecks,
  type OutsideAnchor,
} from "./lock.js";
export {
  type Amendment,
  type RegistrationState,
  registrationStanding,
  type SignedVersion,
  type Standing,
  type StandingLook,
  versionAt,
} from "./standing.js";
