import { denseIds } from "./arrays.js";
import {
  type Context,
  happened,
  type ReadSource,
  runCondition,
  scopeOf,
  timeSql,
  usedColumnNames,
} from "./context.js";
import { columnSql, compileCondition, compileExpression, ROW } from "./expression.js";
import type { Pass } from "./pass.js";
import { all, type Column, type CommonTable, type From, when } from "./sql.js";

/** How the exposure source is read, decided before values are added to its pass. */
export interface ExposureReading {
  readonly pass: Pass;
  /** The row's time of exposure in microseconds, or null. */
  readonly time: string | null;
  /** Names of the row's conditions: it is an exposure; it lies in the run; both. Null: always. */
  readonly exposed: string | null;
  readonly inside: string | null;
  /** Whether rows that are no exposures are read too, because metrics need them. */
  readonly keepsOtherRows: boolean;
}

/** `armText` is the value found in the data. */
export function armIndex(context: Context, armText: string): string {
  const branches = context.plan.arms.map(
    (arm, index) => `WHEN ${context.dialect.literal(arm.value)} THEN ${index}`,
  );
  return `CASE ${armText} ${branches.join(" ")} END`;
}

export function armText(context: Context): string {
  const scope = scopeOf(context, context.exposure, { expression: "arm" });
  const { sql, type } = columnSql(scope, context.plan.exposure.arm);
  return type.kind === "text" ? sql : `CAST(${sql} AS ${context.dialect.text})`;
}

/** Starts the pass over the exposure source. */
export function readExposure(
  context: Context,
  pass: Pass,
  keepsOtherRows: boolean,
): ExposureReading {
  const { plan, exposure } = context;
  const scope = scopeOf(context, exposure, { expression: "exposure filter" });
  const time =
    plan.exposure.time === null
      ? null
      : timeSql(context, exposure, plan.exposure.time, { expression: "exposure time" });
  const filter =
    plan.exposure.filter === null ? null : compileCondition(scope, plan.exposure.filter);
  const run = runCondition(context, time);
  const exposed = filter === null || !keepsOtherRows ? null : pass.row("exposed", filter);
  const inRun = run === null ? null : pass.row("in_run", run);
  return { pass, time, exposed, inside: all([exposed, inRun]), keepsOtherRows };
}

function counted(name: string, filter: string | null): Column {
  return { sql: filter === null ? "count(*)" : `count(*) FILTER (WHERE ${filter})`, as: name };
}

/** One row a unit and value of the arm column; or, without unit ids, one row a row. */
export function exposureRowsTable(
  context: Context,
  reading: ExposureReading,
  from: From,
): CommonTable {
  const { exposure, plan } = context;
  const scope = scopeOf(context, exposure, { expression: "exposure filter" });
  const filtered = plan.exposure.filter !== null && !reading.keepsOtherRows;
  const where = [
    ...(filtered && plan.exposure.filter !== null
      ? [compileCondition(scope, plan.exposure.filter)]
      : []),
    ...happened(context, exposure, plan.exposure.time),
  ];
  const timeColumn = reading.time === null ? null : reading.pass.row("exposure_us", reading.time);
  const unit: Column[] = exposure.unit === null ? [] : [{ sql: exposure.unit, as: "unit" }];
  const rows = {
    columns: [...unit, { sql: armText(context), as: "arm_value" }, ...reading.pass.rowColumns()],
    from,
    where,
  };
  const base = { name: "exposure_rows", shared: true } as const;
  if (exposure.spec.grain === "unit") {
    return { ...base, ...singleRows(reading, rows, timeColumn, exposure.unit !== null) };
  }
  const first = timeColumn === null ? "NULL" : `min(${timeColumn})`;
  const filter =
    reading.inside === null || timeColumn === null ? "" : ` FILTER (WHERE ${reading.inside})`;
  return {
    ...base,
    comment: "one row a unit and value of the arm column",
    query: {
      columns: [
        { sql: "unit", as: "unit" },
        { sql: "arm_value", as: "arm_value" },
        counted("row_count", reading.exposed),
        counted("rows_in_run", reading.inside),
        { sql: `${first}${filter}`, as: "exposed_us" },
        ...reading.pass.groupedColumns(),
      ],
      from: { query: rows, as: "r" },
      groupBy: ["unit", "arm_value"],
    },
  };
}

