import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Alternative, Comparison, StoppingPlan, Study } from "../../shared/vocabulary.js";
import { decide } from "../decide.js";
import { evidence, guardrail, relativeLimit, study } from "../testing/study.js";

const looks = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 6 })
  .map((days) => days.sort((a, b) => a - b));
const boundary = fc.constantFrom(
  { family: "lan_demets_obrien_fleming" } as const,
  { family: "lan_demets_pocock" } as const,
  { family: "hwang_shih_decani", gamma: -4 } as const,
  { family: "kim_demets", rho: 3 } as const,
  { family: "obrien_fleming" } as const,
  { family: "pocock" } as const,
  { family: "wang_tsiatis", delta: 0.25 } as const,
);
const plan: fc.Arbitrary<StoppingPlan> = fc.oneof(
  fc.record({
    kind: fc.constant("group_sequential" as const),
    looks,
    boundary,
    futility: fc.constantFrom(null, {
      rule: "beta_spending" as const,
      spending: { family: "lan_demets_pocock" as const },
      binding: false,
    }),
  }),
  looks.map((days) => ({
    kind: "custom_levels" as const,
    looks: days,
    levels: days.map((_, at) => 0.05 / (days.length - at)),
  })),
  fc.record({
    kind: fc.constantFrom("fixed_horizon" as const, "always_valid" as const),
    day: fc.option(fc.integer({ min: 1, max: 40 })),
  }),
);
const size = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }));
const error = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1e6, noNaN: true }));
const effect = fc.option(
  fc.record({
    estimate: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    standardError: error,
    interval: fc.constant(null),
  }),
);
const comparison = (metric: string): fc.Arbitrary<Comparison> =>
  fc
    .record({
      absolute: effect,
      relative: effect,
      p: fc.option(fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }))),
      bound: fc.boolean(),
      control: size,
      treatment: size,
      value: fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })),
    })
    .map((given) => ({
      metric,
      treatment: "treatment",
      cohort: null,
      analysis: {
        method: "z",
        absolute: given.absolute,
        relative: given.relative,
        relativeMethod: null,
        statistic: null,
        pValue: given.p === null ? null : { value: given.p, bound: given.bound },
        control: { n: given.control, value: given.value, standardDeviation: null },
        treatment: { n: given.treatment, value: given.value, standardDeviation: null },
      },
      unadjusted: null,
      cuped: null,
      missing: null,
    }));
const earlier = fc.array(
  fc.record({
    day: fc.integer({ min: 1, max: 40 }),
    treatment: fc.constant("treatment"),
    z: fc.double({ min: -40, max: 40, noNaN: true }),
    fraction: fc.double({ min: 0, max: 3, noNaN: true }),
  }),
  { maxLength: 5 },
);

function* numbers(value: unknown): Generator<number> {
  if (typeof value === "number") yield value;
  else if (typeof value === "object" && value !== null) {
    for (const inside of Object.values(value)) yield* numbers(inside);
  }
}

describe("a plan applied to any evidence", () => {
  it("gives a verdict of finite numbers, and never throws", () => {
    fc.assert(
      fc.property(
        fc.record({
          plan,
          alternative: fc.constantFrom<Alternative>("two_sided", "greater", "less"),
          direction: fc.constantFrom("higher_is_better" as const, "lower_is_better" as const),
          units: fc.option(fc.integer({ min: 1, max: 1e6 })),
          deviation: fc.option(fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
          mde: fc.option(fc.double({ min: 1e-6, max: 10, noNaN: true })),
          day: fc.option(fc.integer({ min: 0, max: 50 })),
          primary: comparison("m"),
          csat: comparison("csat"),
          earlier,
        }),
        (given) => {
          const base = study({ guardrails: [guardrail("csat", relativeLimit(-0.01))] });
          const tested: Study = {
            ...base,
            primary: {
              ...base.primary,
              metric: {
                ...base.primary.metric,
                name: "m",
                alternative: given.alternative,
                direction: given.direction,
              },
              mde: { relative: given.mde, absolute: null },
            },
            stopping: {
              plan: given.plan,
              start: null,
              plannedUnitsPerArm: given.units,
              plannedDeviation: given.deviation,
              baseline: null,
              abortOnBreach: true,
            },
          };
          const verdict = decide(tested, {
            ...evidence([given.primary, given.csat]),
            timing: {
              day: given.day,
              firstExposure: null,
              lastExposure: null,
              earlier: given.earlier,
            },
          });
          for (const number of numbers(verdict)) expect(Number.isFinite(number)).toBe(true);
          if (verdict.plan?.moment === "not_a_look") {
            expect(["continue", "veto", "invalid"]).toContain(verdict.verdict);
          }
        },
      ),
      { seed: 1, numRuns: 1500 },
    );
  });
});
