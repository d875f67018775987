import type { MomentPlan, MomentResult } from "@plumbline/stats";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DuckDbEngine } from "../engines/duckdb/engine.js";
import { randomCase, tableOf } from "../testing/random-plans.js";
import { referenceResult } from "../testing/reference-model.js";
import { errorOf, Workbench } from "../testing/workbench.js";
import { readMoments } from "./read-moments.js";

/** The error that a readout owes: an arm, or a declared level, that nobody is in. */
function owedError(plan: MomentPlan, result: MomentResult): string | null {
  const empty = result.cells.some((cell) => cell.dimension === null && cell.units === 0n);
  if (empty) return "ARM_EMPTY";
  const absent = plan.dimensions.some((dimension) => {
    const found = result.quality.dimensions.find((entry) => entry.dimension === dimension.id);
    return dimension.levels.some((level) => !found?.levels.some((entry) => entry.level === level));
  });
  const combined = (plan.intersections ?? []).some(({ id, levels }) =>
    levels.some(({ level }) =>
      result.cells.every(
        (cell) => cell.dimension !== id || cell.level !== level || cell.units === 0n,
      ),
    ),
  );
  return absent || combined ? "LEVEL_ABSENT" : null;
}

// Expectations: the plan's meaning written down a second time, over rows in memory, without SQL.
describe("a readout of random plans over random data", () => {
  let bench: Workbench;
  let engine: DuckDbEngine;
  beforeAll(async () => {
    bench = await Workbench.open();
    engine = await bench.engine();
  });
  afterAll(() => bench.close());

  it("equals the reference in every integer", async () => {
    let compared = 0;
    let cut = 0;
    let combined = 0;
    const file = (source: string) => `${bench.directory}/${source}.parquet`;
    await fc.assert(
      fc.asyncProperty(randomCase(file), async ({ data, plan }) => {
        for (const [source, rows] of Object.entries(data)) {
          await bench.write(`${source}.parquet`, tableOf(source, rows));
        }
        const expected = referenceResult(plan, data);
        const owed = owedError(plan, expected);
        if (owed !== null) {
          expect((await errorOf(readMoments(engine, plan))).code).toBe(owed);
          return;
        }
        const { result } = await readMoments(engine, plan);
        const read = new Set(Object.keys(result.quality.eventsBeforeExposure));
        const twice = new Set(Object.keys(result.quality.duplicateUnits));
        expect(result.cells).toEqual(expected.cells);
        expect(result.quantiles).toEqual(expected.quantiles);
        expect(result.ranks).toEqual(expected.ranks);
        // The exposure source's own early events are the business of the quality tests.
        read.delete("exposures");
        const early = only(result.quality.eventsBeforeExposure, read);
        expect({ ...result.quality, eventsBeforeExposure: early }).toEqual({
          ...expected.quality,
          eventsBeforeExposure: only(expected.quality.eventsBeforeExposure, read),
          duplicateUnits: only(expected.quality.duplicateUnits, twice),
        });
        compared += 1;
        if (plan.exposure.asOf !== null) cut += 1;
        if (plan.intersections !== undefined) combined += 1;
      }),
      { seed: 20240101, numRuns: 60, endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(30);
    expect(cut).toBeGreaterThan(10);
    expect(combined).toBeGreaterThan(2);
  });
});

/** Sources that no metric and no dimension uses are not read, and not counted. */
function only(counts: Readonly<Record<string, bigint>>, sources: ReadonlySet<string>) {
  return Object.fromEntries(Object.entries(counts).filter(([source]) => sources.has(source)));
}
