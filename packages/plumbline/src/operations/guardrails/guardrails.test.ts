// Watching, pausing and overriding, run through the table. Figures are made up so that the always-valid p of one guardrail is far
// below its alpha, and that of another far above.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLedger } from "@plumbline/ledger";
import { describe, expect, it, vi } from "vitest";
import { ledgerLocation } from "../ledger/session.js";
import {
  INTENT,
  locked,
  STAFF,
  type TestWorkspace,
  testWorkspace,
} from "../ledger/testing/workspace.js";
import type { OverrideOutput } from "./override.js";
import type { WatchOutput } from "./watch.js";

const ID = "us_mle_01_multilingual_intent_v2_2026q3";
const CSAT = "guardrail:chat_csat_proxy_per_user_14d";
const TICKETS = "guardrail:support_tickets_per_1000_users";
const ON = "2026-07-10T12:00:00.000Z";
const LATER = "2026-07-11T12:00:00.000Z";
const REVIEWED = "2026-07-12T12:00:00.000Z";
const PEOPLE = ["Ada", "Ben", "Cleo", "Dev", "Eva"];

/** Means of the treatment arm; 20,000 units an arm, sd 1 and 100. */
const evidence = (csat: number, tickets: number) => `
kind: evidence
experiment_id: ${ID}
day: 5
arms: { control: { n: 20000 }, treatment: { n: 20000 } }
results:
  - metric: first_turn_resolution_rate
    by_arm: { control: { n: 20000, mean: 0.43, sd: 0.2 }, treatment: { n: 20000, mean: 0.431, sd: 0.2 } }
  - metric: chat_csat_proxy_per_user_14d
    by_arm: { control: { n: 20000, mean: 4.2, sd: 1 }, treatment: { n: 20000, mean: ${csat}, sd: 1 } }
  - metric: support_tickets_per_1000_users
    by_arm: { control: { n: 20000, mean: 30, sd: 100 }, treatment: { n: 20000, mean: ${tickets}, sd: 100 } }
`;

const review = (more = "") => `
kind: override_review
experiment_id: ${ID}
overrides: ["${CSAT}"]
what_happened: CSAT fell 4.8 % on day 5; the survey was reworded for one arm.
who_is_affected: Everybody in the treatment arm who answers the survey, about one in a hundred.
why_overridden: The wording, not the model, explains the fall; the old wording shows none.
watched:
  - { what: chat_csat_proxy_per_user_14d, limit: below 4.0 for three days, by: Ada }
expires: 2026-08-01
${more}`;

async function ready(): Promise<TestWorkspace & { see(csat: number, tickets?: number): string }> {
  const workspace = await testWorkspace(PEOPLE);
  await locked(workspace, INTENT);
  mkdirSync(join(workspace.root, "reviews"));
  writeFileSync(join(workspace.root, "reviews/csat.yaml"), review());
  return {
    ...workspace,
    see: (csat, tickets = 30) => {
      writeFileSync(join(workspace.root, "seen.yaml"), evidence(csat, tickets));
      return join(workspace.root, "seen.yaml");
    },
  };
}

async function types(workspace: TestWorkspace): Promise<string[]> {
  const store = await openLedger(ledgerLocation(workspace.root), { readOnly: true });
  const entries = await store.read({});
  await store.close();
  return entries.map(({ text }) => JSON.parse(text).type);
}

const watch = (workspace: TestWorkspace, file: string, at = ON) =>
  workspace.json<WatchOutput>("watch", { registration: INTENT, evidence: file }, at);

const sign = (workspace: TestWorkspace, role: string, as: string, at = REVIEWED) =>
  workspace.json<OverrideOutput>(
    "override",
    { registration: INTENT, review: "reviews/csat.yaml", role, as },
    at,
  );

