// Expectations: the same units filtered in memory; as a dimension of their own the combinations give the same cells.
import type { MomentPlan } from "@plumbline/stats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DuckDbEngine } from "../engines/duckdb/engine.js";
import { dimension, moment, planOf, rowValue } from "../testing/plans.js";
import { type Row, refusal, sourceOf, Workbench } from "../testing/workbench.js";
import { readMoments } from "./read-moments.js";

const USERS: readonly Row[] = Array.from({ length: 240 }, (_, i) => {
  const segment = i % 7 < 3 ? "JP" : "EN";
  const tier = i % 5 < 2 ? 1 : 2;
  return {
    unit: i,
    arm: i % 2 === 0 ? "control" : "treatment",
    segment: i % 29 === 0 ? null : segment,
    tier,
    // The combination as a column, to compare with.
    both: i % 29 === 0 ? null : `${segment}/${tier}`,
    amount: (i * 7919) % 101,
  };
});
const LEVELS = ["JP/1", "JP/2", "EN/1"];
const COLUMNS = {
  unit: "INTEGER",
  arm: "VARCHAR",
  segment: "VARCHAR",
  tier: "INTEGER",
  both: "VARCHAR",
  amount: "INTEGER",
};

describe("declared intersections", () => {
  let bench: Workbench;
  let engine: DuckDbEngine;
  let base: MomentPlan;
  beforeAll(async () => {
    bench = await Workbench.open();
    engine = await bench.engine();
    const users = await bench.write("users.parquet", { columns: COLUMNS, rows: USERS });
    const tiers = await bench.write("tiers.parquet", { columns: COLUMNS, rows: USERS });
    base = planOf({
      sources: [sourceOf("users", users), sourceOf("tiers", tiers)],
      dimensions: [
        dimension("segment", "users", ["JP", "EN"]),
        dimension("tier", "tiers", ["1", "2"]),
      ],
      metrics: [
        moment("amount", rowValue("users", "amount")),
        moment("p90", rowValue("users", "amount"), { shape: "quantile", order: 0.9 }),
        moment("rank", rowValue("users", "amount"), { shape: "rank" }),
      ],
    });
  });
  afterAll(() => bench.close());

  const intersected = (levels: readonly string[]): MomentPlan => ({
    ...base,
    intersections: [
      {
        id: "segment/tier",
        of: ["segment", "tier"],
        levels: levels.map((level) => ({ level, of: level.split("/") })),
      },
    ],
  });
  const named = (id: string, cells: readonly { readonly dimension: string | null }[]) =>
    cells.filter((cell) => cell.dimension === id).map(({ dimension: _dimension, ...rest }) => rest);

  it("give moments, quantiles and ranks as a dimension of the combinations does", async () => {
    const { result, statements } = await readMoments(engine, intersected(LEVELS));
    const own = { ...base, dimensions: [dimension("both", "users", LEVELS)] };
    const expected = (await readMoments(engine, own)).result;
    for (const part of ["cells", "quantiles", "ranks"] as const) {
      const found = named("segment/tier", result[part]);
      expect(found).toEqual(named("both", expected[part]));
      expect(found.length).toBeGreaterThan(0);
    }
    expect(statements).toHaveLength(2);
  });

  it("leave every other cell as it is without them", async () => {
    const { result } = await readMoments(engine, intersected(LEVELS));
    const plain = (await readMoments(engine, base)).result;
    expect(result.cells.filter((cell) => cell.dimension !== "segment/tier")).toEqual(plain.cells);
    expect(result.quality).toEqual(plain.quality);
  });

  it("read no file twice", async () => {
    const { statements } = await readMoments(engine, intersected(LEVELS));
    expect(statements[0]?.sql.match(/users\.parquet/g)).toHaveLength(1);
    expect(statements[0]?.sql.match(/tiers\.parquet/g)).toHaveLength(1);
  });

  it("count the units of every combination", async () => {
    const { result } = await readMoments(engine, intersected(LEVELS));
    const units = (arm: string, level: string) =>
      USERS.filter((row) => row.arm === arm && row.both === level).length;
    for (const cell of result.cells.filter(({ dimension: id }) => id === "segment/tier")) {
      expect(Number(cell.units)).toBe(units(cell.arm, cell.level ?? ""));
    }
  });

  it("refuse a combination that nobody is in", async () => {
    const nobody = { ...intersected(LEVELS), dimensions: base.dimensions };
    const [intersection] = nobody.intersections ?? [];
    const filter = {
      kind: "binary",
      op: "!=",
      left: { kind: "column", name: "both" },
      right: { kind: "string", value: "JP/1" },
    } as const;
    const plan = { ...nobody, exposure: { ...nobody.exposure, filter } };
    const error = await refusal(engine, plan);
    expect([error.code, error.subject]).toEqual([
      "LEVEL_ABSENT",
      { dimension: intersection?.id, level: "JP/1" },
    ]);
    expect(error.message).toContain("segment = JP and tier = 1");
  });

  it.each([
    ["one dimension only", { of: ["segment"], levels: [] }],
    ["a dimension twice", { of: ["segment", "segment"], levels: [] }],
    ["an unknown dimension", { of: ["segment", "device"], levels: [] }],
    ["an undeclared level", { of: ["segment", "tier"], levels: [{ level: "x", of: ["FR", "1"] }] }],
    ["a level of one part", { of: ["segment", "tier"], levels: [{ level: "x", of: ["JP"] }] }],
    [
      "one combination twice",
      {
        of: ["segment", "tier"],
        levels: [
          { level: "x", of: ["JP", "1"] },
          { level: "y", of: ["JP", "1"] },
        ],
      },
    ],
  ])("refuse %s", async (_what, spec) => {
    const plan = { ...base, intersections: [{ id: "i", ...spec }] };
    expect((await refusal(engine, plan)).code).toBe("PLAN_INVALID");
  });
});
