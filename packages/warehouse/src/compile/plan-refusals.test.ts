import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Expression, MomentPlan, MomentSpec, ValueSpec } from "@plumbline/stats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DuckDbEngine } from "../engines/duckdb/engine.js";
import {
  WAREHOUSE_ERROR_CODES,
  type WarehouseErrorCode,
  type WarehouseErrorSubject,
} from "../errors.js";
import { column, dimension, moment, planOf, rowValue } from "../testing/plans.js";
import { errorOf, refusal, sourceOf, Workbench } from "../testing/workbench.js";
import { compile } from "./compile.js";

const USERS = `SELECT i AS unit, CASE i % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm,
  'EN' AS segment, i AS x, 'word' AS word, i / 2.0::DOUBLE AS ratio, [i] AS list,
  TIMESTAMP '2024-01-01' AS at FROM range(20) AS r(i)`;

interface Entry {
  readonly code: WarehouseErrorCode;
  readonly what: string;
  readonly subject: WarehouseErrorSubject;
  readonly attempt: () => Promise<unknown>;
}

let bench: Workbench;
let engine: DuckDbEngine;
let file: string;
beforeAll(async () => {
  bench = await Workbench.open();
  engine = await bench.engine();
  file = await bench.copy("users.parquet", USERS);
});
afterAll(() => bench.close());

function planWith(value: Partial<ValueSpec>, more: Partial<MomentSpec> = {}): MomentPlan {
  return planOf({
    sources: [sourceOf("users", file), sourceOf("events", file, { grain: "event", time: "at" })],
    exposure: { time: "at" },
    dimensions: [dimension("segment", "users", ["EN"])],
    metrics: [moment("m", rowValue("users", "x", value), more)],
  });
}

const at = (name: string) => join(bench.directory, name);

/** A readout of the file instead of the good one. */
function over(path: string, value: Partial<ValueSpec> = {}): Promise<unknown> {
  const plan = planOf({
    sources: [sourceOf("users", path)],
    metrics: [moment("m", rowValue("users", "x", value))],
  });
  return refusal(engine, plan);
}

const users = { source: "users" };
const m = { ...users, metric: "m" };

