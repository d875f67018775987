import type {
  CellKey,
  CovariateSums,
  DimensionQuality,
  MetricQuality,
  MetricSums,
  MomentCell,
  MomentPlan,
  MomentResult,
  QualityCounts,
  QuantileCell,
  RankCell,
} from "@plumbline/stats";
import type { CompiledPlan } from "../compile/compile.js";
import { dimensionKeys, metricKey } from "../compile/context.js";
import type { SumColumns } from "../compile/moments.js";
import type { ResultRow } from "../engines/duckdb/engine.js";
import { fail } from "../errors.js";

/** A count or sum; SQL's sum over nothing is null, which here means 0. */
function big(row: ResultRow | undefined, name: string): bigint {
  const value = row?.[name] ?? null;
  if (value === null) return 0n;
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  throw new TypeError(`column ${name} is not an integer`);
}

function text(row: ResultRow, name: string): string | null {
  const value = row[name] ?? null;
  return value === null ? null : String(value);
}

/** The last instant a JavaScript date can hold; a DuckDB timestamp goes a little further. */
const LAST_DATE = 8_640_000_000_000_000n;

/** Microseconds since 1970 as an ISO time, rounded down; null when nobody has a time of exposure. */
function exposureTime(plan: MomentPlan, row: ResultRow | undefined, name: string): string | null {
  if ((row?.[name] ?? null) === null) return null;
  const micros = big(row, name);
  const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const { source, time } = plan.exposure;
  if (millis > LAST_DATE || millis < -LAST_DATE) {
    fail(
      "COLUMN_TYPE",
      `Column ${JSON.stringify(time)} of source ${source} holds a time of exposure beyond the year 270000.`,
      "Correct the times, or give the run a start and an end.",
      { source, ...(time === null ? {} : { column: time }) },
    );
  }
  return new Date(Number(millis)).toISOString();
}

function metricSums(row: ResultRow, columns: SumColumns): MetricSums {
  const { ratio } = columns;
  return {
    n: big(row, columns.n),
    sx: big(row, columns.sx),
    sxx: big(row, columns.sxx),
    ratio:
      ratio === null
        ? null
        : { sy: big(row, ratio.sy), syy: big(row, ratio.syy), sxy: big(row, ratio.sxy) },
    covariate: covariateSums(row, columns.covariate),
  };
}

function covariateSums(row: ResultRow, columns: SumColumns["covariate"]): CovariateSums | null {
  if (columns === null) return null;
  const { ratio } = columns;
  return {
    n: big(row, columns.n),
    sz: big(row, columns.sz),
    szz: big(row, columns.szz),
    sx: big(row, columns.sx),
    sxx: big(row, columns.sxx),
    sxz: big(row, columns.sxz),
    ratio:
      ratio === null
        ? null
        : {
            sy: big(row, ratio.sy),
            syy: big(row, ratio.syy),
            sxy: big(row, ratio.sxy),
            syz: big(row, ratio.syz),
          },
  };
}

/** Everybody first, then dimensions, then intersections, and levels in the order of the plan; in each, arms in order. */
function cellKeys(
  plan: MomentPlan,
): { dimension: number; level: number; key: Omit<CellKey, "arm"> }[] {
  const everybody = { dimension: 0, level: -1, key: { dimension: null, level: null } };
  const cohorts = [
    ...plan.dimensions,
    ...(plan.intersections ?? []).map(({ id, levels }) => ({
      id,
      levels: levels.map(({ level }) => level),
    })),
  ];
  const levels = cohorts.flatMap(({ id, levels: declared }, index) =>
    declared.map((level, position) => ({
      dimension: index + 1,
      level: position,
      key: { dimension: id, level },
    })),
  );
  return [everybody, ...levels];
}

function cells(compiled: CompiledPlan, rows: readonly ResultRow[]): MomentCell[] {
  const { plan } = compiled;
  const found = new Map<string, ResultRow>();
  for (const row of rows) {
    if (row.part !== "cell") continue;
    found.set(JSON.stringify([Number(row.arm), Number(row.dimension), text(row, "level")]), row);
  }
  return cellKeys(plan).flatMap(({ dimension, key }) =>
    plan.arms.map((arm, index) => {
      const row = found.get(JSON.stringify([index, dimension, key.level])) ?? {};
      const metrics: Record<string, MetricSums> = {};
      for (const [id, columns] of compiled.sums) metrics[id] = metricSums(row, columns);
      return { arm: arm.id, ...key, units: big(row, "units"), metrics };
    }),
  );
}

function ordered(rows: readonly ResultRow[], part: string, plan: MomentPlan) {
  const found = new Map<string, ResultRow>();
  for (const row of rows) {
    if (row.part !== part) continue;
    const address = ["metric", "arm", "dimension", "level"].map((name) => Number(row[name]));
    found.set(JSON.stringify(address), row);
  }
  return (metric: number, arm: number, dimension: number, level: number) =>
    found.get(
      JSON.stringify([plan.metrics.indexOf(plan.metrics[metric] as never), arm, dimension, level]),
    );
}

