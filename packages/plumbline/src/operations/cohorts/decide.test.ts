// The choice after a cohort veto, on the source's example: +3 % on average, JP -8.2 % against a limit of -3 %.
import { documentHash, type JsonObject, type LedgerEntry, openLedger } from "@plumbline/ledger";
import { beforeEach, describe, expect, it } from "vitest";
import { ledgerLocation } from "../ledger/session.js";
import { INTENT, locked, type TestWorkspace, testWorkspace } from "../ledger/testing/workspace.js";
import type { CohortDecisionOutput } from "./decide.js";

const COLD_START = "experiments/us_mle_06.yaml";
const REASON = "JP is strategic, so the model is retrained with JP-stratified weights (4 weeks).";
const ON = "2026-08-10T12:00:00.000Z";
const LATER = "2026-08-11T12:00:00.000Z";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await testWorkspace(["Ada", "Ben", "Cleo", "Dev"]);
  await locked(workspace, COLD_START);
});

const look = (at = ON) => workspace.run("readout", { registration: COLD_START }, at);

const given = (more: Record<string, unknown> = {}) => ({
  registration: COLD_START,
  choice: "fix_and_rerun",
  reason: REASON,
  role: "pm",
  as: "Ada",
  ...more,
});

const decide = (more: Record<string, unknown> = {}) =>
  workspace.run("cohorts decide", given(more), LATER);

async function entries(): Promise<LedgerEntry[]> {
  const store = await openLedger(ledgerLocation(workspace.root), { readOnly: true });
  const stored = await store.read({});
  await store.close();
  return stored.map(({ text }) => JSON.parse(text));
}

const types = async () => (await entries()).map(({ type }) => type);

describe("after a cohort veto", () => {
  it("the readout names the three ways on", async () => {
    const { stdout, exitCode } = await look();
    expect(exitCode).toBe(2);
    const flat = stdout.replaceAll(/\s+/g, " ");
    expect(flat).toContain(
      "then choose: mend it and run a new registered test, launch without the cohort, or redesign",
    );
  });

  it("the choice is signed, kept, shown for ever, and changes no verdict", async () => {
    await look();
    const output = await workspace.json<CohortDecisionOutput>("cohorts decide", given(), LATER);
    expect(output).toMatchObject({
      choice: "fix_and_rerun",
      person: "Ada",
      role: "pm",
      without: [],
    });
    expect(output.checks.some((id) => id.includes("locale=JP"))).toBe(true);
    const said = "decided on 2026-08-11 by Ada (pm): mend the cohort and run a new registered test";
    const again = await look("2026-08-12T12:00:00.000Z");
    expect(again.exitCode).toBe(2);
    expect(again.stdout.replaceAll(/\s+/g, " ")).toContain(said);
    const status = await workspace.run("status", { registration: COLD_START }, LATER);
    expect(status.stdout).toContain(REASON);
    expect(status.stdout.replaceAll(/\s+/g, " ")).toContain(said);
    const verified = await workspace.run("verify", {}, LATER);
    expect(verified.exitCode).toBe(0);
  });

  it("a restricted launch leaves out every cohort in breach, and only declared ones", async () => {
    await look();
    const none = await decide({ choice: "restricted_launch" });
    expect(none.stderr).toContain("DECISION_INCOMPLETE");
    const wrong = await decide({ choice: "restricted_launch", without: "locale=FR" });
    expect(wrong.stderr).toContain("locale=FR is no declared cohort");
    const other = await decide({ choice: "restricted_launch", without: "locale=EN" });
    expect(other.stderr).toContain("would still reach locale=JP");
    const left = none.stderr.match(/--without (\S+)\./)?.[1];
    const done = await decide({ choice: "restricted_launch", without: left });
    expect(done.exitCode).toBe(0);
    expect(done.stdout).toContain("launch without the cohort: locale=JP");
    expect((await types()).filter((type) => type === "decided")).toHaveLength(1);
  });

  it.each([
    ["ROLE_NOT_REQUIRED", { role: "cfo" }],
    ["ROLE_NOT_HELD", { role: "pm", as: "Ben" }],
    ["DECISION_INCOMPLETE", { without: "locale=JP" }],
  ])("refuses with %s, and writes nothing", async (code, more) => {
    await look();
    const refused = await decide(more);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(code);
    expect(await types()).not.toContain("decided");
  });

  it("asks for a choice and a reason in a sentence", async () => {
    await look();
    expect((await decide({ choice: "ship_anyway" })).stderr).toContain("say which way");
    expect((await decide({ reason: "because" })).stderr).toContain("at least 20 characters");
  });

  it("is refused where the newest look was not stopped by a cohort", async () => {
    expect((await decide()).stderr).toContain("NOTHING_TO_DECIDE");
    await locked(workspace, INTENT);
    await workspace.run("readout", { registration: INTENT }, ON);
    expect((await types()).at(-1)).toBe("looked");
    expect((await decide({ registration: INTENT })).stderr).toContain("NOTHING_TO_DECIDE");
  });

  it("keeps the look, its checks and the person in the entry", async () => {
    await look();
    await decide();
    const { body } = (await entries()).at(-1)!;
    const looked = (await entries()).at(-2)!;
    expect(looked.type).toBe("looked");
    expect(body).toMatchObject({ role: "pm", person: "Ada", decision: { look: looked.seq } });
    expect(documentHash(body.decision as JsonObject)).toBe(body.document);
  });
});
