import { readFileSync } from "node:fs";
import { expect } from "vitest";

interface ReferenceFile {
  readonly tolerance: number;
  readonly cases: readonly { fn: string; args: readonly number[]; expected: number }[];
}

type NumericFunction = (...args: never[]) => number;

/** Committed reference values of one kernel, made by the generate.py beside them. */
export function readReference(kernel: string): ReferenceFile {
  const file = new URL(`../../../../../validation/${kernel}/data.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as ReferenceFile;
}

/** Checks every committed value of function `name`; there must be at least `least` of them. */
export function expectReference(
  { tolerance, cases }: ReferenceFile,
  name: string,
  f: NumericFunction,
  least: number,
): void {
  const own = cases.filter((entry) => entry.fn === name);
  expect(own.length).toBeGreaterThanOrEqual(least);
  const misses = own
    .map((entry) => ({ ...entry, got: (f as (...args: number[]) => number)(...entry.args) }))
    .filter(({ got, expected }) => !(Math.abs(got - expected) <= tolerance * Math.abs(expected)));
  expect(misses).toEqual([]);
}
