/** The matrix of upside and risk, and the ranking with its ranges. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { html, Markup } from "../markup.js";
import { printable } from "../text-width.js";
import type { ChoiceDocument, ChosenRow } from "./document.js";

interface Layout {
  readonly form: "wide" | "narrow";
  readonly width: number;
}

const LAYOUTS: readonly Layout[] = [
  { form: "wide", width: 880 },
  { form: "narrow", width: 400 },
];

/** Shape and fill say the decision, beside the number. */
const SYMBOLS: Readonly<
  Record<ChosenRow["decision"], { readonly symbol: string; readonly fill: string }>
> = {
  ship: { symbol: "circle", fill: "var(--accent)" },
  ship_as_evoi: { symbol: "diamond", fill: "var(--accent)" },
  defer: { symbol: "circle", fill: "none" },
  maintenance: { symbol: "square", fill: "none" },
  reject: { symbol: "times", fill: "none" },
};

function draw(name: string, { form }: Layout, options: Plot.PlotOptions): Markup {
  const { document } = parseHTML("<html><body></body></html>");
  const svg = Plot.plot({ ...options, document, ariaLabel: printable(name) });
  svg.setAttribute("role", "img");
  svg.setAttribute("class", `portfolio ${form}`);
  // The page carries these rules itself: its content policy allows no style but its own.
  for (const style of svg.querySelectorAll("style")) style.remove();
  return new Markup(svg.outerHTML);
}

const PLAIN = {
  color: "var(--muted)",
  fontSize: 11,
  labelAnchor: "center",
  labelArrow: "none",
} as const;

/** Numbered by RICE rank, as the key below names them. */
export function matrixFigure(document: ChoiceDocument): Markup {
  const { candidates, upside_line: line, evidence_line: evidence } = document;
  const upsides = [...candidates.map(({ upside }) => upside), line];
  const qualities = [...candidates.map((each) => each.evidence_quality), evidence];
  const domain = [Math.min(...upsides) / 2, Math.max(...upsides) * 2.5];
  const svgs = LAYOUTS.map((layout) => {
    const corner = (text: string, frameAnchor: Plot.FrameAnchor, dx: number, dy: number) =>
      Plot.text([text], { text: String, frameAnchor, dx, dy, fill: "var(--muted)", fontSize: 11 });
    return draw("Matrix of upside and risk", layout, {
      width: layout.width,
      height: layout.form === "wide" ? 420 : 380,
      marginLeft: 60,
      marginBottom: 44,
      x: {
        domain: [
          Math.min(1, Math.max(...qualities) + 0.1),
          Math.max(0, Math.min(...qualities) - 0.1),
        ],
      },
      y: { type: "log", domain },
      symbol: { type: "identity" },
      marks: [
        Plot.axisX({ ...PLAIN, label: "evidence quality (risk rises to the right)", ticks: 6 }),
        Plot.axisY({ ...PLAIN, label: null, ticks: 5, tickFormat: "~s" }),
        Plot.ruleX([evidence], { stroke: "var(--limit)", strokeDasharray: "4,4" }),
        Plot.ruleY([line], { stroke: "var(--limit)", strokeDasharray: "4,4" }),
        corner("ship: the obvious wins", "top-left", 6, 6),
        corner("swing: one or two", "top-right", -6, 6),
        corner("hygiene: at most one", "bottom-left", 6, -6),
        corner("never", "bottom-right", -6, -6),
        Plot.dot(candidates, {
          x: "evidence_quality",
          y: "upside",
          r: 6,
          symbol: ({ decision }: ChosenRow) => SYMBOLS[decision].symbol,
          fill: ({ decision }: ChosenRow) => SYMBOLS[decision].fill,
          stroke: "var(--accent)",
          strokeWidth: 1.5,
        }),
        Plot.text(candidates, {
          x: "evidence_quality",
          y: "upside",
          text: ({ rice_rank }: ChosenRow) => String(rice_rank),
          dx: 11,
          dy: -8,
          fill: "var(--ink)",
          fontSize: 12,
        }),
      ],
    });
  });
  return html`<figure>${svgs}<figcaption>Number: rank by RICE. Upside: reach times impact, on a logarithmic scale. Full circle: ship; full diamond: ship as EVOI; open circle: defer; open square: maintenance; cross: reject.</figcaption></figure>`;
}

/** What the margin holds. */
const LABEL = 34;
const shortened = (text: string) => (text.length > LABEL ? `${text.slice(0, LABEL - 1)}…` : text);

function powersOfTen(least: number, most: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(least)), Math.floor(Math.log10(most))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}

/** A bar from the lower to the upper end of the 80 % range, the score as a point. */
export function rankingFigure(document: ChoiceDocument): Markup {
  const least = Math.min(...document.candidates.map(({ rice }) => rice)) / 4;
  const rows = document.candidates.map((each) => ({
    ...each,
    low: Math.max(each.rice_low, least),
    label: shortened(`${each.rice_rank}. ${printable(each.id)}`),
  }));
  const labels = new Map(rows.map(({ id, label }) => [id, label]));
  const labelOf = (id: string) => labels.get(id) ?? "";
  const most = Math.max(...rows.map(({ rice_high }) => rice_high));
  const svgs = LAYOUTS.map((layout) => {
    const wide = layout.form === "wide";
    return draw("RICE with its 80 % ranges", layout, {
      width: layout.width,
      height: 60 + rows.length * (wide ? 26 : 38),
      marginLeft: wide ? 250 : 12,
      marginRight: 20,
      marginBottom: 40,
      x: { type: "log", domain: [least, most * 1.1] },
      y: { axis: null, domain: rows.map(({ id }) => id) },
      marks: [
        Plot.gridX(powersOfTen(least, most), { stroke: "var(--rule)", strokeOpacity: 1 }),
        Plot.axisX({ ...PLAIN, label: "RICE (logarithmic)", ticks: 5, tickFormat: "~s" }),
        ...(wide
          ? [
              Plot.axisY({
                color: "var(--ink)",
                fontSize: 12,
                label: null,
                tickSize: 0,
                tickFormat: labelOf,
              }),
            ]
          : [
              Plot.text(rows, {
                y: "id",
                text: "label",
                frameAnchor: "left",
                textAnchor: "start",
                dy: -12,
                fill: "var(--ink)",
                fontSize: 12,
              }),
            ]),
        Plot.ruleY(rows, {
          y: "id",
          x1: "low",
          x2: "rice_high",
          stroke: "var(--accent)",
          strokeWidth: 2,
        }),
        Plot.dot(rows, {
          x: "rice",
          y: "id",
          r: 5,
          fill: ({ chosen }: ChosenRow) => (chosen ? "var(--accent)" : "var(--page)"),
          stroke: "var(--accent)",
        }),
      ],
    });
  });
  return html`<figure>${svgs}<figcaption>Points: RICE on paper, full where chosen. Bars: 80 % ranges from impact and effort; a range that reaches 0 ends at the left edge.</figcaption></figure>`;
}
