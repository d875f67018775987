import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectReference, readReference } from "../special/testing/reference.js";
import {
  betaCdf,
  betaQuantile,
  betaSf,
  binomialCdf,
  binomialPmf,
  binomialSf,
  fCdf,
  fSf,
  studentTSf,
} from "./index.js";

const reference = readReference("beta");

describe("beta, F and binomial, against mpmath at 40 digits", () => {
  it("gives both tails of the beta for shapes 0.5 to 1e7", () => {
    expectReference(reference, "betaCdf", betaCdf, 450);
    expectReference(reference, "betaSf", betaSf, 450);
  });
  it("gives beta quantiles", () => expectReference(reference, "betaQuantile", betaQuantile, 50));
  it("gives both tails of F", () => {
    expectReference(reference, "fCdf", fCdf, 200);
    expectReference(reference, "fSf", fSf, 200);
  });
  it("gives the binomial", () => {
    expectReference(reference, "binomialPmf", binomialPmf, 25);
    expectReference(reference, "binomialCdf", binomialCdf, 25);
    expectReference(reference, "binomialSf", binomialSf, 25);
  });
});

describe("beta family", () => {
  it("returns p after quantile and cdf", () => {
    const shape = fc.double({ min: -1, max: 11, noNaN: true }).map(Math.exp);
    fc.assert(
      fc.property(shape, shape, fc.double({ min: 1e-6, max: 0.999, noNaN: true }), (a, b, p) => {
        const x = betaQuantile(p, a, b);
        // Where x is so near to 1 that doubles are sparse, the round trip is as coarse as they are.
        const slope = (betaCdf(Math.min(1, x + 2e-16), a, b) - betaCdf(x - 2e-16, a, b)) * 2;
        expect(Math.abs(betaCdf(x, a, b) - p)).toBeLessThan(1e-11 + Math.abs(slope));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
  it("has F(1, df) as the square of t", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 30, noNaN: true }),
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        (t, df) => {
          const two = 2 * studentTSf(t, df);
          expect(Math.abs(fSf(t * t, 1, df) - two)).toBeLessThan(1e-12 * two + 1e-300);
        },
      ),
      { seed: 2, numRuns: 500 },
    );
  });
  it("sums the binomial mass to its cdf", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (n, p) => {
          let sum = 0;
          for (let k = 0; k <= n; k++) {
            sum += binomialPmf(k, n, p);
            expect(Math.abs(binomialCdf(k, n, p) - sum)).toBeLessThan(1e-13);
            expect(Math.abs(binomialSf(k, n, p) - (1 - sum))).toBeLessThan(1e-13);
          }
        },
      ),
      { seed: 3, numRuns: 100 },
    );
  });
  it("knows the ends of its domains", () => {
    expect([binomialPmf(0, 5, 0), binomialPmf(5, 5, 1), binomialPmf(2.5, 5, 0.5)]).toEqual([
      1, 1, 0,
    ]);
    expect([binomialCdf(-1, 5, 0.5), binomialCdf(5, 5, 0.5), binomialSf(5, 5, 0.5)]).toEqual([
      0, 1, 0,
    ]);
    expect([betaCdf(-1, 2, 2), betaSf(2, 2, 2), betaQuantile(1, 2, 2)]).toEqual([0, 0, 1]);
    expect([fCdf(0, 3, 3), fSf(Number.POSITIVE_INFINITY, 3, 3) < 1e-200]).toEqual([0, true]);
    expect(() => binomialPmf(1, 2.5, 0.5)).toThrowError(
      expect.objectContaining({ code: "DOMAIN" }),
    );
    expect(() => fSf(1, 0, 1)).toThrowError(expect.objectContaining({ code: "DOMAIN" }));
  });
});
