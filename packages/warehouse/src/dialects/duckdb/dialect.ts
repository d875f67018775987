import type { SourceSpec } from "@plumbline/stats";
import { fail } from "../../errors.js";
import type { ColumnInfo, Dialect, ValueType } from "../dialect.js";

const INTEGER_BITS: Readonly<Record<string, 8 | 16 | 32 | 64 | 128>> = {
  TINYINT: 8,
  SMALLINT: 16,
  UTINYINT: 16,
  INTEGER: 32,
  USMALLINT: 32,
  BIGINT: 64,
  UINTEGER: 64,
  UBIGINT: 128,
  HUGEINT: 128,
  UHUGEINT: 128,
};

const OTHER_KINDS: Readonly<Record<string, ValueType>> = {
  FLOAT: { kind: "double" },
  DOUBLE: { kind: "double" },
  BOOLEAN: { kind: "boolean" },
  VARCHAR: { kind: "text" },
  DATE: { kind: "time" },
  TIMESTAMP: { kind: "time" },
  TIMESTAMP_S: { kind: "time" },
  TIMESTAMP_MS: { kind: "time" },
  TIMESTAMP_NS: { kind: "time" },
  "TIMESTAMP WITH TIME ZONE": { kind: "time" },
  '"NULL"': { kind: "null" },
};

function valueType(typeName: string): ValueType {
  const bits = INTEGER_BITS[typeName];
  if (bits !== undefined) return { kind: "integer", bits };
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(typeName);
  if (decimal) return { kind: "decimal", width: Number(decimal[1]), scale: Number(decimal[2]) };
  if (typeName.startsWith("ENUM(")) return { kind: "text" };
  return OTHER_KINDS[typeName] ?? { kind: "other", name: typeName };
}

/** Double-quoted, quotes doubled. Control characters have no place in a name and are refused. */
function quote(identifier: string): string {
  if (identifier === "" || hasControlCharacter(identifier)) {
    fail(
      "IDENTIFIER_INVALID",
      `The name ${JSON.stringify(identifier)} is empty or holds control characters.`,
      "Rename the column in the data, and use the new name here.",
      { column: identifier },
    );
  }
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** Single-quoted, quotes doubled; DuckDB knows no backslash escapes in plain literals. */
function literal(text: string): string {
  if (text.includes("\0")) {
    fail(
      "IDENTIFIER_INVALID",
      `The text ${JSON.stringify(text)} holds a NUL character.`,
      "Remove the NUL character.",
    );
  }
  return `'${text.replaceAll("'", "''")}'`;
}

/** C0 and C1 controls and DEL. */
export function hasControlCharacter(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  }
  return false;
}

/** CSV types are given, not sniffed again: the statement reads what `describe` promised. */
function scan(source: SourceSpec, columns: readonly ColumnInfo[]): string {
  const files = `[${source.files.map(literal).join(", ")}]`;
  if (source.format === "parquet") return `read_parquet(${files})`;
  const types = columns.map((column) => `${literal(column.name)}: ${literal(column.type)}`);
  const declared = types.length === 0 ? "" : `, types = {${types.join(", ")}}`;
  return `read_csv(${files}, header = true${declared})`;
}

export const duckDbDialect: Dialect = {
  name: "duckdb",
  narrow: "BIGINT",
  wide: "HUGEINT",
  floating: "DOUBLE",
  text: "VARCHAR",
  valueType,
  quote,
  literal,
  scan,
  microseconds: (time) => `epoch_us(CAST(${time} AS TIMESTAMP))`,
  quotient: (dividend, divisor) => `(${dividend}) // (${divisor})`,
  decimal: (sql, width, scale) => `CAST(${sql} AS DECIMAL(${width}, ${scale}))`,
  raise: (text) => `error(${literal(text)})`,
  // PerfectHashJoinExecutor compares the number of keys with max - min instead of max - min + 1.
  gapInIds: true,
  union: "UNION ALL BY NAME",
};
