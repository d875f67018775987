import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type LedgerStore, openLedger, verifyStore } from "../index.js";
import { type BreakableProxy, startProxy } from "../testing/breakable-proxy.js";
import { expectRejection } from "../testing/expect-code.js";
import {
  type PostgresServer,
  postgresAvailable,
  postgresTitle,
  startPostgres,
} from "../testing/postgres-server.js";
import { learned } from "../testing/store-suite.js";

describe.skipIf(!postgresAvailable)(`a lost connection to ${postgresTitle}`, () => {
  let server: PostgresServer;
  let proxy: BreakableProxy;
  let store: LedgerStore;
  let direct: LedgerStore;
  let count = 0;
  beforeAll(async () => {
    server = await startPostgres();
    proxy = await startProxy(server.port);
  });
  afterAll(async () => {
    await proxy.close();
    server.remove();
  });
  beforeEach(async () => {
    count += 1;
    const database = `lost_${count}`;
    server.query(`create database ${database}`);
    proxy.breakAt("none");
    store = await openLedger(server.url(database).replace(`:${server.port}`, `:${proxy.port}`));
    direct = await openLedger(server.url(database));
    await store.append(learned(1));
  });
  afterEach(async () => {
    expect((await verifyStore(direct, { keys: [], heads: [] })).ok).toBe(true);
    await store.close();
    await direct.close();
  });

  it("before the commit arrived: nothing is written, and the error says so", async () => {
    proxy.breakAt("before_commit");
    const error = await expectRejection("STORE_CONNECTION_LOST", store.append(learned(2)));
    expect(error.outcome).toBe("not_written");
    expect((await direct.head()).seq).toBe(1);
    expect((await store.append(learned(2))).seq).toBe(2);
  });

  it("after the commit arrived: the entry is found and acknowledged, once", async () => {
    proxy.breakAt("after_commit");
    const entry = await store.append(learned(2));
    expect(await direct.head()).toEqual({ seq: 2, hash: entry.hash });
    expect((await store.append(learned(3))).seq).toBe(3);
  });

  it("after the commit, with no way back: the error says that the outcome is not known", async () => {
    proxy.breakAt("after_commit_for_good");
    const error = await expectRejection("STORE_CONNECTION_LOST", store.append(learned(2)));
    expect(error.outcome).toBe("unknown");
    proxy.breakAt("none");
    expect((await store.head()).seq).toBe(2);
  });

  it("ended by the server in the middle of an append: nothing is written", async () => {
    const database = `lost_${count}`;
    const guard = (): void => {
      server.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = '${database}' and application_name = 'plumbline' and state = 'idle in transaction'`,
      );
    };
    const error = await expectRejection(
      "STORE_CONNECTION_LOST",
      store.append(learned(2), { guard }),
    );
    expect(error.outcome).toBe("not_written");
    expect((await store.append(learned(2))).seq).toBe(2);
  });

  it("while idle: the next append opens another connection", async () => {
    server.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plumbline'`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await store.append(learned(2))).seq).toBe(2);
  });
});
