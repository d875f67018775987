// Expectations: the source's worked table; Bickel et al. (Science 187, 1975) as in R's UCBAdmissions; the rest by hand.
import { describe, expect, it } from "vitest";
import type { EvidenceDocument } from "../../design/evidence.js";
import type { CohortMix, CohortPooling, Study, StudyMetric } from "../../shared/vocabulary.js";
import { type AnalysisSettings, analyseProportion } from "../analyses.js";
import { estimate } from "../estimate.js";
import { evidenceFromSummaries } from "../summaries.js";
import { cellsOf, momentPlan, momentResult, momentSpec, valueSpec } from "../testing/moments.js";
import { guardrail, measured, relativeLimit, study } from "../testing/study.js";
import { cohortEvidence } from "./evidence.js";

const SETTINGS: AnalysisSettings = { alternative: "two_sided", transform: "identity", alpha: 0.05 };

type Counts = Readonly<Record<string, readonly [x1: number, n1: number, x0: number, n0: number]>>;

/** Successes and units of treatment, then of control, by level; everybody is their sum. */
function proportions(counts: Counts, more: Partial<Study> = {}) {
  const registered = studyOver(Object.keys(counts), { kind: "proportion" }, more);
  const at = (level: string | null, [x1, n1, x0, n0]: readonly number[]) => ({
    metric: "m",
    treatment: "treatment",
    cohort: level === null ? null : { dimension: "locale", level },
    analysis: analyseProportion(
      {
        treatment: { successes: x1 ?? 0, n: n1 ?? 0 },
        control: { successes: x0 ?? 0, n: n0 ?? 0 },
      },
      SETTINGS,
    ),
    unadjusted: null,
    cuped: null,
    missing: null,
  });
  const total = [0, 1, 2, 3].map((i) =>
    Object.values(counts).reduce((sum, each) => sum + (each[i] ?? 0), 0),
  );
  const levels = Object.entries(counts).map(([level, each]) => at(level, each));
  return told(registered, [at(null, total), ...levels]);
}

function studyOver(levels: readonly string[], metric: Partial<StudyMetric>, more: Partial<Study>) {
  const base = study(more);
  return {
    ...base,
    primary: { ...base.primary, metric: { ...base.primary.metric, name: "m", ...metric } },
    cohorts: {
      dimensions: [{ name: "locale", levels }],
      threshold: relativeLimit(-0.03),
      alpha: 0.05,
      acceptBlindness: [],
    },
  } satisfies Study;
}

function told(registered: Study, comparisons: Parameters<typeof cohortEvidence>[1]) {
  const found = cohortEvidence(registered, comparisons);
  const [pooling] = found?.pooling ?? [];
  const [mix] = found?.mix ?? [];
  return { pooling: pooling as CohortPooling, mix: mix as CohortMix };
}

describe("the source's table: EN 12 -> 13 %, JP 8 -> 6 %, 70 and 30 thousand", () => {
  const { mix, pooling } = proportions({
    EN: [9_100, 70_000, 8_400, 70_000],
    JP: [1_800, 30_000, 2_400, 30_000],
  });

  it("is a rise of 0.1 percentage points within levels, and nothing of the mix", () => {
    expect(mix.aggregate).toBeCloseTo(0.001, 12);
    expect(mix.within).toBeCloseTo(0.001, 12);
    expect(mix.mix).toBeCloseTo(0, 12);
    expect(mix.mixPValue).toBe(1);
    expect(mix.levels.map(({ level, within }) => [level, Number(within.toFixed(6))])).toEqual([
      ["EN", 0.007],
      ["JP", -0.006],
    ]);
  });

  it("masks harm to JP, and is no paradox: arms of equal mix cannot reverse", () => {
    expect(mix.reversal).toBe("none");
    expect(mix.maskedHarm).toMatchObject([{ level: "JP" }]);
    expect(mix.sentence).toContain(
      "Masked harm: the aggregate is not worse, and JP falls 2.0 percentage points (p < 0.001).",
    );
    expect(mix.sentence).not.toContain("paradox");
  });

  it("holds levels that really differ, in opposite directions", () => {
    expect(pooling.finding).toBe("real");
    expect(pooling.heterogeneity?.crossingPValue).toBeLessThan(1e-6);
    expect(pooling.sentence).toMatch(/^Real: .*opposite ways/);
  });
});

describe("Berkeley admissions of 1973, women against men, by department", () => {
  // Admitted and applied: women (treatment), then men (control). Departments A to F.
  const { mix } = proportions({
    A: [89, 108, 512, 825],
    B: [17, 25, 353, 560],
    C: [202, 593, 120, 325],
    D: [131, 375, 138, 417],
    E: [94, 393, 53, 191],
    F: [24, 341, 22, 373],
  });

  it("falls 14.2 points, of which +3.6 within departments and -17.8 by where they applied", () => {
    expect(mix.aggregate).toBeCloseTo(-0.1416, 4);
    expect(mix.within).toBeCloseTo(0.036, 3);
    expect(mix.mix).toBeCloseTo(-0.1777, 4);
  });

  it("is Simpson's paradox, in a sentence", () => {
    expect(mix.reversal).toBe("on_average");
    expect(mix.mixPValue).toBeLessThan(1e-12);
    expect(mix.sentence).toContain("Simpson's paradox: the aggregate falls 14.2 percentage points");
    expect(mix.sentence).toContain("within the levels of locale it rises 3.6");
    expect(mix.sentence).toContain("read the levels, not the aggregate");
  });
});

