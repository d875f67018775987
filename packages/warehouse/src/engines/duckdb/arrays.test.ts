import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../compile/compile.js";
import { readMoments } from "../../readout/read-moments.js";
import { moment, planOf, rowValue } from "../../testing/plans.js";
import { bytes, errorOf, sourceOf, Workbench } from "../../testing/workbench.js";
import { arraysFit, parseBytes } from "./arrays.js";
import type { DuckDbEngine, DuckDbOptions } from "./engine.js";

describe("the memory limit as DuckDB prints it", () => {
  it.each([
    ["953.6 MiB", 953.6 * 2 ** 20],
    ["683.5 KiB", 683.5 * 2 ** 10],
    ["18.8 GiB", 18.8 * 2 ** 30],
    ["1.8 TiB", 1.8 * 2 ** 40],
    ["0 bytes", 0],
    ["plenty", 0],
  ])("%s", (text, size) => {
    expect(parseBytes(text)).toBe(size);
  });
});

describe("groups by array", () => {
  const resources = { memoryBytes: 1_000_000_000, threads: 2 };

  it("while the arrays of all threads take no more than a quarter of the memory", () => {
    expect(arraysFit(125_000_000, resources)).toBe(true);
    expect(arraysFit(125_000_001, resources)).toBe(false);
  });

  it("never without anything to gain, or where the memory limit is unknown", () => {
    expect(arraysFit(0, resources)).toBe(false);
    expect(arraysFit(1, { memoryBytes: 0, threads: 1 })).toBe(false);
  });
});

describe("a readout grouped by array", () => {
  const UNITS = 5000;
  // Units of each kind of ids, all in the order of the same whole numbers i.
  const IDS: Readonly<Record<string, { readonly sql: string; readonly arrays: boolean }>> = {
    dense: { sql: "i", arrays: true },
    "dense and negative": { sql: `i - ${UNITS / 2}`, arrays: true },
    sparse: { sql: "i * 100003", arrays: false },
    "close together and far out": { sql: "i + 9007199254740993", arrays: false },
    "the largest and the smallest": {
      sql: "CASE i WHEN 0 THEN -9223372036854775808 WHEN 1 THEN 9223372036854775807 ELSE i END",
      arrays: false,
    },
    text: { sql: "'u' || i", arrays: false },
    "whole numbers as text": { sql: "CAST(i AS VARCHAR)", arrays: false },
  };
  let bench: Workbench;
  beforeAll(async () => {
    bench = await Workbench.open();
  });
  afterAll(() => bench.close());

  async function planWith(id: string, name: string) {
    const users = await bench.copy(
      `users-${name}.parquet`,
      `SELECT ${id} AS unit, CASE hash(i) % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm,
        TIMESTAMP '2024-01-01' + to_hours(i % 30) AS at FROM range(${UNITS}) AS r(i)`,
    );
    const events = await bench.copy(
      `events-${name}.parquet`,
      `SELECT ${id} AS unit, TIMESTAMP '2024-01-01' + to_hours(k % 70) AS time,
        hash(k) % 1000 / 8 AS x, hash(k + 7) % 5 = 0 AS useful
       FROM (SELECT k, (hash(k * 3) % ${UNITS})::BIGINT AS i FROM range(40000) AS r(k))`,
    );
    const sum = rowValue("events", "x", {
      aggregate: "sum",
      empty: "zero",
      scale: 3,
      window: { fromDays: 0, toDays: 1 },
    });
    return planOf({
      sources: [
        sourceOf("users", users),
        sourceOf("events", events, { grain: "event", time: "time" }),
      ],
      exposure: { time: "at" },
      metrics: [
        moment("sum", sum),
        moment("avg", { ...sum, aggregate: "avg", empty: "exclude" }),
        moment("max", { ...sum, aggregate: "max", empty: "exclude" }),
        moment("any", rowValue("events", "useful", { aggregate: "any", empty: "zero" })),
        moment("rank", sum, { shape: "rank" }),
      ],
    });
  }

  async function compiled(engine: DuckDbEngine, plan: ReturnType<typeof planOf>) {
    const described = plan.sources.map(
      async (source) => [source.id, await engine.describe(source)] as const,
    );
    return compile(plan, Object.fromEntries(await Promise.all(described))).statements;
  }

  async function arraysIn(id: string, name: string, options: Partial<DuckDbOptions> = {}) {
    const engine = await bench.engine(options);
    const found: boolean[] = [];
    for (const { sql, arrayBytes } of await compiled(engine, await planWith(id, name))) {
      const rows = await engine.run(`EXPLAIN (FORMAT json) ${sql}`, [], { arrayBytes });
      found.push(String(rows[0]?.explain_value).includes("PERFECT_HASH_GROUP_BY"));
    }
    return found;
  }

  it.each(Object.entries(IDS))("ids that are %s", async (_name, { sql, arrays }) => {
    expect(await arraysIn(sql, "kind")).toEqual([arrays, arrays]);
    const dense = await readMoments(await bench.engine(), await planWith("i", "dense"));
    const found = await readMoments(
      await bench.engine({ threads: 3 }),
      await planWith(sql, "kind"),
    );
    expect(bytes(found.result)).toBe(bytes(dense.result));
    expect(found.result.quality.units).toBe(BigInt(UNITS));
  });

  it("is not for a small memory limit, and gives the same bytes there", async () => {
    const memoryLimit = "128MB";
    expect(await arraysIn("i * 200", "small", { memoryLimit })).toEqual([false, false]);
    const plan = await planWith("i * 200", "small");
    const free = await readMoments(await bench.engine(), plan);
    const small = await readMoments(await bench.engine({ memoryLimit }), plan);
    expect(bytes(small.result)).toBe(bytes(free.result));
  });

  it("several at once, and one after an interrupted one, give the same bytes", async () => {
    const plan = await planWith("i", "again");
    const engine = await bench.engine();
    const alone = bytes((await readMoments(engine, plan)).result);
    const together = await Promise.all([1, 2, 3].map(() => readMoments(engine, plan)));
    expect(together.map(({ result }) => bytes(result))).toEqual([alone, alone, alone]);
    const abort = new AbortController();
    const endless =
      "SELECT sum(a.i * b.i) AS total FROM range(1000000) AS a(i), range(1000000) AS b(i)";
    const running = errorOf(engine.run(endless, [], { signal: abort.signal, arrayBytes: 1 }));
    setTimeout(() => abort.abort(), 100);
    expect((await running).code).toBe("INTERRUPTED");
    expect(bytes((await readMoments(engine, plan)).result)).toBe(alone);
  });

  it("ends when the engine was closed meanwhile", async () => {
    const plan = await planWith("i", "closing");
    const engine = await bench.engine();
    const [statement] = await compiled(engine, plan);
    const running = engine.run(statement?.sql ?? "", [], { arrayBytes: 1 });
    engine.close();
    expect((await running).length).toBeGreaterThan(0);
  });
});
