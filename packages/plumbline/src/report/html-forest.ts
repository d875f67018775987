/** The forest plot as SVG: wide, with labels beside the axis, and narrow for a phone, with labels above it. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import {
  DETAIL_LINE,
  type ForestForm,
  HEAD,
  LABEL_LINE,
  LAYOUTS,
  type Layout,
  PADDING,
  type Placed,
  placeRows,
} from "./forest-layout.js";
import { formatFixed, fullPrecision } from "./format.js";
import { Markup } from "./markup.js";
import {
  type Axis,
  type ForestGroup,
  type ForestRow,
  type Span,
  STATUS_ICONS,
  unitsText,
} from "./rows.js";
import { printable, textWidth } from "./text-width.js";

const EFFECT_RIGHT = 690;
const UNITS_RIGHT = 764;
const STATUS_LEFT = 776;

interface Drawn {
  readonly placed: Placed;
  readonly span: Span;
  readonly y: number;
}

/** SVG markup of one group; `name` is read to those who do not see it. */
export function forestSvg(group: ForestGroup, form: ForestForm, name: string): Markup {
  const layout = LAYOUTS[form];
  const rows = placeRows(group.rows, form);
  const bottom = rows.at(-1)?.bottom ?? HEAD;
  const axis = group.axis ?? { lower: -0.01, upper: 0.01 };
  const { document } = parseHTML("<html><body></body></html>");
  const svg = Plot.plot({
    document,
    width: layout.width,
    height: bottom + 8,
    marginTop: HEAD,
    marginBottom: 8,
    marginLeft: 0,
    marginRight: 0,
    x: { type: "linear", domain: [axis.lower, axis.upper], range: [layout.from, layout.to] },
    y: { type: "identity", axis: null },
    color: { type: "identity" },
    ariaLabel: printable(name),
    marks: [
      ...rulings(rows, layout, form, axis),
      ...limits(rows, axis),
      ...spans(rows, axis),
      ...texts(rows, form),
    ],
  });
  svg.setAttribute("role", "img");
  svg.setAttribute("class", `forest ${form}`);
  // The page carries these rules itself: its content policy allows no style but its own.
  for (const style of svg.querySelectorAll("style")) style.remove();
  return new Markup(svg.outerHTML);
}

function rulings(
  rows: readonly Placed[],
  layout: Layout,
  form: ForestForm,
  axis: Axis,
): Plot.Markish[] {
  const decimals = tickDecimals(axis, layout.ticks);
  const tickFormat = (value: number) => `${formatFixed(value * 100, decimals, true)} %`;
  const hatched = rows.filter(({ row }) => row.status === "underpowered");
  const left = form === "wide" ? layout.from : 0;
  return [
    Plot.rect(hatched, {
      x1: () => axis.lower,
      x2: () => axis.upper,
      y1: "stripTop",
      y2: "stripBottom",
      fill: "url(#hatch)",
      ariaDescription: "underpowered",
    }),
    ...(form === "wide"
      ? [Plot.gridX({ ticks: layout.ticks, stroke: "var(--rule)", strokeOpacity: 1 })]
      : []),
    Plot.axisX({
      anchor: "top",
      ticks: layout.ticks,
      tickFormat,
      tickSize: 4,
      fontSize: 11,
      label: null,
      color: "var(--muted)",
    }),
    Plot.ruleY(rows, { y: "top", stroke: "var(--rule)", ariaDescription: "row separator" }),
    Plot.ruleX(
      rows.filter(({ stripTop, stripBottom }) => stripBottom > stripTop),
      {
        x: () => 0,
        y1: "stripTop",
        y2: "stripBottom",
        stroke: "var(--ink)",
        strokeOpacity: 0.7,
        ariaDescription: "zero",
      },
    ),
    ...(form === "wide" ? headings() : [heading("effect, interval · n · status", left, "start")]),
  ];
}

function headings(): Plot.Markish[] {
  return [
    heading("relative effect", EFFECT_RIGHT, "end"),
    heading("n", UNITS_RIGHT, "end"),
    heading("status", STATUS_LEFT, "start"),
  ];
}

function heading(text: string, x: number, textAnchor: "start" | "end"): Plot.Markish {
  return Plot.text([text], {
    text: (line: string) => line,
    frameAnchor: "top-left",
    textAnchor,
    dx: x,
    dy: textAnchor === "start" && x === 0 ? -38 : -20,
    fill: "var(--muted)",
    fontSize: 11,
    ariaDescription: "column heading",
  });
}

