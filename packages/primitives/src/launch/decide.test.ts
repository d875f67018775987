// Tables: foundations text (shared seed), Primitive 5 "the +6% reranker" and Primitive 6 "aggregate +3%,
// JP cohort -8%"; p-values that the text leaves out are stated where they are chosen.
import { describe, expect, it } from "vitest";
import type { Comparison, Study } from "../shared/vocabulary.js";
import { decide } from "./decide.js";
import {
  checkOf,
  evidence,
  guardrail,
  measured,
  metric,
  relativeLimit,
  SOUND,
  says,
  study,
} from "./testing/study.js";

const JP = { dimension: "locale", level: "JP" };
const EN = { dimension: "locale", level: "EN" };
const MIXED = { dimension: "locale", level: "mixed" };

function localeCohorts(levels: string[], acceptBlindness: string[] = []): Study["cohorts"] {
  return {
    dimensions: [{ name: "locale", levels }],
    threshold: relativeLimit(-0.03),
    alpha: 0.05,
    acceptBlindness,
  };
}

const reranker = study({
  guardrails: [
    guardrail("csat", relativeLimit(-0.01)),
    guardrail(
      "p95_latency",
      { scale: "absolute", value: 50 },
      { kind: "quantile", direction: "lower_is_better", unit: "ms", order: 0.95 },
    ),
    guardrail("retention_28d", relativeLimit(-0.005)),
  ],
  cohorts: localeCohorts(["JP"]),
});

const rerankerResults = [
  says("useful_answer_rate", { relative: 0.06, p: { below: 0.001 } }),
  says("csat", { relative: -0.0143, p: 0.02, control: 4.21, value: 4.15 }),
  says("p95_latency", { absolute: 20, p: null, control: 720, value: 740 }),
  says("retention_28d", { relative: -0.006, p: 0.18 }),
  says("useful_answer_rate", { relative: 0.018, p: 0.04, cohort: JP }),
];

function without(results: readonly Comparison[], index: number): Comparison[] {
  return results.filter((_, i) => i !== index);
}

describe("the source's Primitive 5 table", () => {
  const verdict = decide(reranker, evidence(rerankerResults));

  it("is a veto that stops at CSAT", () => {
    expect(verdict.verdict).toBe("veto");
    expect(verdict.arms).toEqual([
      expect.objectContaining({ verdict: "veto", stoppedAt: "guardrail:csat" }),
    ]);
    expect(verdict.shippable).toBeNull();
  });

  it.each([
    ["primary:useful_answer_rate", "clear"],
    ["guardrail:csat", "breach"],
    ["guardrail:p95_latency", "clear"],
    ["guardrail:retention_28d", "near"],
    ["cohort:locale=JP", "clear"],
  ])("%s is %s", (id, status) => {
    expect(checkOf(verdict, id).status).toBe(status);
  });

  it("says what moved, against which limit, and what follows", () => {
    const { sentence } = checkOf(verdict, "guardrail:csat");
    expect(sentence).toMatch(/^csat fell 1\.43 % \(95 % interval .* p = 0\.02\)/);
    expect(sentence).toMatch(/the registered limit is \u22121\.0 %\. The launch is vetoed\.$/);
    expect(checkOf(verdict, "guardrail:p95_latency").sentence).toBe(
      "p95_latency rose 20 ms, within the registered limit of +50 ms.",
    );
  });

  it("ships when CSAT is mended, and still names the guardrail that is near", () => {
    const mended = rerankerResults.with(1, says("csat", { relative: 0.004, p: 0.4 }));
    const decided = decide(reranker, evidence(mended));
    expect(decided.verdict).toBe("ship");
    expect(decided.shippable).toBe("treatment");
    expect(decided.arms[0]?.stoppedAt).toBeNull();
    expect(decided.reason).toContain("guardrail:retention_28d");
  });

  it("keeps its gate order: quality, primary, guardrails, cohorts", () => {
    expect(verdict.checks.map((check) => check.id)).toEqual([
      "quality:srm",
      "primary:useful_answer_rate",
      "guardrail:csat",
      "guardrail:p95_latency",
      "guardrail:retention_28d",
      "cohort:locale=JP",
    ]);
  });
});

