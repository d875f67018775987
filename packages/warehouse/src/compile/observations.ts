import type { MomentSpec } from "@plumbline/stats";
import { timeColumn } from "./as-of.js";
import { type Context, cohortKeys, happened, metricKey, readSource, scopeOf } from "./context.js";
import { numberLiteral, numeric } from "./expression.js";
import { Pass, passRows } from "./pass.js";
import { all, type Column, type CommonTable, type Select, when } from "./sql.js";
import { sinceExposure, type UnitBuilder } from "./units.js";
import { keptRows, type Reading, scaledRow } from "./value.js";
import { beyondCap, finalValue } from "./values.js";

export interface Observations {
  readonly table: CommonTable;
  /** Counts of nulls, strange and capped observations, and of events before exposure. */
  readonly quality: Select;
}

/** Columns of one metric over the rows of its source, and the flags that are counted. */
function metricColumns(
  context: Context,
  reading: Reading,
  metric: MomentSpec,
): { columns: Column[]; flags: string[] } {
  const key = metricKey(context.plan, metric);
  const spec = metric.value;
  if (spec.value === null) return { columns: [], flags: [] };
  const { pass } = reading;
  const kept = keptRows(reading, spec, key);
  const value = scaledRow(reading, spec, spec.value, key);
  const flag = (name: string, condition: string): Column => ({
    sql: `${all([kept, condition])}`,
    as: `${key}_${name}`,
  });
  const flags = [flag("nulls", `${value} IS NULL`)];
  const { lower = null, upper = null } = spec.range ?? {};
  const raw = numeric(reading.scope, spec.value).sql;
  const sides = [
    lower === null ? null : `${raw} < ${numberLiteral(lower).sql}`,
    upper === null ? null : `${raw} > ${numberLiteral(upper).sql}`,
  ].filter((side) => side !== null);
  if (sides.length > 0) flags.push(flag("strange", pass.row(`${key}_outside`, sides.join(" OR "))));
  const beyond = beyondCap(spec, value);
  if (beyond !== null) flags.push(flag("capped", beyond));
  return {
    columns: [
      { sql: when(kept, finalValue(context, metric, spec, value)), as: `${key}_x` },
      ...flags,
    ],
    flags: flags.map((column) => column.as),
  };
}

/** The events of one source that are observations of quantile metrics, each with its unit's cell. */
export function observationsTable(
  context: Context,
  builder: UnitBuilder,
  sourceId: string,
  metrics: readonly MomentSpec[],
): Observations {
  const source = readSource(context, sourceId);
  const pass = new Pass();
  const since = sinceExposure(context, source, pass);
  const perMetric = metrics.map((metric) => {
    const scope = scopeOf(context, source, { metric: metric.id, expression: "value" });
    return metricColumns(
      context,
      { scope, failures: context.failures, pass, since, joined: true, base: null, counts: true },
      metric,
    );
  });
  const before =
    since === null
      ? []
      : [{ sql: pass.joinedRow("before", `${since} < 0`), as: `${source.key}_before` }];
  const keys = ["unit", "arm", ...cohortKeys(context.plan)];
  const table: CommonTable = {
    name: `${source.key}_observations`,
    comment: `${source.spec.id}: one row an event of an assigned unit`,
    shared: true,
    query: {
      columns: [
        ...keys.map((key) => ({ sql: key, as: key })),
        ...perMetric.flatMap((entry) => entry.columns),
        ...before,
      ],
      from: {
        query: passRows(pass, {
          unit: source.unit ?? "",
          from: builder.relation(source),
          where: happened(context, source, timeColumn(context.plan, source.spec)),
          exposures: { relation: "members", columns: ["arm", ...cohortKeys(context.plan)] },
        }),
        as: "r",
      },
    },
  };
  const flags = [
    ...perMetric.flatMap((entry) => entry.flags),
    ...before.map((column) => column.as),
  ];
  const quality: Select = {
    columns: [
      { sql: "'values'", as: "part" },
      ...flags.map((name) => ({ sql: `count(*) FILTER (WHERE ${name})`, as: name })),
    ],
    from: { relation: `${source.key}_observations` },
  };
  return { table, quality };
}
