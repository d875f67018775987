/** What the server itself refuses, beside the codes of operations, documents, data and ledger. Documented in docs/server.md; a test proves the lists equal. */
export const SERVER_ERROR_CODES = [
  "INPUT_INVALID",
  "BODY_UNREADABLE",
  "BODY_TOO_LARGE",
  "PATH_REFUSED",
  "DOCUMENT_FOREIGN",
  "DOCUMENT_CHANGED",
  "PRECONDITION_MISSING",
  "CURSOR_INVALID",
  "NOT_FOUND",
  "UNAUTHENTICATED",
  "SIGN_IN_REFUSED",
  "OIDC_FAILED",
  "FORBIDDEN",
  "CSRF_REFUSED",
  "HOST_REFUSED",
  "RATE_LIMITED",
  "IDEMPOTENCY_BUSY",
  "IDEMPOTENCY_MISMATCH",
  "SIGNATURE_STALE",
  "SIGNATURE_FOREIGN",
  "TOKEN_NOT_FOUND",
  "ADDRESS_UNUSABLE",
  "SETTINGS_INVALID",
  "NOT_READY",
  "INTERNAL",
] as const;

export type ServerErrorCode = (typeof SERVER_ERROR_CODES)[number];

/** HTTP status of each code. */
export const SERVER_ERROR_STATUS: Readonly<Record<ServerErrorCode, number>> = {
  INPUT_INVALID: 400,
  BODY_UNREADABLE: 400,
  BODY_TOO_LARGE: 413,
  PATH_REFUSED: 400,
  DOCUMENT_FOREIGN: 409,
  DOCUMENT_CHANGED: 412,
  PRECONDITION_MISSING: 428,
  CURSOR_INVALID: 400,
  NOT_FOUND: 404,
  UNAUTHENTICATED: 401,
  SIGN_IN_REFUSED: 401,
  OIDC_FAILED: 502,
  FORBIDDEN: 403,
  CSRF_REFUSED: 403,
  HOST_REFUSED: 421,
  RATE_LIMITED: 429,
  IDEMPOTENCY_BUSY: 409,
  IDEMPOTENCY_MISMATCH: 422,
  SIGNATURE_STALE: 422,
  SIGNATURE_FOREIGN: 403,
  TOKEN_NOT_FOUND: 404,
  ADDRESS_UNUSABLE: 500,
  SETTINGS_INVALID: 500,
  NOT_READY: 503,
  INTERNAL: 500,
};

/** A coded refusal of the server: one sentence, and how to mend it. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly code: ServerErrorCode;
  readonly mend: string;

  constructor(code: ServerErrorCode, message: string, mend: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.mend = mend;
  }

  get status(): number {
    return SERVER_ERROR_STATUS[this.code];
  }
}
