// Expectations: the naming rule, and the documents as the page on cohorts describes them.
import { describe, expect, it } from "vitest";
import { evidenceSchema } from "./evidence.js";
import { checkEvidence } from "./evidence-check.js";
import { parseDocument } from "./issues.js";
import { registrationSchema } from "./registration.js";
import { changed, found, resolve, source } from "./testing/documents.js";

const DIMENSIONS = {
  locale: { levels: ["EN", "JP"] },
  tenure: { levels: ["new", "returning"] },
  device: { levels: ["app", "web"] },
};
const withCohorts = (cohorts: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  changed({ guardrails: [], cohorts: { dimensions: DIMENSIONS, ...cohorts }, ...more });
const problems = (cohorts: Record<string, unknown>) =>
  found(resolve(withCohorts(cohorts)).problems);

describe("intersections", () => {
  const declared = withCohorts({ intersections: [["locale", "tenure"]] });

  it("are dimensions of the study, with every combination as a level", () => {
    const { study, problems: none } = resolve(declared);
    expect(none).toEqual([]);
    expect(study?.cohorts?.dimensions.at(-1)).toEqual({
      name: "locale:tenure",
      levels: ["EN:new", "EN:returning", "JP:new", "JP:returning"],
      of: ["locale", "tenure"],
    });
  });

  it("are read with the same scan, and stand apart from the dimensions in the plan", () => {
    const { plan } = resolve(declared);
    expect(plan?.dimensions.map(({ id }) => id)).toEqual(["locale", "tenure", "device"]);
    expect(plan?.intersections).toEqual([
      {
        id: "locale:tenure",
        of: ["locale", "tenure"],
        levels: [
          { level: "EN:new", of: ["EN", "new"] },
          { level: "EN:returning", of: ["EN", "returning"] },
          { level: "JP:new", of: ["JP", "new"] },
          { level: "JP:returning", of: ["JP", "returning"] },
        ],
      },
    ]);
  });

  it("leave studies and plans without them as they were", () => {
    const { study, plan } = resolve(withCohorts({}));
    expect(plan).not.toHaveProperty("intersections");
    expect(study?.cohorts?.dimensions.every((dimension) => !("of" in dimension))).toBe(true);
  });

  it("may be named among the accepted blindness", () => {
    const accepted = {
      intersections: [["locale", "tenure"]],
      accept_blindness: ["locale:tenure=JP:new"],
    };
    expect(problems(accepted)).toEqual([]);
    expect(problems({ ...accepted, intersections: [] })).toEqual([
      "ACCEPT_BLINDNESS_UNKNOWN cohorts.accept_blindness.0",
    ]);
  });

  it.each<[string, string[][], string]>([
    [
      "an unknown dimension",
      [["locale", "country"]],
      "DIMENSION_UNKNOWN cohorts.intersections.0.1",
    ],
    ["a dimension twice", [["locale", "locale"]], "NAME_DUPLICATE cohorts.intersections.0.1"],
    [
      "the same dimensions twice",
      [
        ["locale", "tenure"],
        ["tenure", "locale"],
      ],
      "NAME_DUPLICATE cohorts.intersections.1",
    ],
  ])("with %s are refused", (_what, intersections, code) => {
    expect(problems({ intersections })).toEqual([code]);
  });

  it("are refused where names would not tell their levels or dimensions apart", () => {
    const levels = { a: { levels: ["x:y", "x"] }, b: { levels: ["z", "y:z"] } };
    expect(problems({ dimensions: levels, intersections: [["a", "b"]] })).toEqual([
      "NAME_DUPLICATE cohorts.intersections.0",
    ]);
    const taken = { ...DIMENSIONS, "locale:tenure": { levels: ["q"] } };
    expect(problems({ dimensions: taken, intersections: [["locale", "tenure"]] })).toEqual([
      "NAME_DUPLICATE cohorts.intersections.0",
    ]);
  });

  it("are refused beyond 200 combinations", () => {
    const many = Array.from({ length: 15 }, (_, i) => `l${i}`);
    const wide = { a: { levels: many }, b: { levels: many } };
    expect(problems({ dimensions: wide, intersections: [["a", "b"]] })).toEqual([
      "FIELD_INVALID cohorts.intersections.0",
    ]);
  });

  it("of one dimension are none", () => {
    const one = { ...source(), cohorts: { dimensions: DIMENSIONS, intersections: [["locale"]] } };
    expect(found(parseDocument(registrationSchema, "registration", one).problems)).toEqual([
      "FIELD_INVALID cohorts.intersections.0",
    ]);
  });
});

describe("a result in an intersection", () => {
  const { study } = resolve(withCohorts({ intersections: [["locale", "tenure"]] }));
  const codes = (cohort: Record<string, string>) => {
    const parsed = parseDocument(evidenceSchema, "evidence", {
      experiment_id: "x",
      arms: { control: { n: 9 }, treatment: { n: 9 } },
      results: [
        { metric: "useful_answer_rate_per_user_14d", cohort, estimate_relative: 0.1, p_value: 0.2 },
      ],
    });
    if (parsed.value === null || study === null) throw new Error("test document is invalid");
    return found(checkEvidence(parsed.value, study));
  };

  it.each([
    [{ locale: "JP", tenure: "new" }],
    [{ tenure: "new", locale: "JP" }],
    [{ "locale:tenure": "JP:new" }],
    [{ locale: "JP" }],
  ])("is found by %j", (cohort) => {
    expect(codes(cohort as Record<string, string>)).toEqual([]);
  });

  it.each([
    [{ locale: "JP", device: "app" }, "DIMENSION_UNKNOWN results.0.cohort"],
    [{ locale: "JP", tenure: "old" }, "LEVEL_UNKNOWN results.0.cohort"],
    [{ country: "JP" }, "DIMENSION_UNKNOWN results.0.cohort.country"],
    [{ locale: "FR" }, "LEVEL_UNKNOWN results.0.cohort.locale"],
  ])("%j is refused", (cohort, code) => {
    expect(codes(cohort as Record<string, string>)).toEqual([code]);
  });
});

describe("fairness rules", () => {
  const fairness = (rules: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    resolve(withCohorts({ fairness: rules }, more));

  it("are off unless written", () => {
    expect(resolve(withCohorts({})).study?.cohorts).not.toHaveProperty("fairness");
    const off = { floor: false, no_large_regression: false, pareto: false };
    expect(fairness(off).study?.cohorts).not.toHaveProperty("fairness");
  });

  it("take the thresholds that are written, and say so", () => {
    const { study } = fairness({ floor: 0.9, no_large_regression: -0.02, pareto: true });
    expect(study?.cohorts?.fairness).toEqual({
      floor: 0.9,
      noLargeRegression: -0.02,
      pareto: true,
    });
    const origins = study?.parameters
      .filter(({ name }) => name.startsWith("cohorts.fairness"))
      .map(({ name, value, origin }) => [name, value, origin]);
    expect(origins).toEqual([
      ["cohorts.fairness.floor", 0.9, "given"],
      ["cohorts.fairness.no_large_regression", -0.02, "given"],
      ["cohorts.fairness.pareto", true, "given"],
    ]);
  });

  it("take the thresholds of the method where only switched on", () => {
    const { study } = fairness({ floor: true, no_large_regression: true });
    expect(study?.cohorts?.fairness).toEqual({
      floor: 0.95,
      noLargeRegression: -0.03,
      pareto: false,
    });
  });

  it.each([0.03, 0, -1])("refuse a regression of %d", (limit) => {
    expect(found(fairness({ no_large_regression: limit }).problems)).toEqual([
      "THRESHOLD_DIRECTION cohorts.fairness.no_large_regression",
    ]);
  });

  it.each([0, 1, 1.2])("refuse a floor of %d", (floor) => {
    const document = withCohorts({ fairness: { floor } });
    expect(found(parseDocument(registrationSchema, "registration", document).problems)).toEqual([
      "FIELD_INVALID cohorts.fairness.floor",
    ]);
  });
});
