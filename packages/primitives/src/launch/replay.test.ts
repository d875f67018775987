// Properties of the gate: replay, order, failing closed, monotone in harm. No outside figures.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Comparison, Evidence, Study } from "../shared/vocabulary.js";
import { decide } from "./decide.js";
import { evidence, guardrail, measured, relativeLimit, says, study } from "./testing/study.js";

const JP = { dimension: "locale", level: "JP" };

describe("replay", () => {
  const primaryResult = says("useful_answer_rate", { relative: 0.06, p: 0.001 });
  const policies: Study["policy"][] = [
    { kind: "harm_test", correction: "none" },
    { kind: "harm_test", correction: "bonferroni" },
    { kind: "harm_test", correction: "holm" },
    { kind: "non_inferiority" },
    { kind: "risk_aware", deteriorationAlpha: 0.05 },
    { kind: "posterior_breach", limit: 0.05 },
  ];
  // Basis points: doubles would be drawn by their bits, nearly all of them next to zero.
  const basisPoints = (min: number, max: number) =>
    fc.integer({ min, max }).map((count) => count / 10_000);
  const size = basisPoints(-1000, 1000);
  const error = basisPoints(5, 500);
  const scenario = fc.record({
    policy: fc.constantFrom(...policies),
    guardrails: fc.array(fc.tuple(size, error), { minLength: 3, maxLength: 3 }),
    jp: fc.tuple(size, error),
  });
  type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;
  const run = { seed: 1, numRuns: 300 };

  const registered = (policy: Study["policy"]): Study => ({
    ...study(),
    policy,
    cohorts: {
      dimensions: [{ name: "locale", levels: ["JP"] }],
      threshold: relativeLimit(-0.03),
      alpha: 0.05,
      acceptBlindness: [],
    },
    guardrails: ["g0", "g1", "g2"].map((name) => guardrail(name, relativeLimit(-0.01))),
  });
  const results = ({ guardrails, jp }: Scenario): Comparison[] => [
    primaryResult,
    ...guardrails.map(([estimate, se], i) => measured(`g${i}`, estimate, se)),
    { ...measured("useful_answer_rate", jp[0], jp[1]), cohort: JP },
  ];
  const word = (policy: Study["policy"], comparisons: readonly Comparison[]) =>
    decide(registered(policy), evidence(comparisons)).verdict;

  it("gives the same bytes for any order of the comparisons, and after JSON", () => {
    fc.assert(
      fc.property(scenario, fc.array(fc.nat(), { minLength: 5, maxLength: 5 }), (given, keys) => {
        const ordered = results(given);
        const shuffled = ordered
          .map((result, i) => ({ result, key: keys[i] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map((entry) => entry.result);
        const told: Study = { ...registered(given.policy), otherPolicies: policies };
        const decided = decide(told, evidence(ordered));
        const stored: Evidence = JSON.parse(JSON.stringify(evidence(shuffled)));
        expect(JSON.stringify(decide(told, stored))).toBe(JSON.stringify(decided));
      }),
      run,
    );
  });

  it("never ships with a guardrail, cohort or primary result removed", () => {
    fc.assert(
      fc.property(scenario, fc.nat({ max: 4 }), (given, index) => {
        expect(word(given.policy, results(given).toSpliced(index, 1))).not.toBe("ship");
      }),
      run,
    );
  });

  it("never turns another verdict into ship when a guardrail or cohort gets worse", () => {
    // The others are held harmless, so that only the one under test decides.
    const calm: [number, number] = [0.02, 0.001];
    fc.assert(
      fc.property(
        fc.record({ policy: fc.constantFrom(...policies), estimate: size, se: error }),
        fc.nat({ max: 3 }),
        basisPoints(0, 1000),
        ({ policy, estimate, se }, index, loss) => {
          const at = (value: number): Scenario => ({
            policy,
            guardrails: [0, 1, 2].map((i) => (i === index ? [value, se] : calm)),
            jp: index === 3 ? [value, se] : calm,
          });
          const before = word(policy, results(at(estimate)));
          if (before !== "ship") {
            expect(word(policy, results(at(estimate - loss)))).not.toBe("ship");
          }
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("reaches ship, veto and continue in those scenarios", () => {
    const words = new Set(fc.sample(scenario, run).map((g) => word(g.policy, results(g))));
    expect([...words].sort()).toEqual(["continue", "ship", "veto"]);
  });
});
