import type { MomentPlan, MomentResult, SourceSpec } from "@plumbline/stats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DuckDbEngine } from "../engines/duckdb/engine.js";
import { column, dimension, moment, planOf, rowValue } from "../testing/plans.js";
import { bytes, type Row, refusal, sourceOf, Workbench } from "../testing/workbench.js";
import { readMoments } from "./read-moments.js";

const HOUR = 3_600_000_000;
/** 2024-01-01T00:00:00Z in microseconds. */
const START = 1_704_067_200_000_000;

// Every 17th time is missing; times fall on whole minutes, so that cuts can hit them exactly.
const at = (salt: number, days: number) =>
  `CASE WHEN i % 17 = 4 THEN NULL
    ELSE TIMESTAMP '2024-01-01' + to_minutes((hash(i * ${salt}) % ${days * 24 * 60})::BIGINT) END`;
const TABLES: Readonly<Record<string, string>> = {
  users: `SELECT 'u' || i % 90 AS unit, CASE hash(i * 3) % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm,
    ${at(5, 6)} AS at, 'EN' AS segment, (hash(i) % 50)::INTEGER AS amount FROM range(120) AS r(i)`,
  events: `SELECT 'u' || hash(i) % 95 AS unit, ${at(7, 12)} AS at, (hash(i * 11) % 400)::INTEGER AS amount,
    CASE (hash(i) % 95 + (i % 60) // 59) % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm,
    CASE i % 3 WHEN 0 THEN 'own' ELSE 'other' END AS kind FROM range(900) AS r(i)`,
  profile: `SELECT 'u' || i % 80 AS unit, ${at(19, 8)} AS at, 'g' || i % 3 AS country,
    (hash(i * 23) % 70)::INTEGER AS amount FROM range(100) AS r(i)`,
};
const CUTS: Readonly<Record<string, string>> = {
  "in the middle": "2024-01-04T07:30:00Z",
  "later, to the microsecond": "2024-01-05T18:00:00.000001Z",
  "on a day": "2024-01-06",
};

const amount = (source: string, more = {}) =>
  rowValue(source, "amount", { aggregate: "sum", empty: "zero", ...more });
const after = { window: { fromDays: 0, toDays: 2 } };
const own = {
  kind: "binary",
  op: "=",
  left: column("kind"),
  right: { kind: "string", value: "own" },
} as const;

const event = { grain: "event", time: "at" } as const;
type Files = (source: string) => string;
const PLANS: Readonly<Record<string, (file: Files) => MomentPlan>> = {
  "one row a unit, with events and a profile": (file) =>
    planOf({
      sources: [
        sourceOf("users", file("users"), { time: "at" }),
        sourceOf("events", file("events"), event),
        sourceOf("profile", file("profile"), { time: "at" }),
      ],
      exposure: { time: "at", run: { start: "2024-01-01T06:00:00Z", end: "2024-01-05T12:00:00Z" } },
      dimensions: [{ ...dimension("country", "profile", ["g0", "g1"]), measuredAt: "at" }],
      metrics: [
        moment("own", rowValue("users", "amount")),
        moment("sum", amount("events", after), {
          covariate: amount("events", { window: { fromDays: -2, toDays: 0 } }),
        }),
        moment("rows", rowValue("events", null, { aggregate: "count", empty: "zero" })),
        moment("ratio", amount("events"), {
          shape: "ratio",
          denominator: rowValue("events", "amount", { aggregate: "max", range: BOUNDS }),
          covariate: rowValue("profile", "amount"),
        }),
        moment("median", rowValue("events", "amount", after), { shape: "quantile", order: 0.5 }),
        moment("rank", amount("events"), { shape: "rank" }),
      ],
    }),
  "exposures and values in the same events": (file) =>
    planOf({
      sources: [sourceOf("events", file("events"), event)],
      exposure: { time: "at" },
      metrics: [
        moment("sum", amount("events")),
        moment("rank", amount("events"), { shape: "rank" }),
      ],
    }),
  "exposures picked from the events by a filter, values with a window": (file) =>
    planOf({
      sources: [sourceOf("events", file("events"), event)],
      exposure: { time: "at", filter: own },
      metrics: [
        moment("sum", amount("events", after)),
        moment("p90", rowValue("events", "amount"), { shape: "quantile", order: 0.9 }),
      ],
    }),
  "events whose only time is that of the exposure": (file) =>
    planOf({
      sources: [sourceOf("events", file("events"), { ...event, time: null })],
      exposure: { time: "at", filter: own },
      metrics: [moment("sum", amount("events"))],
    }),
  "rows without ids": (file) =>
    planOf({
      sources: [sourceOf("users", file("users"), { unit: null })],
      exposure: { time: "at" },
      metrics: [moment("own", rowValue("users", "amount"))],
    }),
};
const BOUNDS = { lower: 10, upper: 300 };

