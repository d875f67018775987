// The study of a look, derived again from the registered document in force at it. The documents are those of the example.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentHash, type LedgerEntry, openLedger, readEntry } from "@plumbline/ledger";
import { decide, evidenceFromSummaries } from "@plumbline/primitives";
import { describe, expect, it } from "vitest";
import { loadExperiment } from "../../documents/check.js";
import { recordReadout } from "./record.js";
import { studyOrigin } from "./study-origin.js";
import { RERANKER, RERANKER_ID, type TestWorkspace, testWorkspace } from "./testing/workspace.js";

const csat = "threshold_relative: -0.01 # may";
const looser = "threshold_relative: -0.02 # may";

/** A readout of the evidence file beside a registration, as the files stand now. */
function readout(ws: TestWorkspace, registration = RERANKER, sha256 = "ab".repeat(32)) {
  const path = join(ws.root, registration);
  const { resolved } = loadExperiment(path, path.replace(".yaml", ".evidence.yaml"));
  const study = resolved!.study!;
  const evidence = evidenceFromSummaries(study, resolved!.evidence!.value);
  return recordReadout({
    registration: path,
    firstExposure: null,
    study,
    evidence,
    verdict: decide(study, evidence),
    data: { kind: "summaries", sha256, description: "a file" },
    at: "2026-07-10T08:00:00.000Z",
  });
}

async function entries(ws: TestWorkspace): Promise<LedgerEntry[]> {
  const store = await openLedger(join(ws.root, ".plumbline/ledger.db"), { readOnly: true });
  const stored = await store.read();
  await store.close();
  return stored.map(({ text }) => readEntry(text));
}

const isLook = ({ type }: LedgerEntry) => type === "looked";
const register = (ws: TestWorkspace, registration = RERANKER) =>
  ws.json("register", { registration });

