import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cohensH,
  mdeProportions,
  type ProportionMethod,
  powerNonInferiorityMeans,
  powerNonInferiorityProportions,
  powerProportions,
  type SampleSize,
  type Sides,
  sampleSizeNonInferiorityMeans,
  sampleSizeNonInferiorityProportions,
  sampleSizeProportions,
} from "./index.js";

const file = new URL("../../../../../shared/reference/power_proportion.json", import.meta.url);
const present = existsSync(file);

interface Case {
  readonly id: string;
  readonly input: {
    kind: string;
    method: "unpooled" | "pooled" | "arcsine";
    sided: Sides;
  } & Record<"p1" | "p2" | "alpha" | "power" | "ratio" | "n1" | "margin" | "delta" | "sd", number>;
  readonly expected: Record<string, number>;
}

const named = (size: SampleSize, prefix = "") => ({
  [`${prefix}n1_fractional`]: size.exact,
  [`${prefix}n1`]: size.n1,
  [`${prefix}n2`]: size.n2,
});

function solve({ input }: Case): Record<string, number> {
  switch (input.kind) {
    case "n_superiority":
      return named(sampleSizeProportions(input));
    case "power_superiority":
      return { power: powerProportions({ ...input, n2: input.n1 * input.ratio }) };
    case "n_noninferiority_proportion":
      return named(sampleSizeNonInferiorityProportions(input));
    default: {
      const means = { ...input, difference: input.delta };
      return {
        ...named(sampleSizeNonInferiorityMeans({ ...means, method: "normal" }), "normal_"),
        ...named(sampleSizeNonInferiorityMeans({ ...means, method: "t" }), "t_"),
      };
    }
  }
}

describe.skipIf(!present)(
  `sizes for proportions and margins against R (../shared/reference/power_proportion.json ${present ? "present" : "ABSENT, skipped"})`,
  () => {
    const cases: Case[] = present ? JSON.parse(readFileSync(file, "utf8")).cases : [];
    it.each(cases)("$id", (entry) => {
      const got = solve(entry);
      expect(Object.keys(entry.expected).length).toBeGreaterThan(0);
      for (const [key, value] of Object.entries(entry.expected)) {
        const slack = Number.isInteger(value) ? 0 : Math.max(1e-6 * Math.abs(value), 1e-9);
        expect(Math.abs((got[key] ?? Number.NaN) - value), key).toBeLessThanOrEqual(slack);
      }
    });
  },
);

