// Expectations: SciPy 1.17 / statsmodels values of the shared reference fixtures (tests_fixed.json,
// cuped.json) where a case id is named; the Hillstrom and Cookie Cats tables of the shared data sets.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { MetricSums, MomentCell } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import type { Analysis, Comparison, Evidence } from "../shared/vocabulary.js";
import { decide } from "./decide.js";
import { estimate } from "./estimate.js";
import {
  cellsOf,
  momentPlan,
  momentResult,
  momentSpec,
  type Unit,
  unitsOf,
  valueSpec,
} from "./testing/moments.js";
import { guardrail, metric, relativeLimit, studyOf } from "./testing/study.js";

const REFERENCE = fileURLToPath(new URL("../../../../../shared/reference/", import.meta.url));
const hasReference = existsSync(REFERENCE);

function referenceCase(file: string, id: string) {
  const document = JSON.parse(readFileSync(`${REFERENCE}${file}`, "utf8"));
  return document.cases.find((entry: { id: string }) => entry.id === id);
}

const ARMS = ["control", "treatment"];

function only(evidence: Evidence): Comparison {
  const [first] = evidence.comparisons;
  if (first === undefined) throw new Error("no comparison");
  return first;
}

function analysisOf(evidence: Evidence): Analysis {
  const { analysis, missing } = only(evidence);
  if (analysis === null) throw new Error(missing ?? "no analysis");
  return analysis;
}

function binarySums(successes: number, n: number): MetricSums {
  return {
    n: BigInt(n),
    sx: BigInt(successes),
    sxx: BigInt(successes),
    ratio: null,
    covariate: null,
  };
}

function binaryCell(arm: string, successes: number, n: number): MomentCell {
  const metrics = { m: binarySums(successes, n) };
  return { arm, dimension: null, level: null, units: BigInt(n), metrics };
}

describe("means", () => {
  const a = [5.1, 4.9, 6.2, 5.8, 6.0, 5.5];
  const b = [4.8, 5.0, 5.1, 4.7, 5.3, 4.9, 5.0];
  const plan = momentPlan(ARMS, [momentSpec("m")]);
  const result = momentResult({ cells: cellsOf(plan, unitsOf(b, a)) });

  it("are tested by Welch's t (welch-raw-1)", () => {
    const analysis = analysisOf(estimate(studyOf(), plan, result));
    expect(analysis.method).toBe("Welch t");
    expect(analysis.absolute?.estimate).toBeCloseTo(0.6119047619047606, 12);
    expect(analysis.absolute?.standardError).toBeCloseTo(0.22178670474946893, 12);
    expect(analysis.absolute?.interval?.lower).toBeCloseTo(0.07493210234574221, 10);
    expect(analysis.absolute?.interval?.upper).toBeCloseTo(1.1488774214637791, 10);
    expect(analysis.statistic?.df).toBeCloseTo(6.275331068734134, 10);
    expect(analysis.pValue?.value).toBeCloseTo(0.03141409458781887, 10);
    expect(analysis.relativeMethod).toBe("delta");
  });

  it("keep a two-sided interval beside a one-sided p-value", () => {
    const analysis = analysisOf(estimate(studyOf({ alternative: "greater" }), plan, result));
    // Half of the two-sided p, the effect being on the side of the alternative.
    expect(analysis.pValue?.value).toBeCloseTo(0.03141409458781887 / 2, 10);
    expect(analysis.absolute?.interval?.upper).toBeCloseTo(1.1488774214637791, 10);
  });

  it("show intervals at the interval level, whatever the level of the primary test", () => {
    // SciPy 1.17: difference -+ t.ppf(0.995, df) * se of welch-raw-1; the primary's alpha stays 0.05.
    const study = studyOf({}, { intervalAlpha: 0.01 });
    const interval = analysisOf(estimate(study, plan, result)).absolute?.interval;
    expect(study.primary.alpha).toBe(0.05);
    expect(interval?.lower).toBeCloseTo(-0.19574253159706578, 10);
    expect(interval?.upper).toBeCloseTo(1.419552055406587, 10);
    expect(interval?.level).toBeCloseTo(0.99, 12);
  });

  it("lose no digit to an offset of a billion", () => {
    const far = (values: readonly number[]) => values.map((value) => value + 1e9);
    const shifted = momentResult({ cells: cellsOf(plan, unitsOf(far(b), far(a))) });
    const analysis = analysisOf(estimate(studyOf(), plan, shifted));
    expect(analysis.absolute?.estimate).toBeCloseTo(0.6119047619047606, 12);
    expect(analysis.pValue?.value).toBeCloseTo(0.03141409458781887, 10);
  });

  it("of logs give the lift of geometric means", () => {
    const logs = (values: readonly number[]) => values.map((value) => Math.log(value));
    const spec = momentSpec("m", { value: { ...valueSpec(9), transform: "log" } });
    const logPlan = momentPlan(ARMS, [spec]);
    const cells = cellsOf(logPlan, unitsOf(logs(b), logs(a)));
    const evidence = estimate(studyOf({ transform: "log" }), logPlan, momentResult({ cells }));
    const mean = (values: readonly number[]) => values.reduce((x, y) => x + y) / values.length;
    const expected = Math.exp(mean(logs(a)) - mean(logs(b))) - 1;
    expect(analysisOf(evidence).relative?.estimate).toBeCloseTo(expected, 8);
    expect(analysisOf(evidence).relativeMethod).toBe("log");
  });
});

