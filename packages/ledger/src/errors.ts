/** Every code a `LedgerError` can carry. Documented, one by one, in `docs/ledger.md`; a test proves the two lists equal. */
export const ledgerErrorCodes = [
  "NOT_CANONICAL",
  "BAD_JSON",
  "BAD_HASH",
  "BAD_PROOF_REQUEST",
  "BAD_ENVELOPE",
  "BAD_SIGNATURE",
  "THRESHOLD_NOT_MET",
  "BAD_THRESHOLD",
  "KEY_EXISTS",
  "KEY_NOT_FOUND",
  "KEY_NAME",
  "KEY_PERMISSIONS",
  "KEY_INVALID",
  "KEY_STORAGE",
  "BAD_ENTRY",
  "BAD_EXPORT",
  "STORE_LOCATION",
  "STORE_UNREACHABLE",
  "STORE_DENIED",
  "STORE_NOT_A_LEDGER",
  "STORE_VERSION",
  "STORE_READ_ONLY",
  "STORE_FULL",
  "STORE_IO",
  "STORE_BUSY",
  "STORE_CORRUPT",
  "STORE_CONNECTION_LOST",
  "STORE_CLOSED",
  "STORE_CONFLICT",
  "STORE_FAILED",
] as const;

export type LedgerErrorCode = (typeof ledgerErrorCodes)[number];

/**
 * Whether the entry of a failed append is in the ledger: `not_written` is certain, `unknown` means
 * that the answer of the database was lost and could not be asked for again.
 */
export type AppendOutcome = "not_written" | "unknown";

export interface LedgerErrorOptions {
  /** The step that mends it, as an instruction. */
  readonly mend: string;
  readonly cause?: unknown;
  readonly outcome?: AppendOutcome;
}

/** The one error class of the ledger: `code` for programs, `message` and `mend` for people. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
  readonly code: LedgerErrorCode;
  readonly mend: string;
  /** Set on errors of an append only. */
  readonly outcome: AppendOutcome | null;

  constructor(code: LedgerErrorCode, message: string, options: LedgerErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.mend = options.mend;
    this.outcome = options.outcome ?? null;
  }
}
