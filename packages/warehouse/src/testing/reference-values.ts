import type { MomentPlan, MomentSpec, ValueSpec } from "@plumbline/stats";
import { evaluate } from "./reference-expression.js";
import type { Cell, Row } from "./workbench.js";

const DAY = 86_400_000_000;

/** Rows of every source, by its id. */
export type Data = Readonly<Record<string, readonly Row[]>>;

/** A unit of exactly one registered arm, with all that the plan may ask about it. */
export interface ReferenceUnit {
  readonly arm: string;
  readonly exposedAt: number | null;
  /** Its rows of each source; of the exposure source at grain unit only those within the run. */
  readonly rows: Data;
  /** Its exposures within the run: what dimensions of the exposure source are read from. */
  readonly exposures: readonly Row[];
  readonly levels: Readonly<Record<string, string | null>>;
}

/** Half away from zero. */
function roundNumber(value: number): bigint {
  const size = Math.abs(value);
  const whole = Math.trunc(size);
  const rounded = BigInt(size - whole >= 0.5 ? whole + 1 : whole);
  return value < 0 ? -rounded : rounded;
}

/** Decimals arrive as text and are scaled digit by digit; other numbers by one multiplication. */
export function scaledInteger(cell: Cell, scale: number): bigint | null {
  if (cell === null) return null;
  if (typeof cell === "boolean") return cell ? 10n ** BigInt(scale) : 0n;
  if (typeof cell !== "string") return roundNumber(Number(cell) * 10 ** scale);
  const [whole = "0", fraction = ""] = cell.replace("-", "").split(".");
  const digits = `${whole}${fraction.padEnd(scale + 1, "0")}`;
  const kept = whole.length + scale;
  const size = BigInt(digits.slice(0, kept)) + (Number(digits[kept] ?? "0") >= 5 ? 1n : 0n);
  return cell.startsWith("-") ? -size : size;
}

export function keptRows(plan: MomentPlan, unit: ReferenceUnit, spec: ValueSpec): Row[] {
  const source = plan.sources.find((candidate) => candidate.id === spec.source);
  return (unit.rows[spec.source] ?? []).filter((row) => {
    if (spec.filter !== null && evaluate(row, spec.filter) !== true) return false;
    if (spec.window === null) return true;
    const time = source?.time == null ? null : (row[source.time] ?? null);
    if (time === null || unit.exposedAt === null) return false;
    const since = Number(time) - unit.exposedAt;
    return since >= spec.window.fromDays * DAY && since < spec.window.toDays * DAY;
  });
}

function averaged(sum: bigint, count: bigint): bigint {
  const size = sum < 0n ? -sum : sum;
  const rounded = (2n * size + count) / (2n * count);
  return sum < 0n ? -rounded : rounded;
}

/** The unit's integer before cap and transform; null when no row has a value. */
function reduced(rows: readonly Row[], spec: ValueSpec): bigint | null {
  const one = 10n ** BigInt(spec.scale);
  const { value } = spec;
  if (value === null) return rows.length === 0 ? null : BigInt(rows.length) * one;
  const cells = rows.map((row) => evaluate(row, value)).filter((cell) => cell !== null);
  if (cells.length === 0) return null;
  if (spec.aggregate === "count") return BigInt(cells.length) * one;
  if (spec.aggregate === "any") return cells.some((cell) => Number(cell) !== 0) ? one : 0n;
  const integers = cells.map((cell) => scaledInteger(cell, spec.scale) as bigint);
  const sum = integers.reduce((total, integer) => total + integer, 0n);
  if (spec.aggregate === "sum") return sum;
  if (spec.aggregate === "avg") return averaged(sum, BigInt(integers.length));
  const sorted = integers.toSorted((a, b) => (a < b ? -1 : 1));
  return (spec.aggregate === "max" ? sorted.at(-1) : sorted[0]) ?? null;
}

function limit(value: number, scale: number): bigint {
  return roundNumber(Number((value * 10 ** scale).toPrecision(15)));
}

export interface Finished {
  readonly value: bigint;
  readonly moved: boolean;
}

export function finished(integer: bigint, spec: ValueSpec): Finished {
  const { lower = null, upper = null } = spec.cap ?? {};
  const low = lower === null ? null : limit(lower, spec.scale);
  const high = upper === null ? null : limit(upper, spec.scale);
  let value = integer;
  if (high !== null && value > high) value = high;
  if (low !== null && value < low) value = low;
  const moved = value !== integer;
  if (spec.transform === "identity") return { value, moved };
  const factor = 10 ** spec.scale;
  return { value: roundNumber(Math.log(Number(value) / factor) * factor), moved };
}

export function inCohort(unit: ReferenceUnit, metric: MomentSpec): boolean {
  return metric.cohort.every(({ dimension, level }) => unit.levels[dimension] === level);
}

function part(plan: MomentPlan, unit: ReferenceUnit, spec: ValueSpec): Finished | null {
  const integer = reduced(keptRows(plan, unit, spec), spec) ?? (spec.empty === "zero" ? 0n : null);
  return integer === null ? null : finished(integer, spec);
}

export interface UnitNumbers {
  readonly x: bigint;
  readonly y: bigint | null;
  readonly z: bigint | null;
}

/** The numbers of one unit that enter the sums, or null; and whether the cap moved it. */
export function numbersOf(
  plan: MomentPlan,
  unit: ReferenceUnit,
  metric: MomentSpec,
): { readonly numbers: UnitNumbers | null; readonly moved: boolean } {
  if (!inCohort(unit, metric)) return { numbers: null, moved: false };
  const x = part(plan, unit, metric.value);
  const y = metric.denominator === null ? null : part(plan, unit, metric.denominator);
  const z = metric.covariate === null ? null : part(plan, unit, metric.covariate);
  const moved = x?.moved ?? false;
  if (x === null || (metric.denominator !== null && y === null)) return { numbers: null, moved };
  return { numbers: { x: x.value, y: y?.value ?? null, z: z?.value ?? null }, moved };
}

/** Every observation of an order metric: rows of an event source, or one value a unit. */
export function observationsOf(
  plan: MomentPlan,
  unit: ReferenceUnit,
  metric: MomentSpec,
): bigint[] {
  if (!inCohort(unit, metric)) return [];
  const spec = metric.value;
  const source = plan.sources.find((candidate) => candidate.id === spec.source);
  if (spec.aggregate !== "value" || source?.grain !== "event" || spec.value === null) {
    const { numbers } = numbersOf(plan, unit, metric);
    return numbers === null ? [] : [numbers.x];
  }
  const { value } = spec;
  return keptRows(plan, unit, spec)
    .map((row) => scaledInteger(evaluate(row, value), spec.scale))
    .filter((integer) => integer !== null)
    .map((integer) => finished(integer, spec).value);
}
