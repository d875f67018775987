import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { centre } from "../moments/centre.js";
import { summarise, summarisePairs } from "../moments/summarise.js";
import { normalTest, studentTTest } from "./inference.js";
import { liftFromLogEffect } from "./log-scale.js";
import { twoProportionZ } from "./proportions.js";
import { ratioMetric, ratioMetricDelta, ratioMetricFromSums } from "./ratio-metric.js";
import { ratioOfMeans } from "./ratio-of-means.js";
import { sampleRatioChiSquare } from "./sample-ratio.js";
import { welchT, welchTFromSums } from "./welch.js";

const runs = { seed: 1, numRuns: 200 };
const domain = expect.objectContaining({ code: "DOMAIN" });
// Student's sleep data (Biometrika 6, 1908), hours gained under drugs 2 and 1.
const drug1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
const drug2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe("welchT", () => {
  it("reproduces R's t.test on the sleep data (t 1.8608, df 17.776, p 0.07939)", () => {
    const arms = { treatment: summarise(drug2), control: summarise(drug1) };
    const result = welchT({ ...arms, alpha: 0.05, alternative: "two_sided" });
    expect(result.t).toBeCloseTo(1.8608, 4);
    expect(result.df).toBeCloseTo(17.776, 3);
    expect(result.pValue).toBeCloseTo(0.07939, 5);
    expect(result.ciLower).toBeCloseTo(-0.2054832, 7);
    expect(result.ciUpper).toBeCloseTo(3.3654832, 7);
  });

  it("reproduces the Hillstrom spend of the men's e-mail (t 5.30014, df 36671.16)", () => {
    // From the published summary table: n, mean and sd per arm, six decimals.
    const result = welchT({
      treatment: { n: 21307, mean: 1.422617, variance: 17.754205 ** 2 },
      control: { n: 21306, mean: 0.652789, variance: 11.5882 ** 2 },
      alpha: 0.05,
      alternative: "two_sided",
    });
    expect(result.t).toBeCloseTo(5.30014, 4);
    expect(result.df).toBeCloseTo(36671.16, 1);
    expect(result.pValue / 1.164e-7).toBeCloseTo(1, 3);
    expect(result.ciLower).toBeCloseTo(0.48514, 5);
    expect(result.ciUpper).toBeCloseTo(1.054515, 5);
  });

  it("splits the two-sided p over the one-sided alternatives and leaves one limit open", () => {
    const arms = { treatment: summarise(drug2), control: summarise(drug1), alpha: 0.025 };
    const greater = welchT({ ...arms, alternative: "greater" });
    const less = welchT({ ...arms, alternative: "less" });
    const both = welchT({ ...arms, alpha: 0.05, alternative: "two_sided" });
    expect(greater.pValue).toBeCloseTo(both.pValue / 2, 14);
    expect(greater.pValue + less.pValue).toBeCloseTo(1, 14);
    expect([greater.ciUpper, less.ciLower]).toEqual([null, null]);
    expect(greater.ciLower).toBeCloseTo(both.ciLower ?? Number.NaN, 10);
    expect(less.ciUpper).toBeCloseTo(both.ciUpper ?? Number.NaN, 10);
  });

  it("takes the other arm's degrees of freedom when one arm does not vary", () => {
    const flat = { n: 9, mean: 1, variance: 0 };
    const result = welchT({
      treatment: flat,
      control: { n: 21, mean: 0, variance: 1e-300 },
      alpha: 0.05,
      alternative: "less",
    });
    expect(result.df).toBeCloseTo(20, 10);
  });

  it("refuses arms that do not vary at all, one unit, and an alpha outside (0, 1)", () => {
    const flat = { n: 9, mean: 1, variance: 0 };
    const good = { n: 9, mean: 1, variance: 1 };
    const options = { alpha: 0.05, alternative: "two_sided" } as const;
    expect(() => welchT({ treatment: flat, control: flat, ...options })).toThrowError(domain);
    expect(() => welchT({ treatment: { ...good, n: 1 }, control: good, ...options })).toThrowError(
      domain,
    );
    expect(() =>
      welchT({ treatment: good, control: good, alpha: 1, alternative: "less" }),
    ).toThrowError(domain);
  });

  it("from sums gives the same difference, t and p however far both arms are offset", () => {
    const scale = 2;
    const sums = (values: readonly number[], offset: bigint) => {
      const whole = values.map((value) => BigInt(Math.round(value * 100)) + offset);
      const sum = (f: (v: bigint) => bigint) => whole.reduce((a, v) => a + f(v), 0n);
      return { n: BigInt(whole.length), sx: sum((v) => v), sxx: sum((v) => v * v) };
    };
    const at = (offset: bigint) => {
      const { treatment, control, ...test } = welchTFromSums({
        treatment: sums(drug2, offset),
        control: sums(drug1, offset),
        scale,
        alpha: 0.05,
        alternative: "two_sided",
      });
      return { test, variances: [treatment.variance, control.variance] };
    };
    expect(at(10n ** 15n)).toEqual(at(0n));
    expect(at(0n).test.t).toBeCloseTo(1.8608, 4);
  });
});

