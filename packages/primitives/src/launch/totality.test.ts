// Properties: whatever the moments, every number in the evidence is finite and nothing is thrown.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { MetricKind } from "../shared/vocabulary.js";
import { decide } from "./decide.js";
import { estimate } from "./estimate.js";
import {
  cellsOf,
  momentPlan,
  momentResult,
  momentSpec,
  type Unit,
  valueSpec,
} from "./testing/moments.js";
import { relativeLimit, studyOf } from "./testing/study.js";

const ARMS = ["control", "treatment"];

const unit: fc.Arbitrary<Unit> = fc
  .record({
    arm: fc.constantFrom(...ARMS),
    x: fc.integer({ min: -3, max: 3 }),
    y: fc.integer({ min: -1, max: 3 }),
    z: fc.option(fc.integer({ min: 0, max: 3 })),
    missing: fc.integer({ min: 0, max: 5 }).map((draw) => draw === 0),
    locale: fc.constantFrom("EN", "JP", "FR"),
  })
  .map(({ arm, x, y, z, missing, locale }) => ({
    arm,
    values: missing ? {} : { m: { x, y, z } },
    levels: { locale },
  }));

const scenario = fc.record({
  kind: fc.constantFrom<MetricKind>("mean", "proportion", "ratio"),
  binary: fc.boolean(),
  adjusted: fc.boolean(),
  alternative: fc.constantFrom("two_sided" as const, "greater" as const, "less" as const),
  transform: fc.constantFrom("identity" as const, "log" as const),
  units: fc.array(unit, { maxLength: 40, size: "max" }),
});

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

it("estimate and decide are total on any moments, and no number is NaN or infinite", () => {
  const results = { some: 0, none: 0 };
  fc.assert(
    fc.property(scenario, ({ kind, binary, adjusted, alternative, transform, units }) => {
      const plan = momentPlan(
        ARMS,
        [
          momentSpec("m", {
            shape: kind === "ratio" ? "ratio" : "univariate",
            denominator: kind === "ratio" ? valueSpec() : null,
            covariate: adjusted ? valueSpec() : null,
          }),
        ],
        { locale: ["EN", "JP"] },
      );
      const data = binary
        ? units.map((u) => {
            const { m } = u.values;
            return m === undefined ? u : { ...u, values: { m: { ...m, x: m.x > 0 ? 1 : 0 } } };
          })
        : units;
      const registered = studyOf(
        { kind, alternative, transform },
        {
          cohorts: {
            dimensions: [{ name: "locale", levels: ["EN", "JP"] }],
            threshold: relativeLimit(-0.03),
            alpha: 0.05,
            acceptBlindness: [],
          },
        },
      );
      const evidence = estimate(registered, plan, momentResult({ cells: cellsOf(plan, data) }));
      const verdict = decide(registered, evidence);
      expect([...numbersIn(evidence), ...numbersIn(verdict)].every(Number.isFinite)).toBe(true);
      for (const { analysis, missing } of evidence.comparisons) {
        expect(analysis === null).toBe(missing !== null);
        results[analysis === null ? "none" : "some"] += 1;
      }
    }),
    { seed: 1, numRuns: 600 },
  );
  // Both outcomes are reached, so the property says something about each.
  expect(results.some).toBeGreaterThan(300);
  expect(results.none).toBeGreaterThan(300);
});
