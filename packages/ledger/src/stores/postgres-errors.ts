/** SQLSTATE codes of PostgreSQL (its manual, appendix A) and socket errors as `LedgerError`s. */
import { LedgerError, type LedgerErrorCode } from "../errors.js";
import { readOnlyError } from "./kysely-store.js";

const unreachable = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
];
const lost = ["ECONNRESET", "EPIPE", "ETIMEDOUT", "57P01", "57P02", "25P03", "57P05"];
const lostMessages =
  /^(Connection terminated|Query read timeout|Client has encountered a connection error|timeout expired)/;

/** True when the connection is gone or cannot be relied on any more. */
export function isConnectionLost(cause: unknown): boolean {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  if (typeof code === "string" && (lost.includes(code) || code.startsWith("08"))) return true;
  return typeof message === "string" && lostMessages.test(message);
}

export function postgresError(cause: unknown): LedgerError {
  if (cause instanceof LedgerError) return cause;
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  const state = typeof code === "string" ? code : "";
  if (state === "25006") return readOnlyError(cause);
  if (
    unreachable.includes(state) ||
    state === "57P03" ||
    /exceeded when trying to connect|^timeout expired/.test(String(message))
  ) {
    return error(
      "STORE_UNREACHABLE",
      "The ledger's database does not answer.",
      "Check the address and that the database runs.",
      cause,
    );
  }
  if (isConnectionLost(cause)) {
    return error(
      "STORE_CONNECTION_LOST",
      "The connection to the ledger was lost.",
      "Try again.",
      cause,
    );
  }
  return byState(state, cause);
}

function byState(state: string, cause: unknown): LedgerError {
  if (state === "53100" || state === "53200") {
    return error(
      "STORE_FULL",
      "The database has no space left; nothing was written.",
      "Free some space and append again.",
      cause,
    );
  }
  if (["55P03", "40P01", "53300", "57014"].includes(state)) {
    return error(
      "STORE_BUSY",
      "Other writers kept the ledger locked for too long; nothing was written.",
      "Try again.",
      cause,
    );
  }
  if (state === "28P01" || state === "28000" || state === "42501" || state === "3D000") {
    return error(
      "STORE_DENIED",
      "The database does not let this user at the ledger.",
      "Check user, password, database name and grants.",
      cause,
    );
  }
  if (state.startsWith("23")) {
    return error(
      "STORE_CONFLICT",
      "The database refused the change: entries are only ever added, each after the newest.",
      "Append through this program only.",
      cause,
    );
  }
  if (state === "XX001" || state === "XX002") {
    return error(
      "STORE_CORRUPT",
      "The ledger's database is damaged.",
      "Restore it from a copy and verify that copy against the tree heads kept outside.",
      cause,
    );
  }
  if (state === "58030") {
    return error(
      "STORE_IO",
      "The database's disk refused to read or write; the entry was not acknowledged.",
      "Check the disk, then verify the ledger.",
      cause,
    );
  }
  return new LedgerError("STORE_FAILED", "The ledger's database failed in an unforeseen way.", {
    mend: "Verify the ledger; report the error with its cause.",
    cause,
  });
}

function error(code: LedgerErrorCode, message: string, mend: string, cause: unknown): LedgerError {
  return new LedgerError(code, message, { mend, outcome: "not_written", cause });
}
