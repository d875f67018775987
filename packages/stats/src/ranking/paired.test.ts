import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededNormal, seededUniform } from "../sequential/testing/random.js";
import {
  bootstrapDifference,
  pairedDifferences,
  pairedTTest,
  randomisationTest,
} from "./paired.js";
import { detectableDifference, queriesNeeded, queryPower } from "./query-power.js";

const runs = { seed: 1, numRuns: 100 };
const domain = expect.objectContaining({ code: "DOMAIN" });
// Student's sleep data (Biometrika 6, 1908): ten patients, two drugs.
const drug1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
const drug2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
// Darwin's maize, crossed minus selfed in eighths of an inch (Fisher, Design of Experiments, 1935, section 21).
const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

describe("pairedTTest", () => {
  it("reproduces R's paired t.test on the sleep data (t 4.0621, df 9, p 0.002833, 0.7001 to 2.4599)", () => {
    const result = pairedTTest({ treatment: drug2, control: drug1, alpha: 0.05 });
    expect(result.t).toBeCloseTo(4.0621, 4);
    expect(result.df).toBe(9);
    expect(result.pValue).toBeCloseTo(0.002833, 6);
    expect(result.ciLower).toBeCloseTo(0.7001142, 6);
    expect(result.ciUpper).toBeCloseTo(2.4598858, 6);
  });

  it("counts queries better, worse and equal", () => {
    const result = pairedDifferences([1, 2, 3, 4], [0, 2, 4, 1]);
    expect([result.better, result.worse, result.equal]).toEqual([2, 1, 1]);
    expect([...result.differences]).toEqual([1, 0, -1, 3]);
  });

  it("refuses systems that differ alike on every query, unequal lengths, one query, NaN", () => {
    const test = (treatment: number[], control: number[]) => () =>
      pairedTTest({ treatment, control, alpha: 0.05 });
    expect(test([0.3, 0.6], [0.1, 0.4])).toThrow(domain);
    expect(test([1, 2], [1])).toThrow(domain);
    expect(test([1], [2])).toThrow(domain);
    expect(test([1, Number.NaN], [2, 1])).toThrow(domain);
  });
});

describe("randomisationTest", () => {
  it("counts every assignment where they are few: Fisher's 1726 of 32768 for Darwin's maize", () => {
    const zero = maize.map(() => 0);
    const settings = { uniform: seededUniform(1), resamples: 40_000 };
    const result = randomisationTest(maize, zero, settings);
    expect(result).toEqual({ pValue: 1726 / 32768, isExact: true, assignments: 32768 });
  });

  it("comes near the exact value by sampling, and never below 1/(resamples + 1)", () => {
    const zero = maize.map(() => 0);
    const sampled = randomisationTest(maize, zero, { uniform: seededUniform(2), resamples: 9999 });
    expect(sampled.isExact).toBe(false);
    // Four standard errors of a share of 0.0527 among 9999.
    expect(Math.abs(sampled.pValue - 1726 / 32768)).toBeLessThan(0.009);
    const ones = new Float64Array(60).fill(1);
    const least = randomisationTest(ones, new Float64Array(60), {
      uniform: seededUniform(3),
      resamples: 99,
    });
    expect(least.pValue).toBe(1 / 100);
  });

  it("does not depend on the order of systems, and says 1 for identical ones", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.double({ min: 0, max: 1, noNaN: true }),
            fc.double({ min: 0, max: 1, noNaN: true }),
          ),
          { minLength: 2, maxLength: 8 },
        ),
        (pairs) => {
          const a = pairs.map(([x]) => x);
          const b = pairs.map(([, y]) => y);
          const settings = { uniform: seededUniform(4), resamples: 999 };
          expect(randomisationTest(a, b, settings)).toEqual(randomisationTest(b, a, settings));
          expect(randomisationTest(a, a, settings).pValue).toBe(1);
        },
      ),
      runs,
    );
  });

  it("keeps its level for skewed differences without an effect", () => {
    const uniform = seededUniform(5);
    const trials = 2000;
    let rejected = 0;
    for (let trial = 0; trial < trials; trial++) {
      // Symmetric about 0 with heavy tails: exchanging signs is the null hypothesis itself.
      const scores = Float64Array.from({ length: 20 }, () => (2 * uniform() - 1) ** 7);
      const test = randomisationTest(scores, new Float64Array(20), { uniform, resamples: 199 });
      if (test.pValue <= 0.05) rejected += 1;
    }
    expect(rejected / trials).toBeLessThan(0.05 + 4 * Math.sqrt((0.05 * 0.95) / trials));
    expect(rejected / trials).toBeGreaterThan(0.03);
  });
});