const TABLE: readonly Entry[] = [
  {
    code: "PLAN_INVALID",
    what: "a source that nobody declared",
    subject: { metric: "m", source: "nowhere" },
    attempt: () => refusal(engine, planWith({ source: "nowhere" })),
  },
  {
    code: "IDENTIFIER_INVALID",
    what: "a metric without a name",
    subject: { metric: "" },
    attempt: () => refusal(engine, planWith({}, { id: "" })),
  },
  {
    code: "COLUMN_MISSING",
    what: "a column that is not in the file",
    subject: { ...m, column: "y" },
    attempt: () => refusal(engine, planWith({ value: column("y") })),
  },
  {
    code: "COLUMN_TYPE",
    what: "words where numbers belong",
    subject: { ...m, column: "word" },
    attempt: () => refusal(engine, planWith({ value: column("word") })),
  },
  {
    code: "COLUMN_TYPE",
    what: "one wrong cell far down a CSV file",
    subject: { ...users, column: "x" },
    attempt: async () => {
      const rows = Array.from(
        { length: 30_000 },
        (_, i) => `${i},control,${i === 29_000 ? "oops" : i}`,
      );
      await writeFile(at("wrong.csv"), `unit,arm,x\n${rows.join("\n")}\n`);
      return over(at("wrong.csv"));
    },
  },
  {
    code: "FILE_MISSING",
    what: "a path without a file",
    subject: { ...users, file: "missing.csv" },
    attempt: () => over(at("missing.csv")),
  },
  {
    code: "FILE_MISSING",
    what: "a pattern that fits nothing",
    subject: { ...users, file: "none-*.parquet" },
    attempt: () => over(at("none-*.parquet")),
  },
  {
    code: "FILE_EMPTY",
    what: "a file of no bytes",
    subject: { ...users, file: "empty.parquet" },
    attempt: async () => {
      await writeFile(at("empty.parquet"), "");
      return over(at("empty.parquet"));
    },
  },
  {
    code: "FILE_EMPTY",
    what: "a header without rows",
    subject: { ...users, file: "header.csv" },
    attempt: async () => {
      await writeFile(at("header.csv"), "unit,arm,x\n");
      return over(at("header.csv"));
    },
  },
  {
    code: "FILE_UNREADABLE",
    what: "a Parquet file cut in half",
    subject: { ...users, file: "half.parquet" },
    attempt: async () => {
      await bench.copy("half.parquet", USERS);
      await truncate(at("half.parquet"), 300);
      return over(at("half.parquet"));
    },
  },
  {
    code: "FILE_UNREADABLE",
    what: "a compressed CSV file cut in half",
    subject: { ...users, file: "half.csv.gz" },
    attempt: async () => {
      await bench.copy(
        "half.csv.gz",
        "SELECT i AS unit, 'control' AS arm, hash(i) AS x FROM range(5000) AS r(i)",
      );
      await truncate(at("half.csv.gz"), 20_000);
      return over(at("half.csv.gz"));
    },
  },
  {
    code: "FILE_UNREADABLE",
    what: "a directory",
    subject: { ...users, file: "" },
    attempt: () => over(bench.directory),
  },
  {
    code: "FILE_FORBIDDEN",
    what: "a file outside the allowed directories",
    subject: users,
    attempt: async () => {
      const elsewhere = await bench.engine({ allowedDirectories: [at("elsewhere")] });
      return refusal(elsewhere, planWith({}));
    },
  },
  {
    code: "ARM_EMPTY",
    what: "an arm that nobody is in",
    subject: { ...users, arm: "third" },
    attempt: () => {
      const plan = planWith({});
      return refusal(engine, { ...plan, arms: [...plan.arms, { id: "third", value: "3" }] });
    },
  },
  {
    code: "LEVEL_ABSENT",
    what: "a level that nobody has",
    subject: { ...users, dimension: "segment", level: "JP" },
    attempt: () =>
      refusal(engine, {
        ...planWith({}),
        dimensions: [dimension("segment", "users", ["EN", "JP"])],
      }),
  },
  {
    code: "VALUE_NOT_POSITIVE",
    what: "the logarithm of zero",
    subject: m,
    attempt: () => refusal(engine, planWith({ transform: "log", scale: 6 })),
  },
  {
    code: "VALUE_OUT_OF_SCALE",
    what: "more digits than a double has",
    subject: m,
    attempt: () => refusal(engine, planWith({ value: column("ratio"), scale: 18 })),
  },
  {
    code: "MOMENT_OVERFLOW",
    what: "a value beyond 64 bits",
    subject: m,
    attempt: async () => {
      const path = await bench.copy(
        "huge.parquet",
        "SELECT i AS unit, 'control' AS arm, 9223372036854775807 AS x FROM range(4) AS r(i)",
      );
      return over(path, { scale: 2 });
    },
  },
  {
    code: "OUT_OF_MEMORY",
    what: "a limit that no readout fits in",
    subject: {},
    attempt: async () => {
      const small = await bench.engine({ threads: 1, memoryLimit: "2MB" });
      const sql =
        "SELECT count(*) AS n FROM (SELECT DISTINCT hash(i) AS h FROM range(3000000) AS r(i))";
      return errorOf(small.run(sql, []));
    },
  },
  {
    code: "AS_OF_WITHOUT_TIME",
    what: "exposures without a time, cut at one",
    subject: { source: "users" },
    attempt: () => {
      const plan = planWith({});
      return refusal(engine, {
        ...plan,
        exposure: { ...plan.exposure, time: null, asOf: "2024-01-02" },
      });
    },
  },
  {
    code: "INTERRUPTED",
    what: "a signal",
    subject: {},
    attempt: () => refusal(engine, planWith({}), { signal: AbortSignal.abort() }),
  },
  {
    code: "ENGINE_FAILED",
    what: "a statement that is none",
    subject: {},
    attempt: () => errorOf(engine.run("SELEKT 1", [])),
  },
];

