import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LedgerError, openLedger } from "../index.js";
import { expectRejection } from "../testing/expect-code.js";
import {
  type PostgresServer,
  postgresAvailable,
  postgresTitle,
  startPostgres,
} from "../testing/postgres-server.js";
import { describeStore, type Host, learned } from "../testing/store-suite.js";

describeStore(`a ledger in ${postgresTitle}`, postgresHost, !postgresAvailable);

async function postgresHost(): Promise<Host> {
  const server = await startPostgres();
  let count = 0;
  return {
    fresh: () => {
      count += 1;
      const database = `ledger_${count}`;
      server.query(`create database ${database}`);
      return server.url(database);
    },
    tamper: (location, sql) => {
      try {
        server.query(sql, new URL(location).pathname.slice(1));
        return null;
      } catch (error) {
        return String(error);
      }
    },
    stop: () => server.remove(),
  };
}

describe.skipIf(!postgresAvailable)(`the server of a ledger in ${postgresTitle}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());

  it("refuses to empty the table", async () => {
    const store = await openLedger(server.url());
    await store.append(learned(1));
    expect(() => server.query("truncate ledger_entries")).toThrow(/never changed or removed/);
    await store.close();
  });

  it("may have synchronous commit and repeatable reads as its defaults", async () => {
    server.query("create database odd");
    server.query("alter database odd set default_transaction_isolation = 'repeatable read'");
    server.query("alter database odd set synchronous_commit = off");
    const stores = await Promise.all([
      openLedger(server.url("odd")),
      openLedger(server.url("odd")),
    ]);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => stores[index % 2]!.append(learned(index))),
    );
    expect((await stores[0].head()).seq).toBe(20);
    await Promise.all(stores.map((store) => store.close()));
  });

  it("is reported when it does not know us, does not know the database, or does not answer", async () => {
    await expectRejection("STORE_DENIED", openLedger(server.url("nowhere")));
    const stranger = server.url().replace("plumbline@", "stranger:secret@");
    const error = await expectRejection("STORE_DENIED", openLedger(stranger));
    expect(`${error.message} ${error.mend} ${String(error.cause)}`).not.toContain("secret");
    await expectRejection("STORE_UNREACHABLE", openLedger("postgres://127.0.0.1:1/x"));
  });

  it("may give a user the right to read and append only", async () => {
    server.query("create database shared");
    await (await openLedger(server.url("shared"))).close();
    server.query(
      "create role writer login; grant select, insert on ledger_entries to writer; grant select on kysely_migration to writer",
      "shared",
    );
    const store = await openLedger(server.url("shared").replace("plumbline@", "writer@"));
    expect((await store.append(learned(1))).seq).toBe(1);
    await store.close();
    server.query(
      "create role reader login; grant select on ledger_entries, kysely_migration to reader",
      "shared",
    );
    const reader = await openLedger(server.url("shared").replace("plumbline@", "reader@"));
    expect((await reader.head()).seq).toBe(1);
    await expectRejection("STORE_DENIED", reader.append(learned(2)));
    await reader.close();
  });

  it("can be kept locked by another session only for so long", async () => {
    server.query("create database locked");
    const store = await openLedger(server.url("locked"), { busyTimeout: 100 });
    await store.append(learned(1));
    const other = new pg.Pool({ connectionString: server.url("locked"), max: 1 });
    const session = await other.connect();
    await session.query("begin", []);
    await session.query("lock table ledger_entries in exclusive mode", []);
    const error = await expectRejection("STORE_BUSY", store.append(learned(2)));
    expect(error.outcome).toBe("not_written");
    await session.query("rollback", []);
    session.release();
    await other.end();
    expect((await store.append(learned(2))).seq).toBe(2);
    await store.close();
  });

  it("keeps what it acknowledged when it is stopped at once, and answers again after its restart", async () => {
    server.query("create database crash");
    const store = await openLedger(server.url("crash"));
    const acknowledged: string[] = [];
    const errors: unknown[] = [];
    let running = true;
    const writers = Array.from({ length: 3 }, async () => {
      while (running) {
        try {
          acknowledged.push((await store.append(learned(acknowledged.length))).hash);
        } catch (error) {
          errors.push(error);
          break;
        }
      }
    });
    while (acknowledged.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    server.stop("immediate");
    running = false;
    await Promise.all(writers);
    for (const error of errors) {
      expect(error).toBeInstanceOf(LedgerError);
      expect(["STORE_CONNECTION_LOST", "STORE_UNREACHABLE"]).toContain((error as LedgerError).code);
    }
    await expectRejection("STORE_UNREACHABLE", store.head());
    server.start();
    const hashes = (await store.read()).map((entry) => entry.hash);
    for (const hash of acknowledged) expect(hashes).toContain(hash);
    expect(hashes.length).toBeLessThanOrEqual(acknowledged.length + 3);
    expect((await store.append(learned(0))).seq).toBe(hashes.length + 1);
    await store.close();
  });
});
