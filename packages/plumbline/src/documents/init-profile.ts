/** Guesses what the columns of a data file are: unit, arm, time, outcomes, cohorts. */
import { identifierFault } from "@plumbline/primitives";

/** One column, as the engine describes it. */
export interface ColumnProfile {
  readonly name: string;
  /** DuckDB's name of the type: BIGINT, DOUBLE, VARCHAR, BOOLEAN, TIMESTAMP, ... */
  readonly type: string;
  /** Distinct values that are not null. */
  readonly distinct: number;
  readonly nulls: number;
  readonly min: string | number | null;
  readonly max: string | number | null;
  /** The most frequent values as text, most frequent first. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
  /** Numeric columns, where known: the 99th percentile. */
  readonly p99?: number | null;
}

export interface DataProfile {
  /** Absolute path of the file. */
  readonly file: string;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}

export interface Guess {
  /** Null: every row is taken as a unit. */
  readonly unit: ColumnProfile | null;
  /** One row a unit, or many. */
  readonly grain: "unit" | "event";
  readonly arm: ColumnProfile | null;
  readonly time: ColumnProfile | null;
  readonly proportions: readonly ColumnProfile[];
  readonly means: readonly ColumnProfile[];
  readonly cohorts: readonly ColumnProfile[];
  /** Columns that became nothing, with the reason. */
  readonly ignored: readonly { readonly name: string; readonly reason: string }[];
}

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|REAL|DECIMAL)/i;
const TEXT = /^(VARCHAR|TEXT|ENUM|CHAR)/i;
const TIME = /^(TIMESTAMP|DATE)/i;
const ID_NAME =
  /(^|_)(user|customer|player|visitor|account|client|device|session|auction|unit)?_?(id|key|uuid)$|id$/i;
const ARM_NAME =
  /^(arm|variant|variation|version|group|segment|treat|treatment|treated|assignment|condition|promotion|bucket|cell|experiment)s?(_?(arm|group|name|id|variant))?$|_(arm|variant|group)$/i;
const MAX_ARMS = 5;
const MAX_LEVELS = 12;

const isNumeric = ({ type }: ColumnProfile): boolean => NUMERIC.test(type);
const isText = ({ type }: ColumnProfile): boolean => TEXT.test(type);

/** true/false, or a number that is only ever 0 and 1. */
function isTruth(column: ColumnProfile): boolean {
  if (/^BOOL/i.test(column.type)) return true;
  return (
    isNumeric(column) &&
    column.distinct <= 2 &&
    Number(column.min) === 0 &&
    Number(column.max) === 1
  );
}

const countOf = (column: ColumnProfile): number =>
  column.top.reduce((sum, { count }) => sum + count, 0);

/** Levels are written into the registration, so all of them must be known. */
const fullyListed = (column: ColumnProfile, limit: number): boolean =>
  column.distinct >= 2 && column.distinct <= limit && column.top.length >= column.distinct;

function guessUnit(profile: DataProfile, columns: readonly ColumnProfile[]): ColumnProfile | null {
  const named = columns.filter((column) => ID_NAME.test(column.name) && column.nulls === 0);
  const unique = named.find(({ distinct }) => distinct === profile.rows);
  if (unique) return unique;
  // Many rows share an id: events of a unit. Two or three distinct ids are a code, not people.
  return named.find(({ distinct }) => distinct > 100) ?? null;
}

function guessArm(
  columns: readonly ColumnProfile[],
  unit: ColumnProfile | null,
): ColumnProfile | null {
  return (
    columns.find(
      (column) =>
        column !== unit &&
        column.name !== unit?.name &&
        ARM_NAME.test(column.name) &&
        (isText(column) || isNumeric(column) || isTruth(column)) &&
        fullyListed(column, MAX_ARMS),
    ) ?? null
  );
}

/** What each column probably is. Nothing here is certain, which is why the drafts say so. */
export function guess(profile: DataProfile): Guess {
  const ignored: { name: string; reason: string }[] = [];
  const usable = profile.columns.filter((column) => {
    const fault = identifierFault(column.name);
    if (fault === null) return true;
    ignored.push({
      name: JSON.stringify(column.name),
      reason: "its name holds a quote or a control character",
    });
    return false;
  });
  const unit = guessUnit(profile, usable);
  const arm = guessArm(usable, unit);
  const time = usable.find(({ type }) => TIME.test(type)) ?? null;
  const proportions: ColumnProfile[] = [];
  const means: ColumnProfile[] = [];
  const cohorts: ColumnProfile[] = [];
  for (const column of usable) {
    if (column === unit || column === arm || column === time) continue;
    if (column.distinct === 0) ignored.push({ name: column.name, reason: "it is empty" });
    else if (column.distinct === 1)
      ignored.push({ name: column.name, reason: "it has one value only" });
    else if (isTruth(column)) proportions.push(column);
    else if (isNumeric(column) && !(ID_NAME.test(column.name) && column.distinct === profile.rows))
      means.push(column);
    else if (isText(column) && fullyListed(column, MAX_LEVELS)) cohorts.push(column);
    else
      ignored.push({
        name: column.name,
        reason: `it is ${column.type} with ${column.distinct} values`,
      });
  }
  const grain = unit !== null && unit.distinct < profile.rows ? "event" : "unit";
  return { unit, grain, arm, time, proportions, means, cohorts, ignored };
}

const CONTROL = [
  /^control/i,
  /^(baseline|placebo|holdout|off|old|none|no|a|0|false)$/i,
  /^(no|old|control)[ _-]/i,
];

/** Values of the arm column, the likeliest control first. */
export function orderedArms(arm: ColumnProfile): { value: string; count: number }[] {
  const values = [...arm.top].sort((a, b) => (a.value < b.value ? -1 : 1));
  const control =
    CONTROL.flatMap((pattern) => values.filter(({ value }) => pattern.test(value)))[0] ?? values[0];
  return control === undefined ? [] : [control, ...values.filter((each) => each !== control)];
}

/** A tail that few values make: the largest is far beyond the 99th percentile. */
export const isSkewed = (column: ColumnProfile): boolean =>
  typeof column.p99 === "number" && column.p99 > 0 && Number(column.max) > 3 * column.p99;

/** Share of each arm, by the counts. */
export function observedShares(arm: ColumnProfile): number[] {
  const total = countOf(arm);
  return orderedArms(arm).map(({ count }) => (total > 0 ? count / total : 0));
}
