import type { MomentCell, MomentPlan, MomentResult, SourceSpec } from "@plumbline/stats";
import { type CompiledPlan, type CompiledStatement, compile } from "../compile/compile.js";
import { validatePlan } from "../compile/validate.js";
import type { ColumnInfo, SourceColumns } from "../dialects/dialect.js";
import type { DuckDbEngine, ResultRow, RunOptions } from "../engines/duckdb/engine.js";
import { fail, WarehouseError } from "../errors.js";
import { decode } from "./decode.js";

export interface Readout {
  readonly result: MomentResult;
  readonly statements: readonly CompiledStatement[];
}

/**
 * Runs a plan: describes the sources, compiles, runs one statement (two when metrics need order).
 * Errors: WarehouseError; ARM_EMPTY and LEVEL_ABSENT when the data lack what the plan names.
 */
export async function readMoments(
  engine: DuckDbEngine,
  plan: MomentPlan,
  options: RunOptions = {},
): Promise<Readout> {
  validatePlan(plan);
  const sources = plan.sources.filter((source) => isRead(plan, source));
  await Promise.all(sources.map((source) => engine.checkRows(source, options.signal)));
  const columns = await describeAll(engine, sources, false);
  try {
    return await attempt(engine, plan, columns, options);
  } catch (error) {
    if (!(error instanceof WarehouseError)) throw error;
    // Statistics spare checks of every row; without them the statement names the metric at fault.
    if (error.code === "VALUE_OUT_OF_SCALE" && error.subject.metric === undefined) {
      return await attempt(engine, plan, withoutStatistics(columns), options);
    }
    // A sample of a CSV file may promise a narrower type than the rest of the file keeps.
    if (!isSampledType(error, sources)) throw error;
    const whole = await describeAll(engine, sources, true);
    return await attempt(engine, plan, whole, options).catch((second: unknown) => {
      throw locateColumn(second, sources, whole);
    });
  }
}

function withoutStatistics(columns: SourceColumns): SourceColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([source, known]) => [
      source,
      known.map(({ name, type }) => ({ name, type })),
    ]),
  );
}

function isRead(plan: MomentPlan, source: SourceSpec): boolean {
  return (
    plan.exposure.source === source.id ||
    plan.dimensions.some((dimension) => dimension.source === source.id) ||
    plan.metrics.some((metric) =>
      [metric.value, metric.denominator, metric.covariate].some(
        (value) => value?.source === source.id,
      ),
    )
  );
}

function isSampledType(error: WarehouseError, sources: readonly SourceSpec[]): boolean {
  return (
    error.code === "COLUMN_TYPE" &&
    error.cause !== undefined &&
    sources.some((source) => source.format === "csv")
  );
}

async function describeAll(
  engine: DuckDbEngine,
  sources: readonly SourceSpec[],
  wholeFile: boolean,
): Promise<SourceColumns> {
  const described = sources.map(
    async (source): Promise<[string, readonly ColumnInfo[]]> => [
      source.id,
      await engine.describe(source, { wholeFile }),
    ],
  );
  return Object.fromEntries(await Promise.all(described));
}

async function attempt(
  engine: DuckDbEngine,
  plan: MomentPlan,
  columns: SourceColumns,
  options: RunOptions,
): Promise<Readout> {
  const compiled = compile(plan, columns);
  const results: ResultRow[][] = [];
  for (const [index, statement] of compiled.statements.entries()) {
    const share = 1 / compiled.statements.length;
    const { onProgress } = options;
    const rows = await engine.run(statement.sql, statement.checks, {
      ...options,
      arrayBytes: statement.arrayBytes,
      ...(onProgress === undefined
        ? {}
        : { onProgress: (part: number) => onProgress((index + part) * share) }),
    });
    results.push(rows);
    if (index === 0) refuseEmpty(compiled, rows);
  }
  return { result: decode(compiled, results), statements: compiled.statements };
}

/** Nothing can be said about an arm or a declared level that nobody is in. */
function refuseEmpty(compiled: CompiledPlan, rows: readonly ResultRow[]): void {
  const { cells, quality } = decode(compiled, [rows]);
  const { asOf = null } = compiled.plan.exposure;
  const until = asOf === null ? "" : `, as of ${asOf}`;
  for (const cell of cells) {
    if (cell.units > 0n || cell.dimension !== null) continue;
    const arm = compiled.plan.arms.find((candidate) => candidate.id === cell.arm);
    const others = quality.unknownArms.slice(0, 20).map((entry) => entry.value);
    const found =
      others.length === 0 ? "" : ` Values that no arm stands for: ${others.join(", ")}.`;
    fail(
      "ARM_EMPTY",
      `No unit is in the arm ${cell.arm} (value ${JSON.stringify(arm?.value)}) within the run${until}.`,
      `Correct the arm's value, the run or the exposure filter.${found}`,
      { arm: cell.arm, source: compiled.plan.exposure.source },
    );
  }
  for (const dimension of compiled.plan.dimensions) {
    const entry = quality.dimensions.find((candidate) => candidate.dimension === dimension.id);
    const present = new Set(
      entry?.levels.filter((level) => level.units > 0n).map((level) => level.level),
    );
    const absent = dimension.levels.find((level) => !present.has(level));
    if (absent === undefined) continue;
    const found = [...present].map((level) => level ?? "(missing)").slice(0, 30);
    fail(
      "LEVEL_ABSENT",
      `No exposed unit has ${dimension.id} = ${absent}.`,
      `Levels found: ${found.join(", ")}. Correct the declared levels.`,
      { dimension: dimension.id, level: absent, source: dimension.source },
    );
  }
  refuseEmptyIntersection(compiled.plan, cells);
}

function refuseEmptyIntersection(plan: MomentPlan, cells: readonly MomentCell[]): void {
  for (const { id, of, levels, sparse } of plan.intersections ?? []) {
    if (sparse === true) continue;
    const present = new Set(
      cells.flatMap(({ dimension, level, units }) =>
        dimension === id && units > 0n ? [level] : [],
      ),
    );
    const absent = levels.find(({ level }) => !present.has(level));
    if (absent === undefined) continue;
    const where = of.map((name, at) => `${name} = ${absent.of[at]}`).join(" and ");
    fail(
      "LEVEL_ABSENT",
      `No exposed unit has ${where}.`,
      `Combinations found: ${[...present].slice(0, 30).join(", ")}. Remove the intersection, or the level that nobody combines.`,
      { dimension: id, level: absent.level },
    );
  }
}

/** The engine names a column but not its source; it is known when only one CSV source has it. */
function locateColumn(
  error: unknown,
  sources: readonly SourceSpec[],
  columns: SourceColumns,
): unknown {
  if (!(error instanceof WarehouseError) || error.subject.source !== undefined) return error;
  const { column } = error.subject;
  const holders = sources.filter(
    (source) =>
      source.format === "csv" && columns[source.id]?.some((known) => known.name === column),
  );
  const [holder] = holders;
  if (column === undefined || holder === undefined || holders.length > 1) return error;
  const { code, message, mend, subject } = error;
  return new WarehouseError(
    { code, message, mend, subject: { ...subject, source: holder.id } },
    { cause: error.cause },
  );
}
