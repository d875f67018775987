/** Cuts that the registration does not declare are shown, and change nothing else. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readoutSchema } from "../report/readout-schema.js";
import { runPlumb } from "./testing/run-plumb.js";

const path = (relative: string) =>
  fileURLToPath(new URL(`../../../../${relative}`, import.meta.url));
const hillstrom = path("examples/hillstrom");
const data = path("../shared/datasets/hillstrom/hillstrom.csv.gz");
const present = existsSync(data);

const readout = (...options: string[]) =>
  runPlumb(["readout", "experiments/email.yaml", ...options], hillstrom);

describe.skipIf(!present)("--explore (skipped without ../shared/datasets)", () => {
  it("shows every metric by level, and leaves the rest of the document as it was", async () => {
    const plain = JSON.parse((await readout("--json")).stdout) as object;
    const ran = await readout("--json", "--explore", "mens,mens*newbie");
    const document = readoutSchema.parse(JSON.parse(ran.stdout));
    const { exploratory } = document;
    const rest = (whole: object) =>
      Object.fromEntries(
        Object.entries(whole).filter(
          ([name]) => !["exploratory", "sql", "generated_at"].includes(name),
        ),
      );
    expect(rest(document)).toEqual(rest(plain));
    expect(exploratory?.cuts.map(({ name, levels }) => [name, levels])).toEqual([
      ["mens", 2],
      ["mens:newbie", 4],
    ]);
    expect(exploratory?.results).toHaveLength((2 + 4) * 2 * 3);
    const text = gunzipSync(readFileSync(data)).toString("utf8").trim().split(/\r?\n/);
    const [head = [], ...rows] = text.map((line) => line.split(","));
    const at = (name: string) => head.indexOf(name);
    const mean = (segment: string) => {
      const own = rows.filter(
        (row) =>
          row[at("mens")] === "1" && row[at("newbie")] === "0" && row[at("segment")] === segment,
      );
      return own.reduce((sum, row) => sum + Number(row[at("visit")]), 0) / own.length;
    };
    const found = exploratory?.results.find(
      ({ level, metric, treatment }) =>
        level === "1:0" && metric === "visit" && treatment === "mens_email",
    );
    expect(found?.analysis?.control.value).toBeCloseTo(mean("No E-Mail"), 12);
    expect(found?.analysis?.treatment.value).toBeCloseTo(mean("Mens E-Mail"), 12);
  });

  it("labels them in the terminal and on the page, beside the other metrics by declared cohort", async () => {
    const folder = mkdtempSync(join(tmpdir(), "explore-"));
    try {
      const { stdout } = await readout("--explore", "mens", "--html", join(folder, "page.html"));
      expect(stdout).toContain("Exploratory cuts (not declared, never judged)");
      expect(stdout).toContain("○ exploratory");
      expect(stdout).toContain("Other metrics by zip_code");
      const page = readFileSync(join(folder, "page.html"), "utf8");
      expect(page).toContain('<h2 id="exploratory">Exploratory cuts</h2>');
      expect(page).toContain("Exploratory: spend by mens");
      expect(page).toContain("Cohorts: conversion by zip_code");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ["zip_code", "EXPLORE_DECLARED"],
    ["planet", "EXPLORE_COLUMN_UNKNOWN"],
    ["segment", "EXPLORE_UNSUITED"],
    ["history", "EXPLORE_UNSUITED"],
    ["mens*mens", "EXPLORE_UNSUITED"],
    ["mens,,newbie", "EXPLORE_UNSUITED"],
  ])("%s is refused: %s", async (cut, code) => {
    const { stderr, exitCode } = await readout("--explore", cut);
    expect(stderr).toContain(code);
    expect(exitCode).toBe(1);
  });
});

it("an evidence file holds no rows to cut", async () => {
  const { stderr, exitCode } = await runPlumb(
    ["readout", "experiments/admissions.yaml", "--explore", "age"],
    path("examples/ucb-admissions"),
  );
  expect(stderr).toContain("EXPLORE_NO_ROWS");
  expect(exitCode).toBe(1);
});