describe("the source's Primitive 6 example", () => {
  // The text gives no p-values for the cohorts: 0.001, 0.02 and 0.001 are chosen here.
  const verdict = decide(
    study({ cohorts: localeCohorts(["EN", "JP", "mixed"]) }),
    evidence([
      says("useful_answer_rate", { relative: 0.03, p: 0.001 }),
      says("useful_answer_rate", { relative: 0.041, p: 0.001, cohort: EN }),
      says("useful_answer_rate", { relative: -0.082, p: 0.001, cohort: JP }),
      says("useful_answer_rate", { relative: 0.025, p: 0.02, cohort: MIXED }),
    ]),
  );

  it("is vetoed by the JP cohort although the aggregate is significant", () => {
    expect(verdict.verdict).toBe("veto");
    expect(verdict.arms[0]?.stoppedAt).toBe("cohort:locale=JP");
    expect(checkOf(verdict, "primary:useful_answer_rate")).toMatchObject({
      status: "clear",
      estimate: 0.03,
      pValue: 0.001,
    });
    expect(checkOf(verdict, "cohort:locale=EN").status).toBe("clear");
  });
});

describe("primary metric", () => {
  const only = (said: Parameters<typeof says>[1], overrides: Partial<Study> = {}) =>
    decide(study(overrides), evidence([says("useful_answer_rate", said)]));

  it("ships a significant effect at the MDE exactly", () => {
    expect(only({ relative: 0.03, p: 0.001 }).verdict).toBe("ship");
  });

  it.each([
    ["no effect", { relative: 0.001, p: 0.7 }, "primary_not_significant"],
    ["significant below the MDE", { relative: 0.02, p: 0.001 }, "primary_below_mde"],
    ["significant harm", { relative: -0.04, p: 0.001 }, "primary_harmed"],
    ["p equal to alpha", { relative: 0.05, p: 0.05 }, "primary_not_significant"],
  ])("does not ship %s", (_name, said, code) => {
    const verdict = only(said);
    expect(verdict.verdict).toBe("no_ship");
    expect(verdict.checks[1]).toMatchObject({ status: "breach", code });
  });

  it("ships below the MDE only when the registered rule is significance alone", () => {
    const { primary } = study();
    const overrides = { primary: { ...primary, rule: "significant" as const } };
    expect(only({ relative: 0.02, p: 0.001 }, overrides).verdict).toBe("ship");
  });

  it.each([
    ["no p-value", { relative: 0.06, p: null }],
    ["a bound on p that does not settle alpha", { relative: 0.06, p: { below: 0.1 } }],
    ["no effect on the scale of the MDE", { absolute: 0.01, p: 0.001 }],
  ])("continues on %s", (_name, said) => {
    expect(only(said).verdict).toBe("continue");
  });

  it("never calls an underpowered null 'no effect'", () => {
    const verdict = decide(study(), evidence([measured("useful_answer_rate", 0.01, 0.02)]));
    expect(verdict.reason).toContain("too little data to rule out the registered MDE of +3.0 %");
    expect(verdict.reason).not.toMatch(/no effect/i);
  });

  it("reads improvement downwards when lower is better", () => {
    const { primary } = study();
    const lower = metric("useful_answer_rate", { direction: "lower_is_better" });
    const overrides = { primary: { ...primary, metric: lower } };
    expect(only({ relative: -0.04, p: 0.001 }, overrides).verdict).toBe("ship");
    expect(only({ relative: 0.04, p: 0.001 }, overrides).verdict).toBe("no_ship");
  });

  it("reads a one-sided test in its own direction", () => {
    const { primary } = study();
    const greater = metric("useful_answer_rate", { alternative: "greater" });
    const overrides = { primary: { ...primary, metric: greater } };
    expect(only({ relative: 0.04, p: 0.03 }, overrides).verdict).toBe("ship");
    const harmed = only({ relative: -0.04, p: 0.99 }, overrides);
    expect(harmed.checks[1]?.code).toBe("primary_harmed");
  });
});

