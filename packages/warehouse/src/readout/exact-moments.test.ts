import { centre, type MomentPlan, meanDifference } from "@plumbline/stats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DuckDbEngine } from "../engines/duckdb/engine.js";
import { column, dimension, moment, planOf, rowValue } from "../testing/plans.js";
import { bytes, refusal, sourceOf, Workbench } from "../testing/workbench.js";
import { readMoments } from "./read-moments.js";

const USERS = `
  SELECT 'u' || i AS unit, CASE WHEN hash(i) % 2 = 0 THEN 'control' ELSE 'treatment' END AS arm,
    TIMESTAMP '2024-01-01' + to_minutes((i * 37) % 9000) AS at,
    CASE i % 3 WHEN 0 THEN 'JP' WHEN 1 THEN 'EN' ELSE 'mixed' END AS segment,
    CAST((i * 7919) % 1000 AS DECIMAL(9, 2)) / 4 AS history
  FROM range(4000) AS r(i)`;
const EVENTS = `
  SELECT 'u' || (i * 7) % 4100 AS unit,
    TIMESTAMP '2024-01-01' + to_minutes((i * 101) % 14000) AS time,
    ((i * 7919) % 100003) / 128.0::DOUBLE AS latency,
    CAST(((i * 104729) % 10007) / 100.0 AS DECIMAL(9, 2)) AS spend,
    i % 5 = 0 AS useful
  FROM range(30000) AS r(i)`;

function planOver(extension: string, directory: string, suffix = ""): MomentPlan {
  const events = { grain: "event", time: "time" } as const;
  const after = { fromDays: 0, toDays: 5 };
  const before = { fromDays: -4, toDays: 0 };
  const spend = rowValue("events", "spend", { aggregate: "sum", scale: 2, empty: "zero" });
  const latency = rowValue("events", "latency", { scale: 6, window: after });
  return planOf({
    sources: [
      sourceOf("users", `${directory}/users${suffix}.${extension}`),
      sourceOf("events", `${directory}/events${suffix}.${extension}`, events),
    ],
    exposure: { time: "at" },
    dimensions: [dimension("segment", "users", ["EN", "JP"])],
    metrics: [
      moment("spend", { ...spend, window: after }, { covariate: { ...spend, window: before } }),
      moment("useful", rowValue("events", "useful", { aggregate: "any", empty: "zero" })),
      moment(
        "spend_per_event",
        { ...spend, window: after },
        {
          shape: "ratio",
          denominator: rowValue("events", null, {
            aggregate: "count",
            window: after,
            empty: "zero",
          }),
        },
      ),
      moment(
        "history_log",
        rowValue("users", "history", { scale: 6, transform: "log", filter: positive }),
      ),
      moment("mean_latency", { ...latency, aggregate: "avg" }),
      moment("p95", latency, { shape: "quantile", order: 0.95 }),
      moment("spend_rank", { ...spend, window: after }, { shape: "rank" }),
    ],
  });
}

const positive = {
  kind: "binary",
  op: ">",
  left: column("history"),
  right: { kind: "number", value: 0 },
} as const;

describe("moments are exact integers", () => {
  let bench: Workbench;
  let two: DuckDbEngine;
  let expected: string;
  beforeAll(async () => {
    bench = await Workbench.open();
    two = await bench.engine({ threads: 2 });
    for (const extension of ["parquet", "csv", "csv.gz"]) {
      await bench.copy(`users.${extension}`, USERS);
      await bench.copy(`events.${extension}`, EVENTS);
    }
    await bench.copy("users-shuffled.parquet", `FROM (${USERS}) ORDER BY hash(unit)`);
    await bench.copy(
      "events-shuffled.parquet",
      `FROM (${EVENTS}) ORDER BY hash(latency, unit), spend`,
    );
    expected = bytes((await readMoments(two, planOver("parquet", bench.directory))).result);
  });
  afterAll(() => bench.close());

  it("gives the same bytes with 1, 2 and 4 threads", async () => {
    for (const threads of [1, 4]) {
      const engine = await bench.engine({ threads });
      const { result } = await readMoments(engine, planOver("parquet", bench.directory));
      expect(bytes(result)).toBe(expected);
    }
    expect(expected).toContain('"p95"');
    expect(expected).toContain('"spend_rank"');
  });

  it("gives the same bytes for shuffled rows", async () => {
    const { result } = await readMoments(two, planOver("parquet", bench.directory, "-shuffled"));
    expect(bytes(result)).toBe(expected);
  });

  it.each(["csv", "csv.gz"])("gives the same bytes for Parquet and %s", async (extension) => {
    const { result } = await readMoments(two, planOver(extension, bench.directory));
    expect(bytes(result)).toBe(expected);
  });

  it("gives the same bytes for one file and for the same rows in several", async () => {
    const source = (index: number) => `FROM (${EVENTS}) WHERE hash(latency) % 3 = ${index}`;
    const files = await Promise.all(
      [0, 1, 2].map((index) => bench.copy(`part-${index}.parquet`, source(index))),
    );
    const plan = planOver("parquet", bench.directory);
    const [users, events] = plan.sources;
    if (users === undefined || events === undefined) throw new Error("two sources");
    const split = { ...plan, sources: [users, { ...events, files }] };
    expect(bytes((await readMoments(two, split)).result)).toBe(expected);
    const pattern = {
      ...plan,
      sources: [users, { ...events, files: [`${bench.directory}/part-*.parquet`] }],
    };
    expect(bytes((await readMoments(two, pattern)).result)).toBe(expected);
  });
});

