// Expectations: the foundations text's Primitive 5 (CSAT -1.43 %, p = 0.02) and the design notes' M9:
// Bonferroni over three or more guardrails (0.05/3 = 0.0167 < 0.02) no longer vetoes it.
import { describe, expect, it } from "vitest";
import type { Lookup } from "../shared/effects.js";
import type { LimitQuestion } from "../shared/harm.js";
import type { Analysis, GuardrailPolicy, StudyMetric, Threshold } from "../shared/vocabulary.js";
import { correctedLevels } from "./correction.js";
import { type GuardrailCase, judgeGuardrails } from "./policies.js";

const HARM: GuardrailPolicy = { kind: "harm_test", correction: "none" };
const BONFERRONI: GuardrailPolicy = { kind: "harm_test", correction: "bonferroni" };
const HOLM: GuardrailPolicy = { kind: "harm_test", correction: "holm" };
const PROOF: GuardrailPolicy = { kind: "non_inferiority" };

const higher: StudyMetric = {
  name: "csat",
  kind: "mean",
  direction: "higher_is_better",
  unit: null,
  alternative: "two_sided",
  cuped: false,
  transform: "identity",
  order: null,
};
const lower: StudyMetric = { ...higher, direction: "lower_is_better" };

function question(metric: StudyMetric, threshold: Threshold): LimitQuestion {
  return { metric, threshold, alpha: 0.05, minimumPower: 0.8, coverage: 0.95 };
}

function found(analysis: Partial<Analysis>): Lookup {
  const arm = { n: null, value: null, standardDeviation: null };
  return {
    kind: "found",
    analysis: {
      method: "as given",
      absolute: null,
      relative: null,
      relativeMethod: null,
      statistic: null,
      pValue: null,
      control: arm,
      treatment: arm,
      ...analysis,
    },
  };
}

function relative(estimate: number, pValue: number | null, standardError: number | null): Lookup {
  return found({
    relative: { estimate, standardError, interval: null },
    pValue: pValue === null ? null : { value: pValue, bound: false },
  });
}

const oneProcent: Threshold = { scale: "relative", value: -0.01 };
const csat: GuardrailCase = {
  question: question(higher, oneProcent),
  // se = 0.0143 / 2.326348, the two-sided z of p = 0.02.
  lookup: relative(-0.0143, 0.02, 0.0143 / 2.326348),
};
const calm: GuardrailCase = {
  question: question(higher, oneProcent),
  lookup: relative(0.001, 0.8, 0.0039),
};

function judge(policy: GuardrailPolicy, ...cases: GuardrailCase[]) {
  const [first] = judgeGuardrails(policy, cases);
  if (first === undefined) throw new Error("nothing judged");
  return first;
}

describe("correction of the harm test", () => {
  it("is none by default: CSAT at p = 0.02 is a breach among four guardrails", () => {
    expect(judge(HARM, csat, calm, calm, calm)).toMatchObject({ status: "breach", blocks: true });
  });

  it.each([
    [1, "breach"],
    [2, "breach"],
    [3, "near"],
    [5, "near"],
  ])("by Bonferroni over %i guardrails makes it %s", (count, status) => {
    const judged = judge(BONFERRONI, csat, ...Array(count - 1).fill(calm));
    expect(judged.status).toBe(status);
    expect(judged.alpha).toBeCloseTo(0.05 / count, 12);
    expect(judged.blocks).toBe(status === "breach");
  });

  it("by Holm follows the textbook: p = 0.01, 0.04, 0.03, 0.005 at 0.05", () => {
    // Adjusted: 0.03, 0.06, 0.06, 0.02 (Holm 1979; R p.adjust, method "holm").
    const p = [0.01, 0.04, 0.03, 0.005];
    const levels = correctedLevels(
      "holm",
      p.map((pValue) => ({ alpha: 0.05, pValue })),
    );
    const adjusted = levels.map((level, i) => ((p[i] ?? 0) * 0.05) / level);
    [0.03, 0.06, 0.06, 0.02].forEach((value, i) => {
      expect(adjusted[i]).toBeCloseTo(value, 12);
    });
  });

  it("by Holm counts guardrails without a p-value, and survives p = 0", () => {
    const levels = correctedLevels("holm", [
      { alpha: 0.05, pValue: null },
      { alpha: 0.05, pValue: 0 },
    ]);
    expect(levels[1]).toBe(0.025);
    expect(judge(HOLM, csat, calm, calm).status).toBe("near");
  });
});

