import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectReference, readReference } from "../special/testing/reference.js";
import {
  normalCdf,
  normalIsf,
  normalLogCdf,
  normalLogSf,
  normalPdf,
  normalQuantile,
  normalSf,
} from "./index.js";

const reference = readReference("normal");

describe("normal distribution, against mpmath at 60 digits", () => {
  it("gives both tails down to 1e-307", () => {
    expectReference(reference, "normalSf", normalSf, 55);
    expectReference(reference, "normalCdf", normalCdf, 55);
  });
  it("gives the density", () => expectReference(reference, "normalPdf", normalPdf, 55));
  it("gives logarithms of tails that underflow", () => {
    expectReference(reference, "normalLogSf", normalLogSf, 60);
    expect(normalLogCdf(-1000)).toBe(normalLogSf(1000));
  });
  it("gives quantiles down to 1e-300", () => {
    expectReference(reference, "normalQuantile", normalQuantile, 40);
    expectReference(reference, "normalIsf", normalIsf, 25);
  });
});

describe("normal distribution", () => {
  it("returns p after quantile and cdf", () => {
    fc.assert(
      fc.property(fc.double({ min: -690, max: -0.7, noNaN: true }), (logP) => {
        const p = Math.exp(logP);
        const z = normalQuantile(p);
        // An ulp of z moves the tail by z^2 ulps.
        expect(Math.abs(normalCdf(z) / p - 1)).toBeLessThan(1e-15 * (2 + z * z));
        expect(Math.abs(normalCdf(z) + normalSf(z) - 1)).toBeLessThan(3e-16);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
  it("takes the limits at the ends and refuses NaN", () => {
    expect([normalQuantile(0), normalQuantile(1), normalSf(50), normalCdf(50)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      0,
      1,
    ]);
    for (const f of [normalSf, normalPdf, normalLogSf, normalQuantile]) {
      expect(() => f(Number.NaN)).toThrowError(expect.objectContaining({ code: "DOMAIN" }));
    }
    expect(() => normalQuantile(5)).toThrowError(/percentage|probability/);
  });
});
