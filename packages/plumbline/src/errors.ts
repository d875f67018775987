/** What may go wrong in an operation itself, outside documents and data. */
export type PlumbErrorCode =
  | "FILE_NOT_FOUND"
  | "FILE_UNREADABLE"
  | "OUTPUT_UNWRITABLE"
  | "NO_WORKSPACE"
  | "NO_EVIDENCE"
  | "NOT_A_REGISTRATION"
  | "NOT_AN_EVIDENCE_FILE"
  | "DIRECTORY_NOT_EMPTY"
  | "COLUMNS_UNUSABLE"
  | "DOCUMENT_TYPE_UNKNOWN"
  | "INTERRUPTED";

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
