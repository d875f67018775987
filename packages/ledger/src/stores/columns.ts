import { readEntry } from "../chain/entry.js";
import type { Finding } from "../chain/verification.js";

export interface ComparableRow {
  readonly seq: number | string;
  readonly previous: string;
  readonly type: string;
  readonly subject: string;
  readonly entry: string;
}

/**
 * A changed `subject` column would hide an entry from look-ups while the chain still holds: so the columns are compared
 * with the text. Unreadable texts are left to `verifyLedger`.
 */
export function compareColumns(rows: readonly ComparableRow[]): Finding[] {
  return rows.flatMap((row): Finding[] => {
    const columns = altered(row);
    if (columns.length === 0) return [];
    const seq = Number(row.seq);
    const message = `Entry ${seq} is filed under another ${columns.join(" and ")} than its text says.`;
    return [{ code: "STORE_COLUMN_ALTERED", severity: "error", seq, message }];
  });
}

function altered(row: ComparableRow): string[] {
  try {
    const entry = readEntry(row.entry);
    const columns = ["previous", "type", "subject"] as const;
    return columns.filter((column) => row[column] !== entry[column]);
  } catch {
    return [];
  }
}
