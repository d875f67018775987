/**
 * The foundations' worked examples under each policy. Primitive 5: CSAT -1.43 %, p = 0.02 against -1 %; retention -0.6 %,
 * p = 0.18 against -0.5 %; latency +20 ms against +50 ms (its p-value, not in the table, is set to 0.3). Primitive 6: +3 % on
 * average, JP -8.2 %. Probabilities: Python's statistics.NormalDist.
 */
import { describe, expect, it } from "vitest";
import type { Comparison, GuardrailPolicy, Study, Verdict } from "../../shared/vocabulary.js";
import { decide } from "../decide.js";
import {
  checkOf,
  evidence,
  guardrail,
  metric,
  relativeLimit,
  says,
  study,
} from "../testing/study.js";

const OTHERS: readonly GuardrailPolicy[] = [
  { kind: "harm_test", correction: "none" },
  { kind: "harm_test", correction: "bonferroni" },
  { kind: "harm_test", correction: "holm" },
  { kind: "non_inferiority" },
  { kind: "risk_aware", deteriorationAlpha: 0.05 },
  { kind: "posterior_breach", limit: 0.05 },
];

const promotion = (policy: GuardrailPolicy = { kind: "harm_test", correction: "none" }): Study =>
  study({
    policy,
    otherPolicies: OTHERS,
    guardrails: [
      guardrail("csat", relativeLimit(-0.01)),
      guardrail(
        "latency",
        { scale: "absolute", value: 50 },
        { direction: "lower_is_better", unit: "ms" },
      ),
      guardrail("retention", relativeLimit(-0.005)),
      guardrail("jp_useful", relativeLimit(-0.03)),
    ],
  });

const promoted: readonly Comparison[] = [
  says("useful_answer_rate", { relative: 0.06, p: 0.0001 }),
  says("csat", { relative: -0.0143, p: 0.02 }),
  says("latency", { absolute: 20, p: 0.3 }),
  says("retention", { relative: -0.006, p: 0.18 }),
  says("jp_useful", { relative: 0.018, p: 0.04 }),
];

const words = ({ policies }: Verdict) =>
  (policies?.entries ?? []).map(({ label, verdict, stoppedAt }) => [label, verdict, stoppedAt]);

describe("the reranker that lost CSAT, on one evidence", () => {
  const table = [
    ["harm test", "veto", "guardrail:csat"],
    ["harm test (Bonferroni)", "ship", null],
    ["harm test (Holm)", "ship", null],
    ["non-inferiority", "veto", "guardrail:csat"],
    ["risk-aware", "continue", "guardrail:csat"],
    ["posterior breach", "continue", "guardrail:csat"],
  ];

  it("is vetoed by the declared harm test, and ships once that is corrected over four guardrails", () => {
    const verdict = decide(promotion(), evidence(promoted));
    expect(verdict.verdict).toBe("veto");
    expect(words(verdict)).toEqual(table);
    expect(verdict.policies?.entries.filter(({ declared }) => declared)).toHaveLength(1);
    expect(verdict.policies?.sentence).toContain("ships under harm test (Bonferroni)");
  });

  it.each(OTHERS)("says the same table whichever policy is declared: %o", (policy) => {
    const verdict = decide(promotion(policy), evidence(promoted));
    expect(words(verdict)).toEqual(table);
    const own = verdict.policies?.entries.find(({ declared }) => declared);
    expect(own).toMatchObject({
      policy,
      verdict: verdict.verdict,
      stoppedAt: verdict.arms[0]?.stoppedAt ?? null,
      reason: verdict.reason,
    });
  });

  // Level of each of 5 + 1 one-sided tests: 0.05 / 6 = 0.00833, so two-sided 0.0167 < 0.02.
  it("is not shown to deteriorate at its share of alpha under the risk-aware rule", () => {
    const verdict = decide(
      promotion({ kind: "risk_aware", deteriorationAlpha: 0.05 }),
      evidence(promoted),
    );
    const check = checkOf(verdict, "deterioration:csat");
    expect(check).toMatchObject({ status: "clear", blocks: false, threshold: null });
    expect(check.alpha).toBeCloseTo(0.1 / 6, 12);
    expect(checkOf(verdict, "guardrail:csat")).toMatchObject({ status: "near", blocks: true });
  });

  it("has lost more than 1 % of CSAT with a probability of 0.758 under a flat prior", () => {
    const verdict = decide(
      promotion({ kind: "posterior_breach", limit: 0.05 }),
      evidence(promoted),
    );
    expect(checkOf(verdict, "guardrail:csat").probabilityBeyond).toBeCloseTo(0.7579, 4);
    expect(checkOf(verdict, "guardrail:retention").probabilityBeyond).toBeCloseTo(0.5884, 4);
    expect(checkOf(verdict, "guardrail:csat")).toMatchObject({ alpha: null, blocks: true });
  });

  it.each([
    [2, "veto"],
    [3, "ship"],
    [5, "ship"],
  ])("with %i guardrails Bonferroni's word is %s", (count, word) => {
    const calm = ["b", "c", "d", "e"].slice(0, count - 1);
    const registered = study({
      policy: { kind: "harm_test", correction: "bonferroni" },
      guardrails: ["csat", ...calm].map((name) => guardrail(name, relativeLimit(-0.01))),
    });
    const results = [
      says("useful_answer_rate", { relative: 0.06, p: 0.0001 }),
      says("csat", { relative: -0.0143, p: 0.02 }),
      ...calm.map((name) => says(name, { relative: 0.01, p: 0.01 })),
    ];
    expect(decide(registered, evidence(results)).verdict).toBe(word);
  });
});

