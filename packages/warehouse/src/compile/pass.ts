import type { Column, CommonTable, From, Select } from "./sql.js";

/** A reduction of one unit's rows; `merge` reduces partial results of the same unit. */
export interface Aggregate {
  readonly of: "sum" | "count" | "min" | "max" | "any";
  /** Null only for `count`: the rows themselves. */
  readonly argument: string | null;
  readonly filter: string | null;
}

const FUNCTIONS = { sum: "sum", count: "count", min: "min", max: "max", any: "bool_or" } as const;
const MERGES = { sum: "sum", count: "sum", min: "min", max: "max", any: "bool_or" } as const;

/** CASE rather than FILTER: the same numbers, and DuckDB does not cut each chunk anew for each sum. */
function grouped(aggregate: Aggregate): string {
  const { of, argument, filter } = aggregate;
  if (filter === null) return `${FUNCTIONS[of]}(${argument ?? "*"})`;
  return `${FUNCTIONS[of]}(CASE WHEN ${filter} THEN ${argument ?? 1} END)`;
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
  private readonly joined = new Map<string, string>();
  private readonly reductions = new Map<
    string,
    { readonly name: string; readonly aggregate: Aggregate }
  >();
  private counter = 0;

  /** Name of a row's column with this SQL over the source's columns. */
  row(hint: string, sql: string): string {
    return this.named(this.rows, hint, sql);
  }

  /** The same, for SQL over row columns (alias `e`) and the exposure they are joined to (alias `a`). */
  joinedRow(hint: string, sql: string): string {
    return this.named(this.joined, hint, sql);
  }

  private named(columns: Map<string, string>, hint: string, sql: string): string {
    const known = columns.get(sql);
    if (known !== undefined) return known;
    const taken = new Set([...this.rows.values(), ...this.joined.values()]);
    const name = taken.has(hint) ? `${hint}_${++this.counter}` : hint;
    columns.set(sql, name);
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

  joinedColumns(): Column[] {
    const own = [...this.rows.values()].map((name) => ({ sql: `e.${name}`, as: name }));
    return [...own, ...[...this.joined].map(([sql, as]) => ({ sql, as }))];
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

interface Read {
  /** The unit's id over the source's alias. */
  readonly unit: string;
  readonly from: From;
  /** Conditions on a row, over the source's alias. */
  readonly where: readonly string[];
  /** Relation of units and exposures to join each row to, and its columns to keep; null: none. */
  readonly exposures: { readonly relation: string; readonly columns: readonly string[] } | null;
}

/**
 * The rows of a pass. What needs only the row is computed before the join, on whole chunks: behind
 * the join DuckDB would compute it through an index.
 */
export function passRows(pass: Pass, read: Read): Select {
  const rows: Select = {
    columns: [{ sql: read.unit, as: "unit" }, ...pass.rowColumns()],
    from: read.from,
    where: read.where,
  };
  if (read.exposures === null) return rows;
  const { relation, columns } = read.exposures;
  return {
    columns: [
      // The id of the row, not of the joined unit: it is at hand, the other must be fetched.
      { sql: "e.unit", as: "unit" },
      ...columns.map((name) => ({ sql: `a.${name}`, as: name })),
      ...pass.joinedColumns(),
    ],
    from: { query: rows, as: "e" },
    joins: [{ kind: "JOIN", to: { relation, as: "a" }, on: "a.unit = e.unit" }],
  };
}

/** The pass as a table: one row a unit. */
export function passTable(name: string, comment: string, pass: Pass, read: Read): CommonTable {
  return {
    name,
    comment,
    query: {
      columns: [{ sql: "unit", as: "unit" }, ...pass.groupedColumns()],
      from: { query: passRows(pass, read), as: "r" },
      groupBy: ["unit"],
    },
  };
}
