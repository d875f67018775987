// Expectations: the three rules as the source words them; tests of the floor by the variance written out by hand.
import { normalSf } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import { judgeFloor } from "../../cohorts/index.js";
import type { Comparison, Study, StudyFairness, StudyMetric } from "../../shared/vocabulary.js";
import { type AnalysisSettings, analyseProportion } from "../analyses.js";
import { decide } from "../decide.js";
import { checkOf, evidence, measured, relativeLimit, study } from "../testing/study.js";

const OFF: StudyFairness = { floor: null, noLargeRegression: null, pareto: false };
const SETTINGS: AnalysisSettings = { alternative: "two_sided", transform: "identity", alpha: 0.05 };

function registered(
  rules: Partial<StudyFairness>,
  levels: readonly string[],
  more: { metric?: Partial<StudyMetric>; accept?: readonly string[] } = {},
): Study {
  const base = study();
  return {
    ...base,
    primary: {
      ...base.primary,
      metric: { ...base.primary.metric, name: "m", ...more.metric },
      rule: "significant",
    },
    cohorts: {
      dimensions: [{ name: "locale", levels }],
      // Wide, so that the cohort limit itself never decides here.
      threshold: relativeLimit(more.metric?.direction === "lower_is_better" ? 0.9 : -0.9),
      alpha: 0.05,
      acceptBlindness: more.accept ?? [],
      fairness: { ...OFF, ...rules },
    },
  };
}

/** Rates under control and treatment with the number of units in each arm; everybody is their sum. */
type Rates = Readonly<Record<string, readonly [control: number, treatment: number, n: number]>>;

function results(rates: Rates): Comparison[] {
  const at = (level: string | null, control: number, treatment: number, n: number): Comparison => ({
    metric: "m",
    treatment: "treatment",
    cohort: level === null ? null : { dimension: "locale", level },
    analysis: analyseProportion(
      {
        control: { successes: Math.round(control * n), n },
        treatment: { successes: Math.round(treatment * n), n },
      },
      SETTINGS,
    ),
    unadjusted: null,
    cuped: null,
    missing: null,
  });
  const all = Object.values(rates);
  const n = all.reduce((sum, [, , units]) => sum + units, 0);
  const mean = (i: 0 | 1) => all.reduce((sum, each) => sum + each[i] * each[2], 0) / n;
  const levels = Object.entries(rates).map(([level, each]) => at(level, ...each));
  return [at(null, mean(0), mean(1), n), ...levels];
}

/** Ten times the units of the source, so that the aggregate of +0.1 points is significant. */
const TABLE: Rates = { EN: [0.12, 0.13, 700_000], JP: [0.08, 0.06, 300_000] };
const EVEN: Rates = { EN: [0.1, 0.11, 50_000], JP: [0.1, 0.109, 50_000] };

function check(rule: string, rules: Partial<StudyFairness>, rates: Rates, accept: string[] = []) {
  const own = registered(rules, Object.keys(rates), { metric: { kind: "proportion" }, accept });
  const verdict = decide(own, evidence(results(rates)));
  return { found: checkOf(verdict, `fairness:${rule}`), verdict };
}

describe("the floor: the worst cohort has at least 95 % of the average", () => {
  it("vetoes the source's table, and says that JP was below before", () => {
    const { found, verdict } = check("floor", { floor: 0.95 }, TABLE);
    expect(found).toMatchObject({
      status: "breach",
      kind: "cohort",
      code: "fairness_floor_broken",
    });
    expect(found.estimate).toBeCloseTo(0.06, 12);
    expect(found.threshold).toBeCloseTo(0.95 * 0.109, 12);
    expect(found.sentence).toContain("locale=JP stands at 6.0 % under treatment");
    expect(found.sentence).toContain("Under control it is below the floor as well (8.0 %)");
    expect(verdict.verdict).toBe("veto");
    expect(verdict.next).toContain("the fairness rule floor");
  });

  it("is kept where cohorts are alike", () => {
    expect(check("floor", { floor: 0.95 }, EVEN).found).toMatchObject({
      status: "clear",
      blocks: false,
    });
  });

  it("waits where the shortfall may be chance, unless that blindness is accepted", () => {
    const few: Rates = { EN: [0.1, 0.12, 5_000], JP: [0.1, 0.1, 100] };
    expect(check("floor", { floor: 0.95 }, few).found).toMatchObject({
      status: "near",
      blocks: true,
    });
    expect(check("floor", { floor: 0.95 }, few, ["locale=JP"]).found).toMatchObject({
      status: "near",
      blocks: false,
    });
  });

  it("tests the cohort against the whole that it is part of", () => {
    // Two independent halves of variance 1: the whole has 1/2. value_1 - f (value_1 + value_2) / 2 at f = 0.9.
    const half = { standardError: 1, weight: 50 };
    const found = judgeFloor(
      { floor: 0.9, direction: "higher_is_better", alpha: 0.05, twoSided: false, settled: true },
      { value: 8, ...half },
      { value: 10, standardError: Math.SQRT1_2, weight: 100 },
    );
    const error = Math.hypot(1 - 0.45, 0.45);
    expect(found.pValue).toBeCloseTo(normalSf(1 / error), 12);
  });

  it("lies above the average where smaller is better", () => {
    const found = judgeFloor(
      { floor: 0.8, direction: "lower_is_better", alpha: 0.05, twoSided: true, settled: true },
      { value: 14, standardError: 0.1, weight: null },
      { value: 10, standardError: 0.1, weight: null },
    );
    expect(found).toMatchObject({ status: "breach", limit: 12.5 });
  });

  it("is settled by no plain p-value between looks", () => {
    const found = judgeFloor(
      { floor: 0.95, direction: "higher_is_better", alpha: 0.05, twoSided: true, settled: false },
      { value: 1, standardError: 0.1, weight: null },
      { value: 10, standardError: 0.1, weight: null },
    );
    expect(found.status).toBe("near");
  });
});