describe("plumb watch", () => {
  it("writes nothing while no harm is shown, and does not show the primary metric", async () => {
    const workspace = await ready();
    const given = { registration: INTENT, evidence: workspace.see(4.19) };
    const { stdout, exitCode } = await workspace.run("watch", given, ON);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("No limit is breached by an always-valid test.");
    expect(stdout).not.toContain("first_turn_resolution_rate rose");
    expect(await types(workspace)).not.toContain("paused");
  });

  it("writes a breach once, however often it is seen, and a new one beside it", async () => {
    const workspace = await ready();
    const first = await watch(workspace, workspace.see(4.0));
    expect(first).toMatchObject({ day: 5, breaches: [CSAT], paused: { at: ON } });
    const again = await watch(workspace, workspace.see(3.9), LATER);
    expect(again).toMatchObject({ breaches: [CSAT], paused: null, standing: [first.paused?.seq] });
    const more = await watch(workspace, workspace.see(3.9, 45), LATER);
    expect(more.breaches).toEqual([CSAT, TICKETS]);
    expect((await types(workspace)).filter((type) => type === "paused")).toHaveLength(2);
    expect(
      (await workspace.run("watch", { registration: INTENT, evidence: workspace.see(4) }, LATER))
        .exitCode,
    ).toBe(2);
  });

  it("writes one entry when another watch writes between its look and its entry", async () => {
    const workspace = await ready();
    const file = workspace.see(4.0);
    const store = await openLedger(ledgerLocation(workspace.root));
    const shape: Pick<typeof store, "append"> = Object.getPrototypeOf(store);
    await store.close();
    const { append } = shape;
    let other: WatchOutput["paused"] = null;
    const spy = vi.spyOn(shape, "append").mockImplementationOnce(async function (
      this: typeof store,
      ...given
    ) {
      other = (await watch(workspace, file)).paused;
      return append.apply(this, given);
    });
    const { paused, standing } = await watch(workspace, file);
    spy.mockRestore();
    expect([paused, standing.length, other]).toEqual([null, 1, expect.anything()]);
    expect((await types(workspace)).filter((type) => type === "paused")).toHaveLength(1);
  });

  it("keeps check, numbers and the hash of the evidence in the entry, and verifies", async () => {
    const workspace = await ready();
    const { paused } = await watch(workspace, workspace.see(4.0));
    const store = await openLedger(ledgerLocation(workspace.root), { readOnly: true });
    const [entry] = await store.read({ after: (paused?.seq ?? 0) - 1, limit: 1 });
    await store.close();
    const { body } = JSON.parse(entry?.text ?? "{}");
    expect(body.checks[0]).toMatchObject({ id: CSAT, status: "breach", threshold: -0.01 });
    expect(body.checks[0].estimate).toBeCloseTo(-0.2 / 4.2, 12);
    expect(body.checks[0].pValue).toBeLessThan(1e-6);
    expect(body.evidence_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(body.data.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect((await workspace.run("verify")).exitCode).toBe(0);
  });

  it("is seen in status and in the readout", async () => {
    const workspace = await ready();
    const file = workspace.see(4.0);
    await watch(workspace, file);
    const { stdout } = await workspace.run("status", { registration: INTENT });
    expect(stdout).toContain(`Paused on 2026-07-10 by ${CSAT}.`);
    expect(stdout).toMatch(
      /Paused 2026-07-10 12:00 UTC \(entry \d+\)\n {2}chat_csat\S+ fell 4.76 %/,
    );
    const readout = await workspace.run("readout", { registration: INTENT, evidence: file }, LATER);
    expect(readout.stdout.replace(/\s+/g, " ")).toContain(
      "Paused on 2026-07-10 by guardrail:chat_csat",
    );
  });

  it("does not pause by data that cannot be read", async () => {
    const workspace = await ready();
    const file = workspace.see(4.0);
    appendFileSync(file, "");
    writeFileSync(
      file,
      evidence(4.0, 30).replace("treatment: { n: 20000 } }", "treatment: { n: 26000 } }"),
    );
    const result = await workspace.run("watch", { registration: INTENT, evidence: file }, ON);
    expect(result.exitCode).toBe(4);
    expect(await types(workspace)).not.toContain("paused");
  });

  it("is refused for an experiment that nobody registered", async () => {
    const workspace = await testWorkspace(PEOPLE);
    const { stderr } = await workspace.run("watch", { registration: INTENT });
    expect(stderr).toMatch(/^NOT_REGISTERED/);
  });
});

describe("plumb override", () => {
  it("is in force only once every role has signed, by another person each", async () => {
    const workspace = await ready();
    await watch(workspace, workspace.see(4.0));
    const states = [];
    for (const [role, person] of STAFF) states.push(await sign(workspace, role, person));
    expect(states.map(({ missing }) => missing.length)).toEqual([3, 2, 1, 0]);
    expect(states.map(({ signed }) => signed !== null)).toEqual([false, false, false, true]);
    expect((await types(workspace)).slice(-4)).toEqual([
      "overridden",
      "signed",
      "signed",
      "signed",
    ]);
    expect((await workspace.run("verify")).exitCode).toBe(0);
  });

  it("stays visible for good, and changes no verdict", async () => {
    const workspace = await ready();
    const file = workspace.see(4.0);
    const read = () =>
      workspace.run(
        "readout",
        { registration: INTENT, evidence: file },
        "2026-09-30T00:00:00.000Z",
      );
    const before = await read();
    await watch(workspace, file);
    for (const [role, person] of STAFF) await sign(workspace, role, person);
    const after = await read();
    expect([before.exitCode, after.exitCode]).toEqual([2, 2]);
    expect(after.stdout.replace(/\s+/g, " ")).toContain(
      `Overridden by people on 2026-07-12, until 2026-08-01: ${CSAT}, signed by`,
    );
    const { stdout } = await workspace.run("status", { registration: INTENT });
    expect(stdout).toContain("set aside by the override of entry");
    expect(stdout).toContain("Why overridden: The wording, not the model");
    // The registration itself stays locked: people set a rule aside, nobody changed it.
    expect(
      (await workspace.run("status", { requireLocked: true, registration: INTENT })).stdout,
    ).toContain("Locked on");
  });

  it("lets no new pause be written while in force, and one when it has run out", async () => {
    const workspace = await ready();
    const file = workspace.see(4.0);
    await watch(workspace, file);
    for (const [role, person] of STAFF) await sign(workspace, role, person);
    const during = await watch(workspace, file, "2026-07-31T00:00:00.000Z");
    expect(during).toMatchObject({ breaches: [CSAT], overridden: [CSAT], paused: null });
    const after = await watch(workspace, file, "2026-08-02T00:00:00.000Z");
    expect(after.paused).not.toBeNull();
    expect((await watch(workspace, file, "2026-08-03T00:00:00.000Z")).paused).toBeNull();
  });

  it("can set aside what held up a recorded look", async () => {
    const workspace = await ready();
    await workspace.run("readout", { registration: INTENT, evidence: workspace.see(4.0) }, ON);
    expect((await sign(workspace, "pm", "Ada")).checks).toEqual([CSAT]);
  });

  it.each([
    ["NOTHING_TO_OVERRIDE", { checks: TICKETS }],
    ["NOTHING_TO_OVERRIDE", { checks: "registration:lock" }],
    ["ROLE_NOT_REQUIRED", { role: "chief" }],
    ["ROLE_NOT_HELD", { as: "Cleo" }],
    ["REVIEW_EXPIRED", { at: "2026-08-02T00:00:00.000Z" }],
    ["REVIEW_MISMATCH", { registration: "experiments/us_mle_05.yaml" }],
    ["REVIEW_MISMATCH", { review: "experiments/us_mle_01.yaml" }],
    ["FIELD_INVALID", { why: "ship it" }],
  ])("refuses with %s: %o", async (code, wrong: Record<string, string>) => {
    const workspace = await ready();
    await watch(workspace, workspace.see(4.0));
    const text = review()
      .replace(CSAT, wrong.checks ?? CSAT)
      .replace(
        /why_overridden: .*/,
        `why_overridden: ${wrong.why ?? "the wording explains the fall"}`,
      );
    writeFileSync(join(workspace.root, "reviews/csat.yaml"), text);
    const given = {
      registration: wrong.registration ?? INTENT,
      review: wrong.review ?? "reviews/csat.yaml",
      role: wrong.role ?? "pm",
      as: wrong.as ?? "Ada",
    };
    const { stderr, exitCode } = await workspace.run("override", given, wrong.at ?? REVIEWED);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(code);
    expect(await types(workspace)).not.toContain("overridden");
  });

  it("asks for the roles that the review adds, and for each signature once", async () => {
    const workspace = await ready();
    await watch(workspace, workspace.see(4.0));
    writeFileSync(join(workspace.root, "reviews/csat.yaml"), review("roles: [director]"));
    for (const [role, person] of STAFF) await sign(workspace, role, person);
    const given = { registration: INTENT, review: "reviews/csat.yaml", role: "pm", as: "Ada" };
    expect((await workspace.run("override", given, REVIEWED)).stderr).toMatch(/^ALREADY_SIGNED/);
    expect((await sign(workspace, "director", "Eva")).signed).not.toBeNull();
  });

  it("counts for nothing when the review in the entry is another than the one signed", async () => {
    const workspace = await ready();
    await watch(workspace, workspace.see(4.0));
    await sign(workspace, "pm", "Ada");
    const store = await openLedger(ledgerLocation(workspace.root));
    const entry = (await store.read({})).map(({ text }) => JSON.parse(text)).at(-1);
    const body = { ...entry.body, review: { ...entry.body.review, expires: "2036-08-01" } };
    await store.append({ type: "overridden", subject: ID, at: LATER, body });
    await store.close();
    const { stdout, exitCode } = await workspace.run("verify");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("holds another review than the one whose hash it names");
    expect((await workspace.run("status", { registration: INTENT })).stdout).not.toContain("2036");
  });
});
