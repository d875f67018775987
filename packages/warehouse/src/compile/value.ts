import type { Expression, ValueSpec } from "@plumbline/stats";
import { fail } from "../errors.js";
import {
  compileCondition,
  compileExpression,
  numberLiteral,
  numeric,
  type Scope,
} from "./expression.js";
import type { Pass } from "./pass.js";
import { type Failures, power, scaledInteger, scaledSummand } from "./scaled.js";
import { all, when } from "./sql.js";
import { largestSumOf, mayBeNull } from "./statistics.js";

/** Where a value is read: one pass over one source. */
export interface Reading {
  readonly scope: Scope;
  readonly failures: Failures;
  readonly pass: Pass;
  /** Microseconds between a row and its unit's first exposure; null when the pass does not know it. */
  readonly since: string | null;
  /** Whether `since` stands over a join, and not over the columns of the source alone. */
  readonly joined: boolean;
  /** Condition on every row of the pass; null: all rows. */
  readonly base: string | null;
  /** Whether nulls and strange values are counted: not for covariates. */
  readonly counts: boolean;
}

/** Reads a column of the pass under this alias. */
export type PassSql = (alias: string) => string;

/** One number a unit. */
export interface UnitValue {
  /** The scaled integer; null for a unit without rows that count. */
  readonly value: PassSql;
  /** Whether the value may need more than 64 bits. */
  readonly wide: boolean;
  /** Rows that count and whose value is null, and those out of the plausible range. */
  readonly nulls: PassSql | null;
  readonly outOfRange: PassSql | null;
}

const DAY = 86_400_000_000;

function windowCondition(reading: Reading, window: { fromDays: number; toDays: number }): string {
  const from = Math.round(window.fromDays * DAY);
  const to = Math.round(window.toDays * DAY);
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to <= from) {
    fail(
      "PLAN_INVALID",
      "A window ends before it begins.",
      "Write a window whose end lies after its start.",
      reading.scope.subject,
    );
  }
  return `${reading.since} >= ${from} AND ${reading.since} < ${to}`;
}

type Kept = Pick<ValueSpec, "window" | "filter">;

/** The conditions on the row alone: that of the pass and the value's filter. */
function rowCondition(reading: Reading, spec: Kept): string | null {
  const { scope } = reading;
  const named = { ...scope, subject: { ...scope.subject, expression: "filter" } };
  return all([reading.base, spec.filter === null ? null : compileCondition(named, spec.filter)]);
}

/** The rows that count, as one condition column of the pass; null when all do. */
export function keptRows(reading: Reading, spec: Kept, key: string): string | null {
  const { pass } = reading;
  const own = rowCondition(reading, spec);
  const window = spec.window === null ? null : windowCondition(reading, spec.window);
  if (window !== null && reading.joined) {
    const filter = own === null ? null : `e.${pass.row(`${key}_filter`, own)}`;
    return pass.joinedRow(`${key}_kept`, all([window, filter]) ?? window);
  }
  const condition = all([own, window]);
  return condition === null ? null : pass.row(`${key}_kept`, condition);
}

/** The row's scaled integer. Rows that a filter drops are not even checked for their size. */
export function scaledRow(
  reading: Reading,
  spec: ValueSpec,
  value: Expression,
  key: string,
): string {
  const summed = spec.aggregate === "sum" || spec.aggregate === "avg";
  const scale = summed ? scaledSummand : scaledInteger;
  const scaled = scale(reading.scope, reading.failures, value, spec.scale);
  return reading.pass.row(`${key}_value`, when(rowCondition(reading, spec), scaled));
}

/** Adds to the pass what the value needs, and says how to read it. */
export function unitValue(reading: Reading, spec: ValueSpec, key: string): UnitValue {
  const { scope, pass } = reading;
  const kept = keptRows(reading, spec, key);
  const rows = () => pass.unit(`${key}_rows`, { of: "count", argument: null, filter: kept });
  if (spec.value === null) return rowCount(scope, spec, rows());
  const flag =
    spec.aggregate === "any" || compileExpression(scope, spec.value).type.kind === "boolean";
  const column = flag
    ? pass.row(`${key}_flag`, truth(scope, spec.value))
    : scaledRow(reading, spec, spec.value, key);
  const nullable = mayBeNull(spec.value, scope.columns);
  // Without nulls the rows are the values, and one count serves every metric over the same rows.
  const values = () =>
    nullable ? pass.unit(`${key}_values`, { of: "count", argument: column, filter: kept }) : rows();
  const source: Column = { pass, spec, key, kept, column, values };
  const nulls = (): PassSql => {
    const [all, present] = [rows(), values()];
    return (p) => `${p}.${all} - ${p}.${present}`;
  };
  const reduce = flag ? reduceFlags : reduceNumbers;
  return {
    ...(spec.aggregate === "count" ? counted(spec, values()) : reduce(scope, source)),
    nulls: nullable && reading.counts ? nulls() : null,
    outOfRange: reading.counts ? outOfRange(reading, spec, key, kept) : null,
  };
}

