import { compare, isRecord, type Mismatch, type Tolerance } from "./compare.js";
import { Fields } from "./fields.js";
import { KINDS, SHAPES } from "./kinds/index.js";
import type { Runner } from "./kinds/table.js";
import { parseReferenceFile, type ReferenceCase } from "./reference-file.js";

interface CaseResult {
  readonly id: string;
  /** Empty: passed. */
  readonly mismatches: readonly Mismatch[];
  /** Why the case could not be compared at all; it has then failed. */
  readonly problem: string | null;
}

export interface FileResult {
  readonly cases: readonly CaseResult[];
  /** Why the file as a whole failed. */
  readonly problem: string | null;
}

/** Runs every case of one reference file; never throws, whatever the text. */
export function runFile(text: string): FileResult {
  const file = parseReferenceFile(text);
  return {
    cases: file.cases.map((reference) => runCase(reference, file.tolerance)),
    problem: file.problem,
  };
}

function runCase({ id, body, problem }: ReferenceCase, tolerance: Tolerance): CaseResult {
  if (body === null) return { id, mismatches: [], problem };
  try {
    const run = runnerFor(body.input);
    if (run === null) return { id, mismatches: [], problem: unknownKind(body.input) };
    const got = run(new Fields(body.input));
    return { id, mismatches: compare(got, body.expected, tolerance), problem: null };
  } catch (error) {
    // A kernel that refuses or breaks on a case has failed that case, and only that one.
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { id, mismatches: [], problem: reason };
  }
}

function runnerFor(input: unknown): Runner | null {
  if (isRecord(input) && input.kind !== undefined) {
    const kind = input.kind;
    return typeof kind === "string" && Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? null) : null;
  }
  return SHAPES.find((row) => row.fields.every((path) => hasPath(input, path)))?.run ?? null;
}

function unknownKind(input: unknown): string {
  return isRecord(input) && input.kind !== undefined
    ? `unknown kind ${JSON.stringify(input.kind)}`
    : "no kind, and an input of no known shape";
}

function hasPath(value: unknown, path: string): boolean {
  let here = value;
  for (const key of path.split(".")) {
    if (!isRecord(here) || !Object.hasOwn(here, key)) return false;
    here = here[key];
  }
  return true;
}
