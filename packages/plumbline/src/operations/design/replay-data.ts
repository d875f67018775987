/** Cumulative checkpoints of real experiments, read by the embedded DuckDB. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { openDuckDb } from "@plumbline/warehouse";
import { PlumbError } from "../../errors.js";
import type { Checkpoint, Series } from "./replay-series.js";

const COLUMNS = [
  "experiment_id",
  "variant_id",
  "metric_id",
  "time_since_start",
  "count_c",
  "count_t",
  "mean_c",
  "mean_t",
  "variance_c",
  "variance_t",
] as const;

const CSV = /\.csv(\.gz)?$/i;

/** The file itself, or the one CSV file of a folder. */
export function datasetFile(path: string): string {
  if (!existsSync(path)) {
    throw new PlumbError(
      "FILE_NOT_FOUND",
      `There is no data set at ${path}.`,
      "Give the path of a CSV of cumulative checkpoints, such as the ASOS Digital Experiments data set (osf.io/64jsb).",
    );
  }
  if (!statSync(path).isDirectory()) return path;
  const files = readdirSync(path).filter((name) => CSV.test(name));
  const [only] = files;
  if (only !== undefined && files.length === 1) return join(path, only);
  throw new PlumbError(
    "FILE_NOT_FOUND",
    files.length === 0
      ? `There is no CSV file in ${path}.`
      : `There are ${files.length} CSV files in ${path}.`,
    "Give the path of the CSV file itself.",
  );
}

interface Row extends Checkpoint {
  readonly experiment: string;
  readonly variant: string;
  readonly metric: string;
}

export interface Dataset {
  readonly series: readonly Series[];
  /** Rows left out because a figure is missing. */
  readonly incomplete: number;
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function sqlFor(file: string): string {
  const source = `read_csv(${quote(file)}, header = true, all_varchar = true)`;
  const number = (name: string, as: string) => `try_cast(${name} AS DOUBLE) AS "${as}"`;
  return `SELECT experiment_id AS experiment, variant_id AS variant, metric_id AS metric,
  ${number("time_since_start", "time")}, ${number("count_c", "countControl")}, ${number("count_t", "countTreatment")},
  ${number("mean_c", "meanControl")}, ${number("mean_t", "meanTreatment")},
  ${number("variance_c", "varianceControl")}, ${number("variance_t", "varianceTreatment")}
FROM ${source} ORDER BY experiment, metric, variant, time`;
}

const complete = (row: Readonly<Record<string, unknown>>): boolean =>
  Object.values(row).every((value) => value !== null) &&
  Number(row.countControl) > 1 &&
  Number(row.countTreatment) > 1;

/** @throws PlumbError FILE_NOT_FOUND or COLUMNS_UNUSABLE, WarehouseError when the file cannot be read. */
export async function readDataset(path: string, signal: AbortSignal): Promise<Dataset> {
  const file = datasetFile(path);
  const engine = await openDuckDb({ allowedDirectories: [dirname(file)] });
  try {
    const described = await engine.run(
      `DESCRIBE SELECT * FROM read_csv(${quote(file)}, header = true, all_varchar = true)`,
      [],
      { signal },
    );
    const names = described.map((row) => String(row.column_name));
    const missing = COLUMNS.filter((name) => !names.includes(name));
    if (missing.length > 0) {
      throw new PlumbError(
        "COLUMNS_UNUSABLE",
        `${file} has no column ${missing.join(", ")}.`,
        `The data set needs the columns ${COLUMNS.join(", ")}.`,
      );
    }
    const rows = await engine.run(sqlFor(file), [], { signal });
    const kept = rows.filter(complete) as unknown as Row[];
    return { series: seriesOf(kept), incomplete: rows.length - kept.length };
  } finally {
    engine.close();
  }
}

function seriesOf(rows: readonly Row[]): Series[] {
  const found = new Map<string, { head: Row; checkpoints: Checkpoint[] }>();
  for (const row of rows) {
    const { experiment, variant, metric, ...checkpoint } = row;
    const key = JSON.stringify([experiment, metric, variant]);
    const series = found.get(key) ?? { head: row, checkpoints: [] };
    series.checkpoints.push(checkpoint);
    found.set(key, series);
  }
  return [...found.values()].map(({ head, checkpoints }) => ({
    experiment: head.experiment,
    variant: head.variant,
    metric: head.metric,
    checkpoints,
  }));
}
