/** Every code of a `RegistrationError`. Documented, one by one, in docs/signatures.md; a test proves the two lists equal. */
export const registrationErrorCodes = [
  "NOT_REGISTERED",
  "ALREADY_REGISTERED",
  "ALREADY_SIGNED",
  "CHANGED_SINCE_REGISTRATION",
  "CHANGED_MEANWHILE",
  "NOTHING_CHANGED",
  "DESIGN_REFUSED",
  "EXPERIMENT_NOT_LOCKED",
  "ALREADY_STARTED",
  "ROLE_NOT_REQUIRED",
  "ROLE_NOT_HELD",
  "PERSON_UNKNOWN",
  "PERSON_UNCLEAR",
  "KEY_NOT_HERE",
  "REVIEW_MISMATCH",
  "REVIEW_EXPIRED",
  "NOTHING_TO_OVERRIDE",
  "NOTHING_TO_DECIDE",
  "DECISION_INCOMPLETE",
  "LEDGER_EMPTY",
  "LEDGER_FAILED",
  "HEAD_INVALID",
  "NOT_A_REPOSITORY",
  "GIT_FAILED",
  "TIMESTAMP_UNREACHABLE",
  "TIMESTAMP_REFUSED",
  "TIMESTAMP_INVALID",
  "TIMESTAMP_CERTIFICATE",
  "LOOK_NOT_FOUND",
  "LOOK_INVALID",
  "VERDICT_DIFFERS",
] as const;

export type RegistrationErrorCode = (typeof registrationErrorCodes)[number];

/** A coded refusal around registrations, signatures and looks; nothing was written. */
export class RegistrationError extends Error {
  override readonly name = "RegistrationError";
  readonly code: RegistrationErrorCode;
  readonly mend: string;

  constructor(code: RegistrationErrorCode, message: string, mend: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.mend = mend;
  }

  /** A refusal for several reasons, each on a line of its own. */
  static listing(
    code: RegistrationErrorCode,
    message: string,
    reasons: readonly string[],
    mend: string,
  ): RegistrationError {
    const list = reasons.map((reason) => `  ${reason}\n`).join("");
    return new RegistrationError(code, `${message}\n${list}`, mend);
  }
}
