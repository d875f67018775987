import type { SourceSpec } from "@plumbline/stats";

/** A column as the engine describes it; `type` is the engine's own name of the type. */
export interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  /** False when the files' own statistics say that no value is null; absent: unknown. */
  readonly nullable?: boolean;
  /** No finite number of the column is larger in size, by the files' statistics; absent: unknown. */
  readonly largest?: number;
  /** Rows of all files together; absent: unknown. */
  readonly rows?: number;
}

/** Columns by source id. */
export type SourceColumns = Readonly<Record<string, readonly ColumnInfo[]>>;

/** Types as the compiler sees them, the same for every dialect. */
export type ValueType =
  | { readonly kind: "integer"; readonly bits: 8 | 16 | 32 | 64 | 128 }
  | { readonly kind: "decimal"; readonly width: number; readonly scale: number }
  | { readonly kind: "double" }
  | { readonly kind: "boolean" }
  | { readonly kind: "text" }
  | { readonly kind: "time" }
  | { readonly kind: "null" }
  /** Something that may be counted and tested for null, and nothing else. */
  | { readonly kind: "other"; readonly name: string };

/**
 * A dialect is only what differs between engines; everything else is common SQL.
 * Every function takes and gives SQL text, except `quote` and `literal`, which take user text.
 */
export interface Dialect {
  readonly name: string;
  /** Integer types: of one unit's value (64 bits) and of sums and products (128 bits). */
  readonly narrow: string;
  readonly wide: string;
  readonly floating: string;
  readonly text: string;
  readonly valueType: (typeName: string) => ValueType;
  readonly quote: (identifier: string) => string;
  readonly literal: (text: string) => string;
  /** What stands after FROM for a source, reading only these columns' declared types. */
  readonly scan: (source: SourceSpec, columns: readonly ColumnInfo[]) => string;
  /** Column of another name in the text: a row's time as microseconds since 1970, UTC, 64-bit. */
  readonly microseconds: (time: string) => string;
  /** Integer quotient, rounded towards zero. */
  readonly quotient: (dividend: string, divisor: string) => string;
  readonly decimal: (sql: string, width: number, scale: number) => string;
  /** An expression that ends the statement with this text in the error's message. */
  readonly raise: (text: string) => string;
  /**
   * Whether a build side of integer ids should hold a gap, for engines whose array join refuses ids
   * without one.
   */
  readonly gapInIds: boolean;
  /** How parts of a result with different columns are put under each other. */
  readonly union: string;
}
