/** What people decided after a cohort stopped a launch: one of three ways on, and why. It changes no verdict. */
import type { JsonObject, JsonValue, LedgerEntry } from "@plumbline/ledger";
import type { EntryMoment } from "./entry-moment.js";

export const COHORT_CHOICES = ["fix_and_rerun", "restricted_launch", "redesign"] as const;

export type CohortChoice = (typeof COHORT_CHOICES)[number];

/** Each way on, as a sentence goes on with it. */
export const COHORT_CHOICE_WORDS: Readonly<Record<CohortChoice, string>> = {
  fix_and_rerun: "mend the cohort and run a new registered test",
  restricted_launch: "launch without the cohort",
  redesign: "redesign the change",
};

export interface CohortDecisionFact extends EntryMoment {
  /** Hash of the decision. */
  readonly document: string;
  /** The decision as it was signed. */
  readonly decision: JsonObject;
  readonly choice: CohortChoice;
  readonly reason: string;
  /** Number of the ledger entry of the look that it follows. */
  readonly look: number;
  /** Checks at which that look was stopped. */
  readonly checks: readonly string[];
  /** Cohorts that a restricted launch leaves out, "locale=JP"; else empty. */
  readonly without: readonly string[];
  readonly role: string;
  readonly person: string;
}

const isTexts = (value: JsonValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

const isMap = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Null for an entry of another shape than ours. */
export function readCohortDecision({ seq, at, body }: LedgerEntry): CohortDecisionFact | null {
  const { document, role, person, decision } = body;
  if (typeof document !== "string" || typeof role !== "string" || typeof person !== "string") {
    return null;
  }
  if (!isMap(decision)) return null;
  const { reason, look, checks, without } = decision;
  const choice = COHORT_CHOICES.find((each) => each === decision.choice);
  if (choice === undefined || typeof reason !== "string" || typeof look !== "number") return null;
  if (!isTexts(checks) || !isTexts(without)) return null;
  return { seq, at, document, decision, choice, reason, look, checks, without, role, person };
}

/** For the sentence of the registration: said in every later readout. */
export const decisionSentence = (fact: CohortDecisionFact): string =>
  `After the look of entry ${fact.look}, decided on ${fact.at.slice(0, 10)} by ${fact.person} (${fact.role}): ` +
  `${COHORT_CHOICE_WORDS[fact.choice]}${fact.without.length === 0 ? "" : ` (${fact.without.join(", ")})`}.`;
