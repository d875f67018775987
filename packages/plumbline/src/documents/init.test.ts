import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkWorkspace, loadExperiment } from "./check.js";
import { initWorkspace } from "./init.js";
import type { ColumnProfile, DataProfile } from "./init-profile.js";
import { documentJsonSchemas } from "./json-schemas.js";
import { temporaryFolder } from "./testing/folder.js";

const column = (
  name: string,
  type: string,
  fields: Partial<ColumnProfile> = {},
): ColumnProfile => ({
  name,
  type,
  distinct: 1000,
  nulls: 0,
  min: 0,
  max: 1000,
  top: [],
  ...fields,
});

const levels = (...values: string[]) => ({
  distinct: values.length,
  min: null,
  max: null,
  top: values.map((value) => ({ value, count: 300 })),
});

describe("a new workspace", () => {
  it("holds an example of each document, checks clean and resolves to data", () => {
    const root = join(temporaryFolder(), "deep", "team");
    const { files } = initWorkspace(root);
    expect(files.every((file) => existsSync(join(root, file)))).toBe(true);
    expect(checkWorkspace(root)).toMatchObject({
      ok: true,
      problems: [],
      counts: { documents: 4, registrations: 1, metrics: 4, sources: 1, evidence: 1 },
    });
    const { resolved } = loadExperiment(join(root, "experiments/example.yaml"), null);
    expect(resolved?.plan?.sources[0]?.files).toEqual([join(root, "data/users.csv")]);
    expect(resolved?.study?.primary.metric.cuped).toBe(true);
  });

  it("is the same each time, byte for byte", () => {
    const folder = temporaryFolder();
    initWorkspace(join(folder, "a"));
    initWorkspace(join(folder, "b"));
    const data = (name: string) => readFileSync(join(folder, name, "data/users.csv"), "utf8");
    expect(data("a")).toBe(data("b"));
    expect(data("a").trimEnd().split("\n")).toHaveLength(2001);
  });

  it("never overwrites, and leaves nothing behind", () => {
    const root = temporaryFolder({ "precious.txt": "x" });
    expect(() => initWorkspace(root)).toThrowError(
      expect.objectContaining({ code: "DIRECTORY_NOT_EMPTY" }),
    );
    expect(readdirSync(root)).toEqual(["precious.txt"]);
    const file = join(root, "precious.txt");
    expect(() => initWorkspace(file)).toThrowError(
      expect.objectContaining({ code: "DIRECTORY_NOT_EMPTY" }),
    );
    expect(() => initWorkspace(join(file, "inside"))).toThrowError(
      expect.objectContaining({ code: "OUTPUT_UNWRITABLE" }),
    );
    expect(readdirSync(root)).toEqual(["precious.txt"]);
  });

  it("uses an empty folder that exists", () => {
    const root = temporaryFolder();
    initWorkspace(root);
    expect(checkWorkspace(root).ok).toBe(true);
  });
});

