/**
 * Runs and judgements as columns of codes: what a ranking is evaluated from.
 *
 * Queries and documents are whole numbers from 0 (`CodeBook` gives them for names), so that a million rows
 * are read from typed arrays without a look-up by name. Rows may stand in any order.
 */
import { requireDomain, StatsError } from "../errors.js";

/** One row a pair of query and document; all columns have the same length. */
export interface PairColumns {
  readonly query: Int32Array;
  readonly document: Int32Array;
}

export interface RankingRun extends PairColumns {
  /**
   * Higher is better; only the order within a query counts. Infinities have an order, NaN is refused.
   * Programs that hold scores in single precision see ties where doubles differ: round first (Math.fround).
   */
  readonly score: Float64Array;
}

export interface Judgements extends PairColumns {
  /** Grade; negative means in the pool but not judged, and counts as 0. */
  readonly relevance: Float64Array;
}

/** Names of queries or documents and their codes, in the order in which they were first met. */
export class CodeBook {
  readonly #codes = new Map<string, number>();
  readonly #names: string[] = [];

  /** By code. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** The code of a name, a new one for a name not met before. */
  encode(name: string): number {
    const known = this.#codes.get(name);
    if (known !== undefined) return known;
    const code = this.#names.length;
    this.#codes.set(name, code);
    this.#names.push(name);
    return code;
  }

  encodeAll(names: readonly string[]): Int32Array {
    const codes = new Int32Array(names.length);
    for (let i = 0; i < names.length; i++) codes[i] = this.encode(names[i] as string);
    return codes;
  }

  /** Null for a name that was never encoded. */
  codeOf(name: string): number | null {
    return this.#codes.get(name) ?? null;
  }
}

/** Rows put together by query. */
export interface RowsByQuery {
  /** Row numbers; those of query q stand from start[q] up to start[q + 1]. */
  readonly rows: Int32Array;
  readonly start: Int32Array;
}

/** Counting sort by query; the order within a query stays that of the columns. */
export function groupByQuery(query: Int32Array, queries: number): RowsByQuery {
  const start = new Int32Array(queries + 1);
  for (let i = 0; i < query.length; i++) bump(start, (query[i] as number) + 1, 1);
  for (let q = 0; q < queries; q++) bump(start, q + 1, start[q] as number);
  const next = start.slice(0, queries);
  const rows = new Int32Array(query.length);
  for (let i = 0; i < query.length; i++) {
    const q = query[i] as number;
    rows[next[q] as number] = i;
    bump(next, q, 1);
  }
  return { rows, start };
}

/** Sizes of the two code books. */
export interface Universe {
  readonly queries: number;
  readonly documents: number;
}

/** @throws StatsError DOMAIN for unequal lengths or codes outside the universe. */
export function requirePairs(
  columns: PairColumns,
  values: Float64Array,
  { queries, documents }: Universe,
  what: string,
): void {
  const { query, document } = columns;
  requireDomain(
    query.length === document.length && query.length === values.length,
    `The columns of ${what} differ in length.`,
    "Give one query, one document and one value a row.",
  );
  for (let i = 0; i < query.length; i++) {
    const q = query[i] as number;
    const d = document[i] as number;
    if (q < 0 || q >= queries || d < 0 || d >= documents) {
      throw new StatsError(
        "DOMAIN",
        `Row ${i + 1} of ${what} has a query or document without a name.`,
        "Encode runs and judgements with the same code books.",
      );
    }
    if (Number.isNaN(values[i])) {
      throw new StatsError(
        "DOMAIN",
        `Row ${i + 1} of ${what} holds a value that is not a number.`,
        "Remove the row, or give it a number.",
      );
    }
  }
}

/**
 * @throws StatsError DOMAIN when a document stands twice under one query.
 */
export function requireDistinct(
  document: Int32Array,
  { rows, start }: RowsByQuery,
  documents: readonly string[],
  what: string,
): void {
  const marks = new Int32Array(documents.length).fill(-1);
  for (let q = 0; q + 1 < start.length; q++) {
    for (let at = start[q] as number; at < (start[q + 1] as number); at++) {
      const d = document[rows[at] as number] as number;
      if (marks[d] === q) {
        throw new StatsError(
          "DOMAIN",
          `Document "${documents[d]}" stands twice under one query of ${what}.`,
          "Keep one row for each query and document.",
        );
      }
      marks[d] = q;
    }
  }
}

function bump(counts: Int32Array, place: number, by: number): void {
  counts[place] = (counts[place] as number) + by;
}
