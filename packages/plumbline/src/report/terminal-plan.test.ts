import { describe, expect, it } from "vitest";
import { buildReadout, type ReadoutInput } from "./readout.js";
import { renderTerminal } from "./terminal.js";
import { csatVeto } from "./testing/fixtures.js";
import { invalidData } from "./testing/invalid-data.js";
import { anyTime, betweenLooks, finalLook, interimLook, stoppedEarly } from "./testing/plans.js";
import { dailyLooks, twoArms } from "./testing/plans-crowded.js";
import { textWidth } from "./text-width.js";

const page = (input: ReadoutInput, width = 100, color = false) =>
  renderTerminal(buildReadout(input), { color, width });

/** The block between the head and the metrics. */
const block = (input: ReadoutInput) => page(input).split("\n\n")[1] ?? "";

describe("the plan in the terminal", () => {
  it("says plan, moment, decision and the next look, right after the verdict", () => {
    expect(block(interimLook).split("\n")).toEqual([
      "Plan: O'Brien-Fleming-type spending, looks on days 4, 7, 11 and 14",
      "  Look 2 of 4, on day 7 of 14.",
      "  → continue: z +2.31, boundary ±3.01, p held against 0.002644",
      "    48.8 % of the planned information (by registered units and standard deviation)",
      "    predictive power 90.9 % given the data, 94.1 % if the effect is the smallest worthwhile one",
      "  Next planned look: day 11",
      "Registration: ✓ locked. Locked on 2026-04-13: signed by all 4 roles. 1 look recorded.",
    ]);
  });

  it("gives the corrected estimate after a stop, and no next look", () => {
    const text = block(stoppedEarly);
    expect(text).toContain("✓ stop for benefit: z +3.42, boundary ±3.01");
    expect(text).toContain(
      "median-unbiased estimate +6.1 % [+2.6, +9.6] (stage-wise 95 % interval), stage-wise p < 0.001",
    );
    expect(text).not.toContain("Next planned look");
    expect(text).not.toContain("predictive");
    expect(block(finalLook)).toContain("– not shown: z +1.84, boundary ±2.02");
  });

  it("keeps z and its boundary apart, however near they are", () => {
    expect(block(dailyLooks)).toContain("z +2.498, boundary ±2.499");
    expect(block(twoArms)).toContain("continue (rerank_l12): z +2.9645, boundary +2.9646");
  });

  it("names the futility bound of a one-sided plan, arm by arm", () => {
    const text = block(twoArms).replace(/\s+/g, " ");
    expect(text).toContain(
      "■ stop for futility (rerank_l24): z −0.21, boundary +2.96, p held against 0.001516, futility below +0.60",
    );
  });

  it("between looks shows always-valid intervals, no z and nothing significant", () => {
    const text = page(betweenLooks);
    expect(text).toContain("  Not a planned look: always-valid intervals only.\n");
    expect(text).not.toMatch(/significant/i);
    expect(block(betweenLooks)).not.toMatch(/z [+−]|boundary|Next planned look/);
    expect(text.match(/, always-valid 95 % interval \(holds whenever/g)).toHaveLength(2);
    expect(text).toContain("– not judged");
  });

  it("labels repeated intervals, and leaves those of a readout without a plan alone", () => {
    expect(page(interimLook)).toContain(
      "relative effect against control, repeated 95 % interval (holds over all looks)",
    );
    expect(page(anyTime)).toContain("always-valid 95 % interval");
    expect(page(anyTime)).toContain("End of the run: day 14");
    const plain = page(csatVeto);
    expect(plain).toContain("relative effect against control, 95 % interval\n");
    expect(plain).not.toMatch(/Plan:|Registration:|repeated|always-valid/);
  });

  it("shows the registration as the last step of the gate, and where it stops the path", () => {
    const text = page(stoppedEarly);
    expect(text).toContain("Registration: ✕ not locked. Half signed");
    const gate = text.slice(text.indexOf("Gate\n"), text.indexOf("Cohorts:"));
    expect(gate).toMatch(/✕ not locked {4}Half signed.*\n(?:.*\n)*.*└─ the path stops here/);
    expect(page(interimLook)).toMatch(/✓ locked {8}Locked on 2026-04-13/);
  });

  it("shows the registration where there is a ledger and no plan", () => {
    const { registration } = stoppedEarly.evidence;
    const evidence = { ...csatVeto.evidence, registration: registration! };
    expect(page({ ...csatVeto, evidence })).toContain("\n\nRegistration: ✕ not locked.");
  });

  it("shows no z when the data are invalid, and still whether the registration is locked", () => {
    const { plan, checks } = interimLook.verdict;
    const verdict = {
      ...invalidData.verdict,
      plan: plan!,
      checks: [...invalidData.verdict.checks, checks.at(-1)!],
    };
    const text = page({ ...invalidData, verdict });
    expect(text).not.toMatch(/z \+2\.31|predictive/);
    expect(text).toMatch(/✓ locked {8}Locked on/);
  });

  it.each([80, 100])("stays within %i columns, in colour the same text", (width) => {
    const codes = new RegExp(`${"\u001b"}\\[[0-9;]*m`, "g");
    for (const input of [interimLook, stoppedEarly, betweenLooks, twoArms, dailyLooks]) {
      const text = page(input, width);
      expect(Math.max(...text.split("\n").map(textWidth))).toBeLessThanOrEqual(width);
      const bare = page(input, width, true).replace(codes, "").split("\n");
      expect(bare.map((line) => line.trimEnd())).toEqual(text.split("\n"));
    }
  });
});
