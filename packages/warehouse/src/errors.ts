/** What can go wrong between a plan and its moments. Callers switch on `code`, never on the sentence. */
export const WAREHOUSE_ERROR_CODES = [
  "PLAN_INVALID",
  "IDENTIFIER_INVALID",
  "COLUMN_MISSING",
  "COLUMN_TYPE",
  "FILE_MISSING",
  "FILE_EMPTY",
  "FILE_UNREADABLE",
  "FILE_FORBIDDEN",
  "ARM_EMPTY",
  "LEVEL_ABSENT",
  "AS_OF_WITHOUT_TIME",
  "VALUE_NOT_POSITIVE",
  "VALUE_OUT_OF_SCALE",
  "MOMENT_OVERFLOW",
  "OUT_OF_MEMORY",
  "INTERRUPTED",
  "ENGINE_FAILED",
] as const;

export type WarehouseErrorCode = (typeof WAREHOUSE_ERROR_CODES)[number];

/** What the error is about, so that the caller can point at the place in a document. */
export interface WarehouseErrorSubject {
  readonly source?: string;
  readonly column?: string;
  readonly metric?: string;
  readonly arm?: string;
  readonly dimension?: string;
  readonly level?: string;
  readonly file?: string;
  /** Which part of the metric, dimension or exposure: "value", "filter", "covariate filter", ... */
  readonly expression?: string;
}

/** An error described, not yet thrown; a compiled statement carries these for its run-time checks. */
export interface Failure {
  readonly code: WarehouseErrorCode;
  readonly message: string;
  readonly mend: string;
  readonly subject: WarehouseErrorSubject;
}

export class WarehouseError extends Error implements Failure {
  readonly code: WarehouseErrorCode;
  /** How to mend it, in one sentence. */
  readonly mend: string;
  readonly subject: WarehouseErrorSubject;

  constructor(failure: Failure, options?: { readonly cause?: unknown }) {
    super(failure.message, options);
    this.name = "WarehouseError";
    this.code = failure.code;
    this.mend = failure.mend;
    this.subject = failure.subject;
  }
}

/** Throws; as an expression so that it fits after `??`. */
export function fail(
  code: WarehouseErrorCode,
  message: string,
  mend: string,
  subject: WarehouseErrorSubject = {},
): never {
  throw new WarehouseError({ code, message, mend, subject });
}
