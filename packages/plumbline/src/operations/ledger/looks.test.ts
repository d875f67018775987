// Looks on a real SQLite ledger: recorded with all that the verdict followed from, and decided again from the ledger alone.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, type LedgerEntry, openLedger, readEntry } from "@plumbline/ledger";
import {
  decide,
  type Evidence,
  evidenceFromSummaries,
  type Study,
  type Verdict,
} from "@plumbline/primitives";
import type { MomentResult } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import { loadExperiment } from "../../documents/check.js";
import { version } from "../version.js";
import { type Look, momentsHash, recordLook, replayVerdict } from "./looks.js";
import { recordReadout, registrationState } from "./record.js";
import {
  locked,
  RERANKER,
  RERANKER_ID,
  type TestWorkspace,
  testWorkspace,
} from "./testing/workspace.js";

interface Decided {
  readonly study: Study;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
}

function decided(ws: TestWorkspace): Decided {
  const { resolved } = loadExperiment(
    join(ws.root, RERANKER),
    join(ws.root, "experiments/us_mle_02.evidence.yaml"),
  );
  const study = resolved!.study!;
  const evidence = evidenceFromSummaries(study, resolved!.evidence!.value);
  return { study, evidence, verdict: decide(study, evidence) };
}

const data = { kind: "summaries", sha256: "ab".repeat(32), description: "a file" } as const;
const at = "2026-07-10T08:00:00.000Z";
const look = (given: Decided): Look => ({ ...given, data, document: null, version, at });
const everybody = ["Ada", "Ben", "Cleo", "Dev"];

async function entryAfter(ws: TestWorkspace, given: Decided): Promise<LedgerEntry> {
  const store = await openLedger(join(ws.root, ".plumbline/ledger.db"));
  const { entry } = await recordLook(store, look(given));
  await store.close();
  return readEntry(entry.text);
}

describe("a look", () => {
  it("is decided again from the ledger alone, byte for byte, when documents and data are gone", async () => {
    const ws = await testWorkspace([]);
    const given = decided(ws);
    const entry = await entryAfter(ws, given);
    for (const folder of ["experiments", "metrics"])
      rmSync(join(ws.root, folder), { recursive: true });
    const replay = replayVerdict(entry);
    expect(replay.identical).toBe(true);
    expect(replay.replayed).toBe(canonicalJson(JSON.parse(JSON.stringify(given.verdict))));
    const shown = await ws.run("replay", { json: true });
    expect(shown).toEqual({ stdout: `${replay.recorded}\n`, stderr: "", exitCode: 0 });
    expect((await ws.run("replay", { seq: "1" })).stdout).toContain("veto");
  });

  it("whose verdict does not follow from its evidence is refused, and nothing is written", async () => {
    const ws = await testWorkspace([]);
    const given = decided(ws);
    const store = await openLedger(join(ws.root, "other.db"));
    const wrong = { ...given, verdict: { ...given.verdict, verdict: "ship" as const } };
    await expect(recordLook(store, look(wrong))).rejects.toMatchObject({ code: "VERDICT_DIFFERS" });
    const infinite = {
      ...given,
      evidence: {
        ...given.evidence,
        counts: [{ arm: "control", units: Number.POSITIVE_INFINITY }],
      },
    };
    await expect(recordLook(store, look(infinite))).rejects.toMatchObject({
      code: "NOT_CANONICAL",
    });
    expect((await store.head()).seq).toBe(0);
    await store.close();
  });

  it("with another verdict or evidence than it had is found out by deciding again", async () => {
    const ws = await testWorkspace([]);
    const entry = await entryAfter(ws, decided(ws));
    const verdict = { ...(entry.body.verdict as object), reason: "All is well." };
    expect(replayVerdict({ ...entry, body: { ...entry.body, verdict } }).identical).toBe(false);
    const { comparisons, ...rest } = entry.body.evidence as unknown as Evidence;
    const evidence = JSON.parse(JSON.stringify({ ...rest, comparisons: comparisons.slice(1) }));
    expect(replayVerdict({ ...entry, body: { ...entry.body, evidence } }).identical).toBe(false);
  });

  it("is not what another entry is", async () => {
    const ws = await testWorkspace(everybody);
    expect((await ws.run("replay")).stderr).toMatch(/^LOOK_NOT_FOUND /);
    await ws.json("register", { registration: RERANKER });
    expect((await ws.run("replay", { seq: "1" })).stderr).toMatch(/^LOOK_INVALID /);
    expect((await ws.run("replay", { seq: "2" })).stderr).toMatch(/^LOOK_NOT_FOUND /);
    expect((await ws.run("replay", { seq: "x" })).stderr).toMatch(/^INPUT_INVALID /);
  });
});

