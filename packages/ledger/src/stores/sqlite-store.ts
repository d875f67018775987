/** The ledger in one SQLite file, several processes at once. */
import { resolve } from "node:path";
import { Kysely, sql } from "kysely";
import { type Backend, KyselyLedgerStore } from "./kysely-store.js";
import { defaultBusyTimeout, type LedgerStore, type OpenOptions } from "./ledger-store.js";
import { migrate } from "./migrations.js";
import { DatabaseSyncDialect } from "./sqlite-dialect.js";
import { sqliteError } from "./sqlite-errors.js";
import { openSqlite, shortWait } from "./sqlite-file.js";
import type { LedgerTables } from "./tables.js";

const ours = ["ledger_entries", "kysely_migration", "kysely_migration_lock"];

/** Opens the file, making it and its folder when they are missing (unless `readOnly`). */
export async function openSqliteLedger(
  path: string,
  options: OpenOptions = {},
): Promise<LedgerStore> {
  const readOnly = options.readOnly ?? false;
  const timeout = options.busyTimeout ?? defaultBusyTimeout;
  return openSqlite({ file: resolve(path), readOnly, timeout, ours }, async (connection) => {
    const dialect = new DatabaseSyncDialect(connection, { write: timeout, other: shortWait });
    const db = new Kysely<LedgerTables>({ dialect });
    await migrate(db, "sqlite", readOnly);
    return new KyselyLedgerStore(backend(db, readOnly), options.ledger ?? "main");
  });
}

function backend(db: Kysely<LedgerTables>, readOnly: boolean): Backend {
  return {
    kind: "sqlite",
    db,
    readOnly,
    // BEGIN IMMEDIATE is the lock.
    lock: () => Promise.resolve(),
    triggers: async () => {
      const query = sql<{ name: string }>`select name from sqlite_master where type = 'trigger'`;
      return (await query.execute(db)).rows.map((row) => row.name);
    },
    damage: async () => {
      const query = sql<{ integrity_check: string }>`pragma integrity_check(20)`;
      const messages = (await query.execute(db)).rows.map((row) => row.integrity_check);
      return messages.filter((message) => message !== "ok");
    },
    translate: sqliteError,
  };
}
