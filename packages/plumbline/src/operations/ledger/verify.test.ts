// Tampering with a real SQLite ledger, tree heads in a real git repository, and a witness.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { canonicalJson, openLedger, readEntry, type StoredEntry } from "@plumbline/ledger";
import { describe, expect, it } from "vitest";
import { locked, RERANKER, type TestWorkspace, testWorkspace } from "./testing/workspace.js";

const everybody = ["Ada", "Ben", "Cleo", "Dev", "Wit"];

const dated = (at: string) => ({
  ...process.env,
  GIT_AUTHOR_DATE: at,
  GIT_COMMITTER_DATE: at,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
});

function git(folder: string, args: readonly string[], at = "2026-06-19T00:00:00Z"): string {
  return execFileSync("git", ["-C", folder, ...args], {
    env: dated(at),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The workspace as a git repository with a bare remote; its documents committed and pushed. */
function repository(ws: TestWorkspace): void {
  const remote = join(ws.root, "../remote.git");
  git(ws.root, ["init", "-q", "-b", "main", "."]);
  git(ws.root, ["config", "user.name", "Ada"]);
  git(ws.root, ["config", "user.email", "ada@example.org"]);
  git(ws.root, ["init", "-q", "--bare", remote]);
  git(ws.root, ["remote", "add", "origin", remote]);
  git(ws.root, ["add", "-A"]);
  git(ws.root, ["commit", "-q", "-m", "Documents"]);
  git(ws.root, ["push", "-q", "origin", "main"]);
}

const ledgerFile = (ws: TestWorkspace) => join(ws.root, ".plumbline/ledger.db");

async function entriesOf(ws: TestWorkspace): Promise<StoredEntry[]> {
  const store = await openLedger(ledgerFile(ws), { readOnly: true });
  const entries = await store.read();
  await store.close();
  return entries;
}

/** What whoever keeps the ledger can do: make another one, with a perfect chain over altered entries. */
async function rewrite(
  ws: TestWorkspace,
  entries: readonly StoredEntry[],
  edit: (text: string) => string = (text) => text,
): Promise<void> {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${ledgerFile(ws)}${suffix}`, { force: true });
  const store = await openLedger(ledgerFile(ws));
  for (const { text } of entries) {
    const { type, at, subject, body } = readEntry(edit(text));
    await store.append({ type, at, subject, body });
  }
  await store.close();
}

/** Changes bytes in the file itself, without the database noticing. */
function alterFile(ws: TestWorkspace, from: string, to: string): void {
  const file = readFileSync(ledgerFile(ws));
  const place = file.indexOf(from);
  expect(place).toBeGreaterThan(0);
  file.write(to, place);
  writeFileSync(ledgerFile(ws), file);
}

describe("verify", () => {
  it("finds an altered document, a forged signature and an altered byte", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    expect((await ws.run("verify")).exitCode).toBe(0);
    const entries = await entriesOf(ws);
    const failure = async () => {
      const { exitCode, stdout } = await ws.run("verify");
      expect(exitCode).toBe(1);
      expect(stdout).toContain("A check of the ledger failed; nothing in it is proved.");
      return stdout;
    };
    await rewrite(ws, entries, (text) => text.replace('"power":0.8', '"power":0.9'));
    expect(await failure()).toContain("DOCUMENT_MISMATCH");
    await rewrite(ws, entries, (text) => text.replace('"person":"Cleo"', '"person":"Wit"'));
    expect(await failure()).toContain("SIGNATURE_MISMATCH");
    await rewrite(ws, entries);
    expect((await ws.run("verify")).exitCode).toBe(0);
    alterFile(ws, '"power":0.8', '"power":0.9');
    expect(await failure()).toContain("HASH_MISMATCH");
  });

  it("does not count a sign-off whose envelope signs something else", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    await rewrite(ws, await entriesOf(ws), (text) =>
      text.replace('"role":"ds_partner"', '"role":"eng_manager"'),
    );
    const { stdout } = await ws.run("status", { registration: RERANKER });
    expect(stdout).toContain("Signatures that do not hold");
    expect(stdout).toContain("half signed");
  });

  it("of a workspace without a ledger proves nothing, and makes none", async () => {
    const ws = await testWorkspace([]);
    const { stdout, exitCode } = await ws.run("verify");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("The ledger is empty; there is nothing to prove.");
    expect(existsSync(join(ws.root, ".plumbline"))).toBe(false);
  });

  it("says when the ledger file is none", async () => {
    const ws = await testWorkspace([]);
    await ws.json("register", { registration: RERANKER });
    writeFileSync(
      ledgerFile(ws),
      "not a database at all, but long enough to be taken for one".repeat(100),
    );
    expect((await ws.run("verify")).stderr).toMatch(/^STORE_[A-Z_]+ /);
  });
});

describe("an anchor in git", () => {
  it("needs a ledger and a repository", async () => {
    const ws = await testWorkspace(everybody);
    expect((await ws.run("anchor")).stderr).toMatch(/^LEDGER_EMPTY /);
    await ws.json("register", { registration: RERANKER });
    expect((await ws.run("anchor")).stderr).toMatch(/^NOT_A_REPOSITORY /);
    expect(existsSync(join(ws.root, ".plumbline/heads"))).toBe(false);
  });

  it("in this clone only is compared, but called no proof", async () => {
    const ws = await testWorkspace(everybody);
    repository(ws);
    await locked(ws);
    const first = await ws.json<{ head: { size: number }; file: string; tag: string }>("anchor");
    expect(first.head.size).toBe(5);
    expect(await ws.json("anchor")).toMatchObject({ fresh: false, tag: first.tag });
    expect(git(ws.root, ["cat-file", "blob", `refs/tags/${first.tag}^{}`])).toBe(
      readFileSync(join(ws.root, first.file), "utf8"),
    );
    const { stdout, exitCode } = await ws.run("verify");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("The whole ledger could have been rewritten");
    expect(stdout).toContain("The tree heads in this clone were compared");
  });

  it("on a remote finds a history rewritten with a perfect chain, and entries removed from its end", async () => {
    const ws = await testWorkspace(everybody);
    repository(ws);
    await locked(ws);
    const { file, tag } = await ws.json<{ file: string; tag: string }>("anchor", {
      push: "origin",
    });
    git(ws.root, ["add", file]);
    git(ws.root, ["commit", "-q", "-m", "Head"], "2026-06-21T00:00:00Z");
    git(ws.root, ["push", "-q", "origin", "main"]);
    const sound = await ws.run("verify", { remote: "origin" });
    expect(sound.stdout).toContain(`the tag ${tag} of the remote origin`);
    expect(sound.stdout).toContain("the branch origin/main, as last fetched");
    const { stdout } = await ws.run("status", { registration: RERANKER });
    expect(stdout).toMatch(
      /passed {7}The guardrails stand since commit [0-9a-f]{10} of 2026-06-19/,
    );
    expect(stdout).toMatch(/passed {7}The lock is covered by the branch origin\/main/);
    // Whoever keeps the ledger rewrites it and its copies here; what the remote holds stays.
    const entries = await entriesOf(ws);
    git(ws.root, ["tag", "-d", tag]);
    git(ws.root, ["rm", "-q", file]);
    await rewrite(ws, entries, (text) => text.replaceAll("2026-06-20T", "2026-06-10T"));
    expect((await ws.run("verify")).stdout).toContain("ANCHOR_MISMATCH");
    await rewrite(ws, entries.slice(0, 3));
    expect((await ws.run("verify")).stdout).toContain("ENTRIES_MISSING");
  });

  it("that git refuses to push is an error in git's own words", async () => {
    const ws = await testWorkspace(everybody);
    repository(ws);
    await ws.json("register", { registration: RERANKER });
    expect((await ws.run("anchor", { push: "nowhere" })).stderr).toMatch(/^GIT_FAILED .*nowhere/);
    expect((await ws.run("anchor", { push: "--upload-pack=x" })).stderr).toMatch(/^INPUT_INVALID/);
    expect((await ws.run("verify")).exitCode).toBe(0);
  });

  it("does not vouch for a ledger that fails verification", async () => {
    const ws = await testWorkspace(everybody);
    repository(ws);
    await locked(ws);
    alterFile(ws, '"power":0.8', '"power":0.9');
    expect((await ws.run("anchor")).stderr).toMatch(/^LEDGER_FAILED /);
    expect((await ws.run("witness", { as: "Wit" })).stderr).toMatch(/^LEDGER_FAILED /);
  });
});

describe("guardrails in git", () => {
  const check = async (ws: TestWorkspace) =>
    (await ws.run("status", { registration: RERANKER })).stdout;

  it("committed only after the start fail, whatever other lines were committed before", async () => {
    const ws = await testWorkspace(everybody);
    const limit = "threshold_relative: -0.01 # may";
    ws.edit(RERANKER, limit, "threshold_relative: -0.05 # may");
    repository(ws);
    ws.edit(RERANKER, "threshold_relative: -0.05 # may", limit);
    expect(await check(ws)).toContain("not registered");
    await locked(ws);
    expect(await check(ws)).toContain(
      "FAILED       The guardrails as they are in the file are in no commit.",
    );
    git(ws.root, ["add", "-A"]);
    git(ws.root, ["commit", "-q", "-m", "Stricter"], "2026-07-08T00:00:00Z");
    expect(await check(ws)).toMatch(
      /FAILED {7}The guardrails stand only since commit .* after the start/,
    );
  });

  it("keep their first commit when the file is renamed or other keys change", async () => {
    const ws = await testWorkspace(everybody);
    repository(ws);
    git(ws.root, ["mv", RERANKER, "experiments/reranker.yaml"]);
    git(ws.root, ["commit", "-q", "-m", "Renamed"], "2026-07-08T00:00:00Z");
    await ws.json("register", { registration: "experiments/reranker.yaml" });
    const { stdout } = await ws.run("status", { registration: "experiments/reranker.yaml" });
    expect(stdout).toMatch(
      /passed {7}The guardrails stand since commit [0-9a-f]{10} of 2026-06-19/,
    );
  });
});

describe("a witness", () => {
  it("signs the head; the copy kept outside finds any other history", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    const { file } = await ws.json<{ file: string }>("witness", { as: "Wit" });
    const kept = join(ws.root, "../kept.json");
    copyFileSync(join(ws.root, file), kept);
    expect((await ws.run("verify", { head: kept })).stdout).toContain(
      "known to the signature of the witness Wit",
    );
    const entries = await entriesOf(ws);
    await rewrite(ws, entries.slice(0, 5), (text) => text.replaceAll("2026-06-20T", "2026-06-10T"));
    expect((await ws.run("verify", { head: kept })).stdout).toContain("ANCHOR_MISMATCH");
  });

  it("whose signature was altered, or whom nobody knows, counts for nothing", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    const { file } = await ws.json<{ file: string }>("witness", { as: "Wit" });
    const envelope = JSON.parse(readFileSync(join(ws.root, file), "utf8"));
    const head = JSON.parse(Buffer.from(envelope.payload, "base64").toString());
    envelope.payload = Buffer.from(canonicalJson({ ...head, root: "00".repeat(32) })).toString(
      "base64",
    );
    writeFileSync(join(ws.root, file), JSON.stringify(envelope));
    expect((await ws.run("verify")).stdout).toContain("HEAD_INVALID");
    expect((await ws.run("verify", { head: join(ws.root, file) })).stderr).toMatch(
      /^HEAD_INVALID /,
    );
    expect((await ws.run("verify", { head: "nowhere.json" })).stderr).toMatch(/^HEAD_INVALID /);
    expect((await ws.run("witness", { as: "Stranger" })).stderr).toMatch(/^PERSON_UNKNOWN /);
    expect(readdirSync(join(ws.root, ".plumbline/heads"))).toHaveLength(1);
  });
});