describe("harm test", () => {
  it("tells a guardrail with too little data from a clear one, and blocks on neither", () => {
    const noisy = { ...calm, lookup: relative(0.001, 0.96, 0.02) };
    expect(judge(HARM, noisy)).toMatchObject({ status: "underpowered", blocks: false });
    // Power at the limit: Phi(0.01 / 0.02 - 1.959964) = Phi(-1.459964) = 0.0721 (normal table).
    expect(judge(HARM, noisy).powerAtThreshold).toBeCloseTo(0.0721, 4);
    const precise = { ...calm, lookup: relative(0.001, 0.74, 0.003) };
    expect(judge(HARM, precise)).toMatchObject({ status: "clear", blocks: false });
  });

  it("does not take a significant improvement for harm", () => {
    expect(judge(HARM, { ...csat, lookup: relative(0.05, 0.0001, 0.01) }).status).toBe("clear");
  });

  it("passes an estimate at the limit exactly", () => {
    expect(judge(HARM, { ...csat, lookup: relative(-0.01, 0.0001, 0.0025) }).status).toBe("clear");
  });

  it("reads a one-sided p towards improvement as evidence on harm by its complement", () => {
    const oneSided = question({ ...higher, alternative: "greater" }, oneProcent);
    const harmed = { question: oneSided, lookup: relative(-0.03, 0.99, 0.013) };
    expect(judge(HARM, harmed).status).toBe("breach");
    const unclear = { question: oneSided, lookup: relative(-0.03, 0.9, 0.0234) };
    expect(judge(HARM, unclear).status).toBe("near");
  });

  it("holds a lower-is-better metric against a rise", () => {
    const limit = question(lower, { scale: "relative", value: 0.05 });
    expect(judge(HARM, { question: limit, lookup: relative(0.06, 0.001, 0.018) }).status).toBe(
      "breach",
    );
    expect(judge(HARM, { question: limit, lookup: relative(-0.06, 0.001, 0.018) }).status).toBe(
      "clear",
    );
  });
});

describe("level limits", () => {
  const limit = question(lower, { scale: "level", value: 800 });
  const at = (value: number, standardError?: number) => ({
    question: limit,
    lookup: found({
      treatment: {
        n: 1000,
        value,
        standardDeviation: null,
        ...(standardError === undefined ? {} : { standardError }),
      },
    }),
  });

  it("hold the treatment arm's own value, and need no p-value below the level", () => {
    expect(judge(HARM, at(740))).toMatchObject({ status: "clear", estimate: 740, scale: "level" });
  });

  it("are a breach when the interval of the value lies past the level", () => {
    expect(judge(HARM, at(830, 10)).status).toBe("breach");
    expect(judge(HARM, at(810, 10)).status).toBe("near");
  });

  it("cannot be judged past the level without a standard error", () => {
    expect(judge(HARM, at(810))).toMatchObject({ status: "not_evaluable", blocks: true });
  });
});

describe("non-inferiority", () => {
  const limit = question(higher, oneProcent);
  // One-sided 0.05: z = 1.644854. 0 - 1.644854 * 0.006 = -0.00987 > -0.01; with 0.0062 it is -0.0102.
  it.each([
    ["excludes the margin", relative(0, 1, 0.006), "clear", false],
    ["does not", relative(0, 1, 0.0062), "underpowered", true],
    ["lies beyond it, significantly", relative(-0.03, 0.003, 0.01), "breach", true],
    ["lies beyond it, not significantly", relative(-0.02, 0.32, 0.02), "near", true],
    ["has no uncertainty", relative(0, null, null), "not_evaluable", true],
  ])("bound that %s", (_name, lookup, status, blocks) => {
    expect(judge(PROOF, { question: limit, lookup })).toMatchObject({ status, blocks });
  });

  it("uses a wider interval where there is no standard error", () => {
    const interval = { lower: -0.009, upper: null, level: 0.95 };
    const lookup = found({ relative: { estimate: 0, standardError: null, interval } });
    expect(judge(PROOF, { question: limit, lookup }).status).toBe("clear");
  });
});
