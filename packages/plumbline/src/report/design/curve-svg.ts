/** Curves as SVG: one colour a role, the bottleneck heavier, each curve named at its end. */
import * as Plot from "@observablehq/plot";
import type { Curve, CurvePoint } from "@plumbline/primitives";
import { parseHTML } from "linkedom";
import { html, Markup } from "../markup.js";
import { printable } from "../text-width.js";

export interface CurveFigure {
  readonly name: string;
  readonly curves: readonly Curve[];
  readonly bottleneck: string | null;
  /** Stands behind the name of a curve, by its id. */
  readonly figures: ReadonlyMap<string, string>;
  readonly x: {
    readonly label: string;
    readonly format: (value: number) => string;
    readonly mark: number | null;
    readonly markLabel: string;
    /** Equal steps of the logarithm. */
    readonly log: boolean;
  };
  readonly y: {
    readonly label: string;
    readonly lower: number;
    readonly upper: number;
    readonly mark: number | null;
    readonly format: (value: number) => string;
  };
}

type Page = ReturnType<typeof parseHTML>["document"];

/** Wide: names beside the curves. Narrow, for a phone: the same in fewer pixels, so that letters stay legible. */
export type Form = "wide" | "narrow";
/** A saved page holds both and shows one; a page that can ask how wide it is needs only that one. */
export const FORMS: readonly Form[] = ["wide", "narrow"];

interface Layout {
  readonly form: Form;
  readonly width: number;
  readonly height: number;
  readonly right: number;
  readonly nameLength: number;
  readonly ticks: number;
}

const LAYOUTS: readonly Layout[] = [
  { form: "wide", width: 880, height: 380, right: 240, nameLength: 24, ticks: 7 },
  { form: "narrow", width: 420, height: 340, right: 136, nameLength: 18, ticks: 3 },
];
const TOP = 28;
const BOTTOM = 48;
const LEFT = 56;
const LINE = 15;

const COLOURS: Readonly<Record<Curve["role"], string>> = {
  primary: "var(--accent)",
  success: "var(--accent)",
  guardrail: "var(--near)",
  cohort: "var(--ship)",
};
const DASHES: Readonly<Record<Curve["role"], string>> = {
  primary: "none",
  success: "10,3",
  guardrail: "2,4",
  cohort: "7,4",
};

interface Label {
  readonly curve: Curve;
  /** Pixels. */
  readonly y: number;
}

const drawn = (curve: Curve, { y }: CurveFigure): CurvePoint[] =>
  curve.points.filter((point) => point.y >= y.lower && point.y <= y.upper);

/** Names at the right edge, pushed apart so that none covers another. */
function labels(figure: CurveFigure, layout: Layout): Label[] {
  const { upper, lower } = figure.y;
  const height = layout.height - TOP - BOTTOM;
  const placed = figure.curves
    .flatMap((curve) => {
      const last = drawn(curve, figure).at(-1);
      if (last === undefined) return [];
      const y = TOP + ((upper - last.y) / (upper - lower)) * height;
      return [{ curve, y }];
    })
    .sort((a, b) => a.y - b.y);
  let above = Number.NEGATIVE_INFINITY;
  const down = placed.map((label) => {
    const y = Math.max(label.y, above + LINE);
    above = y;
    return { ...label, y };
  });
  let below = layout.height - BOTTOM + LINE;
  return down
    .reverse()
    .map((label) => {
      const y = Math.min(label.y, below - LINE);
      below = y;
      return { ...label, y };
    })
    .reverse();
}

/** The role is told by colour and dash, so the name alone stands at the curve. */
function nameOf({ id }: Curve, figure: CurveFigure, { form, nameLength }: Layout): string {
  const name = printable(id.replace(/^(guardrail|cohort):/, ""));
  const short = name.length > nameLength ? `${name.slice(0, nameLength - 1)}…` : name;
  const value = figure.figures.get(id);
  const told = value === undefined ? short : `${short} ${value}`;
  if (id !== figure.bottleneck) return told;
  return form === "wide" ? `${told} ◂ bottleneck` : `${told} ◂`;
}

function lines(figure: CurveFigure): Plot.Markish[] {
  return figure.curves.map((curve) =>
    Plot.line(drawn(curve, figure), {
      x: "x",
      y: "y",
      curve: "monotone-x",
      stroke: COLOURS[curve.role],
      strokeDasharray: DASHES[curve.role],
      strokeWidth: curve.id === figure.bottleneck ? 3 : 1.75,
      ariaLabel: () => printable(curve.id),
    }),
  );
}

