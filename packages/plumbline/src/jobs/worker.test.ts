// Scheduled readings on a real experiment: made once each, whoever makes them, and whoever is killed while making them.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openLedger, readEntry } from "@plumbline/ledger";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type PostgresServer,
  postgresAvailable,
  postgresTitle,
  startPostgres,
} from "../../../ledger/src/testing/postgres-server.js";
import { ledgerLocation } from "../operations/ledger/session.js";
import type { TestWorkspace } from "../operations/ledger/testing/workspace.js";
import { operations } from "../operations/table.js";
import { FILE, later, launched } from "../operations/time/testing/launched.js";
import { openServerDatabase, type ServerDatabase } from "../state/database.js";
import { type Job, JobStore } from "./job-store.js";
import { plannedWork } from "./readings.js";
import { Worker } from "./worker.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const program = fileURLToPath(new URL("./testing/worker-process.mjs", import.meta.url));

/** Three looks; a limit that is mature a day after the last exposure, unless it is before; and a holdback 30 days after the launch. */
const MORE = `guardrails: [{ name: h_most, threshold_relative: -0.05 }]
stop_rule: { type: obrien_fleming, looks: [day_5, day_10, day_14] }
holdback: { share: 0.1, days: 30 }`;
const METRICS =
  "  h_most: { kind: mean, source: h_sales, value: amount, aggregate: max, window: 1d, direction: higher_is_better }\n";
/** After the run, which begins on the first of July; and after the holdback. */
const ENDED = "2026-07-20T00:00:00.000Z";
const HELD = "2026-08-19T06:00:00.000Z";

const workspaceWithLooks = (): Promise<TestWorkspace> => launched(later(0.05), MORE, METRICS);

interface Working {
  readonly worker: Worker;
  readonly database: ServerDatabase;
  readonly store: JobStore;
}

async function working(root: string, now: () => Date, lease = 60_000): Promise<Working> {
  const database = await openServerDatabase(root);
  const worker = new Worker({
    root,
    now,
    database,
    operations,
    publicUrl: null,
    keyDirectory: `${root}/no-keys`,
    log: { info: () => {}, warn: () => {} },
    interval: 20,
    lease,
  });
  return { worker, database, store: new JobStore(database) };
}

async function until(what: () => Promise<boolean>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await what())) {
    if (Date.now() > end) throw new Error("it did not happen in time");
    await new Promise((done) => setTimeout(done, 30));
  }
}

const settled = (jobs: readonly Job[]) =>
  jobs.filter(({ state }) => state === "done" || state === "dropped");

/** Latest due first: the final look ships, so nothing is left to mature. */
const STATES = ["done", "dropped", "done", "done", "done"];

async function readings(root: string) {
  const ledger = await openLedger(ledgerLocation(root), { readOnly: true });
  try {
    return (await ledger.read())
      .map(({ text }) => readEntry(text))
      .filter(({ type }) => type === "looked" || type === "learned");
  } finally {
    await ledger.close();
  }
}

/** Days of the looks in the order of the ledger, and holdbacks among them. */
async function history(root: string): Promise<(number | string)[]> {
  return (await readings(root)).map(({ type, body }) => {
    const { verdict } = body as { verdict?: { plan?: { day?: number } } };
    return type === "learned" ? String(body.kind) : (verdict?.plan?.day ?? -1);
  });
}

describe("planned readings", () => {
  it("follow from the registration and the ledger", async () => {
    const { root, edit, run } = await workspaceWithLooks();
    const planned = async () => (await plannedWork(root)).jobs.map(({ kind, due }) => [kind, due]);
    const at = (day: number, hours: number) =>
      new Date(Date.parse("2026-07-01T00:00:00Z") + (day * 24 + hours) * 3_600_000);
    expect(await planned()).toEqual([
      ["look", at(5, 6)],
      ["look", at(10, 6)],
      ["look", at(14, 6)],
      ["maturation", at(15, 6)],
    ]);
    // Whoever took the first look: it is on record, and called for no more.
    await run("readout", { registration: FILE, asOf: "day_5" }, "2026-07-07T00:00:00.000Z");
    expect(await planned()).toEqual([
      ["look", at(10, 6)],
      ["look", at(14, 6)],
      ["maturation", at(15, 6)],
    ]);
    appendFileSync(`${root}/plumbline.yaml`, "schedule: { delay_hours: 2 }\n");
    expect((await planned())[0]).toEqual(["look", at(10, 2)]);
    edit(FILE, "start: 2026-07-01, ", "");
    expect((await plannedWork(root)).unplanned).toEqual([
      { experiment: "h", reason: expect.stringContaining("exposure.start") },
    ]);
  });

  it("are made at their time, once, by two servers side by side", async () => {
    const { root } = await workspaceWithLooks();
    let clock = "2026-07-06T05:00:00.000Z";
    const now = () => new Date(clock);
    const both = [await working(root, now), await working(root, now)];
    for (const { worker } of both) worker.start();
    const { store } = both[0]!;
    const done = async () => settled(await store.list({ limit: 99 })).length;
    await until(async () => (await store.list({ limit: 99 })).length === 4);
    expect(await readings(root)).toEqual([]);
    clock = "2026-07-06T06:00:00.000Z";
    await until(async () => (await done()) === 1);
    expect(await history(root)).toEqual([5]);
    for (const [time, count] of [
      [ENDED, 4],
      [HELD, 5],
    ] as const) {
      clock = time;
      await until(async () => (await done()) === count);
    }
    const jobs = await store.list({ limit: 99 });
    await Promise.all(both.map(({ worker }) => worker.stop()));
    await Promise.all(both.map(({ database }) => database.close()));
    expect(await history(root)).toEqual([5, 10, 14, "holdback"]);
    expect(jobs.map(({ state }) => state)).toEqual(STATES);
    expect(jobs.every(({ attempts }) => attempts === 1)).toBe(true);
    expect(jobs.map(({ outcome }) => outcome.split(".", 1)[0])).toEqual([
      expect.stringMatching(/^The holdback is on record as entry \d+$/),
      "The registration no longer calls for it",
      "ship",
      "continue",
      "continue",
    ]);
  });

  it("whose data cannot be read are tried again, and say why", async () => {
    const { root, edit } = await workspaceWithLooks();
    edit("metrics/h.yaml", "data/hs.csv", "data/none.csv");
    const { worker, database, store } = await working(root, () => new Date(ENDED));
    worker.start();
    await until(async () => (await store.list({ limit: 9 })).some(({ outcome }) => outcome !== ""));
    await worker.stop();
    const [first] = (await store.list({ limit: 9 })).filter(({ attempts }) => attempts > 0);
    expect(first).toMatchObject({ state: "waiting", attempts: 1, kind: "look" });
    expect(first?.outcome).toMatch(/^[A-Z]+_[A-Z_]+ \S.*none\.csv/);
    expect(Date.parse(first?.notBefore ?? "") - Date.parse(ENDED)).toBeGreaterThanOrEqual(60_000);
    expect(await readings(root)).toEqual([]);
    await database.close();
  });
});

