import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { moment, planOf, rowValue } from "../../testing/plans.js";
import { errorOf, refusal, sourceOf, Workbench } from "../../testing/workbench.js";
import type { DuckDbEngine } from "./engine.js";

describe("the engine's sandbox", () => {
  let bench: Workbench;
  let engine: DuckDbEngine;
  let outside: string;
  beforeAll(async () => {
    bench = await Workbench.open();
    engine = await bench.engine();
    outside = await mkdtemp(join(tmpdir(), "plumbline-outside-"));
    await writeFile(join(outside, "secret.csv"), "unit,arm,x\n1,control,1\n2,treatment,2\n");
  });
  afterAll(async () => {
    await bench.close();
    await rm(outside, { recursive: true, force: true });
  });

  const planFor = (file: string) =>
    planOf({ sources: [sourceOf("users", file)], metrics: [moment("x", rowValue("users", "x"))] });

  it("reads files under its directories, by name and by pattern", async () => {
    const file = await bench.copy("own.csv", "SELECT 1 AS unit, 'control' AS arm, 3 AS x");
    for (const path of [file, join(bench.directory, "*.csv")]) {
      expect(await engine.describe(sourceOf("users", path))).toHaveLength(3);
    }
  });

  it("refuses files elsewhere, however they are named", async () => {
    const paths = [
      join(outside, "secret.csv"),
      join(outside, "*.csv"),
      `${bench.directory}/../${outside.split("/").at(-1)}/secret.csv`,
    ];
    for (const path of paths) {
      const error = await refusal(engine, planFor(path));
      expect(error.code).toBe("FILE_FORBIDDEN");
      expect(error.subject).toMatchObject({ source: "users" });
    }
  });

  it.each([
    ["reading a file", (path: string) => `SELECT * FROM read_csv('${path}/secret.csv')`],
    ["reading text", (path: string) => `SELECT * FROM read_text('${path}/secret.csv')`],
    ["a file as a table", (path: string) => `SELECT * FROM '${path}/secret.csv'`],
    ["writing", (path: string) => `COPY (SELECT 1) TO '${path}/written.csv'`],
    ["attaching", (path: string) => `ATTACH '${path}/other.duckdb' AS other`],
    ["the network", () => "SELECT * FROM read_csv('https://example.org/data.csv')"],
    ["installing an extension", () => "INSTALL httpfs"],
    ["loading an extension", () => "LOAD httpfs"],
    ["loading a library", (path: string) => `LOAD '${path}/evil.duckdb_extension'`],
  ])("refuses %s outside, whatever the statement says", async (_name, statement) => {
    const error = await errorOf(engine.run(statement(outside), []));
    expect(["FILE_FORBIDDEN", "ENGINE_FAILED", "FILE_MISSING"]).toContain(error.code);
    expect(String(error.cause)).toMatch(/Permission|disabled|not allowed|Cannot/i);
  });

  it.each([
    "SET enable_external_access = true",
    "SET GLOBAL enable_external_access = true",
    "RESET enable_external_access",
    "SET allowed_directories = ['/']",
    "SET lock_configuration = false",
    "SET autoload_known_extensions = true",
    "PRAGMA enable_external_access",
    "SET threads = 1",
  ])("is locked: %s", async (statement) => {
    const error = await errorOf(engine.run(statement, []));
    expect(error.code).toBe("ENGINE_FAILED");
    const [row] = await engine.run(
      "SELECT current_setting('enable_external_access') AS access, current_setting('lock_configuration') AS locked",
      [],
    );
    expect(row).toEqual({ access: false, locked: true });
  });

  it("loads and installs no extension by itself", async () => {
    const settings = await engine.run(
      "SELECT current_setting('autoload_known_extensions') AS load, current_setting('autoinstall_known_extensions') AS install",
      [],
    );
    expect(settings).toEqual([{ load: false, install: false }]);
    // An S3 address would need the extension for the network.
    const error = await errorOf(engine.run("SELECT * FROM 's3://bucket/data.parquet'", []));
    expect(error.code).not.toBe("INTERRUPTED");
    expect(String(error.cause)).toMatch(/httpfs|Permission|disabled/i);
  });
});
