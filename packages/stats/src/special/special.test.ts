import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StatsError } from "../errors.js";
import {
  erf,
  erfc,
  erfcinv,
  erfcx,
  erfinv,
  expandUpwards,
  findRoot,
  gaussLegendre,
  incompleteBeta,
  incompleteGamma,
  integrate,
  log1mexp,
  log1pmx,
  logBeta,
  logGamma,
  regularizedBeta,
  regularizedBetaComplement,
  regularizedGammaP,
  regularizedGammaQ,
  stirlingRemainder,
} from "./index.js";
import { expectReference, readReference } from "./testing/reference.js";

const special = readReference("special");
const normal = readReference("normal");
const logUniform = (low: number, high: number) =>
  fc
    .double({ min: Math.log(low), max: Math.log(high), noNaN: true })
    .map((u) => Math.min(high, Math.max(low, Math.exp(u))));
const runs = { seed: 1, numRuns: 500 };

describe("gamma function, against mpmath at 60 digits", () => {
  it("gives log Gamma, also near its zeros at 1 and 2", () => {
    expectReference(special, "logGamma", logGamma, 30);
  });
  it("gives the remainder of Stirling's formula", () => {
    expectReference(special, "stirlingRemainder", stirlingRemainder, 30);
  });
  it("gives log B for shapes from 0.5 to 1e7", () => {
    expectReference(special, "logBeta", logBeta, 35);
  });
  it("gives log(1+x) - x without cancellation", () => {
    expectReference(special, "log1pmx", log1pmx, 17);
  });
});

describe("error functions, against mpmath at 60 digits", () => {
  it("gives erf, erfc and the scaled erfcx", () => {
    expectReference(normal, "erf", erf, 50);
    expectReference(normal, "erfc", erfc, 50);
    expectReference(normal, "erfcx", erfcx, 50);
  });
  it("inverts erfc down to 1e-300", () => {
    expectReference(normal, "erfcinv", erfcinv, 40);
  });
  it("returns what it was given after a round trip", () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (x) => {
        const back = erfinv(erf(x));
        const slack = 4e-16 * Math.exp(x * x) + 1e-15;
        expect(Math.abs(back - x)).toBeLessThanOrEqual(slack);
      }),
      runs,
    );
  });
  it("takes the limits at the ends", () => {
    expect([erfc(100), erfc(-100), erf(100), erfcinv(0), erfcinv(2)]).toEqual([
      0,
      2,
      1,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });
});

