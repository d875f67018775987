import type { MomentPlan } from "@plumbline/stats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DuckDbEngine } from "../engines/duckdb/engine.js";
import { column, dimension, moment, planOf, rowValue } from "../testing/plans.js";
import { type Row, sourceOf, Workbench } from "../testing/workbench.js";
import { readMoments } from "./read-moments.js";

const HOUR = 3_600_000_000;
/** 2024-01-01T00:00:00Z in microseconds. */
const START = 1_704_067_200_000_000;

function exposure(unit: string | null, arm: string | null, hour: number, more: Row = {}): Row {
  return {
    unit,
    arm,
    at: START + hour * HOUR,
    segment: "EN",
    measured: START,
    key: "own",
    ...more,
  };
}

// Every count below was made by hand from these rows.
const EXPOSURES: readonly Row[] = [
  exposure("c1", "control", 1),
  exposure("c1", "control", 2), // a second row of the same unit
  exposure("c2", "control", 1, { segment: "JP" }),
  exposure("c3", "control", 1, { segment: "martian" }),
  exposure("t1", "treatment", 1, { segment: "JP", measured: START + 9 * HOUR }), // measured late
  exposure("t2", "treatment", 1, { segment: null }),
  exposure("t3", "treatment", 5),
  exposure("both", "control", 1),
  exposure("both", "treatment", 2),
  exposure("half", "treatment", 1), // in one registered arm, and in one that nobody named
  exposure("half", "beta", 2),
  exposure("stranger", "beta", 1),
  exposure("stranger", "beta", 3),
  exposure("lost", "gamma", 1),
  exposure("nobody", null, 1),
  exposure(null, "control", 1),
  exposure(null, null, 1),
  exposure("early", "control", -1),
  exposure("late", "control", 48),
  exposure("t3", "control", 48), // outside the run: does not make t3 a unit of two arms
  exposure("elsewhere", "control", 1, { key: "other" }),
];

function event(unit: string | null, hour: number | null, amount: number | null): Row {
  return {
    unit,
    time: hour === null ? null : START + hour * HOUR,
    amount,
    useful: amount !== null,
  };
}

const EVENTS: readonly Row[] = [
  event("c1", 0, 5), // before c1's first exposure at hour 1
  event("c1", 1, 10), // at it
  event("c1", 3, null),
  event("c2", 2, -7), // out of range
  event("t1", 2, 600), // out of range, and capped
  event("t1", 3, 700), // out of range
  event("t2", 4, 300), // capped (250), in range
  event("t3", 4, 1), // before t3's exposure at hour 5
  event("t3", null, 2),
  event("both", 0, null), // excluded unit: counts nowhere
  event("stranger", 0, 9999),
  event("unknown", 0, 9999),
  event(null, 0, 9999),
];

const PROFILE: readonly Row[] = [
  { unit: "c1", country: "DE" },
  { unit: "c1", country: "FR" },
  { unit: "t1", country: "DE" },
  { unit: "both", country: "DE" },
  { unit: "both", country: "DE" },
];

