/**
 * A ledger as a text file: per entry one line with its SHA-256, a space, its canonical JSON and a line feed. So an auditor can
 * check a line without this program: the hash is that of the bytes between the first space and the line feed.
 */
import { isDigest } from "../canonical/hash.js";
import { decodeUtf8 } from "../canonical/parse-json.js";
import { LedgerError } from "../errors.js";
import type { StoredEntry } from "./entry.js";

export function exportEntries(entries: readonly StoredEntry[]): string {
  return entries.map(({ hash, text }) => `${hash} ${text}\n`).join("");
}

/**
 * Reads an export; numbers the lines from 1, so that `verifyLedger` finds lines that are missing or moved.
 * Throws `BAD_EXPORT` or `BAD_JSON` when a line cannot be told into hash and text.
 */
export function importEntries(source: string | Uint8Array): StoredEntry[] {
  const text = typeof source === "string" ? source : decodeUtf8(source);
  const lines = text.split("\n");
  if (lines.pop() !== "") throw badLine(lines.length + 1, "does not end with a line feed");
  return lines.map((line, index) => {
    const hash = line.slice(0, 64);
    if (!isDigest(hash)) throw badLine(index + 1, "does not begin with a SHA-256 in hex");
    if (line[64] !== " ") throw badLine(index + 1, "has no space after the hash");
    return { seq: index + 1, hash, text: line.slice(65) };
  });
}

function badLine(line: number, what: string): LedgerError {
  return new LedgerError("BAD_EXPORT", `Line ${line} of the exported ledger ${what}.`, {
    mend: "Export the ledger again, or restore the file from an unaltered copy.",
  });
}