describe("no large regression: no cohort falls by more than 3 %", () => {
  it("vetoes the worst cohort by name", () => {
    const { found, verdict } = check("no_large_regression", { noLargeRegression: -0.03 }, TABLE);
    expect(found).toMatchObject({ status: "breach", scale: "relative", threshold: -0.03 });
    expect(found.estimate).toBeCloseTo(-0.25, 9);
    expect(found.sentence).toMatch(/^No large regression: m in locale=JP fell 25.0 %/);
    expect(verdict.verdict).toBe("veto");
  });

  it("passes where every cohort gains", () => {
    const { found } = check("no_large_regression", { noLargeRegression: -0.03 }, EVEN);
    expect(found).toMatchObject({ status: "clear", blocks: false });
    expect(found.sentence).toContain("every declared cohort keeps the limit");
  });
});

describe("Pareto: no cohort pays for the gain of another", () => {
  const slight: Rates = { EN: [0.12, 0.13, 700_000], JP: [0.1, 0.098, 700_000] };

  it("vetoes harm of any size that is shown", () => {
    const { found, verdict } = check("pareto", { pareto: true }, slight);
    expect(found).toMatchObject({ status: "breach", code: "fairness_pareto_broken" });
    expect(found.sentence).toContain("a cohort pays for the gain of others: m in locale=JP");
    expect(verdict.verdict).toBe("veto");
  });

  it("does not veto an estimate below zero that may be chance", () => {
    const few: Rates = { EN: [0.12, 0.13, 70_000], JP: [0.1, 0.098, 700] };
    expect(check("pareto", { pareto: true }, few).found).toMatchObject({ status: "clear" });
  });

  it("holds half of a two-sided alpha over all levels of a dimension together", () => {
    const { found } = check("pareto", { pareto: true }, EVEN);
    expect(found.alpha).toBe(0.025);
    expect(found.sentence).toContain("harm in any level of locale");
  });
});

describe("every rule", () => {
  const rules = { floor: 0.95, noLargeRegression: -0.03, pareto: true };
  const ids = ["fairness:floor", "fairness:no_large_regression", "fairness:pareto"];

  it("stands after the cohorts, and ships a launch that is fair by all three", () => {
    const own = registered(rules, ["EN", "JP"], { metric: { kind: "proportion" } });
    const verdict = decide(own, evidence(results(EVEN)));
    expect(verdict.verdict).toBe("ship");
    expect(verdict.checks.filter(({ kind }) => kind === "cohort").map(({ id }) => id)).toEqual([
      "cohort:locale=EN",
      "cohort:locale=JP",
      ...ids,
    ]);
    expect(verdict.reason).toContain("2 declared cohorts");
  });

  it("blocks where a cohort has no result", () => {
    const own = registered(rules, ["EN", "JP", "FR"], { metric: { kind: "proportion" } });
    const verdict = decide(own, evidence(results(EVEN)));
    for (const id of ids) {
      expect(checkOf(verdict, id)).toMatchObject({ status: "not_evaluable", blocks: true });
    }
  });

  it("is absent unless it is registered", () => {
    const own = registered({}, ["EN", "JP"], { metric: { kind: "proportion" } });
    const { checks } = decide(own, evidence(results(TABLE)));
    expect(checks.filter(({ id }) => id.startsWith("fairness:"))).toEqual([]);
  });

  it("never turns another verdict into ship when a cohort gets worse", () => {
    const own = registered(rules, ["EN", "JP"], { metric: { kind: "proportion" } });
    const words = [0, 0.004, 0.008, 0.012, 0.02, 0.05].map(
      (loss) =>
        decide(own, evidence(results({ EN: [0.1, 0.11, 50_000], JP: [0.1, 0.112 - loss, 50_000] })))
          .verdict,
    );
    const firstStop = words.findIndex((word) => word !== "ship");
    expect(words[0]).toBe("ship");
    expect(firstStop).toBeGreaterThan(0);
    expect(words.slice(firstStop)).not.toContain("ship");
  });

  it("reads relative effects alone where nothing else is given", () => {
    const own = registered({ noLargeRegression: -0.03, pareto: true }, ["EN", "JP"]);
    const at = (level: string, effect: number) => ({
      ...measured("m", effect, 0.005),
      cohort: { dimension: "locale", level },
    });
    const comparisons = [measured("m", 0.03, 0.004), at("EN", 0.04), at("JP", -0.08)];
    const verdict = decide(own, evidence(comparisons));
    expect(checkOf(verdict, "fairness:no_large_regression").status).toBe("breach");
    expect(checkOf(verdict, "fairness:pareto")).toMatchObject({
      status: "breach",
      scale: "relative",
    });
  });
});