describe("quality counts", () => {
  let bench: Workbench;
  let engine: DuckDbEngine;
  let plan: MomentPlan;
  beforeAll(async () => {
    bench = await Workbench.open();
    engine = await bench.engine();
    const time = "TIMESTAMP";
    const text = "VARCHAR";
    const users = await bench.write("users.parquet", {
      columns: { unit: text, arm: text, at: time, segment: text, measured: time, key: text },
      rows: EXPOSURES,
    });
    const events = await bench.write("events.parquet", {
      columns: { unit: text, time, amount: "INTEGER", useful: "BOOLEAN" },
      rows: EVENTS,
    });
    const profile = await bench.write("profile.parquet", {
      columns: { unit: text, country: text },
      rows: PROFILE,
    });
    const amount = rowValue("events", "amount", {
      aggregate: "sum",
      empty: "zero",
      range: { lower: 0, upper: 500 },
      cap: { lower: 0, upper: 250 },
    });
    plan = planOf({
      sources: [
        sourceOf("users", users),
        sourceOf("events", events, { grain: "event", time: "time" }),
        sourceOf("profile", profile),
      ],
      exposure: {
        time: "at",
        run: { start: "2024-01-01T00:00:00Z", end: "2024-01-03" },
        filter: {
          kind: "binary",
          op: "=",
          left: column("key"),
          right: { kind: "string", value: "own" },
        },
      },
      dimensions: [
        { ...dimension("segment", "users", ["EN", "JP"]), measuredAt: "measured" },
        dimension("country", "profile", ["DE"]),
      ],
      metrics: [
        moment("amount", amount),
        moment("in_japan", amount, { cohort: [{ dimension: "segment", level: "JP" }] }),
        moment("useful", rowValue("events", "useful", { aggregate: "any" })),
      ],
    });
  });
  afterAll(() => bench.close());

  it("counts exposures, units and what is excluded", async () => {
    const { quality, cells } = (await readMoments(engine, plan)).result;
    expect(quality).toMatchObject({
      exposureRows: 20n,
      nullUnits: 2n,
      nullArms: 2n,
      outsideRun: 3n,
      units: 11n,
      multiArmUnits: 1n,
    });
    const everybody = cells.filter((cell) => cell.dimension === null);
    expect(everybody.map((cell) => [cell.arm, cell.units])).toEqual([
      ["control", 3n],
      ["treatment", 4n],
    ]);
  });

  it("gives the first and the last of the units' first exposures", async () => {
    const { quality } = (await readMoments(engine, plan)).result;
    expect(quality.firstExposure).toBe("2024-01-01T01:00:00.000Z");
    // t3's; c1 and both were exposed again, or first, before; stranger's arm is not registered.
    expect(quality.lastExposure).toBe("2024-01-01T05:00:00.000Z");
    const untimed = { ...plan, exposure: { ...plan.exposure, time: null } };
    expect((await readMoments(engine, untimed)).result.quality).toMatchObject({
      firstExposure: null,
      lastExposure: null,
    });
  });

  // 1969-12-31 23:59:59.999999, and two of arms that nobody registered.
  it.each(["unit", null])(
    "rounds times of exposure down to milliseconds (unit %s)",
    async (unit) => {
      const row = (name: string, arm: string, at: number): Row => ({ unit: name, arm, at });
      const file = await bench.write("times.parquet", {
        columns: { unit: "VARCHAR", arm: "VARCHAR", at: "TIMESTAMP" },
        rows: [
          row("c", "control", -1),
          row("t", "treatment", START + 1_999),
          row("b", "beta", -5_000_000),
          row("g", "gamma", START + HOUR),
        ],
      });
      const { result } = await readMoments(
        engine,
        planOf({
          sources: [sourceOf("times", file, { unit })],
          exposure: { time: "at" },
          metrics: [],
        }),
      );
      expect(result.quality).toMatchObject({
        units: 4n,
        firstExposure: "1969-12-31T23:59:59.999Z",
        lastExposure: "2024-01-01T00:00:00.001Z",
      });
    },
  );

  it("counts units of arms that nobody registered, once each", async () => {
    const { quality } = (await readMoments(engine, plan)).result;
    expect(quality.unknownArms).toEqual([
      { value: "beta", units: 2n },
      { value: "gamma", units: 1n },
    ]);
  });

  it("counts units with several rows in sources of one row a unit", async () => {
    const { quality } = (await readMoments(engine, plan)).result;
    // users: c1, both, half, stranger; profile: c1 (both belongs to no arm).
    expect(quality.duplicateUnits).toEqual({ users: 4n, profile: 1n });
  });

  it("counts events before their unit's first exposure", async () => {
    const { quality } = (await readMoments(engine, plan)).result;
    expect(quality.eventsBeforeExposure).toEqual({ events: 2n });
  });

  it("counts nulls, strange values and capped units of a metric, within its cohort", async () => {
    const { quality } = (await readMoments(engine, plan)).result;
    expect(quality.metrics).toEqual([
      { metric: "amount", nulls: 1n, outOfRange: 3n, capped: 3n },
      { metric: "in_japan", nulls: 0n, outOfRange: 3n, capped: 2n },
      { metric: "useful", nulls: 0n, outOfRange: 0n, capped: 0n },
    ]);
  });

  it("names every level found, declared or not, and values measured after exposure", async () => {
    const { quality, cells } = (await readMoments(engine, plan)).result;
    expect(quality.dimensions[0]).toEqual({
      dimension: "segment",
      levels: [
        { level: "EN", units: 3n },
        { level: "JP", units: 2n },
        { level: "martian", units: 1n },
        { level: null, units: 1n },
      ],
      measuredAfterExposure: 1n,
    });
    expect(quality.dimensions[1]?.levels).toEqual([
      { level: "DE", units: 2n },
      { level: null, units: 5n },
    ]);
    expect(cells.some((cell) => cell.level === "martian")).toBe(false);
  });

  it("counts rows as units where there are no ids, and never two arms", async () => {
    const rows = ["control", "treatment", "control", "beta"].map((arm) => ({ arm, x: 1 }));
    const file = await bench.write("rows.parquet", {
      columns: { arm: "VARCHAR", x: "INTEGER" },
      rows: [...rows, { arm: null, x: 1 }],
    });
    const { result } = await readMoments(
      engine,
      planOf({
        sources: [sourceOf("rows", file, { unit: null })],
        metrics: [moment("x", rowValue("rows", "x"))],
      }),
    );
    expect(result.quality).toMatchObject({
      exposureRows: 5n,
      units: 5n,
      nullUnits: 0n,
      nullArms: 1n,
      multiArmUnits: 0n,
      duplicateUnits: {},
      unknownArms: [{ value: "beta", units: 1n }],
    });
  });
});
