/** How the policies are shown: in the document, in the terminal and on the page. The verdict is that of `decide`. */
import { decide, type Study } from "@plumbline/primitives";
import { describe, expect, it } from "vitest";
import { renderHtml } from "./html.js";
import { buildReadout } from "./readout.js";
import { renderTerminal } from "./terminal.js";
import { csatVeto } from "./testing/fixtures.js";

const asked: Study = {
  ...csatVeto.study,
  otherPolicies: [
    { kind: "harm_test", correction: "bonferroni" },
    { kind: "non_inferiority" },
    { kind: "risk_aware", deteriorationAlpha: 0.05 },
    { kind: "posterior_breach", limit: 0.05 },
  ],
};

const readoutOf = (study: Study) =>
  buildReadout({ ...csatVeto, study, verdict: decide(study, csatVeto.evidence) });

const section = (text: string) => {
  const lines = text.split("\n");
  const start = lines.indexOf("Guardrail policies");
  return start < 0 ? [] : lines.slice(start, lines.indexOf("", start));
};

describe("policies in a readout", () => {
  it("are the entries of the verdict, snake_case, with the numbers of each rule", () => {
    const { policies } = readoutOf(asked);
    expect(policies?.entries.map(({ label, declared }) => [label, declared])).toEqual([
      ["harm test", true],
      ["harm test (Bonferroni)", false],
      ["non-inferiority", false],
      ["risk-aware", false],
      ["posterior breach", false],
    ]);
    expect(policies?.entries[3]).toMatchObject({
      policy: "risk_aware",
      correction: null,
      deterioration_alpha: 0.05,
      posterior_limit: null,
    });
    expect(policies?.false_veto?.upper_bound).toBeCloseTo(1 - 0.95 ** 3, 12);
  });

  it("are null, and shown nowhere, where the study asks for none", () => {
    const readout = readoutOf(csatVeto.study);
    expect(readout.policies).toBeNull();
    expect(section(renderTerminal(readout, { color: false }))).toEqual([]);
    expect(renderHtml(readout)).not.toContain("Guardrail policies");
  });

  it("stand in the terminal, one line each, within the width", () => {
    for (const width of [80, 100]) {
      const lines = section(renderTerminal(readoutOf(asked), { color: false, width }));
      expect(lines.filter((line) => /^ {2}[▸ ] (harm|non-|risk|post)/.test(line))).toHaveLength(5);
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(width);
      expect(lines.join(" ")).toContain("upper bound");
    }
  });

  it("stand on the page as a table, their reasons escaped", () => {
    const { policies, ...rest } = readoutOf(asked);
    if (policies === null) throw new Error("no policies");
    const entries = policies.entries.map((entry) => ({ ...entry, reason: "<b>harm</b>" }));
    const page = renderHtml({ ...rest, policies: { ...policies, entries } });
    expect(page.match(/data-policy=/g)).toHaveLength(5);
    expect(page.match(/class="declared"/g)).toHaveLength(1);
    expect(page).not.toContain("<b>harm</b>");
    expect(page).toContain("&lt;b&gt;harm&lt;/b&gt;");
  });

  it("show success and deterioration metrics in their own roles", () => {
    const { secondary, success: _success, ...base } = asked;
    const study: Study = {
      ...base,
      policy: { kind: "risk_aware", deteriorationAlpha: 0.05 },
      secondary: [],
      success: secondary.map((metric) => ({ metric, mde: { relative: null, absolute: null } })),
    };
    const readout = readoutOf(study);
    expect(readout.metrics.map(({ role }) => role)).toEqual([
      "primary",
      "success",
      "guardrail",
      "guardrail",
      "guardrail",
    ]);
    const text = renderTerminal(readout, { color: false });
    expect(text).toContain("success");
    expect(readout.checks.some(({ id }) => id.startsWith("deterioration:"))).toBe(true);
  });
});
