/** Where the rows of a forest plot stand, in px: heights follow from wrapped names. */
import type { ForestRow } from "./rows.js";
import { printable, wrapText } from "./text-width.js";

export type ForestForm = "wide" | "narrow";

export interface Layout {
  readonly width: number;
  /** Horizontal range of the axis in px. */
  readonly from: number;
  readonly to: number;
  /** Columns of text a label line holds. */
  readonly columns: number;
  readonly ticks: number;
}

export const LAYOUTS: Readonly<Record<ForestForm, Layout>> = {
  wide: { width: 880, from: 262, to: 524, columns: 34, ticks: 5 },
  narrow: { width: 358, from: 18, to: 338, columns: 44, ticks: 4 },
};

export const HEAD = 40;
export const LABEL_LINE = 16;
export const DETAIL_LINE = 14;
export const PADDING = 7;

/** A row with its place on the page, in px. */
export interface Placed {
  readonly row: ForestRow;
  readonly top: number;
  readonly bottom: number;
  readonly label: string;
  readonly detail: string;
  readonly detailTop: number;
  /** Middle of the estimate and of the unadjusted estimate. */
  readonly middle: number;
  readonly second: number;
  readonly figuresTop: number;
  /** Where zero, limit and smallest worthwhile effect are drawn: on a phone not through the text. */
  readonly stripTop: number;
  readonly stripBottom: number;
  readonly color: string;
}

export function placeRows(rows: readonly ForestRow[], form: ForestForm): Placed[] {
  const { columns } = LAYOUTS[form];
  let top = HEAD;
  return rows.map((row, index) => {
    const repeated = row.arm !== null && rows[index - 1]?.label === row.label;
    const label = repeated ? [] : wrapText(printable(row.label), columns);
    const heading =
      row.arm === null ? row.detail : [row.arm, row.detail].filter(Boolean).join(" · ");
    const about = [heading, row.missing ?? ""].filter((text) => text !== "").join("\n");
    const detail = about === "" ? [] : wrapText(printable(about), Math.floor(columns * 1.25));
    const labelHeight = label.length * LABEL_LINE + detail.length * DETAIL_LINE;
    const noSpan = row.relative === null && row.unadjusted === null;
    const spansHeight = noSpan ? 0 : row.unadjusted === null ? 20 : 38;
    const start = top + PADDING;
    const beside = form === "wide";
    const spansTop = beside ? start : start + labelHeight + 2;
    const figuresTop = beside ? start : spansTop + spansHeight;
    const height = beside
      ? Math.max(labelHeight, spansHeight)
      : labelHeight + spansHeight + (row.unadjusted === null ? 18 : 34);
    const placed: Placed = {
      row,
      top,
      bottom: start + height + PADDING,
      label: label.join("\n"),
      detail: detail.join("\n"),
      detailTop: start + label.length * LABEL_LINE,
      middle: spansTop + 8,
      second: spansTop + 26,
      figuresTop,
      stripTop: beside ? top : spansTop - 2,
      stripBottom: beside ? start + height + PADDING : spansTop + spansHeight - 3,
      color: colorOf(row),
    };
    top = placed.bottom;
    return placed;
  });
}

function colorOf(row: ForestRow): string {
  const names = {
    clear: "var(--ink)",
    breach: "var(--veto)",
    near: "var(--near)",
    underpowered: "var(--muted)",
    not_evaluable: "var(--muted)",
    ungated: "var(--quiet)",
  };
  return names[row.status];
}
