/** A guardrail with limits of its own in single cohorts. Levels and statuses follow from the rules as documented. */
import { describe, expect, it } from "vitest";
import type { GuardrailPolicy, Study } from "../../shared/vocabulary.js";
import { decide } from "../decide.js";
import {
  checkOf,
  evidence,
  guardrail,
  measured,
  metric,
  relativeLimit,
  says,
  study,
} from "../testing/study.js";

const JP = { dimension: "locale", level: "JP" };

const registered = (policy: GuardrailPolicy): Study => {
  const csat = guardrail("csat", relativeLimit(-0.01));
  return study({
    policy,
    guardrails: [{ ...csat, cohorts: [{ cohort: JP, threshold: relativeLimit(-0.02) }] }],
  });
};

const results = (relative: number, error: number) => [
  says("useful_answer_rate", { relative: 0.06, p: 0.0001 }),
  measured("csat", 0.002, 0.002),
  { ...measured("csat", relative, error), cohort: JP },
];

const HARM = { kind: "harm_test", correction: "none" } as const;

describe("a guardrail in its own cohort", () => {
  it("vetoes by its limit there, while the aggregate is clear", () => {
    const verdict = decide(registered(HARM), evidence(results(-0.03, 0.01)));
    expect(verdict.arms[0]).toMatchObject({
      verdict: "veto",
      stoppedAt: "guardrail:csat:locale=JP",
    });
    const check = checkOf(verdict, "guardrail:csat:locale=JP");
    expect(check).toMatchObject({ kind: "guardrail", cohort: JP, threshold: -0.02 });
    expect(check.sentence).toContain("csat in locale=JP");
    expect(checkOf(verdict, "guardrail:csat").status).toBe("clear");
  });

  it("is judged by the declared policy", () => {
    // -0.0 - 1.645 x 0.011 = -0.0181 excludes -0.02; with 0.013 it does not.
    const proof = (error: number) =>
      decide(registered({ kind: "non_inferiority" }), evidence(results(0, error))).verdict;
    expect([proof(0.011), proof(0.013)]).toEqual(["ship", "continue"]);
  });

  it("counts as a test of its own under a correction", () => {
    const verdict = decide(
      registered({ kind: "harm_test", correction: "bonferroni" }),
      evidence(results(-0.03, 0.01)),
    );
    expect(checkOf(verdict, "guardrail:csat").alpha).toBe(0.025);
  });

  it("without a result there does not ship", () => {
    const verdict = decide(registered(HARM), evidence(results(0, 0.01).slice(0, 2)));
    expect(verdict.arms[0]).toMatchObject({
      verdict: "continue",
      stoppedAt: "guardrail:csat:locale=JP",
    });
  });

  it("holds a metric that should fall against a rise", () => {
    const limit = { scale: "absolute", value: 50 } as const;
    const p95 = guardrail("p95", limit, { direction: "lower_is_better", unit: "ms" });
    const own = study({
      primary: { ...study().primary, metric: metric("useful_answer_rate") },
      guardrails: [
        { ...p95, cohorts: [{ cohort: JP, threshold: { scale: "absolute", value: 20 } }] },
      ],
    });
    const verdict = decide(
      own,
      evidence([
        says("useful_answer_rate", { relative: 0.06, p: 0.0001 }),
        says("p95", { absolute: 30, p: 0.001 }),
        says("p95", { absolute: 30, p: 0.001, cohort: JP }),
      ]),
    );
    expect(verdict.arms[0]?.stoppedAt).toBe("guardrail:p95:locale=JP");
  });
});