it("a reading that ends every server which begins it is given up", async () => {
  const { root } = await workspaceWithLooks();
  const { worker, database, store } = await working(root, () => new Date(ENDED));
  const [first] = (await plannedWork(root)).jobs;
  if (first === undefined) throw new Error("nothing is planned");
  await store.add([first]);
  // Each claim is one of a server that died at once.
  for (let died = 0; died < 6; died += 1) await store.claim("dead", ["look"], new Date(ENDED), -1);
  worker.start();
  await until(async () => (await store.get(first.id))?.state === "failed");
  await worker.stop();
  expect((await store.get(first.id))?.outcome).toContain("begun 6 times");
  await database.close();
});

it("names its file from the workspace, so that a server with another checkout finds it", async () => {
  const { root } = await workspaceWithLooks();
  const { jobs } = await plannedWork(root);
  expect(jobs.map(({ payload }) => payload.file)).toEqual(jobs.map(() => FILE));
});

/** A small generator with a fixed seed, for the moments of the kills (Park and Miller). */
function* moments(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

function startProcess(root: string, now: string): ChildProcess {
  const settings = JSON.stringify({ root, now, interval: 50, lease: 1200 });
  return spawn(process.execPath, [program, settings], { stdio: ["ignore", "ignore", "inherit"] });
}

const gone = (child: ChildProcess) =>
  new Promise<void>((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once("close", () => done());
  });

/** Two servers work; again and again one is killed with SIGKILL at a random moment and replaced, until `count` readings are made. */
async function killWorkers(root: string, now: string, kills: number, count: number) {
  const random = moments(20260724 + count);
  const running = [startProcess(root, now), startProcess(root, now)];
  for (let killed = 0; killed < kills; killed += 1) {
    const place = killed % 2;
    await new Promise((done) => setTimeout(done, 900 + random.next().value * 1500));
    running[place]?.kill("SIGKILL");
    await gone(running[place]!);
    running[place] = startProcess(root, now);
  }
  const database = await openServerDatabase(root);
  const store = new JobStore(database);
  try {
    await until(async () => settled(await store.list({ limit: 99 })).length === count);
    return await store.list({ limit: 99 });
  } finally {
    for (const child of running) child.kill("SIGKILL");
    await Promise.all(running.map(gone));
    await database.close();
  }
}

describe("servers killed with SIGKILL", () => {
  beforeAll(() => {
    execFileSync(process.execPath, ["node_modules/ts7/bin/tsc", "-b", "packages/plumbline"], {
      cwd: repository,
      stdio: "pipe",
    });
  });

  const expectOnce = async (root: string) => {
    await killWorkers(root, ENDED, 4, 4);
    const jobs = await killWorkers(root, HELD, 2, 5);
    expect(jobs.map(({ state }) => state)).toEqual(STATES);
    expect(await history(root)).toEqual([5, 10, 14, "holdback"]);
  };

  it("leave every reading made once, in SQLite", async () => {
    const { root } = await workspaceWithLooks();
    await expectOnce(root);
  }, 120_000);

  describe.skipIf(!postgresAvailable)(postgresTitle, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => {
      delete process.env.PLUMB_LEDGER_URL;
      server?.remove();
    });

    it("leave every reading made once", async () => {
      // The workspace's helper takes the variable out; it is set before the first registration, in a ledger of its own.
      const { root, run } = await workspaceWithLooks();
      const exported = await openLedger(ledgerLocation(root), { readOnly: true });
      const entries = (await exported.read()).map(({ text }) => readEntry(text));
      await exported.close();
      process.env.PLUMB_LEDGER_URL = server.url();
      const ledger = await openLedger(server.url());
      for (const { type, at, subject, body } of entries)
        await ledger.append({ type, at, subject, body });
      await ledger.close();
      expect((await run("verify")).exitCode).toBe(0);
      await expectOnce(root);
    }, 120_000);
  });
});
