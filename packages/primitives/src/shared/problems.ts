/** What may be wrong with a document, and how it is said. */
import { closest, distance } from "fastest-levenshtein";

export type DocumentKind =
  | "registration"
  | "library"
  | "workspace"
  | "evidence"
  | "review"
  | "portfolio";

/** Everything that can be wrong with what a document says. Reference: docs/documents.md. */
export const PROBLEM_CODES = [
  // One field, by itself.
  "FIELD_MISSING",
  "FIELD_UNKNOWN",
  "FIELD_INVALID",
  "IDENTIFIER_INVALID",
  "EXPRESSION_INVALID",
  "EXPRESSION_FUNCTION_UNKNOWN",
  "EXPRESSION_TOO_LARGE",
  "TIME_INVALID",
  // One document, its fields against each other.
  "NAME_DUPLICATE",
  "ARM_SHARES_SUM",
  "ARM_VALUE_DUPLICATE",
  "THRESHOLD_COUNT",
  "THRESHOLD_DIRECTION",
  "THRESHOLD_ON_LOG",
  "THRESHOLD_WITHOUT_UNIT",
  "THRESHOLD_OUT_OF_RANGE",
  "MDE_MISSING",
  "MDE_DIRECTION",
  "MDE_INCONSISTENT",
  "LOOKS_INVALID",
  "FUTILITY_TWO_SIDED",
  "STAKES_POLICY",
  "POLICY_FIELD_UNSUITED",
  "POLICY_WITHOUT_POWER",
  "RUN_INVALID",
  "RUNTIME_UNLIKE_RUN",
  "ACCEPT_BLINDNESS_UNKNOWN",
  "COHORTS_OVERLAP",
  "METRIC_FIELD_UNSUITED",
  "AGGREGATE_MISSING",
  "AGGREGATE_UNSUITED",
  "SOURCE_FORMAT_UNKNOWN",
  "SOURCE_UNIT_MISSING",
  "WINDOW_NEEDS_TIME",
  "WINDOW_MISSING",
  "RANGE_REVERSED",
  // One document against another.
  "METRIC_UNKNOWN",
  "SOURCE_UNKNOWN",
  "DIMENSION_UNKNOWN",
  "LEVEL_UNKNOWN",
  "ARM_UNKNOWN",
  "ROLE_UNKNOWN",
  "EXPERIMENT_UNKNOWN",
  "UNIT_CONFLICT",
  "DIRECTION_CONFLICT",
  "DIRECTION_MISSING",
  "ALTERNATIVE_CONFLICT",
  "TEST_UNSUITED",
  "COVARIATE_MISSING",
  "COVARIATE_UNSUITED",
  "COVARIATE_AFTER_EXPOSURE",
  "COHORT_AFTER_EXPOSURE",
  "DIMENSION_SOURCE_UNSUITED",
  "EXPOSURE_MISSING",
  "UNIT_NOT_RANDOMISED",
  // A portfolio.
  "TOO_MANY_CANDIDATES",
  "CANDIDATE_UNKNOWN",
  "PAIR_INVALID",
  "DEPENDENCY_CYCLE",
  "CHOICE_CONTRADICTION",
  "IMPACT_INVALID",
  "IMPACT_UNRANGED",
  "CLAIM_UNDEFENDED",
  "PORTFOLIO_INFEASIBLE",
  "HISTORY_INVALID",
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

/**
 * One thing wrong with one document. `path` leads from the document's root to the value it is about;
 * `message` is one sentence, `mend` says what to write instead. Warnings never fail a check.
 */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: "error" | "warning";
  readonly document: DocumentKind;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly mend: string;
  /** Where inside the text at `path` (an expression), UTF-16 units from its start. */
  readonly offset?: number;
}

/** Beyond a third of its letters a name is another name, not a slip of the pen. */
const LIKENESS = 1 / 3;

/** The candidate that `given` was probably meant to be, or null. Case does not count. */
export function nearest(given: string, candidates: readonly string[]): string | null {
  if (given.length === 0 || given.length > 200 || candidates.length === 0) return null;
  const wanted = given.toLowerCase();
  const byLower = new Map(candidates.map((candidate) => [candidate.toLowerCase(), candidate]));
  const found = closest(wanted, [...byLower.keys()]);
  const edits = distance(wanted, found);
  if (edits > Math.max(1, Math.floor(Math.max(wanted.length, found.length) * LIKENESS)))
    return null;
  return byLower.get(found) ?? null;
}

/** How many names are worth listing when none is near. */
const LISTED = 8;

/** `Did you mean "x"?`, or the names there are. */
export function didYouMean(given: string, candidates: readonly string[], noun: string): string {
  const near = nearest(given, candidates);
  if (near !== null) return `Did you mean "${near}"?`;
  if (candidates.length === 0) return `There is no ${noun} yet; declare it first.`;
  const shown = candidates.slice(0, LISTED).join(", ");
  const more = candidates.length > LISTED ? `, and ${candidates.length - LISTED} more` : "";
  return `Known: ${shown}${more}.`;
}
