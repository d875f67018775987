/**
 * Policies at the looks of a plan. O'Brien-Fleming-type spending, one-sided 0.05, at 0.3 and 0.6 of the information: 0.000346
 * and 0.011397 spent (2 - 2 Phi(1.959964 / sqrt t)), so the level at the second look lies between the increment and the total.
 */
import { describe, expect, it } from "vitest";
import type { Comparison, Evidence, Study, StudyStopping } from "../../shared/vocabulary.js";
import { decide } from "../decide.js";
import { checkOf, evidence, guardrail, metric, relativeLimit, study } from "../testing/study.js";

const UNITS = 10_000;
const stopping: StudyStopping = {
  plan: {
    kind: "group_sequential",
    looks: [3, 6, 10],
    boundary: { family: "lan_demets_obrien_fleming" },
    futility: null,
  },
  start: null,
  plannedUnitsPerArm: UNITS,
  plannedDeviation: null,
  baseline: null,
  abortOnBreach: true,
};

const registered = (overrides: Partial<Study>): Study => ({
  ...study({ stopping, guardrails: [guardrail("g", relativeLimit(-0.05))] }),
  primary: {
    metric: metric("m"),
    mde: { relative: null, absolute: null },
    rule: "significant",
    alpha: 0.05,
  },
  ...overrides,
});

/** `share` of the planned units; the effect is z standard errors. */
function result(name: string, z: number, share: number, p: number): Comparison {
  const n = share * UNITS;
  const standardError = Math.sqrt(2 / n);
  const effect = { estimate: z * standardError, standardError, interval: null };
  return {
    metric: name,
    treatment: "treatment",
    cohort: null,
    analysis: {
      method: "z",
      absolute: effect,
      relative: effect,
      relativeMethod: "delta",
      statistic: null,
      pValue: { value: p, bound: false },
      control: { n, value: 1, standardDeviation: 1 },
      treatment: { n, value: 1, standardDeviation: 1 },
    },
    unadjusted: null,
    cuped: null,
    missing: null,
  };
}

const on = (day: number, comparisons: readonly Comparison[]): Evidence => ({
  ...evidence(comparisons),
  timing: { day, firstExposure: null, lastExposure: null, earlier: [] },
});

const early = on(6, [result("m", 5, 0.6, 6e-7), result("g", 0, 0.6, 1)]);

describe("a proof at an interim look", () => {
  it("has the level of the look, since each look is another chance to pass", () => {
    const verdict = decide(registered({ policy: { kind: "non_inferiority" } }), early);
    const { alpha } = checkOf(verdict, "guardrail:g");
    expect(alpha).toBeGreaterThan(0.011397 - 0.000346);
    expect(alpha).toBeLessThan(0.011397 + 1e-6);
  });

  it("of the risk-aware rule always has the level of the look", () => {
    const verdict = decide(
      registered({ policy: { kind: "risk_aware", deteriorationAlpha: 0.05 } }),
      early,
    );
    expect(checkOf(verdict, "guardrail:g").alpha).toBeLessThan(0.0115);
  });

  it("between looks reads the always-valid interval, not the standard error", () => {
    const between = on(5, [result("m", 5, 0.5, 6e-7), result("g", 0, 0.5, 1)]);
    // se 0.02: the fixed bound -0.033 excludes -0.05, the always-valid one (about 3 se) does not.
    const now = decide(registered({ policy: { kind: "non_inferiority" } }), between);
    expect(checkOf(now, "guardrail:g").status).toBe("underpowered");
  });
});

describe("the risk-aware rule while the run goes on", () => {
  const several = registered({
    policy: { kind: "risk_aware", deteriorationAlpha: 0.05 },
    success: [{ metric: metric("s"), mde: { relative: null, absolute: null } }],
  });
  const at = (m: number, s: number, p: readonly [number, number], g = 0, gp = 1) =>
    decide(
      several,
      on(6, [result("m", m, 0.6, p[0]), result("s", s, 0.6, p[1]), result("g", g, 0.6, gp)]),
    );

  it("goes on while no success metric has crossed its boundary", () => {
    const verdict = at(1, 1, [0.3, 0.3]);
    expect(verdict.arms[0]).toMatchObject({ verdict: "continue", stoppedAt: "primary:m" });
    expect(checkOf(verdict, "success:s").code).toBe("primary_not_yet");
  });

  it("stops for the benefit of any, at the boundary of half of alpha", () => {
    const verdict = at(1, 6, [0.3, 2e-9]);
    expect(verdict.plan?.arms[0]).toMatchObject({ decision: "stop_for_benefit", stageWise: null });
    expect(verdict.verdict).toBe("ship");
    const own = checkOf(verdict, "success:s").alpha ?? 0;
    const whole = checkOf(decide(registered({}), early), "primary:m").alpha ?? 0;
    expect(own).toBeLessThan(whole / 2 + 1e-6);
    expect(checkOf(verdict, "primary:m").alpha).toBeCloseTo(own, 12);
  });

  it("vetoes deterioration that is shown at the level of the look, and no sooner", () => {
    expect(at(1, 1, [0.3, 0.3], -5, 6e-7).verdict).toBe("veto");
    expect(at(1, 1, [0.3, 0.3], -2.2, 0.0278).verdict).toBe("continue");
  });
});
