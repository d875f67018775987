export { type DocumentChange, documentChanges } from "./changes.js";
export {
  COHORT_CHOICE_WORDS,
  COHORT_CHOICES,
  type CohortChoice,
  type CohortDecisionFact,
} from "./decision-facts.js";
export { type DocumentParts, type RegisteredDocument, registeredDocument } from "./document.js";
export type { EntryMoment } from "./entry-moment.js";
export {
  type LookFact,
  type LookPlan,
  type LookPlanArm,
  type RegistrationFacts,
  registrationFacts,
  type SignatureFact,
  type VersionFact,
} from "./facts.js";
export type { OverrideFact, PauseFact } from "./intervention-facts.js";
export type { StandingOverride, StandingPause } from "./interventions.js";
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
