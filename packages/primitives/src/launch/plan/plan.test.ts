/**
 * The registered plan in the gate. Boundaries: R ldbounds, Lan-DeMets O'Brien-Fleming, one-sided .025 at t = (.3, .6, 1):
 * 3.92857 2.66997 1.98103; planned so but ended at .8: 1.96890; two-sided .05 at days 4, 7, 11, 14 by sides:
 * 4.0333 2.9646 2.2918 2.0238.
 */
import { normalSf } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import type {
  Comparison,
  Evidence,
  EvidenceTiming,
  Study,
  StudyStopping,
} from "../../shared/vocabulary.js";
import { decide } from "../decide.js";
import { checkOf, evidence, guardrail, relativeLimit, study } from "../testing/study.js";
import { shownEvidence } from "./index.js";

const PLANNED_UNITS = 10_000;

const stopping = (overrides: Partial<StudyStopping> = {}): StudyStopping => ({
  plan: {
    kind: "group_sequential",
    looks: [3, 6, 10],
    boundary: { family: "lan_demets_obrien_fleming" },
    futility: null,
  },
  start: "2026-07-06T00:00:00Z",
  plannedUnitsPerArm: PLANNED_UNITS,
  plannedDeviation: null,
  baseline: null,
  abortOnBreach: true,
  ...overrides,
});

const timing = (day: number | null, earlier: EvidenceTiming["earlier"] = []): EvidenceTiming => ({
  day,
  firstExposure: null,
  lastExposure: null,
  earlier,
});

/** A result of `share` of the planned units whose test statistic is z (two-sided p, or the p of "greater"). */
function result(name: string, z: number, share: number, more: { oneSided?: boolean } = {}) {
  const n = share * PLANNED_UNITS;
  const error = Math.sqrt(2 / n);
  const effect = {
    estimate: z * error,
    standardError: error,
    interval: { lower: (z - 1.96) * error, upper: (z + 1.96) * error, level: 0.95 },
  };
  const value = more.oneSided ? normalSf(z) : Math.min(1, 2 * normalSf(Math.abs(z)));
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
      pValue: { value, bound: false },
      control: { n, value: 1, standardDeviation: 1 },
      treatment: { n, value: 1, standardDeviation: 1 },
    },
    unadjusted: null,
    cuped: null,
    missing: null,
  } satisfies Comparison;
}

const oneSided = (plan: StudyStopping = stopping()): Study => {
  const base = study({ stopping: plan });
  return {
    ...base,
    primary: {
      metric: { ...base.primary.metric, alternative: "greater" },
      mde: { relative: 0.001, absolute: null },
      rule: "significant",
      alpha: 0.025,
    },
  };
};

const twoSided = (overrides: Partial<Study> = {}, plan = stopping()): Study =>
  study({
    stopping: plan,
    primary: { ...study().primary, mde: { relative: 0.001, absolute: null } },
    ...overrides,
  });

const at = (
  day: number | null,
  z: number,
  share: number,
  more: Partial<Evidence> = {},
  sides: { oneSided?: boolean } = {},
): Evidence => ({
  ...evidence([result("useful_answer_rate", z, share, sides)]),
  timing: timing(day),
  ...more,
});

