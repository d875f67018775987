import type { MomentPlan } from "@plumbline/stats";
import { createContext, runCondition, scopeOf, timeSql } from "../compile/context.js";
import { armIndex, armText, dimensionText } from "../compile/exposure.js";
import { compileCondition, compileExpression, ROW } from "../compile/expression.js";
import { duckDbDialect } from "../dialects/duckdb/dialect.js";
import type { DuckDbEngine, ResultRow } from "../engines/duckdb/engine.js";

/** Clusters of one size in one arm, with the sums of the metric that was asked for. */
export interface ClusterGroup {
  /** Position in the plan's arms; null: the cluster has units in several. */
  readonly arm: number | null;
  /** Units in each of the clusters. */
  readonly size: number;
  readonly clusters: number;
  /** Over rows with a value, v: sum of s, of s²/m and of v², where a cluster has m of them with the total s. */
  readonly sums: {
    readonly clusters: number;
    readonly observations: number;
    readonly squaredSizes: number;
    readonly total: number;
    readonly squaredTotals: number;
    readonly sumOfSquares: number;
  };
}

/** The plan with the cluster as its only dimension, so that its column is read; null: no such column. */
function clusterPlan(plan: MomentPlan, column: string, metric: string): MomentPlan {
  const { source } = plan.exposure;
  const value = { kind: "column", name: column } as const;
  const cluster = { id: "cluster", source, value, levels: [], measuredAt: null };
  const metrics = plan.metrics.filter(
    ({ id, shape, value: own }) => id === metric && shape === "univariate" && own.source === source,
  );
  return { ...plan, dimensions: [cluster], intersections: [], metrics };
}

function groupOf(row: ResultRow): ClusterGroup {
  const number = (name: string): number => Number(row[name] ?? 0);
  return {
    arm: (row.arm ?? null) === null ? null : number("arm"),
    size: number("size"),
    clusters: number("clusters"),
    sums: {
      clusters: number("valued"),
      observations: number("observations"),
      squaredSizes: number("squared_sizes"),
      total: number("total"),
      squaredTotals: number("squared_totals"),
      sumOfSquares: number("sum_of_squares"),
    },
  };
}

/**
 * Counts the units of the exposure source in each value of one of its columns, and sums `metric` (rows of that source
 * as they stand; sums are 0 for other metrics). Null when the source has no such column. Errors: WarehouseError.
 */
export async function readClusters(
  engine: DuckDbEngine,
  plan: MomentPlan,
  column: string,
  metric: string,
): Promise<ClusterGroup[] | null> {
  const spec = plan.sources.find(({ id }) => id === plan.exposure.source);
  if (spec === undefined) return null;
  const described = await engine.describe(spec, { wholeFile: true });
  if (!described.some(({ name }) => name === column)) return null;
  const narrowed = clusterPlan(plan, column, metric);
  const context = createContext(narrowed, { [spec.id]: described }, duckDbDialect);
  const { exposure } = context;
  const scope = scopeOf(context, exposure, { expression: "exposure filter" });
  const { filter, time } = plan.exposure;
  const at = time === null ? null : timeSql(context, exposure, time, {});
  const where = [
    ...(filter === null ? [] : [compileCondition(scope, filter)]),
    ...[runCondition(context, at)].filter((condition) => condition !== null),
  ];
  const value = narrowed.metrics[0]?.value ?? null;
  const counted =
    value?.value == null
      ? "NULL"
      : `CAST((${compileExpression(scope, value.value).sql}) AS DOUBLE)`;
  const kept =
    value?.filter == null
      ? counted
      : `CASE WHEN ${compileCondition(scope, value.filter)} THEN ${counted} END`;
  const units = exposure.unit === null ? "count(*)" : "count(DISTINCT unit)";
  const sql = `WITH rows_read AS (
  SELECT ${dimensionText(context, exposure, 0)} AS cluster, ${exposure.unit ?? "NULL"} AS unit,
    ${armIndex(context, `(${armText(context)})`)} AS arm, ${kept} AS v
  FROM ${exposure.relation} AS ${ROW}${where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`}
), clusters AS (
  SELECT ${units} AS size, min(arm) AS lowest, max(arm) AS highest,
    count(v) AS m, sum(v) AS s, sum(v * v) AS q
  FROM rows_read WHERE cluster IS NOT NULL AND arm IS NOT NULL GROUP BY cluster
)
SELECT CASE WHEN lowest = highest THEN lowest END AS arm, size, count(*) AS clusters,
  count(*) FILTER (WHERE m > 0) AS valued, sum(m) AS observations, sum(m * m) AS squared_sizes,
  sum(s) AS total, sum(s * s / m) FILTER (WHERE m > 0) AS squared_totals, sum(q) AS sum_of_squares
FROM clusters GROUP BY 1, 2 ORDER BY 1, 2`;
  return (await engine.run(sql, context.failures.list())).map(groupOf);
}
