import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StatsError } from "../errors.js";
import { centre, coMoment, meanDifference, meanOfSum, unscale } from "./centre.js";
import { mergeSums } from "./merge.js";
import type { MetricSums } from "./plan.js";
import { bigintRatioToNumber } from "./rational.js";
import { summarise, summarisePairs } from "./summarise.js";

const runs = { seed: 1, numRuns: 300 };
const integers = fc.array(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), {
  minLength: 4,
  maxLength: 40,
});

function powerSums(values: readonly bigint[]) {
  return {
    n: BigInt(values.length),
    s: values.reduce((a, b) => a + b, 0n),
    ss: values.reduce((a, b) => a + b * b, 0n),
  };
}

describe("bigintRatioToNumber", () => {
  it("equals IEEE division, which is correctly rounded, for operands that are doubles", () => {
    const operand = fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n });
    fc.assert(
      fc.property(operand, operand, (a, b) => {
        fc.pre(b !== 0n && a !== 0n);
        expect(bigintRatioToNumber(a, b)).toBe(Number(a) / Number(b));
      }),
      runs,
    );
  });

  it("equals the engine's correctly rounded reading of the same decimal", () => {
    const scale = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 80n), max: 10n ** 80n }), scale, (value, k) => {
        expect(bigintRatioToNumber(value, 10n ** BigInt(k)) + 0).toBe(Number(`${value}e-${k}`) + 0);
      }),
      runs,
    );
  });

  it("rounds ties to even, also where only the remainder decides", () => {
    expect(bigintRatioToNumber(2n ** 53n + 1n, 1n)).toBe(2 ** 53);
    expect(bigintRatioToNumber(2n ** 53n + 3n, 1n)).toBe(2 ** 53 + 4);
    const justAbove = (2n ** 53n + 1n) * 10n ** 40n + 1n;
    expect(bigintRatioToNumber(justAbove, 10n ** 40n)).toBe(2 ** 53 + 2);
  });

  it("reaches the smallest and largest doubles and refuses what is beyond", () => {
    expect(bigintRatioToNumber(1n, 2n ** 1074n)).toBe(Number.MIN_VALUE);
    expect(bigintRatioToNumber(1n, 2n ** 1075n)).toBe(0);
    expect(bigintRatioToNumber(-3n, 2n ** 1075n)).toBe(-2 * Number.MIN_VALUE);
    expect(bigintRatioToNumber((2n ** 53n - 1n) * 2n ** 971n, 1n)).toBe(Number.MAX_VALUE);
    expect(() => bigintRatioToNumber(2n ** 1024n, 1n)).toThrowError(
      expect.objectContaining({ code: "OVERFLOW" }),
    );
    expect(() => bigintRatioToNumber(1n, 0n)).toThrowError(
      expect.objectContaining({ code: "DOMAIN" }),
    );
  });
});

describe("centre", () => {
  it("reproduces the certified values of NIST's NumAcc4 (mean 10000000.2, sd 0.1)", () => {
    const tenths = [
      100000002n,
      ...Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 100000001n : 100000003n)),
    ];
    const { n, mean, variance } = centre(powerSums(tenths), 1);
    expect(n).toBe(1001);
    expect(mean).toBe(10000000.2);
    expect(Math.sqrt(variance)).toBeCloseTo(0.1, 15);
  });

  it("loses no digit when the metric is offset by 1e9", () => {
    fc.assert(
      fc.property(integers, (values) => {
        const scale = 6;
        const moved = values.map((value) => value + 10n ** 9n * 10n ** BigInt(scale));
        const [plain, offset] = [powerSums(values), powerSums(moved)];
        expect(centre(offset, scale).variance).toBe(centre(plain, scale).variance);
        expect(meanDifference(offset, plain, scale)).toBe(1e9);
      }),
      runs,
    );
  });

  it("gives the same bytes for every order of the rows and every split into cells", () => {
    fc.assert(
      fc.property(integers, fc.nat(), (values, cut) => {
        const at = cut % values.length;
        const shuffled = [...values.slice(at), ...values.slice(0, at)].reverse();
        const [head, tail] = [metricSums(shuffled.slice(0, at)), metricSums(shuffled.slice(at))];
        const merged = mergeSums(tail, head);
        expect(merged).toEqual(metricSums(values));
        expect(centre({ n: merged.n, s: merged.sx, ss: merged.sxx }, 3)).toEqual(
          centre(powerSums(values), 3),
        );
      }),
      runs,
    );
  });

  it("refuses one unit, impossible sums and a scale that is not a whole number", () => {
    const domain = expect.objectContaining({ code: "DOMAIN" });
    expect(() => centre({ n: 1n, s: 3n, ss: 9n }, 0)).toThrowError(domain);
    expect(() => centre({ n: 2n, s: 3n, ss: 1n }, 0)).toThrowError(domain);
    expect(() => centre({ n: 2n, s: 3n, ss: 9n }, 0.5)).toThrowError(domain);
    expect(() => meanOfSum(0n, 0n, 0)).toThrowError(domain);
  });

  it("reads one unit's mean and a scaled integer without a variance", () => {
    expect(meanOfSum(1n, 123n, 2)).toBe(1.23);
    expect(unscale(-5n, 1)).toBe(-0.5);
  });
});

