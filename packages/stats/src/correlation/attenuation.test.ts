import { describe, expect, it } from "vitest";
import { seededNormal } from "../sequential/testing/random.js";
import { deattenuate, trueCorrelation, trueMoments } from "./attenuation.js";
import { trueCorrelationInterval } from "./likelihood.js";
import { fisherInterval, pearson } from "./pearson.js";
import { predictAt, predictiveSlope } from "./prediction.js";
import { trueSlope } from "./true-slope.js";

const domain = expect.objectContaining({ code: "DOMAIN" });
const unidentified = expect.objectContaining({ code: "UNIDENTIFIED" });

/** n pairs of true effects with correlation rho and variance 1, measured with errors of the given sds. */
function measured(
  n: number,
  rho: number,
  [noiseX, noiseY]: readonly [number, number],
  normal: () => number,
  shared = 0,
) {
  const pairs = Array.from({ length: n }, () => {
    const a = normal();
    const b = rho * a + Math.sqrt(1 - rho * rho) * normal();
    const e = normal();
    return {
      x: a + noiseX * e,
      y: b + noiseY * (shared * e + Math.sqrt(1 - shared * shared) * normal()),
      trueX: a,
      trueY: b,
    };
  });
  const constant = (value: number) => new Float64Array(n).fill(value);
  return {
    x: pairs.map((pair) => pair.x),
    y: pairs.map((pair) => pair.y),
    trueX: pairs.map((pair) => pair.trueX),
    trueY: pairs.map((pair) => pair.trueY),
    varX: constant(noiseX ** 2),
    varY: constant(noiseY ** 2),
    covXY: constant(shared * noiseX * noiseY),
  };
}

/** Null where the data do not identify it. */
function trueOrNull(pairs: Parameters<typeof trueCorrelation>[0]): number | null {
  try {
    return trueCorrelation(pairs);
  } catch (error) {
    expect(error).toEqual(unidentified);
    return null;
  }
}

describe("attenuation", () => {
  it.each([
    // rho / sqrt((1 + nx^2)(1 + ny^2)), ../shared/design/science.md F1.
    [[0.5, 1], 0.443],
    [[0.2, 2], 0.307],
  ] as const)("pulls 0.7 down as published with noise %j, and is taken off again", (noise, raw) => {
    const normal = seededNormal(1);
    const pairs = measured(20_000, 0.7, noise, normal);
    expect(trueMoments(pairs).rawCorrelation).toBeCloseTo(raw, 1);
    expect(Math.abs(trueMoments(pairs).rawCorrelation - raw)).toBeLessThan(0.02);
    expect(Math.abs(trueCorrelation(pairs) - 0.7)).toBeLessThan(0.06);
  });

  it("is unidentified as often as published: a variance at or below 0 in 13 % of draws at (0.2, 2), 60 pairs", () => {
    const normal = seededNormal(2);
    const trials = 1500;
    let empty = 0;
    for (let t = 0; t < trials; t++) {
      const pairs = measured(60, 0.7, [0.2, 2], normal);
      const { varianceX, varianceY } = trueMoments(pairs);
      const isEmpty = !(varianceX > 0 && varianceY > 0);
      if (isEmpty) empty += 1;
      const estimate = trueOrNull(pairs);
      if (isEmpty) expect(estimate).toBeNull();
      if (estimate !== null) expect(Math.abs(estimate)).toBeLessThanOrEqual(1);
    }
    expect(Math.abs(empty / trials - 0.13)).toBeLessThan(0.04);
  });

  it("says so, and never clips to 1", () => {
    const noisy = { x: [1, 2, 3, 4], y: [1, 1.1, 0.9, 1.05], varY: [1, 1, 1, 1] };
    expect(() => trueCorrelation(noisy)).toThrow(/Noise explains/);
    const beyond = { x: [1, 2, 3, 4], y: [1, 2, 3, 4.1], varY: [0.5, 0.5, 0.5, 0.5] };
    expect(() => trueCorrelation(beyond)).toThrow(unidentified);
    expect(() => trueCorrelation(beyond)).toThrow(/comes to 1\.\d\d/);
  });

  it("takes off errors that the two share: noise of the same users may turn the sign", () => {
    const normal = seededNormal(3);
    const pairs = measured(20_000, 0.5, [1.5, 1.5], normal, -0.9);
    expect(trueMoments(pairs).rawCorrelation).toBeLessThan(0);
    expect(Math.abs(trueCorrelation(pairs) - 0.5)).toBeLessThan(0.1);
    const { covXY: _, ...without } = pairs;
    expect(trueMoments(without).covariance).toBeLessThan(0);
  });

  it("is Pearson's r without noise", () => {
    const pairs = measured(30, 0.4, [0, 0], seededNormal(4));
    expect(trueCorrelation(pairs)).toBeCloseTo(pearson(pairs.x, pairs.y, 0.05).correlation, 12);
  });

  it("by known reliabilities scales r and its interval alike", () => {
    const { correlation, interval } = deattenuate(0.3, 200, 0.8, 0.7, 0.05);
    const factor = Math.sqrt(0.56);
    const raw = fisherInterval(0.3, 200, 0.05);
    expect(correlation).toBeCloseTo(0.3 / factor, 15);
    expect(interval.ciLower).toBeCloseTo(raw.ciLower / factor, 15);
    expect(deattenuate(0.75, 60, 0.6, 0.7, 0.05).correlation).toBeGreaterThan(1);
    expect(() => deattenuate(0.3, 200, 0, 1, 0.05)).toThrow(domain);
    expect(() => deattenuate(0.3, 200, 1.1, 1, 0.05)).toThrow(domain);
  });

  it("refuses errors that cannot be", () => {
    const pairs = { x: [1, 2, 3, 4], y: [2, 1, 4, 3] };
    expect(() => trueMoments({ ...pairs, varX: [1, 1, 1, -1] })).toThrow(domain);
    expect(() => trueMoments({ ...pairs, varX: [1] })).toThrow(domain);
    expect(() => trueMoments({ ...pairs, covXY: [0, 0, 0, 1] })).toThrow(domain);
  });
});

