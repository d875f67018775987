/** A SELECT as data: enough of SQL for moment statements, rendered with one clause a line. */
export interface Select {
  readonly columns: readonly Column[];
  readonly from: From;
  readonly joins?: readonly Join[];
  readonly where?: readonly string[];
  readonly groupBy?: readonly string[];
  readonly having?: string;
  /** Rows put under those of this query, column by column. */
  readonly unionAll?: Select;
}

export interface Column {
  readonly sql: string;
  readonly as: string;
}

/** A named relation (or a table function), or a query in parentheses; with an alias. */
export type From =
  | { readonly relation: string; readonly as?: string }
  | { readonly query: Select; readonly as: string };

export interface Join {
  readonly kind: "JOIN" | "LEFT JOIN" | "CROSS JOIN";
  readonly to: From;
  readonly on?: string;
}

export interface CommonTable {
  readonly name: string;
  /** One line that says what a row of it is. */
  readonly comment: string;
  readonly query: Select;
  /** Read more than once: computed once and kept. */
  readonly shared?: boolean;
}

export interface Statement {
  /** Comment lines at the top. */
  readonly title: readonly string[];
  readonly tables: readonly CommonTable[];
  readonly parts: readonly Select[];
}

const STEP = "  ";

function renderFrom(from: From, indent: string): string {
  if ("relation" in from)
    return from.as === undefined ? from.relation : `${from.relation} AS ${from.as}`;
  return `(\n${renderSelect(from.query, indent + STEP)}\n${indent}) AS ${from.as}`;
}

function renderColumn(column: Column): string {
  return column.sql === column.as ? column.sql : `${column.sql} AS ${column.as}`;
}

export function renderSelect(select: Select, indent: string): string {
  const inner = indent + STEP;
  const lines = [
    `${indent}SELECT`,
    select.columns.map((column) => inner + renderColumn(column)).join(",\n"),
    `${indent}FROM ${renderFrom(select.from, indent)}`,
  ];
  for (const join of select.joins ?? []) {
    const on = join.on === undefined ? "" : ` ON ${join.on}`;
    lines.push(`${indent}${join.kind} ${renderFrom(join.to, indent)}${on}`);
  }
  if (select.where !== undefined && select.where.length > 0) {
    lines.push(`${indent}WHERE ${select.where.join(`\n${indent}  AND `)}`);
  }
  if (select.groupBy !== undefined && select.groupBy.length > 0) {
    lines.push(`${indent}GROUP BY ${select.groupBy.join(", ")}`);
  }
  if (select.having !== undefined) lines.push(`${indent}HAVING ${select.having}`);
  if (select.unionAll !== undefined) {
    lines.push(`${indent}UNION ALL`, renderSelect(select.unionAll, indent));
  }
  return lines.join("\n");
}

function renderTable(table: CommonTable): string {
  const kept = table.shared === true ? " MATERIALIZED" : "";
  return `-- ${table.comment}\n${table.name} AS${kept} (\n${renderSelect(table.query, STEP)}\n)`;
}

/** The text of a statement; `union` joins its parts. */
export function renderStatement(statement: Statement, union: string): string {
  const tables = statement.tables.map(renderTable).join(",\n\n");
  const parts = statement.parts.map((part) => renderSelect(part, "")).join(`\n${union}\n`);
  const title = statement.title.map((line) => `-- ${line}`).join("\n");
  return `${title}\nWITH\n${tables}\n\n${parts}`;
}

/** `CASE WHEN condition THEN value END`, or the value alone when there is no condition. */
export function when(condition: string | null, value: string): string {
  return condition === null ? value : `CASE WHEN ${condition} THEN ${value} END`;
}

/** All conditions, or null when there are none. */
export function all(conditions: readonly (string | null)[]): string | null {
  const kept = conditions.filter((condition): condition is string => condition !== null);
  return kept.length === 0 ? null : kept.join(" AND ");
}