function singleRows(
  reading: ExposureReading,
  rows: Extract<From, { query: unknown }>["query"],
  timeColumn: string | null,
  ids: boolean,
): Pick<CommonTable, "comment" | "query"> {
  const inside = reading.inside === null ? "1" : `CASE WHEN ${reading.inside} THEN 1 ELSE 0 END`;
  const time = timeColumn === null ? "NULL" : when(reading.inside, timeColumn);
  return {
    comment: ids ? "the rows of the exposure source" : "the exposure source: every row is a unit",
    query: {
      columns: [
        ...(ids ? [{ sql: "unit", as: "unit" }] : []),
        { sql: "arm_value", as: "arm_value" },
        { sql: "1", as: "row_count" },
        { sql: inside, as: "rows_in_run" },
        { sql: time, as: "exposed_us" },
        ...reading.pass.singleColumns(),
      ],
      from: { query: rows, as: "r" },
    },
  };
}

/** One row a unit seen inside the run; `arm` = `last_arm` when only one registered arm claims it. */
export function exposureTable(context: Context, reading: ExposureReading): CommonTable {
  const index = armIndex(context, "arm_value");
  const arm = `CASE WHEN rows_in_run > 0 THEN ${index} END`;
  const base = {
    name: "exposure",
    comment: "one row a unit seen inside the run",
    shared: true,
  } as const;
  if (context.exposure.unit === null) {
    const kept = ["rows_in_run", "exposed_us", ...reading.pass.names()].map((name) => ({
      sql: name,
      as: name,
    }));
    return {
      ...base,
      query: {
        columns: [{ sql: index, as: "arm" }, { sql: index, as: "last_arm" }, ...kept],
        from: { relation: "exposure_rows" },
        where: ["rows_in_run > 0"],
      },
    };
  }
  return {
    ...base,
    query: {
      columns: [
        { sql: "unit", as: "unit" },
        { sql: "min(arm)", as: "arm" },
        { sql: "max(arm)", as: "last_arm" },
        { sql: "min(exposed_us) FILTER (WHERE arm IS NOT NULL)", as: "exposed_us" },
        { sql: "sum(rows_in_run)", as: "rows_in_run" },
        ...reading.pass.mergedColumns(),
      ],
      from: {
        query: {
          columns: [
            { sql: "*", as: "*" },
            { sql: arm, as: "arm" },
          ],
          from: { relation: "exposure_rows" },
          where: ["unit IS NOT NULL"],
        },
        as: "r",
      },
      groupBy: ["unit"],
      having: "sum(rows_in_run) > 0",
    },
  };
}

/** The rows of an exposure source that must be read twice, kept after one scan. */
export function keptRowsTable(context: Context, source: ReadSource): CommonTable {
  const names = usedColumnNames(context, source).map((name) => context.dialect.quote(name));
  return {
    name: `${source.key}_rows`,
    comment: `the rows of ${source.spec.id}, read once for exposures and events`,
    shared: true,
    query: {
      columns: names.map((name) => ({ sql: `${ROW}.${name}`, as: name })),
      from: { relation: source.relation, as: ROW },
    },
  };
}

/** The value of a dimension as text. */
export function dimensionText(context: Context, source: ReadSource, index: number): string {
  const dimension = context.plan.dimensions[index];
  if (dimension === undefined) throw new RangeError("no such dimension");
  const scope = scopeOf(context, source, { dimension: dimension.id, expression: "value" });
  const { sql, type } = compileExpression(scope, dimension.value);
  return type.kind === "text" ? sql : `CAST(${sql} AS ${context.dialect.text})`;
}

/** The units whose events are read: one registered arm, with the time of first exposure. */
export function assignedTable(context: Context): CommonTable {
  const dense = context.dialect.gapInIds && denseIds(context, context.exposure) !== null;
  const columns = [
    { sql: "unit", as: "unit" },
    { sql: "exposed_us", as: "exposed_us" },
  ];
  const query = { columns, from: { relation: "exposure" }, where: ["arm = last_arm"] };
  const name = "assigned";
  if (!dense) return { name, comment: "units of one arm and their first exposure", query };
  const gap = {
    columns: [
      { sql: "max(unit) + 2", as: "unit" },
      { sql: "NULL", as: "exposed_us" },
    ],
    from: { relation: "exposure" },
  };
  return {
    name,
    comment:
      "units of one arm and their first exposure; the last row is nobody: a gap in dense ids lets the engine join by array",
    query: { ...query, unionAll: gap },
  };
}
