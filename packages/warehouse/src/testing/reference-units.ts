import type { MomentPlan, SourceSpec } from "@plumbline/stats";
import { evaluate } from "./reference-expression.js";
import type { Data, ReferenceUnit } from "./reference-values.js";
import type { Row } from "./workbench.js";

export interface Exposures {
  /** Rows that are exposures; each knows its unit's key. */
  readonly rows: readonly { readonly row: Row; readonly key: string | null; inside: boolean }[];
}

export function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

export function textOf(cell: Row[string] | undefined): string | null {
  return cell === undefined || cell === null ? null : String(cell);
}

/** Whether a row with its time in this column lies before the plan's "as of"; without one, all do. */
function hadHappened(plan: MomentPlan, row: Row, column: string | null): boolean {
  const { asOf = null } = plan.exposure;
  if (asOf === null || column === null) return true;
  const at = row[column] ?? null;
  return at !== null && Number(at) < Date.parse(asOf) * 1000;
}

/** The rows of a source that values are made of. */
function valueRows(plan: MomentPlan, source: SourceSpec, rows: readonly Row[]): Row[] {
  const column = source.time ?? (source.id === plan.exposure.source ? plan.exposure.time : null);
  return rows.filter((row) => hadHappened(plan, row, column));
}

export function exposuresOf(plan: MomentPlan, data: Data): Exposures {
  const { source: id, filter, time, run } = plan.exposure;
  const source = plan.sources.find((candidate) => candidate.id === id);
  const micros = (text: string | null) => (text === null ? null : Date.parse(text) * 1000);
  const [start, end] = [micros(run.start), micros(run.end)];
  const rows = (data[id] ?? []).map((row, index) => ({
    row,
    key: source?.unit == null ? `row ${index}` : textOf(row[source.unit]),
    inside: isInside(time === null ? null : (row[time] ?? null)),
  }));
  function isInside(at: Row[string]): boolean {
    if (time === null || (start === null && end === null)) return true;
    if (at === null || at === undefined) return false;
    return (start === null || Number(at) >= start) && (end === null || Number(at) < end);
  }
  return {
    rows: rows.filter(
      ({ row }) =>
        (filter === null || evaluate(row, filter) === true) && hadHappened(plan, row, time),
    ),
  };
}

function smallest(texts: readonly (string | null)[]): string | null {
  const known = texts.filter((entry) => entry !== null).toSorted();
  return known[0] ?? null;
}

export function assigned(plan: MomentPlan, data: Data, exposures: Exposures) {
  const { arm: armColumn, time } = plan.exposure;
  const inside = exposures.rows.filter((entry) => entry.inside && entry.key !== null);
  const byUnit = groupBy(inside, (entry) => entry.key as string);
  const units: ReferenceUnit[] = [];
  let multiArm = 0n;
  const rowsBySource = Object.fromEntries(
    plan.sources.map((source) => [
      source.id,
      groupBy(
        valueRows(plan, source, data[source.id] ?? []),
        (row) => textOf(row[source.unit ?? ""]) ?? " none",
      ),
    ]),
  );
  for (const [key, entries] of byUnit) {
    const arms = plan.arms.filter((arm) =>
      entries.some(({ row }) => textOf(row[armColumn]) === arm.value),
    );
    if (arms.length > 1) multiArm += 1n;
    const [arm] = arms;
    if (arms.length !== 1 || arm === undefined) continue;
    const own = entries.filter(({ row }) => textOf(row[armColumn]) === arm.value);
    const times = own.map(({ row }) => (time === null ? null : (row[time] ?? null)));
    const known = times.filter((at) => at !== null).map(Number);
    const inRun = entries.map((entry) => entry.row);
    const rows = Object.fromEntries(
      plan.sources.map((source) => [
        source.id,
        source.id === plan.exposure.source && source.grain === "unit"
          ? valueRows(plan, source, inRun)
          : (rowsBySource[source.id]?.get(key) ?? []),
      ]),
    );
    const levels = Object.fromEntries(
      plan.dimensions.map((dimension) => {
        const from =
          dimension.source === plan.exposure.source ? inRun : (rows[dimension.source] ?? []);
        return [dimension.id, smallest(from.map((row) => textOf(evaluate(row, dimension.value))))];
      }),
    );
    const exposedAt = known.length === 0 ? null : Math.min(...known);
    units.push({ arm: arm.id, exposedAt, rows, exposures: inRun, levels });
  }
  return { units, byUnit, multiArm };
}