describe("far tails", () => {
  const relative = (value: number, expected: number) => Math.abs(value / expected - 1);

  // SciPy 1.17.1: norm.sf(10) = 7.61985302416047e-24, t.sf(30, 50) = 6.190011397993622e-34.
  it("keep their digits where one minus the distribution function would be 0", () => {
    const flat = { alpha: 0.05, se: 1 } as const;
    const z = (estimate: number, alternative: "two_sided" | "greater" | "less") =>
      normalTest({ ...flat, estimate, alternative }).pValue;
    expect(relative(z(10, "greater"), 7.61985302416047e-24)).toBeLessThan(1e-12);
    expect(relative(z(-10, "less"), 7.61985302416047e-24)).toBeLessThan(1e-12);
    expect(relative(z(10, "two_sided"), 2 * 7.61985302416047e-24)).toBeLessThan(1e-12);
    const t = studentTTest({ ...flat, estimate: 30, df: 50, alternative: "two_sided" });
    expect(relative(t.pValue, 2 * 6.190011397993622e-34)).toBeLessThan(1e-11);
  });
});

describe("twoProportionZ", () => {
  it("reproduces the Physicians' Health Study (relative risk 0.55, z about -5.00)", () => {
    // statsmodels 0.15.0: proportions_ztest([104, 189], [11037, 11034]).
    const result = twoProportionZ({ x1: 104, n1: 11037, x2: 189, n2: 11034, alpha: 0.05 });
    expect(result.z).toBeCloseTo(-5.001388, 6);
    expect(result.pValue / 5.691897e-7).toBeCloseTo(1, 5);
  });

  it("reproduces the published Hillstrom visit rates (+0.0765896, z 22.486)", () => {
    // Men's e-mail against none: 3894 of 21307 and 2262 of 21306 visited.
    const result = twoProportionZ({ x1: 3894, n1: 21307, x2: 2262, n2: 21306, alpha: 0.05 });
    expect(result.difference).toBeCloseTo(0.0765896, 7);
    expect(result.z).toBeCloseTo(22.486, 4);
  });

  it("keeps the digits of one-sided p-values and mirrors when the arms are exchanged", () => {
    const counts = fc.tuple(fc.integer({ min: 1, max: 499 }), fc.integer({ min: 1, max: 499 }));
    fc.assert(
      fc.property(counts, ([x1, x2]) => {
        const forward = twoProportionZ({
          ...{ x1, n1: 500, x2, n2: 700, alpha: 0.05 },
          alternative: "greater",
        });
        const backward = twoProportionZ({
          ...{ x1: x2, n1: 700, x2: x1, n2: 500, alpha: 0.05 },
          alternative: "less",
        });
        expect(forward.pValue).toBeCloseTo(backward.pValue, 14);
        expect(forward.ciLower).toBeCloseTo(-(backward.ciUpper ?? Number.NaN), 14);
        expect([forward.ciUpper, backward.ciLower]).toEqual([null, null]);
      }),
      runs,
    );
  });

  it("refuses arms without any variation and impossible counts", () => {
    expect(() => twoProportionZ({ x1: 0, n1: 5, x2: 0, n2: 9, alpha: 0.05 })).toThrowError(domain);
    expect(() => twoProportionZ({ x1: 5, n1: 5, x2: 9, n2: 9, alpha: 0.05 })).toThrowError(domain);
    expect(() => twoProportionZ({ x1: 6, n1: 5, x2: 1, n2: 9, alpha: 0.05 })).toThrowError(domain);
  });
});

