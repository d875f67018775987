import { type Context, dimensionKeys } from "./context.js";
import { armIndex } from "./exposure.js";
import type { Select } from "./sql.js";

/** Parts of the moments statement that count what was excluded or looks wrong. */
export function qualityParts(context: Context, counts: readonly string[]): Select[] {
  return [
    rowCounts(context),
    unitCounts(context),
    unknownArms(context),
    ...dimensionKeys(context.plan).map((key, index) => levelsFound(key, index + 1)),
    ...(counts.length === 0 ? [] : [valueCounts(counts)]),
  ];
}

function rowCounts(context: Context): Select {
  const ids = context.exposure.unit !== null;
  return {
    columns: [
      { sql: "'exposure_rows'", as: "part" },
      { sql: "sum(row_count)", as: "exposure_rows" },
      ...(ids ? [{ sql: "sum(row_count) FILTER (WHERE unit IS NULL)", as: "null_units" }] : []),
      { sql: "sum(row_count) FILTER (WHERE arm_value IS NULL)", as: "null_arms" },
      { sql: "sum(row_count - rows_in_run)", as: "outside_run" },
    ],
    from: { relation: "exposure_rows" },
  };
}

function unitCounts(context: Context): Select {
  const ids = context.exposure.unit !== null;
  const duplicated = ids && context.exposure.spec.grain === "unit";
  const timed = context.plan.exposure.time !== null;
  // Without ids the table also holds rows of arms that nobody registered.
  const exposed = ids ? "" : " FILTER (WHERE arm IS NOT NULL)";
  return {
    columns: [
      { sql: "'units'", as: "part" },
      { sql: "count(*)", as: "units" },
      { sql: "count(*) FILTER (WHERE arm < last_arm)", as: "multi_arm_units" },
      ...(timed
        ? [
            { sql: `min(exposed_us)${exposed}`, as: "first_exposure" },
            { sql: `max(exposed_us)${exposed}`, as: "last_exposure" },
          ]
        : []),
      ...(duplicated
        ? [{ sql: "count(*) FILTER (WHERE rows_in_run > 1)", as: "exposure_duplicated" }]
        : []),
    ],
    from: { relation: "exposure" },
  };
}

function unknownArms(context: Context): Select {
  const registered = armIndex(context, "arm_value");
  const ids = context.exposure.unit !== null;
  return {
    columns: [
      { sql: "'unknown_arm'", as: "part" },
      { sql: "arm_value", as: "level" },
      { sql: ids ? "count(DISTINCT unit)" : "count(*)", as: "units" },
    ],
    from: { relation: "exposure_rows" },
    where: [
      "rows_in_run > 0",
      "arm_value IS NOT NULL",
      `${registered} IS NULL`,
      ...(ids ? ["unit IS NOT NULL"] : []),
    ],
    groupBy: ["arm_value"],
  };
}

function levelsFound(key: string, dimension: number): Select {
  return {
    columns: [
      { sql: "'level'", as: "part" },
      { sql: String(dimension), as: "dimension" },
      { sql: key, as: "level" },
      { sql: "sum(units)", as: "units" },
    ],
    from: { relation: "cells" },
    groupBy: [key],
  };
}

function valueCounts(counts: readonly string[]): Select {
  return {
    columns: [
      { sql: "'values'", as: "part" },
      ...counts.map((name) => ({ sql: `sum(${name})`, as: name })),
    ],
    from: { relation: "cells" },
  };
}
