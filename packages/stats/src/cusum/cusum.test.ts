import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { summarise } from "../moments/summarise.js";
import { seededNormal } from "../sequential/testing/random.js";
import { runCusum, selfStartingScores } from "./chart.js";
import { averageRunLength, cusumThreshold } from "./run-length.js";

const domain = expect.objectContaining({ code: "DOMAIN" });

describe("averageRunLength", () => {
  it.each([
    // Montgomery, Introduction to Statistical Quality Control, two-sided, k = 1/2 (../shared/design/science.md H1).
    [4, [168, 74.2, 26.6, 13.3, 8.38, 4.75, 3.34, 2.62, 2.19, 1.71]],
    [5, [465, 139, 38, 17, 10.4, 5.75, 4.01, 3.11, 2.57, 2.01]],
  ] as const)("reproduces the textbook's table for h = %d", (h, table) => {
    const shifts = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4];
    table.forEach((published, i) => {
      const arl = averageRunLength({ k: 0.5, h, sides: "two" }, shifts[i] as number);
      expect(Math.abs(arl - published)).toBeLessThan(0.005 * published);
    });
  });

  it("is what charts run on average", () => {
    const normal = seededNormal(1);
    const runs = 4000;
    for (const [shift, sides] of [
      [0, "two"],
      [0.5, "one"],
      [-0.5, "two"],
    ] as const) {
      const chart = { k: 0.5, h: 2, sides } as const;
      const lengths = Array.from({ length: runs }, () => {
        let [up, down, t] = [0, 0, 0];
        while (up <= chart.h && down <= chart.h) {
          const x = normal() + shift;
          up = Math.max(0, up + x - chart.k);
          if (sides === "two") down = Math.max(0, down - x - chart.k);
          t += 1;
        }
        return t;
      });
      const { mean, variance } = summarise(lengths);
      const gap = Math.abs(mean - averageRunLength(chart, shift));
      expect(gap).toBeLessThan(4 * Math.sqrt(variance / runs));
    }
  });

  it("nears one observation for tiny thresholds and huge shifts", () => {
    // With h -> 0 every observation above k alarms: 1 / P(x > k).
    const tiny = averageRunLength({ k: 0, h: 1e-9, sides: "one" }, 0);
    expect(tiny).toBeCloseTo(2, 7);
    expect(averageRunLength({ k: 0.5, h: 4, sides: "one" }, 20)).toBeCloseTo(1, 12);
  });

  it("keeps its digits over runs of 10^20: the growth per unit of h settles at exp(2 k)", () => {
    const at = (h: number) => averageRunLength({ k: 0.5, h, sides: "one" }, 0);
    expect(at(46)).toBeGreaterThan(1e20);
    expect(Math.log(at(46) / at(45))).toBeCloseTo(1, 9);
    expect(Math.log(at(31) / at(30))).toBeCloseTo(1, 9);
  });

  it("refuses charts outside its domain", () => {
    const arl = (k: number, h: number, shift: number) => () =>
      averageRunLength({ k, h, sides: "one" }, shift);
    for (const bad of [arl(-1, 4, 0), arl(0.5, 0, 0), arl(0.5, 101, 0), arl(0.5, 4, Number.NaN)]) {
      expect(bad).toThrow(domain);
    }
  });
});

describe("cusumThreshold", () => {
  it.each([
    // Hawkins' table for a run of 370 (../shared/design/science.md H1).
    [0.25, 8.01],
    [0.5, 4.77],
    [0.75, 3.34],
    [1, 2.52],
    [1.25, 1.99],
  ])("reproduces the published threshold for k = %d", (k, published) => {
    expect(cusumThreshold(k, 370, "two")).toBeCloseTo(published, 2);
  });

  it.each([
    [500, 5.07],
    [1000, 5.76],
    [2000, 6.45],
    [5000, 7.36],
    [10_000, 8.05],
  ])("reproduces the two-sided threshold for a run of %d", (target, published) => {
    expect(Math.abs(cusumThreshold(0.5, target, "two") - published)).toBeLessThan(0.006);
  });

  it("gives back the run length it was asked for", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 1.5, noNaN: true }),
        fc.double({ min: 30, max: 1e5, noNaN: true }),
        fc.constantFrom("one", "two"),
        (k, target, sides) => {
          const side = sides as "one" | "two";
          const h = cusumThreshold(k, target, side);
          expect(averageRunLength({ k, h, sides: side }, 0) / target).toBeCloseTo(1, 8);
        },
      ),
      { seed: 1, numRuns: 20 },
    );
  });

  it("refuses a run shorter than any threshold gives", () => {
    expect(() => cusumThreshold(0.5, 1.5, "two")).toThrow(domain);
    expect(() => cusumThreshold(0.5, Number.POSITIVE_INFINITY, "two")).toThrow(domain);
  });
});

