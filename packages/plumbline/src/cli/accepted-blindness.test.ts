/** A launch over a cohort with too little data: it waits, and ships only where the registration named the cohort; then every form says so. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { locked, testWorkspace } from "../operations/ledger/testing/workspace.js";
import type { Readout } from "../report/readout-schema.js";

const INTENT = "experiments/us_mle_01.yaml";
const EVIDENCE = "experiments/us_mle_01.evidence.yaml";
const ON = "2026-08-20T12:00:00.000Z";
const SAID = "The registration accepted this blindness beforehand, for locale=MIXED.";

/** The clean launch with 200 units an arm in one locale: no evidence of harm, and none of safety. */
async function ready(accepted: boolean) {
  const workspace = await testWorkspace(["Ada", "Ben", "Cleo", "Dev"]);
  workspace.edit(
    EVIDENCE,
    "{ control: { n: 36017, successes: 15908 }, treatment: { n: 35982, successes: 16204 } }",
    "{ control: { n: 200, successes: 88 }, treatment: { n: 200, successes: 89 } }",
  );
  if (accepted) {
    workspace.edit(
      INTENT,
      "  threshold_relative: -0.03\n\n",
      "  threshold_relative: -0.03\n  accept_blindness: [locale=MIXED]\n\n",
    );
  }
  await locked(workspace, INTENT);
  return workspace;
}

describe("a cohort with too little data", () => {
  it("makes the launch wait: underpowered is not clear", async () => {
    const workspace = await ready(false);
    const { stdout, exitCode } = await workspace.run("readout", { registration: INTENT }, ON);
    expect(exitCode).toBe(5);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("too little data to rule out a fall of 3.0 %");
    expect(stdout).not.toContain("accepted this blindness");
  });

  it("ships where its blindness was registered, and terminal, JSON and page repeat it", async () => {
    const workspace = await ready(true);
    const page = join(workspace.root, "report.html");
    const { stdout, exitCode } = await workspace.run(
      "readout",
      { registration: INTENT, html: page },
      ON,
    );
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(SAID);
    expect(readFileSync(page, "utf8")).toContain(SAID);
    const json = await workspace.run("readout", { registration: INTENT, json: true }, ON);
    const readout: Readout = JSON.parse(json.stdout);
    expect(readout.reason).toContain(SAID);
    expect(readout.checks.find(({ id }) => id === "cohort:locale=MIXED")).toMatchObject({
      status: "underpowered",
      blocks: false,
    });
  });
});
