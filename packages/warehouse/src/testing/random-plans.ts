import type { Expression, MomentPlan, MomentSpec, SourceSpec, ValueSpec } from "@plumbline/stats";
import fc from "fast-check";
import { column, dimension, moment, planOf, rowValue } from "./plans.js";
import type { Data } from "./reference-values.js";
import type { Row, Table } from "./workbench.js";

const HOUR = 3_600_000_000;
/** 2024-01-01T00:00:00Z in microseconds. */
export const START = 1_704_067_200_000_000;

const unitId = fc.integer({ min: 1, max: 14 }).map((n) => `u${n}`);
const orNull = <T>(arbitrary: fc.Arbitrary<T>, freq = 6) =>
  fc.option(arbitrary, { nil: null, freq });
const hours = fc.integer({ min: -60, max: 200 }).map((n) => START + n * HOUR);
const hourText = (n: number) => new Date((START + n * HOUR) / 1000).toISOString();
// At least a half: on the log scale of whole numbers it is 1, whose logarithm exists.
const price = fc
  .integer({ min: 500, max: 99_999 })
  .map((n) => `${Math.floor(n / 1000)}.${String(n % 1000).padStart(3, "0")}`);

const NUMBERS = { amount: "INTEGER", price: "DECIMAL(12,3)", score: "DOUBLE", flag: "BOOLEAN" };
const numbers = {
  amount: orNull(fc.integer({ min: -40, max: 400 })),
  price: orNull(price),
  score: orNull(fc.integer({ min: -4000, max: 40_000 }).map((n) => n / 8)),
  flag: orNull(fc.boolean()),
};

const COLUMNS: Readonly<Record<string, Record<string, string>>> = {
  exposures: {
    unit: "VARCHAR",
    arm: "VARCHAR",
    at: "TIMESTAMP",
    key: "VARCHAR",
    segment: "VARCHAR",
    tier: "INTEGER",
    measured: "TIMESTAMP",
    ...NUMBERS,
  },
  events: { unit: "VARCHAR", time: "TIMESTAMP", kind: "VARCHAR", ...NUMBERS },
  profile: { unit: "VARCHAR", time: "TIMESTAMP", country: "VARCHAR", ...NUMBERS },
};

const exposureRow = fc.record({
  unit: orNull(unitId, 20),
  arm: fc.oneof(
    { arbitrary: fc.constantFrom("control", "treatment"), weight: 20 },
    { arbitrary: fc.constantFrom("other", null), weight: 1 },
  ),
  at: orNull(
    fc.integer({ min: -10, max: 60 }).map((n) => START + n * HOUR),
    20,
  ),
  key: fc.constantFrom("a", "a", "a", "b", null),
  segment: fc.constantFrom("JP", "EN", "EN", "mixed", null),
  tier: fc.constantFrom(1, 1, 2, 3, null),
  measured: orNull(hours),
  ...numbers,
});
const eventRow = fc.record({
  unit: orNull(unitId, 20),
  time: orNull(hours, 15),
  kind: fc.constantFrom("view", "buy", null),
  ...numbers,
});
const profileRow = fc.record({
  unit: orNull(unitId, 20),
  time: orNull(hours, 15),
  country: fc.constantFrom("DE", "FR", "FR", null),
  ...numbers,
});

const number = (value: number): Expression => ({ kind: "number", value });
const text = (value: string): Expression => ({ kind: "string", value });
const binary = (
  op: Extract<Expression, { kind: "binary" }>["op"],
  left: Expression,
  right: Expression,
): Expression => ({ kind: "binary", op, left, right });

const values: readonly Expression[] = [
  column("amount"),
  column("price"),
  column("score"),
  column("flag"),
  binary("+", column("amount"), binary("*", column("amount"), number(2))),
  binary(">", column("amount"), number(100)),
  { kind: "call", name: "coalesce", args: [column("amount"), number(7)] },
  {
    kind: "call",
    name: "if",
    args: [column("flag"), column("amount"), { kind: "unary", op: "-", operand: column("amount") }],
  },
];

