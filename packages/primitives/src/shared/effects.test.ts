// Expectations: normal and Student t quantiles from printed tables (z.975 1.959964, z.95 1.644854,
// t.95 with 4 df 2.131847); the rest is arithmetic in the comments.
import { describe, expect, it } from "vitest";
import {
  effectOnScale,
  findResult,
  harmBound,
  isBeyond,
  powerAt,
  sidedPValue,
  significance,
} from "./effects.js";
import type { Analysis, Comparison } from "./vocabulary.js";

const ARM = { n: null, value: null, standardDeviation: null };

function analysis(overrides: Partial<Analysis> = {}): Analysis {
  return {
    method: "as given",
    absolute: null,
    relative: null,
    relativeMethod: null,
    statistic: null,
    pValue: null,
    control: ARM,
    treatment: ARM,
    ...overrides,
  };
}

describe("findResult", () => {
  const comparison = (dimension: string, estimate: number): Comparison => ({
    metric: "m",
    treatment: "t",
    cohort: { dimension, level: "new" },
    analysis: analysis({ relative: { estimate, standardError: null, interval: null } }),
    unadjusted: null,
    cuped: null,
    missing: null,
  });

  it("keeps apart levels of the same name in two dimensions", () => {
    const evidence = {
      origin: "test",
      counts: [],
      quality: [],
      comparisons: [comparison("tenure", 0.1), comparison("device", -0.2)],
    };
    const found = findResult(evidence, "m", "t", { dimension: "device", level: "new" });
    expect(found).toMatchObject({ kind: "found", analysis: { relative: { estimate: -0.2 } } });
  });
});

describe("effectOnScale", () => {
  it("takes a missing standard error from the interval, by its own level", () => {
    const interval = { lower: -0.02, upper: 0.04, level: 0.9 };
    const given = analysis({ relative: { estimate: 0.01, standardError: null, interval } });
    // 0.06 / (2 x 1.644854)
    expect(effectOnScale(given, "relative", 0.95)?.standardError).toBeCloseTo(0.0182387, 7);
  });

  it("of a half-open or empty interval takes none", () => {
    for (const interval of [
      { lower: null, upper: 0.04, level: 0.95 },
      { lower: 0.01, upper: 0.01, level: 0.95 },
      { lower: 0, upper: 1, level: 1 },
    ]) {
      const given = analysis({ relative: { estimate: 0.01, standardError: null, interval } });
      expect(effectOnScale(given, "relative", 0.95)?.standardError).toBeNull();
    }
  });

  it("on scale level is the treatment's own value, sd / sqrt(n) and a normal interval", () => {
    const treatment = { n: 400, value: 900, standardDeviation: 100 };
    const level = effectOnScale(analysis({ treatment }), "level", 0.95);
    expect(level).toMatchObject({ estimate: 900, standardError: 5, df: null });
    expect(level?.interval?.lower).toBeCloseTo(900 - 1.959964 * 5, 5);
    expect(level?.interval?.upper).toBeCloseTo(900 + 1.959964 * 5, 5);
    expect(level?.interval?.level).toBe(0.95);
  });

  it("on scale level prefers the standard error of the value itself", () => {
    const treatment = { n: 400, value: 900, standardDeviation: 100, standardError: 20 };
    expect(effectOnScale(analysis({ treatment }), "level", 0.95)?.standardError).toBe(20);
  });
});