function tickDecimals(axis: Axis, ticks: number): number {
  const step = ((axis.upper - axis.lower) * 100) / ticks;
  return Math.max(0, Math.min(6, Math.ceil(-Math.log10(step * 1.5))));
}

function limits(rows: readonly Placed[], axis: Axis): Plot.Markish[] {
  const drawn = rows.filter(({ row }) => within(row.threshold, axis));
  const worth = rows.filter(({ row }) => within(row.mde, axis));
  const end = ({ row }: Placed) => (row.harmSide === "below" ? axis.lower : axis.upper);
  return [
    Plot.rect(drawn, {
      x1: ({ row }: Placed) => row.threshold,
      x2: end,
      y1: "stripTop",
      y2: "stripBottom",
      fill: "var(--harm-zone)",
      ariaDescription: "beyond the limit",
    }),
    Plot.ruleX(drawn, {
      x: ({ row }: Placed) => row.threshold,
      y1: ({ stripTop }: Placed) => stripTop + 3,
      y2: ({ stripBottom }: Placed) => stripBottom - 3,
      stroke: "var(--limit)",
      strokeWidth: 2,
      ariaDescription: "limit",
    }),
    Plot.ruleX(worth, {
      x: ({ row }: Placed) => row.mde,
      y1: ({ stripTop }: Placed) => stripTop + 3,
      y2: ({ stripBottom }: Placed) => stripBottom - 3,
      stroke: "var(--accent)",
      strokeWidth: 1.5,
      strokeDasharray: "3,3",
      ariaDescription: "smallest worthwhile effect",
    }),
  ];
}

function within(value: number | null, axis: Axis): boolean {
  return value !== null && value >= axis.lower && value <= axis.upper;
}

function spans(rows: readonly Placed[], axis: Axis): Plot.Markish[] {
  const main = rows.flatMap((placed): Drawn[] =>
    placed.row.relative ? [{ placed, span: placed.row.relative, y: placed.middle }] : [],
  );
  const raw = rows.flatMap((placed): Drawn[] =>
    placed.row.unadjusted ? [{ placed, span: placed.row.unadjusted, y: placed.second }] : [],
  );
  return [
    ...spanMarks(raw, axis, { hollow: true, description: "unadjusted" }),
    ...spanMarks(main, axis, { hollow: false, description: "estimate" }),
  ];
}

function spanMarks(
  drawn: readonly Drawn[],
  axis: Axis,
  { hollow, description }: { hollow: boolean; description: string },
): Plot.Markish[] {
  const stroke = ({ placed }: Drawn) => placed.color;
  const lower = ({ span }: Drawn) => Math.max(axis.lower, span.lower ?? axis.lower);
  const upper = ({ span }: Drawn) => Math.min(axis.upper, span.upper ?? axis.upper);
  const visible = drawn.filter((d) => d.span.hasInterval && lower(d) < upper(d));
  const inside = drawn.filter(({ span }) => within(span.estimate, axis));
  const ends = [
    ...visible.filter(({ span }) => within(span.lower, axis)).map((d) => ({ ...d, x: lower(d) })),
    ...visible.filter(({ span }) => within(span.upper, axis)).map((d) => ({ ...d, x: upper(d) })),
  ];
  const arrows = [
    ...drawn
      .filter((d) => reachesBelow(d.span, axis))
      .map((d) => ({ ...d, x: axis.lower, turn: -90 })),
    ...drawn
      .filter((d) => reachesAbove(d.span, axis))
      .map((d) => ({ ...d, x: axis.upper, turn: 90 })),
  ];
  return [
    Plot.ruleY(visible, {
      y: "y",
      x1: lower,
      x2: upper,
      stroke,
      strokeWidth: hollow ? 1.25 : 2,
      ariaDescription: `${description} interval`,
    }),
    Plot.ruleX(ends, {
      x: "x",
      y1: ({ y }: Drawn) => y - 4,
      y2: ({ y }: Drawn) => y + 4,
      stroke,
      strokeWidth: 1.25,
      ariaDescription: `${description} interval end`,
    }),
    Plot.dot(arrows, {
      x: "x",
      y: "y",
      r: 4,
      symbol: "triangle",
      rotate: "turn",
      fill: stroke,
      ariaDescription: `${description} beyond the axis`,
    }),
    Plot.dot(inside, {
      x: ({ span }: Drawn) => span.estimate,
      y: "y",
      r: hollow ? 3.5 : 4.5,
      fill: hollow ? "var(--page)" : stroke,
      stroke,
      strokeWidth: 1.5,
      title: precise,
      ariaDescription: description,
    }),
  ];
}

