import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mdeT, powerT, type Sides, sampleSizeT } from "./index.js";

const file = new URL("../../../../../shared/reference/power_t.json", import.meta.url);
const present = existsSync(file);

interface Case {
  readonly id: string;
  readonly input: Record<string, number | string>;
  readonly expected: Record<string, number>;
}

function solve({ input }: Case): Record<string, number> {
  const { d, power, ratio, alpha, n1 } = input as Record<string, number>;
  const sided: Sides = input.alternative === "two-sided" ? 2 : 1;
  const n2 = (ratio ?? 1) * (n1 ?? 0);
  if (input.kind === "power") {
    return { n2, power: powerT({ effectSize: d!, n1: n1!, n2, alpha: alpha!, sided }) };
  }
  if (input.kind === "mde") {
    return { d: mdeT({ n1: n1!, n2, alpha: alpha!, power: power!, sided }) };
  }
  const size = sampleSizeT({ effectSize: d!, power: power!, alpha: alpha!, sided, ratio: ratio! });
  return {
    n1_fractional: size.exact,
    n1: size.n1,
    n2: size.n2,
    achieved_power: size.achievedPower,
  };
}

describe.skipIf(!present)(
  `t-test power against statsmodels and mpmath (../shared/reference/power_t.json ${present ? "present" : "ABSENT, skipped"})`,
  () => {
    const cases: Case[] = present ? JSON.parse(readFileSync(file, "utf8")).cases : [];
    it.each(cases)("$id", (entry) => {
      const got = solve(entry);
      expect(Object.keys(entry.expected).length).toBeGreaterThan(0);
      for (const [key, value] of Object.entries(entry.expected)) {
        const slack = key === "n1" ? 0 : Math.max(1e-6 * Math.abs(value), 1e-9);
        expect(Math.abs((got[key] ?? Number.NaN) - value), key).toBeLessThanOrEqual(slack);
      }
    });
  },
);

describe("t-test power", () => {
  // SciPy 1.17.1, nct with 7 degrees of freedom and ncp 0.9 / sqrt(1/5 + 1/4).
  it("of small groups has n1 + n2 - 2 degrees of freedom", () => {
    const small = { effectSize: 0.9, n1: 5, n2: 4, alpha: 0.05 };
    expect(powerT({ ...small, sided: 2 })).toBeCloseTo(0.21368087702310046, 10);
    expect(powerT({ ...small, sided: 1 })).toBeCloseTo(0.33272380703854637, 10);
  });

  it("makes the second group from the whole first one: 14.14 and 2.5 times that are 15 and 38", () => {
    const plan = { effectSize: 0.9, power: 0.8, alpha: 0.05, sided: 2, ratio: 2.5 } as const;
    const size = sampleSizeT(plan);
    expect(size.exact).toBeCloseTo(14.1362951, 4);
    expect([size.n1, size.n2]).toEqual([15, 38]);
  });

  it("gives R's and statsmodels' published sizes", () => {
    const usual = { power: 0.8, alpha: 0.05, sided: 2 } as const;
    // R: power.t.test(delta = .5, power = .8) prints n = 63.76576; statsmodels 63.765611.
    const half = sampleSizeT({ effectSize: 0.5, ...usual });
    expect(half.exact).toBeCloseTo(63.76561, 5);
    expect([half.n1, half.n2]).toEqual([64, 64]);
    // 0.02 at a standard deviation of 0.18: 1272.4765 by statsmodels.
    const source = sampleSizeT({ effectSize: 0.02 / 0.18, ...usual });
    expect(source.exact).toBeCloseTo(1272.476478853, 6);
    expect(source.n1).toBe(1273);
  });

  it("has power alpha without an effect", () => {
    expect(powerT({ effectSize: 0, n1: 20, n2: 30, alpha: 0.05, sided: 2 })).toBeCloseTo(0.05, 13);
    expect(powerT({ effectSize: 0, n1: 20, n2: 30, alpha: 0.01, sided: 1 })).toBeCloseTo(0.01, 13);
  });

  const designs = fc.record({
    effectSize: fc.double({ min: 0.01, max: 1.5, noNaN: true }),
    power: fc.double({ min: 0.3, max: 0.99, noNaN: true }),
    alpha: fc.double({ min: 1e-4, max: 0.2, noNaN: true }),
    ratio: fc.double({ min: 0.1, max: 10, noNaN: true }),
    sided: fc.constantFrom<Sides>(1, 2),
  });

  it("reaches exactly the power at the solved size, no less at whole units, and the effect back", () => {
    fc.assert(
      fc.property(designs, (design) => {
        const { exact, n1, n2, achievedPower } = sampleSizeT(design);
        const { ratio } = design;
        expect(n1).toBeGreaterThanOrEqual(exact - 1e-5);
        expect(n2).toBeGreaterThanOrEqual(ratio * exact - 1e-5);
        expect(achievedPower).toBeGreaterThanOrEqual(design.power - 1e-9);
        // Below about two units in a group the size is bounded by its degrees of freedom instead.
        if (exact * (1 + ratio) < 2.5) return;
        const at = { ...design, n1: exact, n2: ratio * exact };
        expect(Math.abs(powerT(at) - design.power)).toBeLessThan(1e-9);
        expect(Math.abs(mdeT(at) / design.effectSize - 1)).toBeLessThan(1e-7);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("grows with the effect and with the size", () => {
    fc.assert(
      fc.property(designs, fc.integer({ min: 3, max: 5000 }), ({ effectSize, alpha, sided }, n) => {
        const power = (d: number, size: number) =>
          powerT({ effectSize: d, n1: size, n2: size, alpha, sided });
        const base = power(effectSize, n);
        expect(power(effectSize * 1.1, n)).toBeGreaterThanOrEqual(base - 1e-13);
        expect(power(effectSize, n + 1)).toBeGreaterThanOrEqual(base - 1e-13);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it("refuses what no sample can show", () => {
    const usual = { power: 0.8, alpha: 0.05, sided: 1 } as const;
    for (const attempt of [
      () => sampleSizeT({ ...usual, effectSize: 0 }),
      () => sampleSizeT({ ...usual, effectSize: -0.2 }),
      () => sampleSizeT({ ...usual, effectSize: 0.2, power: 0.03 }),
      () => sampleSizeT({ ...usual, effectSize: 0.2, alpha: 0 }),
      () => powerT({ effectSize: 0.2, n1: 1, n2: 1, alpha: 0.05, sided: 2 }),
      () => mdeT({ ...usual, n1: -1, n2: 5 }),
    ]) {
      expect(attempt).toThrowError(expect.objectContaining({ code: "DOMAIN" }));
    }
  });
});
