/** Five guardrails at 0.05: 1 - 0.95^5 = 0.226 (foundations text, Primitive 5); other figures from Python's NormalDist. */
import { describe, expect, it } from "vitest";
import type { GuardrailPolicy, Study } from "../../shared/vocabulary.js";
import { evidence, guardrail, measured, relativeLimit, study } from "../testing/study.js";
import { falseVeto } from "./false-veto.js";

const NAMES = ["a", "b", "c", "d", "e"];

const five = (policy: GuardrailPolicy, more: Partial<Study> = {}): Study =>
  study({
    policy,
    guardrails: NAMES.map((name) => guardrail(name, relativeLimit(-0.01))),
    ...more,
  });

/** Standard error 0.004, so that each limit lies 2.5 of them away. */
const seen = evidence(NAMES.map((name) => measured(name, 0.001, 0.004)));

function chances(registered: Study, found = seen) {
  const result = falseVeto(registered, found, "treatment");
  if (result === null) throw new Error("no guardrails");
  return result;
}

describe("the chance of a false veto", () => {
  it.each([
    [{ kind: "harm_test", correction: "none" }, 0.226219, 0.118904],
    [{ kind: "harm_test", correction: "bonferroni" }, 0.04901, 0.024751],
    [{ kind: "harm_test", correction: "holm" }, 0.04901, 0.024751],
    [{ kind: "non_inferiority" }, 0.226219, 0.118904],
    // 6 metrics and one quality test share 0.05, one-sided: 1 - (1 - 0.05 / 7)^6.
    [{ kind: "risk_aware", deteriorationAlpha: 0.05 }, 0.0421, 0.0421],
    [{ kind: "posterior_breach", limit: 0.05 }, 0.226219, 0.226219],
  ] as const)("under %o is at most %d, on the harmful side %d", (policy, bound, side) => {
    const { upperBound, harmfulSide, sentence } = chances(five(policy));
    expect(upperBound).toBeCloseTo(bound, 5);
    expect(harmfulSide).toBeCloseTo(side, 5);
    expect(sentence).toContain("upper bound");
  });

  it("falls with the limit: the estimate has to lie 2.5 standard errors out", () => {
    const none = chances(five({ kind: "harm_test", correction: "none" }));
    expect(none.atTheseErrors).toBeCloseTo(0.030665, 6);
    expect(none.notPassed).toBe(none.atTheseErrors);
  });

  it("is small beside the chance that a harmless launch lacks the proof: 0.665 at 2.5 standard errors", () => {
    for (const policy of [
      { kind: "non_inferiority" },
      { kind: "posterior_breach", limit: 0.05 },
    ] as const) {
      expect(chances(five(policy)).notPassed).toBeCloseTo(0.664536, 6);
    }
    const aware = chances(five({ kind: "risk_aware", deteriorationAlpha: 0.05 }));
    // The deterioration test of the primary metric may block as well: 0.05 / 7.
    expect(aware.notPassed).toBeCloseTo(1 - (1 - 0.664536) * (1 - 0.05 / 7), 6);
  });

  it("has no bound by a level under a prior, and is computed from the errors", () => {
    const base = guardrail("a", relativeLimit(-0.01));
    const believed = study({
      policy: { kind: "posterior_breach", limit: 0.05 },
      guardrails: [{ ...base, prior: { mean: -0.002, sd: 0.006 } }],
    });
    const found = chances(believed);
    expect([found.upperBound, found.harmfulSide, found.withCohorts]).toEqual([null, null, null]);
    expect(found.notPassed).toBeCloseTo(0.07897191, 7);
    expect((found.atTheseErrors ?? 0) / 4.0305222e-8).toBeCloseTo(1, 6);
  });

  it("counts guardrails in their own cohorts, and the declared cohorts beside them", () => {
    const JP = { dimension: "locale", level: "JP" };
    const base = guardrail("a", relativeLimit(-0.01));
    const registered = study({
      guardrails: [{ ...base, cohorts: [{ cohort: JP, threshold: relativeLimit(-0.02) }] }],
      cohorts: {
        dimensions: [{ name: "locale", levels: ["EN", "JP", "MIXED"] }],
        threshold: relativeLimit(-0.03),
        alpha: 0.05,
        acceptBlindness: [],
      },
    });
    const found = chances(registered);
    expect(found.tests).toBe(2);
    expect(found.upperBound).toBeCloseTo(1 - 0.95 ** 2, 12);
    expect(found.withCohorts).toBeCloseTo(1 - 0.95 ** 5, 12);
    expect([found.atTheseErrors, found.notPassed]).toEqual([null, null]);
  });

  it("is nobody's without guardrails", () => {
    expect(falseVeto(study(), seen, "treatment")).toBeNull();
  });
});
