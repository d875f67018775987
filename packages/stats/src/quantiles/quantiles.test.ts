import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuantileCell } from "../moments/plan.js";
import { clusteredQuantile } from "./clustered.js";
import { clusteredQuantileFromCell, quantileDifference } from "./from-cell.js";
import { kernelDensity } from "./kernel-density.js";

const runs = { seed: 1, numRuns: 100 };
const domain = expect.objectContaining({ code: "DOMAIN" });
const rows = fc.array(
  fc.record({ user: fc.integer({ min: 0, max: 9 }), value: fc.integer({ min: 0, max: 5000 }) }),
  { minLength: 20, maxLength: 80 },
);

/** The cell that a warehouse returns, straight from the definitions in the plan. */
function cellOf(data: readonly { user: number; value: number }[], order: number): QuantileCell {
  const sorted = data.map((row) => row.value).sort((a, b) => a - b);
  const n = sorted.length;
  const half = 1.959963984540054 * Math.sqrt((order * (1 - order)) / n);
  const at = (rank: number) => BigInt(sorted[Math.min(n, Math.max(1, rank)) - 1] ?? Number.NaN);
  const quantile = at(Math.ceil(n * order - 1e-9));
  const users = [...new Set(data.map((row) => row.user))].map((user) => {
    const own = data.filter((row) => row.user === user);
    return { N: own.length, Y: own.filter((row) => BigInt(row.value) <= quantile).length };
  });
  const sum = (f: (user: { N: number; Y: number }) => number) =>
    BigInt(users.reduce((total, user) => total + f(user), 0));
  return {
    ...{ arm: "a", dimension: null, level: null, metric: "latency" },
    n: BigInt(n),
    units: BigInt(users.length),
    quantile,
    lower: at(Math.floor(n * (order - half) + 1e-9)),
    upper: at(Math.ceil(n * (order + half) - 1e-9)),
    sN: sum((u) => u.N),
    sNN: sum((u) => u.N * u.N),
    sY: sum((u) => u.Y),
    sYY: sum((u) => u.Y * u.Y),
    sYN: sum((u) => u.Y * u.N),
  };
}

describe("clusteredQuantileFromCell", () => {
  it("equals the quantile from raw observations at the cell's level of 95 %", () => {
    const order = fc.constantFrom(0.5, 0.9, 0.95);
    fc.assert(
      fc.property(rows, order, (data, p) => {
        fc.pre(new Set(data.map((row) => row.user)).size > 1);
        const cell = clusteredQuantileFromCell(cellOf(data, p), p, 2);
        const raw = clusteredQuantile(
          data.map((row) => row.value / 100),
          data.map((row) => row.user),
          p,
          0.05,
        );
        expect(cell.quantile).toBe(raw.quantile);
        expect([cell.n, cell.units]).toEqual([raw.n, raw.clusters]);
        expect(cell.ecdfAtQuantile).toBeCloseTo(raw.ecdfAtQuantile, 14);
        expect(cell.clusterCorrection).toBeCloseTo(raw.clusterCorrection, 10);
        expect(cell.se).toBeCloseTo(raw.postAdjustedSe, 9);
      }),
      runs,
    );
  });

  it("has no cluster effect beyond n/(n-1) when every user has one observation", () => {
    const data = Array.from({ length: 100 }, (_, user) => ({ user, value: user }));
    const { clusterCorrection } = clusteredQuantileFromCell(cellOf(data, 0.5), 0.5, 0);
    expect(clusterCorrection).toBeCloseTo(Math.sqrt(100 / 99), 12);
  });

  it("refuses one user, impossible counts and an order outside (0, 1)", () => {
    const cell = cellOf(
      [0, 1, 1, 2].map((user, i) => ({ user, value: i })),
      0.5,
    );
    expect(() => clusteredQuantileFromCell({ ...cell, units: 1n }, 0.5, 0)).toThrowError(domain);
    expect(() => clusteredQuantileFromCell({ ...cell, sYY: 0n }, 0.5, 0)).toThrowError(domain);
    expect(() => clusteredQuantileFromCell({ ...cell, n: 5n }, 0.5, 0)).toThrowError(domain);
    expect(() => clusteredQuantileFromCell(cell, 1, 0)).toThrowError(domain);
  });
});

describe("clusteredQuantile", () => {
  it("takes the inverse of the empirical distribution, without interpolation", () => {
    const values = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
    const users = values.map((_, i) => i % 5);
    expect(clusteredQuantile(values, users, 0.9, 0.05).quantile).toBe(90);
    expect(clusteredQuantile(values, users, 0.91, 0.05).quantile).toBe(100);
  });

  it("widens the standard error when users repeat themselves", () => {
    const values = Array.from({ length: 400 }, (_, i) => Math.floor(i / 4));
    const clustered = clusteredQuantile(values, values, 0.5, 0.05);
    // Four equal observations a user: the effective sample is a quarter, the error twice.
    expect(clustered.clusterCorrection).toBeCloseTo(2 * Math.sqrt(100 / 99), 10);
  });

  it("has no density, and says so, when half of the values are equal", () => {
    const values = [1, 1, 1, 1, 1, 1, 1, 9, 1, 1];
    const users = values.map((_, i) => i);
    expect(clusteredQuantile(values, users, 0.5, 0.05).kde).toBeNull();
    expect(() => kernelDensity([1, 1, 1, 1], 1)).toThrowError(domain);
  });

  it("refuses one user and values that are not numbers", () => {
    expect(() => clusteredQuantile([1, 2, 3], [1, 1, 1], 0.5, 0.05)).toThrowError(domain);
    expect(() => clusteredQuantile([1, Number.NaN], [1, 2], 0.5, 0.05)).toThrowError(domain);
    expect(() => clusteredQuantile([1, 2], [1], 0.5, 0.05)).toThrowError(domain);
  });
});

describe("quantileDifference", () => {
  it("adds the variances of the arms and leaves one limit open on one side", () => {
    const arms = { treatment: { quantile: 820, se: 3 }, control: { quantile: 800, se: 4 } };
    const two = quantileDifference({ ...arms, alpha: 0.05 });
    expect([two.difference, two.se, two.z]).toEqual([20, 5, 4]);
    // 2 (1 - Phi(4)), Abramowitz & Stegun table 26.2.
    expect(two.pValue).toBeCloseTo(6.3342484e-5, 11);
    const less = quantileDifference({ ...arms, alpha: 0.025, alternative: "less" });
    expect(less.ciLower).toBeNull();
    expect(less.ciUpper).toBeCloseTo(two.ciUpper ?? Number.NaN, 12);
  });

  it("refuses two quantiles without an error", () => {
    const flat = { quantile: 1, se: 0 };
    expect(() => quantileDifference({ treatment: flat, control: flat, alpha: 0.05 })).toThrowError(
      domain,
    );
  });
});
