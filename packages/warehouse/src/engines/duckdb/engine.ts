import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import type { SourceSpec } from "@plumbline/stats";
import type { ColumnInfo } from "../../dialects/dialect.js";
import { duckDbDialect } from "../../dialects/duckdb/dialect.js";
import { type Failure, fail, WarehouseError } from "../../errors.js";
import { ArrayConnection } from "./arrays.js";
import { engineError } from "./errors.js";
import { checkFile, checkGzip, isGlob } from "./files.js";

export interface DuckDbOptions {
  /** Worker threads; default: what DuckDB takes, one a core. */
  readonly threads?: number;
  /** For example "1GB"; default: DuckDB's, 80 % of the machine's memory. */
  readonly memoryLimit?: string;
  /** Where intermediate results spill; default: the system's temporary directory. */
  readonly tempDirectory?: string;
  /** Only files under these directories can be read, whatever a statement says. */
  readonly allowedDirectories: readonly string[];
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Called with a share in [0, 1] while a statement runs. */
  readonly onProgress?: (share: number) => void;
  /** What the statement's arrays of units take in each thread; see `CompiledStatement`. */
  readonly arrayBytes?: number;
}

export type ResultRow = Readonly<Record<string, DuckDBValue>>;

const POLL_MILLISECONDS = 50;

/** DuckDB in memory and in this process: no network, no extensions, files of the allowed directories only. */
export class DuckDbEngine {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly arrays: ArrayConnection,
  ) {}

  static async open(options: DuckDbOptions): Promise<DuckDbEngine> {
    const settings: Record<string, string> = {
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      temp_directory: options.tempDirectory ?? `${tmpdir()}/plumbline-duckdb-${process.pid}`,
      preserve_insertion_order: "false",
    };
    if (options.threads !== undefined) settings.threads = String(options.threads);
    if (options.memoryLimit !== undefined) settings.memory_limit = options.memoryLimit;
    const instance = await DuckDBInstance.create(":memory:", settings).catch((error: unknown) => {
      throw engineError(error, []);
    });
    const connection = await instance.connect();
    let arrays: ArrayConnection | null = null;
    try {
      arrays = await ArrayConnection.open(instance);
      const { literal } = duckDbDialect;
      const directories = options.allowedDirectories.map((directory) =>
        literal(resolve(directory)),
      );
      await connection.run("SET GLOBAL TimeZone = 'UTC'");
      await connection.run(`SET GLOBAL allowed_directories = [${directories.join(", ")}]`);
      await connection.run("SET GLOBAL enable_external_access = false");
      await connection.run("SET GLOBAL lock_configuration = true");
      return new DuckDbEngine(instance, arrays);
    } catch (error) {
      arrays?.close();
      instance.closeSync();
      throw engineError(error, []);
    } finally {
      connection.closeSync();
    }
  }

  /** Releases memory and temporary files, once the statements still running have ended. */
  close(): void {
    this.arrays.close();
    this.instance.closeSync();
  }

  /**
   * Columns with DuckDB's type names. CSV types come from a sample of rows; `wholeFile` reads all.
   * Errors: FILE_MISSING, FILE_EMPTY, FILE_UNREADABLE, FILE_FORBIDDEN.
   */
  async describe(
    source: SourceSpec,
    options: { readonly wholeFile?: boolean } = {},
  ): Promise<ColumnInfo[]> {
    await this.files(source);
    const scan = duckDbDialect.scan(source, []);
    const sampled = options.wholeFile === true && source.format === "csv";
    const relation = sampled ? scan.replace(/\)$/, ", sample_size = -1)") : scan;
    try {
      const rows = await this.run(`DESCRIBE SELECT * FROM ${relation}`, []);
      const columns = rows.map((row) => ({
        name: String(row.column_name),
        type: String(row.column_type),
      }));
      if (source.format === "csv") return columns;
      await this.refuseMixedSchemas(source);
      return await this.withStatistics(source, columns);
    } catch (error) {
      throw withSource(error, source);
    }
  }

  /** DuckDB reads every file by the first one's types, so a wider type in a later file would lose digits unseen. */
  private async refuseMixedSchemas(source: SourceSpec): Promise<void> {
    if (source.files.length === 1 && !source.files.some(isGlob)) return;
    const files = source.files.map(duckDbDialect.literal).join(", ");
    for (const row of await this.run(mixedSchemasSql(files), [])) {
      const column = String(row.name);
      fail(
        "COLUMN_TYPE",
        `The files of source ${source.id} do not agree on the type of ${column}, or not all have it.`,
        "Write all files of a source with the same columns and types, or split them into two sources.",
        { source: source.id, column },
      );
    }
  }

  /** Adds what Parquet footers say: whether a column has nulls, and its largest number. */
  private async withStatistics(
    source: SourceSpec,
    columns: readonly ColumnInfo[],
  ): Promise<ColumnInfo[]> {
    const files = source.files.map(duckDbDialect.literal).join(", ");
    const rows = await this.run(statisticsSql(files), []);
    const found = new Map(rows.map((row) => [String(row.name), row]));
    return columns.map((column) => {
      const row = found.get(column.name);
      const largest = row?.largest;
      const count = row?.row_count;
      return {
        ...column,
        ...(row?.complete === true ? { nullable: false } : {}),
        ...(typeof largest === "number" && Number.isFinite(largest) ? { largest } : {}),
        ...(typeof count === "bigint" ? { rows: Number(count) } : {}),
      };
    });
  }

  /** Files behind the source's paths and patterns; each exists and is not empty. */
  async files(source: SourceSpec): Promise<string[]> {
    const found: string[] = [];
    for (const pattern of source.files) {
      if (isGlob(pattern)) found.push(...(await this.glob(source, pattern)));
      else {
        await checkFile(source, pattern);
        found.push(pattern);
      }
    }
    return found;
  }

  private async glob(source: SourceSpec, pattern: string): Promise<string[]> {
    const sql = `SELECT file FROM glob(${duckDbDialect.literal(pattern)}) ORDER BY file`;
    const rows = await this.run(sql, []).catch((error: unknown) => {
      throw withSource(error, source);
    });
    const files = rows.map((row) => String(row.file));
    if (files.length === 0) {
      const subject = { source: source.id, file: pattern };
      fail(
        "FILE_MISSING",
        `No file matches ${pattern}.`,
        "Correct the pattern, or put the files there.",
        subject,
      );
    }
    for (const file of files) await checkFile(source, file);
    return files;
  }

  /** Refuses a source without rows, and compressed files that are cut off. */
  async checkRows(source: SourceSpec, signal?: AbortSignal): Promise<void> {
    const files = await this.files(source);
    if (source.format === "csv") {
      for (const file of files) if (file.endsWith(".gz")) await checkGzip(source, file, signal);
    }
    const sql = `SELECT 1 AS one FROM ${duckDbDialect.scan(source, [])} LIMIT 1`;
    const rows = await this.run(sql, []).catch((error: unknown) => {
      throw withSource(error, source);
    });
    if (rows.length > 0) return;
    const [file] = files;
    fail(
      "FILE_EMPTY",
      `Source ${source.id} has no rows.`,
      "Write the data again.",
      file === undefined ? { source: source.id } : { source: source.id, file },
    );
  }

  /** Runs one statement. Integers come back as bigint or number, never rounded. */
  async run(
    sql: string,
    checks: readonly Failure[],
    options: RunOptions = {},
  ): Promise<ResultRow[]> {
    const { signal, arrayBytes = 0 } = options;
    if (signal?.aborted === true) throw engineError(new Error("INTERRUPT"), []);
    const connection = this.arrays.take(arrayBytes) ?? (await this.instance.connect());
    const timer = watch(connection, options);
    try {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowObjects();
    } catch (error) {
      throw engineError(error, checks);
    } finally {
      clearInterval(timer);
      this.arrays.giveBack(connection);
    }
  }
}

