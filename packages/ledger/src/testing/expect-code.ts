import { expect } from "vitest";
import { LedgerError, type LedgerErrorCode } from "../errors.js";

/** Asserts that the work throws a `LedgerError` with this code and gives it back. */
export function expectCode(code: LedgerErrorCode, work: () => unknown): LedgerError {
  try {
    work();
  } catch (error) {
    return checked(code, error);
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}

/** The same for a promise. */
export async function expectRejection(
  code: LedgerErrorCode,
  work: Promise<unknown>,
): Promise<LedgerError> {
  try {
    await work;
  } catch (error) {
    return checked(code, error);
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}

function checked(code: LedgerErrorCode, error: unknown): LedgerError {
  if (!(error instanceof LedgerError)) throw error;
  expect(error.code).toBe(code);
  expect(error.message).toMatch(/^[A-Z\d].*\.$/s);
  expect(error.mend).toMatch(/^[A-Z].*\.$/);
  return error;
}
