import type { MomentSpec } from "@plumbline/stats";
import { type Context, cohortKeys, dimensionKeys, metricKey } from "./context.js";
import { dimensionColumns, groupingSets } from "./moments.js";
import { all, type Column, type CommonTable, type Select } from "./sql.js";

/** Phi^-1(0.975): the rank interval of the quantile is the 95 % one, as in `QuantileCell`. */
const Z95 = "1.959963984540054e0";
/** Level of the cell over everybody. */
export const EVERYBODY = -1;

export interface OrderTables {
  readonly tables: readonly CommonTable[];
  readonly parts: readonly Select[];
}

/** Where the values of an order metric stand. */
export interface Ordered {
  readonly metric: MomentSpec;
  readonly relation: string;
  /** Whether a unit may have several values. */
  readonly repeated: boolean;
}

/** Dimensions as the position of the declared level, null when not declared. */
export function levelCode(context: Context, index: number, column: string): string {
  const levels = context.plan.dimensions[index]?.levels ?? [];
  if (levels.length === 0) return "CAST(NULL AS INTEGER)";
  const branches = levels.map(
    (level, position) => `WHEN ${context.dialect.literal(level)} THEN ${position}`,
  );
  return `CASE ${column} ${branches.join(" ")} END`;
}

function plain(...names: readonly string[]): Column[] {
  return names.map((name) => ({ sql: name, as: name }));
}

function inCohort(context: Context, metric: MomentSpec, alias: string): string[] {
  return metric.cohort.map(({ dimension, level }) => {
    const index = context.plan.dimensions.findIndex((candidate) => candidate.id === dimension);
    return `${alias}${dimensionKeys(context.plan)[index]} = ${context.plan.dimensions[index]?.levels.indexOf(level)}`;
  });
}

function cellKey(keys: readonly string[]): Column[] {
  if (keys.length === 0)
    return [
      { sql: "0", as: "dimension" },
      { sql: String(EVERYBODY), as: "level" },
    ];
  const [dimension] = dimensionColumns(keys, "level");
  return [
    dimension as Column,
    { sql: `coalesce(${[...keys, EVERYBODY].join(", ")})`, as: "level" },
  ];
}

function declaredOnly(keys: readonly string[]): { having?: string } {
  const conditions = keys.map((key) => `(grouping(${key}) = 1 OR ${key} IS NOT NULL)`);
  const having = all(conditions);
  return having === null ? {} : { having };
}

/** How often each value occurs, in the finest cells. */
function countsTable(context: Context, ordered: Ordered): CommonTable {
  const key = metricKey(context.plan, ordered.metric);
  const keys = ["arm", ...cohortKeys(context.plan)];
  return {
    name: `${key}_counts`,
    comment: `${ordered.metric.id}: how often each value occurs, by arm and combination of levels`,
    query: {
      columns: [...plain(...keys), { sql: `${key}_x`, as: "x" }, { sql: "count(*)", as: "times" }],
      from: { relation: ordered.relation },
      where: [`${key}_x IS NOT NULL`, ...inCohort(context, ordered.metric, "")],
      groupBy: [...keys, `${key}_x`],
    },
  };
}

