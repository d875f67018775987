import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divergence } from "./divergence.js";
import { chiSquareHomogeneity } from "./homogeneity.js";

const runs = { seed: 1, numRuns: 300 };
const domain = expect.objectContaining({ code: "DOMAIN" });
const count = fc.integer({ min: 0, max: 50 });
const counts = (bins: number) =>
  fc.array(count, { minLength: bins, maxLength: bins }).filter((c) => c.some((x) => x > 0));
const three = fc.tuple(counts(4), counts(4), counts(4));

describe("divergence", () => {
  it("is the definition, worked by hand", () => {
    // p = (1/2, 1/2), q = (1/4, 3/4): KL = ln 2 / 2 + ln(2/3) / 2 one way, ln(1/2)/4 + 3 ln(3/2)/4 the other.
    const result = divergence({ p: [1, 1], q: [1, 3] });
    expect(result.klPq).toBeCloseTo(Math.log(4 / 3) / 2, 15);
    expect(result.klQp).toBeCloseTo((3 * Math.log(1.5) - Math.LN2) / 4, 15);
    expect(result.psi).toBeCloseTo(Math.log(3) / 4, 15);
    expect(result.totalVariation).toBe(0.25);
  });

  it("keeps its digits where the two are nearly equal", () => {
    // KL of (1/2 + e, 1/2 - e) to (1/2, 1/2) is 2 e^2 + 4 e^4 / 3 + ...
    const result = divergence({ p: [5e8 + 50, 5e8 - 50], q: [1, 1] });
    const e = 5e-8;
    expect((result.klPq as number) / (2 * e * e)).toBeCloseTo(1, 6);
    expect((result.jensenShannon as number) / ((e * e) / 2)).toBeCloseTo(1, 6);
  });

  it("says null where it is infinite, and not where both are empty", () => {
    const result = divergence({ p: [1, 0, 1], q: [1, 0, 0] });
    expect([result.klPq, result.psi]).toEqual([null, null]);
    expect(result.klQp).toBeCloseTo(Math.LN2, 15);
    const apart = divergence({ p: [1, 0], q: [0, 1] });
    expect(apart.jensenShannon).toBeCloseTo(Math.LN2, 15);
    expect(apart.totalVariation).toBe(1);
  });

  it("is never negative, symmetric where it should be, and bounded", () => {
    fc.assert(
      fc.property(three, fc.double({ min: 0, max: 2, noNaN: true }), ([p, q, r], smoothing) => {
        const forward = divergence({ p, q, smoothing });
        const backward = divergence({ p: q, q: p, smoothing });
        expect(forward.klPq).toBe(backward.klQp);
        expect(forward.jensenShannon).toBeCloseTo(backward.jensenShannon, 14);
        expect(forward.jensenShannon).toBeGreaterThanOrEqual(0);
        expect(forward.jensenShannon).toBeLessThanOrEqual(Math.LN2 + 1e-15);
        // Pinsker's inequality, and the triangle inequality of the Jensen-Shannon distance.
        const kl = forward.klPq ?? Number.POSITIVE_INFINITY;
        expect(kl).toBeGreaterThanOrEqual(2 * forward.totalVariation ** 2 - 1e-15);
        const far = divergence({ p, q: r, smoothing }).jensenShannonDistance;
        const near = divergence({ p: q, q: r, smoothing }).jensenShannonDistance;
        expect(far).toBeLessThanOrEqual(forward.jensenShannonDistance + near + 1e-9);
      }),
      runs,
    );
  });

  it("refuses unequal bins, negative counts, an empty side, a bad smoothing", () => {
    for (const input of [
      { p: [1], q: [1, 2] },
      { p: [-1, 2], q: [1, 2] },
      { p: [0, 0], q: [1, 2] },
      { p: [], q: [] },
      { p: [1, 2], q: [Number.NaN, 1] },
      { p: [1, 2], q: [1, 2], smoothing: -1 },
    ]) {
      expect(() => divergence(input)).toThrow(domain);
    }
  });
});

describe("chiSquareHomogeneity", () => {
  it("reproduces the Physicians' Health Study: chi-square 25.01 without correction (Agresti, 1996)", () => {
    const result = chiSquareHomogeneity([189, 10845], [104, 10933]);
    expect(result.chiSquare).toBeCloseTo(25.01, 2);
    expect(result.df).toBe(1);
    expect(result.pValue).toBeCloseTo(5.69e-7, 8);
    expect(result.cramersV).toBeCloseTo(Math.sqrt(25.0139 / 22071), 5);
    expect(result.leastExpected).toBeCloseTo((293 * 11034) / 22071, 9);
  });

  it("is the sum over all cells of (observed - expected)^2 / expected", () => {
    fc.assert(
      fc.property(counts(5), counts(5), (p, q) => {
        const total = p.map((x, i) => x + (q[i] as number));
        fc.pre(total.filter((x) => x > 0).length >= 2);
        const n = (c: readonly number[]) => c.reduce((a, b) => a + b, 0);
        let chiSquare = 0;
        for (const side of [p, q]) {
          side.forEach((observed, i) => {
            const expected = ((total[i] as number) * n(side)) / n(total);
            if (expected > 0) chiSquare += (observed - expected) ** 2 / expected;
          });
        }
        expect(chiSquareHomogeneity(p, q).chiSquare).toBeCloseTo(chiSquare, 9);
      }),
      runs,
    );
  });

  it("leaves out bins that are empty on both sides, and refuses one bin", () => {
    expect(chiSquareHomogeneity([3, 0, 5], [4, 0, 1]).df).toBe(1);
    expect(() => chiSquareHomogeneity([3, 0], [4, 0])).toThrow(domain);
  });
});
