/**
 * Comparison of what a kernel gave with what a reference file expects.
 *
 * Rule: |got - expected| <= max(tolerance * |expected|, absoluteTolerance); booleans, strings and
 * null exactly; two whole numbers exactly, since sizes, ranks and degrees of freedom are not measured.
 * Only what the file names is compared; anything more that a kernel gives is not wrong.
 */
export interface Tolerance {
  readonly tolerance: number;
  readonly absoluteTolerance: number;
}

export interface Mismatch {
  /** Dotted path of the field; "" for the whole. */
  readonly field: string;
  readonly got: unknown;
  readonly expected: unknown;
}

export function compare(
  got: unknown,
  expected: unknown,
  tolerance: Tolerance,
  field = "",
): Mismatch[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) return [{ field, got, expected }];
    return expected.flatMap((value, i) => compare(got[i], value, tolerance, join(field, `${i}`)));
  }
  if (isRecord(expected)) {
    if (!isRecord(got)) return [{ field, got, expected }];
    return Object.entries(expected).flatMap(([key, value]) =>
      compare(Object.hasOwn(got, key) ? got[key] : undefined, value, tolerance, join(field, key)),
    );
  }
  const same =
    typeof expected === "number" && typeof got === "number"
      ? isClose(got, expected, tolerance)
      : got === expected;
  return same ? [] : [{ field, got, expected }];
}

function isClose(got: number, expected: number, { tolerance, absoluteTolerance }: Tolerance) {
  if (Number.isSafeInteger(got) && Number.isSafeInteger(expected)) return got === expected;
  return Math.abs(got - expected) <= Math.max(tolerance * Math.abs(expected), absoluteTolerance);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function join(field: string, key: string): string {
  return field === "" ? key : `${field}.${key}`;
}
