import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLedger, readEntry, verifyStore } from "../index.js";
import {
  type PostgresServer,
  postgresAvailable,
  postgresTitle,
  startPostgres,
} from "../testing/postgres-server.js";
import { ensureBuilt, startWorker, type Worker } from "../testing/processes.js";

// 20 in the suite; `node packages/ledger/scripts/kill-writers.mjs` runs 100.
const kills = Number(process.env.PLUMBLINE_KILLS ?? 20);
const writers = 3;

beforeAll(ensureBuilt);

/** A small generator with a fixed seed, for the moments of the kills (Park and Miller). */
function* moments(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

/** Several writers append without pause; one after the other is killed with SIGKILL at a random moment and replaced. */
async function killWriters(location: string, count: number): Promise<Worker[]> {
  const random = moments(20260101);
  const all: Worker[] = [];
  const start = (): Worker => {
    const worker = startWorker("append", { location, writer: all.length });
    all.push(worker);
    return worker;
  };
  const running = Array.from({ length: writers }, start);
  for (let killed = 0; killed < count; killed += 1) {
    const place = killed % writers;
    const victim = running[place]!;
    // Mostly while it appends, sometimes while it starts.
    const duringStart = random.next().value < 0.15;
    while (!duringStart && victim.lines().length < 2) await pause(5);
    await pause(random.next().value * 120);
    victim.process.kill("SIGKILL");
    await victim.exit;
    running[place] = start();
  }
  for (const worker of running) worker.process.kill("SIGKILL");
  await Promise.all(running.map((worker) => worker.exit));
  return all;
}

async function expectNothingLost(location: string, workers: readonly Worker[]): Promise<void> {
  const store = await openLedger(location);
  try {
    const verification = await verifyStore(store, { keys: [], heads: [] });
    expect(
      verification.steps.flatMap((step) =>
        step.findings.filter((each) => each.severity === "error"),
      ),
    ).toEqual([]);
    const entries = await store.read();
    const hashes = new Map(entries.map((entry) => [entry.seq, entry.hash]));
    const acknowledged = workers
      .flatMap((worker) => worker.lines())
      .filter((line) => (line as { seq?: number }).seq !== undefined);
    expect(acknowledged.length).toBeGreaterThan(kills);
    const lost = acknowledged.filter(
      (line) => hashes.get((line as { seq: number }).seq) !== (line as { hash: string }).hash,
    );
    expect(lost).toEqual([]);
    // An entry may have become durable without its writer living to say so: at most one per process.
    expect(entries.length - acknowledged.length).toBeLessThanOrEqual(workers.length);
    for (const entry of entries)
      expect(readEntry(entry.text).body).toHaveProperty("filling", "x".repeat(40));
    expect(
      (
        await store.append({
          type: "resolved",
          at: "2026-01-02T00:00:00.000Z",
          subject: "worker",
          body: {},
        })
      ).seq,
    ).toBe(entries.length + 1);
  } finally {
    await store.close();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

describe(`${writers} writers killed with SIGKILL ${kills} times`, () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "plumbline-kill-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it(
    "lose no acknowledged entry of a SQLite ledger, and leave nothing half-written",
    async () => {
      const location = join(directory, "ledger.db");
      await expectNothingLost(location, await killWriters(location, kills));
    },
    30_000 + kills * 3000,
  );
});

describe.skipIf(!postgresAvailable)(`writers killed with SIGKILL on ${postgresTitle}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());

  it(
    "lose no acknowledged entry",
    async () => {
      const count = Math.ceil(kills / 3);
      await expectNothingLost(server.url(), await killWriters(server.url(), count));
    },
    30_000 + kills * 3000,
  );
});
