import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  betaPerTest,
  type ComparisonDesign,
  cohortTotal,
  designEffect,
  designMde,
  designPower,
  designSampleSize,
  independentDecisionPower,
  jointPower,
  type MetricShape,
  quantileUnitVariance,
  ratioUnitVariance,
  runtimeWeeks,
  sampleSizeNonInferiorityProportions,
  sampleSizeProportions,
  sampleSizeT,
  sharedAlpha,
  sizeMultiplier,
  solveDesign,
  trafficCeiling,
  uniqueUnits,
  unitVariance,
} from "./index.js";

const twoSided = { kind: "superiority", sided: 2 } as const;
const mean = (sd: number): ComparisonDesign => ({
  metric: { kind: "mean", sd },
  hypothesis: twoSided,
  alpha: 0.05,
});

describe("power shared over guardrails (../shared/design/science.md A5)", () => {
  it.each([
    [1, 1.339, 1.385],
    [2, 1.526, 1.601],
    [3, 1.656, 1.75],
    [5, 1.834, 1.957],
    [10, 2.093, 2.26],
  ])(
    "with %i guardrails costs %f times the success metric's and %f times a guardrail's size",
    (guardrails, success, guardrail) => {
      const shared = { alpha: 0.05, beta: betaPerTest(0.2, guardrails) };
      const two = sizeMultiplier({ alpha: 0.05, sided: 2, beta: 0.2 }, shared);
      const one = sizeMultiplier({ alpha: 0.05, sided: 1, beta: 0.2 }, shared);
      expect([two.toFixed(3), one.toFixed(3)]).toEqual([success.toFixed(3), guardrail.toFixed(3)]);
    },
  );

  it("multiplies the powers of independent guardrails", () => {
    expect(jointPower(0.8, 10).toFixed(3)).toBe("0.107");
    expect(jointPower(0.8, 5).toFixed(3)).toBe("0.328");
  });

  it("gives the decision power of five success metrics, five guardrails and four more tests", () => {
    const rule = {
      successMetrics: 5,
      guardrails: 5,
      blockingTests: 4,
      blockingAlpha: sharedAlpha(0.05, 14),
    };
    const power = (beta: number) => independentDecisionPower({ ...rule, beta }).toFixed(3);
    expect(power(0.2)).toBe("0.323");
    expect(power(betaPerTest(0.2, 5))).toBe("0.832");
    expect(power(betaPerTest(0.2, 5, 0.05))).toBe("0.869");
  });

  it("leaves no power to share when the deterioration tests take all of beta", () => {
    expect(() => betaPerTest(0.05, 3, 0.05)).toThrowError(
      expect.objectContaining({ code: "DOMAIN" }),
    );
  });
});

describe("sizes of the source's own figures (../shared/design/science.md C8)", () => {
  const design = mean(0.142);
  const halved = { ...design, modifiers: { covariateCorrelation: Math.SQRT1_2 } };

  it("needs 10,503 per arm by the exact t-test, one more than the normal formula's 10,502", () => {
    expect(designSampleSize(design, 0.8, 0.00549).control).toBe(10503);
  });
  it("needs 5,252 per arm after half the variance is removed", () => {
    expect(designSampleSize(halved, 0.8, 0.00549).treatments).toEqual([5252]);
  });
  it("has power 0.96 and 0.9995 at 18,420 per arm, and detects 0.00293", () => {
    expect(designPower(design, 36840, 0.00549)).toBeCloseTo(0.96, 3);
    expect(designPower(halved, 36840, 0.00549)).toBeCloseTo(0.9995, 4);
    expect(designMde(halved, 36840, 0.8)).toBeCloseTo(0.00293, 5);
  });
  it("needs 131,275 users in all for a cohort of 8 %", () => {
    expect(cohortTotal(2 * 5251, 0.08)).toBe(131275);
  });
  it("needs 82K, 150K, 300K and 205K in all for the source's cohorts at 22.5K per arm", () => {
    const thousands = [0.55, 0.3, 0.15, 0.22].map((share) => cohortTotal(45_000, share) / 1000);
    expect(thousands.map(Math.round)).toEqual([82, 150, 300, 205]);
  });
  it("needs 1273 per arm for 0.02 at a standard deviation of 0.18", () => {
    expect(designSampleSize(mean(0.18), 0.8, 0.02).control).toBe(1273);
  });
});

