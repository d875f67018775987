// Identities between the methods, and mpmath (30 digits) where a number is written out.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  armEstimateOfMean,
  armEstimateOfProportion,
  differenceSequence,
  meanSequence,
  mixtureSprt,
  mixtureSprtOfMean,
  mixtureSprtPath,
  rhoForTightestAt,
  rhoForTightestMarginAt,
  sampleRatioLogBayesFactor,
  sequenceHalfWidth,
  sequenceMargin,
  sequencePValue,
  sequentialSampleRatio,
  studentizedSequenceRadius,
} from "./index.js";

const refused = expect.objectContaining({ name: "StatsError", code: "DOMAIN" });
const sizes = fc.double({ min: 1, max: 1e7, noNaN: true });
const alphas = fc.double({ min: 1e-8, max: 0.49, noNaN: true });

describe("tuning", () => {
  it("no other rho is tighter at the planned size, two-sided", () => {
    fc.assert(
      fc.property(sizes, alphas, fc.double({ min: 0.2, max: 5, noNaN: true }), (t, alpha, off) => {
        const rho = rhoForTightestAt(t, alpha);
        const best = sequenceHalfWidth(t, { rho, alpha });
        expect(sequenceHalfWidth(t, { rho: rho * off, alpha })).toBeGreaterThanOrEqual(
          best * (1 - 1e-14),
        );
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("no other rho is tighter at the planned size, one-sided", () => {
    fc.assert(
      fc.property(sizes, alphas, fc.double({ min: 0.2, max: 5, noNaN: true }), (t, alpha, off) => {
        const rho = rhoForTightestMarginAt(t, alpha);
        const best = sequenceMargin(t, { rho, alpha });
        expect(sequenceMargin(t, { rho: rho * off, alpha })).toBeGreaterThanOrEqual(
          best * (1 - 1e-14),
        );
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("stays exact when alpha is nearly one", () => {
    // mpmath: sqrt(-lambertw(-alpha^2/e, -1) - 1) at alpha = 1 - 2^-20
    expect(rhoForTightestAt(1, 1 - 2 ** -20)).toBeCloseTo(0.0442085652213448, 14);
  });
});

describe("confidence sequences of a difference", () => {
  const settings = { rho: 0.02, alpha: 0.05 };

  it("treat a proportion as the mean of zeros and ones", () => {
    const share = armEstimateOfProportion({ n: 1000, successes: 120 });
    const mean = armEstimateOfMean({ n: 1000, mean: 0.12, variance: 0.12 * 0.88 });
    expect(share).toEqual(mean);
  });

  it("narrow with the variance that CUPED leaves", () => {
    const arm = (mean: number, variance: number) => armEstimateOfMean({ n: 5000, mean, variance });
    const width = (kept: number) =>
      differenceSequence({ treatment: arm(1.1, 4 * kept), control: arm(1, 4 * kept) }, settings)
        .halfWidth;
    expect(width(0.5)).toBeCloseTo(width(1) * Math.sqrt(0.5), 12);
  });

  it("with equal arms equal the sequence of the mean of paired units", () => {
    const arm = (mean: number) => armEstimateOfMean({ n: 800, mean, variance: 2 });
    const got = differenceSequence({ treatment: arm(1.3), control: arm(1) }, settings);
    const paired = meanSequence(
      { t: 1600, mean: 1.3 - 1, sigma: Math.sqrt(1600 * (4 / 800)) },
      settings,
    );
    expect(got.halfWidth).toBeCloseTo(paired.halfWidth, 13);
  });

  it("one-sided bounds are mirror images and lie inside the two-sided interval", () => {
    const arms = {
      treatment: armEstimateOfMean({ n: 800, mean: 1.3, variance: 2 }),
      control: armEstimateOfMean({ n: 900, mean: 1, variance: 1.7 }),
    };
    const both = differenceSequence(arms, settings);
    const greater = differenceSequence(arms, settings, "greater");
    const less = differenceSequence(arms, settings, "less");
    expect(greater.upper).toBeNull();
    expect(less.lower).toBeNull();
    expect(less.upper! - less.estimate).toBeCloseTo(greater.estimate - greater.lower!, 13);
    expect(greater.lower!).toBeGreaterThan(both.lower!);
  });

  it("say when an arm is too small for the asymptotics", () => {
    const arm = (n: number) => armEstimateOfMean({ n, mean: 1, variance: 1 });
    const holds = (n: number) =>
      differenceSequence({ treatment: arm(n), control: arm(5000) }, settings).asymptoticsHold;
    expect([holds(499), holds(500)]).toEqual([false, true]);
  });

  it.each([
    [{ rho: 0, alpha: 0.05 }, 100],
    [{ rho: 0.1, alpha: 1 }, 100],
    [{ rho: 0.1, alpha: 0.05 }, 0],
    [{ rho: Number.NaN, alpha: 0.05 }, 100],
  ])("refuse settings %o at %i units", (bad, t) => {
    expect(() => sequenceHalfWidth(t, bad)).toThrowError(refused);
  });
});

describe("studentized sequence", () => {
  it("tends to the asymptotic form and is wider before", () => {
    const g = 400;
    const n = 1000;
    const asymptotic = sequenceHalfWidth(n, { rho: 1 / Math.sqrt(g), alpha: 0.05 }) * Math.sqrt(n);
    const radius = (df: number) => studentizedSequenceRadius({ n, g, df, alpha: 0.05 });
    expect(radius(1e9)).toBeCloseTo(asymptotic, 6);
    expect(radius(20)).toBeGreaterThan(radius(200));
    expect(radius(200)).toBeGreaterThan(asymptotic);
  });

  it("has no finite width with next to no degrees of freedom", () => {
    expect(() => studentizedSequenceRadius({ n: 2, g: 400, df: 1, alpha: 0.05 })).toThrowError(
      refused,
    );
  });
});

describe("mixture SPRT", () => {
  const settings = { tau2: 0.01, theta0: 0, alpha: 0.05 };

  it("has the interval of the confidence sequence with rho^2 = tau2 / variance", () => {
    const got = mixtureSprtOfMean({ n: 700, mean: 0.2, variance: 3 }, settings);
    const sequence = meanSequence(
      { t: 700, mean: 0.2, sigma: Math.sqrt(3) },
      { rho: Math.sqrt(0.01 / 3), alpha: 0.05 },
    );
    expect(got.halfWidth).toBeCloseTo(sequence.halfWidth, 13);
  });

  it("rejects exactly when its interval excludes the null", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (estimate, standardError) => {
          const got = mixtureSprt({ estimate, standardError }, settings);
          expect(got.reject).toBe(got.lower >= 0 || got.upper <= 0);
          expect(got.reject).toBe(got.pValue <= settings.alpha);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it("never lets a p-value rise or an interval widen along a path", () => {
    const looks = [0.5, 0.1, 0.3, -0.2].map((estimate, k) => ({
      estimate,
      standardError: 0.3 / (k + 1),
    }));
    const path = mixtureSprtPath(looks, settings);
    for (let k = 1; k < looks.length; k++) {
      expect(path.alwaysValidP[k]).toBeLessThanOrEqual(path.alwaysValidP[k - 1]!);
      expect(path.runningLower[k]).toBeGreaterThanOrEqual(path.runningLower[k - 1]!);
      expect(path.runningUpper[k]).toBeLessThanOrEqual(path.runningUpper[k - 1]!);
    }
  });
});

describe("sequential sample ratio", () => {
  const settings = { expectedRatio: [1, 1], concentration: 100, alpha: 0.05 };

  it("is a martingale under the plan: the Bayes factor averages one over every possible count", () => {
    // All binomial outcomes of 40 units at the planned 1:3.
    const plan = { expectedRatio: [1, 3], concentration: 7, alpha: 0.05 };
    let probability = 0.75 ** 40;
    let mean = 0;
    for (let x = 0; x <= 40; x++) {
      mean += probability * Math.exp(sampleRatioLogBayesFactor([x, 40 - x], plan));
      probability *= ((40 - x) / (x + 1)) * (0.25 / 0.75);
    }
    expect(mean).toBeCloseTo(1, 12);
  });

  it("keeps the smallest p-value seen and the look that detected", () => {
    const bad = sequentialSampleRatio(
      [
        [150, 150],
        [300, 450],
        [600, 660],
      ],
      settings,
    );
    expect(bad).toMatchObject({ mismatch: true, detectedAt: 2, concentration: 100 });
    const last = sampleRatioLogBayesFactor([600, 660], settings);
    expect(bad.logBayesFactor).toBe(last);
    expect(bad.pValue).toBeLessThan(Math.exp(-last));
  });

  it("of equal counts never reaches a p-value below one", () => {
    expect(sequentialSampleRatio([[5000, 5000]], settings).pValue).toBe(1);
  });

  it.each([
    [
      "counts that shrink",
      [
        [10, 12],
        [9, 14],
      ],
    ],
    ["a fraction of a unit", [[10.5, 12]]],
    ["an arm too many", [[10, 12, 11]]],
    ["no looks", []],
  ])("refuses %s", (_, looks) => {
    expect(() => sequentialSampleRatio(looks, settings)).toThrowError(refused);
  });
});

describe("the always-valid p-value", () => {
  it("is the level at which the sequence just excludes zero", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-8, max: 0.9, noNaN: true }),
        fc.integer({ min: 2, max: 10_000_000 }),
        fc.double({ min: 1e-4, max: 1, noNaN: true }),
        (alpha, units, rho) => {
          const z = Math.sqrt(units) * sequenceHalfWidth(units, { rho, alpha });
          expect(sequencePValue(z, units, rho) / alpha).toBeCloseTo(1, 9);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it("is 0.05 at 3.035 standard errors, where the sequence is tightest (published)", () => {
    const rho = rhoForTightestAt(20_000, 0.05);
    expect(sequencePValue(3.035, 20_000, rho)).toBeCloseTo(0.05, 4);
    expect(sequencePValue(0, 20_000, rho)).toBe(1);
  });

  it("refuses what is no statistic", () => {
    expect(() => sequencePValue(Number.NaN, 100, 0.1)).toThrow(refused);
    expect(() => sequencePValue(1, 0, 0.1)).toThrow(refused);
    expect(() => sequencePValue(1, 100, 0)).toThrow(refused);
  });
});
