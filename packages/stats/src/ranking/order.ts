/**
 * The order in which a run shows its documents.
 *
 * Rule (trec_eval): score descending; equal scores by document id descending, compared byte by byte. Ranks
 * written in a run file are ignored. Method: merge sort of row numbers; rows that already stand in order
 * cost one pass.
 */
import { groupByQuery, type RankingRun, type RowsByQuery } from "./rows.js";

/** Longest stretch sorted by insertion. */
const STRETCH = 12;

/**
 * Negative when a comes before b in the order of UTF-8 bytes. JavaScript's `<` compares UTF-16 units, which
 * puts characters beyond U+FFFF before those from U+E000 on.
 */
export function compareBytes(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/**
 * Rows of a run, best first within each query. Scores must not be NaN (`requirePairs`).
 * @param documents id of each document code.
 */
export function orderRun(
  run: RankingRun,
  queries: number,
  documents: readonly string[],
): RowsByQuery {
  const grouped = groupByQuery(run.query, queries);
  const scratch = new Int32Array(run.query.length);
  const precedes = (a: number, b: number): boolean => {
    const x = run.score[a] as number;
    const y = run.score[b] as number;
    if (x !== y) return x > y;
    const idA = documents[run.document[a] as number] as string;
    const idB = documents[run.document[b] as number] as string;
    return compareBytes(idA, idB) >= 0;
  };
  for (let q = 0; q < queries; q++) {
    const from = grouped.start[q] as number;
    sortRange(grouped.rows, scratch, from, grouped.start[q + 1] as number, precedes);
  }
  return grouped;
}

type Precedes = (a: number, b: number) => boolean;

function sortRange(
  rows: Int32Array,
  scratch: Int32Array,
  from: number,
  to: number,
  precedes: Precedes,
): void {
  if (isOrdered(rows, from, to, precedes)) return;
  for (let start = from; start < to; start += STRETCH) {
    insertionSort(rows, start, Math.min(start + STRETCH, to), precedes);
  }
  for (let width = STRETCH; width < to - from; width *= 2) {
    for (let start = from; start + width < to; start += 2 * width) {
      merge(rows, scratch, start, start + width, Math.min(start + 2 * width, to), precedes);
    }
  }
}

function isOrdered(rows: Int32Array, from: number, to: number, precedes: Precedes): boolean {
  for (let i = from + 1; i < to; i++) {
    if (!precedes(rows[i - 1] as number, rows[i] as number)) return false;
  }
  return true;
}

function insertionSort(rows: Int32Array, from: number, to: number, precedes: Precedes): void {
  for (let i = from + 1; i < to; i++) {
    const row = rows[i] as number;
    let j = i - 1;
    while (j >= from && !precedes(rows[j] as number, row)) {
      rows[j + 1] = rows[j] as number;
      j -= 1;
    }
    rows[j + 1] = row;
  }
}

function merge(
  rows: Int32Array,
  scratch: Int32Array,
  from: number,
  middle: number,
  to: number,
  precedes: Precedes,
): void {
  if (precedes(rows[middle - 1] as number, rows[middle] as number)) return;
  scratch.set(rows.subarray(from, middle), from);
  let left = from;
  let right = middle;
  let out = from;
  while (left < middle && right < to) {
    const a = scratch[left] as number;
    const b = rows[right] as number;
    const takeLeft = precedes(a, b);
    rows[out] = takeLeft ? a : b;
    out += 1;
    if (takeLeft) left += 1;
    else right += 1;
  }
  while (left < middle) {
    rows[out] = scratch[left] as number;
    out += 1;
    left += 1;
  }
}
