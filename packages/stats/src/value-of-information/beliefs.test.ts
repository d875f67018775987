// Posterior means of fat-tailed priors and the winner's curse: numbers computed independently (SciPy quadrature);
// Kohavi, Deng & Vermeer, KDD 2022 (false-positive risk); identities and exact sums.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalPdf, studentTLogPdf } from "../distributions/index.js";
import { seededNormal } from "../sequential/testing/random.js";
import { integrate } from "../special/quadrature.js";
import {
  type EffectPrior,
  exaggerationRatio,
  falsePositiveRisk,
  posteriorEffect,
  rateDifferenceTrialValue,
  rateTrialValue,
  shippedTotalBias,
} from "./index.js";

const domain = expect.objectContaining({ name: "StatsError", code: "DOMAIN" });

describe("shrinkage of an estimate", () => {
  it.each([
    [1.3, [0.21, 0.3, 0.53, 0.79, 0.89, 0.96]],
    [3, [0.14, 0.17, 0.27, 0.52, 0.77, 0.93]],
  ])("t prior, df %d, scale .3 se: kept share at z = 1, 2, 3, 4, 5, 8", (df, expected) => {
    const prior: EffectPrior = { kind: "student_t", mean: 0, scale: 0.3, df };
    const kept = [1, 2, 3, 4, 5, 8].map((z) => posteriorEffect(prior, z, 1).mean / z);
    kept.forEach((share, i) => {
      expect(Math.abs(share - (expected[i] as number))).toBeLessThan(0.006);
    });
  });

  it("a normal prior keeps .083 of every estimate", () => {
    const prior: EffectPrior = { kind: "normal", mean: 0, sd: 0.3 };
    for (const z of [1, 4, 8]) {
      expect(posteriorEffect(prior, z, 1).mean / z).toBeCloseTo(0.09 / 1.09, 12);
    }
  });

  it("mean, tails and evidence of a t prior against plain quadrature", () => {
    const prior: EffectPrior = { kind: "student_t", mean: 0.1, scale: 0.5, df: 2.5 };
    for (const x of [-1, 0.3, 2, 6]) {
      const joint = (theta: number) =>
        (Math.exp(studentTLogPdf((theta - 0.1) / 0.5, 2.5)) / 0.5) *
        (normalPdf((x - theta) / 0.7) / 0.7);
      const over = (f: (theta: number) => number, from = x - 8) =>
        integrate(f, from, x + 8, 80, 12);
      const total = over(joint);
      const posterior = posteriorEffect(prior, x, 0.7);
      expect(posterior.mean).toBeCloseTo(over((t) => t * joint(t)) / total, 9);
      expect(posterior.probabilityPositive).toBeCloseTo(over(joint, 0) / total, 9);
      expect(posterior.logEvidence).toBeCloseTo(Math.log(total), 9);
      expect(posterior.probabilityBelow(0) + posterior.probabilityPositive).toBeCloseTo(1, 12);
    }
  });

  it("the interval holds its share of the posterior", () => {
    const prior: EffectPrior = {
      kind: "mixture",
      parts: [
        { weight: 0.7, prior: { kind: "normal", mean: 0, sd: 0.05 } },
        { weight: 0.3, prior: { kind: "student_t", mean: 0, scale: 0.5, df: 2 } },
      ],
    };
    fc.assert(
      fc.property(fc.double({ min: -6, max: 6, noNaN: true }), (x) => {
        const { ciLower, ciUpper, probabilityBelow } = posteriorEffect(prior, x, 0.4, 0.1);
        expect(probabilityBelow(ciLower)).toBeCloseTo(0.05, 9);
        expect(probabilityBelow(ciUpper)).toBeCloseTo(0.95, 9);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("the posterior mean rises with the estimate and stays finite at 1000 standard errors", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 1000, noNaN: true }),
        fc.double({ min: -1000, max: 1000, noNaN: true }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (df, x, step) => {
          const prior: EffectPrior = { kind: "student_t", mean: 0, scale: 0.3, df };
          const [a, b] = [posteriorEffect(prior, x, 1), posteriorEffect(prior, x + step, 1)];
          expect(b.mean).toBeGreaterThan(a.mean);
          expect(Number.isFinite(a.ciLower) && a.ciLower < a.mean).toBe(true);
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });

  it("a known effect stays known", () => {
    const posterior = posteriorEffect({ kind: "normal", mean: 0.2, sd: 0 }, 5, 1);
    expect([posterior.mean, posterior.sd, posterior.ciLower, posterior.ciUpper]).toEqual([
      0.2, 0, 0.2, 0.2,
    ]);
    expect(() => posteriorEffect({ kind: "normal", mean: 0, sd: 1 }, 1, 0)).toThrowError(domain);
    expect(() => posteriorEffect({ kind: "normal", mean: 0, sd: 1 }, Number.NaN, 1)).toThrowError(
      domain,
    );
  });

  it("booking the posterior mean of what was shipped books what is there; booking estimates does not", () => {
    const normal = seededNormal(5);
    const prior: EffectPrior = { kind: "normal", mean: 0, sd: 0.5 };
    let [booked, shrunk, truth, variance] = [0, 0, 0, 0];
    for (let i = 0; i < 40_000; i++) {
      const theta = 0.5 * normal();
      const estimate = theta + normal();
      if (estimate < 1.96) continue;
      booked += estimate;
      shrunk += posteriorEffect(prior, estimate, 1).mean;
      truth += theta;
      variance += 0.2;
    }
    expect(Math.abs(shrunk - truth)).toBeLessThan(3 * Math.sqrt(variance));
    expect(booked / truth).toBeGreaterThan(4);
  });
});

describe("winner's curse", () => {
  it.each([
    [0.1, 3.59],
    [0.2, 2.25],
    [0.5, 1.41],
    [0.8, 1.12],
    [0.9, 1.06],
  ])("at power %d significant estimates are %d times the truth", (power, expected) => {
    expect(exaggerationRatio(power)).toBeCloseTo(expected, 2);
  });

  it("false-positive risk", () => {
    const risk = (alpha: number, successRate: number) =>
      (100 * falsePositiveRisk({ alpha, power: 0.8, successRate })).toFixed(1);
    expect([0.33, 0.15, 0.1, 0.08].map((w) => risk(0.05, w))).toEqual([
      "6.0",
      "15.0",
      "22.0",
      "26.4",
    ]);
    expect([0.33, 0.15, 0.1, 0.08].map((w) => risk(0.01, w))).toEqual(["1.3", "3.4", "5.3", "6.7"]);
  });

  it("the bias of a shipped total is positive, and half a density at the threshold", () => {
    expect(shippedTotalBias([])).toBe(0);
    expect(shippedTotalBias([{ estimate: 1.959963984540054, se: 1 }])).toBeCloseTo(0.3989422804, 9);
    expect(shippedTotalBias([{ estimate: 3, se: 0.5, threshold: 2 }])).toBeCloseTo(
      0.5 * normalPdf(2),
      14,
    );
  });

  it("refuses a power that no effect has", () => {
    expect(() => exaggerationRatio(0.02)).toThrowError(domain);
    expect(() => exaggerationRatio(1)).toThrowError(domain);
    expect(() => shippedTotalBias([{ estimate: 1, se: 0 }])).toThrowError(domain);
    expect(() => falsePositiveRisk({ alpha: 0.05, power: 0.8, successRate: 2 })).toThrowError(
      domain,
    );
  });
});

describe("rates", () => {
  it("one arm, exact fractions: Beta(1, 1), one unit", () => {
    const value = rateTrialValue({ a: 1, b: 1 }, 1, { value: 10, cost: 5 });
    expect(value.evpi).toBeCloseTo(1.25, 13);
    expect(value.evsi).toBeCloseTo(5 / 6, 13);
  });

  it("two arms, exact: 15.15 (mpmath)", () => {
    const arm = { prior: { a: 1, b: 1 }, n: 10 };
    const value = rateDifferenceTrialValue(arm, arm, { value: 100, cost: 0 });
    expect(value.evsi).toBeCloseTo(15.151515151515149, 11);
  });

  it("two arms equal the plain double sum", () => {
    const whole = fc.integer({ min: 0, max: 14 });
    const shape = fc.double({ min: 0.3, max: 20, noNaN: true });
    fc.assert(
      fc.property(
        whole,
        whole,
        shape,
        shape,
        shape,
        shape,
        fc.double({ min: -3, max: 3, noNaN: true }),
        (n, m, a, b, c, d, cost) => {
          const got = rateDifferenceTrialValue(
            { prior: { a, b }, n },
            { prior: { a: c, b: d }, n: m },
            { value: 10, cost },
          );
          const mass = (x: number, size: number, p: number, q: number) => {
            // The beta-binomial by its recursion from 0.
            let probability = 1;
            for (let i = 0; i < size; i++) probability *= (q + i) / (p + q + i);
            for (let i = 0; i < x; i++) {
              probability *= ((size - i) * (p + i)) / ((i + 1) * (q + size - i - 1));
            }
            return probability;
          };
          let expected = 0;
          for (let x = 0; x <= n; x++) {
            for (let y = 0; y <= m; y++) {
              const gain = 10 * ((a + x) / (a + b + n) - (c + y) / (c + d + m)) - cost;
              expected += mass(x, n, a, b) * mass(y, m, c, d) * Math.max(0, gain);
            }
          }
          expect(got.valueWithSample).toBeCloseTo(expected, 9);
          expect(got.evsi).toBeGreaterThanOrEqual(0);
        },
      ),
      { seed: 1, numRuns: 150 },
    );
  });

  it("perfect information is the limit of very many units", () => {
    const value = rateTrialValue({ a: 5, b: 95 }, 1_000_000, { value: 10_000, cost: 600 });
    expect(value.evsi / value.evpi).toBeGreaterThan(0.9999);
    expect(value.evsi).toBeLessThanOrEqual(value.evpi * (1 + 1e-9));
    expect(value.evpi).toBeCloseTo(49.36370552327628, 9);
  });

  it("a cost that no rate pays, and one that every rate pays", () => {
    expect(rateTrialValue({ a: 3, b: 7 }, 15, { value: 10, cost: 11 })).toMatchObject({
      evpi: 0,
      evsi: 0,
    });
    expect(rateTrialValue({ a: 3, b: 7 }, 15, { value: 10, cost: -1 })).toMatchObject({
      evpi: 0,
      evsi: 0,
      valueNow: 4,
    });
  });

  it("refuses shapes, sizes and values that are none", () => {
    const stakes = { value: 1, cost: 0 };
    expect(() => rateTrialValue({ a: 0, b: 1 }, 1, stakes)).toThrowError(domain);
    expect(() => rateTrialValue({ a: 1, b: 1 }, 1.5, stakes)).toThrowError(domain);
    expect(() => rateTrialValue({ a: 1, b: 1 }, 1, { value: 0, cost: 0 })).toThrowError(domain);
    expect(() => rateTrialValue({ a: 1, b: 1 }, 1, { value: 1, cost: Number.NaN })).toThrowError(
      domain,
    );
  });
});