describe("the smallest effect worth shipping", () => {
  const { primary } = study();
  const lower = metric("useful_answer_rate", { direction: "lower_is_better" });
  const judged = (change: Partial<Study["primary"]>, said: Parameters<typeof says>[1]) =>
    decide(
      study({ primary: { ...primary, ...change } }),
      evidence([says("useful_answer_rate", said)]),
    );

  it("lies below zero when lower is better, on either scale", () => {
    const relative = { metric: lower, mde: { relative: 0.03, absolute: null } };
    expect(judged(relative, { relative: -0.02, p: 0.001 })).toMatchObject({ verdict: "no_ship" });
    expect(judged(relative, { relative: -0.03, p: 0.001 }).checks[1]).toMatchObject({
      status: "clear",
      threshold: -0.03,
    });
    const absolute = { metric: lower, mde: { relative: null, absolute: 50 } };
    expect(judged(absolute, { absolute: -49, p: 0.001 })).toMatchObject({ verdict: "no_ship" });
    expect(judged(absolute, { absolute: -50, p: 0.001 })).toMatchObject({ verdict: "ship" });
  });

  it("on the absolute scale decides although a relative change exists", () => {
    const absolute = { mde: { relative: null, absolute: 0.01 } };
    const verdict = judged(absolute, { relative: 0.06, absolute: 0.009, p: 0.001 });
    expect(verdict.checks[1]).toMatchObject({ code: "primary_below_mde", scale: "absolute" });
    expect(judged(absolute, { relative: 0.06, absolute: 0.01, p: 0.001 }).verdict).toBe("ship");
  });

  it("is asked for by the rule: without one nothing ships", () => {
    const verdict = judged(
      { mde: { relative: null, absolute: null } },
      { relative: 0.5, p: 0.001 },
    );
    expect(verdict.verdict).toBe("continue");
    expect(verdict.checks[1]).toMatchObject({ code: "primary_no_mde", blocks: true });
  });

  it("is not rounded away: a thousandth short of it is short of it", () => {
    expect(judged({}, { relative: 0.02998, p: 0.001 }).verdict).toBe("no_ship");
  });

  it("is met by 0.1 + 0.2 where it is 0.3", () => {
    const high = { mde: { relative: 0.1 + 0.2, absolute: null } };
    expect(judged(high, { relative: 0.3, p: 0.001 }).verdict).toBe("ship");
  });
});

describe("p-values", () => {
  const { primary } = study();
  const alone = (change: Partial<Study["primary"]>, said: Parameters<typeof says>[1]) =>
    decide(
      study({ primary: { ...primary, rule: "significant", ...change } }),
      evidence([says("useful_answer_rate", said)]),
    );

  it("known to be below alpha are significant at alpha", () => {
    expect(alone({}, { relative: 0.05, p: { below: 0.05 } }).verdict).toBe("ship");
  });

  it.each([
    ["greater", "higher_is_better", -0.06],
    ["less", "lower_is_better", 0.06],
  ] as const)(
    "of a one-sided test (%s) settle nothing beside an estimate of the other sign",
    (...row) => {
      const [alternative, direction, relative] = row;
      const oneSided = metric("useful_answer_rate", { alternative, direction });
      for (const p of [0.001, { below: 0.001 }]) {
        const verdict = alone({ metric: oneSided }, { relative, p });
        expect(verdict.verdict).toBe("continue");
        expect(verdict.checks[1]).toMatchObject({ code: "primary_no_p_value", blocks: true });
      }
    },
  );

  it("carry the power of the shared level where arms share alpha", () => {
    const two = study({
      treatments: [
        { name: "b", value: "b", share: 0.25 },
        { name: "c", value: "c", share: 0.25 },
      ],
    });
    const results = ["b", "c"].map((treatment) => ({
      ...measured("useful_answer_rate", 0.03, 0.01),
      treatment,
    }));
    // Phi(0.03 / 0.01 - 2.241403) = Phi(0.758597), normal table.
    const check = checkOf(decide(two, evidence(results)), "primary:useful_answer_rate@b");
    expect(check.powerAtThreshold).toBeCloseTo(0.77595, 4);
  });
});

