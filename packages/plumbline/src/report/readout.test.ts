import { readFileSync } from "node:fs";
import { decide } from "@plumbline/primitives";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "./exit-codes.js";
import { buildReadout, RELATIVE_UNIT } from "./readout.js";
import { readoutSchema } from "./readout-schema.js";
import { metricOf } from "./testing/builders.js";
import { crowded } from "./testing/crowded.js";
import { cohortVeto, csatVeto } from "./testing/fixtures.js";
import { invalidData } from "./testing/invalid-data.js";

describe("buildReadout", () => {
  it.each([
    ["the CSAT veto", csatVeto],
    ["the cohort veto", cohortVeto],
    ["invalid data", invalidData],
    ["200 metrics and 60 cohorts", crowded()],
  ])("survives JSON and its own schema: %s", (_name, input) => {
    const readout = buildReadout(input);
    const back: unknown = JSON.parse(JSON.stringify(readout));
    expect(readoutSchema.parse(back)).toEqual(readout);
  });

  it("keeps the numbers of the source's table to the last digit", () => {
    const readout = buildReadout(csatVeto);
    const csat = readout.metrics[1]?.comparisons[0]?.analysis;
    expect(csat?.relative?.estimate).toBe(-0.0143);
    expect(csat?.relative?.unit).toBe(RELATIVE_UNIT);
    expect(csat?.control).toMatchObject({ value: 4.21, unit: "points" });
    expect(csat?.p_value).toEqual({ value: 0.02, is_bound: false });
    // -1.43 % -+ 1.959964 * 1.43 % / 2.326348
    expect(csat?.relative?.interval?.lower).toBeCloseTo(-0.026348, 6);
  });

  it("tells a limit in the metric's own unit as a share of the control, for the shared axis", () => {
    const p95 = buildReadout(csatVeto).metrics[2];
    expect(p95?.threshold).toEqual({
      scale: "absolute",
      value: 50,
      unit: "ms",
      harm_side: "above",
    });
    expect(p95?.comparisons[0]?.threshold_relative_equivalent).toBeCloseTo(50 / 720, 15);
  });

  it("tells a level as the change that would reach it", () => {
    const [csat, p95, ...rest] = csatVeto.study.guardrails;
    const level = { ...p95!, threshold: { scale: "level" as const, value: 800 } };
    const study = { ...csatVeto.study, guardrails: [csat!, level, ...rest] };
    const metric = buildReadout({ ...csatVeto, study }).metrics[2];
    expect(metric?.comparisons[0]?.threshold_relative_equivalent).toBeCloseTo(800 / 720 - 1, 15);
  });

  it("gives no relative limit where the metric has no ratio scale", () => {
    const [csat] = csatVeto.study.guardrails;
    const log = {
      ...csat!,
      metric: metricOf(csat!.metric.name, { transform: "log" }),
      threshold: { scale: "absolute" as const, value: -0.01 },
    };
    const readout = buildReadout({ ...csatVeto, study: { ...csatVeto.study, guardrails: [log] } });
    expect(readout.metrics[1]?.comparisons[0]?.threshold_relative_equivalent).toBeNull();
  });

  it("signs the smallest worthwhile effect by the direction of improvement", () => {
    const { primary } = csatVeto.study;
    const metric = { ...primary.metric, direction: "lower_is_better" as const };
    const study = { ...csatVeto.study, primary: { ...primary, metric } };
    expect(buildReadout(csatVeto).metrics[0]?.comparisons[0]?.mde_relative_equivalent).toBe(0.03);
    expect(
      buildReadout({ ...csatVeto, study }).metrics[0]?.comparisons[0]?.mde_relative_equivalent,
    ).toBe(-0.03);
  });

  it("names a declared cohort and metric that the evidence says nothing of", () => {
    const readout = buildReadout({
      ...csatVeto,
      evidence: { ...csatVeto.evidence, comparisons: [] },
    });
    expect(readout.metrics).toHaveLength(5);
    expect(readout.cohorts).toHaveLength(1);
    for (const entry of [...readout.metrics.flatMap((m) => m.comparisons), ...readout.cohorts]) {
      expect(entry.analysis).toBeNull();
      expect(entry.missing).toMatch(/no result/);
    }
  });

  it("refuses a number that JSON cannot hold", () => {
    const [first, ...rest] = csatVeto.verdict.checks;
    const checks = [{ ...first!, estimate: Number.NaN }, ...rest];
    expect(() => buildReadout({ ...csatVeto, verdict: { ...csatVeto.verdict, checks } })).toThrow();
  });

  it("carries the exit code of the verdict, and says when no effect may be read", () => {
    expect(buildReadout(csatVeto)).toMatchObject({ exit_code: 2, effects_evaluable: true });
    expect(buildReadout(invalidData)).toMatchObject({ exit_code: 4, effects_evaluable: false });
    expect(EXIT_CODES).toEqual({ ship: 0, veto: 2, no_ship: 3, invalid: 4, continue: 5 });
  });

  it("spells every key in snake case, the findings' own numbers too", () => {
    const names: string[] = [];
    JSON.stringify(buildReadout(csatVeto), (key, value: unknown) => {
      names.push(key);
      return value;
    });
    expect(names.filter((name) => /[A-Z]/.test(name))).toEqual([]);
    expect(names).toContain("chi_square");
  });

  it("has every key described in the documentation", () => {
    const docs = readFileSync(new URL("../../../../docs/readout-json.md", import.meta.url), "utf8");
    const names = new Set<string>();
    const { sql, registration, quality, ...rest } = buildReadout(csatVeto);
    const findings = quality.map(({ numbers, ...finding }) => ({
      ...finding,
      numbers: Object.keys(numbers),
    }));
    JSON.stringify({ ...rest, sql, registration, quality: findings }, (key, value: unknown) => {
      if (!/^\d*$/.test(key)) names.add(key);
      return value;
    });
    expect([...names].filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
  });

  it("takes what the gate decides", () => {
    const verdict = decide(csatVeto.study, csatVeto.evidence);
    const readout = buildReadout({ ...csatVeto, verdict });
    expect(readout.verdict).toBe("veto");
    expect(readout.checks.map((check) => check.id)).toContain(readout.arms[1]?.stopped_at);
  });
});
