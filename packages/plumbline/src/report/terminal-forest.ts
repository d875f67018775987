/** The text forest plot: "├──●──┤" on an axis shared by all rows of a group. */

import { formatFixed } from "./format.js";
import type { Axis, ForestRow, Span } from "./rows.js";
import { padEnd, padStart, textWidth } from "./text-width.js";

const ZERO = "│";
const LIMIT = "║";
const WORTH = "┊";

export const FOREST_LEGEND = `${ZERO} zero  ${LIMIT} limit  ${WORTH} smallest worthwhile  ◂ ▸ goes beyond the axis`;

/** Column of a relative effect, clamped to the cells 0 .. width - 1. */
function columnOf(value: number, axis: Axis, width: number): number {
  const share = (value - axis.lower) / (axis.upper - axis.lower);
  return Math.min(width - 1, Math.max(0, Math.round(share * (width - 1))));
}

function inside(value: number, axis: Axis): boolean {
  return value >= axis.lower && value <= axis.upper;
}

/** One row of `width` columns; `hollow` draws the point of an unadjusted estimate. */
export function drawSpan(
  row: ForestRow,
  span: Span | null,
  axis: Axis,
  width: number,
  hollow: boolean,
): string {
  const cells = new Array<string>(width).fill(" ");
  const put = (value: number | null, mark: string) => {
    if (value !== null && inside(value, axis)) cells[columnOf(value, axis, width)] = mark;
  };
  put(0, ZERO);
  put(row.mde, WORTH);
  put(row.threshold, LIMIT);
  if (span === null) return cells.join("");
  if (span.hasInterval) drawInterval(cells, span, axis, width);
  // An interval may cross the marks but not hide them: they are what it is compared with.
  put(row.threshold, LIMIT);
  const point = hollow ? "○" : "●";
  moveLimitAside(cells, row.threshold, span.estimate, axis);
  if (inside(span.estimate, axis)) cells[columnOf(span.estimate, axis, width)] = point;
  else cells[span.estimate < axis.lower ? 0 : width - 1] = span.estimate < axis.lower ? "◂" : "▸";
  return cells.join("");
}

/** Where limit and estimate share a column, the limit steps to the side on which it lies. */
function moveLimitAside(cells: string[], limit: number | null, estimate: number, axis: Axis): void {
  if (limit === null || !inside(limit, axis) || limit === estimate) return;
  const at = columnOf(limit, axis, cells.length);
  const aside = limit > estimate ? at + 1 : at - 1;
  if (at === columnOf(estimate, axis, cells.length) && cells[aside] !== undefined) {
    cells[aside] = LIMIT;
  }
}

function drawInterval(cells: string[], span: Span, axis: Axis, width: number): void {
  const lower = span.lower ?? Number.NEGATIVE_INFINITY;
  const upper = span.upper ?? Number.POSITIVE_INFINITY;
  if (upper < axis.lower || lower > axis.upper) return;
  const from = columnOf(Math.max(lower, axis.lower), axis, width);
  const to = columnOf(Math.min(upper, axis.upper), axis, width);
  for (let at = from; at <= to; at += 1) cells[at] = "─";
  cells[from] = lower < axis.lower ? "◂" : "├";
  cells[to] = upper > axis.upper ? "▸" : "┤";
}

/** The axis: its two ends and zero, in percent. */
export function drawAxis(axis: Axis, width: number): string {
  const range = (axis.upper - axis.lower) * 100;
  const decimals = range >= 8 ? 0 : range >= 0.8 ? 1 : 2;
  const label = (value: number) => `${formatFixed(value * 100, decimals, true)} %`;
  const left = label(axis.lower);
  const right = label(axis.upper);
  const zero = columnOf(0, axis, width);
  const roomLeft = zero > textWidth(left) + 1;
  const roomRight = zero < width - textWidth(right) - 2;
  const middle = roomLeft && roomRight ? padEnd(padStart("0", zero + 1 - textWidth(left)), 0) : "";
  const start = left + middle;
  return start + padStart(right, width - textWidth(start));
}
