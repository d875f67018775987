import type { MomentPlan, MomentSpec } from "@plumbline/stats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../compile/compile.js";
import type { ColumnInfo } from "../dialects/dialect.js";
import type { DuckDbEngine } from "../engines/duckdb/engine.js";
import { dimension, moment, planOf, rowValue } from "../testing/plans.js";
import { sourceOf, Workbench } from "../testing/workbench.js";

interface PlanNode {
  readonly name?: string;
  readonly extra_info?: Readonly<Record<string, unknown>>;
  readonly children?: readonly PlanNode[];
}

/** Names of the operators that read files. */
function scans(nodes: readonly PlanNode[]): string[] {
  return nodes.flatMap((node) => [
    ...(/READ_PARQUET|READ_CSV|PARQUET_SCAN|TABLE_SCAN/.test(
      `${node.name} ${String(node.extra_info?.Function ?? "")}`,
    )
      ? [node.name ?? ""]
      : []),
    ...scans(node.children ?? []),
  ]);
}

describe("the engine's own plan reads each file once", () => {
  let bench: Workbench;
  let engine: DuckDbEngine;
  beforeAll(async () => {
    bench = await Workbench.open();
    engine = await bench.engine();
    for (const extension of ["parquet", "csv"]) {
      await bench.copy(
        `users.${extension}`,
        `SELECT 'u' || i AS unit, CASE i % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm,
          TIMESTAMP '2024-01-01' AS at, 'a' || i % 2 AS d, 'b' || i % 3 AS e, 'c' || i % 4 AS f, i AS x
        FROM range(100) AS r(i)`,
      );
      for (const name of ["events", "orders"]) {
        await bench.copy(
          `${name}.${extension}`,
          `SELECT 'u' || i % 110 AS unit, TIMESTAMP '2024-01-01' + to_hours(i % 90) AS time,
            CASE i % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm, i % 17 AS amount, i % 3 = 0 AS useful
          FROM range(600) AS r(i)`,
        );
      }
    }
  });
  afterAll(() => bench.close());

  const event = { grain: "event", time: "time" } as const;
  const users = (extension: string) => sourceOf("users", `${bench.directory}/users.${extension}`);
  const events = (name: string, extension: string) =>
    sourceOf(name, `${bench.directory}/${name}.${extension}`, event);
  const after = { fromDays: 0, toDays: 2 };
  const sum = (source: string, more = {}) =>
    rowValue(source, "amount", { aggregate: "sum", empty: "zero", window: after, ...more });
  const several = (source: string): MomentSpec[] => [
    moment(`${source}_sum`, sum(source)),
    moment(`${source}_any`, rowValue(source, "useful", { aggregate: "any", empty: "zero" })),
    moment(`${source}_ratio`, sum(source), {
      shape: "ratio",
      denominator: rowValue(source, null, { aggregate: "count", window: after, empty: "zero" }),
    }),
  ];
  const cuped = (source: string) =>
    moment("cuped", sum(source), {
      covariate: sum(source, { window: { fromDays: -2, toDays: 0 } }),
    });
  const levels = { d: ["a0", "a1"], e: ["b0", "b1", "b2"], f: ["c0", "c1", "c2", "c3"] };
  const dimensions = Object.entries(levels).map(([id, values]) => dimension(id, "users", values));

  const shapes: Readonly<Record<string, (extension: string) => MomentPlan>> = {
    "unit grain alone": (x) =>
      planOf({ sources: [users(x)], metrics: [moment("x", rowValue("users", "x"))] }),
    "event grain with several metrics": (x) =>
      planOf({
        sources: [users(x), events("events", x)],
        exposure: { time: "at" },
        metrics: several("events"),
      }),
    "several event sources": (x) =>
      planOf({
        sources: [users(x), events("events", x), events("orders", x)],
        exposure: { time: "at" },
        metrics: [...several("events"), ...several("orders")],
      }),
    "a covariate from the same event source": (x) =>
      planOf({
        sources: [users(x), events("events", x)],
        exposure: { time: "at" },
        metrics: [cuped("events")],
      }),
    "three dimensions": (x) =>
      planOf({
        sources: [users(x), events("events", x)],
        exposure: { time: "at" },
        dimensions,
        metrics: [...several("events"), cuped("events")],
      }),
    "exposures and values in one event source": (x) =>
      planOf({
        sources: [events("events", x)],
        exposure: { time: "time" },
        metrics: [...several("events"), cuped("events")],
      }),
  };
  const cases = Object.keys(shapes).flatMap((name) =>
    ["parquet", "csv"].map((x) => [name, x] as const),
  );

  async function compiled(plan: MomentPlan) {
    const columns: Record<string, readonly ColumnInfo[]> = {};
    for (const source of plan.sources) columns[source.id] = await engine.describe(source);
    return compile(plan, columns);
  }

  async function scansOf(sql: string): Promise<string[]> {
    const rows = await engine.run(`EXPLAIN (FORMAT json) ${sql}`, []);
    return scans(JSON.parse(String(rows[0]?.explain_value)) as PlanNode[]);
  }

  it("and the counter sees a second scan where there is one", async () => {
    const file = `'${bench.directory}/users.parquet'`;
    expect(
      await scansOf(`SELECT unit FROM ${file} UNION ALL SELECT arm FROM ${file}`),
    ).toHaveLength(2);
  });

  it.each(cases)("%s (%s)", async (name, extension) => {
    const plan = shapes[name]?.(extension);
    if (plan === undefined) throw new Error("no such plan");
    const { statements } = await compiled(plan);
    expect(statements.map((statement) => statement.purpose)).toEqual(["moments"]);
    const sql = statements[0]?.sql ?? "";
    for (const source of plan.sources) {
      for (const file of source.files) expect(sql.split(file)).toHaveLength(2);
    }
    expect(await scansOf(sql)).toHaveLength(plan.sources.length);
  });

  it.each(["parquet", "csv"])(
    "quantiles and ranks add one statement, for all together (%s)",
    async (x) => {
      const plan = planOf({
        sources: [users(x), events("events", x), events("orders", x)],
        exposure: { time: "at" },
        dimensions,
        metrics: [
          ...several("events"),
          moment("p95", rowValue("events", "amount", { window: after }), {
            shape: "quantile",
            order: 0.95,
          }),
          moment("p50", rowValue("events", "amount"), { shape: "quantile", order: 0.5 }),
          moment("rank", sum("events"), { shape: "rank" }),
          moment("orders_rank", sum("orders"), { shape: "rank" }),
        ],
      });
      const { statements } = await compiled(plan);
      expect(statements.map(({ purpose }) => purpose)).toEqual(["moments", "order_statistics"]);
      // The moments need no order metric's source twice: users and events, not orders.
      expect(await scansOf(statements[0]?.sql ?? "")).toHaveLength(2);
      const order = await scansOf(statements[1]?.sql ?? "");
      expect(order.length).toBeGreaterThanOrEqual(3);
    },
  );
});
