// mpmath closed forms (../shared/reference/evsi.json runs through the conformance suite; some numbers are written out),
// plain two-dimensional quadrature, and identities.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalCdf, normalPdf, studentTLogPdf } from "../distributions/index.js";
import { integrate } from "../special/quadrature.js";
import { findRoot } from "../special/root.js";
import { type EffectPrior, launchValue, ruleValue, trialValue, unitNormalLoss } from "./index.js";

const domain = expect.objectContaining({ name: "StatsError", code: "DOMAIN" });
const unit = { valuePerUnit: 1, population: 1 };

describe("unit normal loss", () => {
  it.each([
    // phi(u) - u (1/2 - phi(u) (u + u^3/3 + u^5/15 + ...)) in 120 decimal digits.
    [0, 0.3989422804014327],
    [0.5, 0.19779655740130603],
    [1, 0.0833154705876863],
    [1.5, 0.02930679376260463],
    [2, 0.008490702616829637],
    [4, 7.145258432405667e-6],
    [9, 1.2247791808434897e-20],
  ])("L(%d)", (u, expected) => {
    expect(Math.abs(unitNormalLoss(u) / expected - 1)).toBeLessThan(2e-13);
  });

  it("meets itself where the method changes, and falls with u", () => {
    expect(unitNormalLoss(1.5) / unitNormalLoss(1.5 - 1e-12)).toBeCloseTo(1, 11);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 30, noNaN: true }), (u) => {
        expect(unitNormalLoss(u + 0.01)).toBeLessThan(unitNormalLoss(u));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("a normal prior", () => {
  it("launch on a prior mean above the break-even (mpmath)", () => {
    const value = trialValue(
      { kind: "normal", mean: 0.01, sd: 0.02 },
      { valuePerUnit: 1, population: 1e6, launchCost: 5000 },
      { samplingVariance: 0.0001, cost: 500 },
    );
    expect(value).toMatchObject({ decisionNow: "launch", valueNow: 5000, breakEvenEffect: 0.005 });
    expect(value.preposteriorSd).toBeCloseTo(0.01788854381999832, 15);
    expect(value.evpi).toBeCloseTo(5726.893964471603, 8);
    expect(value.evsi).toBeCloseTo(4913.465033494526, 8);
    expect(value.enbs).toBeCloseTo(4413.465033494526, 8);
    // The posterior mean at the threshold is the break-even.
    expect(((value.launchAbove ?? 0) * 0.0004 + 0.01 * 0.0001) / 0.0005).toBeCloseTo(0.005, 14);
  });

  it("holds at indifference, and knowing the effect already is worth nothing", () => {
    const known: EffectPrior = { kind: "normal", mean: 0.02, sd: 0 };
    const value = trialValue(known, { ...unit, launchCost: 0.02 }, { samplingVariance: 1 });
    expect(value).toMatchObject({ decisionNow: "hold", evpi: 0, evsi: 0, launchAbove: null });
    expect(value.launchProbability).toBe(0);
  });
});

/**
 * EVSI by integrals over effect and estimate, with no closed form: the gain E[(theta - b) density of x given theta]
 * where it is on the side of the option not taken now.
 */
function plainEvsi(
  density: (theta: number) => number,
  mean: number,
  b: number,
  se: number,
  reach: number,
) {
  const gain = (x: number) => {
    const near = (theta: number) =>
      density(theta) * (normalPdf((x - theta) / se) / se) * (theta - b);
    return integrate(near, x - 9 * se, x + 9 * se, 24, 12);
  };
  const threshold = findRoot(gain, -reach / 8, reach / 8, { tolerance: 1e-9 });
  if (mean < b) return integrate(gain, threshold, threshold + reach, 120, 8);
  return -integrate(gain, threshold - reach, threshold, 120, 8);
}

const tDensity = (mean: number, scale: number, df: number) => (theta: number) =>
  Math.exp(studentTLogPdf((theta - mean) / scale, df)) / scale;

describe("fat-tailed priors", () => {
  it.each([
    [6, 0.1, 0.5, 0.8, 0.4],
    [6, 0.6, 0.5, 0.8, 0.4],
    [9, 0.2, 1, 0.2, 0.1],
    [12, -0.3, 0.4, 0.3, 0],
  ])("EVSI of Student's t, df %d, against plain quadrature", (df, mean, scale, se, b) => {
    const prior: EffectPrior = { kind: "student_t", mean, scale, df };
    const value = trialValue(prior, { ...unit, launchCost: b }, { samplingVariance: se * se });
    const reach = 60 * (scale + se);
    const plain = plainEvsi(tDensity(mean, scale, df), mean, b, se, reach);
    expect(Math.abs(value.evsi / plain - 1)).toBeLessThan(1e-5);
    expect(value.preposteriorSd).toBeNull();
  });

  it("EVPI of Student's t, df 3, by the integral of its tail", () => {
    const prior: EffectPrior = { kind: "student_t", mean: -0.2, scale: 0.5, df: 3 };
    const { evpi } = launchValue(prior, { ...unit, launchCost: 0.3 });
    const excess = (u: number) => {
      // theta = 0.3 + u/(1-u)
      const theta = 0.3 + u / (1 - u);
      return ((theta - 0.3) * tDensity(-0.2, 0.5, 3)(theta)) / (1 - u) ** 2;
    };
    expect(Math.abs(evpi / integrate(excess, 0, 1, 40, 20) - 1)).toBeLessThan(1e-6);
  });

  it("a mixture of a spike and a tail against plain quadrature", () => {
    const prior: EffectPrior = {
      kind: "mixture",
      parts: [
        { weight: 7, prior: { kind: "normal", mean: 0, sd: 0.1 } },
        { weight: 3, prior: { kind: "student_t", mean: 0.1, scale: 0.6, df: 7 } },
      ],
    };
    const density = (theta: number) =>
      (0.7 * normalPdf(theta / 0.1)) / 0.1 + 0.3 * tDensity(0.1, 0.6, 7)(theta);
    const value = trialValue(prior, { ...unit, launchCost: 0.2 }, { samplingVariance: 0.09 });
    const plain = plainEvsi(density, 0.03, 0.2, 0.3, 60);
    expect(Math.abs(value.evsi / plain - 1)).toBeLessThan(1e-5);
  });

  it("Student's t with many degrees of freedom is the normal", () => {
    const stakes = { valuePerUnit: 3, population: 1000, launchCost: 40 };
    const trial = { samplingVariance: 0.0004, cost: 2 };
    const t = trialValue({ kind: "student_t", mean: 0.01, scale: 0.02, df: 1e8 }, stakes, trial);
    const n = trialValue({ kind: "normal", mean: 0.01, sd: 0.02 }, stakes, trial);
    expect(t.evsi / n.evsi).toBeCloseTo(1, 7);
    expect(t.evpi / n.evpi).toBeCloseTo(1, 7);
    expect(t.launchProbability).toBeCloseTo(n.launchProbability, 7);
  });

  it("a mixture of equal normals is the normal", () => {
    const part = { kind: "normal", mean: 0.01, sd: 0.02 } as const;
    const stakes = { ...unit, launchCost: 0.02 };
    const both: EffectPrior = {
      kind: "mixture",
      parts: [
        { weight: 1, prior: part },
        { weight: 3, prior: part },
      ],
    };
    const [mixed, plain] = [both, part].map((prior) =>
      trialValue(prior, stakes, { samplingVariance: 1e-4 }),
    );
    expect((mixed?.evsi ?? 0) / (plain?.evsi ?? 1)).toBeCloseTo(1, 9);
    expect((mixed?.launchAbove ?? 0) / (plain?.launchAbove ?? 1)).toBeCloseTo(1, 9);
  });

  it("two known effects: the value of telling them apart", () => {
    const prior: EffectPrior = {
      kind: "mixture",
      parts: [
        { weight: 0.75, prior: { kind: "normal", mean: 0, sd: 0 } },
        { weight: 0.25, prior: { kind: "normal", mean: 1, sd: 0 } },
      ],
    };
    const stakes = { ...unit, launchCost: 0.5 };
    const perfect = trialValue(prior, stakes, { samplingVariance: 0 });
    expect(perfect.evsi).toBeCloseTo(perfect.evpi, 12);
    expect(perfect.evpi).toBeCloseTo(0.125, 12);
    // Threshold by Bayes: 1/2 + ln 3 times the variance.
    const noisy = trialValue(prior, stakes, { samplingVariance: 0.5 });
    const x = 0.5 + 0.5 * Math.log(3);
    expect(noisy.launchAbove).toBeCloseTo(x, 10);
    const s = Math.SQRT1_2;
    const expected = 0.25 * 0.5 * normalCdf((1 - x) / s) - 0.75 * 0.5 * normalCdf(-x / s);
    expect(noisy.evsi).toBeCloseTo(expected, 10);
  });
});

const priors: fc.Arbitrary<EffectPrior> = fc.oneof(
  fc.record({
    kind: fc.constant("normal" as const),
    mean: fc.double({ min: -1, max: 1, noNaN: true }),
    sd: fc.double({ min: 0.01, max: 2, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant("student_t" as const),
    mean: fc.double({ min: -1, max: 1, noNaN: true }),
    scale: fc.double({ min: 0.01, max: 2, noNaN: true }),
    df: fc.double({ min: 1.2, max: 40, noNaN: true }),
  }),
);

describe("identities", () => {
  it("0 <= EVSI <= EVPI, growing as the estimate gets better", () => {
    fc.assert(
      fc.property(
        priors,
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 4, noNaN: true }),
        (prior, cost, variance) => {
          const stakes = { ...unit, launchCost: cost };
          const rough = trialValue(prior, stakes, { samplingVariance: variance });
          const fine = trialValue(prior, stakes, { samplingVariance: variance / 4 });
          const slack = 1e-9 * (1 + rough.evpi);
          expect(rough.evsi).toBeGreaterThanOrEqual(0);
          expect(fine.evsi).toBeGreaterThanOrEqual(rough.evsi - slack);
          expect(fine.evsi).toBeLessThanOrEqual(fine.evpi + slack);
        },
      ),
      { seed: 1, numRuns: 150 },
    );
  });

  it("the best threshold beats every other rule, and its rule is worth valueNow + EVSI", () => {
    fc.assert(
      fc.property(priors, fc.double({ min: -3, max: 3, noNaN: true }), (prior, other) => {
        const stakes = { ...unit, launchCost: 0.2 };
        const best = trialValue(prior, stakes, { samplingVariance: 0.25 });
        const at = (x: number) => ruleValue(prior, stakes, 0.25, x);
        expect(at(best.launchAbove ?? 0)).toBeCloseTo(best.valueNow + best.evsi, 8);
        expect(at(other)).toBeLessThanOrEqual(best.valueNow + best.evsi + 1e-9);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it("an exact estimate is worth perfect information", () => {
    fc.assert(
      fc.property(priors, (prior) => {
        const value = trialValue(prior, { ...unit, launchCost: 0.1 }, { samplingVariance: 0 });
        expect(value.evsi).toBeCloseTo(value.evpi, 9);
        expect(value.launchAbove).toBeCloseTo(0.1, 12);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});

describe("refusals", () => {
  const prior: EffectPrior = { kind: "normal", mean: 0, sd: 1 };
  it.each<[string, EffectPrior, object, number]>([
    ["a t without a mean", { kind: "student_t", mean: 0, scale: 1, df: 1 }, {}, 1],
    ["a negative standard deviation", { kind: "normal", mean: 0, sd: -1 }, {}, 1],
    ["a scale of 0", { kind: "student_t", mean: 0, scale: 0, df: 3 }, {}, 1],
    ["a mean that is no number", { kind: "normal", mean: Number.NaN, sd: 1 }, {}, 1],
    ["an empty mixture", { kind: "mixture", parts: [] }, {}, 1],
    [
      "weights of 0",
      { kind: "mixture", parts: [{ weight: 0, prior: { kind: "normal", mean: 0, sd: 1 } }] },
      {},
      1,
    ],
    ["no population", prior, { population: 0 }, 1],
    ["a value below 0", prior, { valuePerUnit: -1 }, 1],
    ["a cost that is no number", prior, { launchCost: Number.NaN }, 1],
    ["a negative variance", prior, {}, -1],
  ])("%s", (_, bad, stakes, samplingVariance) => {
    expect(() => trialValue(bad, { ...unit, ...stakes }, { samplingVariance })).toThrowError(
      domain,
    );
  });
});
