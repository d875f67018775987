import type { MomentPlan, ValueSpec } from "@plumbline/stats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DuckDbEngine } from "../engines/duckdb/engine.js";
import { moment, planOf, rowValue } from "../testing/plans.js";
import { type Row, sourceOf, Workbench } from "../testing/workbench.js";
import { readMoments } from "./read-moments.js";

const DAY = 86_400_000_000;
/** 2024-01-01T00:00:00Z in microseconds. */
const START = 1_704_067_200_000_000;
const EXPOSED = START + 10 * DAY;

// Powers of two, so that a sum says which rows were in it.
const EVENTS: readonly (readonly [number, number])[] = [
  [EXPOSED - 14 * DAY - 1, 1],
  [EXPOSED - 14 * DAY, 2],
  [EXPOSED - 1, 4],
  [EXPOSED, 8],
  [EXPOSED + 1, 16],
  [EXPOSED + 0.5 * DAY, 32],
  [EXPOSED + 7 * DAY - 1, 64],
  [EXPOSED + 7 * DAY, 128],
];

describe("windows", () => {
  let bench: Workbench;
  let engine: DuckDbEngine;
  const time = "TIMESTAMP";
  beforeAll(async () => {
    bench = await Workbench.open();
    engine = await bench.engine();
  });
  afterAll(() => bench.close());

  async function planFor(value: Partial<ValueSpec>, grain: "unit" | "event"): Promise<MomentPlan> {
    const users = await bench.write("users.parquet", {
      columns: { unit: "VARCHAR", arm: "VARCHAR", at: time },
      rows: [
        { unit: "c", arm: "control", at: EXPOSED + 2 * DAY },
        { unit: "c", arm: "control", at: EXPOSED },
        { unit: "c", arm: "control", at: EXPOSED - 9 * DAY }, // before the run
        { unit: "t", arm: "treatment", at: EXPOSED },
      ],
    });
    const rows = EVENTS.map(([at, amount]): Row => ({ unit: "c", time: at, amount }));
    const events = await bench.write("events.parquet", {
      columns: { unit: "VARCHAR", time, amount: "INTEGER" },
      rows: [...rows, { unit: "c", time: null, amount: 256 }],
    });
    return planOf({
      sources: [sourceOf("users", users), sourceOf("events", events, { grain, time: "time" })],
      exposure: { time: "at", run: { start: "2024-01-05T00:00:00Z", end: null } },
      metrics: [moment("m", rowValue("events", "amount", value))],
    });
  }

  async function sumOf(window: ValueSpec["window"]): Promise<bigint | undefined> {
    const plan = await planFor({ aggregate: "sum", empty: "zero", window }, "event");
    return (await readMoments(engine, plan)).result.cells[0]?.metrics.m?.sx;
  }

  it.each([
    ["every row, timed or not", null, 511n],
    ["the first week", { fromDays: 0, toDays: 7 }, 8n + 16n + 32n + 64n],
    ["two weeks before", { fromDays: -14, toDays: 0 }, 2n + 4n],
    ["part of a day", { fromDays: 0, toDays: 0.5 }, 8n + 16n],
    ["from within a day", { fromDays: 0.5, toDays: 8 }, 32n + 64n + 128n],
  ] as const)(
    "take %s: closed at the start, open at the end, to the microsecond",
    async (_name, window, sum) => {
      expect(await sumOf(window)).toBe(sum);
    },
  );

  it("count from the first exposure within the run", async () => {
    // From the exposure before the run the first week would hold nothing but the two weeks' rows.
    expect(await sumOf({ fromDays: 2, toDays: 7 })).toBe(64n);
  });

  it("leave out, or set to zero, a unit without rows in them", async () => {
    const window = { fromDays: 100, toDays: 101 };
    const none = await readMoments(engine, await planFor({ aggregate: "max", window }, "event"));
    expect(none.result.cells.map((cell) => cell.metrics.m?.n)).toEqual([0n, 0n]);
    const zero = await planFor({ aggregate: "max", window, empty: "zero" }, "event");
    const { cells } = (await readMoments(engine, zero)).result;
    expect(cells.map((cell) => [cell.metrics.m?.n, cell.metrics.m?.sx])).toEqual([
      [1n, 0n],
      [1n, 0n],
    ]);
  });

  it("apply to sources with one row a unit", async () => {
    const window = { fromDays: 0, toDays: 7 };
    const plan = await planFor({ window }, "unit");
    // Several rows of a unit collapse to the smallest value.
    expect((await readMoments(engine, plan)).result.cells[0]?.metrics.m?.sx).toBe(8n);
  });

  it("read times with an offset, dates, and CSV text alike", async () => {
    const users = await bench.copy(
      "zoned.csv",
      `SELECT * FROM (VALUES ('c', 'control', '2024-01-11 00:00:00'), ('t', 'treatment', '2024-01-11 00:00:00')) AS v(unit, arm, "at")`,
    );
    const events = await bench.copy(
      "zoned.parquet",
      `SELECT 'c' AS unit, TIMESTAMPTZ '2024-01-11 02:30:00+02' AS time, 1 AS amount
       UNION ALL SELECT 'c', TIMESTAMPTZ '2024-01-11 01:59:59+02', 2`,
    );
    const plan = planOf({
      sources: [
        sourceOf("users", users),
        sourceOf("events", events, { grain: "event", time: "time" }),
      ],
      exposure: { time: "at" },
      metrics: [
        moment(
          "m",
          rowValue("events", "amount", { aggregate: "sum", window: { fromDays: 0, toDays: 1 } }),
        ),
      ],
    });
    expect((await readMoments(engine, plan)).result.cells[0]?.metrics.m?.sx).toBe(1n);
  });
});
