import { describe, expect, it } from "vitest";
import { evidenceSchema } from "./evidence.js";
import { checkEvidence } from "./evidence-check.js";
import { parseDocument } from "./issues.js";
import { changed, found, resolve } from "./testing/documents.js";

describe("evidence", () => {
  const evidence = (
    results: unknown[],
    arms: unknown = { control: { n: 10 }, treatment: { n: 10 } },
  ) => parseDocument(evidenceSchema, "evidence", { experiment_id: "e", arms, results });

  it("reads a p-value and its bound", () => {
    const { value } = evidence([
      { metric: "m", estimate_relative: 0.06, p_value: "<0.001" },
      { metric: "k", estimate_relative: 0.06, p_value: 0.02 },
    ]);
    expect(value?.results.map((result) => result.p_value)).toEqual([
      { value: 0.001, bound: true },
      { value: 0.02, bound: false },
    ]);
    expect(value?.interval_level).toBe(0.95);
  });

  it.each<[Record<string, unknown>]>([
    [{}],
    [{ p_value: 0.1 }],
    [{ estimate_relative: 0.1, p_value: 1.5 }],
    [{ estimate_relative: 0.1, p_value: "small" }],
    [{ estimate_relative: 0.1, interval_relative: [0.2, 0.3] }],
    [{ estimate_relative: 0.1, interval_relative: [0.3, 0.2] }],
    [{ interval_absolute: [0, 1] }],
    [{ by_arm: { control: { n: 10, mean: 1, sd: 1 } } }],
    [{ by_arm: { control: { n: 10, successes: 11 }, treatment: { n: 10, successes: 1 } } }],
    [{ by_arm: { control: { n: 10, sd: 1 }, treatment: { n: 10, mean: 1, sd: 1 } } }],
    [{ estimate_relative: 0.1, cohort: {} }],
  ])("refuses %j", (fields) => {
    expect(evidence([{ metric: "m", ...fields }]).value).toBeNull();
  });

  it("is held against the study: arms, cohorts, twins and unused metrics", () => {
    const { study } = resolve(changed({ exposure: undefined }), null);
    const document = evidence(
      [
        { metric: "useful_answer_rate_per_user_14d", estimate_relative: 0.06 },
        { metric: "useful_answer_rate_per_user_14d", estimate_relative: 0.05 },
        {
          metric: "useful_answer_rate_per_user_14d",
          estimate_relative: 0.05,
          cohort: { locale: "JA" },
        },
        { metric: "elsewhere", estimate_relative: 0.05, treatment_arm: "treatmnt" },
      ],
      { control: { n: 10 }, treated: { n: 10 } },
    ).value;
    if (!study || !document) throw new Error("the documents of this test are valid");
    expect(found(checkEvidence(document, study))).toEqual([
      "ARM_UNKNOWN arms.treated",
      "FIELD_MISSING arms",
      "LEVEL_UNKNOWN results.2.cohort.locale",
      "METRIC_UNKNOWN results.3.metric",
      "ARM_UNKNOWN results.3.treatment_arm",
      "NAME_DUPLICATE results.1",
    ]);
  });
});
