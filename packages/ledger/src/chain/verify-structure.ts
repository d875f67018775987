import { canonicalJson } from "../canonical/canonical-json.js";
import { sha256Hex } from "../canonical/hash.js";
import { genesis, type LedgerEntry, readEntry, type StoredEntry } from "./entry.js";
import type { Finding, FindingCode } from "./verification.js";

/** An entry that could be read, with its place; unreadable ones are left out here and found by `readAll`. */
export interface Reading {
  readonly place: number;
  readonly entry: LedgerEntry;
}

export function readAll(entries: readonly StoredEntry[]): {
  readings: Reading[];
  findings: Finding[];
} {
  const readings: Reading[] = [];
  const findings: Finding[] = [];
  entries.forEach(({ text }, index) => {
    const place = index + 1;
    try {
      const entry = readEntry(text);
      readings.push({ place, entry });
      if (canonicalJson(entry) !== text) {
        findings.push(
          error("ENTRY_NOT_CANONICAL", place, "is not in canonical form: its text was altered"),
        );
      }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      findings.push(error("ENTRY_UNREADABLE", place, `cannot be read: ${reason}`));
    }
  });
  return { readings, findings };
}

export function checkHashes(entries: readonly StoredEntry[]): Finding[] {
  return entries.flatMap(({ hash, text }, index) =>
    sha256Hex(text) === hash
      ? []
      : [
          error(
            "HASH_MISMATCH",
            index + 1,
            "has another hash than the one recorded: it was altered",
          ),
        ],
  );
}

export function checkSequence(
  entries: readonly StoredEntry[],
  readings: readonly Reading[],
): Finding[] {
  const stored = entries.flatMap(({ seq }, index) =>
    seq === index + 1
      ? []
      : [
          error(
            "SEQUENCE_BROKEN",
            index + 1,
            `stands at place ${index + 1} under the number ${seq}`,
          ),
        ],
  );
  const written = readings.flatMap(({ place, entry }) =>
    entry.seq === place
      ? []
      : [
          error(
            "SEQUENCE_BROKEN",
            place,
            `says that it is number ${entry.seq}: entries were removed, inserted or moved`,
          ),
        ],
  );
  return [...stored, ...written];
}

export function checkLinks(
  entries: readonly StoredEntry[],
  readings: readonly Reading[],
): Finding[] {
  return readings.flatMap(({ place, entry }) => {
    const before = entries[place - 2];
    // The hash of the text itself, not the one recorded beside it, which may have been altered.
    const expected = before === undefined ? genesis.hash : sha256Hex(before.text);
    return entry.previous === expected
      ? []
      : [error("LINK_BROKEN", place, "does not follow the entry that stands before it")];
  });
}

/** Clocks jump; order comes from the numbers. So this is a note, never an error. */
export function checkTimes(readings: readonly Reading[]): Finding[] {
  const findings: Finding[] = [];
  let latest = "";
  for (const { place, entry } of readings) {
    if (entry.at < latest) {
      const message = `Entry ${place} is dated ${entry.at}, before an earlier entry (${latest}): a clock was set back.`;
      findings.push({ code: "TIME_BACKWARDS", severity: "note", seq: place, message });
    } else {
      latest = entry.at;
    }
  }
  return findings;
}

export function error(code: FindingCode, seq: number, predicate: string): Finding {
  return { code, severity: "error", seq, message: `Entry ${seq} ${predicate}.` };
}