describe("relative lifts", () => {
  // Two-point samples of mean m and variance v: m -+ sqrt(v (n - 1) / n).
  function cells(meanT: number, meanC: number, variance: number, n: number) {
    const half = Math.sqrt((variance * (n - 1)) / n);
    const spread = (mean: number) =>
      Array.from({ length: n }, (_, i) => (i % 2 === 0 ? mean - half : mean + half));
    const plan = momentPlan(ARMS, [momentSpec("m", { value: valueSpec(9) })]);
    return { plan, cells: cellsOf(plan, unitsOf(spread(meanC), spread(meanT))) };
  }
  const lift = (meanT: number, meanC: number, variance: number, n: number) => {
    const { plan, cells: made } = cells(meanT, meanC, variance, n);
    return analysisOf(estimate(studyOf(), plan, momentResult({ cells: made })));
  };

  it("use Fieller's set where the control is within five standard errors of zero", () => {
    // A = mc^2 - z^2 vc, roots (mt mc -+ sqrt((mt mc)^2 - A (mt^2 - z^2 vt))) / A with mc = 4, mt = 5,
    // vc = vt = 1, z^2 = 3.841458820694124: worked by hand.
    const analysis = lift(5, 4, 100, 100);
    const A = 16 - 3.841458820694124;
    const root = Math.sqrt(400 - A * (25 - 3.841458820694124));
    expect(analysis.relativeMethod).toBe("Fieller");
    expect(analysis.relative?.interval?.lower).toBeCloseTo((20 - root) / A - 1, 6);
    expect(analysis.relative?.interval?.upper).toBeCloseTo((20 + root) / A - 1, 6);
  });

  it("use the delta method further away", () => {
    expect(lift(51, 50, 100, 100).relativeMethod).toBe("delta");
  });

  it.each([
    ["negative", -4, "not above zero"],
    ["indistinguishable from zero", 1, "cannot be told from zero"],
  ])("are not given over a control that is %s", (_name, meanC, reason) => {
    const analysis = lift(5, meanC, 100, 100);
    expect(analysis.relative).toBeNull();
    expect(analysis.relativeMethod).toContain(reason);
    expect(analysis.absolute?.estimate).toBeCloseTo(5 - meanC, 8);
  });
});

describe("proportions", () => {
  const plan = momentPlan(ARMS, [momentSpec("m", { value: valueSpec(0) })]);

  it("reproduce Hillstrom's visits", () => {
    const cells = [binaryCell("control", 2262, 21306), binaryCell("treatment", 3894, 21307)];
    const evidence = estimate(studyOf({ kind: "proportion" }), plan, momentResult({ cells }));
    const analysis = analysisOf(evidence);
    expect(analysis.absolute?.estimate).toBeCloseTo(0.0765896, 7);
    expect(analysis.statistic?.value).toBeCloseTo(22.486, 3);
    expect(analysis.absolute?.interval?.lower).toBeCloseTo(0.0699535, 7);
    expect(analysis.absolute?.interval?.upper).toBeCloseTo(0.0832256, 7);
  });

  it("reproduce Cookie Cats' retention, with its sample ratio reported and not fatal", () => {
    const cells = [binaryCell("control", 8502, 44700), binaryCell("treatment", 8279, 45489)];
    const evidence = estimate(studyOf({ kind: "proportion" }), plan, momentResult({ cells }));
    expect(analysisOf(evidence).pValue?.value).toBeCloseTo(0.00155425, 8);
    const [srm] = evidence.quality;
    expect(srm).toMatchObject({ code: "srm", status: "warning" });
    expect(srm?.numbers.pValue).toBeCloseTo(0.008608, 6);
    expect(srm?.numbers.chiSquare).toBeCloseTo(6.9024, 4);
  });

  it("have no result when some value is neither 0 nor 1", () => {
    const half = { ...binarySums(10, 100), sxx: 12n };
    const cells = [
      binaryCell("control", 10, 100),
      { ...binaryCell("treatment", 10, 100), metrics: { m: half } },
    ];
    const found = only(estimate(studyOf({ kind: "proportion" }), plan, momentResult({ cells })));
    expect(found.analysis).toBeNull();
    expect(found.missing).toContain("0 and 1 only");
  });
});

