import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectReference, readReference } from "../special/testing/reference.js";
import {
  normalSf,
  studentTCdf,
  studentTIsf,
  studentTLogPdf,
  studentTQuantile,
  studentTSf,
} from "./index.js";

const reference = readReference("student-t");
const dfs = fc.double({ min: -0.5, max: 17, noNaN: true }).map(Math.exp);

describe("Student's t, against mpmath at 40 digits", () => {
  it("gives tails down to 1e-290 for df 1 to 1.2e7", () => {
    expectReference(reference, "studentTSf", studentTSf, 300);
    expectReference(reference, "studentTCdf", studentTCdf, 150);
  });
  it("gives quantiles down to 1e-50", () => {
    expectReference(reference, "studentTQuantile", studentTQuantile, 100);
    expectReference(reference, "studentTIsf", studentTIsf, 100);
  });
});

describe("Student's t", () => {
  it("returns p after quantile and cdf, for every df", () => {
    fc.assert(
      fc.property(dfs, fc.double({ min: -110, max: -0.0001, noNaN: true }), (df, logP) => {
        const p = Math.exp(logP);
        const t = studentTQuantile(p, df);
        expect(Math.abs(studentTCdf(t, df) / p - 1)).toBeLessThan(2e-12);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
  it("is Cauchy at df = 1 and has a closed form at df = 2", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), (t) => {
        const cauchy = Math.atan2(1, t) / Math.PI;
        expect(Math.abs(studentTSf(t, 1) / cauchy - 1)).toBeLessThan(1e-13);
        const root = Math.sqrt(2 + t * t);
        const second = 1 / (root * (root + t));
        expect(Math.abs(studentTSf(t, 2) / second - 1)).toBeLessThan(1e-13);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
  it("falls with t, mirrors at 0 and tends to the normal", () => {
    fc.assert(
      fc.property(dfs, fc.double({ min: 0, max: 30, noNaN: true }), (df, t) => {
        expect(studentTSf(t, df)).toBeGreaterThanOrEqual(studentTSf(t * 1.001, df));
        expect(studentTCdf(-t, df)).toBe(studentTSf(t, df));
        expect(Math.abs(studentTCdf(t, df) + studentTSf(t, df) - 1)).toBeLessThan(1e-15);
      }),
      { seed: 3, numRuns: 500 },
    );
    expect(studentTSf(2, 1e14)).toBeCloseTo(normalSf(2), 13);
  });
  it("has a density that is the slope of the cdf", () => {
    for (const [t, df] of [
      [0.7, 3.5],
      [2, 40],
      [1, 36671.16],
    ] as const) {
      const h = 1e-5;
      const slope = (studentTCdf(t + h, df) - studentTCdf(t - h, df)) / (2 * h);
      expect(Math.exp(studentTLogPdf(t, df))).toBeCloseTo(slope, 9);
    }
  });
  it("refuses impossible degrees of freedom and takes infinite t", () => {
    for (const df of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => studentTSf(1, df)).toThrowError(expect.objectContaining({ code: "DOMAIN" }));
    }
    expect(studentTSf(Number.POSITIVE_INFINITY, 5)).toBe(0);
    expect(studentTSf(Number.NEGATIVE_INFINITY, 5)).toBe(1);
    expect(studentTQuantile(0, 5)).toBe(Number.NEGATIVE_INFINITY);
    expect(Math.abs(studentTQuantile(0.5, 5))).toBe(0);
  });
});
