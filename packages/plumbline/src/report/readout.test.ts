import { readFileSync } from "node:fs";
import { decide, shownEvidence } from "@plumbline/primitives";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "./exit-codes.js";
import { renderHtml } from "./html.js";
import { buildReadout } from "./readout.js";
import { readoutSchema } from "./readout-schema.js";
import { renderTerminal } from "./terminal.js";
import { metricOf } from "./testing/builders.js";
import { crowded } from "./testing/crowded.js";
import { cohortVeto, csatVeto } from "./testing/fixtures.js";
import { invalidData } from "./testing/invalid-data.js";
import { anyTime, betweenLooks, finalLook, interimLook, stoppedEarly } from "./testing/plans.js";
import { dailyLooks, twoArms } from "./testing/plans-crowded.js";
import { RELATIVE_UNIT } from "./units.js";

describe("buildReadout", () => {
  it.each([
    ["the CSAT veto", csatVeto],
    ["the cohort veto", cohortVeto],
    ["invalid data", invalidData],
    ["200 metrics and 60 cohorts", crowded()],
    ["an interim look", interimLook],
    ["a stop", stoppedEarly],
    ["no planned look", betweenLooks],
    ["two arms", twoArms],
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
    for (const input of [csatVeto, stoppedEarly]) {
      const { quality, ...rest } = buildReadout(input);
      const findings = quality.map(({ numbers, ...finding }) => ({
        ...finding,
        numbers: Object.keys(numbers),
      }));
      JSON.stringify({ ...rest, quality: findings }, (key, value: unknown) => {
        if (!/^\d*$/.test(key)) names.add(key);
        return value;
      });
    }
    expect([...names].filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
  });

  it("holds where the run stands in its plan, to the last digit", () => {
    const { plan, timing, registration_state: state, schema } = buildReadout(stoppedEarly);
    expect(schema).toBe("plumbline.readout/1");
    expect(plan).toMatchObject({ kind: "group_sequential", moment: "planned_look", day: 7 });
    expect(plan).toMatchObject({ next_day: 11, last_day: 14 });
    const arm = plan?.arms[0];
    expect(arm).toMatchObject({
      decision: "stop_for_benefit",
      z: 3.42,
      information: 15_210.4,
      information_unit: "1 / (share of turns)²",
      fraction: 0.4876,
      nominal_level: 0.0026438444469429126,
      futility_bound: null,
    });
    expect(arm?.looks.map(({ state }) => state)).toEqual(["assumed", "now", "to_come", "to_come"]);
    expect(arm?.looks[1]?.critical_value).toBe(3.006373026294113);
    expect(arm?.stage_wise).toEqual({
      p_value: 0.0006461916434653827,
      estimate: 0.06115885794661672,
      interval: { lower: 0.026051314864402, upper: 0.09624561448908261, level: 0.95 },
      scale: "relative",
      unit: RELATIVE_UNIT,
    });
    expect(timing).toEqual({
      day: 7,
      first_exposure: "2026-04-15T00:03:11.000Z",
      last_exposure: "2026-04-22T00:02:58.000Z",
    });
    expect(state).toMatchObject({ locked: false });
    expect(state?.failures).toHaveLength(2);
  });

  it("says null where there is no plan, no time and no ledger", () => {
    const readout = buildReadout(csatVeto);
    expect(readout).toMatchObject({ plan: null, timing: null, registration_state: null });
  });

  it("gives a stage-wise estimate in the metric's own unit where the primary scale is absolute", () => {
    const { plan } = stoppedEarly.verdict;
    const arms = plan!.arms.map((arm) => ({
      ...arm,
      stageWise: { ...arm.stageWise!, scale: "absolute" as const },
    }));
    const verdict = { ...stoppedEarly.verdict, plan: { ...plan!, arms } };
    const { stage_wise: result } = buildReadout({ ...stoppedEarly, verdict }).plan!.arms[0]!;
    expect(result?.unit).toBe("share of turns");
  });

  it.each([
    ["without a plan", csatVeto, "fixed"],
    ["at an interim look", interimLook, "repeated"],
    ["at the last of several looks", finalLook, "repeated"],
    ["with a look every day", dailyLooks, "repeated"],
    ["between looks", betweenLooks, "always_valid"],
    ["under an always-valid plan", anyTime, "always_valid"],
  ] as const)("names what its intervals hold for: %s", (_name, input, kind) => {
    expect(buildReadout(input).interval_kind).toBe(kind);
  });

  it("calls the intervals of a plan with one look, and of an arm without a boundary, plain", () => {
    const { plan } = finalLook.verdict;
    const one = { ...plan!, kind: "fixed_horizon" as const };
    const none = { ...plan!, arms: plan!.arms.map((arm) => ({ ...arm, looks: [] })) };
    for (const changed of [one, none]) {
      const verdict = { ...finalLook.verdict, plan: changed };
      expect(buildReadout({ ...finalLook, verdict }).interval_kind).toBe("fixed");
    }
  });

  describe("of a plan as the gate applies it", () => {
    const study = {
      ...csatVeto.study,
      stopping: {
        plan: {
          kind: "group_sequential" as const,
          looks: [4, 7, 11, 14],
          boundary: { family: "lan_demets_obrien_fleming" as const },
          futility: null,
        },
        start: null,
        plannedUnitsPerArm: 36_840,
        plannedDeviation: null,
        baseline: null,
        abortOnBreach: true,
      },
    };
    const onDay = (day: number) => {
      const timing = { day, firstExposure: null, lastExposure: null, earlier: [] };
      const evidence = { ...csatVeto.evidence, timing };
      const verdict = decide(study, evidence);
      return buildReadout({
        ...csatVeto,
        study,
        evidence: shownEvidence(study, evidence),
        verdict,
      });
    };
    const csatWidth = (day: number) => {
      const interval = onDay(day).metrics[1]?.comparisons[0]?.analysis?.relative?.interval;
      return (interval?.upper ?? 0) - (interval?.lower ?? 0);
    };

    it("has one kind of interval, in the labels as in the numbers", () => {
      expect(onDay(7).interval_kind).toBe("repeated");
      expect(onDay(9).interval_kind).toBe("always_valid");
      const plain = csatVeto.evidence.comparisons[1]?.analysis?.relative?.interval;
      const width = (plain?.upper ?? 0) - (plain?.lower ?? 0);
      expect(csatWidth(7)).toBeGreaterThan(1.2 * width);
      expect(csatWidth(9)).toBeGreaterThan(1.2 * width);
    });

    it("says nothing significant between looks, in no sentence of the gate either", () => {
      const readout = onDay(9);
      expect(readout.plan?.moment).toBe("not_a_look");
      expect(renderTerminal(readout, { color: false })).not.toMatch(/significant/i);
      expect(renderHtml(readout)).not.toMatch(/significant/i);
    });

    it("draws the looks of an interim readout", () => {
      const looks = onDay(7).plan?.arms[0]?.looks ?? [];
      expect(looks.map(({ state }) => state)).toEqual(["assumed", "now", "to_come", "to_come"]);
      expect(renderHtml(onDay(7))).toContain('class="sequential wide"');
    });
  });

  it("takes what the gate decides", () => {
    const verdict = decide(csatVeto.study, csatVeto.evidence);
    const readout = buildReadout({ ...csatVeto, verdict });
    expect(readout.verdict).toBe("veto");
    expect(readout.checks.map((check) => check.id)).toContain(readout.arms[1]?.stopped_at);
  });
});
