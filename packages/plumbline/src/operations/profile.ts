import { statSync } from "node:fs";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { ColumnProfile, DataProfile } from "../documents/init-profile.js";
import { PlumbError } from "../errors.js";

const quoteName = (name: string) => `"${name.replaceAll('"', '""')}"`;
const quoteText = (text: string) => `'${text.replaceAll("'", "''")}'`;

const isNumeric = (type: string) =>
  /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL)/.test(type);

const asNumber = (value: unknown): number | null =>
  value === null || value === undefined || !Number.isFinite(Number(value)) ? null : Number(value);

type Row = Record<string, unknown>;

async function rows(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJson();
}

function reader(file: string): string {
  const lower = file.toLowerCase();
  if (lower.endsWith(".parquet")) return `read_parquet(${quoteText(file)})`;
  if (lower.endsWith(".csv") || lower.endsWith(".csv.gz"))
    return `read_csv(${quoteText(file)}, header = true)`;
  throw new PlumbError(
    "FILE_UNREADABLE",
    `${file} is neither CSV nor Parquet by its name.`,
    "Give a file that ends in .csv, .csv.gz or .parquet.",
  );
}

async function profileColumn(
  connection: DuckDBConnection,
  table: string,
  name: string,
  type: string,
): Promise<ColumnProfile> {
  const column = quoteName(name);
  const numeric = isNumeric(type);
  const p99 = numeric ? `quantile_disc(${column}, 0.99)::DOUBLE` : "NULL";
  const [figures] = await rows(
    connection,
    `SELECT count(DISTINCT ${column}) AS n, count(*) - count(${column}) AS nulls,
      min(${column})::VARCHAR AS lo, max(${column})::VARCHAR AS hi, ${p99} AS p99 FROM ${table}`,
  );
  const top = await rows(
    connection,
    `SELECT ${column}::VARCHAR AS value, count(*) AS n FROM ${table} WHERE ${column} IS NOT NULL
      GROUP BY 1 ORDER BY n DESC, value LIMIT 20`,
  );
  const end = (value: unknown) => (numeric ? asNumber(value) : ((value as string | null) ?? null));
  return {
    name,
    type,
    distinct: Number(figures?.n ?? 0),
    nulls: Number(figures?.nulls ?? 0),
    min: end(figures?.lo),
    max: end(figures?.hi),
    top: top.map(({ value, n }) => ({ value: String(value), count: Number(n) })),
    ...(numeric ? { p99: asNumber(figures?.p99) } : {}),
  };
}

/** Reads the columns of a data file with the engine; its rows are never read here. */
export async function profileFile(file: string): Promise<DataProfile> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new PlumbError("FILE_NOT_FOUND", `There is no file ${file}.`, "Check the path.");
  }
  const from = reader(file);
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    await connection.run(`SET allowed_directories = [${quoteText(dirname(file))}]`);
    await connection.run("SET enable_external_access = false; SET lock_configuration = true;");
    await connection.run(`CREATE TEMP TABLE profiled AS SELECT * FROM ${from}`);
    const described = await rows(connection, "DESCRIBE profiled");
    const [count] = await rows(connection, "SELECT count(*) AS n FROM profiled");
    const columns: ColumnProfile[] = [];
    for (const { column_name, column_type } of described) {
      columns.push(
        await profileColumn(connection, "profiled", String(column_name), String(column_type)),
      );
    }
    const total = Number(count?.n ?? 0);
    if (total === 0) throw new Error("it holds no row");
    return { file, rows: total, columns };
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new PlumbError(
      "FILE_UNREADABLE",
      `${file} cannot be read as a table: ${why}.`,
      "Check that it is a whole CSV or Parquet file with a header and at least one row.",
      error,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
