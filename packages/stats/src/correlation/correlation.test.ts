import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededNormal } from "../sequential/testing/random.js";
import { correlationExceeds, correlationPValue, fisherInterval, pearson } from "./pearson.js";
import { kendall, spearman } from "./rank.js";
import { signAgreement, wilsonInterval } from "./sign-agreement.js";

const runs = { seed: 1, numRuns: 300 };
const domain = expect.objectContaining({ code: "DOMAIN" });
// Anscombe's first set (American Statistician 27, 1973).
const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];

describe("pearson", () => {
  it("reproduces R's cor.test on Anscombe's first set (r 0.8164205, p 0.00217, 0.4243912 to 0.9506933)", () => {
    const result = pearson(x, y, 0.05);
    expect(result.correlation).toBeCloseTo(0.8164205, 7);
    expect(result.pValue).toBeCloseTo(0.00216963, 8);
    expect(result.interval?.ciLower).toBeCloseTo(0.4243912, 7);
    expect(result.interval?.ciUpper).toBeCloseTo(0.9506933, 7);
  });

  it.each([
    [0.5, 10, -0.189, 0.859],
    [0.5, 20, 0.074, 0.772],
    [0.5, 30, 0.17, 0.729],
    [0.6, 50, 0.386, 0.753],
  ])("says how little few pairs say: r = %d of %d pairs", (r, n, lower, upper) => {
    const interval = fisherInterval(r, n, 0.05);
    expect(interval.ciLower).toBeCloseTo(lower, 3);
    expect(interval.ciUpper).toBeCloseTo(upper, 3);
  });

  it("does not change with the units, and turns with the sign", () => {
    const value = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 4, maxLength: 30 }), (pairs) => {
        const [a, b] = [pairs.map(([u]) => u), pairs.map(([, v]) => v)];
        const spread = (values: number[]) => Math.max(...values) - Math.min(...values);
        fc.pre(spread(a) > 1e-3 && spread(b) > 1e-3);
        const r = pearson(a, b, 0.05).correlation;
        const scaled = pearson(
          a.map((u) => 3 * u + 1e4),
          b.map((v) => -v),
          0.05,
        );
        expect(scaled.correlation).toBeCloseTo(-r, 6);
        expect(pearson(b, a, 0.05).correlation).toBeCloseTo(r, 12);
      }),
      runs,
    );
  });

  it("has no interval on a line or for three pairs, and says p 0 on a line", () => {
    const line = pearson([1, 2, 3, 4], [2, 4, 6, 8], 0.05);
    expect([line.correlation, line.pValue, line.interval]).toEqual([1, 0, null]);
    expect(pearson([1, 2, 3], [1, 3, 2], 0.05).interval).toBeNull();
  });

  it("refuses too few pairs, no variation, NaN and unequal lengths", () => {
    expect(() => pearson([1, 2], [1, 2], 0.05)).toThrow(domain);
    expect(() => pearson([1, 1, 1], [1, 2, 3], 0.05)).toThrow(domain);
    expect(() => pearson([0.1 + 0.2, 0.3, 0.3], [1, 2, 3], 0.05)).toThrow(domain);
    expect(() => pearson([1, 2, Number.NaN], [1, 2, 3], 0.05)).toThrow(domain);
    expect(() => pearson([1, 2, 3], [1, 2], 0.05)).toThrow(domain);
    expect(() => fisherInterval(1, 9, 0.05)).toThrow(domain);
    expect(() => fisherInterval(0.5, 3, 0.05)).toThrow(domain);
    expect(() => correlationPValue(1.2, 9)).toThrow(domain);
  });
});

describe("correlationExceeds", () => {
  it("is one minus Fisher's one-sided level without a prior to speak of", () => {
    const { ciLower } = fisherInterval(0.7, 25, 0.1);
    expect(correlationExceeds(0.7, 25, ciLower, { mean: 0, sd: 1e6 })).toBeCloseTo(0.95, 6);
  });

  it("moves towards the prior when pairs are few", () => {
    const prior = { mean: Math.atanh(0.3), sd: 0.3 };
    const few = correlationExceeds(0.8, 6, 0.5, prior);
    const many = correlationExceeds(0.8, 60, 0.5, prior);
    expect(few).toBeLessThan(0.7);
    expect(many).toBeGreaterThan(0.99);
    expect(() => correlationExceeds(0.8, 6, 1, prior)).toThrow(domain);
    expect(() => correlationExceeds(0.8, 6, 0.5, { mean: 0, sd: 0 })).toThrow(domain);
  });
});