describe("a planned look", () => {
  const cases = [
    { day: 3, share: 0.3, bound: 3.92857 },
    { day: 6, share: 0.6, bound: 2.66997 },
    { day: 10, share: 1, bound: 1.98103 },
  ];
  it.each(cases)("holds z against the published bound on day $day", ({ day, share, bound }) => {
    const of = (z: number) => decide(oneSided(), at(day, z, share, {}, { oneSided: true }));
    const [below, above] = [of(bound - 2e-5), of(bound + 2e-5)];
    expect(above.verdict).toBe("ship");
    expect(above.plan?.arms[0]?.decision).toBe("stop_for_benefit");
    expect(below.verdict).toBe(day === 10 ? "no_ship" : "continue");
    expect(below.plan?.arms[0]?.decision).toBe(day === 10 ? "not_shown" : "continue");
    const now = above.plan?.arms[0]?.looks.find(({ state }) => state === "now");
    expect(now?.criticalValue).toBeCloseTo(bound, 4);
  });

  it("spends what is left when the run ends with four fifths of the information", () => {
    const earlier = [
      { day: 3, treatment: "treatment", z: 0.1, fraction: 0.3 },
      { day: 6, treatment: "treatment", z: 0.2, fraction: 0.6 },
    ];
    const of = (z: number) =>
      decide(oneSided(), at(10, z, 0.8, { timing: timing(10, earlier) }, { oneSided: true }));
    expect(of(1.9691).verdict).toBe("ship");
    expect(of(1.9687).verdict).toBe("no_ship");
    expect(of(1.9687).plan?.arms[0]?.looks.map(({ state }) => state)).toEqual([
      "taken",
      "taken",
      "now",
    ]);
  });

  it("takes a planned look of the past that is not on record for taken", () => {
    const looks = decide(oneSided(), at(6, 1, 0.6)).plan?.arms[0]?.looks ?? [];
    expect(looks.map(({ state, fraction }) => [state, Number(fraction.toFixed(4))])).toEqual([
      ["assumed", 0.3],
      ["now", 0.6],
      ["to_come", 1],
    ]);
  });

  it("is the final one once all the planned information is there", () => {
    const verdict = decide(twoSided(), at(3, 1.97, 1.3));
    expect(verdict.plan?.moment).toBe("final_look");
    expect(verdict.verdict).toBe("ship");
    expect(verdict.plan?.sentence).toContain("this look is the final one");
  });

  it("shows only always-valid intervals after a look that had all the information", () => {
    const earlier = [{ day: 3, treatment: "treatment", z: 1, fraction: 1.2 }];
    const verdict = decide(twoSided(), at(6, 6, 2, { timing: timing(6, earlier) }));
    expect(verdict.verdict).toBe("continue");
    expect(verdict.plan?.sentence).toContain("ended with the recorded look on day 3");
  });

  it("stops for harm where the primary metric is worse past the boundary", () => {
    const verdict = decide(twoSided(), at(6, -3.2, 0.6));
    expect(verdict.verdict).toBe("no_ship");
    expect(verdict.plan?.arms[0]?.decision).toBe("stop_for_harm");
  });

  it("stops for futility below the registered bound, and not above it", () => {
    const futile = stopping({
      plan: {
        kind: "group_sequential",
        looks: [1, 2, 3, 4],
        boundary: { family: "lan_demets_obrien_fleming" },
        futility: {
          rule: "beta_spending",
          spending: { family: "lan_demets_obrien_fleming" },
          binding: false,
        },
      },
    });
    // Published for t = .25 .5 .75 1, alpha .025, beta .2: futility bounds -0.8203 0.6098 1.4017.
    const of = (z: number) =>
      decide(oneSided(futile), at(2, z, 0.5, {}, { oneSided: true })).plan?.arms[0]?.decision;
    expect(of(0.6095)).toBe("stop_for_futility");
    expect(of(0.6101)).toBe("continue");
  });

  it("gives the median-unbiased estimate, nearer to zero than the naive one, when it stops early", () => {
    const taken = [{ day: 3, treatment: "treatment", z: 1.2, fraction: 0.3 }];
    const of = (earlier: EvidenceTiming["earlier"]) =>
      decide(twoSided(), at(6, 3.5, 0.6, { timing: timing(6, earlier) })).plan?.arms[0];
    const arm = of(taken);
    const naive = 3.5 * Math.sqrt(2 / 6000);
    expect(arm?.stageWise?.estimate).toBeLessThan(naive);
    expect(arm?.stageWise?.estimate).toBeGreaterThan(0.5 * naive);
    expect(arm?.stageWise?.interval.lower).toBeGreaterThan(0);
    expect(arm?.stageWise?.pValue).toBeLessThan(0.05);
    // A look that nobody took is no place to have stopped at; one that crossed and went on has no place in the order.
    expect(of([])?.stageWise).toBeNull();
    expect(of([{ day: 3, treatment: "treatment", z: 4.5, fraction: 0.3 }])?.stageWise).toBeNull();
  });

  it("says how likely success still is when it goes on", () => {
    const power = (z: number) =>
      decide(twoSided(), at(6, z, 0.6)).plan?.arms[0]?.predictivePower ?? Number.NaN;
    expect(power(-1)).toBeLessThan(power(1));
    expect(power(2.4)).toBeGreaterThan(0.8);
  });

  it("uses levels written by hand at their own look", () => {
    const custom = stopping({
      plan: { kind: "custom_levels", looks: [4, 7, 11, 14], levels: [1e-4, 1e-3, 1e-2, 5e-2] },
    });
    const of = (z: number) => decide(twoSided({}, custom), at(7, z, 0.5)).verdict;
    expect(of(3.3)).toBe("ship"); // two-sided p 0.00097
    expect(of(3.28)).toBe("continue"); // 0.00104
  });

  it("shows repeated intervals, as wide as the boundary is high", () => {
    const shown = shownEvidence(twoSided(), at(6, 1, 0.6));
    const effect = shown.comparisons[0]?.analysis?.absolute;
    const look = decide(twoSided(), at(6, 1, 0.6)).plan?.arms[0]?.looks[1];
    const half = (look?.criticalValue ?? 0) * Math.sqrt(2 / 6000);
    expect(effect?.interval?.upper).toBeCloseTo((effect?.estimate ?? 0) + half, 10);
    expect(look?.criticalValue).toBeGreaterThan(2.6);
  });
});

