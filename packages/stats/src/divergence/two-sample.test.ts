import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededUniform } from "../sequential/testing/random.js";
import { kolmogorovLimitSf, kolmogorovSf } from "./kolmogorov.js";
import { twoSampleDistance } from "./two-sample.js";

const domain = expect.objectContaining({ code: "DOMAIN" });

describe("kolmogorovSf", () => {
  it.each([
    // Massey, JASA 46 (1951) 68-78, critical values at 0.05 and 0.01; further digits in Miller (JASA 51, 1956).
    [5, 0.56328, 0.05],
    [10, 0.40925, 0.05],
    [20, 0.29408, 0.05],
    [10, 0.48893, 0.01],
    [50, 0.22604, 0.01],
  ])("reproduces the published critical value for n = %d", (n, d, level) => {
    expect(Math.abs(kolmogorovSf(d, n) - level)).toBeLessThan(2e-5);
  });

  it("reproduces the published K(2000, 0.04) and K(10, 0.274) of Marsaglia, Tsang & Wang", () => {
    expect(1 - kolmogorovSf(0.04, 2000)).toBeCloseTo(0.996769431917137, 12);
    expect(1 - kolmogorovSf(0.274, 10)).toBeCloseTo(0.628479615, 8);
  });

  it("has the closed forms of one and two observations", () => {
    for (const d of [0.5, 0.6, 0.75, 0.9]) {
      expect(kolmogorovSf(d, 1)).toBeCloseTo(2 * (1 - d), 12);
      // P(D_2 >= d) = 2 (1 - d)^2 from d = 1/2 on.
      expect(kolmogorovSf(d, 2)).toBeCloseTo(2 * (1 - d) ** 2, 12);
    }
    expect([kolmogorovSf(0, 9), kolmogorovSf(1, 9)]).toEqual([1, 0]);
  });

  it("joins its two methods without a step", () => {
    for (const n of [20, 100, 500]) {
      const d = Math.sqrt(4 / n);
      const [below, above] = [kolmogorovSf(d * (1 - 1e-12), n), kolmogorovSf(d * (1 + 1e-12), n)];
      expect(above / below).toBeCloseTo(1, 8);
    }
  });

  it("nears the limit as n grows, and keeps tiny tails", () => {
    for (const x of [0.5, 1, 1.5]) {
      const exact = kolmogorovSf(x / Math.sqrt(2000), 2000);
      expect(Math.abs(exact - kolmogorovLimitSf(x))).toBeLessThan(0.01);
    }
    // (1 - d)^n dominates at the far end: two sides of it.
    expect(kolmogorovSf(0.999, 20) / (2 * 0.001 ** 20)).toBeCloseTo(1, 6);
  });

  it("refuses distances and sizes outside its domain", () => {
    expect(() => kolmogorovSf(1.1, 5)).toThrow(domain);
    expect(() => kolmogorovSf(0.1, 2001)).toThrow(domain);
    expect(() => kolmogorovSf(0.1, 0)).toThrow(domain);
  });
});

describe("kolmogorovLimitSf", () => {
  it("has the published quantiles 1.2238, 1.3581, 1.6276, and joins its series", () => {
    expect(kolmogorovLimitSf(1.2238478702)).toBeCloseTo(0.1, 9);
    expect(kolmogorovLimitSf(1.3580986393)).toBeCloseTo(0.05, 9);
    expect(kolmogorovLimitSf(1.6276236115)).toBeCloseTo(0.01, 9);
    expect(kolmogorovLimitSf(1 - 1e-13)).toBeCloseTo(kolmogorovLimitSf(1), 12);
    expect(kolmogorovLimitSf(0)).toBe(1);
  });
});

/** P(D >= d) over every way to tell n + m ranks apart. */
function enumerated(n: number, m: number, gap: number): number {
  let [hits, all] = [0, 0];
  const walk = (i: number, j: number, most: number): void => {
    const here = Math.max(most, Math.abs(i * m - j * n));
    if (i === n && j === m) {
      all += 1;
      if (here >= gap) hits += 1;
      return;
    }
    if (i < n) walk(i + 1, j, here);
    if (j < m) walk(i, j + 1, here);
  };
  walk(0, 0, 0);
  return hits / all;
}

describe("twoSampleDistance", () => {
  it("has the exact tail of every arrangement", () => {
    const small = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(small, small, (a, b) => {
        const { d, pExact } = twoSampleDistance(a, b);
        const gap = Math.round(d * a.length * b.length);
        expect(pExact).toBeCloseTo(enumerated(a.length, b.length, gap), 12);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it("finds the largest gap with ties, as counted by hand", () => {
    // At 2: three of four against one of three; at 1: two of four against none.
    expect(twoSampleDistance([1, 1, 2, 5], [2, 3, 4]).d).toBeCloseTo(0.5, 15);
    expect(twoSampleDistance([1, 2], [1, 2]).d).toBe(0);
    const apart = twoSampleDistance([1, 2, 3], [4, 5, 6, 7]);
    expect(apart.d).toBe(1);
    expect(apart.pExact).toBeCloseTo(2 / 35, 14);
  });

  it("keeps small tails to their digits", () => {
    const a = Float64Array.from({ length: 40 }, (_, i) => i);
    const b = Float64Array.from({ length: 40 }, (_, i) => i + 100);
    // Two of C(80, 40) arrangements are wholly apart.
    const arrangements = 1.0750720873333e23;
    expect(((twoSampleDistance(a, b).pExact as number) * arrangements) / 2).toBeCloseTo(1, 9);
  });

  it("falls back where the exact tail is too much work, and stays near it", () => {
    const uniform = seededUniform(4);
    const draw = (n: number) => Float64Array.from({ length: n }, uniform);
    const large = twoSampleDistance(draw(6000), draw(6000));
    expect(large.pExact).toBeNull();
    expect(large.pOneSample).toBeNull();
    expect(large.pValue).toBe(large.pLimit);
    const lopsided = twoSampleDistance(draw(100_000), draw(500));
    expect(lopsided.pValue).toBe(lopsided.pOneSample);
    const both = twoSampleDistance(draw(2000), draw(2000));
    expect(Math.abs((both.pExact as number) - both.pLimit)).toBeLessThan(0.02);
  });

  it("rejects no more than its level when nothing moved, and finds a shift", () => {
    const uniform = seededUniform(5);
    let [rejected, found] = [0, 0];
    const trials = 1000;
    for (let t = 0; t < trials; t++) {
      const a = Float64Array.from({ length: 30 }, uniform);
      const b = Float64Array.from({ length: 45 }, uniform);
      if (twoSampleDistance(a, b).pValue <= 0.1) rejected += 1;
      if (
        twoSampleDistance(
          a,
          b.map((x) => x + 0.5),
        ).pValue <= 0.1
      )
        found += 1;
    }
    expect(rejected / trials).toBeLessThan(0.1 + 4 * Math.sqrt(0.09 / trials));
    expect(rejected / trials).toBeGreaterThan(0.05);
    expect(found / trials).toBeGreaterThan(0.9);
  });

  it("refuses empty samples and NaN", () => {
    expect(() => twoSampleDistance([], [1])).toThrow(domain);
    expect(() => twoSampleDistance([1, Number.NaN], [1])).toThrow(domain);
  });
});
