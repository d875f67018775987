/** Any evidence, any policy, any prior, at any moment of a plan: a verdict of finite numbers, and no throw. No outside figures. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  Comparison,
  GuardrailPolicy,
  StoppingPlan,
  Study,
  Threshold,
} from "../../shared/vocabulary.js";
import { decide } from "../decide.js";
import { evidence, guardrail, metric, study } from "../testing/study.js";

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const policy: fc.Arbitrary<GuardrailPolicy> = fc.oneof(
  fc.record({
    kind: fc.constant("harm_test" as const),
    correction: fc.constantFrom("none" as const, "bonferroni" as const, "holm" as const),
  }),
  fc.constant({ kind: "non_inferiority" } as const),
  fc.record({ kind: fc.constant("risk_aware" as const), deteriorationAlpha: number(1e-6, 0.2) }),
  fc.record({ kind: fc.constant("posterior_breach" as const), limit: number(1e-6, 0.49) }),
);

const threshold: fc.Arbitrary<Threshold> = fc.record({
  scale: fc.constantFrom("relative" as const, "absolute" as const, "level" as const),
  value: number(-1e6, 0),
});

const effect = fc.option(
  fc.record({
    estimate: fc.oneof(number(-1e12, 1e12), fc.constant(0)),
    standardError: fc.option(fc.oneof(number(0, 1e12), number(0, 1e-300))),
    interval: fc.constant(null),
  }),
);

const comparison = (name: string): fc.Arbitrary<Comparison> =>
  fc
    .record({ absolute: effect, relative: effect, p: fc.option(number(0, 1)), n: number(1, 1e9) })
    .map(({ absolute, relative, p, n }) => {
      const arm = { n, value: absolute?.estimate ?? null, standardDeviation: 1 };
      return {
        metric: name,
        treatment: "treatment",
        cohort: null,
        analysis: {
          method: "z",
          absolute,
          relative,
          relativeMethod: null,
          statistic: null,
          pValue: p === null ? null : { value: p, bound: false },
          control: arm,
          treatment: arm,
        },
        unadjusted: null,
        cuped: null,
        missing: null,
      };
    });

const plan: fc.Arbitrary<StoppingPlan | null> = fc.constantFrom(
  null,
  {
    kind: "group_sequential",
    looks: [3, 6, 10],
    boundary: { family: "lan_demets_obrien_fleming" },
    futility: null,
  } as const,
  { kind: "custom_levels", looks: [4, 10], levels: [0.01, 0.04] } as const,
  { kind: "always_valid", day: 10 } as const,
);

function* numbers(value: unknown): Generator<number> {
  if (typeof value === "number") yield value;
  else if (typeof value === "object" && value !== null) {
    for (const inside of Object.values(value)) yield* numbers(inside);
  }
}

const scenario = fc.record({
  policy,
  other: policy,
  threshold,
  prior: fc.option(fc.record({ mean: number(-1e6, 1e6), sd: number(1e-12, 1e6) })),
  plan,
  day: fc.integer({ min: 0, max: 12 }),
  results: fc.tuple(comparison("m"), comparison("s"), comparison("g")),
});

describe("the policies", () => {
  it("give a verdict of finite numbers on anything, and never throw", () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const base = guardrail("g", given.threshold);
        const registered: Study = {
          ...study(),
          primary: { ...study().primary, metric: metric("m"), rule: "significant" },
          success: [{ metric: metric("s"), mde: { relative: null, absolute: null } }],
          guardrails: [given.prior === null ? base : { ...base, prior: given.prior }],
          policy: given.policy,
          otherPolicies: [given.other, { kind: "risk_aware", deteriorationAlpha: 0.05 }],
          stopping: given.plan && {
            plan: given.plan,
            start: null,
            plannedUnitsPerArm: 1000,
            plannedDeviation: null,
            baseline: null,
            abortOnBreach: true,
          },
        };
        const timing = { day: given.day, firstExposure: null, lastExposure: null, earlier: [] };
        const verdict = decide(registered, { ...evidence(given.results), timing });
        for (const each of numbers(verdict)) expect(Number.isFinite(each)).toBe(true);
        const declared = verdict.policies?.entries.filter((entry) => entry.declared) ?? [];
        expect(declared.map((entry) => entry.verdict)).toEqual([verdict.verdict]);
        const { upperBound, notPassed } = verdict.policies?.falseVeto ?? {};
        for (const chance of [upperBound ?? 0, notPassed ?? 0]) {
          expect(chance >= 0 && chance <= 1).toBe(true);
        }
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
