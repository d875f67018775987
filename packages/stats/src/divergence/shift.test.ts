import { describe, expect, it } from "vitest";
import { binomialPmf } from "../distributions/index.js";
import { seededUniform } from "../sequential/testing/random.js";
import { shiftNoise, shiftTest } from "./shift.js";

const domain = expect.objectContaining({ code: "DOMAIN" });

/** Counts of n draws over bins of the given shares. */
function draw(shares: readonly number[], n: number, uniform: () => number): number[] {
  const counts = shares.map(() => 0);
  for (let i = 0; i < n; i++) {
    let u = uniform();
    let bin = 0;
    while (bin < shares.length - 1 && u >= (shares[bin] as number)) {
      u -= shares[bin] as number;
      bin += 1;
    }
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

const SHARES = [0.4, 0.25, 0.15, 0.1, 0.06, 0.04];

describe("shiftTest", () => {
  it.each(["psi", "klPq", "jensenShannon", "totalVariation"] as const)(
    "alarms no more than its level on small samples of one distribution: %s",
    (measure) => {
      const uniform = seededUniform(11);
      const trials = 600;
      let [alarms, naive, excess] = [0, 0, 0];
      for (let t = 0; t < trials; t++) {
        const counts = { p: draw(SHARES, 40, uniform), q: draw(SHARES, 90, uniform) };
        const test = shiftTest(
          { ...counts, smoothing: 0.5 },
          { measure, alpha: 0.05, uniform, resamples: 199 },
        );
        if (test.pValue <= 0.05) alarms += 1;
        if (test.observed > 0.2) naive += 1;
        excess += test.excess / trials;
        expect(test.pValue <= 0.05).toBe(test.observed >= test.threshold * (1 - 1e-12));
      }
      expect(alarms / trials).toBeLessThan(0.05 + 4 * Math.sqrt((0.05 * 0.95) / trials));
      expect(alarms / trials).toBeGreaterThan(0.02);
      // What sampling brings is taken off without bias.
      expect(Math.abs(excess)).toBeLessThan(0.02);
      // The rule of thumb "PSI over 0.2" cries wolf at this size.
      if (measure === "psi") expect(naive / trials).toBeGreaterThan(0.2);
    },
  );

  it("finds a distribution that has moved", () => {
    const uniform = seededUniform(12);
    const moved = [0.25, 0.25, 0.2, 0.1, 0.1, 0.1];
    const counts = { p: draw(SHARES, 2000, uniform), q: draw(moved, 2000, uniform) };
    const test = shiftTest({ ...counts, smoothing: 0.5 }, { measure: "psi", alpha: 0.01, uniform });
    expect(test.pValue).toBe(1 / 1000);
    expect(test.observed).toBeGreaterThan(10 * test.threshold);
  });

  it("deals as an urn does: two bins agree with the exact hypergeometric chance", () => {
    // 12 of 30 against 25 of 40: total variation at least that of the table, given the margins.
    const [n, m, marked] = [30, 40, 37];
    const chance = (x: number) =>
      (binomialPmf(x, n, 0.5) * binomialPmf(marked - x, m, 0.5)) / binomialPmf(marked, n + m, 0.5);
    const gap = (x: number) => Math.abs(x / n - (marked - x) / m);
    let exact = 0;
    for (let x = 0; x <= n; x++) if (gap(x) >= gap(12) - 1e-12) exact += chance(x);
    const test = shiftTest(
      { p: [12, 18], q: [25, 15] },
      { measure: "totalVariation", alpha: 0.05, uniform: seededUniform(13), resamples: 19_999 },
    );
    expect(Math.abs(test.pValue - exact)).toBeLessThan(
      4 * Math.sqrt((exact * (1 - exact)) / 19_999),
    );
  });

  it("agrees with theory on large counts", () => {
    const uniform = seededUniform(14);
    const counts = { p: draw(SHARES, 30_000, uniform), q: draw(SHARES, 60_000, uniform) };
    for (const measure of ["psi", "klPq", "klQp", "jensenShannon"] as const) {
      const test = shiftTest(counts, { measure, alpha: 0.05, uniform, resamples: 1999 });
      const noise = shiftNoise(measure, 6, 30_000, 60_000, 0.05);
      expect(test.expectedWithoutShift / noise.expectedWithoutShift).toBeCloseTo(1, 1);
      expect(test.threshold / noise.threshold).toBeCloseTo(1, 1);
    }
  });

  it("is quick with millions of observations and thousands of bins", () => {
    const uniform = seededUniform(15);
    const p = Array.from({ length: 2000 }, (_, i) => 500 + (i % 7));
    const q = Array.from({ length: 2000 }, (_, i) => 1000 + (i % 5));
    const test = shiftTest(
      { p, q },
      { measure: "jensenShannon", alpha: 0.05, uniform, resamples: 99 },
    );
    // Counts this even are nearer than chance would have them.
    expect(test.excess).toBeLessThan(0);
    expect(test.pValue).toBe(1);
  });

  it("refuses weights, infinite divergences and too few resamples", () => {
    const settings = { measure: "psi", alpha: 0.05, uniform: seededUniform(16) } as const;
    expect(() => shiftTest({ p: [0.5, 1], q: [1, 2] }, settings)).toThrow(domain);
    expect(() => shiftTest({ p: [5, 0], q: [1, 2] }, settings)).toThrow(/infinite/);
    expect(() => shiftTest({ p: [5, 1], q: [1, 2] }, { ...settings, resamples: 9 })).toThrow(
      domain,
    );
    expect(() => shiftNoise("psi", 1, 10, 10, 0.05)).toThrow(domain);
  });
});