describe("coMoment", () => {
  it("is the sample covariance of integers at their scales", () => {
    // x = 1, 2, 4; y = 0.03, 0.01, 0.08, by hand: sum xy 0.37 - 7 * 0.12 / 3 = 0.09, divisor 2.
    expect(coMoment(3n, 70n, 12n, 10n * 3n + 20n * 1n + 40n * 8n, 1, 2)).toBeCloseTo(0.045, 15);
  });

  it("is the variance when both are the same", () => {
    fc.assert(
      fc.property(integers, (values) => {
        const { n, s, ss } = powerSums(values);
        expect(coMoment(n, s, s, ss, 4, 4)).toBe(centre({ n, s, ss }, 4).variance);
      }),
      runs,
    );
  });
});

describe("mergeSums", () => {
  it("merges denominators and covariates of two halves to those of the whole", () => {
    const row = fc.tuple(fc.integer(), fc.integer(), fc.option(fc.integer()));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), fc.nat(), (rows, cut) => {
        const at = rows.length === 0 ? 0 : cut % rows.length;
        const merged = mergeSums(fullSums(rows.slice(0, at)), fullSums(rows.slice(at)));
        expect(merged).toEqual(fullSums(rows));
      }),
      runs,
    );
  });

  it("refuses cells of different metrics", () => {
    expect(() => mergeSums(metricSums([1n]), fullSums([]))).toThrowError(StatsError);
  });
});

describe("summarise", () => {
  it("agrees with the exact moments of the same integers", () => {
    fc.assert(
      fc.property(integers, (values) => {
        const exact = centre(powerSums(values), 0);
        const float = summarise(values.map(Number));
        const size = Math.max(...values.map((value) => Math.abs(Number(value))), 1);
        expect(Math.abs(float.mean - exact.mean)).toBeLessThanOrEqual(1e-14 * size);
        expect(Math.abs(float.variance - exact.variance)).toBeLessThanOrEqual(1e-13 * size ** 2);
      }),
      runs,
    );
  });

  it("gives the covariance of Anscombe's first set (5.501, Am. Stat. 27, 1973)", () => {
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    const pair = summarisePairs(x, y);
    expect(pair.meanX).toBeCloseTo(9, 13);
    expect(pair.varX).toBeCloseTo(11, 12);
    expect(pair.covXY).toBeCloseTo(5.501, 10);
  });

  it("refuses what has no variance or is not a number", () => {
    const domain = expect.objectContaining({ code: "DOMAIN" });
    expect(() => summarise([1])).toThrowError(domain);
    expect(() => summarise([1, Number.NaN])).toThrowError(domain);
    expect(() => summarisePairs([1, 2], [1])).toThrowError(domain);
  });
});

function metricSums(values: readonly bigint[]): MetricSums {
  const { n, s, ss } = powerSums(values);
  return { n, sx: s, sxx: ss, ratio: null, covariate: null };
}

function fullSums(rows: readonly (readonly [number, number, number | null])[]): MetricSums {
  const total = (f: (x: bigint, y: bigint, z: bigint) => bigint, only = false) =>
    rows.reduce((sum, [x, y, z]) => {
      return only && z === null ? sum : sum + f(BigInt(x), BigInt(y), BigInt(z ?? 0));
    }, 0n);
  return {
    n: BigInt(rows.length),
    sx: total((x) => x),
    sxx: total((x) => x * x),
    ratio: { sy: total((_, y) => y), syy: total((_, y) => y * y), sxy: total((x, y) => x * y) },
    covariate: {
      n: total(() => 1n, true),
      sz: total((_x, _y, z) => z, true),
      szz: total((_x, _y, z) => z * z, true),
      sx: total((x) => x, true),
      sxx: total((x) => x * x, true),
      sxz: total((x, _y, z) => x * z, true),
      ratio: {
        sy: total((_, y) => y, true),
        syy: total((_, y) => y * y, true),
        sxy: total((x, y) => x * y, true),
        syz: total((_, y, z) => y * z, true),
      },
    },
  };
}
