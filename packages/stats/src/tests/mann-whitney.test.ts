import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { summarise } from "../moments/summarise.js";
import { mannWhitney, probabilityOfSuperiorityInterval } from "./mann-whitney.js";
import { rankCounts, rankCountsFromCell } from "./ranks.js";

const runs = { seed: 1, numRuns: 200 };
const domain = expect.objectContaining({ code: "DOMAIN" });
const sample = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 15 });

/** The definition, pair by pair: 2 for a win, 1 for a tie. */
function doubledWins(value: number, others: readonly number[]): number {
  return others.reduce((sum, other) => sum + 1 + Math.sign(value - other), 0);
}

describe("rankCounts", () => {
  it("counts pairs, ties and placements as their definitions do", () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const counts = rankCounts(a, b);
        const placementsA = a.map((value) => doubledWins(value, b));
        const placementsB = b.map((value) => doubledWins(value, a));
        const sizes = [0, 1, 2, 3, 4, 5, 6].map((v) => [...a, ...b].filter((w) => w === v).length);
        const total = (values: readonly number[]) => BigInt(values.reduce((x, y) => x + y, 0));
        expect(counts).toEqual({
          nA: BigInt(a.length),
          nB: BigInt(b.length),
          twiceU: total(placementsA),
          ties: total(sizes.map((t) => t ** 3 - t)),
          placementsASquared: total(placementsA.map((p) => p * p)),
          placementsBSquared: total(placementsB.map((p) => p * p)),
        });
      }),
      runs,
    );
  });

  it("reads a warehouse cell with the treatment as a", () => {
    const cell = {
      ...{ metric: "m", treatment: "t", control: "c", dimension: null, level: null },
      ...{ nTreatment: 3n, nControl: 4n, twiceU: 9n, ties: 6n },
      ...{ placementsTreatmentSquared: 41n, placementsControlSquared: 75n },
    };
    expect(rankCountsFromCell(cell)).toEqual({
      ...{ nA: 3n, nB: 4n, twiceU: 9n, ties: 6n },
      ...{ placementsASquared: 41n, placementsBSquared: 75n },
    });
  });
});

describe("mannWhitney", () => {
  it("reproduces R's wilcox.test on the sleep data (W 25.5, p 0.06933 with continuity)", () => {
    const drug1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    const drug2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const counts = rankCounts(drug1, drug2);
    const result = mannWhitney({ ...counts, continuity: true, alternative: "two_sided" });
    expect(result.u1).toBe(25.5);
    expect(result.pValue).toBeCloseTo(0.06933, 5);
    expect(result.z).toBeLessThan(0);
    expect(result.probabilityOfSuperiority).toBe(0.255);
  });

  it.each([
    // SciPy 1.17.1: mannwhitneyu(x, y, alternative, method="asymptotic", use_continuity=True), U 23.
    ["greater", 0.0839875961756899],
    ["less", 0.940923238143997],
    ["two_sided", 0.1679751923513798],
  ] as const)("moves U towards its mean under %s", (alternative, expected) => {
    const counts = rankCounts([1, 4, 6, 7, 9, 3], [2, 2, 5, 3, 1]);
    const result = mannWhitney({ ...counts, continuity: true, alternative });
    expect(result.u1).toBe(23);
    expect(result.pValue).toBeCloseTo(expected, 13);
  });

  it("mirrors when the arms are exchanged", () => {
    fc.assert(
      fc.property(sample, sample, fc.boolean(), (a, b, continuity) => {
        fc.pre(new Set([...a, ...b]).size > 1);
        const forward = mannWhitney({ ...rankCounts(a, b), continuity, alternative: "greater" });
        const backward = mannWhitney({ ...rankCounts(b, a), continuity, alternative: "less" });
        expect(forward.pValue).toBeCloseTo(backward.pValue, 14);
        expect(forward.z).toBeCloseTo(-backward.z, 12);
      }),
      runs,
    );
  });

  it("keeps exact counts beyond 2^53", () => {
    const n = 10n ** 9n;
    const result = mannWhitney({
      ...{ nA: n, nB: n, twiceU: n * n + 2n * 10n ** 13n, ties: 0n },
      continuity: false,
      alternative: "two_sided",
    });
    // sigma = sqrt(n^2 (2n + 1) / 12), U - mean = 1e13.
    expect(result.z).toBeCloseTo(1e13 / (1e9 * Math.sqrt((2e9 + 1) / 12)), 9);
  });

  it("refuses samples that are all tied, empty, or with impossible counts", () => {
    const options = { continuity: false, alternative: "two_sided" } as const;
    expect(() => mannWhitney({ ...rankCounts([1, 1], [1]), ...options })).toThrowError(domain);
    expect(() => rankCounts([], [1])).toThrowError(domain);
    expect(() => rankCounts([Number.NaN], [1])).toThrowError(domain);
    expect(() => mannWhitney({ nA: 2, nB: 2, twiceU: 9, ties: 0, ...options })).toThrowError(
      domain,
    );
    expect(() => mannWhitney({ nA: 2.5, nB: 2, twiceU: 1, ties: 0, ...options })).toThrowError(
      domain,
    );
  });
});

describe("probabilityOfSuperiorityInterval", () => {
  it("has DeLong's variance, computed from each unit's own placement", () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const share = (value: number, others: readonly number[]) =>
          doubledWins(value, others) / (2 * others.length);
        const sa = summarise(a.map((value) => share(value, b)));
        const sb = summarise(b.map((value) => share(value, a)));
        const variance = sa.variance / a.length + sb.variance / b.length;
        fc.pre(variance > 1e-12);
        const result = probabilityOfSuperiorityInterval({ ...rankCounts(a, b), alpha: 0.05 });
        expect(result.estimate).toBeCloseTo(sa.mean, 13);
        expect(result.se).toBeCloseTo(Math.sqrt(variance), 12);
        expect(result.lower).toBeGreaterThanOrEqual(0);
        expect(result.upper).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });

  it("refuses complete separation, where the variance cannot be estimated", () => {
    const separated = rankCounts([5, 6, 7], [1, 2, 3]);
    expect(() => probabilityOfSuperiorityInterval({ ...separated, alpha: 0.05 })).toThrowError(
      domain,
    );
  });
});