describe("unit variances", () => {
  it("linearises ratios with their covariance", () => {
    // Var = (s_y^2 - 2 r s_xy + r^2 s_x^2)/xbar^2 with r = 2: (9 - 4*1.5 + 4*2)/16.
    const moments = {
      meanNumerator: 8,
      meanDenominator: 4,
      varianceNumerator: 9,
      varianceDenominator: 2,
      covariance: 1.5,
    };
    expect(ratioUnitVariance(moments)).toBeCloseTo(11 / 16, 15);
    expect(() => ratioUnitVariance({ ...moments, meanDenominator: 0 })).toThrowError(/denominator/);
    expect(() => ratioUnitVariance({ ...moments, covariance: 50 })).toThrowError(/variance/);
  });
  it("gives pi/2 for the median of a standard normal", () => {
    expect(quantileUnitVariance(0.5, 1 / Math.sqrt(2 * Math.PI))).toBeCloseTo(Math.PI / 2, 14);
    expect(quantileUnitVariance(0.5, 1, 4, 2)).toBeCloseTo(0.25, 15);
  });
  it("inflates clusters by 1 + (m-1) icc, more when their sizes differ", () => {
    expect(designEffect(20, 0.05)).toBeCloseTo(1.95, 15);
    expect(designEffect(20, 0.05, 0.5)).toBeCloseTo(2.2, 15);
    expect(designEffect(1, 0.9)).toBe(1);
  });
  it("reduces by coverage times rho squared", () => {
    const metric: MetricShape = { kind: "mean", sd: 2 };
    const modifiers = { covariateCorrelation: 0.8, covariateCoverage: 0.5 };
    expect(unitVariance(metric, modifiers)).toBeCloseTo(4 * (1 - 0.32), 14);
  });
});