describe("ranks", () => {
  it("give the probability of superiority less one half (mw-ties-cc)", () => {
    const a = [1, 2, 2, 3, 3, 3, 4, 5, 5, 6];
    const b = [2, 3, 3, 4, 4, 5, 5, 5, 6, 7, 7];
    const twice = (x: number, others: readonly number[]) =>
      others.reduce((sum, y) => sum + (x > y ? 2 : x === y ? 1 : 0), 0);
    const pa = a.map((x) => twice(x, b));
    const pb = b.map((y) => twice(y, a));
    const groups = [...new Set([...a, ...b])].map(
      (v) => [...a, ...b].filter((other) => other === v).length,
    );
    const sum = (values: readonly number[]) => BigInt(values.reduce((x, y) => x + y, 0));
    const rank = {
      metric: "m",
      treatment: "treatment",
      control: "control",
      dimension: null,
      level: null,
      nTreatment: 10n,
      nControl: 11n,
      twiceU: sum(pa),
      ties: sum(groups.map((t) => t ** 3 - t)),
      placementsTreatmentSquared: sum(pa.map((p) => p * p)),
      placementsControlSquared: sum(pb.map((p) => p * p)),
    };
    const plan = momentPlan(ARMS, [momentSpec("m", { shape: "rank" })]);
    const evidence = estimate(studyOf({ kind: "rank" }), plan, momentResult({ ranks: [rank] }));
    const analysis = analysisOf(evidence);
    expect(analysis.absolute?.estimate).toBeCloseTo(0.29545454545454547 - 0.5, 12);
    expect(analysis.pValue?.value).toBeCloseTo(0.11526289953520917, 10);
    expect(analysis.relative).toBeNull();
    const { lower, upper } = analysis.absolute?.interval ?? { lower: null, upper: null };
    expect(lower).toBeLessThan(-0.2045);
    expect(upper).toBeGreaterThan(-0.2045);
  });
});

describe("quantiles", () => {
  it("compare arms with the clustered standard error", () => {
    // One observation a unit: no clustering, so se = (upper - lower) / (2 z) times
    // sqrt(n/(n-1) Y(n-Y)/n^2 / (p (1-p))), which is sqrt(n/(n-1)) when Y = n p.
    const cell = (arm: string, quantile: bigint, half: bigint) => ({
      metric: "m",
      arm,
      dimension: null,
      level: null,
      n: 1000n,
      units: 1000n,
      quantile,
      lower: quantile - half,
      upper: quantile + half,
      sN: 1000n,
      sNN: 1000n,
      sY: 950n,
      sYY: 950n,
      sYN: 950n,
    });
    const spec = momentSpec("m", { shape: "quantile", order: 0.95, value: valueSpec(0) });
    const evidence = estimate(
      studyOf({ kind: "quantile", direction: "lower_is_better", order: 0.95 }),
      momentPlan(ARMS, [spec]),
      momentResult({ quantiles: [cell("control", 720n, 20n), cell("treatment", 740n, 20n)] }),
    );
    const analysis = analysisOf(evidence);
    const se = (20 / 1.959963984540054) * Math.sqrt(1000 / 999);
    expect(analysis.absolute?.estimate).toBe(20);
    expect(analysis.absolute?.standardError).toBeCloseTo(se * Math.SQRT2, 8);
    expect(analysis.treatment).toMatchObject({ value: 740, n: 1000 });
    expect(analysis.treatment.standardError).toBeCloseTo(se, 8);
  });
});

