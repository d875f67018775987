/**
 * Tables of the same program beside a ledger: in a file of SQLite of their own, or in the ledger's PostgreSQL. They are no part of
 * what the ledger proves; what they share with it is how databases are opened, locked and brought up to date.
 */
import { Kysely, type Migration, Migrator, sql, type Transaction } from "kysely";
import { LedgerError } from "../errors.js";
import { defaultBusyTimeout } from "./ledger-store.js";
import type { StoreKind } from "./migrations.js";
import { isPostgresUrl } from "./open.js";

export interface DatabaseSchema {
  /** Prefix of the tables that keep which migrations were made; distinct for each set of tables in one database. */
  readonly name: string;
  readonly migrations: (kind: StoreKind) => Record<string, Migration>;
}

/** Queries and transactions throw `LedgerError` and nothing else of the database. */
export interface Database<Tables> {
  readonly kind: StoreKind;
  query<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Read committed on PostgreSQL, one writer at a time on SQLite. */
  transaction<T>(work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Milliseconds since 1970 by the clock that all who share the database share. */
  clock(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens the tables at a file path or a postgres:// URL, making or migrating them; several processes may do so at once, and one
 * does it. Throws `STORE_VERSION` for tables of a newer program, `STORE_UNREACHABLE`, ...
 */
export async function openDatabase<Tables>(
  location: string,
  schema: DatabaseSchema,
): Promise<Database<Tables>> {
  return isPostgresUrl(location) ? openPostgres(location, schema) : openFile(location, schema);
}

async function openPostgres<Tables>(
  url: string,
  schema: DatabaseSchema,
): Promise<Database<Tables>> {
  const { postgresDatabase } = await import("./postgres-pool.js");
  const { postgresError } = await import("./postgres-errors.js");
  const db = postgresDatabase<Tables>(url, defaultBusyTimeout);
  try {
    await migrateTo(db, "postgres", schema);
  } catch (cause) {
    await db.destroy().catch(() => undefined);
    throw postgresError(cause);
  }
  const clock = sql<{
    now: string;
  }>`select floor(extract(epoch from clock_timestamp()) * 1000) as now`;
  return new Opened("postgres", db, postgresError, async () =>
    Number((await clock.execute(db)).rows[0]?.now),
  );
}

async function openFile<Tables>(path: string, schema: DatabaseSchema): Promise<Database<Tables>> {
  const { openSqlite, shortWait } = await import("./sqlite-file.js");
  const { DatabaseSyncDialect } = await import("./sqlite-dialect.js");
  const { sqliteError } = await import("./sqlite-errors.js");
  const timeout = defaultBusyTimeout;
  const ours = [`${schema.name}_migration`];
  return openSqlite({ file: path, readOnly: false, timeout, ours }, async (connection) => {
    const dialect = new DatabaseSyncDialect(connection, { write: timeout, other: shortWait });
    const db = new Kysely<Tables>({ dialect });
    await migrateTo(db, "sqlite", schema);
    return new Opened("sqlite", db, sqliteError, () => Promise.resolve(Date.now()));
  });
}

async function migrateTo<Tables>(
  db: Kysely<Tables>,
  kind: StoreKind,
  { name, migrations }: DatabaseSchema,
): Promise<void> {
  const migrator = new Migrator({
    db: db as Kysely<unknown>,
    provider: { getMigrations: () => Promise.resolve(migrations(kind)) },
    migrationTableName: `${name}_migration`,
    migrationLockTableName: `${name}_migration_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (!isNewer(error)) throw error;
  throw new LedgerError(
    "STORE_VERSION",
    "The database was made by a newer version of this program.",
    {
      mend: "Update this program and open it again.",
      cause: error,
    },
  );
}

/** What kysely says when the database knows a migration that this program does not. */
const isNewer = (error: unknown): boolean =>
  error instanceof Error && /previously executed migration .* is missing/.test(error.message);

class Opened<Tables> implements Database<Tables> {
  private closed = false;

  constructor(
    readonly kind: StoreKind,
    private readonly db: Kysely<Tables>,
    private readonly translate: (cause: unknown) => LedgerError,
    private readonly time: () => Promise<number>,
  ) {}

  query<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.guarded(() => work(this.db));
  }

  transaction<T>(work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    const builder = this.db.transaction().setIsolationLevel("read committed");
    return this.guarded(() => builder.execute(work));
  }

  clock(): Promise<number> {
    return this.guarded(this.time);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.db.destroy();
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw this.translate(cause);
    }
  }
}