describe("two proportions", () => {
  const rate = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  const methods = fc.constantFrom<Exclude<ProportionMethod, "pooled_cc">>(
    "unpooled",
    "pooled",
    "arcsine",
  );

  it("gives the size that R's power.prop.test prints", () => {
    // power.prop.test(p1 = .50, p2 = .75, power = .90): n = 76.65294 (R's own help page).
    const size = sampleSizeProportions({
      p1: 0.5,
      p2: 0.75,
      power: 0.9,
      alpha: 0.05,
      sided: 2,
      method: "pooled",
    });
    expect(size.exact).toBeCloseTo(76.7, 1);
    expect([size.n1, size.n2]).toEqual([77, 77]);
  });

  it("corrects for continuity as Fleiss does, with unequal groups", () => {
    // By hand from Fleiss, Tytun and Ury (1980): 215.650960 before, 230.406827 after the correction.
    const base = { p1: 0.3, p2: 0.2, power: 0.8, alpha: 0.05, sided: 2, ratio: 2 } as const;
    const pooled = sampleSizeProportions({ ...base, method: "pooled" });
    expect(pooled.exact).toBeCloseTo(215.65095958652358, 8);
    const corrected = sampleSizeProportions({ ...base, method: "pooled_cc" });
    expect(corrected.exact).toBeCloseTo(230.406826194605, 8);
  });

  it("needs more units with the continuity correction, never fewer", () => {
    const base = { p1: 0.3, p2: 0.5, power: 0.9, alpha: 0.05, sided: 2, ratio: 2 } as const;
    const corrected = sampleSizeProportions({ ...base, method: "pooled_cc" });
    expect(corrected.exact).toBeGreaterThan(
      sampleSizeProportions({ ...base, method: "pooled" }).exact,
    );
  });

  it("reaches the power at the solved size, and the effect back", () => {
    fc.assert(
      fc.property(
        rate,
        rate,
        fc.double({ min: 0.3, max: 0.99, noNaN: true }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        methods,
        (p1, p2, power, ratio, method) => {
          fc.pre(Math.abs(p1 - p2) > 0.002);
          const base = { p1, p2, alpha: 0.05, sided: 2, method } as const;
          const { exact } = sampleSizeProportions({ ...base, power, ratio });
          // Below a handful of units the normal approximation is not even monotone.
          fc.pre(exact > 5 && ratio * exact > 5);
          const reached = powerProportions({ ...base, n1: exact, n2: ratio * exact });
          expect(Math.abs(reached - power)).toBeLessThan(1e-9);
          const mde = mdeProportions({
            baseline: p2,
            nTreatment: exact,
            nControl: ratio * exact,
            alpha: 0.05,
            sided: 2,
            power,
            method,
            direction: p1 > p2 ? "increase" : "decrease",
          });
          const back = powerProportions({ ...base, p1: p2 + mde, n1: exact, n2: ratio * exact });
          expect(Math.abs(back - power)).toBeLessThan(1e-9);
          expect(Math.sign(mde)).toBe(Math.sign(p1 - p2));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it("has Cohen's h of 0.2 as he gives it for 0.5 and 0.6", () => {
    // Cohen (1988), table 6.2.2: phi(.60) = 1.772, phi(.50) = 1.571.
    expect(cohensH(0.6, 0.5)).toBeCloseTo(1.772 - 1.571, 3);
  });

  it("refuses impossible plans", () => {
    const base = { p1: 0.1, p2: 0.1, power: 0.8, alpha: 0.05, sided: 2, method: "pooled" } as const;
    expect(() => sampleSizeProportions(base)).toThrowError(/equal/);
    expect(() => sampleSizeProportions({ ...base, p1: 12 })).toThrowError(/percentage|between/);
    expect(() =>
      mdeProportions({
        baseline: 0.9,
        nTreatment: 5,
        nControl: 5,
        alpha: 0.01,
        power: 0.99,
        sided: 2,
        method: "unpooled",
        direction: "increase",
      }),
    ).toThrowError(expect.objectContaining({ code: "DOMAIN" }));
  });
});

describe("non-inferiority", () => {
  it("reaches the power at the solved sizes", () => {
    const shares = { p1: 0.85, p2: 0.88, margin: 0.1, alpha: 0.025 };
    const size = sampleSizeNonInferiorityProportions({ ...shares, power: 0.8, ratio: 2 });
    const power = powerNonInferiorityProportions({ ...shares, n1: size.exact, n2: 2 * size.exact });
    expect(power).toBeCloseTo(0.8, 12);
    for (const method of ["normal", "t"] as const) {
      const means = { difference: -0.05, sd: 1, margin: 0.25, alpha: 0.05, method };
      const { exact } = sampleSizeNonInferiorityMeans({ ...means, power: 0.8 });
      expect(powerNonInferiorityMeans({ ...means, n1: exact, n2: exact })).toBeCloseTo(0.8, 9);
    }
  });

  it("of means grows with unequal groups: (1 + 1 / ratio) sd^2 z^2 / margin^2", () => {
    const means = { difference: 0, sd: 10, margin: 3, alpha: 0.025, method: "normal" } as const;
    const size = sampleSizeNonInferiorityMeans({ ...means, power: 0.9, ratio: 3 });
    // (1.959964 + 1.281552)^2 (10 / 3)^2 (4 / 3)
    expect(size.exact).toBeCloseTo(155.66552683615737, 8);
  });

  it("refuses a planned loss beyond the margin", () => {
    const beyond = { p1: 0.7, p2: 0.85, margin: 0.1, alpha: 0.025, power: 0.8 };
    expect(() => sampleSizeNonInferiorityProportions(beyond)).toThrowError(/margin/);
    expect(() => sampleSizeNonInferiorityProportions({ ...beyond, margin: 0 })).toThrowError(
      /margin/,
    );
  });
});