describe("harmBound", () => {
  const none = { estimate: 0.01, standardError: null, interval: null, df: null };

  it("lies towards harm: below where higher is better, above where lower is", () => {
    const effect = { ...none, standardError: 0.02 };
    expect(harmBound(effect, 0.05, "higher_is_better")).toBeCloseTo(0.01 - 1.644854 * 0.02, 7);
    expect(harmBound(effect, 0.05, "lower_is_better")).toBeCloseTo(0.01 + 1.644854 * 0.02, 7);
  });

  it("is Student's where the analysis names its degrees of freedom", () => {
    const effect = { ...none, standardError: 0.02, df: 4 };
    expect(harmBound(effect, 0.05, "higher_is_better")).toBeCloseTo(0.01 - 2.131847 * 0.02, 7);
  });

  it("may come from an interval at least as wide, by its harmful end", () => {
    const effect = { ...none, interval: { lower: -0.03, upper: null, level: 0.95 } };
    expect(harmBound(effect, 0.05, "higher_is_better")).toBe(-0.03);
    expect(harmBound(effect, 0.025, "higher_is_better")).toBe(-0.03);
    expect(harmBound(effect, 0.05, "lower_is_better")).toBeNull();
    expect(harmBound(effect, 0.02, "higher_is_better")).toBeNull();
    expect(harmBound(none, 0.05, "higher_is_better")).toBeNull();
  });
});

describe("isBeyond", () => {
  it("forgives binary rounding and nothing more", () => {
    expect(isBeyond(-0.3, -(0.1 + 0.2), "higher_is_better")).toBe(false);
    expect(isBeyond(-(0.1 + 0.2), -0.3, "higher_is_better")).toBe(false);
    expect(isBeyond(-0.3001, -0.3, "higher_is_better")).toBe(true);
    expect(isBeyond(0.3001, 0.3, "lower_is_better")).toBe(true);
    expect(isBeyond(0.2999, 0.3, "lower_is_better")).toBe(false);
  });
});

describe("powerAt", () => {
  it("of a two-sided test puts half of alpha on each side", () => {
    // Phi(3 - 1.959964) = Phi(1.040036); Phi(3 - 1.644854) = Phi(1.355146).
    expect(powerAt(-0.03, 0.01, 0.05, true)).toBeCloseTo(0.85084, 4);
    expect(powerAt(-0.03, 0.01, 0.05, false)).toBeCloseTo(0.91231, 4);
    expect(powerAt(-0.03, null, 0.05, true)).toBeNull();
  });
});

describe("sidedPValue and significance", () => {
  const p = (value: number, bound = false) => analysis({ pValue: { value, bound } });
  const harm = (given: Analysis, estimate: number, alternative: "greater" | "less") =>
    sidedPValue("harm", given, estimate, "higher_is_better", alternative);

  it("of a test towards improvement leaves harm the complement", () => {
    const found = harm(p(0.99), -0.1, "greater");
    expect(found?.value).toBeCloseTo(0.01, 12);
    expect(significance(found, 0.05)).toBe("shown");
    expect(significance(harm(p(0.97), -0.1, "greater"), 0.025)).toBe("not_shown");
  });

  it("of a bound on the other tail knows that harm is not shown, or nothing", () => {
    expect(significance(harm(p(0.01, true), 0.1, "greater"), 0.05)).toBe("not_shown");
    expect(harm(p(0.97, true), -0.1, "greater")).toBeNull();
  });

  it("knows nothing where a small one-sided p stands beside an estimate of the other sign", () => {
    expect(harm(p(0.001), 0.1, "less")).toBeNull();
    expect(harm(p(0.001), -0.1, "less")?.value).toBe(0.001);
    expect(sidedPValue("improvement", p(0.3), -0.1, "higher_is_better", "greater")).toBeNull();
    expect(sidedPValue("improvement", p(0.6), -0.1, "higher_is_better", "greater")?.value).toBe(
      0.6,
    );
  });

  it("shows nothing on the side the estimate is not on", () => {
    const two = (estimate: number) =>
      sidedPValue("harm", p(0.001), estimate, "higher_is_better", "two_sided")?.value;
    expect([two(-0.1), two(0.1), two(0)]).toEqual([0.001, 1, 1]);
  });

  it("holds p below alpha, not at it; a bound at alpha settles it", () => {
    expect(significance({ value: 0.05, bound: false }, 0.05)).toBe("not_shown");
    expect(significance({ value: 0.05, bound: true }, 0.05)).toBe("shown");
    expect(significance({ value: 0.051, bound: true }, 0.05)).toBe("unknown");
    expect(significance(null, 0.05)).toBe("unknown");
  });
});
