/**
 * The ledger in PostgreSQL (15 or newer), for teams: several server processes side by side, serialised per ledger by an
 * advisory lock that ends with the transaction.
 */
import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { type Backend, KyselyLedgerStore } from "./kysely-store.js";
import { defaultBusyTimeout, type LedgerStore, type OpenOptions } from "./ledger-store.js";
import { migrate } from "./migrations.js";
import { postgresError } from "./postgres-errors.js";
import { postgresDatabase } from "./postgres-pool.js";
import type { LedgerTables } from "./tables.js";

/** Opens the ledger at a postgres:// URL, making its table when it is missing (unless `readOnly`). */
export async function openPostgresLedger(
  url: string,
  options: OpenOptions = {},
): Promise<LedgerStore> {
  const busyTimeout = options.busyTimeout ?? defaultBusyTimeout;
  const readOnly = options.readOnly ?? false;
  const db = postgresDatabase<LedgerTables>(url, busyTimeout);
  try {
    await migrate(db, "postgres", readOnly);
    return new KyselyLedgerStore(backend(db, readOnly, busyTimeout), options.ledger ?? "main");
  } catch (cause) {
    await db.destroy().catch(() => undefined);
    throw postgresError(cause);
  }
}

function backend(db: Kysely<LedgerTables>, readOnly: boolean, busyTimeout: number): Backend {
  return {
    kind: "postgres",
    db,
    readOnly,
    lock: async (transaction, ledger) => {
      // A server or role may have turned synchronous commit off; a ledger acknowledges only what is on disk.
      await sql`select set_config('lock_timeout', ${`${busyTimeout}ms`}, true),
        set_config('synchronous_commit', 'on', true)`.execute(transaction);
      await sql`select pg_advisory_xact_lock(${lockKey(ledger)}::bigint)`.execute(transaction);
    },
    triggers: async () => {
      const query = sql<{ name: string }>`select tgname as name from pg_trigger
        where tgrelid = 'ledger_entries'::regclass and not tgisinternal and tgenabled <> 'D'`;
      return (await query.execute(db)).rows.map((row) => row.name);
    },
    damage: () => Promise.resolve([]),
    translate: postgresError,
  };
}

/** 64 bits of a hash, so that ledgers of one database do not wait for each other; a collision would only cost time. */
function lockKey(ledger: string): string {
  return createHash("sha256")
    .update(`plumbline ledger ${ledger}`)
    .digest()
    .readBigInt64BE(0)
    .toString();
}
