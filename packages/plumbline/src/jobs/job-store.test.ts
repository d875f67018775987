// The same statements on SQLite and PostgreSQL, with several servers at once.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type PostgresServer,
  postgresAvailable,
  postgresTitle,
  startPostgres,
} from "../../../ledger/src/testing/postgres-server.js";
import { openServerDatabase, type ServerDatabase } from "../state/database.js";
import { ServerState } from "../state/server-state.js";
import { type ClaimedJob, JobStore, type NewJob } from "./job-store.js";

const T0 = new Date("2026-07-01T00:00:00.000Z");
const after = (minutes: number) => new Date(T0.getTime() + minutes * 60_000);
const KINDS = ["look", "webhook"];
const LEASE = 60_000;

const job = (id: string, minutes: number, more: Partial<NewJob> = {}): NewJob => ({
  id,
  kind: "look",
  subject: "e",
  payload: { at: id },
  lane: id,
  due: after(minutes),
  ...more,
});

async function drained(store: JobStore, worker: string, now: Date): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const claimed = await store.claim(worker, KINDS, now, LEASE);
    if (claimed === null) return ids;
    ids.push(claimed.id);
    await store.end(claimed, { state: "done", outcome: "ok" }, now);
  }
}

function suite(open: () => Promise<ServerDatabase>): void {
  let databases: ServerDatabase[] = [];
  let one: JobStore;
  let two: JobStore;

  beforeEach(async () => {
    await Promise.all(databases.map((database) => database.close()));
    // Opened at once: of two servers that start together one makes the tables.
    databases = await Promise.all([open(), open()]);
    await databases[0]!.query(async (db) => {
      await db.deleteFrom("server_jobs").execute();
      await db.deleteFrom("server_cursors").execute();
    });
    [one, two] = databases.map((database) => new JobStore(database)) as [JobStore, JobStore];
  });

  afterAll(async () => {
    await Promise.all(databases.map((database) => database.close()));
  });

  it("is planned once, whoever plans it, and not again when it is done", async () => {
    expect(await one.add([job("a", 0), job("b", 1)])).toEqual(["a", "b"]);
    expect(await two.add([job("b", 5), job("c", 1)])).toEqual(["c"]);
    expect(await drained(one, "one", after(9))).toEqual(["a", "b", "c"]);
    expect(await two.add([job("a", 0)])).toEqual([]);
    expect(await drained(two, "two", after(9))).toEqual([]);
  });

  it("waits for its time, and for its kind of worker", async () => {
    await one.add([job("a", 10), job("m", 0, { kind: "webhook" })]);
    expect(await one.claim("one", ["look"], after(9), LEASE)).toBeNull();
    expect(await one.claim("one", ["look"], after(10), LEASE)).toMatchObject({
      id: "a",
      state: "running",
      attempts: 1,
      worker: "one",
      payload: { at: "a" },
    });
  });

  it("is claimed by one of many at once", async () => {
    await one.add(Array.from({ length: 40 }, (_, at) => job(`j${at}`, 0)));
    const workers = Array.from({ length: 6 }, (_, at) =>
      drained(at % 2 === 0 ? one : two, `w${at}`, after(1)),
    );
    const ids = (await Promise.all(workers)).flat();
    expect(ids).toHaveLength(40);
    expect(new Set(ids).size).toBe(40);
  });

  it("of one lane is done in order, and not side by side", async () => {
    const lane = "reading:e";
    await one.add([job("late", 2, { lane }), job("early", 1, { lane }), job("other", 3)]);
    const first = await one.claim("one", KINDS, after(9), LEASE);
    expect(first?.id).toBe("early");
    expect((await two.claim("two", KINDS, after(9), LEASE))?.id).toBe("other");
    expect(await two.claim("two", KINDS, after(9), LEASE)).toBeNull();
    await one.end(first as ClaimedJob, { state: "failed", outcome: "no data" }, after(9));
    expect((await two.claim("two", KINDS, after(9), LEASE))?.id).toBe("late");
  });

  it("whose server died is taken up by another, and the dead cannot finish it", async () => {
    await one.add([job("a", 0)]);
    const lost = (await one.claim("one", KINDS, after(1), -1)) as ClaimedJob;
    const taken = (await two.claim("two", KINDS, after(1), LEASE)) as ClaimedJob;
    expect([taken.id, taken.attempts, taken.claim]).toEqual(["a", 2, 2]);
    expect(await one.renew(lost, LEASE)).toBe(false);
    expect(await one.end(lost, { state: "done", outcome: "late" }, after(2))).toBe(false);
    expect(await two.renew(taken, LEASE)).toBe(true);
    expect(await two.end(taken, { state: "done", outcome: "in time" }, after(2))).toBe(true);
    expect(await one.get("a")).toMatchObject({ state: "done", outcome: "in time", worker: "two" });
  });

  it("that failed is tried again at its time, and by hand once it was given up", async () => {
    await one.add([job("a", 0)]);
    const first = (await one.claim("one", KINDS, after(1), LEASE)) as ClaimedJob;
    const again = { state: "waiting" as const, outcome: "no data yet", retryAt: after(6) };
    await one.end(first, again, after(1));
    expect(await one.claim("one", KINDS, after(5), LEASE)).toBeNull();
    const second = (await one.claim("one", KINDS, after(6), LEASE)) as ClaimedJob;
    expect(second.attempts).toBe(2);
    await one.end(second, { state: "failed", outcome: "no data" }, after(6));
    expect(await two.claim("two", KINDS, after(99), LEASE)).toBeNull();
    expect(await two.retry("a", after(99))).toBe(true);
    expect(await two.retry("a", after(99))).toBe(false);
    expect((await two.claim("two", KINDS, after(99), LEASE))?.attempts).toBe(1);
  });

  it("that was interrupted has not been tried", async () => {
    await one.add([job("a", 0)]);
    const first = (await one.claim("one", KINDS, after(1), LEASE)) as ClaimedJob;
    const ending = { state: "waiting" as const, outcome: "stopped", interrupted: true };
    await one.end(first, ending, after(1));
    expect((await two.claim("two", KINDS, after(1), LEASE))?.attempts).toBe(1);
  });

  it("is listed by due time, in pages and by state", async () => {
    await one.add([job("a", 1), job("b", 2), job("c", 2), job("d", 3)]);
    const ids = async (filter: Parameters<JobStore["list"]>[0]) =>
      (await one.list(filter)).map(({ id }) => id);
    expect(await ids({ limit: 2 })).toEqual(["d", "b"]);
    expect(await ids({ limit: 9, after: { due: after(2).toISOString(), id: "b" } })).toEqual([
      "c",
      "a",
    ]);
    await one.claim("one", KINDS, after(1), LEASE);
    expect(await ids({ limit: 9, states: ["running"] })).toEqual(["a"]);
    expect(await one.counts()).toEqual({ waiting: 3, running: 1, done: 0, failed: 0, dropped: 0 });
  });

  it("follows a ledger forwards only: a slow server does not set back what a quick one did", async () => {
    const quick = async (seq: number) => ({ jobs: [], seq: seq + 5 });
    await one.advance("notify:y", 0, async (seq) => {
      await two.advance("notify:y", 0, quick);
      await two.advance("notify:y", 0, quick);
      return { jobs: [], seq: seq + 1 };
    });
    let at = -1;
    await one.advance("notify:y", 0, async (seq) => {
      at = seq;
      return { jobs: [], seq };
    });
    expect(at).toBe(10);
  });

  it("follows a ledger without missing or repeating an entry, whoever follows it", async () => {
    const follow = (store: JobStore) =>
      store.advance("notify:x", 2, async (seq) => ({
        jobs: [job(`n${seq + 1}`, 0), job(`n${seq + 2}`, 0)],
        seq: seq + 2,
      }));
    await Promise.all([follow(one), follow(two), follow(one), follow(two)]);
    await follow(one);
    const ids = (await one.list({ limit: 99 })).map(({ id }) => Number(id.slice(1)));
    const sorted = ids.sort((a, b) => a - b);
    expect(sorted).toEqual(sorted.map((_, at) => at + 3));
    expect(sorted.length).toBeGreaterThanOrEqual(4);
  });
}

const root = mkdtempSync(join(tmpdir(), "plumbline-jobs-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("work in SQLite", () => {
  suite(() => openServerDatabase(root));

  it("lies beside a ledger that the environment names as a file, and not in it", async () => {
    process.env.PLUMB_LEDGER_URL = join(root, "elsewhere.db");
    const database = await openServerDatabase(root);
    delete process.env.PLUMB_LEDGER_URL;
    expect([database.kind, existsSync(join(root, "elsewhere.db"))]).toEqual(["sqlite", false]);
    await database.close();
  });

  it("lies in a folder of the server's user alone", async () => {
    const state = await ServerState.open(root);
    expect(state.path).toBe(join(root, ".plumbline", "server"));
    await state.close();
  });
});

describe.skipIf(!postgresAvailable)(`work in ${postgresTitle}`, () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
    process.env.PLUMB_LEDGER_URL = server.url();
  });

  afterAll(() => {
    delete process.env.PLUMB_LEDGER_URL;
    server?.remove();
  });

  suite(() => openServerDatabase(root));
});
