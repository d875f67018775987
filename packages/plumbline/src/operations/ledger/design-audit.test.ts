// The design audit at registration and amendment: errors refuse, warnings and notes stand in the entry.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type LedgerEntry, openLedger, readEntry } from "@plumbline/ledger";
import { describe, expect, it } from "vitest";
import { RERANKER, RERANKER_ID, type TestWorkspace, testWorkspace } from "./testing/workspace.js";

const size = "sample_size_per_arm_post_cuped: 18420";
const tooSmall = "sample_size_per_arm_post_cuped: 100";
const levels = "early_stop_alpha_at_look: [0.0001, 0.001, 0.01, 0.05]";
const overspent = "early_stop_alpha_at_look: [0.04, 0.04, 0.04, 0.05]";

interface Audited {
  readonly seq: number;
  readonly warnings: number;
  readonly audit: { readonly warnings: number; readonly notes: number };
}

async function newest(ws: TestWorkspace): Promise<LedgerEntry> {
  const store = await openLedger(join(ws.root, ".plumbline/ledger.db"), { readOnly: true });
  const stored = await store.read();
  await store.close();
  return readEntry(stored.at(-1)!.text);
}

describe("the design audit at registration", () => {
  it("refuses errors, with every one of them and what to do, and leaves no trace", async () => {
    const ws = await testWorkspace([]);
    ws.edit(RERANKER, size, tooSmall);
    ws.edit(RERANKER, levels, overspent);
    const { stderr, stdout, exitCode } = await ws.run("register", { registration: RERANKER });
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    const [head, ...rest] = stderr.trimEnd().split("\n");
    expect(head).toBe(
      `DESIGN_REFUSED  The design of ${RERANKER_ID} has 2 errors; nothing was written.`,
    );
    const place = `${RERANKER.replaceAll(".", "\\.")}:\\d+:\\d+`;
    expect(rest).toHaveLength(3);
    expect(rest[0]).toMatch(new RegExp(`^  ${place}  SIZE_SHORT  .+\\.  .+\\.$`));
    expect(rest[1]).toMatch(new RegExp(`^  ${place}  LEVELS_OVERSPEND  .+\\.  .+\\.$`));
    expect(existsSync(join(ws.root, ".plumbline"))).toBe(false);
  });

  it("is recorded with the entry: code, severity and message of every warning and note", async () => {
    const ws = await testWorkspace([]);
    const made = await ws.json<Audited>("register", { registration: RERANKER });
    const { body } = await newest(ws);
    const audit = body.audit as { code: string; severity: string; message: string }[];
    expect(audit.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["SIZE_EXCESS", "LEVELS_OVERSPEND", "COHORT_SIZES"]),
    );
    expect(audit.find(({ code }) => code === "LEVELS_OVERSPEND")).toEqual({
      code: "LEVELS_OVERSPEND",
      severity: "warning",
      message: expect.stringMatching(/spend 0\.0514/),
    });
    const of = (wanted: string) => audit.filter(({ severity }) => severity === wanted).length;
    expect(made.audit).toEqual({ warnings: of("warning"), notes: of("note") });
    expect(of("warning") + of("note")).toBe(audit.length);
    expect(made.warnings).toBe((body.warnings as unknown[]).length);
  });

  it("is counted apart from the warnings of plumb check", async () => {
    const ws = await testWorkspace([]);
    const { stdout } = await ws.run("register", { registration: RERANKER });
    expect(stdout).toMatch(/^\d+ warnings and \d+ notes of plumb design audit recorded with it$/m);
    expect(stdout).not.toContain("plumb check");
    expect(stdout).toMatch(/^sha256 [0-9a-f]{64}$/m);
  });

  it("refuses an amendment the same way, and records what it found with it", async () => {
    const ws = await testWorkspace([]);
    await ws.json("register", { registration: RERANKER });
    ws.edit(RERANKER, size, tooSmall);
    const amend = { registration: RERANKER, reason: "traffic is lower than we thought" };
    const refused = await ws.run("amend", amend);
    expect(refused.stderr).toMatch(
      /^DESIGN_REFUSED .* has an error; nothing was written\.\n {2}\S+ {2}SIZE_SHORT /,
    );
    expect((await newest(ws)).seq).toBe(1);
    ws.edit(RERANKER, tooSmall, "sample_size_per_arm_post_cuped: 20000");
    const made = await ws.json<Audited>("amend", amend);
    const { body } = await newest(ws);
    const audit = body.audit as { severity: string }[];
    expect(made.audit.warnings).toBe(audit.filter(({ severity }) => severity === "warning").length);
    expect(made.audit.warnings).toBeGreaterThan(0);
  });
});
