/** Limits that would limit nothing or the wrong thing, through the command: each is refused with a code, at its place. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../documents/testing/folder.js";
import { runPlumb } from "./testing/run-plumb.js";

const example = fileURLToPath(new URL("../../../../examples/mangaassist", import.meta.url));
const RERANKER = "experiments/us_mle_02.yaml";

/** Checks the reranker after one change of its text. */
async function checked(from: string, to: string): Promise<string> {
  const root = temporaryFolder();
  cpSync(example, root, {
    recursive: true,
    filter: (path) => !/[\\/](data|reports|\.plumbline)$/.test(path),
  });
  const path = join(root, RERANKER);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
  const { stdout, stderr, exitCode } = await runPlumb(["check", RERANKER], root);
  expect(exitCode).toBe(1);
  return stdout + stderr;
}

describe("a limit", () => {
  it.each([
    ["threshold_relative: -0.01 #", "threshold_relative: 0.01 #", "48:25  THRESHOLD_DIRECTION"],
    ["threshold_absolute: 50 #", "threshold_absolute: -50 #", "51:25  THRESHOLD_DIRECTION"],
    // Meant as a fall; read as the share itself, which is never below it.
    ["threshold_relative: -0.005", "threshold: -0.005", "54:16  THRESHOLD_OUT_OF_RANGE"],
    ["threshold_relative: -0.005", "threshold: 50", "54:16  THRESHOLD_OUT_OF_RANGE"],
    [
      "threshold_relative: -0.01 #",
      "cohorts: { locale: { FR: { threshold_relative: -0.01 } } }\n    threshold_relative: -0.01 #",
      "LEVEL_UNKNOWN",
    ],
    ["levels: [EN, JP, MIXED]", "levels: [EN, JP, EN]", "NAME_DUPLICATE"],
    [
      "  threshold_relative: -0.03 # no locale",
      "  accept_blindness: [locale=FR]\n  threshold_relative: -0.03 # no locale",
      "ACCEPT_BLINDNESS_UNKNOWN",
    ],
  ])("%s written as %s is refused: %s", async (from, to, expected) => {
    expect(await checked(from, to)).toContain(expected);
  });
});