describe.skipIf(!hasReference)("against the shared reference (absent: skipped)", () => {
  it("ratios use the delta method with units as clusters (rm-1)", () => {
    const { input, expected } = referenceCase("tests_fixed.json", "rm-1");
    const arm = (name: string, side: { numerator: number[]; denominator: number[] }): Unit[] =>
      side.numerator.map((x, i) => ({ arm: name, values: { m: { x, y: side.denominator[i]! } } }));
    const plan = momentPlan(ARMS, [momentSpec("m", { shape: "ratio", denominator: valueSpec(0) })]);
    const cells = cellsOf(plan, [
      ...arm("control", input.control),
      ...arm("treatment", input.treatment),
    ]);
    const analysis = analysisOf(
      estimate(studyOf({ kind: "ratio" }), plan, momentResult({ cells })),
    );
    expect(analysis.absolute?.estimate).toBeCloseTo(expected.difference, 10);
    expect(analysis.absolute?.standardError).toBeCloseTo(expected.se, 10);
    expect(analysis.pValue?.value).toBeCloseTo(expected.p_value, 10);
  });

  it("CUPED decides and the unadjusted analysis stands beside it (n40-strong)", () => {
    const { input, expected } = referenceCase("cuped.json", "n40-strong");
    const units: Unit[] = input.y.map((x: number, i: number) => ({
      arm: input.arm[i] === 1 ? "treatment" : "control",
      values: { m: { x, z: input.covariates[0][i] } },
    }));
    const plan = momentPlan(ARMS, [momentSpec("m", { covariate: valueSpec() })]);
    const cells = cellsOf(plan, units);
    const found = only(estimate(studyOf({ cuped: true }), plan, momentResult({ cells })));
    const within = expected.cuped_theta_within;
    expect(found.cuped?.theta).toBeCloseTo(within.theta, 10);
    expect(found.analysis?.absolute?.estimate).toBeCloseTo(within.difference, 10);
    expect(found.analysis?.absolute?.standardError).toBeCloseTo(within.se, 10);
    expect(found.analysis?.pValue?.value).toBeCloseTo(within.p_welch, 10);
    expect(found.cuped?.varianceRatio).toBeCloseTo(within.variance_ratio, 10);
    expect(found.cuped?.coverage).toEqual({ control: 1, treatment: 1 });
    expect(found.unadjusted?.absolute?.estimate).toBeCloseTo(expected.unadjusted.difference, 10);
  });
});

describe("no result", () => {
  const plan = momentPlan(ARMS, [momentSpec("m")]);
  it.each([
    ["an empty arm", [], [1, 2], "No unit of control"],
    ["one unit", [1, 2], [1], "Only one unit of treatment"],
    ["no variation in either arm", [3, 3], [3, 3], "No unit differs"],
  ])("for %s is a sentence, never a number or an exception", (_name, control, treatment, text) => {
    const cells = cellsOf(plan, unitsOf(control, treatment));
    const evidence = estimate(studyOf(), plan, momentResult({ cells }));
    expect(only(evidence)).toMatchObject({ analysis: null, unadjusted: null });
    expect(only(evidence).missing).toContain(text);
    expect(decide(studyOf(), evidence).verdict).not.toBe("ship");
  });

  it("for a metric the plan does not hold", () => {
    const evidence = estimate(studyOf(), momentPlan(ARMS, []), momentResult());
    expect(only(evidence).missing).toContain("asked for no data of m");
  });
});

describe("what is compared", () => {
  it("is every metric once for everybody, and the primary in every declared level", () => {
    const registered = studyOf(
      {},
      {
        guardrails: [guardrail("g", relativeLimit(-0.01)), guardrail("m", relativeLimit(-0.01))],
        secondary: [metric("s")],
        cohorts: {
          dimensions: [{ name: "locale", levels: ["EN", "JP"] }],
          threshold: relativeLimit(-0.03),
          alpha: 0.05,
          acceptBlindness: [],
        },
      },
    );
    const plan = momentPlan(
      ARMS,
      ["m", "g", "s"].map((id) => momentSpec(id)),
      { locale: ["EN"] },
    );
    const units = [1, 2, 3, 4].flatMap((x) =>
      ARMS.map((arm) => ({
        arm,
        values: { m: { x }, g: { x }, s: { x } },
        levels: { locale: "EN" },
      })),
    );
    const evidence = estimate(registered, plan, momentResult({ cells: cellsOf(plan, units) }));
    const names = evidence.comparisons.map(
      (found) => `${found.metric}${found.cohort === null ? "" : `@${found.cohort.level}`}`,
    );
    expect(names).toEqual(["m", "g", "s", "m@EN", "g@EN", "s@EN", "m@JP"]);
    expect(evidence.comparisons.at(-1)?.missing).toBe(
      "No unit of control in locale=JP has a value of m.",
    );
  });
});