/** Values up to each one, and all of them, by cell; then the three order statistics. */
function quantilesTables(context: Context, metric: MomentSpec): CommonTable[] {
  const key = metricKey(context.plan, metric);
  const keys = cohortKeys(context.plan);
  const p = (metric.order ?? 0.5).toExponential();
  const n = `CAST(n AS ${context.dialect.floating})`;
  const spread = `${Z95} * sqrt(${p} * (1 - ${p}) / ${n})`;
  const rank = (sql: string) => `greatest(1, least(${n}, ${sql}))`;
  const least = (name: string, sql: string): Column => ({
    sql: `min(x) FILTER (WHERE up_to >= ${sql})`,
    as: name,
  });
  return [
    {
      name: `${key}_positions`,
      comment: `${metric.id}: each value of a cell with the number of values up to it`,
      query: {
        columns: [
          ...plain("arm", "dimension", "level", "x"),
          { sql: "sum(times) OVER (PARTITION BY arm, dimension, level ORDER BY x)", as: "up_to" },
          { sql: "sum(times) OVER (PARTITION BY arm, dimension, level)", as: "n" },
        ],
        from: {
          query: {
            columns: [
              ...plain("arm"),
              ...cellKey(keys),
              ...plain("x"),
              { sql: "sum(times)", as: "times" },
            ],
            from: { relation: `${key}_counts` },
            groupBy: groupingSets(["arm", "x"], keys),
            ...declaredOnly(keys),
          },
          as: "c",
        },
      },
    },
    {
      name: `${key}_quantiles`,
      comment: `${metric.id}: the quantile of a cell and the limits of its rank interval`,
      shared: true,
      query: {
        columns: [
          ...plain("arm", "dimension", "level"),
          { sql: "max(n)", as: "n" },
          least("quantile", rank(`ceil(${n} * ${p} - 1e-9)`)),
          least("lower", rank(`floor(${n} * (${p} - ${spread}) + 1e-9)`)),
          least("upper", rank(`ceil(${n} * (${p} + ${spread}) - 1e-9)`)),
        ],
        from: { relation: `${key}_positions` },
        groupBy: ["arm", "dimension", "level"],
      },
    },
  ];
}

/** Per unit: observations (n) and those at or below the quantile of each cell the unit is in (y0, y1, ...). */
function clustersTable(context: Context, ordered: Ordered): CommonTable {
  const { metric, relation, repeated } = ordered;
  const key = metricKey(context.plan, metric);
  const keys = cohortKeys(context.plan);
  const below = (index: number): Column => {
    const condition = `o.${key}_x <= q${index}.quantile`;
    const sql = repeated
      ? `count(*) FILTER (WHERE ${condition})`
      : `CASE WHEN ${condition} THEN 1 ELSE 0 END`;
    return { sql, as: `y${index}` };
  };
  const own = ["arm", ...keys].map((name) => `o.${name}`);
  const joined = keys.map((name, index) => ({
    kind: "LEFT JOIN" as const,
    to: { relation: `${key}_quantiles`, as: `q${index + 1}` },
    on: `q${index + 1}.arm = o.arm AND q${index + 1}.dimension = ${index + 1} AND q${index + 1}.level = o.${name}`,
  }));
  return {
    name: `${key}_clusters`,
    comment: `${metric.id}: one row a unit with observations`,
    query: {
      columns: [
        ...own.map((sql) => ({ sql, as: sql.slice(2) })),
        { sql: repeated ? "count(*)" : "1", as: "n" },
        below(0),
        ...keys.map((_, index) => below(index + 1)),
      ],
      from: { relation, as: "o" },
      joins: [
        {
          kind: "JOIN",
          to: { relation: `${key}_quantiles`, as: "q0" },
          on: "q0.arm = o.arm AND q0.dimension = 0",
        },
        ...joined,
      ],
      where: [`o.${key}_x IS NOT NULL`, ...inCohort(context, metric, "o.")],
      ...(repeated ? { groupBy: ["o.unit", ...own] } : {}),
    },
  };
}

function clusterSums(context: Context, metric: MomentSpec): CommonTable {
  const key = metricKey(context.plan, metric);
  const keys = cohortKeys(context.plan);
  const wide = (sql: string) => `CAST(${sql} AS ${context.dialect.wide})`;
  const choose = (name: string, sum: (y: string) => string): Column => {
    const branches = keys.map(
      (dimension, index) => `WHEN grouping(${dimension}) = 0 THEN ${sum(`y${index + 1}`)}`,
    );
    const sql = keys.length === 0 ? sum("y0") : `CASE ${branches.join(" ")} ELSE ${sum("y0")} END`;
    return { sql, as: name };
  };
  return {
    name: `${key}_sums`,
    comment: `${metric.id}: sums over the units of a cell`,
    query: {
      columns: [
        ...plain("arm"),
        ...cellKey(keys),
        { sql: "count(*)", as: "units" },
        { sql: "sum(n)", as: "sum_n" },
        { sql: `sum(${wide("n")} * n)`, as: "sum_nn" },
        choose("sum_y", (y) => `sum(${y})`),
        choose("sum_yy", (y) => `sum(${wide(y)} * ${y})`),
        choose("sum_yn", (y) => `sum(${wide(y)} * n)`),
      ],
      from: { relation: `${key}_clusters` },
      groupBy: groupingSets(["arm"], keys),
      ...declaredOnly(keys),
    },
  };
}

