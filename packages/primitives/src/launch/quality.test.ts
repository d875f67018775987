// Expectations: Fabijan et al. 2019 for the sample ratio; limits as registered in the test study.
import type { MomentCell } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import type { Study } from "../shared/vocabulary.js";
import { decide } from "./decide.js";
import { estimate } from "./estimate.js";
import {
  cellsOf,
  momentPlan,
  momentResult,
  momentSpec,
  quality,
  unitsOf,
  valueSpec,
} from "./testing/moments.js";
import { relativeLimit, studyOf } from "./testing/study.js";

const ARMS = ["control", "treatment"];

describe("data quality", () => {
  const plan = momentPlan(ARMS, [momentSpec("m")], { locale: ["EN"] });
  const cells = cellsOf(plan, unitsOf([1, 2, 3, 4], [2, 3, 4, 5]));
  const findings = (counts: Parameters<typeof quality>[0]) =>
    estimate(studyOf(), plan, momentResult({ cells, quality: quality(counts) })).quality;
  const status = (counts: Parameters<typeof quality>[0], code: string) =>
    findings(counts).find((finding) => finding.code === code)?.status;

  it.each([
    [
      "1 % of units in two arms",
      { units: 1000n, multiArmUnits: 10n },
      "multi_arm_units",
      "warning",
    ],
    ["more than that", { units: 1000n, multiArmUnits: 11n }, "multi_arm_units", "fatal"],
    [
      "an arm nobody registered",
      { unknownArms: [{ value: "x", units: 1n }] },
      "unknown_arm",
      "fatal",
    ],
    [
      "1 % of units twice",
      { units: 1000n, duplicateUnits: { u: 10n } },
      "duplicate_units",
      "warning",
    ],
    ["more than that", { units: 1000n, duplicateUnits: { u: 11n } }, "duplicate_units", "fatal"],
    ["exposures outside the run", { exposureRows: 1000n, outsideRun: 10n }, "outside_run", "note"],
    ["many of them", { exposureRows: 1000n, outsideRun: 11n }, "outside_run", "warning"],
    ["exposures without an arm", { exposureRows: 1000n, nullArms: 1n }, "null_arms", "warning"],
    ["exposures without a unit", { exposureRows: 1000n, nullUnits: 1n }, "null_units", "warning"],
    [
      "events before exposure",
      { eventsBeforeExposure: { e: 5n } },
      "events_before_exposure",
      "note",
    ],
  ])("counts %s", (_name, counts, code, expected) => {
    expect(status(counts, code)).toBe(expected);
  });

  it.each([
    ["nulls", "warning"],
    ["out_of_range", "warning"],
    ["capped", "note"],
  ])("counts %s of a metric", (code, expected) => {
    const counted = { metric: "m", nulls: 1n, outOfRange: 2n, capped: 3n };
    expect(status({ metrics: [counted] }, code)).toBe(expected);
  });

  it("refuses a cohort measured after exposure", () => {
    const dimension = { dimension: "locale", levels: [], measuredAfterExposure: 1n };
    expect(status({ dimensions: [dimension] }, "measured_after_exposure")).toBe("fatal");
  });

  it("notes levels that no cohort covers", () => {
    const levels = [
      { level: "EN", units: 5n },
      { level: "FR", units: 2n },
      { level: null, units: 1n },
    ];
    const dimension = { dimension: "locale", levels, measuredAfterExposure: 0n };
    const found = findings({ dimensions: [dimension] }).find((f) => f.code === "undeclared_levels");
    expect(found?.status).toBe("note");
    expect(found?.numbers).toEqual({ levels: 2, units: 3 });
    expect(found?.sentence).toContain('"FR" (2) and no value (1)');
  });

  it("finds an empty arm and a constant metric", () => {
    const empty = momentResult({ cells: cellsOf(plan, unitsOf([1, 1], [])) });
    const codes = estimate(studyOf(), plan, empty).quality.map((f) => `${f.code} ${f.status}`);
    expect(codes).toContain("empty_arm fatal");
    expect(codes).toContain("zero_variance warning");
  });

  it("makes a broken split invalid, over everybody or in one cohort only", () => {
    const split = (arm: string, dimension: string | null, units: bigint): MomentCell => ({
      arm,
      dimension,
      level: dimension === null ? null : "EN",
      units,
      metrics: { m: { n: units, sx: units, sxx: 2n * units, ratio: null, covariate: null } },
    });
    const cohorts: Study["cohorts"] = {
      dimensions: [{ name: "locale", levels: ["EN"] }],
      threshold: relativeLimit(-0.03),
      alpha: 0.05,
      acceptBlindness: [],
    };
    const registered = studyOf({}, { cohorts });
    // (821588, 815482) at 50/50: chi2 22.77, p 1.8e-6 (Fabijan et al. 2019).
    const verdict = (overall: [bigint, bigint], cohort: [bigint, bigint]) =>
      decide(
        registered,
        estimate(
          registered,
          plan,
          momentResult({
            cells: [
              split("control", null, overall[0]),
              split("treatment", null, overall[1]),
              split("control", "locale", cohort[0]),
              split("treatment", "locale", cohort[1]),
            ],
          }),
        ),
      );
    const overall = verdict([821588n, 815482n], [1000n, 1000n]);
    expect(overall.verdict).toBe("invalid");
    expect(overall.arms[0]?.stoppedAt).toBe("quality:srm");
    expect(overall.checks[0]?.pValue).toBeCloseTo(1.8e-6, 7);
    const cohort = verdict([1000n, 1000n], [821588n, 815482n]);
    expect(cohort.arms[0]?.stoppedAt).toBe("quality:srm_cohort:locale=EN");
    expect(verdict([1000n, 1000n], [1000n, 1000n]).verdict).not.toBe("invalid");
  });

  it("is invalid when a pre-period covariate already differs", () => {
    const spec = momentSpec("m", { covariate: valueSpec() });
    const covariatePlan = momentPlan(ARMS, [spec]);
    const units = ARMS.flatMap((arm, shift) =>
      Array.from({ length: 40 }, (_, i) => ({
        arm,
        values: { m: { x: i % 7, z: (i % 5) + 3 * shift } },
      })),
    );
    const found = estimate(
      studyOf({ cuped: true }),
      covariatePlan,
      momentResult({ cells: cellsOf(covariatePlan, units) }),
    ).quality.find((finding) => finding.code === "covariate_balance");
    expect(found?.status).toBe("fatal");
  });
});