describe("runCusum", () => {
  const chart = { k: 0.5, h: 2, sides: "two" } as const;

  it("is the recursion, worked by hand", () => {
    const run = runCusum([1, -1, 2, 1, 0.4, 1, 3], chart);
    const expected = [0.5, 0, 1.5, 2, 1.9, 2.4, 4.9];
    [...run.upward].forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 12);
    });
    expect([...run.downward]).toEqual([0, 0.5, 0, 0, 0, 0, 0]);
    expect(run.alarm).toEqual({ at: 5, since: 2, direction: "up" });
  });

  it("finds a fall only when it looks for one, and measures from the target", () => {
    const falling = [10, 10, 8, 7, 7];
    const target = { mean: 10, sd: 2 };
    expect(runCusum(falling, { ...chart, h: 1.4 }, target).alarm).toEqual({
      ...{ at: 3, since: 2, direction: "down" },
    });
    const oneSided = runCusum(falling, { ...chart, h: 1.4, sides: "one" }, target);
    expect(oneSided.alarm).toBeNull();
    expect([...oneSided.downward]).toEqual([0, 0, 0, 0, 0]);
  });

  it("mirrors when the observations change sign", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true })), (values) => {
        const run = runCusum(values, chart);
        const mirrored = runCusum(
          values.map((x) => -x),
          chart,
        );
        expect([...mirrored.upward]).toEqual([...run.downward]);
        expect(mirrored.alarm?.at).toBe(run.alarm?.at);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("refuses what is not a number, and a target without spread", () => {
    expect(() => runCusum([1, Number.NaN], chart)).toThrow(domain);
    expect(() => runCusum([1], chart, { mean: 0, sd: 0 })).toThrow(domain);
    expect(() => runCusum([1], { ...chart, h: 0 })).toThrow(domain);
  });
});

describe("selfStartingScores", () => {
  it("are standard normal whatever the mean and the spread, from the third observation on", () => {
    const normal = seededNormal(2);
    const scores = Array.from({ length: 4000 }, () =>
      selfStartingScores(Array.from({ length: 5 }, () => 1e6 + 300 * normal())),
    );
    for (const at of [2, 3, 4]) {
      const { mean, variance } = summarise(scores.map((row) => row[at] as number));
      expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(4000));
      expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 4000));
    }
    expect(scores.every((row) => row[0] === 0 && row[1] === 0)).toBe(true);
  });

  it("give a young chart its false alarms, where a frozen fortnight gives twice as many", () => {
    const normal = seededNormal(3);
    const chart = { k: 0.5, h: 4, sides: "two" } as const;
    const charts = 1500;
    const days = 60;
    let [starting, frozen] = [0, 0];
    for (let i = 0; i < charts; i++) {
      const values = Array.from({ length: 14 + days }, normal);
      const warm = summarise(values.slice(0, 14));
      const rest = values.slice(14);
      if (runCusum(selfStartingScores(rest), chart).alarm !== null) starting += 1;
      const target = { mean: warm.mean, sd: Math.sqrt(warm.variance) };
      if (runCusum(rest, chart, target).alarm !== null) frozen += 1;
    }
    // Within 60 days: 0.29 with known parameters, 0.56 on a frozen fortnight (../shared/design/science.md H2).
    expect(Math.abs(starting / charts - 0.29)).toBeLessThan(0.05);
    expect(Math.abs(frozen / charts - 0.56)).toBeLessThan(0.05);
  });

  it("stay 0 while nothing varies, and refuse what is not a number", () => {
    expect([...selfStartingScores([5, 5, 5])]).toEqual([0, 0, 0]);
    expect(() => selfStartingScores([1, Number.POSITIVE_INFINITY])).toThrow(domain);
  });
});
