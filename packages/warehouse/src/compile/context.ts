import type { Expression, MomentPlan, MomentSpec, SourceSpec, ValueSpec } from "@plumbline/stats";
import type { ColumnInfo, Dialect, SourceColumns } from "../dialects/dialect.js";
import { fail, type WarehouseErrorSubject } from "../errors.js";
import { asOfMicroseconds } from "./as-of.js";
import { columnSql, findColumn, isoMicroseconds, ROW, type Scope } from "./expression.js";
import { Failures } from "./scaled.js";
import { sourceOf } from "./validate.js";

/** A source as a statement reads it. */
export interface ReadSource {
  readonly spec: SourceSpec;
  /** Short name in the SQL. */
  readonly key: string;
  readonly columns: readonly ColumnInfo[];
  /** What stands after FROM. */
  readonly relation: string;
  /** The unit's id over the row alias; null when every row is a unit. */
  readonly unit: string | null;
}

/** What the builders of one statement share. */
export interface Context {
  readonly plan: MomentPlan;
  readonly dialect: Dialect;
  readonly failures: Failures;
  readonly sources: ReadonlyMap<string, ReadSource>;
  readonly exposure: ReadSource;
}

export function valuesOf(metric: MomentSpec): ValueSpec[] {
  return [metric.value, metric.denominator, metric.covariate].filter((value) => value !== null);
}

/** The key of a metric in the SQL: m1, m2, ... in the order of the plan. */
export function metricKey(plan: MomentPlan, metric: MomentSpec): string {
  return `m${plan.metrics.indexOf(metric) + 1}`;
}

export function dimensionKeys(plan: MomentPlan): string[] {
  return plan.dimensions.map((_, index) => `d${index + 1}`);
}

/** Keys of all that cells are made by: the dimensions, then the intersections. */
export function cohortKeys(plan: MomentPlan): string[] {
  const intersections = plan.intersections ?? [];
  return [...dimensionKeys(plan), ...intersections.map((_, index) => `i${index + 1}`)];
}

function columnsIn(expression: Expression | null, into: Set<string>): void {
  if (expression === null) return;
  switch (expression.kind) {
    case "column":
      into.add(expression.name);
      return;
    case "unary":
      columnsIn(expression.operand, into);
      return;
    case "binary":
      columnsIn(expression.left, into);
      columnsIn(expression.right, into);
      return;
    case "in":
      columnsIn(expression.operand, into);
      return;
    case "call":
      for (const argument of expression.args) columnsIn(argument, into);
  }
}

/** Names of the columns of one source that the plan reads. */
function usedColumns(plan: MomentPlan, source: SourceSpec): Set<string> {
  const used = new Set<string>();
  for (const name of [source.unit, source.time]) if (name !== null) used.add(name);
  if (plan.exposure.source === source.id) {
    used.add(plan.exposure.arm);
    if (plan.exposure.time !== null) used.add(plan.exposure.time);
    columnsIn(plan.exposure.filter, used);
  }
  for (const dimension of plan.dimensions.filter((candidate) => candidate.source === source.id)) {
    columnsIn(dimension.value, used);
    if (dimension.measuredAt !== null) used.add(dimension.measuredAt);
  }
  for (const value of plan.metrics
    .flatMap(valuesOf)
    .filter((candidate) => candidate.source === source.id)) {
    columnsIn(value.value, used);
    columnsIn(value.filter, used);
  }
  return used;
}

/** Sources that some part of the plan reads, the exposure source first. */
function readSources(plan: MomentPlan): SourceSpec[] {
  const ids = new Set([
    plan.exposure.source,
    ...plan.dimensions.map((dimension) => dimension.source),
    ...plan.metrics.flatMap(valuesOf).map((value) => value.source),
  ]);
  return [...ids].map((id) => sourceOf(plan, id, {}));
}

/** In a CSV file ids are text as written: 007 stays 007, and a late letter does not matter. */
function asRead(
  source: SourceSpec,
  columns: readonly ColumnInfo[],
  dialect: Dialect,
): ColumnInfo[] {
  return columns.map((column) =>
    source.format === "csv" && column.name === source.unit
      ? { name: column.name, type: dialect.text }
      : column,
  );
}