describe("sampleRatioChiSquare", () => {
  it("reproduces the published Cookie Cats mismatch (p 0.008608)", () => {
    const result = sampleRatioChiSquare([44700, 45489], [1, 1]);
    expect(result.df).toBe(1);
    expect(result.pValue).toBeCloseTo(0.008608, 6);
  });

  it("reproduces Mendel's peas (chi-square 0.470, 3 df, p 0.925)", () => {
    const result = sampleRatioChiSquare([315, 108, 101, 32], [9, 3, 3, 1]);
    expect(result.chiSquare).toBeCloseTo(0.470024, 6);
    expect(result.pValue).toBeCloseTo(0.925426, 6);
  });

  it("refuses an arm that nobody should be in, no units and one arm", () => {
    expect(() => sampleRatioChiSquare([1, 2], [1, 0])).toThrowError(domain);
    expect(() => sampleRatioChiSquare([0, 0], [1, 1])).toThrowError(domain);
    expect(() => sampleRatioChiSquare([4], [1])).toThrowError(domain);
    expect(() => sampleRatioChiSquare([4, 5], [1, 1, 1])).toThrowError(domain);
  });
});

describe("ratioOfMeans", () => {
  const input = { meanT: 4.2, varT: 9, nT: 700, meanC: 4, varC: 8, nC: 650, covOfMeans: 0 };

  it("has Fieller limits at which the test of mean_t - R mean_c is exactly at z", () => {
    const z = 1.959963984540054;
    const { fiellerType, fiellerRatioRoots } = ratioOfMeans({ ...input, alpha: 0.05 });
    expect(fiellerType).toBe("bounded");
    for (const root of fiellerRatioRoots ?? []) {
      const se = Math.sqrt(9 / 700 + (root * root * 8) / 650);
      expect(Math.abs(4.2 - root * 4) / se).toBeCloseTo(z, 10);
    }
  });

  it("excludes a lift of zero exactly when the difference of means is significant", () => {
    const means = fc.double({ min: 3, max: 5, noNaN: true });
    fc.assert(
      fc.property(means, (meanT) => {
        const result = ratioOfMeans({ ...input, meanT, alpha: 0.05 });
        const z = (meanT - 4) / Math.sqrt(9 / 700 + 8 / 650);
        const excluded = (result.fiellerLower ?? 0) > 0 || (result.fiellerUpper ?? 0) < 0;
        fc.pre(Math.abs(Math.abs(z) - 1.959963984540054) > 1e-9);
        expect(excluded).toBe(Math.abs(z) > 1.959963984540054);
      }),
      runs,
    );
  });

  it("shows no limits of the lift where the control cannot be told from zero", () => {
    const noisy = { ...input, nT: 5, nC: 5 };
    const complement = ratioOfMeans({ ...noisy, meanT: 9, meanC: 1, alpha: 0.05 });
    expect(complement.fiellerType).toBe("complement");
    expect([complement.fiellerLower, complement.fiellerUpper]).toEqual([null, null]);
    const [lower = 0, upper = 0] = complement.fiellerRatioRoots ?? [];
    expect(lower).toBeLessThan(upper);
    const line = ratioOfMeans({ ...noisy, meanT: 0.1, meanC: 0.1, alpha: 0.05 });
    expect(line.fiellerType).toBe("whole_line");
    expect(line.fiellerRatioRoots).toBeNull();
  });

  it("uses the covariance of the means, in every interval", () => {
    // Independently, with NumPy: vt 0.01, vc 0.02, cov 0.006 of the means 4.2 and 4.
    const paired = {
      meanT: 4.2,
      varT: 0.01,
      nT: 1,
      meanC: 4,
      varC: 0.02,
      nC: 1,
      covOfMeans: 0.006,
    };
    const result = ratioOfMeans({ ...paired, alpha: 0.05 });
    expect(result.deltaSe).toBeCloseTo(0.03486581420245338, 14);
    expect(result.g).toBeCloseTo(0.004801823525867659, 14);
    expect(result.logDeltaSe).toBeCloseTo(0.033205537335669895, 14);
    expect(result.fiellerRatioRoots?.[0]).toBeCloseTo(0.9850228237162515, 12);
    expect(result.fiellerRatioRoots?.[1]).toBeCloseTo(1.1222146647147664, 12);
  });

  it("has no log interval for a negative ratio and refuses a control mean of zero", () => {
    expect(ratioOfMeans({ ...input, meanT: -4, alpha: 0.05 }).logDeltaSe).toBeNull();
    expect(() => ratioOfMeans({ ...input, meanC: 0, alpha: 0.05 })).toThrowError(domain);
    expect(() => ratioOfMeans({ ...input, varC: -1, alpha: 0.05 })).toThrowError(domain);
  });
});

