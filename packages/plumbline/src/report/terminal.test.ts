import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildReadout } from "./readout.js";
import { renderTerminal } from "./terminal.js";
import { crowded, JAPANESE_NAME, LONG_NAME } from "./testing/crowded.js";
import { cohortVeto, csatVeto } from "./testing/fixtures.js";
import { invalidData } from "./testing/invalid-data.js";
import { textWidth } from "./text-width.js";

const ESCAPE = "\u001b";

function lines(text: string): string[] {
  return text.split("\n");
}

function widest(text: string): number {
  return Math.max(...lines(text).map(textWidth));
}

describe("renderTerminal", () => {
  const readout = buildReadout(csatVeto);
  const text = renderTerminal(readout, { color: false });

  it("says the verdict first, then the reason", () => {
    expect(lines(text)[0]).toMatch(/VETO {2}us_mle_02/);
    expect(lines(text)[1]).toContain("chat_csat_proxy_per_user_14d fell 1.43 %");
  });

  it.each([
    ["the CSAT veto", csatVeto],
    ["the cohort veto", cohortVeto],
    ["invalid data", invalidData],
    ["200 metrics, 60 cohorts, long and Japanese names", crowded()],
  ])("is at most 100 columns wide and has no escape code when piped: %s", (_name, input) => {
    const page = renderTerminal(buildReadout(input), { color: false });
    expect(widest(page)).toBeLessThanOrEqual(100);
    expect(page).not.toContain(ESCAPE);
    expect(lines(page).filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  it.each([80, 90, 100, 250])("honours a terminal of %i columns", (width) => {
    const page = renderTerminal(buildReadout(crowded()), { color: false, width });
    expect(widest(page)).toBeLessThanOrEqual(Math.min(100, width));
  });

  it("stays in its columns for any name and unit", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(name, name, name, (id, metric, unit) => {
        const { study, evidence } = csatVeto;
        const primary = {
          ...study.primary,
          metric: { ...study.primary.metric, name: metric, unit },
        };
        const comparisons = evidence.comparisons.map((entry) =>
          entry.metric === study.primary.metric.name
            ? {
                ...entry,
                metric,
                analysis: entry.analysis && { ...entry.analysis, relative: null },
              }
            : entry,
        );
        const page = renderTerminal(
          buildReadout({
            ...csatVeto,
            study: { ...study, experimentId: id, primary },
            evidence: { ...evidence, comparisons },
          }),
          { color: false },
        );
        expect(widest(page)).toBeLessThanOrEqual(100);
        expect(page).not.toContain(ESCAPE);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("has the same text with colour, plus the codes", () => {
    const coloured = renderTerminal(readout, { color: true });
    expect(coloured).toContain(ESCAPE);
    const codes = new RegExp(`${ESCAPE}\\[[0-9;]*m`, "g");
    const bare = coloured.replace(codes, "");
    expect(lines(bare).map((line) => line.trimEnd())).toEqual(lines(text));
  });

  it("writes a long name in full and a Japanese one too", () => {
    const page = renderTerminal(buildReadout(crowded()), { color: false });
    expect(page).toContain(LONG_NAME);
    expect(page).toContain(JAPANESE_NAME);
  });

  it("draws the interval with its point, and the limit where the estimate has not passed it", () => {
    const csat = lines(text).find((line) => line.includes("−1.4 % [−2.6, −0.2]"));
    expect(csat).toMatch(/├─*●─*║─*┤|├─*●║─*┤/);
    expect(csat).toMatch(/✕ breach$/);
    const p95 = lines(text).find((line) => line.includes("+2.78 %"));
    expect(p95).toMatch(/│ *● *║/);
  });

  it("shows the unadjusted estimate beside the adjusted one", () => {
    const at = lines(text).findIndex((line) => line.includes("without CUPED"));
    expect(lines(text)[at]).toMatch(/├─*○─*┤ +\+5\.7 % \[\+3\.1, \+8\.3\]/);
    expect(lines(text)[at - 1]).toMatch(/├─*●─*┤ +\+6\.0 % \[\+4\.2, \+7\.8\]/);
  });

  it("marks what goes beyond the axis with an arrow", () => {
    const page = renderTerminal(buildReadout(crowded()), { color: false });
    expect(lines(page).find((line) => line.includes("−192 %"))).toMatch(/◂/);
  });

  it("shows where the path stops, right after the check that stops it", () => {
    const at = lines(text).findIndex((line) => line.includes("the path stops here"));
    expect(
      lines(text)
        .slice(at - 2, at)
        .join(" ")
        .replace(/ +/g, " "),
    ).toContain("registered limit is −1.0 %");
  });

  it("does not call a primary metric that is only not significant a breach", () => {
    const missed: typeof csatVeto = {
      ...csatVeto,
      verdict: {
        ...csatVeto.verdict,
        checks: csatVeto.verdict.checks.map((check) =>
          check.kind === "primary" ? { ...check, status: "breach" as const } : check,
        ),
      },
    };
    const page = renderTerminal(buildReadout(missed), { color: false });
    expect(page.match(/✕ not met/g)).toHaveLength(2);
    expect(page.match(/✕ breach/g)).toHaveLength(2);
  });

  it("says who chose each parameter", () => {
    expect(text).toMatch(/default, not chosen: .*alpha 0\.05/);
    expect(text).toMatch(/given: .*power 0\.8/);
  });

  it("shows no effect as passed when the data are invalid", () => {
    const page = renderTerminal(buildReadout(invalidData), { color: false });
    expect(page).toContain("not evaluable: data invalid");
    expect(page).not.toMatch(/✓ clear/);
    expect(page).not.toContain("significant at 0.05");
  });
});
