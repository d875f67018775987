import type { MomentSpec, ValueSpec } from "@plumbline/stats";
import { type Context, dimensionKeys, metricKey } from "./context.js";
import { scaledLimit } from "./scaled.js";
import { all, type Column, type CommonTable, when } from "./sql.js";
import { partsOf } from "./units.js";

/** `dimension = level` conditions of a metric, over the dimension columns. */
export function cohortCondition(
  context: Context,
  metric: MomentSpec,
  alias: string,
): string | null {
  const keys = dimensionKeys(context.plan);
  return all(
    metric.cohort.map(({ dimension, level }) => {
      const index = context.plan.dimensions.findIndex((candidate) => candidate.id === dimension);
      return `${alias}.${keys[index]} = ${context.dialect.literal(level)}`;
    }),
  );
}

/** Both limits as scaled integers. */
function limits(spec: ValueSpec): { lower: bigint | null; upper: bigint | null } {
  const scaled = (limit: number | null | undefined) =>
    limit === null || limit === undefined ? null : scaledLimit(limit, spec.scale);
  return { lower: scaled(spec.cap?.lower), upper: scaled(spec.cap?.upper) };
}

/** SQL that a scaled value lies outside the cap; null when there is no cap. */
export function beyondCap(spec: ValueSpec, value: string): string | null {
  const { lower, upper } = limits(spec);
  const sides = [
    lower === null ? null : `${value} < ${lower}`,
    upper === null ? null : `${value} > ${upper}`,
  ].filter((side) => side !== null);
  return sides.length === 0 ? null : `(${sides.join(" OR ")})`;
}

function capped(spec: ValueSpec, value: string): string {
  const { lower, upper } = limits(spec);
  if (lower === null && upper === null) return value;
  const low = lower === null ? "" : ` WHEN ${value} < ${lower} THEN ${lower}`;
  const high = upper === null ? "" : ` WHEN ${value} > ${upper} THEN ${upper}`;
  return `CASE${low}${high} ELSE ${value} END`;
}

/** The scaled value after cap and transform. */
export function finalValue(
  context: Context,
  metric: MomentSpec,
  spec: ValueSpec,
  value: string,
): string {
  const kept = capped(spec, value);
  if (spec.transform === "identity") return kept;
  const { dialect, failures } = context;
  const raise = failures.raise({
    code: "VALUE_NOT_POSITIVE",
    message: `${metric.id} is analysed on the log scale, and a value is zero or below (at ${spec.scale} decimal digits).`,
    mend: "Filter such values out, keep more decimal digits, or drop the log transform.",
    subject: { metric: metric.id, source: spec.source, expression: "transform" },
  });
  const log = `ln(CAST(${kept} AS ${dialect.floating}) / 1e${spec.scale}) * 1e${spec.scale}`;
  return `CASE WHEN ${kept} <= 0 THEN ${raise} ELSE CAST(round(${log}) AS ${dialect.narrow}) END`;
}

function metricColumns(
  context: Context,
  metric: MomentSpec,
): { columns: Column[]; counts: string[] } {
  const key = metricKey(context.plan, metric);
  const cohort = cohortCondition(context, metric, "u");
  const columns = partsOf(metric).map(({ part, spec }): Column => {
    // A unit belongs to a ratio only with both parts, and lends its covariate only with a value.
    const partners = { x: ["y"], y: ["x"], z: ["x", "y"] }[part].filter((other) =>
      partsOf(metric).some(
        (candidate) => candidate.part === other && candidate.spec.empty === "exclude",
      ),
    );
    const present = partners.map((other) => `u.${key}_${other} IS NOT NULL`);
    return {
      sql: when(all([cohort, ...present]), finalValue(context, metric, spec, `u.${key}_${part}`)),
      as: `${key}_${part}`,
    };
  });
  const beyond = beyondCap(metric.value, `u.${key}_x`);
  if (beyond === null) return { columns, counts: [] };
  const sql = `CASE WHEN ${all([cohort, beyond])} THEN 1 ELSE 0 END`;
  return { columns: [...columns, { sql, as: `${key}_capped` }], counts: [`${key}_capped`] };
}

/** `units` after caps, transforms and cohort limits; the numbers that enter the sums. */
export function valuesTable(
  context: Context,
  metrics: readonly MomentSpec[],
  counts: readonly string[],
): { table: CommonTable; counts: readonly string[] } {
  const perMetric = metrics.map((metric) => metricColumns(context, metric));
  const unit = context.exposure.unit === null ? [] : ["unit"];
  const kept = [...unit, "arm", "exposed_us", ...dimensionKeys(context.plan), ...counts];
  return {
    table: {
      name: "unit_values",
      comment: "the scaled integers of each unit, after caps, transforms and cohort limits",
      query: {
        columns: [
          ...kept.map((name) => ({ sql: `u.${name}`, as: name })),
          ...perMetric.flatMap((entry) => entry.columns),
        ],
        from: { relation: "units", as: "u" },
      },
    },
    counts: [...counts, ...perMetric.flatMap((entry) => entry.counts)],
  };
}