describe("ratioMetric", () => {
  const clicks = [3, 0, 2, 5, 1, 4, 2];
  const sessions = [6, 1, 4, 7, 2, 9, 3];

  it("has the variance of the mean of the linearised unit values, with its 1/n", () => {
    const result = ratioMetric(summarisePairs(clicks, sessions));
    const ratio = 17 / 32;
    const linear = clicks.map((x, i) => (x - ratio * (sessions[i] ?? 0)) / (32 / 7));
    expect(result.ratio).toBeCloseTo(ratio, 15);
    expect(result.variance).toBeCloseTo(summarise(linear).variance / 7, 14);
  });

  it("from exact sums equals the raw values, and is 0 where the ratio is constant", () => {
    const total = (f: (i: number) => number) => BigInt(clicks.reduce((s, _, i) => s + f(i), 0));
    const [x, y] = [(i: number) => clicks[i] ?? 0, (i: number) => sessions[i] ?? 0];
    const sums = {
      n: 7n,
      sx: total(x),
      sxx: total((i) => x(i) ** 2),
      ratio: { sy: total(y), syy: total((i) => y(i) ** 2), sxy: total((i) => x(i) * y(i)) },
      covariate: null,
    };
    const raw = ratioMetric(summarisePairs(clicks, sessions));
    const exact = ratioMetricFromSums(sums, 0, 0);
    expect(exact.variance).toBeCloseTo(raw.variance, 15);
    // The same integers read as tenths over thousandths.
    expect(ratioMetricFromSums(sums, 1, 3).ratio).toBeCloseTo(raw.ratio * 100, 12);
    expect(ratioMetricFromSums(sums, 1, 3).se).toBeCloseTo(raw.se * 100, 12);
    const constant = { ...sums, ratio: { sy: sums.sx, syy: sums.sxx, sxy: sums.sxx } };
    expect(ratioMetricFromSums(constant, 0, 0).variance).toBe(0);
  });

  it("mirrors the difference when the arms are exchanged", () => {
    const a = ratioMetric(summarisePairs(clicks, sessions));
    const b = ratioMetric(summarisePairs([1, 2, 3, 2], [5, 4, 9, 3]));
    const forward = ratioMetricDelta({ treatment: a, control: b, alpha: 0.05 });
    const backward = ratioMetricDelta({ treatment: b, control: a, alpha: 0.05 });
    expect(forward.difference).toBe(-backward.difference);
    expect(forward.pValue).toBe(backward.pValue);
    const greater = ratioMetricDelta({
      treatment: a,
      control: b,
      alpha: 0.05,
      alternative: "greater",
    });
    expect(greater.ciUpper).toBeNull();
  });

  it("refuses a denominator of zero, sums without one, and ratios that do not vary", () => {
    expect(() => ratioMetric(summarisePairs([1, 2], [1, -1]))).toThrowError(domain);
    const bare = { n: 2n, sx: 1n, sxx: 1n, ratio: null, covariate: null };
    expect(() => ratioMetricFromSums(bare, 0, 0)).toThrowError(domain);
    const flat = { n: 5, ratio: 1, variance: 0, se: 0 };
    expect(() => ratioMetricDelta({ treatment: flat, control: flat, alpha: 0.05 })).toThrowError(
      domain,
    );
  });
});

describe("liftFromLogEffect", () => {
  it("turns a difference of logs into the lift of geometric means", () => {
    const effect = { difference: Math.log(1.1), ciLower: Math.log(0.9), ciUpper: null };
    const { lift, lower, upper } = liftFromLogEffect(effect);
    expect(lift).toBeCloseTo(0.1, 15);
    expect(lower).toBeCloseTo(-0.1, 15);
    expect(upper).toBeNull();
  });

  it("keeps the digits of a small lift", () => {
    const { lift } = liftFromLogEffect({ difference: 1e-12, ciLower: null, ciUpper: null });
    // exp(d) - 1 = d + d^2 / 2 + ...
    expect(Math.abs(lift / 1e-12 - 1)).toBeLessThan(1e-11);
  });

  it("refuses a lift beyond the largest number", () => {
    expect(() => liftFromLogEffect({ difference: 800, ciLower: null, ciUpper: null })).toThrowError(
      expect.objectContaining({ code: "OVERFLOW" }),
    );
  });
});

describe("centre and welchT together", () => {
  it("reproduce Student's summary of the sleep data (means 2.33 and 0.75)", () => {
    const tenths = drug2.map((value) => BigInt(Math.round(value * 10)));
    const sums = {
      n: 10n,
      s: tenths.reduce((a, b) => a + b, 0n),
      ss: tenths.reduce((a, b) => a + b * b, 0n),
    };
    expect(centre(sums, 1).mean).toBe(2.33);
    expect(centre(sums, 1).variance).toBeCloseTo(summarise(drug2).variance, 14);
  });
});