describe("the study of a look", () => {
  it.each([
    "experiments/us_mle_01.yaml",
    "experiments/us_mle_02.yaml",
    "experiments/us_mle_05.yaml",
    "experiments/us_mle_06.yaml",
  ])("follows from the registered document: %s", async (registration) => {
    const ws = await testWorkspace([]);
    await register(ws, registration);
    await readout(ws, registration);
    const all = await entries(ws);
    expect(studyOrigin(all.find(isLook)!, all)).toMatchObject({
      kind: "follows",
      version: 1,
      changes: [],
    });
    const shown = await ws.run("replay");
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toContain("The study follows from the document registered as entry 1.");
  });

  it("follows with the workspace's defaults, which are part of the document", async () => {
    const ws = await testWorkspace([]);
    const file = join(ws.root, "plumbline.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}\ndefaults: { srm_alpha: 0.002 }\n`);
    await register(ws);
    await readout(ws);
    const all = await entries(ws);
    const look = all.find(isLook)!;
    expect(look.body.study).toMatchObject({ quality: { srmAlpha: 0.002 } });
    expect(studyOrigin(look, all).kind).toBe("follows");
  });

  it("recorded before verdicts compared policies replays to its bytes, and still follows", async () => {
    const ws = await testWorkspace([]);
    await register(ws);
    const path = join(ws.root, RERANKER);
    const { resolved } = loadExperiment(path, path.replace(".yaml", ".evidence.yaml"));
    const { otherPolicies: _others, ...study } = resolved!.study!;
    const evidence = evidenceFromSummaries(study, resolved!.evidence!.value);
    const verdict = decide(study, evidence);
    expect(verdict).not.toHaveProperty("policies");
    await recordReadout({
      registration: path,
      firstExposure: null,
      study,
      evidence,
      verdict,
      data: { kind: "summaries", sha256: "ab".repeat(32), description: "a file" },
      at: "2026-07-10T08:00:00.000Z",
    });
    const all = await entries(ws);
    expect(studyOrigin(all.find(isLook)!, all)).toMatchObject({ kind: "follows", changes: [] });
    expect((await ws.run("replay")).exitCode).toBe(0);
  });

  it("that compares other policies than are asked for differs", async () => {
    const ws = await testWorkspace([]);
    await register(ws);
    const path = join(ws.root, RERANKER);
    const { resolved } = loadExperiment(path, path.replace(".yaml", ".evidence.yaml"));
    const study = { ...resolved!.study!, otherPolicies: [{ kind: "non_inferiority" } as const] };
    const evidence = evidenceFromSummaries(study, resolved!.evidence!.value);
    await recordReadout({
      registration: path,
      firstExposure: null,
      study,
      evidence,
      verdict: decide(study, evidence),
      data: { kind: "summaries", sha256: "ab".repeat(32), description: "a file" },
      at: "2026-07-10T08:00:00.000Z",
    });
    const all = await entries(ws);
    expect(studyOrigin(all.find(isLook)!, all).kind).toBe("differs");
  });

  it("that says something else differs: which parameters, and the exit code is 1", async () => {
    const ws = await testWorkspace([]);
    await register(ws);
    const path = join(ws.root, RERANKER);
    const { resolved } = loadExperiment(path, path.replace(".yaml", ".evidence.yaml"));
    const honest = resolved!.study!;
    const study = { ...honest, primary: { ...honest.primary, alpha: 0.2 } };
    const evidence = evidenceFromSummaries(study, resolved!.evidence!.value);
    await recordReadout({
      registration: path,
      firstExposure: null,
      study,
      evidence,
      verdict: decide(study, evidence),
      data: { kind: "summaries", sha256: "ab".repeat(32), description: "a file" },
      at: "2026-07-10T08:00:00.000Z",
    });
    const all = await entries(ws);
    expect(studyOrigin(all.find(isLook)!, all)).toMatchObject({
      kind: "differs",
      version: 1,
      changes: [{ path: "primary.alpha", before: 0.05, after: 0.2 }],
    });
    for (const json of [false, true]) {
      const { stderr, exitCode } = await ws.run("replay", { json });
      expect(stderr).toMatch(/^STUDY_DIFFERS .*primary\.alpha 0\.2 instead of 0\.05\. /);
      expect(exitCode).toBe(1);
    }
  });

  it("of an unregistered experiment, or read from a changed file, is stated and no error", async () => {
    const ws = await testWorkspace([]);
    await readout(ws);
    expect(await ws.run("replay")).toMatchObject({
      stdout: expect.stringContaining("of an experiment that was not registered"),
      exitCode: 0,
    });
    await register(ws);
    ws.edit(RERANKER, csat, looser);
    await readout(ws);
    expect(await ws.run("replay")).toMatchObject({
      stdout: expect.stringContaining("changed file, not the document registered as entry 2."),
      stderr: "",
      exitCode: 0,
    });
    // The first look stays one of an unregistered experiment.
    const all = await entries(ws);
    expect(all.filter(isLook).map((look) => studyOrigin(look, all).kind)).toEqual([
      "unregistered",
      "changed",
    ]);
    const status = await ws.run("status", { registration: RERANKER });
    expect(status.stdout).toMatch(
      / {2}1 {2}2026-07-10 08:00 UTC .*entry 1\), before it was registered$/m,
    );
    expect(status.stdout).toMatch(
      / {2}2 {2}2026-07-10 08:00 UTC .*entry 3\), read a changed file$/m,
    );
    expect(status.stdout).toContain("Look 2 read a changed file.");
  });

  it("is derived from the version in force at the look, before and after an amendment", async () => {
    const ws = await testWorkspace([]);
    await register(ws);
    await readout(ws);
    ws.edit(RERANKER, csat, looser);
    await ws.json("amend", { registration: RERANKER, reason: "noise in the proxy" });
    await readout(ws);
    const all = await entries(ws);
    expect(all.filter(isLook).map((look) => studyOrigin(look, all))).toMatchObject([
      { kind: "follows", version: 1 },
      { kind: "follows", version: 3 },
    ]);
  });

  it("read nothing changed when the workspace only asks for other roles by now", async () => {
    const ws = await testWorkspace([]);
    await register(ws);
    ws.edit("plumbline.yaml", "  ds_partner: [Cleo]\n", "  ds_partner: [Cleo]\n  legal: [Gus]\n");
    const { standing } = await readout(ws);
    expect(standing.changed).toEqual([]);
    expect(standing.looks[0]!.read).toBe("registered");
  });

  it("takes the kind of a metric that no library declares from the look, and says so", async () => {
    const ws = await testWorkspace([]);
    const registration = "experiments/outside.yaml";
    const name = "kept";
    writeFileSync(
      join(ws.root, registration),
      `experiment_id: outside
hypothesis: { h0: no effect, h1: more stay }
randomization_unit: user_id
primary_metric: { name: ${name}, direction: higher_is_better }
mde_relative: 0.05
`,
    );
    writeFileSync(
      join(ws.root, "experiments/outside.evidence.yaml"),
      `kind: evidence
experiment_id: outside
arms: { control: { n: 1000 }, treatment: { n: 1000 } }
results:
  - metric: ${name}
    by_arm: { control: { n: 1000, successes: 100 }, treatment: { n: 1000, successes: 150 } }
`,
    );
    await register(ws, registration);
    await readout(ws, registration);
    const all = await entries(ws);
    const look = all.find(isLook)!;
    expect(look.body.study).toMatchObject({ primary: { metric: { kind: "proportion" } } });
    const origin = studyOrigin(look, all);
    expect(origin.kind).toBe("follows");
    expect(origin.sentence).toContain(`what kind of metric ${name} is`);
  });

  it("whose document gives no study, or is not what its hash says, never follows", async () => {
    const ws = await testWorkspace([]);
    await register(ws);
    await readout(ws);
    const [registered, look] = await entries(ws);
    const { content } = registered!.body as unknown as {
      content: { registration: Record<string, unknown> };
    };
    const { hypothesis: _, ...less } = content.registration;
    const broken = JSON.parse(JSON.stringify({ ...content, registration: less }));
    const altered = (document: string): LedgerEntry[] => [
      { ...registered!, body: { ...registered!.body, content: broken, document } },
    ];
    const document = documentHash(broken);
    const other: LedgerEntry = { ...look!, body: { ...look!.body, document } };
    expect(studyOrigin(other, altered(document))).toMatchObject({
      kind: "differs",
      sentence: "The document registered as entry 1 gives no study: hypothesis is missing.",
    });
    expect(studyOrigin(look!, altered(String(registered!.body.document))).kind).toBe(
      "unregistered",
    );
    expect(look!.subject).toBe(RERANKER_ID);
  });
});