function asOf(plan: MomentPlan, time: string): MomentPlan {
  return { ...plan, exposure: { ...plan.exposure, asOf: time } };
}

let bench: Workbench;
let engine: DuckDbEngine;
beforeAll(async () => {
  bench = await Workbench.open();
  engine = await bench.engine();
});
afterAll(() => bench.close());

async function read(plan: MomentPlan): Promise<MomentResult> {
  return (await readMoments(engine, plan)).result;
}

describe("a readout as of a time equals one of the files cut there", () => {
  const formats = ["parquet", "csv"];
  const cuts = Object.entries(CUTS).map(([name, time], index) => ({ name, time, index }));
  const path = (source: string, cut: string, format: string) =>
    `${bench.directory}/${source}-${cut}.${format}`;
  beforeAll(async () => {
    for (const format of formats) {
      for (const [source, query] of Object.entries(TABLES)) {
        await bench.copy(`${source}-whole.${format}`, query);
        for (const { time, index } of cuts) {
          const until = time.replace("T", " ").replace("Z", "");
          const cut = `SELECT * FROM (${query}) WHERE "at" < TIMESTAMP '${until}'`;
          await bench.copy(`${source}-${index}.${format}`, cut);
        }
      }
    }
  });

  const cases = Object.keys(PLANS).flatMap((plan) =>
    formats.flatMap((format) => cuts.map((cut) => [plan, format, cut.name, cut] as const)),
  );
  it.each(cases)("%s (%s), %s", async (name, format, _when, { time, index }) => {
    const make = PLANS[name];
    if (make === undefined) throw new Error("no such plan");
    const whole = make((source) => path(source, "whole", format));
    const found = await read(asOf(whole, time));
    const expected = await read(make((source) => path(source, String(index), format)));
    expect(bytes(found)).toBe(bytes(expected));
    expect(bytes(found)).not.toBe(bytes(await read(whole)));
  });
});

