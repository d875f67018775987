import type { Tolerance } from "./compare.js";
import { isRecord } from "./compare.js";

/** One case as it stands in a file; a malformed one carries the reason instead of a body. */
export interface ReferenceCase {
  readonly id: string;
  readonly body: { readonly input: unknown; readonly expected: unknown } | null;
  readonly problem: string | null;
}

interface ReferenceFile {
  readonly tolerance: Tolerance;
  readonly cases: readonly ReferenceCase[];
  /** Why the file as a whole cannot be read; its cases are then empty. */
  readonly problem: string | null;
}

const UNREADABLE = { tolerance: { tolerance: 0, absoluteTolerance: 0 }, cases: [] };

/** Reads a file of the form `{tolerance, absolute_tolerance, cases: [{id, input, expected}]}`; never throws. */
export function parseReferenceFile(text: string): ReferenceFile {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return {
      ...UNREADABLE,
      problem: `not JSON: ${error instanceof Error ? error.message : error}`,
    };
  }
  if (!isRecord(document) || !Array.isArray(document.cases)) {
    return { ...UNREADABLE, problem: "no list of cases" };
  }
  const tolerance = document.tolerance;
  const absoluteTolerance = document.absolute_tolerance;
  if (!isTolerance(tolerance) || !isTolerance(absoluteTolerance)) {
    return { ...UNREADABLE, problem: "tolerance and absolute_tolerance are not numbers from 0 up" };
  }
  return {
    tolerance: { tolerance, absoluteTolerance },
    cases: document.cases.map(parseCase),
    problem: null,
  };
}

function parseCase(value: unknown, index: number): ReferenceCase {
  const numbered = `#${index + 1}`;
  if (!isRecord(value)) return { id: numbered, body: null, problem: "the case is not an object" };
  const id =
    typeof value.id === "string" || typeof value.id === "number" ? `${value.id}` : numbered;
  if (!isRecord(value.input)) return { id, body: null, problem: "the case has no input" };
  if (!isRecord(value.expected) || Object.keys(value.expected).length === 0) {
    return { id, body: null, problem: "the case expects nothing" };
  }
  return { id, body: { input: value.input, expected: value.expected }, problem: null };
}

function isTolerance(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
