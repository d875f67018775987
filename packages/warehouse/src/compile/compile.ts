import type { MomentPlan, MomentSpec } from "@plumbline/stats";
import type { Dialect, SourceColumns } from "../dialects/dialect.js";
import { duckDbDialect } from "../dialects/duckdb/dialect.js";
import type { Failure } from "../errors.js";
import { type Context, cohortKeys, createContext, dimensionKeys, metricKey } from "./context.js";
import { intersectionCodes } from "./intersections.js";
import { cellTables, type SumColumns } from "./moments.js";
import { observationsTable } from "./observations.js";
import { levelCode, type Ordered, quantileTables, rankTables } from "./order.js";
import { qualityParts } from "./quality.js";
import { type CommonTable, renderStatement, type Select } from "./sql.js";
import { UnitBuilder } from "./units.js";
import { isRowObservation, validatePlan } from "./validate.js";
import { valuesTable } from "./values.js";

export interface CompiledStatement {
  readonly purpose: "moments" | "order_statistics";
  readonly sql: string;
  /** The run-time checks in the statement, by number. */
  readonly checks: readonly Failure[];
  /** Bytes a thread, at most, of an engine that groups dense ids by array; 0: no dense ids. */
  readonly arrayBytes: number;
}

export interface CompiledPlan {
  readonly plan: MomentPlan;
  readonly statements: readonly CompiledStatement[];
  /** Result columns of the moments, by metric id. */
  readonly sums: ReadonlyMap<string, SumColumns>;
}

function isOrdered(metric: MomentSpec): boolean {
  return metric.shape === "quantile" || metric.shape === "rank";
}

/**
 * Turns a plan into its statements: one for all moments, and one more when metrics need order.
 * Throws `WarehouseError` for a plan that contradicts itself or does not fit the columns.
 */
export function compile(
  plan: MomentPlan,
  columns: SourceColumns,
  dialect: Dialect = duckDbDialect,
): CompiledPlan {
  validatePlan(plan);
  const summed = plan.metrics.filter((metric) => !isOrdered(metric));
  const ordered = plan.metrics.filter(isOrdered);
  const moments = compileMoments(createContext(plan, columns, dialect), summed);
  const order =
    ordered.length === 0 ? [] : [compileOrder(createContext(plan, columns, dialect), ordered)];
  return { plan, statements: [moments.statement, ...order], sums: moments.sums };
}

/** The statement texts, for people. */
export function explainPlan(compiled: CompiledPlan): readonly string[] {
  return compiled.statements.map((statement) => statement.sql);
}

function legend(context: Context, what: string, metrics: readonly MomentSpec[]): string[] {
  const { plan } = context;
  const { asOf = null } = plan.exposure;
  return [
    what,
    ...(asOf === null ? [] : [`as of ${asOf}`]),
    ...plan.arms.map((arm, index) => `arm ${index}: ${arm.id}`),
    ...[...plan.dimensions, ...(plan.intersections ?? [])].map(
      ({ id }, index) => `${cohortKeys(plan)[index]}: ${id}`,
    ),
    ...metrics.map((metric) => `${metricKey(plan, metric)}: ${metric.id}`),
  ];
}

function compileMoments(
  context: Context,
  metrics: readonly MomentSpec[],
): { statement: CompiledStatement; sums: ReadonlyMap<string, SumColumns> } {
  const units = new UnitBuilder(context, metrics, false).build();
  const values = valuesTable(context, metrics, units.counts);
  const cells = cellTables(context, metrics, values.counts);
  const sql = renderStatement(
    {
      title: legend(
        context,
        "Moments of every metric, by arm and by level of each dimension.",
        metrics,
      ),
      tables: [...units.tables, values.table, cells.table],
      parts: [cells.part, ...qualityParts(context, values.counts)],
    },
    context.dialect.union,
  );
  return {
    statement: {
      purpose: "moments",
      sql,
      checks: context.failures.list(),
      arrayBytes: units.arrayBytes,
    },
    sums: cells.sums,
  };
}

function compileOrder(context: Context, metrics: readonly MomentSpec[]): CompiledStatement {
  const { plan } = context;
  const rows = metrics.filter((metric) => isRowObservation(plan, metric));
  const perUnit = metrics.filter((metric) => !rows.includes(metric));
  const rereads = rows.some((metric) => metric.value.source === plan.exposure.source);
  const builder = new UnitBuilder(context, perUnit, rereads);
  const units = builder.build();
  const values = valuesTable(context, perUnit, units.counts);
  const sources = [...new Set(rows.map((metric) => metric.value.source))];
  const observations = sources.map((source) =>
    observationsTable(
      context,
      builder,
      source,
      rows.filter((metric) => metric.value.source === source),
    ),
  );
  const tables = metrics.map((metric) => {
    const at = rows.includes(metric)
      ? observations[sources.indexOf(metric.value.source)]
      : undefined;
    const ordered: Ordered = {
      metric,
      relation: at?.table.name ?? "members",
      repeated: at !== undefined,
    };
    return metric.shape === "rank"
      ? rankTables(context, ordered)
      : quantileTables(context, ordered);
  });
  const counted = values.counts.length === 0 ? [] : [memberCounts(values.counts)];
  const sql = renderStatement(
    {
      title: legend(
        context,
        "Order statistics: quantiles and ranks, from counts of distinct values.",
        metrics,
      ),
      tables: [
        ...units.tables,
        values.table,
        membersTable(context, perUnit, values.counts),
        ...observations.map((entry) => entry.table),
        ...tables.flatMap((entry) => entry.tables),
      ],
      parts: [
        ...tables.flatMap((entry) => entry.parts),
        ...counted,
        ...observations.map((entry) => entry.quality),
      ],
    },
    context.dialect.union,
  );
  const { arrayBytes } = units;
  return { purpose: "order_statistics", sql, checks: context.failures.list(), arrayBytes };
}

function membersTable(
  context: Context,
  perUnit: readonly MomentSpec[],
  counts: readonly string[],
): CommonTable {
  const unit = context.exposure.unit === null ? [] : ["unit"];
  const kept = [...unit, "arm", "exposed_us"];
  const values = [...perUnit.map((metric) => `${metricKey(context.plan, metric)}_x`), ...counts];
  return {
    name: "members",
    comment: "one row an assigned unit; dimensions as positions among the declared levels",
    shared: true,
    query: {
      columns: [
        ...kept.map((name) => ({ sql: name, as: name })),
        ...dimensionKeys(context.plan).map((key, index) => ({
          sql: levelCode(context, index, key),
          as: key,
        })),
        ...intersectionCodes(context),
        ...values.map((name) => ({ sql: name, as: name })),
      ],
      from: { relation: "unit_values" },
    },
  };
}

function memberCounts(counts: readonly string[]): Select {
  return {
    columns: [
      { sql: "'values'", as: "part" },
      ...counts.map((name) => ({ sql: `sum(${name})`, as: name })),
    ],
    from: { relation: "members" },
  };
}
