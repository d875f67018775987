import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mismatch } from "./compare.js";
import { runFile } from "./run-file.js";

export interface ConformanceReport {
  readonly passed: number;
  readonly failed: number;
  /** One a mismatch, or a case or file that could not be compared. */
  readonly lines: readonly string[];
}

/**
 * Runs every `*.json` file of a directory, by name, through the public API of `@plumbline/stats`. A file that
 * cannot be read counts as one failure; a directory without any case is a failure too.
 */
export function runDirectory(directory: string): ConformanceReport {
  let passed = 0;
  let failed = 0;
  const lines: string[] = [];
  for (const name of referenceFiles(directory, lines)) {
    const result = readResult(join(directory, name));
    if (result.problem !== null) {
      failed += 1;
      lines.push(`${name}: ${result.problem}`);
    }
    for (const { id, problem, mismatches } of result.cases) {
      if (problem === null && mismatches.length === 0) {
        passed += 1;
        continue;
      }
      failed += 1;
      if (problem !== null) lines.push(`${name} ${id}: ${problem}`);
      lines.push(...mismatches.map((mismatch) => `${name} ${id} ${mismatchText(mismatch)}`));
    }
  }
  if (passed + failed === 0) lines.push(`${directory}: no reference case found`);
  return { passed, failed, lines };
}

/** Whether the run may exit 0: something ran and nothing failed. */
export function isConformant(report: ConformanceReport): boolean {
  return report.failed === 0 && report.passed > 0;
}

function referenceFiles(directory: string, lines: string[]): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".json"))
      .sort();
  } catch (error) {
    lines.push(`${directory}: ${reason(error)}`);
    return [];
  }
}

function readResult(path: string) {
  try {
    return runFile(readFileSync(path, "utf8"));
  } catch (error) {
    return { cases: [], problem: reason(error) };
  }
}

function mismatchText({ field, got, expected }: Mismatch): string {
  return `${field}: got ${text(got)}, expected ${text(expected)}`;
}

// JSON would print NaN and infinities as null and leave undefined out.
function text(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