const filters: readonly (Expression | null)[] = [
  null,
  null,
  column("flag"),
  { kind: "unary", op: "not", operand: column("flag") },
  binary("or", binary("<", column("score"), number(900)), column("flag")),
  binary("and", binary(">=", column("price"), number(20)), column("flag")),
  {
    kind: "in",
    operand: column("amount"),
    values: [number(0), number(5), number(90)],
    negated: true,
  },
  { kind: "call", name: "is_null", args: [column("amount")] },
];

const bounds = fc.constantFrom(
  null,
  null,
  { lower: 0, upper: 250 },
  { lower: null, upper: 99.5 },
  { lower: -10, upper: null },
);
const window = fc.constantFrom(
  null,
  { fromDays: 0, toDays: 3 },
  { fromDays: -2, toDays: 0 },
  { fromDays: 0.5, toDays: 1.25 },
);
const aggregate = fc.constantFrom("sum", "count", "avg", "min", "max", "any" as const);

/** A value whose logarithm exists: prices are positive. */
const logged: Partial<ValueSpec> = {
  value: column("price"),
  aggregate: "max",
  transform: "log",
  empty: "exclude",
  cap: null,
};

function valueSpec(sources: readonly SourceSpec[]): fc.Arbitrary<ValueSpec> {
  return fc
    .record({
      source: fc.constantFrom(...sources),
      value: fc.constantFrom(...values),
      aggregate,
      rowsOnly: fc.boolean(),
      log: fc.integer({ min: 0, max: 9 }),
      own: fc.boolean(),
      more: fc.record({
        filter: fc.constantFrom(...filters),
        window,
        empty: fc.constantFrom("zero", "exclude" as const),
        cap: bounds,
        range: bounds,
        scale: fc.constantFrom(0, 2, 3, 6),
      }),
    })
    .map(({ source, value, aggregate: reduction, rowsOnly, log, own, more }) => ({
      ...rowValue(source.id, null),
      ...more,
      // Repeated rows of a unit-grain exposure source have a clock each, so windows are left to the others.
      window:
        source.time === null || (source.id === "exposures" && source.grain === "unit")
          ? null
          : more.window,
      value: reduction === "count" && rowsOnly ? null : value,
      aggregate: own && source.grain === "unit" ? ("value" as const) : reduction,
      ...(own && source.grain === "unit" ? { value } : {}),
      ...(log === 0 ? logged : {}),
    }));
}

function metricOf(sources: readonly SourceSpec[], plan: MomentPlan): fc.Arbitrary<MomentSpec> {
  const levels = plan.dimensions.flatMap(({ id, levels: declared }) =>
    declared.map((level) => ({ dimension: id, level })),
  );
  const cohort = levels.length === 0 ? fc.constant([]) : fc.subarray(levels, { maxLength: 1 });
  const value = valueSpec(sources);
  const events = sources.filter((source) => source.grain === "event");
  const observations = valueSpec(events).map((spec) => ({
    ...spec,
    aggregate: "value" as const,
    value: spec.value ?? column("amount"),
    ...(spec.transform === "log" ? { transform: "identity" as const } : {}),
  }));
  const shape = fc.constantFrom(
    "univariate",
    "ratio",
    "covariate",
    "rank",
    "unit quantile",
    "quantile",
  );
  return fc
    .record({ shape, value, other: value, observations, cohort, order: fc.constantFrom(0.5, 0.95) })
    .map((drawn) => {
      const common = { cohort: drawn.cohort };
      if (drawn.shape === "quantile") {
        return moment("m", drawn.observations, {
          cohort: [],
          shape: "quantile",
          order: drawn.order,
        });
      }
      if (drawn.shape === "unit quantile") {
        return moment("m", drawn.value, { ...common, shape: "quantile", order: drawn.order });
      }
      if (drawn.shape === "rank") return moment("m", drawn.value, { ...common, shape: "rank" });
      if (drawn.shape === "ratio") {
        return moment("m", drawn.value, {
          ...common,
          shape: "ratio",
          denominator: drawn.other,
          covariate: drawn.order === 0.5 ? { ...drawn.other, window: null } : null,
        });
      }
      return moment("m", drawn.value, {
        ...common,
        covariate: drawn.shape === "covariate" ? drawn.other : null,
      });
    });
}