describe("trueCorrelationInterval", () => {
  it("is, without noise, the set where (1 - rho r)^2 / ((1 - rho^2)(1 - r^2)) stays below 1 + t^2/(n-2)", () => {
    const pairs = measured(12, 0.6, [0, 0], seededNormal(5));
    const r = pearson(pairs.x, pairs.y, 0.05).correlation;
    const result = trueCorrelationInterval(pairs, 0.05);
    expect(result.mostLikely).toBeCloseTo(r, 4);
    // Student's t 2.228139 with 10 df at 0.05.
    const cut = 1 + 2.2281388519649385 ** 2 / 10;
    for (const rho of [result.lower, result.upper]) {
      const ratio = (1 - rho * r) ** 2 / ((1 - rho * rho) * (1 - r * r));
      expect(ratio).toBeCloseTo(cut, 3);
    }
  });

  it("covers the truth as often as it says, with and without noise", () => {
    const normal = seededNormal(6);
    const trials = 60;
    for (const [n, rho, noise] of [
      [10, 0.6, [0, 0.7]],
      [12, 0.6, [0.2, 1]],
      [12, 0.3, [0, 2]],
    ] as const) {
      let covered = 0;
      for (let t = 0; t < trials; t++) {
        const { lower, upper } = trueCorrelationInterval(measured(n, rho, noise, normal), 0.1);
        if (lower <= rho && rho <= upper) covered += 1;
      }
      expect(covered / trials).toBeGreaterThan(0.9 - 4 * Math.sqrt(0.09 / trials));
    }
  });

  it("says nothing where noise explains everything, and is not taken in by a raw r near 0", () => {
    const pairs = {
      x: [1, 2, 3, 4, 5, 6],
      y: [0.1, -0.1, 0.05, -0.02, 0.1, 0],
      varY: new Float64Array(6).fill(25),
    };
    const { lower, upper } = trueCorrelationInterval(pairs, 0.05);
    expect([lower, upper]).toEqual([-1, 1]);
  });

  it("refuses three pairs", () => {
    const three = { x: [1, 2, 3], y: [1, 3, 2] };
    expect(() => trueCorrelationInterval(three, 0.05)).toThrow(domain);
  });
});

