import type { Column, CommonTable, From, Join, Select } from "./sql.js";

/** A reduction of one unit's rows; `merge` reduces partial results of the same unit. */
export interface Aggregate {
  readonly of: "sum" | "count" | "min" | "max" | "any";
  /** Null only for `count`: the rows themselves. */
  readonly argument: string | null;
  readonly filter: string | null;
}

const FUNCTIONS = { sum: "sum", count: "count", min: "min", max: "max", any: "bool_or" } as const;
const MERGES = { sum: "sum", count: "sum", min: "min", max: "max", any: "bool_or" } as const;

function grouped(aggregate: Aggregate): string {
  const call = `${FUNCTIONS[aggregate.of]}(${aggregate.argument ?? "*"})`;
  return aggregate.filter === null ? call : `${call} FILTER (WHERE ${aggregate.filter})`;
}

/** The same for a source whose every row is a unit. */
function single(aggregate: Aggregate): string {
  const { of, argument, filter } = aggregate;
  if (of !== "count") {
    return filter === null ? `${argument}` : `CASE WHEN ${filter} THEN ${argument} END`;
  }
  const present = [filter, argument === null ? null : `${argument} IS NOT NULL`].filter(Boolean);
  return present.length === 0 ? "1" : `CASE WHEN ${present.join(" AND ")} THEN 1 ELSE 0 END`;
}

/**
 * One reading of one source: columns computed a row, then reduced a unit. Equal SQL is shared, so
 * metrics over the same window and filter pay once.
 */
export class Pass {
  private readonly rows = new Map<string, string>();
  private readonly reductions = new Map<
    string,
    { readonly name: string; readonly aggregate: Aggregate }
  >();
  private counter = 0;

  /** Name of a row's column with this SQL. */
  row(hint: string, sql: string): string {
    const known = this.rows.get(sql);
    if (known !== undefined) return known;
    const taken = new Set(this.rows.values());
    const name = taken.has(hint) ? `${hint}_${++this.counter}` : hint;
    this.rows.set(sql, name);
    return name;
  }

  /** Name of a unit's column with this reduction. */
  unit(hint: string, aggregate: Aggregate): string {
    const key = JSON.stringify(aggregate);
    const known = this.reductions.get(key);
    if (known !== undefined) return known.name;
    const taken = new Set([...this.reductions.values()].map((entry) => entry.name));
    const name = taken.has(hint) ? `${hint}_${++this.counter}` : hint;
    this.reductions.set(key, { name, aggregate });
    return name;
  }

  rowColumns(): Column[] {
    return [...this.rows].map(([sql, as]) => ({ sql, as }));
  }

  groupedColumns(): Column[] {
    return [...this.reductions.values()].map((entry) => ({
      sql: grouped(entry.aggregate),
      as: entry.name,
    }));
  }

  singleColumns(): Column[] {
    return [...this.reductions.values()].map((entry) => ({
      sql: single(entry.aggregate),
      as: entry.name,
    }));
  }

  mergedColumns(): Column[] {
    return [...this.reductions.values()].map((entry) => ({
      sql: `${MERGES[entry.aggregate.of]}(${entry.name})`,
      as: entry.name,
    }));
  }

  names(): string[] {
    return [...this.reductions.values()].map((entry) => entry.name);
  }
}

/** The pass as a table: one row a unit. */
export function passTable(
  name: string,
  comment: string,
  pass: Pass,
  read: { readonly unit: string; readonly from: From; readonly joins: readonly Join[] },
): CommonTable {
  const rows: Select = {
    columns: [{ sql: read.unit, as: "unit" }, ...pass.rowColumns()],
    from: read.from,
    joins: read.joins,
  };
  return {
    name,
    comment,
    query: {
      columns: [{ sql: "unit", as: "unit" }, ...pass.groupedColumns()],
      from: { query: rows, as: "r" },
      groupBy: ["unit"],
    },
  };
}