describe("spearman", () => {
  it("is Pearson's r of the ranks, and 1 for any rising curve", () => {
    const curve = x.map((value) => Math.exp(value));
    expect(spearman(x, curve, 0.05).correlation).toBe(1);
    // R: cor(x, y, method = "spearman") on Anscombe's first set, 0.8181818.
    expect(spearman(x, y, 0.05).correlation).toBeCloseTo(9 / 11, 12);
  });

  it("shares ranks among equals", () => {
    // Ranks 1.5 1.5 3 4 against 1 2 3.5 3.5: centred products 4, squares 4.5 and 4.5.
    expect(spearman([1, 1, 2, 3], [1, 2, 3, 3], 0.05).correlation).toBeCloseTo(8 / 9, 12);
  });
});

describe("kendall", () => {
  it("reproduces R's cor.test on Anscombe's first set (tau 0.6363636)", () => {
    const result = kendall(x, y);
    expect(result.tauB).toBeCloseTo(7 / 11, 12);
    expect(result.concordance).toBe(35);
  });

  it("counts pairs as their definition does, with ties", () => {
    const value = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 3, maxLength: 25 }), (pairs) => {
        let [concordance, tiedX, tiedY] = [0, 0, 0];
        for (let i = 0; i < pairs.length; i++) {
          for (let j = 0; j < i; j++) {
            const [a, b] = [pairs[i] as [number, number], pairs[j] as [number, number]];
            concordance += Math.sign(a[0] - b[0]) * Math.sign(a[1] - b[1]);
            if (a[0] === b[0]) tiedX += 1;
            if (a[1] === b[1]) tiedY += 1;
          }
        }
        const all = (pairs.length * (pairs.length - 1)) / 2;
        fc.pre(tiedX < all && tiedY < all);
        const result = kendall(
          pairs.map(([u]) => u),
          pairs.map(([, v]) => v),
        );
        expect(result.concordance).toBe(concordance);
        const tau = concordance / Math.sqrt((all - tiedX) * (all - tiedY));
        expect(result.tauB).toBeCloseTo(tau, 12);
        expect(result.pValue).toBeGreaterThan(0);
        expect(result.pValue).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });

  it("keeps its level without a relation", () => {
    const normal = seededNormal(2);
    const trials = 2000;
    let rejected = 0;
    for (let t = 0; t < trials; t++) {
      const a = Array.from({ length: 15 }, () => Math.round(2 * normal()));
      const b = Array.from({ length: 15 }, normal);
      if (kendall(a, b).pValue <= 0.05) rejected += 1;
    }
    expect(rejected / trials).toBeGreaterThan(0.03);
    expect(rejected / trials).toBeLessThan(0.07);
  });

  it("refuses what does not vary", () => {
    expect(() => kendall([1, 1, 1], [1, 2, 3])).toThrow(domain);
  });
});

describe("signAgreement", () => {
  const pairsOf = (agree: number, n: number) => ({
    x: Array.from({ length: n }, () => 1),
    y: Array.from({ length: n }, (_, i) => (i < agree ? 0.5 : -0.5)),
  });

  it.each([
    [8, 10, 0.055],
    [9, 10, 0.011],
    [21, 30, 0.021],
  ])("reproduces the published chance of %d out of %d", (agree, n, published) => {
    const result = signAgreement({ ...pairsOf(agree, n), alpha: 0.05 });
    expect(result.agreements).toBe(agree);
    expect(result.pValue).toBeCloseTo(published, 3);
  });

  it("has Wilson's interval: 8 of 10 is [0.49, 0.94]", () => {
    const { ciLower, ciUpper } = wilsonInterval(8, 10, 0.05);
    expect(ciLower).toBeCloseTo(0.4902, 4);
    expect(ciUpper).toBeCloseTo(0.9433, 4);
    expect(wilsonInterval(0, 10, 0.05).ciLower).toBe(0);
    expect(wilsonInterval(10, 10, 0.05).ciUpper).toBe(1);
    expect(() => wilsonInterval(11, 10, 0.05)).toThrow(domain);
  });

  it("leaves out pairs without a known sign, by their own error alone", () => {
    const input = { x: [1, -1, 1, 0, -1], y: [2, 2, 0.5, 3, -4], alpha: 0.05 };
    expect(signAgreement(input)).toMatchObject({ agreements: 3, pairs: 4, leftOut: 1 });
    const known = { seY: [1, 1, 1, 1, 1], leastZ: 1 };
    expect(signAgreement({ ...input, known })).toMatchObject({
      ...{ agreements: 2, pairs: 3, leftOut: 2 },
    });
    expect(() => signAgreement({ ...input, known: { ...known, leastZ: 9 } })).toThrow(domain);
    expect(() => signAgreement({ ...input, known: { seY: [0, 1, 1, 1, 1], leastZ: 1 } })).toThrow(
      domain,
    );
  });
});
