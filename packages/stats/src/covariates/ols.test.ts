import { describe, expect, it } from "vitest";
import { ols } from "./ols.js";

// Longley (J. Am. Stat. Assoc. 62, 1967) with the certified values of NIST's Statistical Reference Datasets.
const y = [
  60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761, 66019, 67857, 68169, 66513, 68655, 69564,
  69331, 70551,
];
const columns = [
  y.map(() => 1),
  [
    83.0, 88.5, 88.2, 89.5, 96.2, 98.1, 99.0, 100.0, 101.2, 104.6, 108.4, 110.8, 112.6, 114.2,
    115.7, 116.9,
  ],
  [
    234289, 259426, 258054, 284599, 328975, 346999, 365385, 363112, 397469, 419180, 442769, 444546,
    482704, 502601, 518173, 554894,
  ],
  [2356, 2325, 3682, 3351, 2099, 1932, 1870, 3578, 2904, 2822, 2936, 4681, 3813, 3931, 4806, 4007],
  [1590, 1456, 1616, 1650, 3099, 3594, 3547, 3350, 3048, 2857, 2798, 2637, 2552, 2514, 2572, 2827],
  [
    107608, 108632, 109773, 110929, 112075, 113270, 115094, 116219, 117388, 118734, 120445, 121950,
    123366, 125368, 127852, 130081,
  ],
  y.map((_, i) => 1947 + i),
];
const certified = [
  [-3482258.63459582, 890420.383607373],
  [15.0618722713733, 84.9149257747669],
  [-0.035819179292591, 0.0334910077722432],
  [-2.02022980381683, 0.488399681651699],
  [-1.03322686717359, 0.214274163161675],
  [-0.0511041056535807, 0.22607320006937],
  [1829.15146461355, 455.478499142212],
] as const;

describe("ols", () => {
  it("reproduces NIST's certified coefficients and standard errors of the ill-conditioned Longley data", () => {
    const fit = ols(columns, y);
    for (const [j, [coefficient, se]] of certified.entries()) {
      expect((fit.coefficients[j] ?? 0) / coefficient).toBeCloseTo(1, 7);
      expect(fit.standardError(j, "classical") / se).toBeCloseTo(1, 7);
    }
    expect(fit.dfResidual).toBe(9);
  });

  it("has leverages between 0 and 1 that sum to the number of coefficients", () => {
    const { leverages } = ols(columns, y);
    expect(leverages.reduce((a, b) => a + b, 0)).toBeCloseTo(7, 10);
    expect(Math.min(...leverages)).toBeGreaterThan(0);
    expect(Math.max(...leverages)).toBeLessThan(1);
  });

  it("gives Welch's standard error as HC2 when the only regressor is the arm", () => {
    const outcome = [1, 4, 2, 8, 3, 9, 4];
    const arm = [0, 0, 0, 1, 1, 1, 1];
    const fit = ols([arm.map(() => 1), arm], outcome);
    // Variances 7/3 of (1, 4, 2) and 26/3 of (8, 3, 9, 4): se^2 = 7/9 + 26/12.
    expect(fit.standardError(1, "hc2")).toBeCloseTo(Math.sqrt(7 / 9 + 26 / 12), 12);
  });

  it("refuses dependent columns, too few units, and HC2 where one unit fixes a coefficient", () => {
    const one = [1, 1, 1, 1];
    const singular = expect.objectContaining({ code: "SINGULAR" });
    expect(() => ols([one, [2, 2, 2, 2]], [1, 2, 3, 4])).toThrowError(singular);
    expect(() => ols([one], [1])).toThrowError(expect.objectContaining({ code: "DOMAIN" }));
    const alone = ols([one, [0, 0, 0, 1]], [1, 2, 3, 4]);
    expect(() => alone.standardError(1, "hc2")).toThrowError(singular);
  });
});