describe("recording a readout", () => {
  it("counts the looks, and an amendment says after how many it came", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    const readout = {
      ...decided(ws),
      data,
      registration: join(ws.root, RERANKER),
      firstExposure: null,
    };
    const first = await recordReadout({ ...readout, at });
    const second = await recordReadout({
      ...readout,
      data: { ...data, sha256: "cd".repeat(32) },
      at: "2026-07-11T08:00:00.000Z",
    });
    expect([first.look.number, second.look.number]).toEqual([1, 2]);
    expect(second.standing.looks).toHaveLength(2);
    ws.edit(RERANKER, "threshold_relative: -0.01 # may", "threshold_relative: -0.02 # may");
    const amended = await ws.json("amend", {
      registration: RERANKER,
      reason: "found after looking",
    });
    expect(amended.looksBefore).toBe(2);
    const { standing, checks } = await registrationState(join(ws.root, RERANKER), null);
    expect(standing.sentence).toContain("Amended on 2026-06-20, after 2 looks.");
    expect(checks.find(({ id }) => id === "limits_kept")!.status).toBe("failed");
    const verified = await ws.run("verify");
    expect(verified.stdout).toContain("passed       Every verdict follows again");
    expect(verified.exitCode).toBe(0);
  });

  it("that sees and finds the same as the newest look is that look", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    const readout = { ...decided(ws), registration: join(ws.root, RERANKER), firstExposure: null };
    const seen = (letters: string) =>
      recordReadout({ ...readout, data: { ...data, sha256: letters.repeat(32) }, at });
    const first = await seen("ab");
    const again = await recordReadout({ ...readout, data, at: "2026-07-11T08:00:00.000Z" });
    expect(again).toMatchObject({ repeated: true, look: { number: 1, repeated: true } });
    expect(again.look.entry).toEqual(first.look.entry);
    expect(first.repeated).toBe(false);
    // Back to data that were seen before the newest look: a look of its own.
    const others = [await seen("cd"), await seen("ab")];
    expect(others.map(({ look, repeated }) => [look.number, repeated])).toEqual([
      [2, false],
      [3, false],
    ]);
    // The same data under another document.
    ws.edit(RERANKER, "threshold_relative: -0.01 # may", "threshold_relative: -0.02 # may");
    expect((await seen("ab")).look).toMatchObject({ number: 4, repeated: false });
    const { standing } = await seen("ab");
    expect(standing.looks.map(({ read }) => read)).toEqual([
      "registered",
      "registered",
      "registered",
      "changed",
    ]);
  });

  it("by several at once is one look", async () => {
    const ws = await testWorkspace([]);
    const given = look(decided(ws));
    const path = join(ws.root, "other.db");
    await (await openLedger(path)).close();
    const stores = await Promise.all([1, 2, 3, 4].map(() => openLedger(path)));
    const all = await Promise.all(stores.map((store) => recordLook(store, given)));
    expect(all.map(({ repeated }) => repeated).sort()).toEqual([false, true, true, true]);
    expect(new Set(all.map(({ entry }) => entry.hash)).size).toBe(1);
    expect(all.every(({ number }) => number === 1)).toBe(true);
    expect((await stores[0]!.head()).seq).toBe(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  it("is held against the first exposure in the data where that is known", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    const check = async (firstExposure: string) => {
      const { checks } = await registrationState(join(ws.root, RERANKER), firstExposure);
      return checks.find(({ id }) => id === "before_start")!.status;
    };
    expect(await check("2026-06-20T10:00:04.000Z")).toBe("failed");
    expect(await check("2026-06-20T10:00:04.001Z")).toBe("passed");
    expect(await check("2026-06-20T12:00:05+02:00")).toBe("passed");
  });

  it("of an experiment that nobody registered is a fact too", async () => {
    const ws = await testWorkspace([]);
    const readout = {
      ...decided(ws),
      data,
      registration: join(ws.root, RERANKER),
      firstExposure: null,
    };
    const { standing, look } = await recordReadout({ ...readout, at });
    expect(look.number).toBe(1);
    expect(standing).toMatchObject({ experiment: RERANKER_ID, state: "unregistered" });
  });
});

it("the hash of moments holds every digit of their integers", () => {
  const moments = (sum: bigint) => ({ cells: [{ n: sum }] }) as unknown as MomentResult;
  const large = 2n ** 100n;
  expect(momentsHash(moments(large))).toBe(momentsHash(moments(2n ** 100n)));
  expect(momentsHash(moments(large))).not.toBe(momentsHash(moments(large + 1n)));
});