describe("predictiveSlope", () => {
  it("is least squares where every y has the same error", () => {
    // Anscombe's first set: y = 3.0001 + 0.5001 x, residual sd 1.2366 on 9 df.
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    const line = predictiveSlope(x, y, new Float64Array(11).fill(0.5));
    expect(line.intercept).toBeCloseTo(3.00009, 5);
    expect(line.slope).toBeCloseTo(0.50009, 5);
    // All scatter is tau2 + se^2 = 1.2366^2, so the errors are those of least squares.
    expect(Math.hypot(line.scatterSd, 0.5)).toBeCloseTo(1.236603, 5);
    expect(line.slopeSe).toBeCloseTo(0.1179055, 6);
    // R: predict(lm(y ~ x), data.frame(x = 10), interval = "prediction"): 8.001, 5.0673 to 10.9347.
    const prediction = predictAt(line, 10, 0.05, 0.5);
    expect(prediction.predicted).toBeCloseTo(8.001, 3);
    const half = 2.262157 * Math.sqrt(1.236603 ** 2 * (1 + 1 / 11 + 1 / 110));
    expect(prediction.upper - prediction.predicted).toBeCloseTo(half, 4);
  });

  it("predicts new effects as often as it says, and ascribes to noise what is noise", () => {
    const normal = seededNormal(7);
    const trials = 500;
    let [covered, ofMeasured] = [0, 0];
    for (let t = 0; t < trials; t++) {
      const pairs = measured(16, 0.7, [0.3, 0], normal);
      const se = pairs.x.map((_, i) => 0.4 + 0.1 * (i % 5));
      const y = pairs.trueY.map((value, i) => value + (se[i] as number) * normal());
      const drop = <T>(values: readonly T[]) => values.slice(0, 15);
      const line = predictiveSlope(drop(pairs.x), drop(y), drop(se));
      const [at, truth] = [pairs.x[15] as number, pairs.trueY[15] as number];
      const forTrue = predictAt(line, at, 0.1);
      if (forTrue.lower <= truth && truth <= forTrue.upper) covered += 1;
      const forMeasured = predictAt(line, at, 0.1, se[15] as number);
      if (forMeasured.lower <= (y[15] as number) && (y[15] as number) <= forMeasured.upper) {
        ofMeasured += 1;
      }
    }
    for (const share of [covered, ofMeasured]) {
      expect(share / trials).toBeGreaterThan(0.9 - 4 * Math.sqrt(0.09 / trials));
      expect(share / trials).toBeLessThan(0.9 + 4 * Math.sqrt(0.09 / trials));
    }
  });

  it("finds no scatter where the errors explain it all", () => {
    const line = predictiveSlope([1, 2, 3, 4, 5], [1, 2.1, 2.9, 4, 5.1], [2, 2, 2, 2, 2]);
    expect(line.scatterSd).toBe(0);
    expect(line.slopeSe).toBeCloseTo(2 / Math.sqrt(10), 12);
  });

  it("refuses three pairs, an x that stands still, errors that are not above 0", () => {
    const ones = [1, 1, 1, 1];
    expect(() => predictiveSlope([1, 2, 3], [1, 2, 3], [1, 1, 1])).toThrow(domain);
    expect(() => predictiveSlope(ones, [1, 2, 3, 4], ones)).toThrow(domain);
    expect(() => predictiveSlope([1, 2, 3, 4], [1, 2, 3, 5], [1, 1, 1, 0])).toThrow(domain);
  });
});

describe("trueSlope", () => {
  it("undoes what noise in x takes from the slope", () => {
    const pairs = measured(3000, 0.6, [1, 0.5], seededNormal(8));
    const result = trueSlope(pairs, 0.05);
    expect(result.ciLower).toBeLessThan(0.6);
    expect(result.ciUpper).toBeGreaterThan(0.6);
    expect(result.se).toBeLessThan(0.05);
    const raw = predictiveSlope(pairs.x, pairs.y, new Float64Array(3000).fill(0.5));
    expect(raw.slope).toBeLessThan(0.35);
  });

  it("covers it about as often as it says", () => {
    const normal = seededNormal(9);
    const trials = 500;
    let [covered, counted] = [0, 0];
    for (let t = 0; t < trials; t++) {
      const pairs = measured(40, 0.6, [0.5, 1], normal);
      const result = trueSlope(pairs, 0.1);
      counted += 1;
      if (result.ciLower <= 0.6 && 0.6 <= result.ciUpper) covered += 1;
    }
    expect(covered / counted).toBeGreaterThan(0.85);
    expect(covered / counted).toBeLessThan(0.95);
  });

  it("has the jackknife error of its definition", () => {
    const pairs = measured(12, 0.6, [0.3, 0.5], seededNormal(10), 0.4);
    const { slope, se } = trueSlope(pairs, 0.05);
    const ratio = (keep: (i: number) => boolean) => {
      const drop = (values: ArrayLike<number>) => Array.from(values).filter((_, i) => keep(i));
      const { covariance, varianceX } = trueMoments({
        ...{ x: drop(pairs.x), y: drop(pairs.y), varX: drop(pairs.varX) },
        ...{ varY: drop(pairs.varY), covXY: drop(pairs.covXY) },
      });
      return covariance / varianceX;
    };
    const without = pairs.x.map((_, out) => ratio((i) => i !== out));
    const mean = without.reduce((sum, value) => sum + value, 0) / 12;
    const squares = without.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(slope).toBeCloseTo(
      ratio(() => true),
      12,
    );
    expect(se).toBeCloseTo(Math.sqrt((11 / 12) * squares), 11);
  });

  it("refuses where noise explains x", () => {
    const pairs = {
      x: [1, 2, 1, 2, 1, 2],
      y: [1, 2, 1, 3, 1, 2],
      varX: new Float64Array(6).fill(1),
    };
    expect(() => trueSlope(pairs, 0.05)).toThrow(unidentified);
    expect(() => trueSlope({ x: [1, 2, 3, 4], y: [1, 2, 3, 5] }, 0.05)).toThrow(domain);
  });
});