describe("a large offset", () => {
  let bench: Workbench;
  let engine: DuckDbEngine;
  beforeAll(async () => {
    bench = await Workbench.open();
    engine = await bench.engine();
  });
  afterAll(() => bench.close());

  // Adding a constant moves the mean by it and leaves the variance; in doubles it would lose 1e18/1e-4.
  it.each(["DECIMAL(18, 2)", "DOUBLE"])("of 1e9 loses no digit of a %s", async (type) => {
    const value = (offset: string) => `CAST(${offset} + ((i * 7919) % 997) / 100.0 AS ${type})`;
    const file = await bench.copy(
      "offset.parquet",
      `SELECT i AS unit, CASE i % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm,
        ${value("0")} AS small, ${value("1000000000")} AS large FROM range(2000) AS r(i)`,
    );
    const plan = planOf({
      sources: [sourceOf("users", file)],
      metrics: ["small", "large"].map((name) =>
        moment(name, rowValue("users", name, { scale: 2 })),
      ),
    });
    const { result } = await readMoments(engine, plan);
    for (const { metrics } of result.cells) {
      const { small, large } = metrics;
      if (small === undefined || large === undefined) throw new Error("two metrics");
      const plain = centre({ n: small.n, s: small.sx, ss: small.sxx }, 2);
      const offset = centre({ n: large.n, s: large.sx, ss: large.sxx }, 2);
      expect(large.sx - small.sx).toBe(large.n * 100_000_000_000n);
      expect(offset.variance).toBe(plain.variance);
      expect(meanDifference({ n: large.n, s: large.sx }, { n: small.n, s: small.sx }, 2)).toBe(1e9);
      expect(plain.variance).toBeGreaterThan(1);
    }
  });

  it("sums integers to the last digit beyond 2^53", async () => {
    const file = await bench.copy(
      "wide.parquet",
      `SELECT i AS unit, CASE i % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm,
        9007199254740993 + i AS x FROM range(1000) AS r(i)`,
    );
    const plan = planOf({
      sources: [sourceOf("users", file)],
      metrics: [moment("x", rowValue("users", "x"))],
    });
    const { result } = await readMoments(engine, plan);
    const values = Array.from(
      { length: 500 },
      (_, index) => 9_007_199_254_740_993n + 2n * BigInt(index),
    );
    expect(result.cells[0]?.metrics.x).toMatchObject({
      n: 500n,
      sx: values.reduce((sum, x) => sum + x, 0n),
      sxx: values.reduce((sum, x) => sum + x * x, 0n),
    });
  });
});

describe("what does not fit is an error, never a wrap", () => {
  let bench: Workbench;
  let engine: DuckDbEngine;
  beforeAll(async () => {
    bench = await Workbench.open();
    engine = await bench.engine();
  });
  afterAll(() => bench.close());

  const units = (x: string, rows = 40) =>
    `SELECT i AS unit, CASE i % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm, ${x} AS x FROM range(${rows}) AS r(i)`;
  async function codeFor(query: string, scale: number, aggregate: "value" | "sum" = "value") {
    const file = await bench.copy("extreme.parquet", query);
    const events = { grain: "event" } as const;
    const plan = planOf({
      sources: [
        sourceOf("users", file),
        ...(aggregate === "sum" ? [sourceOf("rows", file, events)] : []),
      ],
      metrics: [
        moment(
          "extreme",
          rowValue(aggregate === "sum" ? "rows" : "users", "x", { scale, aggregate }),
        ),
      ],
    });
    return refusal(engine, plan);
  }

  it.each([
    ["a value times 10^scale", units("9223372036854775807"), 1, "value"],
    ["a decimal times 10^scale", units("CAST(99999999999999999 AS DECIMAL(38, 4))"), 6, "value"],
    ["a sum of squares", units("9223372036854775807"), 0, "value"],
    [
      "a unit's sum",
      units("9223372036854775807")
        .replace("i AS unit", "i // 8 AS unit")
        .replace("CASE i % 2", "CASE (i // 8) % 2"),
      0,
      "sum",
    ],
  ] as const)(
    "%s beyond its integer is MOMENT_OVERFLOW",
    async (_name, query, scale, aggregate) => {
      expect((await codeFor(query, scale, aggregate)).code).toBe("MOMENT_OVERFLOW");
    },
  );

  it.each([
    ["not a number", "CASE i WHEN 7 THEN CAST('nan' AS DOUBLE) ELSE i END"],
    ["infinite", "CASE i WHEN 7 THEN CAST('inf' AS DOUBLE) ELSE i END"],
    ["minus infinite", "CASE i WHEN 7 THEN CAST('-inf' AS DOUBLE) ELSE i END"],
    ["above 2^53 at its scale", "CASE i WHEN 7 THEN 1e14 ELSE i END"],
    [
      "a FLOAT that is not a number",
      "CAST(CASE i WHEN 7 THEN CAST('nan' AS DOUBLE) ELSE i END AS FLOAT)",
    ],
  ])("a value that is %s is VALUE_OUT_OF_SCALE and names the metric", async (_name, x) => {
    const error = await codeFor(units(x), 2);
    expect(error.code).toBe("VALUE_OUT_OF_SCALE");
    expect(error.subject.metric).toBe("extreme");
    expect(error.mend).not.toBe("");
  });
});
