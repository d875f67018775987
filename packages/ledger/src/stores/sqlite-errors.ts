/** SQLite result codes (https://www.sqlite.org/rescode.html) as `LedgerError`s. */
import { LedgerError, type LedgerErrorCode } from "../errors.js";
import { readOnlyError } from "./kysely-store.js";

interface Meaning {
  readonly code: LedgerErrorCode;
  readonly message: string;
  readonly mend: string;
}

const busy: Meaning = {
  code: "STORE_BUSY",
  message: "Another process kept the ledger locked for too long; nothing was written.",
  mend: "Try again; if it stays so, look for a program that holds the file open.",
};

const meanings: Readonly<Record<number, Meaning>> = {
  5: busy,
  6: busy,
  10: {
    code: "STORE_IO",
    message: "The disk refused to read or write the ledger; the entry was not acknowledged.",
    mend: "Check the disk, its free space and the file-size limit, then verify the ledger.",
  },
  11: {
    code: "STORE_CORRUPT",
    message: "The ledger's file is damaged.",
    mend: "Restore it from a copy and verify that copy against the tree heads kept outside.",
  },
  13: {
    code: "STORE_FULL",
    message: "The disk is full; nothing was written.",
    mend: "Free some space and append again.",
  },
  14: {
    code: "STORE_UNREACHABLE",
    message: "The ledger's file cannot be opened.",
    mend: "Check the path and that you may read and write it and its folder.",
  },
  19: {
    code: "STORE_CONFLICT",
    message: "The database refused the change: entries are only ever added, each after the newest.",
    mend: "Append through this program only.",
  },
  26: {
    code: "STORE_NOT_A_LEDGER",
    message: "The file is not a ledger.",
    mend: "Give the path of the ledger's file.",
  },
};

const denied: Meaning = {
  code: "STORE_DENIED",
  message: "You may not open the ledger's file.",
  mend: "Ask its owner for access.",
};

export function sqliteError(cause: unknown): LedgerError {
  if (cause instanceof LedgerError) return cause;
  const { errcode, code } = cause as { errcode?: number; code?: string };
  // The low byte is the primary code; the rest says more about the same fault.
  const primary = typeof errcode === "number" ? errcode % 256 : 0;
  if (primary === 8 || code === "EROFS") return readOnlyError(cause);
  const meaning = code === "EACCES" || primary === 3 || primary === 23 ? denied : meanings[primary];
  const outcome = "not_written";
  if (meaning !== undefined) {
    return new LedgerError(meaning.code, meaning.message, { mend: meaning.mend, outcome, cause });
  }
  if (code === "ENOSPC") return sqliteError({ errcode: 13, cause });
  return new LedgerError("STORE_FAILED", "The ledger's database failed in an unforeseen way.", {
    mend: "Verify the ledger; report the error with its cause.",
    cause,
  });
}
