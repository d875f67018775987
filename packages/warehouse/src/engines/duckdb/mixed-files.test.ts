/** Files of one source that disagree: DuckDB alone would read 6.5 as 6 after a file of integers. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type DuckDbEngine, openDuckDb } from "./engine.js";

const folder = mkdtempSync(join(tmpdir(), "plumbline-mixed-"));
let engine: DuckDbEngine;

const source = (...files: string[]) => ({
  id: "parts",
  format: "parquet" as const,
  files: files.map((file) => join(folder, file)),
  grain: "unit" as const,
  unit: null,
  time: null,
});

beforeAll(async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const write = (select: string, file: string) =>
    connection.run(`COPY (${select}) TO '${join(folder, file)}' (FORMAT parquet)`);
  await write("SELECT 5::INTEGER AS x", "a.parquet");
  await write("SELECT 7::INTEGER AS x", "b.parquet");
  await write("SELECT 6.5::DOUBLE AS x", "c.parquet");
  await write("SELECT 7::INTEGER AS y", "d.parquet");
  await write("SELECT 1.25::DECIMAL(9,2) AS z", "e.parquet");
  await write("SELECT 1.255::DECIMAL(9,3) AS z", "f.parquet");
  connection.closeSync();
  instance.closeSync();
  engine = await openDuckDb({ allowedDirectories: [folder] });
});

afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

it("reads files that agree", async () => {
  expect(await engine.describe(source("a.parquet", "b.parquet"))).toMatchObject([{ name: "x" }]);
});

it.each([
  ["an integer and a double", source("a.parquet", "c.parquet"), "x"],
  ["the same through a pattern", source("[ac].parquet"), "x"],
  ["two scales of a decimal", source("e.parquet", "f.parquet"), "z"],
  ["a column that one file lacks", source("a.parquet", "d.parquet"), "x"],
])("refuses %s", async (_name, mixed, column) => {
  await expect(engine.describe(mixed)).rejects.toMatchObject({
    code: "COLUMN_TYPE",
    subject: { source: "parts", column },
  });
});