function mixedSchemasSql(files: string): string {
  return `
    WITH leaves AS (
      SELECT file_name, name, concat_ws('/', type, converted_type, scale, precision, logical_type) AS kind
      FROM parquet_schema([${files}])
      WHERE type IS NOT NULL
    )
    SELECT name
    FROM leaves
    GROUP BY name
    HAVING count(DISTINCT kind) > 1
      OR count(DISTINCT file_name) < (SELECT count(DISTINCT file_name) FROM leaves)
    ORDER BY name
    LIMIT 1`;
}

function statisticsSql(files: string): string {
  const size = (name: string) => `abs(try_cast(${name} AS DOUBLE))`;
  const [low, high] = [size("stats_min_value"), size("stats_max_value")];
  return `
    SELECT
      path_in_schema AS name,
      bool_and(coalesce(stats_null_count = 0, FALSE)) AS complete,
      CASE WHEN bool_and(${low} IS NOT NULL AND ${high} IS NOT NULL)
        THEN max(greatest(${low}, ${high})) END AS largest,
      CAST(sum(row_group_num_rows) AS BIGINT) AS row_count
    FROM parquet_metadata([${files}])
    GROUP BY path_in_schema`;
}

/** Interrupts again and again once the signal is given: an interrupt between two phases has no effect. */
function watch(connection: DuckDBConnection, options: RunOptions): NodeJS.Timeout | undefined {
  const { signal, onProgress } = options;
  if (signal === undefined && onProgress === undefined) return undefined;
  return setInterval(() => {
    if (signal?.aborted === true) connection.interrupt();
    const { percentage } = connection.progress;
    if (percentage >= 0) onProgress?.(Math.min(1, percentage / 100));
  }, POLL_MILLISECONDS);
}

function withSource(error: unknown, source: SourceSpec): unknown {
  if (!(error instanceof WarehouseError)) return error;
  const { code, message, mend, subject } = error;
  const [file] = source.files;
  const named =
    subject.file === undefined && file !== undefined && source.files.length === 1 ? { file } : {};
  return new WarehouseError(
    { code, message, mend, subject: { ...named, ...subject, source: source.id } },
    { cause: error.cause },
  );
}

/** Errors: WarehouseError ENGINE_FAILED when an option is refused. */
export function openDuckDb(options: DuckDbOptions): Promise<DuckDbEngine> {
  return DuckDbEngine.open(options);
}