describe("what had happened", () => {
  const files: Record<string, string> = {};
  const row = (unit: string, arm: string, hour: number, more: Row): Row => ({
    unit,
    arm,
    at: START + hour * HOUR,
    ...more,
  });
  beforeAll(async () => {
    files.users = await bench.write("users.parquet", {
      columns: {
        unit: "VARCHAR",
        arm: "VARCHAR",
        at: "TIMESTAMP",
        done: "TIMESTAMP",
        x: "INTEGER",
      },
      rows: [
        row("c1", "control", 1, { done: START + 3 * HOUR, x: 10 }),
        row("c2", "control", 1, { done: START + 9 * HOUR, x: 20 }),
        row("c3", "control", 1, { done: null, x: 40 }),
        row("c4", "control", 5, { done: START + 2 * HOUR, x: 80 }), // exposed at the very time
        row("t1", "treatment", 1, { done: START + 5 * HOUR - 1, x: 100 }),
        row("t2", "treatment", 2, { done: START + 5 * HOUR, x: 200 }), // done at the very time
        row("c1", "treatment", 7, { done: START + 7 * HOUR, x: 400 }), // later in both arms
      ],
    });
    files.profile = await bench.write("profile.parquet", {
      columns: { unit: "VARCHAR", country: "VARCHAR", visits: "INTEGER" },
      rows: [{ unit: "c1", country: "FR", visits: 3 }],
    });
  });
  const time = "2024-01-01T05:00:00Z";
  const plan = (users: Partial<SourceSpec>, more: Partial<Parameters<typeof planOf>[0]> = {}) =>
    asOf(
      planOf({
        sources: [
          sourceOf("users", files.users ?? "", users),
          sourceOf("profile", files.profile ?? ""),
        ],
        exposure: { time: "at" },
        metrics: [moment("x", rowValue("users", "x"))],
        ...more,
      }),
      time,
    );
  const sums = (result: MomentResult) =>
    result.cells.map(({ arm, units, metrics }) => [arm, units, metrics.x?.n, metrics.x?.sx]);

  it("a value with a time of its own is cut at that time, its unit at the time of exposure", async () => {
    const { cells, quality } = await read(plan({ time: "done" }));
    expect(sums({ cells } as MomentResult)).toEqual([
      ["control", 3n, 1n, 10n],
      ["treatment", 2n, 1n, 100n],
    ]);
    expect(quality).toMatchObject({
      exposureRows: 5n,
      units: 5n,
      multiArmUnits: 0n,
      firstExposure: "2024-01-01T01:00:00.000Z",
      lastExposure: "2024-01-01T02:00:00.000Z",
    });
  });

  it("a value in the exposure's row, without a time of its own, counts with the exposure", async () => {
    const whole = plan({});
    expect(sums(await read(whole))).toEqual([
      ["control", 3n, 3n, 70n],
      ["treatment", 2n, 2n, 300n],
    ]);
    const { quality } = await read({ ...whole, exposure: { ...whole.exposure, asOf: null } });
    expect(quality).toMatchObject({ exposureRows: 7n, units: 6n, multiArmUnits: 1n });
  });

  it("dimensions and covariates without a time are known before exposure", async () => {
    const { cells } = await read(
      plan(
        {},
        {
          dimensions: [dimension("country", "profile", ["FR"])],
          metrics: [
            moment("x", rowValue("users", "x"), { covariate: rowValue("profile", "visits") }),
          ],
        },
      ),
    );
    const [everybody] = cells;
    expect(everybody?.metrics.x?.covariate).toMatchObject({ n: 1n, sz: 3n, sxz: 30n });
    expect(cells.find((cell) => cell.level === "FR" && cell.arm === "control")?.units).toBe(1n);
  });

  it("the statement says as of when it reads", async () => {
    const { statements } = await readMoments(engine, plan({}));
    expect(statements[0]?.sql).toContain(`-- as of ${time}`);
  });

  it.each(["value", "denominator"] as const)("a %s without a time is refused", async (part) => {
    const profile = rowValue("profile", "visits");
    const x = rowValue("users", "x");
    const [value, denominator] = part === "value" ? [profile, x] : [x, profile];
    const metrics = [moment("per_visit", value, { shape: "ratio", denominator })];
    const error = await refusal(engine, plan({}, { metrics }));
    expect(error).toMatchObject({
      code: "AS_OF_WITHOUT_TIME",
      subject: { metric: "per_visit", source: "profile", expression: part },
    });
  });

  it("exposures without a time are refused", async () => {
    const error = await refusal(engine, plan({}, { exposure: { time: null } }));
    expect(error).toMatchObject({ code: "AS_OF_WITHOUT_TIME", subject: { source: "users" } });
  });

  it("before anybody was exposed nobody can be read, and the error says when", async () => {
    const { exposure, ...rest } = plan({});
    const early = { ...rest, exposure: { ...exposure, asOf: "2024-01-01" } };
    const error = await refusal(engine, early);
    expect(error.code).toBe("ARM_EMPTY");
    expect(error.message).toContain("as of 2024-01-01");
  });
});