describe("a mix of levels", () => {
  it("counts the units at undeclared levels as a level of their own", () => {
    const registered = studyOver(["EN", "JP"], { kind: "mean" }, {});
    const plan = momentPlan(["control", "treatment"], [momentSpec("m")], { locale: ["EN", "JP"] });
    const unit = (arm: string, level: string, x: number) => ({
      arm,
      values: { m: { x } },
      levels: { locale: level },
    });
    const units = ["control", "treatment"].flatMap((arm, t) => [
      unit(arm, "EN", 1 + t),
      unit(arm, "EN", 2),
      unit(arm, "JP", 3),
      unit(arm, "JP", 5),
      unit(arm, "FR", 7),
      unit(arm, "FR", 9 - 4 * t),
    ]);
    const result = momentResult({ cells: cellsOf(plan, units) });
    const mix = estimate(registered, plan, result).cohorts?.mix[0];
    expect(mix?.levels.map(({ level, effect }) => [level, effect])).toEqual([
      ["EN", 0.5],
      ["JP", 0],
      [null, -2],
    ]);
    expect(mix?.aggregate).toBeCloseTo(-0.5, 12);
    expect(mix?.within).toBeCloseTo(-0.5, 12);
  });

  it("of a ratio weighs by denominators, and tests no mix of units", () => {
    const registered = studyOver(["EN", "JP"], { kind: "ratio" }, {});
    const spec = momentSpec("m", { shape: "ratio", denominator: valueSpec(0) });
    const plan = momentPlan(["control", "treatment"], [spec], { locale: ["EN", "JP"] });
    const unit = (arm: string, level: string, x: number, y: number) => ({
      arm,
      values: { m: { x, y } },
      levels: { locale: level },
    });
    const units = [
      unit("control", "EN", 1, 10),
      unit("control", "EN", 3, 10),
      unit("control", "JP", 1, 5),
      unit("control", "JP", 1, 5),
      unit("treatment", "EN", 4, 10),
      unit("treatment", "EN", 2, 10),
      unit("treatment", "JP", 4, 40),
      unit("treatment", "JP", 6, 40),
    ];
    const evidence = estimate(registered, plan, momentResult({ cells: cellsOf(plan, units) }));
    const mix = evidence.cohorts?.mix[0];
    // Control 6/30, treatment 16/100; EN 0.2 -> 0.3 with shares 2/3 and 1/5, JP 0.2 -> 0.125 with 1/3 and 4/5.
    expect(mix?.aggregate).toBeCloseTo(0.16 - 0.2, 12);
    expect(mix?.within).toBeCloseTo(((2 / 3 + 0.2) / 2) * 0.1 + ((1 / 3 + 0.8) / 2) * -0.075, 12);
    expect(mix?.mixPValue).toBeNull();
  });

  it("where smaller is better keeps the metric's own direction, and masks a rise", () => {
    const counts: Counts = {
      EN: [6_000, 50_000, 7_000, 50_000],
      JP: [2_000, 20_000, 1_600, 20_000],
    };
    const registered = studyOver(["EN", "JP"], { kind: "proportion" }, {});
    const { mix: up } = proportions(counts);
    expect(up.maskedHarm).toEqual([]);
    expect(up.aggregate).toBeLessThan(0);
    const lower = { ...registered.primary.metric, direction: "lower_is_better" } as const;
    const { mix } = proportions(counts, { primary: { ...registered.primary, metric: lower } });
    expect(mix.aggregate).toBeCloseTo(up.aggregate, 12);
    expect(mix.maskedHarm.map(({ level }) => level)).toEqual(["JP"]);
    expect(mix.maskedHarm[0]?.effect).toBeCloseTo(0.02, 12);
  });

  it("is not told where a level has no figures", () => {
    const registered = studyOver(["EN", "JP"], {}, {});
    const whole = measured("m", 0.03, 0.01);
    const EN = { ...measured("m", 0.041, 0.01), cohort: { dimension: "locale", level: "EN" } };
    expect(told(registered, [whole, EN]).mix).toBeUndefined();
  });
});

