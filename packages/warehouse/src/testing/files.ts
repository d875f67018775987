import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Row } from "./reference.js";

/** A directory of data files that exists for one test file. */
export class DataDirectory {
  readonly path = mkdtempSync(join(tmpdir(), "plumbline-warehouse-"));

  file(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  text(name: string, content: string | Uint8Array): string {
    writeFileSync(this.file(name), content);
    return this.file(name);
  }

  csv(name: string, columns: readonly string[], rows: readonly Row[]): string {
    const cell = (value: Row[string] | undefined) => {
      if (value === null || value === undefined) return "";
      const text = String(value);
      return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(","));
    const header = columns.map((column) => cell(column)).join(",");
    const content = `${[header, ...lines].join("\n")}\n`;
    return this.text(name, name.endsWith(".gz") ? gzipSync(content) : content);
  }

  /** `types`: column name to DuckDB type. */
  async parquet(
    name: string,
    types: Readonly<Record<string, string>>,
    rows: readonly Row[],
  ): Promise<string> {
    const csv = this.csv(`${name}.csv`, Object.keys(types), rows);
    const columns = Object.entries(types).map(
      ([column, type]) => `'${column.replaceAll("'", "''")}': '${type}'`,
    );
    await this.query(
      `COPY (SELECT * FROM read_csv('${csv}', header = true, columns = {${columns.join(", ")}}))
       TO '${this.file(name)}' (FORMAT parquet)`,
    );
    return this.file(name);
  }

  /** Runs SQL in a DuckDB without limits, to make data. */
  async query(sql: string): Promise<void> {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    try {
      await connection.run(sql);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }
}

/** mulberry32: a small generator with a fixed seed, in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Fisher and Yates. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  for (let index = copy.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [copy[index], copy[other]] = [copy[other] as T, copy[index] as T];
  }
  return copy;
}
