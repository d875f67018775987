// z = 0.06 / 0.0306128 = 1.959964 for the interval [0, 0.12]; z.025 = 1.959964, z.03 = 1.880794.
import { describe, expect, it } from "vitest";
import { type EvidenceInput, evidenceSchema } from "../design/evidence.js";
import type { Alternative } from "../shared/vocabulary.js";
import { givenAnalysis } from "./given.js";
import { metric } from "./testing/study.js";

type Result = EvidenceInput["results"][number];

function given(alternative: Alternative, result: Omit<Result, "metric">) {
  const document = evidenceSchema.parse({
    experiment_id: "e",
    arms: {},
    results: [{ metric: "m", ...result }],
  });
  const [parsed] = document.results;
  if (parsed === undefined) throw new Error("no result");
  const figures = parsed.by_arm ?? {};
  const arms = { treatment: figures.treatment ?? null, control: figures.control ?? null };
  return givenAnalysis(metric("m", { alternative }), parsed, arms, 0.95, 0.05);
}

describe("a one-sided test", () => {
  it.each([
    ["greater", 0.025],
    ["less", 0.975],
    ["two_sided", 0.05],
  ] as const)("%s takes its p from its own tail of the interval", (alternative, p) => {
    const found = given(alternative, { estimate_relative: 0.06, interval_relative: [0, 0.12] });
    expect(found?.pValue?.value).toBeCloseTo(p, 10);
  });

  it.each([
    ["greater", 0.06],
    ["less", -0.06],
  ] as const)("%s takes the standard error from its own tail of p", (alternative, estimate) => {
    const found = given(alternative, { estimate_relative: estimate, p_value: 0.03 });
    expect(found?.relative?.standardError).toBeCloseTo(0.06 / 1.880794, 7);
  });
});

it("no relative change is drawn from a control that is not above zero", () => {
  const by_arm = { control: { value: -2 }, treatment: { value: -1 } };
  const found = given("two_sided", { by_arm });
  expect(found?.absolute?.estimate).toBe(1);
  expect(found?.relative).toBeNull();
});
