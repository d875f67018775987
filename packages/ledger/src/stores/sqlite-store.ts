/**
 * The ledger in one SQLite file: write-ahead log, synchronous=FULL (each commit is on disk before it is acknowledged), several
 * processes at once.
 */
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { Kysely, sql } from "kysely";
import { LedgerError } from "../errors.js";
import { type Backend, KyselyLedgerStore, readOnlyError } from "./kysely-store.js";
import { defaultBusyTimeout, type LedgerStore, type OpenOptions } from "./ledger-store.js";
import { migrate } from "./migrations.js";
import { DatabaseSyncDialect } from "./sqlite-dialect.js";
import { sqliteError } from "./sqlite-errors.js";
import type { LedgerTables } from "./tables.js";

/** Milliseconds for locks that others hold for one step only. */
const shortWait = 1000;

/** Opens the file, making it and its folder when they are missing (unless `readOnly`). */
export async function openSqliteLedger(
  path: string,
  options: OpenOptions = {},
): Promise<LedgerStore> {
  const file = resolve(path);
  const readOnly = options.readOnly ?? false;
  const timeout = options.busyTimeout ?? defaultBusyTimeout;
  const deadline = performance.now() + timeout;
  for (;;) {
    let connection: DatabaseSyncInstance | null = null;
    try {
      connection = readOnly ? openForReading(file) : openForWriting(file);
      const dialect = new DatabaseSyncDialect(connection, { write: timeout, other: shortWait });
      const db = new Kysely<LedgerTables>({ dialect });
      await migrate(db, "sqlite", readOnly);
      return new KyselyLedgerStore(backend(db, readOnly), options.ledger ?? "main");
    } catch (cause) {
      if (connection?.isOpen) connection.close();
      const error = readOnlyPlace(file, sqliteError(cause));
      // Switching to the write-ahead log and its recovery do not wait for the busy timeout; opening again does.
      if (error.code !== "STORE_BUSY" || performance.now() > deadline) throw error;
      await wait(5 + Math.floor(Math.random() * 20));
    }
  }
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

function openForWriting(file: string): DatabaseSyncInstance {
  mkdirSync(dirname(file), { recursive: true });
  const connection = new DatabaseSync(file, { timeout: shortWait });
  try {
    refuseForeign(connection);
    const mode = connection.prepare("pragma journal_mode = wal").get() as {
      journal_mode?: unknown;
    };
    if (mode.journal_mode !== "wal") {
      throw new LedgerError("STORE_IO", "This file system cannot keep a durable ledger.", {
        mend: "Put the ledger on a local disk, or use PostgreSQL.",
      });
    }
    connection.exec("pragma synchronous = full");
    connection.exec("pragma trusted_schema = off");
    return connection;
  } catch (cause) {
    connection.close();
    throw cause;
  }
}

function openForReading(file: string): DatabaseSyncInstance {
  if (!existsSync(file)) {
    throw new LedgerError("STORE_NOT_A_LEDGER", "There is no ledger at this path.", {
      mend: "Give the path of an existing ledger.",
    });
  }
  const connection = new DatabaseSync(file, { readOnly: true, timeout: shortWait });
  try {
    refuseForeign(connection);
    return connection;
  } catch (cause) {
    connection.close();
    // On a read-only medium SQLite cannot make the files of its log; without a log nothing is missing, so do without.
    if (sqliteError(cause).code !== "STORE_UNREACHABLE" || hasLog(file)) throw cause;
    const url = pathToFileURL(file);
    url.searchParams.set("immutable", "1");
    return new DatabaseSync(url.href, { readOnly: true });
  }
}

/** SQLite says only that it cannot open; whether the place takes no writes is asked for here. */
function readOnlyPlace(file: string, error: LedgerError): LedgerError {
  if (error.code !== "STORE_UNREACHABLE" || !existsSync(dirname(file))) return error;
  try {
    accessSync(dirname(file), constants.W_OK);
    if (existsSync(file)) accessSync(file, constants.W_OK);
    return error;
  } catch {
    return readOnlyError(error);
  }
}

function hasLog(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Never turn somebody else's database into a ledger. */
function refuseForeign(connection: DatabaseSyncInstance): void {
  const tables = connection
    .prepare("select name from sqlite_master where type = 'table'")
    .all()
    .map((row: { name: string }) => row.name);
  const ours = ["ledger_entries", "kysely_migration", "kysely_migration_lock"];
  if (tables.length === 0 || tables.some((name) => ours.includes(name))) return;
  throw new LedgerError("STORE_NOT_A_LEDGER", "The file is a database of another program.", {
    mend: "Give another path for the ledger.",
  });
}
