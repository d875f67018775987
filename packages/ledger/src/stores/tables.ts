import type { ColumnType, Generated } from "kysely";

/** One row per entry. `entry` is the fact; the other columns repeat it for look-up and are compared with it by `inspect`. */
export interface EntryRow {
  ledger: string;
  /** PostgreSQL returns 64-bit integers as strings. */
  seq: ColumnType<number | string, number, never>;
  hash: string;
  previous: string;
  type: string;
  subject: string;
  entry: string;
}

export interface LedgerTables {
  ledger_entries: EntryRow;
  kysely_migration: { name: Generated<string>; timestamp: Generated<string> };
}