describe("one comparison", () => {
  it("agrees with the closed forms it generalises", () => {
    const share = designSampleSize(
      { metric: { kind: "proportion", baseline: 0.1 }, hypothesis: twoSided, alpha: 0.05 },
      0.8,
      0.02,
    );
    const wald = {
      p1: 0.12,
      p2: 0.1,
      alpha: 0.05,
      sided: 2,
      power: 0.8,
      method: "unpooled",
    } as const;
    expect(share.exactTotal).toBeCloseTo(2 * sampleSizeProportions(wald).exact, 6);
    const margin = designSampleSize(
      {
        metric: { kind: "proportion", baseline: 0.85 },
        hypothesis: { kind: "non_inferiority", margin: 0.1 },
        alpha: 0.025,
      },
      0.9,
      0,
    );
    const ni = { p1: 0.85, p2: 0.85, margin: 0.1, alpha: 0.025, power: 0.9 };
    expect(margin.exactTotal).toBeCloseTo(2 * sampleSizeNonInferiorityProportions(ni).exact, 6);
    const t = sampleSizeT({ effectSize: 0.3, power: 0.8, alpha: 0.05, sided: 2, ratio: 2 });
    const unequal = { ...mean(1), allocation: { control: 2, treatments: [1] } };
    expect(designSampleSize(unequal, 0.8, 0.3).exactTotal).toBeCloseTo(3 * t.exact, 5);
  });

  it("needs s^2 (z+z)^2 / (mde^2 q (1-q)) in all at an unequal split", () => {
    const design: ComparisonDesign = {
      metric: { kind: "quantile", order: 0.5, density: 0.5 },
      hypothesis: twoSided,
      alpha: 0.05,
      allocation: { control: 0.8, treatments: [0.2] },
    };
    const z = 1.959963984540054 + 0.8416212335729143;
    const total = (1 * z * z) / (0.1 ** 2 * 0.2 * 0.8);
    expect(designSampleSize(design, 0.8, 0.1).exactTotal).toBeCloseTo(total, 6);
  });

  it("sizes Mann-Whitney by Noether's formula", () => {
    const design = { metric: { kind: "rank" }, hypothesis: twoSided, alpha: 0.05 } as const;
    const z = 1.959963984540054 + 0.8416212335729143;
    const total = (z * z) / (12 * 0.25 * 0.1 ** 2);
    expect(designSampleSize(design, 0.8, 0.1).exactTotal).toBeCloseTo(total, 6);
  });

  it("divides alpha over several arms and sizes for the smallest", () => {
    const arms = { ...mean(1), allocation: { control: 2, treatments: [2, 1] } };
    const single = { ...mean(1), alpha: 0.025, allocation: { control: 2, treatments: [1] } };
    const three = designSampleSize(arms, 0.8, 0.2);
    expect(three.exactTotal * (3 / 5)).toBeCloseTo(
      designSampleSize(single, 0.8, 0.2).exactTotal,
      5,
    );
    expect(three.treatments[0]).toBeGreaterThan((three.treatments[1] as number) * 1.9);
    expect(three.total).toBe(three.control + three.treatments.reduce((a, b) => a + b, 0));
  });

  it("multiplies a sequential design by its inflation", () => {
    const fixed = designSampleSize(mean(1), 0.8, 0.1).exactTotal;
    const sequential = designSampleSize({ ...mean(1), inflation: 1.031 }, 0.8, 0.1).exactTotal;
    expect(sequential / fixed).toBeCloseTo(1.031, 6);
  });

  it("counts clusters, not units, as degrees of freedom", () => {
    const clustered = {
      ...mean(1),
      modifiers: { clusterSize: 50, intraclusterCorrelation: 0.02 },
    };
    const { exactTotal } = designSampleSize(clustered, 0.8, 0.2);
    const naive = designSampleSize(mean(1), 0.8, 0.2).exactTotal * designEffect(50, 0.02);
    expect(exactTotal).toBeGreaterThan(naive);
    expect(exactTotal).toBeLessThan(naive * 1.1);
    expect(() => designPower(clustered, 60, 0.2)).toThrowError(/independent units/);
  });

  const metrics = fc.oneof(
    fc.record({
      kind: fc.constant("mean" as const),
      sd: fc.double({ min: 0.1, max: 9, noNaN: true }),
    }),
    fc.constant({ kind: "proportion" as const, baseline: 0.2 }),
    fc.constant({ kind: "rank" as const }),
    fc.constant({ kind: "quantile" as const, order: 0.95, density: 0.05, clusterCorrection: 1.8 }),
  );
  const hypotheses = fc.constantFrom(
    twoSided,
    { kind: "superiority", sided: 1 } as const,
    { kind: "non_inferiority", margin: 0.05 } as const,
  );

  it("finds power, effect and size back from one another, for every kind of metric", () => {
    fc.assert(
      fc.property(
        metrics,
        hypotheses,
        fc.double({ min: 0.02, max: 0.3, noNaN: true }),
        fc.double({ min: 0.4, max: 0.98, noNaN: true }),
        fc.constantFrom([1], [1, 2], [0.25]),
        (metric, hypothesis, effect, power, treatments) => {
          const design: ComparisonDesign = {
            metric,
            hypothesis,
            alpha: 0.05,
            allocation: { control: 1, treatments },
            modifiers: { covariateCorrelation: 0.5 },
          };
          const { exactTotal } = designSampleSize(design, power, effect);
          if (exactTotal < 8) return;
          expect(Math.abs(designPower(design, exactTotal, effect) - power)).toBeLessThan(1e-8);
          const mde = designMde(design, exactTotal, power);
          expect(Math.abs(designPower(design, exactTotal, mde) - power)).toBeLessThan(1e-8);
        },
      ),
      { seed: 1, numRuns: 120 },
    );
  });
});

