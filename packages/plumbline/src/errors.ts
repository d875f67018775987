/** What may go wrong in an operation itself, outside documents and data. Documented in docs/errors.md; a test proves the lists equal. */
export const PLUMB_ERROR_CODES = [
  "FILE_NOT_FOUND",
  "FILE_UNREADABLE",
  "OUTPUT_UNWRITABLE",
  "NO_WORKSPACE",
  "NO_EVIDENCE",
  "AS_OF_INVALID",
  "EVIDENCE_DAY_AHEAD",
  "NOT_A_REGISTRATION",
  "NOT_A_PORTFOLIO",
  "CANDIDATE_UNKNOWN",
  "LAUNCH_KIND_UNKNOWN",
  "COST_UNUSED",
  "NOVELTY_UNSUITED",
  "NOVELTY_TOO_EARLY",
  "HOLDBACK_NOT_REGISTERED",
  "HOLDBACK_NOT_LAUNCHED",
  "HOLDBACK_NO_DATA",
  "HOLDBACK_INVALID",
  "DIRECTORY_NOT_EMPTY",
  "COLUMNS_UNUSABLE",
  "EXPLORE_COLUMN_UNKNOWN",
  "EXPLORE_DECLARED",
  "EXPLORE_UNSUITED",
  "EXPLORE_NO_ROWS",
  "INTERRUPTED",
] as const;

export type PlumbErrorCode = (typeof PLUMB_ERROR_CODES)[number];

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A coded failure: a sentence a PM understands, and how to mend it. */
export class PlumbError extends Error {
  readonly code: PlumbErrorCode;
  readonly mend: string;

  constructor(code: PlumbErrorCode, message: string, mend: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PlumbError";
    this.code = code;
    this.mend = mend;
  }

  static unwritable(path: string, cause: unknown): PlumbError {
    return new PlumbError(
      "OUTPUT_UNWRITABLE",
      `${path} cannot be written (${reasonOf(cause)}).`,
      "Choose a path in a folder that exists and may be written.",
      cause,
    );
  }
}