describe("failing closed", () => {
  const clean = rerankerResults.with(1, says("csat", { relative: 0.004, p: 0.4 }));

  it.each(clean.map((result, index) => [`${result.metric} ${result.cohort?.level ?? ""}`, index]))(
    "continues without the result of %s",
    (_name, index) => {
      const verdict = decide(reranker, evidence(without(clean, Number(index))));
      expect(verdict.verdict).toBe("continue");
    },
  );

  it("continues without a sample-ratio check", () => {
    const verdict = decide(reranker, evidence(clean, []));
    expect(verdict.verdict).toBe("continue");
    expect(verdict.arms[0]?.stoppedAt).toBe("quality:srm");
  });

  it("continues on two results for one guardrail, in either order", () => {
    const twice = [...clean, says("csat", { relative: -0.05, p: 0.001 })];
    expect(decide(reranker, evidence(twice)).verdict).toBe("continue");
    expect(decide(reranker, evidence(twice.toReversed())).verdict).toBe("continue");
  });

  it("continues when a guardrail is beyond its limit and has no p-value", () => {
    const slow = clean.with(2, says("p95_latency", { absolute: 60, p: null }));
    const verdict = decide(reranker, evidence(slow));
    expect(verdict.verdict).toBe("continue");
    expect(checkOf(verdict, "guardrail:p95_latency").status).toBe("not_evaluable");
  });

  it("judges no limit that asks for an improvement", () => {
    const odd = study({ guardrails: [guardrail("csat", relativeLimit(0.01))] });
    const results = [clean[0], clean[1]].filter((result) => result !== undefined);
    const verdict = decide(odd, evidence(results));
    expect(checkOf(verdict, "guardrail:csat").code).toBe("threshold_on_improving_side");
    expect(verdict.verdict).toBe("continue");
  });

  it("is not fooled by numbers that are not finite", () => {
    const verdict = decide(
      reranker,
      evidence(clean.with(1, says("csat", { relative: Number.NaN, p: 0.4 }))),
    );
    expect(verdict.verdict).toBe("continue");
  });

  it("is invalid on a fatal quality finding, and then shows no effect as a win", () => {
    const broken = { ...SOUND, status: "fatal" as const };
    const verdict = decide(reranker, evidence(clean, [broken]));
    expect(verdict.verdict).toBe("invalid");
    const others = verdict.checks.filter((check) => check.kind !== "quality");
    expect(others.map((check) => check.status)).toEqual(Array(5).fill("not_evaluable"));
    expect(others.every((check) => check.estimate === null && check.pValue === null)).toBe(true);
    expect(verdict.shippable).toBeNull();
  });
});

describe("cohorts without enough data", () => {
  const results = [
    says("useful_answer_rate", { relative: 0.06, p: 0.001 }),
    { ...measured("useful_answer_rate", 0.01, 0.03), cohort: JP },
  ];

  it("make the launch wait", () => {
    const verdict = decide(study({ cohorts: localeCohorts(["JP"]) }), evidence(results));
    expect(verdict.verdict).toBe("continue");
    const check = checkOf(verdict, "cohort:locale=JP");
    expect(check.status).toBe("underpowered");
    // Phi(0.03 / 0.03 - 1.959964) = Phi(-0.959964), normal table.
    expect(check.powerAtThreshold).toBeCloseTo(0.1685, 4);
    expect(check.sentence).toContain(
      "no evidence of harm, and too little data to rule out a fall of 3.0 %",
    );
  });

  it("do not, where the registration accepted the blindness", () => {
    const accepted = study({ cohorts: localeCohorts(["JP"], ["locale=JP"]) });
    const verdict = decide(accepted, evidence(results));
    expect(verdict.verdict).toBe("ship");
    expect(verdict.reason).toContain(
      "Not shown to be safe, for too little data: cohort:locale=JP. " +
        "The registration accepted this blindness beforehand, for locale=JP.",
    );
  });

  it("make it wait too when past the limit without significance", () => {
    const past = [results[0], { ...measured("useful_answer_rate", -0.04, 0.03), cohort: JP }];
    const verdict = decide(
      study({ cohorts: localeCohorts(["JP"]) }),
      evidence(past.filter((result) => result !== undefined)),
    );
    expect(verdict.verdict).toBe("continue");
    expect(checkOf(verdict, "cohort:locale=JP")).toMatchObject({ status: "near", blocks: true });
  });

  it("are clear when the interval excludes the limit, whatever the power", () => {
    const lucky = [results[0], { ...measured("useful_answer_rate", 0.2, 0.03), cohort: JP }];
    const verdict = decide(
      study({ cohorts: localeCohorts(["JP"]) }),
      evidence(lucky.filter((result) => result !== undefined)),
    );
    expect(checkOf(verdict, "cohort:locale=JP").status).toBe("clear");
  });
});
