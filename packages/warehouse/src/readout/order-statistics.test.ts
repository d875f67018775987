import { clusteredQuantile, type MomentPlan, rankCounts } from "@plumbline/stats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DuckDbEngine } from "../engines/duckdb/engine.js";
import { dimension, moment, planOf, rowValue } from "../testing/plans.js";
import { type Row, sourceOf, Workbench } from "../testing/workbench.js";
import { readMoments } from "./read-moments.js";

const ARMS = ["control", "treatment", "other"] as const;

/** 300 units in three arms and two cohorts, each with none to seven events of few distinct values. */
const USERS: readonly Row[] = Array.from({ length: 300 }, (_, i) => ({
  unit: `u${i}`,
  arm: ARMS[i % 3] ?? null,
  segment: i % 7 < 3 ? "JP" : "EN",
  score: i % 11 === 0 ? null : ((i * 7919) % 23) - 4,
}));
const EVENTS: readonly Row[] = USERS.flatMap(({ unit = null }, i) =>
  Array.from({ length: (i * 5) % 8 }, (_, j) => ({
    unit,
    latency: j === 6 ? null : ((i * 104_729 + j * 7919) % 211) + (i % 3) * 5,
  })),
);

describe("order statistics", () => {
  let bench: Workbench;
  let engine: DuckDbEngine;
  let plan: MomentPlan;
  beforeAll(async () => {
    bench = await Workbench.open();
    engine = await bench.engine();
    const users = await bench.write("users.parquet", {
      columns: { unit: "VARCHAR", arm: "VARCHAR", segment: "VARCHAR", score: "INTEGER" },
      rows: USERS,
    });
    const events = await bench.write("events.parquet", {
      columns: { unit: "VARCHAR", latency: "INTEGER" },
      rows: EVENTS,
    });
    plan = planOf({
      sources: [sourceOf("users", users), sourceOf("events", events, { grain: "event" })],
      arms: ARMS,
      dimensions: [dimension("segment", "users", ["EN", "JP"])],
      metrics: [
        moment("p95", rowValue("events", "latency"), { shape: "quantile", order: 0.95 }),
        moment("median", rowValue("events", "latency"), { shape: "quantile", order: 0.5 }),
        moment("score", rowValue("users", "score"), { shape: "rank" }),
      ],
    });
  });
  afterAll(() => bench.close());

  const usersAt = (arm: string, level: string | null) =>
    USERS.filter((row) => row.arm === arm && (level === null || row.segment === level));

  // Expectations: the statistics package's estimator over the raw observations.
  it.each([
    ["p95", 0.95],
    ["median", 0.5],
  ] as const)("give the clustered quantile %s of each cell", async (metric, order) => {
    const { quantiles } = (await readMoments(engine, plan)).result;
    const cells = quantiles.filter((cell) => cell.metric === metric);
    expect(cells).toHaveLength(9);
    for (const cell of cells) {
      const units = new Set(usersAt(cell.arm, cell.level).map((row) => row.unit));
      const rows = EVENTS.filter((row) => row.latency !== null && units.has(row.unit ?? ""));
      const raw = clusteredQuantile(
        rows.map((row) => Number(row.latency)),
        rows.map((row) => String(row.unit)),
        order,
        0.05,
      );
      expect(Number(cell.n)).toBe(raw.n);
      expect(Number(cell.units)).toBe(raw.clusters);
      expect(Number(cell.quantile)).toBe(raw.quantile);
      expect([Number(cell.lower), Number(cell.upper)]).toEqual([...raw.iid.ci]);
      expect(Number(cell.sY) / Number(cell.sN)).toBeCloseTo(raw.ecdfAtQuantile, 14);
    }
  });

  it("give the ranks of every treatment against the control in each cell", async () => {
    const { ranks } = (await readMoments(engine, plan)).result;
    expect(ranks.map((cell) => [cell.treatment, cell.level])).toEqual([
      ["treatment", null],
      ["other", null],
      ["treatment", "EN"],
      ["other", "EN"],
      ["treatment", "JP"],
      ["other", "JP"],
    ]);
    for (const cell of ranks) {
      const scores = (arm: string) =>
        usersAt(arm, cell.level).flatMap((row) => (row.score === null ? [] : [Number(row.score)]));
      const raw = rankCounts(scores(cell.treatment), scores("control"));
      expect(cell.control).toBe("control");
      expect([cell.nTreatment, cell.nControl].map(Number)).toEqual([raw.nA, raw.nB].map(Number));
      expect(Number(cell.twiceU)).toBe(Number(raw.twiceU));
      expect(Number(cell.ties)).toBe(Number(raw.ties));
      expect(Number(cell.placementsTreatmentSquared)).toBe(Number(raw.placementsASquared));
      expect(Number(cell.placementsControlSquared)).toBe(Number(raw.placementsBSquared));
    }
  });

  it("rank three against three as by hand: 5, 3, 3 against 1, 3, 4", async () => {
    const values = { control: [1, 3, 4], treatment: [5, 3, 3] };
    const rows = Object.entries(values).flatMap(([arm, xs]) =>
      xs.map((x, index): Row => ({ unit: `${arm}${index}`, arm, x })),
    );
    const file = await bench.write("hand.parquet", {
      columns: { unit: "VARCHAR", arm: "VARCHAR", x: "INTEGER" },
      rows,
    });
    const { result } = await readMoments(
      engine,
      planOf({
        sources: [sourceOf("users", file)],
        metrics: [moment("x", rowValue("users", "x"), { shape: "rank" })],
      }),
    );
    // 5 beats 1, 3, 4 (6); each 3 beats 1 and ties 3 (3). Mirror: 1 none; 3 ties two (2); 4 beats two (4).
    expect(result.ranks).toEqual([
      {
        metric: "x",
        treatment: "treatment",
        control: "control",
        dimension: null,
        level: null,
        nTreatment: 3n,
        nControl: 3n,
        twiceU: 12n,
        ties: 24n,
        placementsTreatmentSquared: 54n,
        placementsControlSquared: 20n,
      },
    ]);
  });
});