describe("the recsys of the source: EN +4.1 %, JP -8.2 %, mixed +2.5 %", () => {
  const at = (level: string, effect: number, se: number) => ({
    ...measured("m", effect, se),
    cohort: { dimension: "locale", level },
  });
  const registered = studyOver(["EN", "JP", "MIXED"], {}, {});
  const { pooling } = told(registered, [
    measured("m", 0.03, 0.005),
    at("EN", 0.041, 0.006),
    at("JP", -0.082, 0.012),
    at("MIXED", 0.025, 0.015),
  ]);

  it("is real: pooling leaves JP almost where it was", () => {
    expect(pooling).toMatchObject({
      finding: "real",
      scale: "relative",
      method: "hierarchical",
      furthest: { level: "JP" },
    });
    const JP = pooling.levels[1];
    expect(JP?.pooled?.estimate).toBeLessThan(-0.07);
    expect(JP?.kept).toBeGreaterThan(0.9);
    expect(JP?.probabilityBeyond).toBeGreaterThan(0.99);
    expect(pooling.sentence).toContain("JP stands out most");
    expect(pooling.sentence).toContain("−8.2 % by itself");
  });

  it("is compatible with noise where the same estimates are imprecise", () => {
    const { pooling: noisy } = told(registered, [
      at("EN", 0.041, 0.06),
      at("JP", -0.082, 0.12),
      at("MIXED", 0.025, 0.15),
    ]);
    expect(noisy.finding).toBe("compatible_with_noise");
    expect(noisy.levels[1]?.pooled?.estimate).toBeGreaterThan(-0.06);
    expect(noisy.sentence).toMatch(/^Compatible with noise: .*The data leave room/);
  });
});

describe("pooling", () => {
  it("takes two levels from the random slope, each relative to its own control", () => {
    const { pooling } = proportions({
      EN: [9_100, 70_000, 8_400, 70_000],
      JP: [1_800, 30_000, 2_400, 30_000],
    });
    expect(pooling.method).toBe("reml");
    const [EN] = pooling.levels;
    const model = pooling.model?.levels[0];
    expect(EN?.pooled?.estimate).toBeCloseTo((model?.estimate ?? 0) / 0.12, 12);
    expect(model?.raw).toBeCloseTo(0.01, 12);
  });

  it("holds guardrails against their own limit, and leaves metrics that are only shown alone", () => {
    const registered = {
      ...studyOver(["EN", "JP", "FR"], {}, {}),
      guardrails: [guardrail("csat", relativeLimit(-0.01))],
    };
    const own = (name: string) =>
      ["EN", "JP", "FR"].map((level, i) => ({
        ...measured(name, -0.01 * i, 0.004),
        cohort: { dimension: "locale", level },
      }));
    const comparisons = [...own("csat"), ...own("clicks")];
    const found = cohortEvidence(registered, comparisons)?.pooling ?? [];
    expect(found.map(({ metric }) => metric)).toEqual(["csat"]);
    // -0.02 with an error of 0.004, next to 0 and -0.01.
    expect(found[0]?.levels[2]?.probabilityBeyond).toBeGreaterThan(0.8);
    expect(found[0]?.levels[0]?.probabilityBeyond).toBeLessThan(0.2);
  });

  it("says nothing of fewer than two levels with an effect", () => {
    const registered = studyOver(["EN", "JP"], {}, {});
    const one = { ...measured("m", 0.01, 0.01), cohort: { dimension: "locale", level: "EN" } };
    expect(cohortEvidence(registered, [one])?.pooling).toEqual([]);
  });

  it("counts two results for one level as none", () => {
    const registered = studyOver(["EN", "JP", "FR"], {}, {});
    const at = (level: string) => ({
      ...measured("m", 0.01, 0.01),
      cohort: { dimension: "locale", level },
    });
    const twice = [at("EN"), at("EN"), at("JP"), at("FR")];
    const found = cohortEvidence(registered, twice)?.pooling[0];
    expect(found?.levels.map(({ level }) => level)).toEqual(["JP", "FR"]);
  });

  it("is absent where no cohort is declared", () => {
    const plain = study();
    expect(cohortEvidence(plain, [])).toBeUndefined();
  });
});

describe("an evidence file with figures in each cohort", () => {
  it("is split like moments, and says that the arms hold different mixes", () => {
    const registered = studyOver(["A", "B"], { kind: "proportion" }, {});
    const figures = (t: [number, number], c: [number, number]) => ({
      treatment: { successes: t[0], n: t[1] },
      control: { successes: c[0], n: c[1] },
    });
    const document: EvidenceDocument = {
      experiment_id: "x",
      arms: { treatment: { n: 1000 }, control: { n: 1000 } },
      interval_level: 0.95,
      results: [
        { metric: "m", by_arm: figures([300, 1000], [400, 1000]) },
        { metric: "m", cohort: { locale: "A" }, by_arm: figures([180, 300], [350, 700]) },
        { metric: "m", cohort: { locale: "B" }, by_arm: figures([120, 700], [50, 300]) },
      ],
    };
    const { cohorts, quality } = evidenceFromSummaries(registered, document);
    expect(cohorts?.mix[0]?.reversal).toBe("every_cohort");
    expect(cohorts?.mix[0]?.sentence).toContain("every level of locale goes the other way");
    expect(quality.find(({ code }) => code === "srm_cohort")?.status).toBe("warning");
  });
});
