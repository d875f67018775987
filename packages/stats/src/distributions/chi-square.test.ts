import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { regularizedGammaP, regularizedGammaQ } from "../special/index.js";
import { expectReference, readReference } from "../special/testing/reference.js";
import { chiSquareCdf, chiSquareIsf, chiSquareQuantile, chiSquareSf } from "./index.js";

const reference = readReference("chi-square");

describe("chi-square and incomplete gamma, against mpmath at 40 digits", () => {
  it("gives both tails down to 1e-290 for shapes 0.5 to 1e7", () => {
    expectReference(reference, "regularizedGammaP", regularizedGammaP, 200);
    expectReference(reference, "regularizedGammaQ", regularizedGammaQ, 200);
    expectReference(reference, "chiSquareCdf", chiSquareCdf, 200);
    expectReference(reference, "chiSquareSf", chiSquareSf, 200);
  });
  it("gives quantiles", () => {
    expectReference(reference, "chiSquareQuantile", chiSquareQuantile, 50);
    expectReference(reference, "chiSquareIsf", chiSquareIsf, 50);
  });
});

describe("chi-square distribution", () => {
  it("returns p after quantile and cdf, for every df", () => {
    const dfs = fc.double({ min: -1, max: 15, noNaN: true }).map(Math.exp);
    fc.assert(
      fc.property(dfs, fc.double({ min: -60, max: -0.001, noNaN: true }), (df, logP) => {
        const p = Math.exp(logP);
        const upper = chiSquareIsf(p, df);
        expect(Math.abs(chiSquareSf(upper, df) / p - 1)).toBeLessThan(5e-11);
        const lower = chiSquareQuantile(p, df);
        if (lower > 1e-290) {
          expect(Math.abs(chiSquareCdf(lower, df) / p - 1)).toBeLessThan(5e-11);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
  it("is 0 below 0 and refuses NaN", () => {
    expect([chiSquareCdf(-1, 3), chiSquareSf(-1, 3), chiSquareQuantile(0, 3)]).toEqual([0, 1, 0]);
    expect(() => chiSquareSf(Number.NaN, 3)).toThrowError(
      expect.objectContaining({ code: "DOMAIN" }),
    );
  });
});
