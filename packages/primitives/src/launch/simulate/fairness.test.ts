// Pareto read at any time: always-valid p-values of the levels, corrected for their number (Bonferroni).
import { describe, expect, it } from "vitest";
import { judgeParetoAt } from "./fairness.js";
import { BREACH, CLEAR, type Effects, type NumericLimit, type NumericTest } from "./limit.js";

const status = (p: readonly number[]) => {
  const test = (value: number): NumericTest => ({
    alpha: 0.05,
    critical: 3,
    known: true,
    anyTime: true,
    fixed: 1.96,
    proof: null,
    powered: 0,
    pValueOf: () => value,
    at: () => test(value),
  });
  const slots = p.map((_, at) => at);
  const effects = {
    difference: Float64Array.from(p, () => -1),
    error: Float64Array.from(p, () => 1),
  } as Effects;
  const part = { rule: "pareto", whole: 0, floor: 1, share: 0, slots } as const;
  return judgeParetoAt({ sign: 1, twoSided: true } as NumericLimit, part, p.map(test), effects);
};

describe("Pareto between looks", () => {
  it("holds the least p-value times the number of levels against the whole level", () => {
    expect(status([0.04])).toBe(BREACH);
    expect(status([0.04, 0.9])).toBe(CLEAR);
    expect(status([0.024, 0.9])).toBe(BREACH);
    expect(status([0.024, 0.9, 0.9])).toBe(CLEAR);
  });
});