describe("another moment", () => {
  const csat = guardrail("csat", relativeLimit(-0.01));

  it("decides nothing on the primary metric, however large the effect", () => {
    const verdict = decide(twoSided(), at(5, 12, 0.5));
    expect(verdict.verdict).toBe("continue");
    expect(verdict.plan?.moment).toBe("not_a_look");
    expect(JSON.stringify(verdict)).not.toContain("significant");
    expect(verdict.next).toContain("day 6");
  });

  it("widens every interval to an always-valid one", () => {
    const shown = shownEvidence(twoSided(), at(5, 1, 0.5)).comparisons[0]?.analysis;
    const error = Math.sqrt(2 / 5000);
    const half = (shown?.absolute?.interval?.upper ?? 0) - (shown?.absolute?.estimate ?? 0);
    // Published: 3.035 standard errors where the sequence is tightest (n = 2 x 10,000); wider at half of that.
    expect(half / error).toBeGreaterThan(3.035);
    expect(half / error).toBeLessThan(3.3);
    expect(shown?.method).toContain("always-valid");
  });

  it("still vetoes on harm that an always-valid test shows", () => {
    const found = { ...at(5, 1, 0.5), comparisons: [] };
    const of = (z: number) =>
      decide(twoSided({ guardrails: [csat] }), {
        ...found,
        comparisons: [result("useful_answer_rate", 1, 0.5), result("csat", z, 0.5)],
      });
    expect(of(-4).verdict).toBe("veto");
    // p = 0.03 by the ordinary test: no ground for a veto between looks.
    expect(of(-2.2).verdict).toBe("continue");
    expect(checkOf(of(-2.2), "guardrail:csat").status).toBe("near");
  });

  it("holds harm at an interim look against the level of that look, and at the end against the whole", () => {
    const of = (day: number, share: number) =>
      decide(twoSided({ guardrails: [csat] }), {
        ...evidence([result("useful_answer_rate", 1, share), result("csat", -2.3, share)]),
        timing: timing(day),
      });
    expect(checkOf(of(6, 0.6), "guardrail:csat").status).toBe("near");
    expect(checkOf(of(10, 1), "guardrail:csat").status).toBe("breach");
  });

  it("goes on despite shown harm where the registration says so", () => {
    const study_ = twoSided({ guardrails: [csat] }, stopping({ abortOnBreach: false }));
    const verdict = decide(study_, {
      ...evidence([result("useful_answer_rate", 1, 0.5), result("csat", -5, 0.5)]),
      timing: timing(5),
    });
    expect(verdict.verdict).toBe("continue");
  });

  it("holds a sample ratio against the sequential test while the run goes on", () => {
    const srm = {
      code: "srm",
      status: "fatal" as const,
      sentence: "Counts.",
      numbers: { pValue: 9e-4, alpha: 1e-3, sequentialPValue: 0.02, concentration: 10_000 },
      subject: null,
    };
    const of = (day: number) =>
      decide(twoSided(), {
        ...evidence([result("useful_answer_rate", 1, 0.5)], [srm]),
        timing: timing(day),
      });
    expect(of(5).verdict).toBe("continue");
    expect(of(10).verdict).toBe("invalid");
  });
});

describe("an end of the run without interim looks", () => {
  const fixed = stopping({ plan: { kind: "fixed_horizon", day: 14 } });

  it("is waited for", () => {
    expect(decide(twoSided({}, fixed), at(13, 9, 1)).verdict).toBe("continue");
    expect(decide(twoSided({}, fixed), at(14, 2, 1)).verdict).toBe("ship");
  });

  it("is taken for granted where the day is not known", () => {
    const verdict = decide(twoSided({}, fixed), at(null, 2, 1));
    expect(verdict.verdict).toBe("ship");
    expect(verdict.plan?.sentence).toContain("not known");
  });

  it("leaves the intervals as they are", () => {
    const given = at(14, 2, 1);
    expect(shownEvidence(twoSided({}, fixed), given)).toEqual(given);
  });
});

describe("an always-valid plan", () => {
  const plan = stopping({ plan: { kind: "always_valid", day: 14 } });

  it("may stop on any day, at the price of wider intervals", () => {
    expect(decide(twoSided({}, plan), at(2, 5, 0.2)).verdict).toBe("ship");
    expect(decide(twoSided({}, plan), at(2, 2.5, 0.2)).verdict).toBe("continue");
    expect(decide(twoSided({}, plan), at(14, 2.5, 1)).verdict).toBe("no_ship");
  });
});

describe("the registration, last step of the gate", () => {
  const lock = (locked: boolean) => ({
    registration: {
      locked,
      sentence: locked ? "Locked on 2026-06-29 by 4 signatures." : "Not registered.",
      failures: [],
    },
  });

  it("holds back a launch that would ship", () => {
    const verdict = decide(twoSided(), at(10, 4, 1, lock(false)));
    expect(verdict.verdict).toBe("continue");
    expect(verdict.arms[0]?.stoppedAt).toBe("registration:lock");
    expect(verdict.reason).toContain("Not registered.");
    expect(decide(twoSided(), at(10, 4, 1, lock(true))).verdict).toBe("ship");
  });

  it("never saves one that would not", () => {
    expect(decide(twoSided(), at(10, -4, 1, lock(false))).verdict).toBe("no_ship");
    expect(decide(twoSided(), at(10, 0, 1, lock(true))).verdict).toBe("no_ship");
  });
});