/** A number counts as true when it is not 0. */
function truth(scope: Scope, expression: Expression): string {
  const typed = compileExpression(scope, expression);
  return typed.type.kind === "boolean" ? typed.sql : `(${numeric(scope, expression).sql} <> 0)`;
}

function times(sql: string, scale: number): string {
  return scale === 0 ? sql : `${sql} * ${power(scale)}`;
}

type Reduced = Pick<UnitValue, "value" | "wide">;

function counted(spec: ValueSpec, count: string): Reduced {
  return { value: (p) => times(`nullif(${p}.${count}, 0)`, spec.scale), wide: spec.scale > 0 };
}

function rowCount(scope: Scope, spec: ValueSpec, rows: string): UnitValue {
  if (spec.aggregate !== "count") {
    fail(
      "PLAN_INVALID",
      `The aggregate ${spec.aggregate} has no value to reduce.`,
      "Give the metric a value, or count rows.",
      scope.subject,
    );
  }
  return { ...counted(spec, rows), nulls: null, outOfRange: null };
}

interface Column {
  readonly pass: Pass;
  readonly spec: ValueSpec;
  readonly key: string;
  readonly kept: string | null;
  readonly column: string;
  /** Adds the count of rows that have a value, and gives its name. */
  readonly values: () => string;
}

function reduceFlags(scope: Scope, source: Column): Reduced {
  const { spec } = source;
  const truths = source.pass.unit(`${source.key}_true`, {
    of: "count",
    argument: null,
    filter: all([source.kept, source.column]),
  });
  const sum = (p: string) => times(`${p}.${truths}`, spec.scale);
  // Duplicated rows of a unit (`value`) collapse to the smallest value, as for numbers.
  const least = spec.aggregate === "min" || spec.aggregate === "value";
  const one = power(spec.scale);
  const someTrue = (p: string) => `CASE WHEN ${p}.${truths} > 0 THEN ${one} ELSE 0 END`;
  if (spec.empty === "zero" && !least && spec.aggregate !== "avg") {
    return spec.aggregate === "sum"
      ? { value: sum, wide: spec.scale > 0 }
      : { value: someTrue, wide: false };
  }
  const values = source.values();
  const present = (p: string, value: string) => `CASE WHEN ${p}.${values} > 0 THEN ${value} END`;
  if (spec.aggregate === "avg") {
    return { value: (p) => roundedQuotient(scope, sum(p), `${p}.${values}`), wide: true };
  }
  if (spec.aggregate === "sum") return { value: (p) => present(p, sum(p)), wide: true };
  const allTrue = (p: string) => `CASE WHEN ${p}.${truths} = ${p}.${values} THEN ${one} ELSE 0 END`;
  return { value: (p) => present(p, least ? allTrue(p) : someTrue(p)), wide: false };
}

function reduceNumbers(scope: Scope, source: Column): Reduced {
  const { pass, spec, key, kept, column } = source;
  if (spec.aggregate === "sum" || spec.aggregate === "avg") {
    const sum = pass.unit(`${key}_sum`, { of: "sum", argument: column, filter: kept });
    const narrow = sumIsNarrow(scope, spec);
    const total = (p: string) =>
      narrow ? `CAST(${p}.${sum} AS ${scope.dialect.narrow})` : `${p}.${sum}`;
    if (spec.aggregate === "sum") return { value: total, wide: !narrow };
    const values = source.values();
    return { value: (p) => roundedQuotient(scope, total(p), `${p}.${values}`), wide: !narrow };
  }
  const of = spec.aggregate === "max" ? "max" : "min";
  const name = pass.unit(`${key}_${of}`, { of, argument: column, filter: kept });
  return { value: (p) => `${p}.${name}`, wide: false };
}

/** Whether the files' statistics leave room to double every sum in 64 bits. */
function sumIsNarrow(scope: Scope, spec: ValueSpec): boolean {
  if (spec.value === null) return false;
  const largest = largestSumOf(spec.value, scope.columns, spec.scale);
  return largest !== null && largest < 2 ** 60;
}

/** dividend / divisor in integers, rounded half away from zero; null when the divisor is 0. */
function roundedQuotient(scope: Scope, dividend: string, divisor: string): string {
  const half = `CASE WHEN ${dividend} < 0 THEN - ${divisor} ELSE ${divisor} END`;
  return scope.dialect.quotient(`2 * ${dividend} + ${half}`, `nullif(2 * ${divisor}, 0)`);
}

function outOfRange(
  reading: Reading,
  spec: ValueSpec,
  key: string,
  kept: string | null,
): PassSql | null {
  if (spec.range === null || spec.value === null) return null;
  const { lower, upper } = spec.range;
  const value = numeric(reading.scope, spec.value).sql;
  const sides = [
    lower === null ? null : `${value} < ${numberLiteral(lower).sql}`,
    upper === null ? null : `${value} > ${numberLiteral(upper).sql}`,
  ].filter((side): side is string => side !== null);
  if (sides.length === 0) return null;
  const column = reading.pass.row(`${key}_strange`, sides.join(" OR "));
  const filter = all([kept, column]);
  const count = reading.pass.unit(`${key}_out_of_range`, { of: "count", argument: null, filter });
  return (p) => `${p}.${count}`;
}