describe("drafts over columns", () => {
  const draft = (columns: readonly ColumnProfile[], rows = 1000) => {
    const folder = temporaryFolder({ "users.csv": "" });
    const from: DataProfile = { file: join(folder, "users.csv"), rows, columns };
    const root = join(folder, "team");
    initWorkspace(root, { from });
    return root;
  };

  it("guesses the unit, the arms, the outcomes and the cohorts of Hillstrom's columns", () => {
    const root = draft([
      column("recency", "BIGINT", { distinct: 12, min: 1, max: 12 }),
      column("history", "DOUBLE", { max: 3345.93, p99: 900 }),
      column("newbie", "BIGINT", { distinct: 2, min: 0, max: 1 }),
      column("zip_code", "VARCHAR", levels("Surburban", "Urban", "Rural")),
      column("segment", "VARCHAR", levels("Womens E-Mail", "No E-Mail", "Mens E-Mail")),
      column("visit", "BIGINT", { distinct: 2, min: 0, max: 1 }),
    ]);
    expect(checkWorkspace(root)).toMatchObject({ ok: true, problems: [] });
    const { resolved } = loadExperiment(join(root, "experiments/first.yaml"), null);
    expect(resolved?.study).toMatchObject({
      control: { value: "No E-Mail" },
      treatments: [{ value: "Mens E-Mail" }, { value: "Womens E-Mail" }],
      primary: { metric: { name: "newbie", kind: "proportion" } },
      cohorts: { dimensions: [{ name: "zip_code", levels: ["Rural", "Surburban", "Urban"] }] },
    });
    expect(resolved?.plan).toMatchObject({
      exposure: { arm: "segment" },
      sources: [{ unit: null, grain: "unit", files: [join(root, "../users.csv")] }],
    });
    expect(readFileSync(join(root, "metrics/data.yaml"), "utf8")).toContain("# cap: 900");
  });

  it("takes a repeated id for the unit of events", () => {
    const root = draft(
      [
        column("user_id", "VARCHAR", { distinct: 400 }),
        column("at", "TIMESTAMP"),
        column("variant", "VARCHAR", levels("B", "A")),
        column("clicked", "BOOLEAN", { distinct: 2, min: "false", max: "true" }),
        column("ms", "DOUBLE"),
      ],
      5000,
    );
    const checked = checkWorkspace(root);
    expect(checked.ok).toBe(true);
    expect(new Set(checked.problems.map(({ code }) => code))).toEqual(new Set(["WINDOW_MISSING"]));
    const { resolved } = loadExperiment(join(root, "experiments/first.yaml"), null);
    expect(resolved?.plan).toMatchObject({
      sources: [{ unit: "user_id", grain: "event", time: "at" }],
      arms: [{ value: "A" }, { value: "B" }],
    });
  });

  it("drafts without an arm what can be checked, and says what is missing", () => {
    const root = draft([column("score", "DOUBLE")]);
    expect(checkWorkspace(root)).toMatchObject({
      ok: true,
      problems: [{ code: "EXPOSURE_MISSING" }],
    });
  });

  it("survives names that no document may hold", () => {
    const root = draft([
      column('a"b', "DOUBLE"),
      column("__proto__", "DOUBLE"),
      column("two words: #1", "DOUBLE"),
      column("and", "BIGINT", { distinct: 2, min: 0, max: 1 }),
      column("group", "VARCHAR", levels('x"y', "new\nline")),
      column("- [x]", "VARCHAR", levels("yes", "no", "null", "1e5")),
    ]);
    const checked = checkWorkspace(root);
    expect(checked.problems.map(({ message }) => message)).toEqual([
      "arms.control.name: a name cannot hold control characters.",
    ]);
  });

  it("refuses a file with nothing to measure, and writes nothing", () => {
    const folder = temporaryFolder({ "users.csv": "" });
    const from = { file: join(folder, "users.csv"), rows: 9, columns: [column("a", "VARCHAR")] };
    expect(() => initWorkspace(join(folder, "team"), { from })).toThrowError(
      expect.objectContaining({ code: "COLUMNS_UNUSABLE" }),
    );
    expect(readdirSync(folder)).toEqual(["users.csv"]);
  });
});

describe("JSON Schemas for editors", () => {
  it("describe every top-level key of every document, and refuse others", () => {
    for (const schema of Object.values(documentJsonSchemas())) {
      expect(schema).toMatchObject({ type: "object", additionalProperties: false });
      expect(schema.title).toMatch(/^Plumbline /);
    }
    const { registration } = documentJsonSchemas();
    expect(Object.keys(registration.properties as object)).toContain("mde_relative");
  });

  it("are JSON", () => {
    const text = JSON.stringify(documentJsonSchemas());
    writeFileSync(join(temporaryFolder(), "schemas.json"), text);
    expect(JSON.parse(text)).toEqual(documentJsonSchemas());
  });
});
