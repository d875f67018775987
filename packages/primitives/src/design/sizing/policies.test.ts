/**
 * Sizes under each guardrail policy, against the closed forms of the design notes' section A4:
 * n_success = 2 s^2 (z_{1-a/2S} + z_{1-b*})^2 / MDE^2, n_guard = 2 s^2 (z_{1-a} + z_{1-b*})^2 / NIM^2, b* = (b - a-)/(G + 1).
 */
import { normalIsf } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import type { RegistrationInput } from "../registration.js";
import { sizeRegistration } from "./size.js";
import { RERANKER, resolved } from "./testing/reranker.js";

const { stop_rule: _rule, guardrails: _guardrails, test: _test, ...rest } = RERANKER;
const up = "higher_is_better" as const;
const guardrail = (name: string) => ({
  name,
  threshold_absolute: -1,
  unit: "USD",
  direction: up,
});

const base: RegistrationInput = {
  ...rest,
  cuped: { enabled: false },
  guardrails: ["g1", "g2", "g3", "g4", "g5"].map(guardrail),
  sizing: {
    metrics: Object.fromEntries(["g1", "g2", "g3", "g4", "g5", "s2"].map((id) => [id, { sd: 10 }])),
    cohorts: { locale: { JP: 0.3, EN: 0.7 } },
  },
};

const sized = (more: Partial<RegistrationInput>) =>
  sizeRegistration(resolved({ ...base, ...more } as RegistrationInput));

const perArm = (report: ReturnType<typeof sized>, id: string): number => {
  const found = report.requirements.find((each) => each.id === id);
  if (!found) throw new Error(`${id} is not sized: ${JSON.stringify(report.unsized)}`);
  return found.perArm;
};

const close = (got: number, want: number) => expect(Math.abs(got / want - 1)).toBeLessThan(4e-3);

const primaryAt = (alpha: number, beta: number) =>
  (2 * 0.142 ** 2 * (normalIsf(alpha / 2) + normalIsf(beta)) ** 2) / 0.00549 ** 2;
const guardAt = (alpha: number, beta: number) =>
  2 * 100 * (normalIsf(alpha) + normalIsf(beta)) ** 2;

describe("under risk_aware", () => {
  const aware = { rule: "risk_aware" as const };

  it("each test has the power left after the tests of deterioration: (0.2 - 0.05) / 6 = 0.025", () => {
    const report = sized({ guardrail_policy: aware });
    expect(report.betaPerTest).toBeCloseTo(0.025, 12);
    close(perArm(report, "primary"), primaryAt(0.05, 0.025));
    close(perArm(report, "guardrail:g1"), guardAt(0.05, 0.025));
    expect(report.notes.join(" ")).toContain("after 0.05 of it");
  });

  it("with next to no level for them costs what is published: 1.834 | 1.957 for five guardrails", () => {
    const report = sized({ guardrail_policy: { ...aware, deterioration_alpha: 1e-9 } });
    expect(perArm(report, "primary") / primaryAt(0.05, 0.2)).toBeCloseTo(1.834, 2);
    expect(perArm(report, "guardrail:g1") / guardAt(0.05, 0.2)).toBeCloseTo(1.957, 2);
  });

  it("shares alpha over the success metrics, and sizes each", () => {
    const report = sized({
      guardrail_policy: aware,
      success_metrics: [{ name: "s2", direction: up, unit: "USD", mde_absolute: 1 }],
    });
    close(perArm(report, "primary"), primaryAt(0.025, 0.025));
    close(perArm(report, "success:s2"), 200 * (normalIsf(0.0125) + normalIsf(0.025)) ** 2);
  });

  it("counts a guardrail's own cohort as a test, of the units in it", () => {
    const [first, ...others] = ["g1", "g2", "g3", "g4", "g5"].map(guardrail);
    const own = { ...first, cohorts: { locale: { JP: { threshold_absolute: -2 } } } };
    const report = sized({
      guardrail_policy: aware,
      guardrails: [own, ...others] as NonNullable<RegistrationInput["guardrails"]>,
      cohorts: { dimensions: { locale: { levels: ["EN", "JP"] } } },
    });
    expect(report.betaPerTest).toBeCloseTo(0.15 / 7, 12);
    const JP = report.requirements.find(({ id }) => id === "guardrail:g1:locale=JP");
    close(JP?.perArm ?? 0, guardAt(0.05, 0.15 / 7) / 4);
    close(JP?.total ?? 0, (2 * guardAt(0.05, 0.15 / 7)) / 4 / 0.3);
  });

  it("inflates a proof that is tried at several looks, as its own plan asks", () => {
    const looks = { type: "pocock" as const, looks: [4, 7, 11, 14] };
    const report = sized({ guardrail_policy: aware, stop_rule: looks });
    const inflation = perArm(report, "guardrail:g1") / guardAt(0.05, 0.025);
    expect(inflation).toBeGreaterThan(1.1);
    expect(inflation).toBeLessThan(1.25);
    const tested = sized({ guardrail_policy: "harm_test", stop_rule: looks });
    close(perArm(tested, "guardrail:g1"), 200 * (normalIsf(0.025) + normalIsf(0.2)) ** 2);
  });
});

describe("under posterior_breach", () => {
  it("a guardrail is sized as under a flat prior: non-inferiority at the limit, beta shared", () => {
    const report = sized({ guardrail_policy: { rule: "posterior_breach", posterior_limit: 0.1 } });
    expect(report.betaPerTest).toBeCloseTo(0.2 / 6, 12);
    close(perArm(report, "guardrail:g1"), guardAt(0.1, 0.2 / 6));
  });
});

describe("under a corrected harm test", () => {
  it("every guardrail test counts, its own cohorts too", () => {
    const [first, ...others] = ["g1", "g2", "g3", "g4", "g5"].map(guardrail);
    const own = { ...first, cohorts: { locale: { JP: { threshold_absolute: -2 } } } };
    const report = sized({
      guardrail_policy: { rule: "harm_test", correction: "bonferroni" },
      guardrails: [own, ...others] as NonNullable<RegistrationInput["guardrails"]>,
      cohorts: { dimensions: { locale: { levels: ["EN", "JP"] } } },
    });
    close(perArm(report, "guardrail:g1"), 200 * (normalIsf(0.05 / 6 / 2) + normalIsf(0.2)) ** 2);
  });
});