export interface Case {
  readonly data: Data;
  readonly plan: MomentPlan;
}

export function tableOf(source: string, rows: readonly Row[]): Table {
  const whole = rows.some((row) => typeof row.unit === "number");
  return { columns: { ...COLUMNS[source], unit: whole ? "INTEGER" : "VARCHAR" }, rows };
}

/** The same rows with whole numbers for ids. */
function withWholeIds(rows: readonly Row[]): Row[] {
  return rows.map((row) => ({
    ...row,
    unit: typeof row.unit === "string" ? Number(row.unit.slice(1)) : null,
  }));
}

const SOURCES = ["exposures", "events", "profile"] as const;

function sources(
  files: (source: string) => string,
  exposures: { readonly grain: SourceSpec["grain"]; readonly time: string },
): SourceSpec[] {
  return SOURCES.map((id) => ({
    id,
    format: "parquet",
    files: [files(id)],
    grain: id === "exposures" ? exposures.grain : id === "events" ? "event" : "unit",
    unit: "unit",
    time: id === "exposures" ? exposures.time : "time",
  }));
}

/** The first two dimensions combined; of the combinations only the commonest, so that somebody is in it. */
function withIntersection(plan: MomentPlan): MomentPlan {
  const [first, second] = plan.dimensions;
  if (first === undefined || second === undefined) return plan;
  const of = [first.levels.at(-1) ?? "", second.levels[0] ?? ""];
  const id = `${first.id}:${second.id}`;
  const levels = [{ level: of.join(":"), of }];
  return { ...plan, intersections: [{ id, of: [first.id, second.id], levels }] };
}

/** Small data of every kind of dirt, and plans of one to three metrics over them. */
export function randomCase(files: (source: string) => string): fc.Arbitrary<Case> {
  const texts = fc.record({
    exposures: fc.array(exposureRow, { minLength: 12, maxLength: 26 }),
    events: fc.array(eventRow, { minLength: 1, maxLength: 70 }),
    profile: fc.array(profileRow, { minLength: 1, maxLength: 18 }),
  });
  const rows = fc.tuple(texts, fc.boolean()).map(([data, whole]): Data => {
    if (!whole) return data;
    return Object.fromEntries(
      Object.entries(data).map(([source, own]) => [source, withWholeIds(own)]),
    );
  });
  const dimensions = [
    { ...dimension("segment", "exposures", ["JP", "EN"]), measuredAt: "measured" },
    dimension("tier", "exposures", ["1", "2"]),
    { ...dimension("country", "profile", ["FR"]), measuredAt: "time" },
  ];
  const base = fc
    .record({
      dimensions: fc.subarray(dimensions),
      grain: fc.constantFrom("unit", "unit", "event" as const),
      filter: fc.constantFrom(null, null, binary("=", column("key"), text("a"))),
      run: fc.constantFrom(
        { start: null, end: null },
        { start: "2024-01-01T00:00:00Z", end: "2024-01-03T00:00:00Z" },
      ),
      time: fc.constantFrom("at", "at", "measured"),
      asOf: fc.option(fc.integer({ min: 30, max: 150 }).map(hourText), { nil: null, freq: 2 }),
    })
    .map((parts) =>
      planOf({
        sources: sources(files, parts),
        exposure: { time: "at", filter: parts.filter, run: parts.run, asOf: parts.asOf },
        dimensions: parts.dimensions,
        metrics: [],
      }),
    )
    .map(withIntersection);
  return fc.tuple(rows, base).chain(([data, plan]) =>
    fc.array(metricOf(plan.sources, plan), { minLength: 1, maxLength: 4 }).map((metrics) => ({
      data,
      plan: { ...plan, metrics: metrics.map((metric, index) => ({ ...metric, id: `m${index}` })) },
    })),
  );
}
