/** Kysely on the `DatabaseSync` of @photostructure/sqlite (the API of node:sqlite). */
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import type { DatabaseSyncInstance, StatementSyncInstance } from "@photostructure/sqlite";
import {
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from "kysely";

/** SQLite changes its schema inside transactions; kysely's adapter denies it for the sake of some foreign-key changes. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  constructor(
    private readonly connection: DatabaseSyncInstance,
    private readonly waits: LockWaits,
  ) {
    super({ database: kyselyDatabase(connection) });
  }

  /**
   * IMMEDIATE takes the write lock first: a transaction that reads and then writes could otherwise fail half-way.
   *
   * SQLite's own wait for a lock holds up the whole process, also the transaction of another connection in it that
   * is to give the lock back. So the wait is made here, between attempts that fail at once.
   */
  override async beginTransaction(): Promise<void> {
    const deadline = performance.now() + this.waits.write;
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.beginAtOnce();
        return;
      } catch (cause) {
        if (!isBusy(cause) || performance.now() > deadline) throw cause;
      }
      if (attempt === 0) await nextTurn();
      else await wait(1 + Math.floor(Math.random() * Math.min(attempt, 12)));
    }
  }

  /** On a full disk SQLite has rolled back already; a second rollback would hide the first error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.connection.isTransaction) await super.rollbackTransaction(connection);
  }

  private beginAtOnce(): void {
    this.connection.exec("pragma busy_timeout = 0");
    try {
      this.connection.exec("begin immediate");
    } finally {
      this.connection.exec(`pragma busy_timeout = ${this.waits.other}`);
    }
  }
}

/** Milliseconds. */
export interface LockWaits {
  /** For the write lock; without holding up the process. */
  readonly write: number;
  /** For the short locks of recovery and schema changes; the process stands still meanwhile. */
  readonly other: number;
}

export class DatabaseSyncDialect extends SqliteDialect {
  constructor(
    private readonly connection: DatabaseSyncInstance,
    private readonly waits: LockWaits,
  ) {
    super({ database: kyselyDatabase(connection) });
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.connection, this.waits);
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/** SQLITE_BUSY or SQLITE_LOCKED, with whatever detail in the higher bits. */
export function isBusy(cause: unknown): boolean {
  const { errcode } = cause as { errcode?: unknown };
  return typeof errcode === "number" && (errcode % 256 === 5 || errcode % 256 === 6);
}

function kyselyDatabase(connection: DatabaseSyncInstance): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => {
      emptyLog(connection);
      connection.close();
    },
    prepare: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = kyselyStatement(connection.prepare(sql));
      statements.set(sql, statement);
      return statement;
    },
  };
}

/**
 * The driver keeps prepared statements, and with them the log, until they are collected as garbage. Emptied into the
 * file here, a copy of the file alone is the whole ledger.
 */
function emptyLog(connection: DatabaseSyncInstance): void {
  try {
    connection.exec("pragma busy_timeout = 0");
    connection.exec("pragma wal_checkpoint(truncate)");
  } catch {
    // Read-only, or others are at work: the log stays, and nothing is lost.
  }
}

function kyselyStatement(statement: StatementSyncInstance): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters),
    run: (parameters) => statement.run(...parameters),
    iterate: (parameters) => statement.iterate(...parameters),
  };
}