export function quantileTables(context: Context, ordered: Ordered): OrderTables {
  const { metric } = ordered;
  const key = metricKey(context.plan, metric);
  const part: Select = {
    columns: [
      { sql: "'quantile'", as: "part" },
      { sql: String(context.plan.metrics.indexOf(metric)), as: "metric" },
      ...plain(
        "s.arm",
        "s.dimension",
        "s.level",
        "q.n",
        "s.units",
        "q.quantile",
        "q.lower",
        "q.upper",
      ).map(unqualified),
      ...plain("s.sum_n", "s.sum_nn", "s.sum_y", "s.sum_yy", "s.sum_yn").map(unqualified),
    ],
    from: { relation: `${key}_sums`, as: "s" },
    joins: [
      {
        kind: "JOIN",
        to: { relation: `${key}_quantiles`, as: "q" },
        on: "q.arm = s.arm AND q.dimension = s.dimension AND q.level = s.level",
      },
    ],
  };
  return {
    tables: [
      countsTable(context, ordered),
      ...quantilesTables(context, metric),
      clustersTable(context, ordered),
      clusterSums(context, metric),
    ],
    parts: [part],
  };
}

function unqualified(column: Column): Column {
  return { sql: column.sql, as: column.as.slice(column.as.indexOf(".") + 1) };
}

/** Counts of each value by arm, side by side, with the number of each arm's values below it. */
function rankCounts(context: Context, metric: MomentSpec): CommonTable {
  const key = metricKey(context.plan, metric);
  const keys = cohortKeys(context.plan);
  const arms = context.plan.arms.map((_, index) => index);
  const inner: Select = {
    columns: [
      ...cellKey(keys),
      ...plain("x"),
      ...arms.map((arm) => ({
        sql: `coalesce(sum(times) FILTER (WHERE arm = ${arm}), 0)`,
        as: `n${arm}`,
      })),
    ],
    from: { relation: `${key}_counts` },
    groupBy: groupingSets(["x"], keys),
    ...declaredOnly(keys),
  };
  return {
    name: `${key}_below`,
    comment: `${metric.id}: each value of a cell; n: units of an arm that have it, below: units under it`,
    shared: true,
    query: {
      columns: [
        ...plain("dimension", "level", "x", ...arms.map((arm) => `n${arm}`)),
        ...arms.map((arm) => ({
          sql: `sum(n${arm}) OVER (PARTITION BY dimension, level ORDER BY x) - n${arm}`,
          as: `below${arm}`,
        })),
      ],
      from: { query: inner, as: "c" },
    },
  };
}

function rankPart(context: Context, metric: MomentSpec, arm: number): Select {
  const key = metricKey(context.plan, metric);
  const [t, c] = [`n${arm}`, "n0"];
  const inControl = `(2 * below0 + ${c})`;
  const inTreatment = `(2 * below${arm} + ${t})`;
  const tied = `(${t} + ${c})`;
  return {
    columns: [
      { sql: "'rank'", as: "part" },
      { sql: String(context.plan.metrics.indexOf(metric)), as: "metric" },
      { sql: String(arm), as: "arm" },
      ...plain("dimension", "level"),
      { sql: `sum(${t})`, as: "n_treatment" },
      { sql: `sum(${c})`, as: "n_control" },
      { sql: `sum(${t} * ${inControl})`, as: "twice_u" },
      { sql: `sum(${tied} * ${tied} * ${tied} - ${tied})`, as: "ties" },
      { sql: `sum(${t} * ${inControl} * ${inControl})`, as: "placements_treatment" },
      { sql: `sum(${c} * ${inTreatment} * ${inTreatment})`, as: "placements_control" },
    ],
    from: { relation: `${key}_below` },
    groupBy: ["dimension", "level"],
  };
}

export function rankTables(context: Context, ordered: Ordered): OrderTables {
  const treatments = context.plan.arms.map((_, index) => index).slice(1);
  return {
    tables: [countsTable(context, ordered), rankCounts(context, ordered.metric)],
    parts: treatments.map((arm) => rankPart(context, ordered.metric, arm)),
  };
}