describe("incomplete beta and gamma functions", () => {
  it("has tails that add up to 1 and mirror each other, for all shapes", () => {
    const shape = logUniform(0.01, 1e7);
    fc.assert(
      fc.property(shape, shape, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, x) => {
        const { lower, upper, logLower, logUpper } = incompleteBeta(x, a, b);
        expect(Math.abs(lower + upper - 1)).toBeLessThan(1e-15);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeGreaterThanOrEqual(0);
        expect(Math.exp(logLower)).toBeCloseTo(lower, 14);
        expect(Math.exp(logUpper)).toBeCloseTo(upper, 14);
        if (x > 0.5) expect(regularizedBetaComplement(1 - x, b, a)).toBeCloseTo(lower, 10);
      }),
      runs,
    );
  });
  it("follows I_x(1, b) = 1 - (1-x)^b, the closed form", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 0.999, noNaN: true }),
        logUniform(0.1, 1e4),
        (x, b) => {
          const upper = Math.exp(b * Math.log1p(-x));
          expect(regularizedBetaComplement(x, 1, b)).toBeCloseTo(upper, 13);
          const lower = -Math.expm1(b * Math.log1p(-x));
          expect(Math.abs(regularizedBeta(x, 1, b) / lower - 1)).toBeLessThan(1e-12);
        },
      ),
      runs,
    );
  });
  it("rises with x", () => {
    const shape = logUniform(0.1, 1e6);
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(shape, shape, unit, unit, (a, b, x, y) => {
        const [low, high] = x < y ? [x, y] : [y, x];
        expect(regularizedBeta(high, a, b) - regularizedBeta(low, a, b)).toBeGreaterThan(-1e-14);
      }),
      runs,
    );
  });
  it("has P + Q = 1 and Q(1, x) = exp(-x), the closed form", () => {
    fc.assert(
      fc.property(logUniform(0.01, 1e8), logUniform(0.01, 100), (a, factor) => {
        const { lower, upper } = incompleteGamma(a, a * factor);
        expect(Math.abs(lower + upper - 1)).toBeLessThan(1e-15);
        const x = factor * 7;
        expect(Math.abs(regularizedGammaQ(1, x) / Math.exp(-x) - 1)).toBeLessThan(1e-12);
      }),
      runs,
    );
  });
  it("obeys P(a, x) - P(a+1, x) = x^a e^-x / Gamma(a+1) (DLMF 8.8.5) across its methods", () => {
    fc.assert(
      fc.property(logUniform(50, 200), fc.double({ min: 0.6, max: 1.4, noNaN: true }), (a, f) => {
        const x = a * f;
        const jump = Math.exp(a * Math.log(x) - x - logGamma(a + 1));
        const difference = regularizedGammaP(a, x) - regularizedGammaP(a + 1, x);
        expect(Math.abs(difference - jump)).toBeLessThan(1e-13);
      }),
      runs,
    );
  });
  it("refuses what is outside the domain with a coded error", () => {
    for (const attempt of [
      () => regularizedBeta(1.1, 1, 1),
      () => regularizedBeta(0.5, 0, 1),
      () => regularizedBeta(Number.NaN, 1, 1),
      () => regularizedGammaP(-1, 1),
      () => regularizedGammaQ(1, -1),
      () => logGamma(0),
      () => erf(Number.NaN),
      () => erfcinv(2.1),
      () => log1mexp(0.1),
    ]) {
      expect(attempt).toThrowError(StatsError);
      expect(attempt).toThrowError(expect.objectContaining({ code: "DOMAIN" }));
    }
  });
});

describe("quadrature and roots", () => {
  it("integrates polynomials of degree 2n-1 exactly", () => {
    for (const n of [1, 2, 5, 20, 64]) {
      const { nodes, weights } = gaussLegendre(n);
      const degree = 2 * n - 2;
      const value = nodes.reduce((sum, x, i) => sum + (weights[i] as number) * x ** degree, 0);
      expect(Math.abs(value - 2 / (degree + 1))).toBeLessThan(1e-14);
    }
  });
  it("gives the tabulated 5-point rule (Abramowitz & Stegun, table 25.4)", () => {
    const { nodes, weights } = gaussLegendre(5);
    expect(nodes[4]).toBeCloseTo(0.906179845938664, 15);
    expect(weights[4]).toBeCloseTo(0.236926885056189, 15);
    expect(weights[2]).toBeCloseTo(0.568888888888889, 15);
  });
  it("integrates over panels", () => {
    expect(integrate(Math.sin, 0, Math.PI, 3)).toBeCloseTo(2, 14);
  });
  it("finds roots to full precision", () => {
    expect(findRoot((x) => x * x - 2, 0, 2)).toBeCloseTo(Math.SQRT2, 15);
    expect(findRoot((x) => Math.cos(x) - x, 0, 1)).toBeCloseTo(0.7390851332151607, 15);
    expect(findRoot((x) => (x - 1e-9) ** 3, -1, 2)).toBeCloseTo(1e-9, 6);
    expect(findRoot((x) => x, 0, 1)).toBe(0);
  });
  it("finds any root of a steep monotone function", () => {
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (root) => {
        const found = findRoot((x) => Math.expm1(x - root), -30, 30);
        expect(Math.abs(found - root)).toBeLessThan(1e-13);
      }),
      runs,
    );
  });
  it("says so when there is no root", () => {
    expect(() => findRoot((x) => x * x + 1, -1, 1)).toThrowError(
      expect.objectContaining({ code: "DOMAIN" }),
    );
    expect(() => findRoot((x) => (x < 0.3 ? -1 : x < 0.7 ? Number.NaN : 1), 0, 1)).toThrowError(
      expect.objectContaining({ code: "NO_CONVERGENCE" }),
    );
    expect(() => expandUpwards(() => 1, 0, 1, 100)).toThrowError(
      expect.objectContaining({ code: "NO_CONVERGENCE" }),
    );
  });
});
