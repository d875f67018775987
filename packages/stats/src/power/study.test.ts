import { describe, expect, it } from "vitest";
import { designSampleSize, type StudyRequirement, sizeStudy } from "./index.js";

const superiority = { kind: "superiority", sided: 2 } as const;
/** A mean without a t correction: a ratio whose denominator is always 1. */
const normalMean = (sd: number) =>
  ({
    kind: "ratio",
    meanNumerator: 0,
    meanDenominator: 1,
    varianceNumerator: sd ** 2,
    varianceDenominator: 0,
    covariance: 0,
  }) as const;
const primary: StudyRequirement = {
  name: "ndcg",
  role: "success",
  metric: normalMean(0.142),
  hypothesis: superiority,
  effect: 0.00549,
};
const guardrail = (name: string): StudyRequirement => ({
  name,
  role: "guardrail",
  metric: normalMean(1),
  hypothesis: { kind: "non_inferiority", margin: 0.1 },
  effect: 0,
});

describe("size of a whole study", () => {
  it("is the single test's size when there is only one metric (science.md C8: 10,502 and 5,251 per arm)", () => {
    const plan = { requirements: [primary], alpha: 0.05, beta: 0.2 };
    expect(sizeStudy(plan).bottleneck.sizes.control).toBe(10502);
    const halved = { ...primary, modifiers: { covariateCorrelation: Math.SQRT1_2 } };
    expect(sizeStudy({ ...plan, requirements: [halved] }).bottleneck.sizes.control).toBe(5251);
    const cohort: StudyRequirement = { ...halved, name: "jp", role: "cohort", fraction: 0.08 };
    const both = sizeStudy({ ...plan, requirements: [halved, cohort] });
    expect(both.total).toBe(131275);
    expect(both.bottleneck.name).toBe("jp");
  });

  it("costs 1.656 times the units with three guardrails (science.md A5)", () => {
    const guardrails = ["a", "b", "c"].map(guardrail);
    const plan = { requirements: [primary, ...guardrails], alpha: 0.05, beta: 0.2 };
    const { requirements } = sizeStudy(plan);
    const single = designSampleSize({ ...primary, alpha: 0.05 }, 0.8, primary.effect).exactTotal;
    expect(((requirements[0]?.sizes.exactTotal ?? 0) / single).toFixed(3)).toBe("1.656");
    const alone = designSampleSize({ ...guardrail("a"), alpha: 0.05 }, 0.8, 0).exactTotal;
    expect(((requirements[1]?.sizes.exactTotal ?? 0) / alone).toFixed(3)).toBe("1.750");
  });

  it("shares alpha over success metrics only", () => {
    const plan = {
      requirements: [primary, { ...primary, name: "ctr" }, guardrail("csat")],
      alpha: 0.05,
      beta: 0.2,
    };
    expect(sizeStudy(plan).requirements.map(({ alpha }) => alpha)).toEqual([0.025, 0.025, 0.05]);
  });

  it("turns units into whole weeks", () => {
    const traffic = { weeklyUnits: 9000, returningShare: 0 };
    const plan = { requirements: [primary], alpha: 0.05, beta: 0.2, traffic };
    expect(sizeStudy(plan).weeks).toBe(3);
  });

  it("refuses a study that has nothing to win", () => {
    const plan = { requirements: [guardrail("csat")], alpha: 0.05, beta: 0.2 };
    expect(() => sizeStudy(plan)).toThrowError(expect.objectContaining({ code: "DOMAIN" }));
  });
});
