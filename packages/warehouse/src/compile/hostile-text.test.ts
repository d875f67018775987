import type { MomentPlan } from "@plumbline/stats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DuckDbEngine } from "../engines/duckdb/engine.js";
import { readMoments } from "../readout/read-moments.js";
import { column, dimension, moment, planOf, rowValue } from "../testing/plans.js";
import { referenceResult } from "../testing/reference-model.js";
import { type Row, refusal, sourceOf, type Table, Workbench } from "../testing/workbench.js";

const HOSTILE = [
  "it's",
  "'; DROP TABLE units; --",
  "'' OR ''1''=''1",
  'a"b',
  "-- comment",
  "/* comment */",
  "back\\slash",
  "\\'",
  "trailing\\",
  "line\nbreak",
  "carriage\rreturn",
  "tab\there",
  "$1 ? :name %s",
  "名前・日本語",
  "🙂‍🔥",
  "e\u0301 is not \u00e9",
  "\u202eright to left",
  "NULL",
  "' UNION ALL SELECT 1 --",
  "plumbline check 0: PLAN_INVALID",
] as const;

const COLUMNS = {
  unit: "VARCHAR",
  arm: "VARCHAR",
  segment: "VARCHAR",
  tag: "VARCHAR",
  x: "INTEGER",
};

/** Every hostile text stands for an id, an arm, a level and a value of a filter. */
function rowsFor(text: string): readonly Row[] {
  return [1, 2, 4, 8, 16].map((x, index) => ({
    unit: `${text}${index}`,
    arm: index % 2 === 0 ? text : "control",
    segment: index < 3 ? text : "plain",
    tag: index === 1 ? "plain" : text,
    x,
  }));
}

function planFor(file: string, text: string): MomentPlan {
  const equal = {
    kind: "binary",
    op: "=",
    left: column("tag"),
    right: { kind: "string", value: text },
  } as const;
  const among = {
    kind: "in",
    operand: column("tag"),
    values: [
      { kind: "string", value: text },
      { kind: "string", value: "none" },
    ],
    negated: false,
  } as const;
  const value = rowValue("users", "x", { aggregate: "sum", empty: "zero" });
  const plan = planOf({
    sources: [sourceOf("users", file)],
    dimensions: [dimension("segment", "users", [text, "plain"])],
    metrics: [
      moment("equal", { ...value, filter: equal }),
      moment("among", { ...value, filter: among }),
      moment("cohort", value, { cohort: [{ dimension: "segment", level: text }] }),
      moment("rank", value, { shape: "rank" }),
    ],
  });
  return {
    ...plan,
    arms: [
      { id: "control", value: "control" },
      { id: "treatment", value: text },
    ],
  };
}

describe("hostile text", () => {
  let bench: Workbench;
  let engine: DuckDbEngine;
  beforeAll(async () => {
    bench = await Workbench.open();
    engine = await bench.engine();
  });
  afterAll(() => bench.close());

  it.each(HOSTILE.map((text) => [JSON.stringify(text), text]))(
    "%s as an arm, a level, an id and a literal is data",
    async (_name, text) => {
      const table: Table = { columns: COLUMNS, rows: rowsFor(text) };
      for (const name of ["hostile.parquet", "hostile.csv"]) {
        const plan = planFor(await bench.write(name, table), text);
        const { result } = await readMoments(engine, plan);
        const expected = referenceResult(plan, { users: table.rows });
        expect(result.cells).toEqual(expected.cells);
        expect(result.ranks).toEqual(expected.ranks);
        expect(result.cells[1]?.metrics.equal?.sx).toBe(1n + 4n + 16n);
      }
    },
  );

  it.each(["it's; DROP TABLE x; --.parquet", "white space -- .parquet", "日本語.parquet"])(
    "a file named %s is a file",
    async (name) => {
      const rows = rowsFor("text");
      const plan = planFor(await bench.write(name, { columns: COLUMNS, rows }), "text");
      expect((await readMoments(engine, plan)).result.cells[1]?.units).toBe(3n);
    },
  );

  it.each(['x"; DROP TABLE units; --', 'x" FROM read_csv(', "x'y", "x -- y", "select", "x y"])(
    "a column named %s is that column, and an error when it is absent",
    async (name) => {
      const rows = rowsFor("text").map((row): Row => ({ ...row, [name]: row.x ?? null }));
      const columns = { ...COLUMNS, [name]: "INTEGER" };
      for (const file of ["column.parquet", "column.csv"]) {
        const path = await bench.write(file, { columns, rows });
        const named = planOf({
          sources: [sourceOf("users", path)],
          arms: ["control", "text"],
          metrics: [moment("named", rowValue("users", name))],
        });
        expect((await readMoments(engine, named)).result.cells[1]?.metrics.named?.sx).toBe(21n);
        const absent = await bench.write(file, { columns: COLUMNS, rows });
        const error = await refusal(engine, {
          ...named,
          sources: [sourceOf("users", absent)],
        });
        expect(error.code).toBe("COLUMN_MISSING");
        expect(error.subject).toMatchObject({ source: "users", column: name, metric: "named" });
      }
    },
  );

  const controls = ["line\nbreak", "nul\0", "escape\u001b[2J", "delete\u007f", "next\u0085line"];
  it.each(controls.map((text) => [JSON.stringify(text), text]))(
    "a name with a control character, %s, is refused",
    async (_name, text) => {
      const file = await bench.write("plain.parquet", { columns: COLUMNS, rows: rowsFor("text") });
      const plan = planFor(file, "text");
      const [users] = plan.sources;
      const [metric] = plan.metrics;
      if (users === undefined || metric === undefined) throw new Error("a source and a metric");
      const plans: readonly MomentPlan[] = [
        { ...plan, metrics: [{ ...metric, id: text }] },
        {
          ...plan,
          arms: [
            { id: text, value: "control" },
            { id: "t", value: "text" },
          ],
        },
        { ...plan, dimensions: [dimension(text, "users", ["text"])], metrics: [metric] },
        {
          ...plan,
          sources: [{ ...users, id: text }],
          exposure: { ...plan.exposure, source: text },
          dimensions: [],
          metrics: [{ ...metric, value: { ...metric.value, source: text } }],
        },
      ];
      for (const named of plans) {
        expect((await refusal(engine, named)).code).toBe("IDENTIFIER_INVALID");
      }
    },
  );

  it("a column whose name holds a control character is refused although it exists", async () => {
    const file = await bench.copy(
      "control.parquet",
      `SELECT 1 AS unit, 'control' AS arm, 1 AS "line\nbreak"`,
    );
    const plan = planOf({
      sources: [sourceOf("users", file)],
      metrics: [moment("m", rowValue("users", "line\nbreak"))],
    });
    const error = await refusal(engine, plan);
    expect(error.code).toBe("IDENTIFIER_INVALID");
    expect(error.subject).toMatchObject({ column: "line\nbreak" });
  });

  it("a NUL in a literal, an arm's value or a level is refused", async () => {
    const file = await bench.write("plain.parquet", { columns: COLUMNS, rows: rowsFor("text") });
    const plan = planFor(file, "nul\0");
    const { arms } = planFor(file, "text");
    for (const part of [plan, { ...plan, arms }, { ...plan, arms, metrics: [] }]) {
      expect((await refusal(engine, part)).code).toBe("IDENTIFIER_INVALID");
    }
  });
});
