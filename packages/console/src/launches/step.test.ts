import { describe, expect, it } from "vitest";
import type { Experiment } from "../api/queries.js";
import { missingText, stepOf } from "./step.js";

type Standing = Experiment["standing"];

const moment = { seq: 1, at: "2026-07-01T00:00:00.000Z" };
const version: Standing["version"] = {
  ...moment,
  kind: "registered",
  document: "0".repeat(64),
  content: {},
  reason: null,
  changes: [],
  counted: [],
  uncounted: [],
  missing: [],
  locked: moment,
};

const standing: Standing = {
  experiment: "x",
  state: "locked",
  version,
  versions: [version],
  amendments: [],
  looks: [],
  started: moment,
  rejected: [],
  changed: null,
  registrationSentence: "",
  sentence: "",
};

const experiment = (change: Partial<Standing>, rest: Partial<Experiment> = {}): Experiment => ({
  path: "x.yaml",
  standing: { ...standing, ...change },
  missing: [],
  checks: [],
  unreadable: false,
  ...rest,
});

const failed = { id: "x", status: "failed" as const, sentence: "The plan has no looks." };
const look = {
  ...moment,
  number: 1,
  verdict: "ship",
  document: null,
  version: 1,
  read: "registered" as const,
};

describe("stepOf", () => {
  it.each<[string, Experiment, string, boolean, boolean]>([
    ["cannot be read", experiment({}, { unreadable: true }), "Registration", true, true],
    ["not registered", experiment({ state: "unregistered" }), "Registration", true, true],
    ["changed", experiment({ changed: [{ path: "alpha" }] }), "Amendment", true, true],
    ["half signed", experiment({ state: "half_signed" }), "Signatures", true, true],
    ["a lock that fails", experiment({}, { checks: [failed] }), "Start", true, true],
    ["ready to start", experiment({ started: null }), "Start", false, true],
    ["running", experiment({}), "Running", false, false],
    ["read", experiment({ looks: [look] }), "Readout", false, false],
  ])("%s", (_, given, name, blocks, acts) => {
    const step = stepOf(given);
    expect([step.name, step.blocks !== null, step.acts !== null]).toEqual([name, blocks, acts]);
  });

  it("names every holder of a missing signature", () => {
    const missing = [
      { role: "pm", holders: ["ana", "bo"] },
      { role: "ds", holders: null },
      { role: "legal", holders: [] },
    ];
    expect(missingText({ missing })).toBe(
      "pm (ana, bo); ds (anybody in people.yaml); legal (nobody holds it)",
    );
  });
});
