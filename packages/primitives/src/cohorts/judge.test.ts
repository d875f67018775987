// Expectations follow from the rule as documented; power figures from the normal table.
import { describe, expect, it } from "vitest";
import type { Lookup } from "../shared/effects.js";
import type { LimitQuestion } from "../shared/harm.js";
import type { StudyCohorts } from "../shared/vocabulary.js";
import { cohortName, declaredLevels, judgeCohort } from "./judge.js";

const question: LimitQuestion = {
  metric: {
    name: "m",
    kind: "mean",
    direction: "higher_is_better",
    unit: null,
    alternative: "two_sided",
    cuped: false,
    transform: "identity",
    order: null,
  },
  threshold: { scale: "relative", value: -0.03 },
  alpha: 0.05,
  minimumPower: 0.8,
  coverage: 0.95,
};

const cohorts: StudyCohorts = {
  dimensions: [
    { name: "locale", levels: ["EN", "JP"] },
    { name: "tenure", levels: ["new"] },
  ],
  threshold: question.threshold,
  alpha: 0.05,
  acceptBlindness: ["locale=JP"],
};

const EN = { dimension: "locale", level: "EN" };
const JP = { dimension: "locale", level: "JP" };

function result(estimate: number, standardError: number, pValue: number): Lookup {
  const arm = { n: null, value: null, standardDeviation: null };
  return {
    kind: "found",
    analysis: {
      method: "as given",
      absolute: null,
      relative: { estimate, standardError, interval: null },
      relativeMethod: "given",
      statistic: null,
      pValue: { value: pValue, bound: false },
      control: arm,
      treatment: arm,
    },
  };
}

describe("declared levels", () => {
  it("are judged dimension by dimension", () => {
    expect(declaredLevels(cohorts).map(cohortName)).toEqual([
      "locale=EN",
      "locale=JP",
      "tenure=new",
    ]);
  });

  it.each([
    // -0.082 / 0.02 = -4.1 standard errors.
    ["breach", -0.082, 0.02, 4.1e-5, true, true],
    ["near", -0.04, 0.03, 0.18, true, false],
    ["underpowered", 0.01, 0.03, 0.74, true, false],
    ["clear", 0.01, 0.01, 0.32, false, false],
  ])("%s blocks as documented, and acceptance excuses only blindness", (...row) => {
    const [status, estimate, se, p, blocks, blocksAccepted] = row;
    const lookup = result(estimate, se, p);
    expect(judgeCohort(cohorts, EN, question, lookup)).toMatchObject({ status, blocks });
    expect(judgeCohort(cohorts, JP, question, lookup)).toMatchObject({
      status,
      blocks: blocksAccepted,
    });
  });

  it("without a result block even where blindness is accepted", () => {
    const absent: Lookup = { kind: "absent", reason: "none" };
    expect(judgeCohort(cohorts, JP, question, absent)).toMatchObject({
      status: "not_evaluable",
      blocks: true,
    });
  });
});
