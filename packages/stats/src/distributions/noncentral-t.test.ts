import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectReference, readReference } from "../special/testing/reference.js";
import { noncentralTCdf, noncentralTSf, normalSf, studentTSf } from "./index.js";
import { panelTail } from "./noncentral-t.js";

const reference = readReference("noncentral-t");

describe("noncentral t, against mpmath", () => {
  it("gives both tails down to 1e-280 for df 1 to 5e6 and noncentrality 0 to 40", () => {
    expectReference(reference, "noncentralTSf", noncentralTSf, 250);
    expectReference(reference, "noncentralTCdf", noncentralTCdf, 250);
  });
});

describe("noncentral t", () => {
  const dfs = fc.double({ min: 0, max: 15, noNaN: true }).map(Math.exp);
  const centres = fc.double({ min: -40, max: 40, noNaN: true });

  it("is Student's t without noncentrality", () => {
    fc.assert(
      fc.property(dfs, fc.double({ min: -20, max: 20, noNaN: true }), (df, t) => {
        const central = studentTSf(t, df);
        expect(Math.abs(noncentralTSf(t, df, 0) / central - 1)).toBeLessThan(1e-12);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
  it("has P(T <= 0) = Phi(-ncp), whatever df is", () => {
    fc.assert(
      fc.property(dfs, centres, (df, ncp) => {
        const exact = normalSf(ncp);
        expect(Math.abs(noncentralTCdf(0, df, ncp) - exact)).toBeLessThan(1e-12 * exact + 1e-300);
      }),
      { seed: 2, numRuns: 200 },
    );
  });
  it("has tails that add up to 1, mirror each other, and fall with t and rise with ncp", () => {
    fc.assert(
      fc.property(dfs, centres, fc.double({ min: -50, max: 50, noNaN: true }), (df, ncp, t) => {
        const upper = noncentralTSf(t, df, ncp);
        expect(Math.abs(upper + noncentralTCdf(t, df, ncp) - 1)).toBeLessThan(1e-12);
        expect(noncentralTCdf(-t, df, -ncp)).toBe(upper);
        expect(noncentralTSf(t + 0.1, df, ncp)).toBeLessThanOrEqual(upper + 1e-12);
        expect(noncentralTSf(t, df, ncp + 0.1)).toBeGreaterThanOrEqual(upper - 1e-12);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
  it("takes infinite t and refuses impossible parameters", () => {
    expect(noncentralTSf(Number.POSITIVE_INFINITY, 5, 1)).toBe(0);
    expect(noncentralTSf(Number.NEGATIVE_INFINITY, 5, 1)).toBe(1);
    for (const [t, df, ncp] of [
      [1, 0, 1],
      [1, 5, Number.POSITIVE_INFINITY],
      [Number.NaN, 5, 1],
    ] as const) {
      expect(() => noncentralTSf(t, df, ncp)).toThrowError(
        expect.objectContaining({ code: "DOMAIN" }),
      );
    }
  });
});

describe("with many degrees of freedom", () => {
  it("the fixed rule equals the panels in both tails, wherever it is used", () => {
    let used = 0;
    fc.assert(
      fc.property(
        fc.double({ min: Math.log10(200), max: 6, noNaN: true }),
        fc.double({ min: -6, max: 6, noNaN: true }),
        fc.double({ min: -12, max: 12, noNaN: true }),
        (logDf, t, away) => {
          const df = 10 ** logDf;
          const ncp = t + away;
          if (Math.abs(t) * (Math.abs(away) + 1) < Math.sqrt(df)) used++;
          const [small, panels] =
            away <= 0
              ? [noncentralTSf(t, df, ncp), panelTail(t, df, ncp)]
              : [noncentralTCdf(t, df, ncp), panelTail(-t, df, -ncp)];
          expect(Math.abs(small / panels - 1)).toBeLessThan(2e-13);
        },
      ),
      { numRuns: 2000, seed: 20261124 },
    );
    expect(used).toBeGreaterThan(1000);
  });
});
