/**
 * What a server remembers beside the ledger: sign-ins, tokens, answers to repeated writes, scheduled work. In a file of the workspace
 * that only the server's user can read, or, for a team, in the ledger's PostgreSQL, where servers side by side share it.
 */
import { chmodSync, closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Database, openDatabase, type StoreKind } from "@plumbline/ledger";
import { type Kysely, type Migration, sql } from "kysely";
import { PlumbError } from "../errors.js";

/** One small JSON document each. */
export interface RecordRow {
  kind: string;
  id: string;
  value: string;
}

/** Times are UTC as `Date.prototype.toISOString` writes them, so that their order is that of their text. */
export interface JobRow {
  /** Says what is to be done, so that the same work is never there twice. */
  id: string;
  kind: string;
  subject: string;
  /** JSON. */
  payload: string;
  /** Work of one lane is done one after the other, by due time. */
  lane: string;
  due: string;
  state: "waiting" | "running" | "done" | "failed" | "dropped";
  /** Not before it, after a failure. */
  not_before: string;
  attempts: number;
  /** Counts who took it: whoever lost it cannot finish it. */
  claim: number;
  /** Milliseconds by the database's clock until which it is theirs; 0: nobody's. */
  lease: number | string;
  worker: string;
  /** A sentence: what came of it, or why it failed. */
  outcome: string;
  finished: string | null;
}

export interface CursorRow {
  name: string;
  seq: number | string;
}

export interface ServerTables {
  server_records: RecordRow;
  server_jobs: JobRow;
  server_cursors: CursorRow;
}

export type ServerDatabase = Database<ServerTables>;

async function createTables(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  const big = kind === "sqlite" ? "integer" : "bigint";
  await db.schema
    .createTable("server_records")
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("server_records_pk", ["kind", "id"])
    .execute();
  const text = ["kind", "subject", "payload", "lane", "due", "state", "not_before", "worker"];
  let jobs = db.schema
    .createTable("server_jobs")
    .addColumn("id", "text", (column) => column.primaryKey());
  for (const name of text) jobs = jobs.addColumn(name, "text", (column) => column.notNull());
  await jobs
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("claim", "integer", (column) => column.notNull())
    .addColumn("lease", big, (column) => column.notNull())
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("finished", "text")
    .execute();
  await db.schema
    .createIndex("server_jobs_open")
    .on("server_jobs")
    .columns(["state", "due"])
    .execute();
  await db.schema
    .createTable("server_cursors")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("seq", big, (column) => column.notNull())
    .execute();
}

const migrations = (kind: StoreKind): Record<string, Migration> => ({
  "0001_server": { up: (db: Kysely<unknown>) => createTables(db, kind) },
});

/** Where a server keeps files of its own: below the workspace, out of git. Throws `OUTPUT_UNWRITABLE`. */
export function serverFolder(root: string): string {
  const path = join(root, ".plumbline", "server");
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
    writeFileSync(join(path, ".gitignore"), "*\n", { mode: 0o600 });
  } catch (error) {
    throw PlumbError.unwritable(path, error);
  }
  return path;
}

/** Throws `LedgerError` for a database that cannot be opened. */
export async function openServerDatabase(root: string): Promise<ServerDatabase> {
  const ledger = process.env.PLUMB_LEDGER_URL ?? "";
  // A ledger in a file keeps to itself: its file is copied, handed on and verified as it is.
  const location = ledger.includes("://") ? ledger : ownFile(root);
  return openDatabase<ServerTables>(location, { name: "server", migrations });
}

/** Made before SQLite does, so that nobody else can read it, nor the log that takes after it. */
function ownFile(root: string): string {
  const file = join(serverFolder(root), "state.db");
  try {
    closeSync(openSync(file, "a", 0o600));
  } catch (error) {
    throw PlumbError.unwritable(file, error);
  }
  return file;
}

/** PostgreSQL passes over what another server holds; SQLite has one writer at a time, so nothing is held. */
export const skipLocked = (kind: StoreKind) =>
  kind === "postgres" ? sql`for update skip locked` : sql``;