function unitKind(
  source: SourceSpec,
  columns: readonly ColumnInfo[],
  dialect: Dialect,
): string | null {
  if (source.unit === null) return null;
  const subject = { source: source.id };
  const column = findColumn({ dialect, columns, alias: ROW, subject }, source.unit);
  const { kind } = dialect.valueType(column.type);
  if (
    kind === "double" ||
    kind === "time" ||
    kind === "boolean" ||
    kind === "decimal" ||
    kind === "null"
  ) {
    fail(
      "COLUMN_TYPE",
      `Column ${JSON.stringify(column.name)} of source ${source.id} cannot hold ids: its type is ${column.type}.`,
      "Store ids as text or as whole numbers.",
      { ...subject, column: column.name },
    );
  }
  return kind === "integer" || kind === "text" ? kind : column.type;
}

/** Ids of one kind are compared as they are; of several kinds, as text. */
export function createContext(plan: MomentPlan, columns: SourceColumns, dialect: Dialect): Context {
  const specs = readSources(plan);
  const known = specs.map((spec) => asRead(spec, columns[spec.id] ?? [], dialect));
  const kinds = new Set(specs.map((spec, index) => unitKind(spec, known[index] ?? [], dialect)));
  const sources = specs.map((spec, index): [string, ReadSource] => {
    const all = known[index] ?? [];
    const used = usedColumns(plan, spec);
    const name = spec.unit === null ? null : `${ROW}.${dialect.quote(spec.unit)}`;
    return [
      spec.id,
      {
        spec,
        key: `s${plan.sources.indexOf(spec) + 1}`,
        columns: all,
        relation: dialect.scan(
          spec,
          all.filter((column) => used.has(column.name)),
        ),
        unit: name === null || kinds.size === 1 ? name : `CAST(${name} AS ${dialect.text})`,
      },
    ];
  });
  const map = new Map(sources);
  const exposure = map.get(plan.exposure.source) as ReadSource;
  return { plan, dialect, failures: new Failures(dialect), sources: map, exposure };
}

export function readSource(context: Context, id: string): ReadSource {
  return (
    context.sources.get(id) ??
    fail("PLAN_INVALID", `The plan has no source ${id}.`, "Declare the source.", { source: id })
  );
}

/** The names of columns a source contributes to the statement. */
export function usedColumnNames(context: Context, source: ReadSource): string[] {
  return [...usedColumns(context.plan, source.spec)];
}

export function scopeOf(
  context: Context,
  source: ReadSource,
  subject: WarehouseErrorSubject,
): Scope {
  return {
    dialect: context.dialect,
    columns: source.columns,
    alias: ROW,
    subject: { ...subject, source: source.spec.id },
  };
}

/** A time column of a row, in microseconds since 1970. */
export function timeSql(
  context: Context,
  source: ReadSource,
  name: string,
  subject: WarehouseErrorSubject,
): string {
  const scope = scopeOf(context, source, subject);
  const { sql, type } = columnSql(scope, name);
  if (type.kind === "time") return context.dialect.microseconds(sql);
  return fail(
    "COLUMN_TYPE",
    `Column ${JSON.stringify(name)} of source ${source.spec.id} should be a date or time, and is ${findColumn(scope, name).type}.`,
    "Store it as a timestamp; in a CSV file write 2024-01-31 13:00:00 in every row.",
    { ...scope.subject, column: name },
  );
}

/** Conditions that a row had happened at the time as of which the plan reads; none when all rows count. */
export function happened(context: Context, source: ReadSource, column: string | null): string[] {
  const until = asOfMicroseconds(context.plan);
  if (until === null || column === null) return [];
  return [`${timeSql(context, source, column, { expression: "as of" })} < ${until}`];
}

/** Condition that the exposure time lies in the registered run; null when there is nothing to check. */
export function runCondition(context: Context, time: string | null): string | null {
  const { start, end } = context.plan.exposure.run;
  if (time === null) return null;
  const bound = (text: string | null): bigint | null => {
    if (text === null) return null;
    const micros = isoMicroseconds(text);
    return (
      micros ??
      fail(
        "PLAN_INVALID",
        `${JSON.stringify(text)} is not a time.`,
        "Write an ISO 8601 time in UTC.",
        {},
      )
    );
  };
  const [from, to] = [bound(start), bound(end)];
  const sides = [
    from === null ? null : `${time} >= ${from}`,
    to === null ? null : `${time} < ${to}`,
  ];
  const kept = sides.filter((side) => side !== null);
  return kept.length === 0 ? null : kept.join(" AND ");
}