function rules(figure: CurveFigure, right: number): Plot.Markish[] {
  const { x, y } = figure;
  const horizontal =
    y.mark === null || y.mark > y.upper
      ? []
      : [
          Plot.ruleY([y.mark], {
            stroke: "var(--limit)",
            strokeDasharray: "4,4",
          }),
        ];
  if (x.mark === null || x.mark > right) return horizontal;
  return [
    ...horizontal,
    Plot.ruleX([x.mark], { stroke: "var(--ink)", strokeOpacity: 0.6 }),
    Plot.text([x.mark], {
      x: (value: number) => value,
      y: () => y.upper,
      dy: -10,
      text: () => x.markLabel,
      fill: "var(--muted)",
      fontSize: 11,
    }),
  ];
}

/** A figure with its legend; the curves are also read out by name. */
export function curveFigure(figure: CurveFigure, forms: readonly Form[] = FORMS): Markup {
  const svgs = LAYOUTS.filter(({ form }) => forms.includes(form)).map(
    (layout) => new Markup(curveSvg(figure, layout)),
  );
  return html`<figure>${svgs}<figcaption><ul class="legend">${legend(figure.curves)}</ul></figcaption></figure>`;
}

function curveSvg(figure: CurveFigure, layout: Layout): string {
  const { x, y, curves } = figure;
  const xs = curves.flatMap(({ points }) => points.map((point) => point.x));
  const domain = [x.log ? Math.min(...xs) : 0, Math.max(...xs)] as const;
  const { document } = parseHTML("<html><body></body></html>");
  const plain = { color: "var(--muted)", fontSize: 11, labelAnchor: "center", labelArrow: "none" };
  const svg = Plot.plot({
    document,
    width: layout.width,
    height: layout.height,
    marginTop: TOP,
    marginRight: layout.right,
    marginBottom: BOTTOM,
    marginLeft: LEFT,
    x: { domain, type: x.log ? "log" : "linear" },
    y: { domain: [y.lower, y.upper] },
    ariaLabel: printable(figure.name),
    marks: [
      Plot.gridY({ stroke: "var(--rule)", strokeOpacity: 1, ticks: 6 }),
      Plot.axisX({
        ...(plain as object),
        label: x.label,
        tickFormat: x.format,
        ...(x.log ? { ticks: decades(domain) } : { ticks: layout.ticks }),
      }),
      Plot.axisY({ ...(plain as object), label: y.label, tickFormat: y.format, ticks: 6 }),
      ...rules(figure, domain[1]),
      ...lines(figure),
    ],
  });
  for (const label of labels(figure, layout)) {
    svg.append(labelText(document, label, figure, layout));
  }
  svg.setAttribute("role", "img");
  svg.setAttribute("class", `curves ${layout.form}`);
  // The page carries these rules itself: its content policy allows no style but its own.
  for (const style of svg.querySelectorAll("style")) style.remove();
  return svg.outerHTML;
}

/** 1, 3, 10, 30, ... within the domain. */
function decades([lower, upper]: readonly [number, number]): number[] {
  const first = Math.floor(Math.log10(lower));
  const last = Math.ceil(Math.log10(upper));
  const powers = Array.from({ length: last - first + 1 }, (_, k) => 10 ** (first + k));
  const fine = upper / lower < 300 ? [1, 2, 5] : [1, 3];
  return powers
    .flatMap((power) => fine.map((step) => step * power))
    .filter((tick) => tick >= lower && tick <= upper);
}

/** Plot has one y scale, and names stand in pixels beside it. */
function labelText(document: Page, { curve, y }: Label, figure: CurveFigure, layout: Layout) {
  const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
  const attributes = {
    x: String(layout.width - layout.right + 8),
    y: y.toFixed(1),
    dy: "0.32em",
    fill: COLOURS[curve.role],
    "font-size": layout.form === "wide" ? "12" : "10",
    "font-weight": curve.id === figure.bottleneck ? "700" : "400",
    "text-anchor": "start",
  };
  for (const [name, value] of Object.entries(attributes)) text.setAttribute(name, value);
  text.textContent = nameOf(curve, figure, layout);
  return text;
}

const LEGEND_WORDS: Readonly<Record<Curve["role"], string>> = {
  primary: "primary metric",
  success: "success metric",
  guardrail: "guardrail",
  cohort: "cohort",
};

function legend(curves: readonly Curve[]): Markup[] {
  const roles = [...new Set(curves.map(({ role }) => role))];
  const tones = {
    primary: "tone-continue",
    success: "tone-continue",
    guardrail: "near",
    cohort: "tone-ship",
  } as const;
  return roles.map(
    (role) =>
      html`<li><span class="${tones[role]}"><span class="swatch ${role}"></span></span>${LEGEND_WORDS[role]}</li>`,
  );
}
