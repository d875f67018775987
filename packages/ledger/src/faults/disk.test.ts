import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentHash, generateKey, openLedger, readEntry, verifyStore } from "../index.js";
import { ensureBuilt, ownMounts, runWorker } from "../testing/processes.js";

let directory = "";
beforeAll(async () => {
  await ensureBuilt();
  directory = mkdtempSync(join(tmpdir(), "plumbline-disk-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const title = ownMounts === null ? "(skipped: mounts of one's own are not allowed here)" : "";
const through = ownMounts ?? [];

describe.skipIf(ownMounts === null)(`a disk ${title}`, () => {
  it("that is full refuses the entry with a code, keeps the rest, and goes on when there is space", async () => {
    const result = await runWorker("fullDisk", { directory }, { through });
    expect(result).toMatchObject({
      name: "LedgerError",
      outcome: "not_written",
      fullOk: true,
      afterOk: true,
    });
    expect(["STORE_FULL", "STORE_IO"]).toContain(result.code);
    expect(result.count).toBeGreaterThan(5);
    expect(result.head).toMatchObject({ seq: result.count });
    expect(result.next).toBe(Number(result.count) + 1);
  });

  it("that became read-only refuses writing with a code and still lets the ledger be verified", async () => {
    const folder = join(directory, "read-only");
    const location = join(folder, "ledger.db");
    await runWorker("append", { location, writer: 0, count: 1 });
    const alone = join(folder, "copy.db");
    copyFileSync(location, alone);
    for (const each of [location, alone]) {
      const result = await runWorker(
        "readOnlyDisk",
        { directory: folder, location: each },
        { through },
      );
      expect(result).toMatchObject({ writing: { code: "STORE_READ_ONLY" }, ok: true, size: 1 });
      expect(result.fresh).toMatchObject({ code: "STORE_READ_ONLY" });
    }
  });
});

describe.skipIf(process.platform === "win32")("a limit on the size of files", () => {
  it("refuses the entry with a code and loses none acknowledged before", async () => {
    const location = join(directory, "limited.db");
    // In units of 1024 bytes in bash.
    const limited = ["bash", "-c", 'ulimit -f 400; exec "$@"', "bash"];
    const result = await runWorker("grow", { location }, { through: limited });
    expect(result).toMatchObject({ name: "LedgerError", outcome: "not_written" });
    expect(["STORE_FULL", "STORE_IO"]).toContain(result.code);
    const store = await openLedger(location);
    const verification = await verifyStore(store, { keys: [], heads: [] });
    expect(verification).toMatchObject({ ok: true, size: result.count });
    await store.close();
  });
});

describe("processes that work at once on one SQLite file", () => {
  it("sign: two people both count, one person in two processes counts once", async () => {
    const location = join(directory, "signing.db");
    const keys = join(directory, "keys");
    const trusted = ["anna", "ben"].map((name) => generateKey(keys, name));
    const document = documentHash({ experiment_id: "x" });
    const sign = (person: string, role: string) =>
      runWorker("sign", { location, keys, person, role, document, subject: "x" });
    const outcomes = await Promise.all([sign("anna", "pm"), sign("ben", "ds"), sign("anna", "pm")]);
    expect(outcomes[1]).toEqual({ outcome: "signed" });
    expect([outcomes[0]?.outcome, outcomes[2]?.outcome].sort()).toEqual([
      "signed",
      "signed already",
    ]);
    const store = await openLedger(location);
    const signers = (await store.read()).map((entry) => readEntry(entry.text).body.person);
    expect(signers.sort()).toEqual(["anna", "ben"]);
    expect((await verifyStore(store, { keys: trusted, heads: [] })).ok).toBe(true);
    await store.close();
  });

  it("create the file together and append without loss or fork", async () => {
    const location = join(directory, "together.db");
    const count = 25;
    const work = [0, 1, 2, 3].map((writer) => runWorker("append", { location, writer, count }));
    await Promise.all(work);
    const store = await openLedger(location);
    expect(await verifyStore(store, { keys: [], heads: [] })).toMatchObject({
      ok: true,
      size: 4 * count,
    });
    await store.close();
  });
});

describe("a clock that jumps back", () => {
  it("is recorded as it was, noted by the verification, and does not change the order", async () => {
    const store = await openLedger(join(directory, "clock.db"));
    const times = [
      "2026-03-02T10:00:00.000Z",
      "2026-03-02T09:00:00.000Z",
      "2026-03-02T10:30:00.000Z",
    ];
    for (const at of times) await store.append({ type: "learned", at, subject: "clock", body: {} });
    expect((await store.read()).map((entry) => readEntry(entry.text).at)).toEqual(times);
    const { ok, steps } = await verifyStore(store, { keys: [], heads: [] });
    const findings = steps.flatMap((step) => step.findings.map(({ code, seq }) => ({ code, seq })));
    expect({ ok, findings }).toEqual({ ok: true, findings: [{ code: "TIME_BACKWARDS", seq: 2 }] });
    await store.close();
  });
});