function quantiles(plan: MomentPlan, rows: readonly ResultRow[]): QuantileCell[] {
  const find = ordered(rows, "quantile", plan);
  return plan.metrics.flatMap((metric, index) =>
    cellKeys(plan).flatMap(({ dimension, level, key }) =>
      plan.arms.flatMap((arm, position): QuantileCell[] => {
        const row = find(index, position, dimension, level);
        if (row === undefined) return [];
        return [
          {
            arm: arm.id,
            ...key,
            metric: metric.id,
            n: big(row, "n"),
            units: big(row, "units"),
            quantile: big(row, "quantile"),
            lower: big(row, "lower"),
            upper: big(row, "upper"),
            sN: big(row, "sum_n"),
            sNN: big(row, "sum_nn"),
            sY: big(row, "sum_y"),
            sYY: big(row, "sum_yy"),
            sYN: big(row, "sum_yn"),
          },
        ];
      }),
    ),
  );
}

function ranks(plan: MomentPlan, rows: readonly ResultRow[]): RankCell[] {
  const find = ordered(rows, "rank", plan);
  const [control] = plan.arms;
  return plan.metrics.flatMap((metric, index) =>
    cellKeys(plan).flatMap(({ dimension, level, key }) =>
      plan.arms.flatMap((arm, position): RankCell[] => {
        const row = find(index, position, dimension, level);
        if (row === undefined || control === undefined) return [];
        return [
          {
            metric: metric.id,
            treatment: arm.id,
            control: control.id,
            ...key,
            nTreatment: big(row, "n_treatment"),
            nControl: big(row, "n_control"),
            twiceU: big(row, "twice_u"),
            ties: big(row, "ties"),
            placementsTreatmentSquared: big(row, "placements_treatment"),
            placementsControlSquared: big(row, "placements_control"),
          },
        ];
      }),
    ),
  );
}

/** The counts that several parts of both statements contribute to, by column name. */
function countsByName(rows: readonly ResultRow[]): ResultRow {
  const merged: Record<string, bigint> = {};
  for (const row of rows) {
    if (row.part !== "values") continue;
    for (const [name, value] of Object.entries(row)) {
      // Both statements may count the same thing (late cohorts, events before exposure): not twice.
      if (typeof value === "bigint" && merged[name] === undefined) merged[name] = value;
    }
  }
  return merged;
}

function dimensionQuality(
  plan: MomentPlan,
  rows: readonly ResultRow[],
  counts: ResultRow,
): DimensionQuality[] {
  const keys = dimensionKeys(plan);
  return plan.dimensions.map(({ id }, index) => ({
    dimension: id,
    levels: rows
      .filter((row) => row.part === "level" && Number(row.dimension) === index + 1)
      .map((row) => ({ level: text(row, "level"), units: big(row, "units") }))
      .sort((a, b) => compareText(a.level, b.level)),
    measuredAfterExposure: big(counts, `${keys[index]}_late`),
  }));
}

/** By code units, the missing value last: the same order on every machine. */
function compareText(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}

function metricQuality(plan: MomentPlan, counts: ResultRow): MetricQuality[] {
  return plan.metrics.map((metric) => {
    const key = metricKey(plan, metric);
    return {
      metric: metric.id,
      nulls: big(counts, `${key}_nulls`),
      outOfRange: big(counts, `${key}_strange`),
      capped: big(counts, `${key}_capped`),
    };
  });
}

function quality(plan: MomentPlan, rows: readonly ResultRow[]): QualityCounts {
  const part = (name: string) => rows.find((row) => row.part === name);
  const counts = countsByName(rows);
  const units = part("units");
  const bySource = (suffix: string) => {
    const found: Record<string, bigint> = {};
    plan.sources.forEach((source, index) => {
      const name = `s${index + 1}_${suffix}`;
      if (counts[name] !== undefined) found[source.id] = big(counts, name);
    });
    return found;
  };
  const duplicated = units?.exposure_duplicated ?? null;
  return {
    exposureRows: big(part("exposure_rows"), "exposure_rows"),
    nullUnits: big(part("exposure_rows"), "null_units"),
    nullArms: big(part("exposure_rows"), "null_arms"),
    outsideRun: big(part("exposure_rows"), "outside_run"),
    units: big(units, "units"),
    firstExposure: exposureTime(plan, units, "first_exposure"),
    lastExposure: exposureTime(plan, units, "last_exposure"),
    multiArmUnits: big(units, "multi_arm_units"),
    duplicateUnits: {
      ...(duplicated === null ? {} : { [plan.exposure.source]: big(units, "exposure_duplicated") }),
      ...bySource("duplicated"),
    },
    unknownArms: rows
      .filter((row) => row.part === "unknown_arm")
      .map((row) => ({ value: text(row, "level") ?? "", units: big(row, "units") }))
      .sort((a, b) => compareText(a.value, b.value)),
    eventsBeforeExposure: bySource("before"),
    metrics: metricQuality(plan, counts),
    dimensions: dimensionQuality(plan, rows, counts),
  };
}

/** Rows of the statements, in their order, as the result; its bytes depend on nothing but the data. */
export function decode(
  compiled: CompiledPlan,
  results: readonly (readonly ResultRow[])[],
): MomentResult {
  const [moments = [], order = []] = results;
  const { plan } = compiled;
  return {
    cells: cells(compiled, moments),
    quantiles: quantiles(plan, order),
    ranks: ranks(plan, order),
    quality: quality(plan, [...moments, ...order]),
  };
}
