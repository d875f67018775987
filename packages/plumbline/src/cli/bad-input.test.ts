/** Each way to be wrong gives a coded error at a place, exit code 1, and no output file. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runPlumb } from "./testing/run-plumb.js";

const parent = mkdtempSync(join(tmpdir(), "plumbline-bad-"));
const good = join(parent, "good");
const workspace = join(parent, "workspace");
const registration = join(workspace, "experiments", "trial.yaml");
const metrics = join(workspace, "metrics", "trial.yaml");
const csv = join(workspace, "data", "users.csv");
const report = join(workspace, "out.html");

const METRICS = `kind: metrics
sources:
  users: { files: data/users.csv, grain: unit, unit: user_id }
metrics:
  clicks: { kind: mean, source: users, value: clicks, direction: higher_is_better }
  spend: { kind: mean, source: users, value: spend, direction: higher_is_better }
`;

const REGISTRATION = `experiment_id: trial
hypothesis: { h0: "no more clicks", h1: "more clicks" }
primary_metric: { name: clicks }
mde_relative: 0.01
randomization_unit: user_id
exposure: { source: users, arm: arm }
guardrails:
  - { name: spend, threshold_relative: -0.05 }
cohorts:
  dimensions:
    locale: { levels: [EN, JP] }
`;

function rows(): string {
  const lines = ["user_id,arm,locale,clicks,spend"];
  for (let i = 0; i < 400; i++) {
    const arm = i % 2 === 0 ? "control" : "treatment";
    lines.push(`u${i},${arm},${i % 3 === 0 ? "JP" : "EN"},${(i * 7) % 11},${((i * 13) % 17) / 4}`);
  }
  return `${lines.join("\n")}\n`;
}

const edit = (file: string, from: string, to: string) => {
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
  writeFileSync(file, text.replace(from, to));
};

const readout = () =>
  runPlumb(["readout", "experiments/trial.yaml", "--html", "out.html"], workspace);

beforeAll(async () => {
  const made = await runPlumb(["init", good], parent);
  expect(made.exitCode).toBe(0);
  for (const folder of ["experiments", "metrics", "data"]) {
    for (const name of readdirSync(join(good, folder))) rmSync(join(good, folder, name));
  }
  writeFileSync(join(good, "metrics", "trial.yaml"), METRICS);
  writeFileSync(join(good, "experiments", "trial.yaml"), REGISTRATION);
  writeFileSync(join(good, "data", "users.csv"), rows());
});

beforeEach(() => {
  rmSync(workspace, { recursive: true, force: true });
  cpSync(good, workspace, { recursive: true });
});

afterAll(() => rmSync(parent, { recursive: true, force: true }));

async function parquetCutInHalf() {
  const file = join(workspace, "data", "users.parquet");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT * FROM read_csv('${csv}')) TO '${file}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, Math.floor(whole.length / 2)));
  edit(metrics, "users.csv", "users.parquet");
}

const cases: readonly [name: string, spoil: () => unknown, expected: RegExp][] = [
  [
    "malformed YAML",
    () => appendFileSync(registration, "arms: [control\n"),
    /^experiments\/trial\.yaml:\d+:\d+ {2}YAML_/,
  ],
  [
    "an unknown key, with the one that was meant",
    () => edit(registration, "mde_relative", "mde_realtive"),
    /^experiments\/trial\.yaml:4:1 {2}FIELD_UNKNOWN.*mde_relative/m,
  ],
  [
    "a metric that does not exist, with the one that was meant",
    () => edit(registration, "name: clicks", "name: clikcs"),
    /^experiments\/trial\.yaml:3:\d+ {2}METRIC_UNKNOWN.*clicks/m,
  ],
  ["a missing data file", () => rmSync(csv), /^metrics\/trial\.yaml:3:\d+ {2}FILE_MISSING/],
  [
    "a missing column, with the one that was meant",
    () => edit(metrics, "value: clicks", "value: click"),
    /^metrics\/trial\.yaml:5:\d+ {2}COLUMN_MISSING.*clicks/,
  ],
  [
    "text in a column of numbers",
    () => edit(csv, "u7,treatment,EN,", "u7,treatment,EN,many"),
    /^metrics\/trial\.yaml:5:\d+ {2}COLUMN_TYPE/,
  ],
  [
    "an identifier with a quote in it",
    () => edit(metrics, "value: clicks", `value: "clicks\\" FROM users --"`),
    /^metrics\/trial\.yaml:5:\d+ {2}(IDENTIFIER_INVALID|EXPRESSION_INVALID)/m,
  ],
  [
    "a column name with a quote in it",
    () => edit(registration, "arm: arm", `arm: "ar\\"m"`),
    /^experiments\/trial\.yaml:6:\d+ {2}IDENTIFIER_INVALID/,
  ],
  ["an empty file", () => writeFileSync(csv, ""), /^metrics\/trial\.yaml:3:\d+ {2}FILE_EMPTY/],
  [
    "a file with a header and no row",
    () => writeFileSync(csv, "user_id,arm,locale,clicks,spend\n"),
    /^metrics\/trial\.yaml:3:\d+ {2}FILE_EMPTY/,
  ],
  [
    "an arm without a row",
    () => writeFileSync(csv, rows().replaceAll("treatment", "control")),
    /^experiments\/trial\.yaml:\d+:\d+ {2}ARM_EMPTY/,
  ],
  [
    "a Parquet file cut in half",
    parquetCutInHalf,
    /^metrics\/trial\.yaml:3:\d+ {2}FILE_UNREADABLE/,
  ],
  [
    "a cohort level that the data do not have",
    () => edit(registration, "[EN, JP]", "[EN, JP, FR]"),
    /^experiments\/trial\.yaml:11:\d+ {2}LEVEL_ABSENT.*EN.*JP/,
  ],
  [
    "a cohort by a reserved word, which a schema would drop without judging it",
    () => edit(registration, "    locale:", "    __proto__:"),
    /^experiments\/trial\.yaml:11:5 {2}FIELD_INVALID.*__proto__/,
  ],
  [
    "a registration that is not there",
    () => rmSync(registration),
    /^experiments\/trial\.yaml:1:1 {2}FILE_UNREADABLE/,
  ],
];

describe("a readout of bad input", () => {
  it("works before it is spoilt (else nothing below proves anything)", async () => {
    const ran = await readout();
    expect(ran.stderr).toContain("Report written");
    expect([0, 2, 3, 5]).toContain(ran.exitCode);
  });

  it.each(cases)("%s", async (_name, spoil, expected) => {
    await spoil();
    const ran = await readout();
    expect(ran.stderr).toMatch(expected);
    expect(ran.stderr).not.toContain("INTERNAL");
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toBe("");
    expect(existsSync(report)).toBe(false);
    expect(readdirSync(workspace).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("reports every problem of a document at once", async () => {
    edit(registration, "mde_relative: 0.01", "mde_realtive: 0.01\nalpha: 7");
    edit(registration, "threshold_relative: -0.05", "threshold_relative: 0.05");
    const ran = await runPlumb(["check"], workspace);
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout.match(/^experiments\/trial\.yaml:\d+:\d+/gm)?.length).toBeGreaterThanOrEqual(
      2,
    );
  });

  it("refuses an output path that cannot be written, by its code", async () => {
    writeFileSync(join(workspace, "occupied"), "");
    const ran = await runPlumb(
      ["readout", "experiments/trial.yaml", "--html", "occupied/out.html"],
      workspace,
    );
    expect(ran.stderr).toMatch(/^OUTPUT_UNWRITABLE/);
    expect(ran.exitCode).toBe(1);
  });

  it("does not replace a document or a device by a page", async () => {
    const before = readFileSync(registration, "utf8");
    for (const target of ["experiments/trial.yaml", "data"]) {
      const ran = await runPlumb(
        ["readout", "experiments/trial.yaml", "--html", target],
        workspace,
      );
      expect(ran.stderr).toMatch(/^OUTPUT_UNWRITABLE/);
      expect(ran.exitCode).toBe(1);
    }
    expect(readFileSync(registration, "utf8")).toBe(before);
  });

  it("does not overwrite a workspace", async () => {
    const ran = await runPlumb(["init", workspace], parent);
    expect(ran.stderr).toMatch(/^DIRECTORY_NOT_EMPTY/);
    expect(ran.exitCode).toBe(1);
  });

  it("suggests the command and the option that were meant", async () => {
    expect((await runPlumb(["redout"], workspace)).stderr).toContain("readout");
    expect((await runPlumb(["readout", "x.yaml", "--jsn"], workspace)).stderr).toContain("--json");
  });
});
