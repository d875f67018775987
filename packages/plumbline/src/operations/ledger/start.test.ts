// Starting: only what is locked, once, and from then on the start that everything is held against.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type LedgerEntry, openLedger, readEntry } from "@plumbline/ledger";
import { describe, expect, it } from "vitest";
import {
  BEFORE,
  INTENT,
  locked,
  RERANKER,
  RERANKER_ID,
  STAFF,
  type TestWorkspace,
  testWorkspace,
} from "./testing/workspace.js";

const everybody = ["Ada", "Ben", "Cleo", "Dev"];
const AFTER = "2026-06-21T09:00:00.000Z";
const csat = "threshold_relative: -0.01 # may";
const looser = "threshold_relative: -0.02 # may";

interface Status {
  readonly experiments: readonly {
    readonly standing: { readonly started: { at: string } | null; readonly sentence: string };
    readonly checks: readonly { id: string; status: string; sentence: string }[];
  }[];
}

const start = (ws: TestWorkspace, at = AFTER) => ws.run("start", { registration: RERANKER }, at);

async function entries(ws: TestWorkspace): Promise<LedgerEntry[]> {
  const store = await openLedger(join(ws.root, ".plumbline/ledger.db"), { readOnly: true });
  const stored = await store.read();
  await store.close();
  return stored.map(({ text }) => readEntry(text));
}

describe("starting a locked experiment", () => {
  it("writes when, which document, and nobody where several people's keys are here", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    const { document, seq } = await ws.json<{ document: string; seq: number }>(
      "start",
      { registration: RERANKER },
      AFTER,
    );
    const entry = (await entries(ws)).at(-1)!;
    expect(entry).toMatchObject({
      type: "started",
      seq,
      at: AFTER,
      subject: RERANKER_ID,
      body: { document, path: RERANKER, by: null },
    });
    expect((await entries(ws))[0]!.body.document).toBe(document);
  });

  it("names whoever's key is here alone", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    process.env.PLUMB_KEYS = join(ws.root, "own");
    const { public_key } = await ws.json<{ public_key: string }>("keys new", { name: "Eva" });
    ws.edit("people.yaml", "people:\n", `people:\n  Eva:\n    keys: [${public_key}]\n`);
    const { stdout } = await start(ws);
    expect(stdout).toMatch(/^Started .* on 2026-06-21 09:00 UTC by Eva, entry 6$/m);
    expect((await entries(ws)).at(-1)!.body.by).toBe("Eva");
  });

  it("is the start that the checks are held against from then on, and shown", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    await start(ws);
    const { experiments } = await ws.json<Status>("status", { registration: RERANKER });
    const { standing, checks } = experiments[0]!;
    expect(standing.started).toMatchObject({ at: AFTER });
    expect(standing.sentence).toContain("Started on 2026-06-21.");
    expect(checks.find(({ id }) => id === "before_start")).toMatchObject({
      status: "passed",
      sentence: expect.stringContaining(`before the start recorded in the ledger (${AFTER})`),
    });
    const { stdout } = await ws.run("status", { registration: RERANKER });
    expect(stdout).toContain("Started\n  2026-06-21 09:00 UTC (entry 6)\n");
  });

  it("happens once", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    await start(ws);
    const again = await start(ws, "2026-06-22T09:00:00.000Z");
    expect(again).toMatchObject({
      stdout: "",
      exitCode: 1,
      stderr: expect.stringMatching(/^ALREADY_STARTED .* on 2026-06-21 09:00 UTC \(entry 6\)\./),
    });
    expect(await entries(ws)).toHaveLength(6);
  });

  it("happens once with several at the same moment", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    const all = await Promise.all([1, 2, 3, 4].map(() => start(ws)));
    expect(all.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1, 1, 1]);
    for (const { stderr, exitCode } of all)
      if (exitCode === 1) expect(stderr).toMatch(/^ALREADY_STARTED /);
    expect((await entries(ws)).filter(({ type }) => type === "started")).toHaveLength(1);
  });
});

describe("starting what is not locked", () => {
  const refused = async (ws: TestWorkspace, at = AFTER) => {
    const before = (await entries(ws)).length;
    const { stderr, exitCode } = await start(ws, at);
    expect(exitCode).toBe(1);
    expect(await entries(ws)).toHaveLength(before);
    return stderr;
  };

  it("is refused with every check that failed, and what to do about each", async () => {
    const ws = await testWorkspace(everybody);
    await ws.json("register", { registration: RERANKER });
    await ws.json("sign", { registration: RERANKER, role: "pm", as: "Ada" });
    ws.edit(RERANKER, csat, looser);
    const lines = (await refused(ws)).split("\n");
    expect(lines[0]).toBe(
      `EXPERIMENT_NOT_LOCKED  ${RERANKER_ID} cannot start: its registration is not locked.`,
    );
    expect(lines.slice(1, -2)).toEqual([
      `  Signatures are missing: applied_ml_eng, ds_partner and eng_manager.  Have each of them sign with plumb sign ${RERANKER} --role ROLE.`,
      expect.stringMatching(
        /^ {2}The file is not what was registered: .*\. {2}Undo the change, or/,
      ),
      expect.stringMatching(
        /^ {2}Not locked before the start asked for \(2026-06-21T09:00:00\.000Z\)\. {2}/,
      ),
      expect.stringMatching(/^ {2}No guardrails and cohorts were locked before the start\. {2}/),
    ]);
  });

  it("is refused for an experiment that nobody registered", async () => {
    const ws = await testWorkspace(everybody);
    expect((await start(ws)).stderr).toMatch(/^LEDGER_EMPTY /);
    await ws.json("register", { registration: INTENT });
    expect(await refused(ws)).toMatch(
      /^EXPERIMENT_NOT_LOCKED .*\n {2}The experiment is not registered\. {2}Register it with plumb register /,
    );
  });

  it("is refused for a locked one whose file changed since, and for an amendment not signed yet", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    ws.edit(RERANKER, csat, looser);
    expect(await refused(ws)).toContain("  The file is not what was registered: ");
    await ws.json("amend", { registration: RERANKER, reason: "noise in the proxy" });
    expect(await refused(ws)).toContain("  Signatures are missing: ");
    for (const [role, as] of STAFF) await ws.json("sign", { registration: RERANKER, role, as });
    expect((await start(ws)).exitCode).toBe(0);
  });

  it("is refused while the clock says that the last signature is yet to come", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    expect(await refused(ws, BEFORE)).toMatch(
      / {2}Locked only on .* after the start asked for .*clock/,
    );
  });

  it("is refused in a git workspace until the guardrails are committed", async () => {
    const ws = await testWorkspace(everybody);
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...args], {
        cwd: ws.root,
        env: {
          ...process.env,
          GIT_AUTHOR_DATE: "2026-06-20T12:00:00Z",
          GIT_COMMITTER_DATE: "2026-06-20T12:00:00Z",
        },
        stdio: "ignore",
      });
    git("init", "-q");
    await locked(ws);
    expect(await refused(ws)).toMatch(
      / {2}The guardrails .* are in no commit\. {2}Commit the registration/,
    );
    git("add", ".");
    git("commit", "-q", "-m", "registration");
    expect((await start(ws)).exitCode).toBe(0);
  });
});
