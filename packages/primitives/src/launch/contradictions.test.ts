// Every case is a slip that a person makes in an evidence file; each must keep the launch from shipping.
import { describe, expect, it } from "vitest";
import { type EvidenceInput, evidenceSchema } from "../design/evidence.js";
import type { Study } from "../shared/vocabulary.js";
import { decide } from "./decide.js";
import { evidenceFromSummaries } from "./summaries.js";
import { guardrail, metric, relativeLimit, study } from "./testing/study.js";

type Result = EvidenceInput["results"][number];
const NAME = "useful_answer_rate";
const UNITS = { control: { n: 1000 }, treatment: { n: 1000 } };

function read(result: Omit<Result, "metric">, registered: Study = study(), arms = UNITS) {
  const evidence = evidenceFromSummaries(
    registered,
    evidenceSchema.parse({
      kind: "evidence",
      experiment_id: "us_mle_02",
      arms,
      results: [{ metric: NAME, ...result }],
    }),
  );
  return { comparison: evidence.comparisons[0], evidence, verdict: decide(registered, evidence) };
}

const figures = (control: number, treatment: number, n = 1000) => ({
  by_arm: { control: { n, mean: control, sd: 1 }, treatment: { n, mean: treatment, sd: 1 } },
});

describe("a result that contradicts itself is no result", () => {
  it.each([
    [
      "relative and absolute change of opposite signs",
      { estimate_relative: 0.06, p_value: 0.001, estimate_absolute: -0.5 },
      "opposite signs",
    ],
    [
      "a relative change of a negative control",
      {
        estimate_relative: 0.1,
        p_value: 0.001,
        by_arm: { control: { value: -1 }, treatment: { value: -1.1 } },
      },
      "not above zero",
    ],
    [
      "p = 0.001 and an interval that holds zero",
      {
        estimate_relative: 0.06,
        interval_relative: [-0.2, 0.32] as [number, number],
        p_value: 0.001,
      },
      "p = 0.001, and the 95 % interval holds zero",
    ],
    [
      "p < 0.001 and an interval that holds zero",
      {
        estimate_relative: 0.06,
        interval_relative: [-0.2, 0.32] as [number, number],
        p_value: "<0.001",
      },
      "p < 0.001, and the 95 % interval holds zero",
    ],
    [
      "p = 0.4 and an interval that excludes zero",
      {
        estimate_absolute: 0.06,
        interval_absolute: [0.05, 0.07] as [number, number],
        p_value: 0.4,
      },
      "p = 0.4, and the 95 % interval excludes zero",
    ],
    [
      "an estimate against what the figures show",
      { estimate_relative: 0.06, p_value: 0.001, ...figures(1, 0.5) },
      "opposite sign of the change",
    ],
    ["more values than units", figures(1, 1.2, 1001), "more units with a value than were assigned"],
  ])("%s", (_name, result, words) => {
    const { comparison, verdict } = read(result);
    expect(comparison?.analysis).toBeNull();
    expect(comparison?.missing).toContain(words);
    expect(verdict.verdict).toBe("continue");
    expect(verdict.reason).toContain(words);
  });

  it("of a guardrail as of the primary metric", () => {
    const registered = study({ guardrails: [guardrail("csat", relativeLimit(-0.01))] });
    const document = evidenceSchema.parse({
      kind: "evidence",
      experiment_id: "us_mle_02",
      arms: UNITS,
      results: [
        { metric: NAME, estimate_relative: 0.06, p_value: 0.001 },
        { metric: "csat", estimate_relative: 0.01, estimate_absolute: -3 },
      ],
    });
    const verdict = decide(registered, evidenceFromSummaries(registered, document));
    expect(verdict).toMatchObject({ verdict: "continue" });
    expect(verdict.arms[0]?.stoppedAt).toBe("guardrail:csat");
  });
});

describe("what methods may differ in is no contradiction", () => {
  // z(0.06 / 2) = 1.881 and z(0.02 / 2) = 2.326 are within half a standard error of 1.960.
  it.each([
    [
      "p just above 1 - level",
      { interval_relative: [0.001, 0.119] as [number, number], p_value: 0.06 },
    ],
    [
      "p just below 1 - level",
      { interval_relative: [-0.001, 0.121] as [number, number], p_value: 0.02 },
    ],
    [
      "a bound that says less than the interval",
      { interval_relative: [0.03, 0.09] as [number, number], p_value: "<0.05" },
    ],
    ["an adjusted estimate smaller than the figures", { p_value: 0.001, ...figures(1, 1.3) }],
    ["figures of the other sign that show nothing", { p_value: 0.001, ...figures(1, 0.999) }],
  ])("%s", (_name, more) => {
    const { comparison } = read({ estimate_relative: 0.06, ...more });
    expect(comparison?.analysis?.relative?.estimate).toBe(0.06);
  });

  it("observations of a quantile may be more than units", () => {
    const base = study();
    const quantile = metric(NAME, { kind: "quantile", order: 0.95 });
    const registered = { ...base, primary: { ...base.primary, metric: quantile } };
    const many = { by_arm: { control: { n: 9000, value: 1 }, treatment: { n: 9000, value: 1.2 } } };
    expect(read(many, registered).comparison?.analysis?.absolute?.estimate).toBeCloseTo(0.2, 12);
  });

  it("a one-sided p is held against the two-sided interval as twice its smaller tail", () => {
    const base = study();
    const greater = metric(NAME, { alternative: "greater" });
    const registered = { ...base, primary: { ...base.primary, metric: greater } };
    const says = (p_value: number, interval_relative: [number, number]) =>
      read({ estimate_relative: 0.06, interval_relative, p_value }, registered).comparison?.missing;
    expect(says(0.04, [-0.01, 0.13])).toBeNull();
    expect(says(0.0005, [-0.01, 0.13])).toContain("holds zero");
  });
});

it("an arm without a unit makes the evidence invalid", () => {
  const { verdict } = read({ estimate_relative: 0.06, p_value: 0.001 }, study(), {
    control: { n: 0 },
    treatment: { n: 1 },
  });
  expect(verdict.verdict).toBe("invalid");
  expect(verdict.arms[0]?.stoppedAt).toBe("quality:empty_arm:control");
});