describe("the average that hides a harmed cohort", () => {
  it.each(OTHERS)("is vetoed by JP under %o", (policy) => {
    const registered = study({
      policy,
      otherPolicies: OTHERS,
      cohorts: {
        dimensions: [{ name: "locale", levels: ["EN", "JP", "MIXED"] }],
        threshold: relativeLimit(-0.03),
        alpha: 0.05,
        acceptBlindness: [],
      },
    });
    const at = (level: string, relative: number, p: number) =>
      says("useful_answer_rate", { relative, p, cohort: { dimension: "locale", level } });
    const verdict = decide(
      registered,
      evidence([
        says("useful_answer_rate", { relative: 0.03, p: 0.0004 }),
        at("EN", 0.041, 0.0003),
        at("JP", -0.082, 0.0001),
        at("MIXED", 0.025, 0.04),
      ]),
    );
    expect(verdict.verdict).toBe("veto");
    expect(words(verdict).map(([, word, stop]) => [word, stop])).toEqual(
      OTHERS.map(() => ["veto", "cohort:locale=JP"]),
    );
    expect(verdict.policies?.sentence).toBe(
      "Under every other policy the launch is vetoed as well.",
    );
  });
});

describe("studies that ask for no comparison", () => {
  it("get the verdict they always had, and the comparison changes nothing else in it", () => {
    const { otherPolicies: _others, ...before } = promotion();
    const old = decide(before, evidence(promoted));
    expect(old).not.toHaveProperty("policies");
    const { policies: _policies, ...now } = decide(promotion(), evidence(promoted));
    expect(JSON.stringify(now)).toBe(JSON.stringify(old));
  });

  it("replay to the same bytes after JSON, comparison and all", () => {
    const said = JSON.stringify(decide(promotion(), evidence(promoted)));
    const stored = JSON.parse(JSON.stringify([promotion(), evidence(promoted)]));
    expect(JSON.stringify(decide(stored[0], stored[1]))).toBe(said);
  });

  it("are told nothing of false vetoes when the data are invalid", () => {
    const broken = {
      code: "srm",
      status: "fatal",
      sentence: "Broken.",
      numbers: { pValue: 1e-9, alpha: 0.001 },
      subject: null,
    } as const;
    const verdict = decide(promotion(), evidence(promoted, [broken]));
    expect(verdict.policies?.falseVeto).toBeNull();
    expect(new Set(words(verdict).map(([, word]) => word))).toEqual(new Set(["invalid"]));
    const believed = decide(
      promotion({ kind: "posterior_breach", limit: 0.05 }),
      evidence(promoted, [broken]),
    );
    expect(checkOf(believed, "guardrail:csat")).not.toHaveProperty("probabilityBeyond");
  });
});

describe("several arms", () => {
  it("are compared by the arm that speaks for the launch", () => {
    const registered = study({
      otherPolicies: OTHERS,
      treatments: [
        { name: "a", value: "a", share: 1 / 3 },
        { name: "b", value: "b", share: 1 / 3 },
      ],
      primary: { ...study().primary, metric: metric("m") },
      guardrails: [guardrail("g", relativeLimit(-0.01))],
    });
    const results = ["a", "b"].flatMap((treatment) => [
      says("m", { relative: 0.06, p: 0.0001, treatment }),
      says("g", { relative: treatment === "a" ? -0.03 : 0.02, p: 0.001, treatment }),
    ]);
    const verdict = decide(registered, evidence(results));
    expect(verdict.shippable).toBe("b");
    expect(verdict.policies?.entries.map(({ treatment }) => treatment)).toEqual(Array(6).fill("b"));
  });
});