describe("every error of the warehouse", () => {
  it("is reached by a case of the table", () => {
    expect(new Set(TABLE.map((entry) => entry.code))).toEqual(new Set(WAREHOUSE_ERROR_CODES));
  });

  it.each(TABLE.map((entry) => [entry.code, entry.what, entry] as const))(
    "%s for %s has a sentence, a mend and a subject",
    async (code, _what, entry) => {
      const error = await entry.attempt();
      const named = entry.subject.file;
      const subject =
        named === undefined
          ? entry.subject
          : { ...entry.subject, file: expect.stringContaining(named) };
      expect(error).toMatchObject({ name: "WarehouseError", code, subject });
      const { message, mend } = error as Error & { mend: string };
      for (const sentence of [message, mend]) {
        expect(sentence).toMatch(/^\S.{8,}\.$|^\S.{8,}: .+$/s);
        expect(sentence).not.toMatch(/undefined|\[object|NaN|plumbline check/);
      }
    },
  );
});

const number = (value: number): Expression => ({ kind: "number", value });
const sum = (source: string): ValueSpec => rowValue(source, "x", { aggregate: "sum" });

describe("a plan that contradicts itself is refused before anything runs", () => {
  const changes: Readonly<Record<string, () => Partial<MomentPlan>>> = {
    "no arms": () => ({ arms: [] }),
    "an arm named twice": () => ({
      arms: [
        { id: "a", value: "1" },
        { id: "a", value: "2" },
      ],
    }),
    "two arms of one value": () => ({
      arms: [
        { id: "a", value: "1" },
        { id: "b", value: "1" },
      ],
    }),
    "a metric named twice": () => {
      const { metrics } = planWith({});
      return { metrics: [...metrics, ...metrics] };
    },
    "a source of events without units": () => {
      const { sources } = planWith({});
      const [own] = sources;
      const events = sourceOf("events", file, { grain: "event", unit: null });
      return {
        sources: own === undefined ? [] : [own, events],
        metrics: [moment("m", sum("events"))],
      };
    },
    "a dimension read from events": () => ({
      dimensions: [dimension("segment", "events", ["EN"])],
    }),
    "a level named twice": () => ({ dimensions: [dimension("segment", "users", ["EN", "EN"])] }),
    "a run that is no time": () => ({
      exposure: { ...planWith({}).exposure, run: { start: "soon", end: null } },
    }),
    "an as of that is no time": () => ({
      exposure: { ...planWith({}).exposure, asOf: "tomorrow" },
    }),
  };
  it.each(Object.entries(changes))("%s", async (_name, change) => {
    const error = await refusal(engine, { ...planWith({}), ...change() });
    expect(error.code).toBe("PLAN_INVALID");
    expect(error.mend).not.toBe("");
  });

  it("a source without files", () => {
    const plan = { ...planWith({}), sources: [{ ...sourceOf("users", file), files: [] }] };
    expect(() => compile(plan, {})).toThrowError(
      expect.objectContaining({ code: "PLAN_INVALID", subject: { source: "users" } }),
    );
  });

  const specs: Readonly<Record<string, () => MomentSpec>> = {
    "a scale of 19": () => moment("m", rowValue("users", "x", { scale: 19 })),
    "a scale of half a digit": () => moment("m", rowValue("users", "x", { scale: 0.5 })),
    "an event's own value in a mean": () => moment("m", rowValue("events", "x")),
    "a window that ends before it begins": () =>
      moment("m", { ...sum("events"), window: { fromDays: 2, toDays: 1 } }),
    "a ratio without a denominator": () => moment("m", sum("events"), { shape: "ratio" }),
    "a denominator without a ratio": () =>
      moment("m", sum("events"), { denominator: sum("events") }),
    "a rank with a covariate": () =>
      moment("m", sum("events"), { shape: "rank", covariate: sum("events") }),
    "a quantile of order 1": () => moment("m", sum("events"), { shape: "quantile", order: 1 }),
    "a quantile without an order": () => moment("m", sum("events"), { shape: "quantile" }),
    "a cohort of no dimension": () =>
      moment("m", sum("events"), { cohort: [{ dimension: "city", level: "Kyoto" }] }),
    "a cohort of no declared level": () =>
      moment("m", sum("events"), { cohort: [{ dimension: "segment", level: "JP" }] }),
    "a sum of nothing": () => moment("m", { ...sum("events"), value: null }),
    "a limit that is not finite": () =>
      moment("m", { ...sum("events"), cap: { lower: null, upper: Number.POSITIVE_INFINITY } }),
    "a number that is not finite": () =>
      moment("m", { ...sum("events"), value: number(Number.NaN) }),
    "a function with too many arguments": () =>
      moment("m", {
        ...sum("events"),
        value: { kind: "call", name: "abs", args: [column("x"), column("x")] },
      }),
    "an empty list": () =>
      moment("m", {
        ...sum("events"),
        filter: { kind: "in", operand: column("x"), values: [], negated: false },
      }),
  };
  it.each(Object.entries(specs))("%s", async (_name, spec) => {
    const error = await refusal(engine, { ...planWith({}), metrics: [spec()] });
    expect(error.code).toBe("PLAN_INVALID");
    expect(error.message).toMatch(/\.$/);
  });

  const types: Readonly<Record<string, () => Partial<ValueSpec>>> = {
    "a list where a number belongs": () => ({ value: column("list") }),
    "a time where a number belongs": () => ({ value: column("at") }),
    "a number where a condition belongs": () => ({ filter: column("x") }),
    "a word compared with a number": () => ({
      filter: { kind: "binary", op: ">", left: column("word"), right: number(1) },
    }),
    "lower of a number": () => ({
      filter: {
        kind: "call",
        name: "is_null",
        args: [{ kind: "call", name: "lower", args: [column("x")] }],
      },
    }),
  };
  it.each(Object.entries(types))(
    "%s is COLUMN_TYPE and names metric and column",
    async (_name, value) => {
      const error = await refusal(engine, planWith(value()));
      expect(error.code).toBe("COLUMN_TYPE");
      expect(error.subject).toMatchObject({ metric: "m", source: "users" });
      expect(error.subject.column).toBeDefined();
    },
  );

  it("suggests the column that was meant", async () => {
    const error = await refusal(engine, planWith({ value: column("segmnt") }));
    expect(error.mend).toContain("segment");
  });
});
