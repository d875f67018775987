import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { MomentPlan, MomentResult, SourceSpec } from "@plumbline/stats";
import {
  type DuckDbEngine,
  type DuckDbOptions,
  openDuckDb,
  type RunOptions,
} from "../engines/duckdb/engine.js";
import { WarehouseError } from "../errors.js";
import { readMoments } from "../readout/read-moments.js";

/** Times are microseconds since 1970. */
export type Cell = string | number | bigint | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** Rows in memory, with the engine's type of each column. */
export interface Table {
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function cellSql(cell: Cell | undefined, type: string): string {
  if (cell === undefined || cell === null) return "NULL";
  if (type === "TIMESTAMP") return `make_timestamp(${String(cell)})`;
  return `CAST('${String(cell).replaceAll("'", "''")}' AS ${type})`;
}

/** A temporary directory, a DuckDB that writes files into it, and engines that read them. */
export class Workbench {
  private readonly engines: DuckDbEngine[] = [];

  private constructor(
    readonly directory: string,
    private readonly writer: DuckDBInstance,
  ) {}

  static async open(): Promise<Workbench> {
    const directory = await mkdtemp(join(tmpdir(), "plumbline-warehouse-"));
    return new Workbench(directory, await DuckDBInstance.create(":memory:", { threads: "1" }));
  }

  async close(): Promise<void> {
    for (const engine of this.engines) engine.close();
    this.writer.closeSync();
    await rm(this.directory, { recursive: true, force: true });
  }

  async engine(options: Partial<DuckDbOptions> = {}): Promise<DuckDbEngine> {
    const engine = await openDuckDb({
      threads: 2,
      tempDirectory: join(this.directory, "spill"),
      allowedDirectories: [this.directory],
      ...options,
    });
    this.engines.push(engine);
    return engine;
  }

  /** Runs SQL in the writing engine, which may do anything. */
  async sql(text: string): Promise<void> {
    const connection = await this.writer.connect();
    try {
      await connection.run(text);
    } finally {
      connection.closeSync();
    }
  }

  /** Copies the result of a query into a file; the format follows from the name. */
  async copy(name: string, query: string): Promise<string> {
    const path = join(this.directory, name);
    const format = name.endsWith(".parquet")
      ? "FORMAT parquet"
      : `FORMAT csv, HEADER true${name.endsWith(".gz") ? ", COMPRESSION gzip" : ""}`;
    await this.sql(`COPY (${query}) TO '${path.replaceAll("'", "''")}' (${format})`);
    return path;
  }

  async write(name: string, table: Table): Promise<string> {
    const columns = Object.entries(table.columns);
    const rows = table.rows.map(
      (row) => `(${columns.map(([column, type]) => cellSql(row[column], type)).join(", ")})`,
    );
    const types = columns.map(([column, type]) => `${quoted(column)} ${type}`).join(", ");
    await this.sql(`CREATE OR REPLACE TABLE written (${types})`);
    if (rows.length > 0) await this.sql(`INSERT INTO written VALUES ${rows.join(", ")}`);
    return this.copy(name, "SELECT * FROM written");
  }
}

export function sourceOf(id: string, file: string, more: Partial<SourceSpec> = {}): SourceSpec {
  return {
    id,
    format: file.endsWith(".parquet") ? "parquet" : "csv",
    files: [file],
    grain: "unit",
    unit: "unit",
    time: null,
    ...more,
  };
}

/** A result as text, integers in full: equal text is equal bytes. */
export function bytes(result: MomentResult): string {
  return JSON.stringify(result, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}

/** The coded error with which a readout ends; fails when it succeeds. */
export async function refusal(
  engine: DuckDbEngine,
  plan: MomentPlan,
  options: RunOptions = {},
): Promise<WarehouseError> {
  return errorOf(readMoments(engine, plan, options));
}

export async function errorOf(attempt: Promise<unknown>): Promise<WarehouseError> {
  const outcome = await attempt.then(
    () => new Error("nothing was refused"),
    (error: unknown) => error,
  );
  if (outcome instanceof WarehouseError) return outcome;
  throw outcome;
}
