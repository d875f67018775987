/** Files of SQLite, opened for writing (write-ahead log, synchronous=FULL: each commit is on disk before it is acknowledged) or reading. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { LedgerError } from "../errors.js";
import { readOnlyError } from "./kysely-store.js";
import { sqliteError } from "./sqlite-errors.js";

/** Milliseconds for locks that others hold for one step only. */
export const shortWait = 1000;

/** How a file is opened, and by which of its tables it is known for ours. */
export interface SqliteFile {
  readonly file: string;
  readonly readOnly: boolean;
  /** Milliseconds to wait for other writers. */
  readonly timeout: number;
  readonly ours: readonly string[];
}

/** Opens a file and makes it ready; once more while others switch it to the write-ahead log or recover it. Throws `LedgerError`. */
export async function openSqlite<T>(
  { file, readOnly, timeout, ours }: SqliteFile,
  ready: (connection: DatabaseSyncInstance) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + timeout;
  for (;;) {
    let connection: DatabaseSyncInstance | null = null;
    try {
      connection = readOnly ? openForReading(file, ours) : openForWriting(file, ours);
      return await ready(connection);
    } catch (cause) {
      if (connection?.isOpen) connection.close();
      const error = readOnlyPlace(file, sqliteError(cause));
      // Switching to the write-ahead log and its recovery do not wait for the busy timeout; opening again does.
      if (error.code !== "STORE_BUSY" || performance.now() > deadline) throw error;
      await wait(5 + Math.floor(Math.random() * 20));
    }
  }
}

function openForWriting(file: string, ours: readonly string[]): DatabaseSyncInstance {
  mkdirSync(dirname(file), { recursive: true });
  const connection = new DatabaseSync(file, { timeout: shortWait });
  try {
    refuseForeign(connection, ours);
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

function openForReading(file: string, ours: readonly string[]): DatabaseSyncInstance {
  if (!existsSync(file)) {
    throw new LedgerError("STORE_NOT_A_LEDGER", "There is no ledger at this path.", {
      mend: "Give the path of an existing ledger.",
    });
  }
  const connection = new DatabaseSync(file, { readOnly: true, timeout: shortWait });
  try {
    refuseForeign(connection, ours);
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
function refuseForeign(connection: DatabaseSyncInstance, ours: readonly string[]): void {
  const tables = connection
    .prepare("select name from sqlite_master where type = 'table'")
    .all()
    .map((row: { name: string }) => row.name);
  if (tables.length === 0 || tables.some((name) => ours.includes(name))) return;
  throw new LedgerError("STORE_NOT_A_LEDGER", "The file is a database of another program.", {
    mend: "Give another path for the ledger.",
  });
}