describe("accrual of different units", () => {
  const traffic = { weeklyUnits: 1000, returningShare: 0.4 };

  it("brings W in the first week, (1-r) W new ones in the second, and saturates at W/r", () => {
    expect(uniqueUnits(1, traffic)).toBeCloseTo(1000, 9);
    expect(uniqueUnits(2, traffic)).toBeCloseTo(1600, 9);
    expect(trafficCeiling(traffic)).toBeCloseTo(2500, 9);
    expect(uniqueUnits(500, traffic)).toBeCloseTo(2500, 6);
  });

  it("keeps the returning share it was given when there is an inflow", () => {
    const inflow = { weeklyUnits: 1000, returningShare: 0.4, newUnitsPerWeek: 300 };
    expect(uniqueUnits(1, inflow)).toBeCloseTo(1000, 9);
    expect(uniqueUnits(2, inflow)).toBeCloseTo(1600, 9);
    expect(trafficCeiling(inflow)).toBe(Number.POSITIVE_INFINITY);
  });

  it("rounds the runtime up to whole weeks", () => {
    expect(runtimeWeeks(1000, traffic)).toBe(1);
    expect(runtimeWeeks(1001, traffic)).toBe(2);
    expect(runtimeWeeks(1600, traffic)).toBe(2);
    expect(runtimeWeeks(7000, { weeklyUnits: 1000, returningShare: 0 })).toBe(7);
    expect(runtimeWeeks(7000, { weeklyUnits: 1000, returningShare: 0, exposedShare: 0.5 })).toBe(
      14,
    );
  });

  it("says that a saturated traffic never brings enough", () => {
    expect(() => runtimeWeeks(2600, traffic)).toThrowError(/at most 2500|at most 2499/);
  });

  it("is the shortest runtime, for every traffic", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 100, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 0.7, noNaN: true }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.integer({ min: 1, max: 40 }),
        (weeklyUnits, returningShare, newShare, weeks) => {
          const any = { weeklyUnits, returningShare, newUnitsPerWeek: newShare * weeklyUnits };
          const needed = uniqueUnits(weeks, any);
          expect(uniqueUnits(weeks + 1, any)).toBeGreaterThanOrEqual(needed);
          const solved = runtimeWeeks(needed, any);
          expect(solved).toBeLessThanOrEqual(weeks);
          expect(uniqueUnits(solved, any)).toBeGreaterThanOrEqual(needed * (1 - 1e-11));
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it("refuses a returning share that the new units leave no room for", () => {
    const impossible = { weeklyUnits: 100, returningShare: 0.8, newUnitsPerWeek: 50 };
    expect(() => uniqueUnits(1, impossible)).toThrowError(/returning share/);
  });
});

describe("solving for whatever is missing", () => {
  const design = mean(0.18);
  const traffic = { weeklyUnits: 1000, returningShare: 0.3 };

  it("gives size and runtime", () => {
    const answer = solveDesign(design, { effect: 0.02, power: 0.8, traffic });
    expect(answer).toMatchObject({ solvedFor: "sample_size", weeks: 5 });
    expect(answer.sizes.total).toBe(2546);
  });
  it("gives the effect and the power of a runtime", () => {
    const mde = solveDesign(design, { weeks: 5, power: 0.8, traffic });
    expect(mde.solvedFor).toBe("effect");
    expect(mde.effect).toBeLessThan(0.02);
    expect(mde.weeks).toBe(5);
    const power = solveDesign(design, { weeks: 5, effect: mde.effect, traffic });
    expect(power.solvedFor).toBe("power");
    expect(power.power).toBeCloseTo(0.8, 8);
  });
  it("refuses to guess which of two is wanted", () => {
    for (const question of [
      { effect: 0.02 },
      { effect: 0.02, power: 0.8, total: 100 },
      { weeks: 4, power: 0.8 },
      { weeks: 4, total: 5, power: 0.8, traffic },
    ]) {
      expect(() => solveDesign(design, question)).toThrowError(
        expect.objectContaining({ code: "DOMAIN" }),
      );
    }
  });
});
