import type { MomentSpec } from "@plumbline/stats";
import { type Context, cohortKeys, dimensionKeys, metricKey } from "./context.js";
import { intersectionLevels } from "./intersections.js";
import type { Column, CommonTable, Select } from "./sql.js";

/** Names of the result columns that hold the sums of one metric. */
export interface SumColumns {
  readonly n: string;
  readonly sx: string;
  readonly sxx: string;
  readonly ratio: { readonly sy: string; readonly syy: string; readonly sxy: string } | null;
  readonly covariate: {
    readonly n: string;
    readonly sz: string;
    readonly szz: string;
    readonly sx: string;
    readonly sxx: string;
    readonly sxz: string;
    readonly ratio: {
      readonly sy: string;
      readonly syy: string;
      readonly sxy: string;
      readonly syz: string;
    } | null;
  } | null;
}

/** Sums over units, equal ones shared. */
class Sums {
  private readonly names = new Map<string, string>();

  constructor(private readonly wide: string) {}

  private named(name: string, sql: string): string {
    const known = this.names.get(sql);
    if (known !== undefined) return known;
    this.names.set(sql, name);
    return name;
  }

  count(name: string, value: string, filter: string): string {
    return this.named(name, `count(${value})${filter}`);
  }

  sum(name: string, value: string, filter: string): string {
    return this.named(name, `sum(${value})${filter}`);
  }

  product(name: string, a: string, b: string, filter: string): string {
    return this.named(name, `sum(CAST(${a} AS ${this.wide}) * ${b})${filter}`);
  }

  columns(): Column[] {
    return [...this.names].map(([sql, as]) => ({ sql, as }));
  }
}

function pair(sums: Sums, prefix: string, x: string, filter: string) {
  return {
    n: sums.count(`${prefix}_n`, x, filter),
    sx: sums.sum(`${prefix}_sx`, x, filter),
    sxx: sums.product(`${prefix}_sxx`, x, x, filter),
  };
}

function ratioSums(sums: Sums, prefix: string, x: string, y: string, filter: string) {
  return {
    sy: sums.sum(`${prefix}_sy`, y, filter),
    syy: sums.product(`${prefix}_syy`, y, y, filter),
    sxy: sums.product(`${prefix}_sxy`, x, y, filter),
  };
}

function metricSums(context: Context, sums: Sums, metric: MomentSpec): SumColumns {
  const key = metricKey(context.plan, metric);
  const [x, y, z] = [`${key}_x`, `${key}_y`, `${key}_z`];
  const ratio = metric.denominator === null ? null : ratioSums(sums, key, x, y, "");
  if (metric.covariate === null) return { ...pair(sums, key, x, ""), ratio, covariate: null };
  // With a covariate for every unit the sums are those without a filter, and are shared.
  const filter = metric.covariate.empty === "zero" ? "" : ` FILTER (WHERE ${z} IS NOT NULL)`;
  const prefix = `${key}_with_covariate`;
  const ratioWith =
    metric.denominator === null
      ? null
      : { ...ratioSums(sums, prefix, x, y, filter), syz: sums.product(`${key}_syz`, y, z, "") };
  const own = pair(sums, key, x, "");
  const covariate = {
    ...pair(sums, prefix, x, filter),
    sz: sums.sum(`${key}_sz`, z, ""),
    szz: sums.product(`${key}_szz`, z, z, ""),
    sxz: sums.product(`${key}_sxz`, x, z, ""),
    ratio: ratioWith,
  };
  return { ...own, ratio, covariate };
}

export interface CellTables {
  readonly table: CommonTable;
  readonly part: Select;
  readonly sums: ReadonlyMap<string, SumColumns>;
}

/** The finest cells first (arm and all dimensions), rolled up afterwards: sums are exact, so they add. */
export function cellTables(
  context: Context,
  metrics: readonly MomentSpec[],
  counts: readonly string[],
): CellTables {
  const sums = new Sums(context.dialect.wide);
  const byMetric = new Map(metrics.map((metric) => [metric.id, metricSums(context, sums, metric)]));
  const keys = ["arm", ...dimensionKeys(context.plan)];
  const columns = sums.columns();
  const table: CommonTable = {
    name: "cells",
    comment: "one row an arm and combination of levels",
    shared: true,
    query: {
      columns: [
        ...keys.map((key) => ({ sql: key, as: key })),
        ...intersectionLevels(context),
        { sql: "count(*)", as: "units" },
        ...columns,
        ...counts.map((name) => ({ sql: `sum(${name})`, as: name })),
      ],
      from: { relation: "unit_values" },
      groupBy: keys,
    },
  };
  return {
    table,
    part: cellPart(
      context,
      columns.map((column) => column.as),
    ),
    sums: byMetric,
  };
}

/** Which dimension a grouping set stands for (0: everybody), and the level. */
export function dimensionColumns(keys: readonly string[], level: string): Column[] {
  if (keys.length === 0)
    return [
      { sql: "0", as: "dimension" },
      { sql: "NULL", as: level },
    ];
  const branches = keys.map((key, index) => `WHEN grouping(${key}) = 0 THEN ${index + 1}`);
  return [
    { sql: `CASE ${branches.join(" ")} ELSE 0 END`, as: "dimension" },
    { sql: keys.length === 1 ? `${keys[0]}` : `coalesce(${keys.join(", ")})`, as: level },
  ];
}

/** `()` and one set a dimension, each with the given keys before it. */
export function groupingSets(before: readonly string[], keys: readonly string[]): string[] {
  if (keys.length === 0) return [...before];
  const sets = [before, ...keys.map((key) => [...before, key])];
  return [`GROUPING SETS (${sets.map((set) => `(${set.join(", ")})`).join(", ")})`];
}

function cellPart(context: Context, names: readonly string[]): Select {
  const { plan, dialect } = context;
  const keys = cohortKeys(plan);
  const declared = keys.map((key, index) => {
    const dimension = plan.dimensions[index];
    if (dimension === undefined) return `(grouping(${key}) = 0 AND ${key} IS NOT NULL)`;
    const levels = dimension.levels.map(dialect.literal);
    return levels.length === 0
      ? "FALSE"
      : `(grouping(${key}) = 0 AND ${key} IN (${levels.join(", ")}))`;
  });
  const everybody = keys.map((key) => `grouping(${key}) = 1`).join(" AND ");
  return {
    columns: [
      { sql: "'cell'", as: "part" },
      { sql: "arm", as: "arm" },
      ...dimensionColumns(keys, "level"),
      { sql: "sum(units)", as: "units" },
      ...names.map((name) => ({ sql: `sum(${name})`, as: name })),
    ],
    from: { relation: "cells" },
    groupBy: groupingSets(["arm"], keys),
    ...(keys.length === 0 ? {} : { having: `(${everybody}) OR ${declared.join(" OR ")}` }),
  };
}