describe("bootstrapDifference", () => {
  it("covers a skewed mean about as often as it says, with 60 queries", () => {
    const uniform = seededUniform(6);
    const trials = 600;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const treatment = Float64Array.from({ length: 60 }, () => -Math.log(uniform()));
      const interval = bootstrapDifference(
        { treatment, control: new Float64Array(60), alpha: 0.1 },
        { uniform, resamples: 599 },
      );
      if (interval.ciLower <= 1 && 1 <= interval.ciUpper) covered += 1;
    }
    // BCa of a skewed mean is known to fall a little short at this size.
    expect(covered / trials).toBeGreaterThan(0.86);
    expect(covered / trials).toBeLessThan(0.94);
  });

  it("is close to the t interval for normal differences, and leans with skewness", () => {
    const normal = seededNormal(7);
    const treatment = Float64Array.from({ length: 200 }, () => 0.1 + normal());
    const control = new Float64Array(200);
    const t = pairedTTest({ treatment, control, alpha: 0.05 });
    const settings = { uniform: seededUniform(8), resamples: 9999 };
    const interval = bootstrapDifference({ treatment, control, alpha: 0.05 }, settings);
    expect(interval.estimate).toBe(t.difference);
    expect(Math.abs(interval.ciLower - t.ciLower)).toBeLessThan(0.2 * t.se);
    expect(Math.abs(interval.ciUpper - t.ciUpper)).toBeLessThan(0.2 * t.se);
    const skewed = treatment.map((x) => Math.exp(x));
    const { estimate, ciLower, ciUpper } = bootstrapDifference(
      { treatment: skewed, control, alpha: 0.05 },
      settings,
    );
    expect(ciUpper - estimate).toBeGreaterThan(estimate - ciLower);
  });

  it("refuses too few resamples for the level, and no variation", () => {
    const settings = { uniform: seededUniform(9), resamples: 99 };
    const input = { treatment: drug2, control: drug1, alpha: 0.05 };
    expect(() => bootstrapDifference(input, settings)).toThrow(domain);
    expect(() =>
      bootstrapDifference({ ...input, control: drug2 }, { uniform: settings.uniform }),
    ).toThrow(domain);
  });
});

describe("the power of a query set", () => {
  it("reproduces R's power.t.test for paired samples", () => {
    // power.t.test(n = 20, delta = 1, sd = 1, type = "paired", strict = TRUE): 0.9885913.
    expect(queryPower({ difference: 1, sd: 1, queries: 20, alpha: 0.05 })).toBeCloseTo(0.98859, 4);
    // Cohen's tables: d = 0.5, n = 34 reaches 0.80 (0.8077775).
    expect(queryPower({ difference: -0.5, sd: 1, queries: 34, alpha: 0.05 })).toBeCloseTo(
      0.8078,
      4,
    );
    expect(queriesNeeded({ difference: 0.5, sd: 1, alpha: 0.05, power: 0.8 })).toBe(34);
  });

  it("gives back the difference from its power, and counts queries as the least that reach it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 2000 }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        (queries, sd) => {
          const settings = { sd, alpha: 0.05, power: 0.8 };
          const difference = detectableDifference({ ...settings, queries });
          expect(queryPower({ ...settings, queries, difference })).toBeCloseTo(0.8, 9);
          const needed = queriesNeeded({ ...settings, difference: difference * (1 - 1e-9) });
          expect(needed === queries || needed === queries + 1).toBe(true);
        },
      ),
      { seed: 1, numRuns: 25 },
    );
  });

  it("refuses one query, no spread, and a power below the level", () => {
    expect(() => queryPower({ difference: 1, sd: 1, queries: 1, alpha: 0.05 })).toThrow(domain);
    expect(() => queryPower({ difference: 1, sd: 0, queries: 9, alpha: 0.05 })).toThrow(domain);
    expect(() => detectableDifference({ sd: 1, queries: 9, alpha: 0.05, power: 0.01 })).toThrow(
      domain,
    );
    expect(() => queriesNeeded({ difference: 0, sd: 1, alpha: 0.05, power: 0.8 })).toThrow(domain);
  });
});