function reachesBelow(span: Span, axis: Axis): boolean {
  if (span.estimate < axis.lower) return true;
  return span.hasInterval && (span.lower === null || span.lower < axis.lower);
}

function reachesAbove(span: Span, axis: Axis): boolean {
  if (span.estimate > axis.upper) return true;
  return span.hasInterval && (span.upper === null || span.upper > axis.upper);
}

function precise({ placed, span }: Drawn): string {
  const end = (value: number | null) => (value === null ? "unbounded" : fullPrecision(value));
  const interval = span.hasInterval ? ` [${end(span.lower)}, ${end(span.upper)}]` : "";
  return printable(`${placed.row.label}: ${fullPrecision(span.estimate)}${interval} of control`);
}

function texts(rows: readonly Placed[], form: ForestForm): Plot.Markish[] {
  const shared = { frameAnchor: "top-left", lineAnchor: "top", textAnchor: "start" } as const;
  const label = Plot.text(rows, {
    ...shared,
    y: ({ top }: Placed) => top + PADDING,
    text: "label",
    fontSize: 12.5,
    fontWeight: 600,
    lineHeight: LABEL_LINE / 12.5,
    fill: "var(--ink)",
    ariaDescription: "row label",
  });
  const detail = Plot.text(rows, {
    ...shared,
    y: "detailTop",
    text: "detail",
    fontSize: 11,
    lineHeight: DETAIL_LINE / 11,
    fill: "var(--muted)",
    ariaDescription: "row detail",
  });
  return [label, detail, ...(form === "wide" ? wideFigures(rows) : narrowFigures(rows))];
}

function wideFigures(rows: readonly Placed[]): Plot.Markish[] {
  const shared = { frameAnchor: "left", fontSize: 12, y: "middle" } as const;
  return [
    Plot.text(rows, {
      ...shared,
      text: ({ row }: Placed) => effectLines(row),
      textAnchor: "end",
      dx: EFFECT_RIGHT,
      fill: "color",
      ariaDescription: "effect",
    }),
    Plot.text(rows, {
      ...shared,
      text: ({ row }: Placed) => unitsText(row),
      textAnchor: "end",
      dx: UNITS_RIGHT,
      fill: "var(--muted)",
      ariaDescription: "units",
    }),
    Plot.text(rows, {
      ...shared,
      text: ({ row }: Placed) => statusText(row),
      textAnchor: "start",
      dx: STATUS_LEFT,
      fill: "color",
      ariaDescription: "status",
    }),
    Plot.text(
      rows.filter(({ row }) => row.unadjusted),
      {
        ...shared,
        y: "second",
        text: ({ row }: Placed) => row.unadjustedText ?? "",
        textAnchor: "end",
        dx: EFFECT_RIGHT,
        fill: "var(--muted)",
        ariaDescription: "unadjusted effect",
      },
    ),
    Plot.text(
      rows.filter(({ row }) => row.unadjusted),
      {
        ...shared,
        y: "second",
        text: ({ row }: Placed) => row.secondText ?? "without CUPED",
        textAnchor: "start",
        dx: EFFECT_RIGHT + 8,
        fill: "var(--muted)",
        fontSize: 11,
        ariaDescription: "unadjusted note",
      },
    ),
  ];
}

function narrowFigures(rows: readonly Placed[]): Plot.Markish[] {
  const shared = {
    frameAnchor: "top-left",
    textAnchor: "start",
    lineAnchor: "top",
    fontSize: 12,
  } as const;
  const figures = ({ row }: Placed) =>
    [row.effectText ?? "", row.n === null ? "" : `n ${unitsText(row)}`, statusText(row)]
      .filter((text) => text !== "")
      .join("  ·  ");
  return [
    Plot.text(rows, {
      ...shared,
      y: "figuresTop",
      text: figures,
      fill: "color",
      ariaDescription: "effect",
    }),
    Plot.text(
      rows.filter(({ row }) => row.unadjusted),
      {
        ...shared,
        y: ({ figuresTop }: Placed) => figuresTop + 16,
        text: ({ row }: Placed) =>
          `${row.unadjustedText ?? ""}  ${row.secondText ?? "without CUPED"}`,
        fill: "var(--muted)",
        ariaDescription: "unadjusted effect",
      },
    ),
  ];
}

/** A long effect stands on two lines: the estimate, then its interval. */
function effectLines(row: ForestRow): string {
  const text = row.effectText ?? "–";
  return textWidth(text) > 25 ? text.replace(" [", "\n[") : text;
}

function statusText(row: ForestRow): string {
  return `${STATUS_ICONS[row.status]} ${row.statusText}`;
}
