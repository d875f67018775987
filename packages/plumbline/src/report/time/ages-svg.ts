/** Effects by day since first exposure as a figure: a point and its interval a day, the average, and where it would go. */
import * as Plot from "@observablehq/plot";
import type { EffectsByAge } from "@plumbline/primitives";
import { parseHTML } from "linkedom";
import { html, Markup } from "../markup.js";
import { printable } from "../text-width.js";
import { shareText } from "./ages-words.js";

interface Layout {
  readonly form: "wide" | "narrow";
  readonly width: number;
  readonly height: number;
  readonly ticks: number;
}

const LAYOUTS: readonly Layout[] = [
  { form: "wide", width: 880, height: 360, ticks: 14 },
  { form: "narrow", width: 420, height: 320, ticks: 5 },
];

interface Point {
  readonly x: number;
  readonly y: number;
  readonly lower: number;
  readonly upper: number;
}

interface Shown {
  readonly points: readonly Point[];
  readonly average: number;
  /** After the last day seen; null: no projection. */
  readonly ahead: Point | null;
  readonly format: (value: number) => string;
}

/** Per cent of control's level where there is one, else the metric's unit: so the axis has round numbers of what it shows. */
function shown({ days, trend, level }: EffectsByAge): Shown {
  const { average, projection } = trend;
  const unit = level > 0 ? level / 100 : 1;
  return {
    // The first day is day 1 to a reader.
    points: days.map((day) => ({
      x: day.day + 1,
      y: day.effect / unit,
      lower: day.lower / unit,
      upper: day.upper / unit,
    })),
    average: average.estimate / unit,
    ahead: projection && {
      x: projection.horizon,
      y: projection.estimate / unit,
      lower: projection.lower / unit,
      upper: projection.upper / unit,
    },
    format: (value) => shareText(value * unit, level),
  };
}

function marks({ points, average, ahead }: Shown): Plot.Markish[] {
  const last = points.at(-1)?.x ?? 1;
  const whiskers = (data: readonly Point[], colour: string) =>
    Plot.ruleX(data, { x: "x", y1: "lower", y2: "upper", stroke: colour, strokeWidth: 1.5 });
  const dots = (data: readonly Point[], colour: string) =>
    Plot.dot(data, { x: "x", y: "y", fill: colour, r: 4, stroke: "none" });
  const seen = [
    Plot.ruleY([0], { stroke: "var(--ink)", strokeOpacity: 0.7 }),
    Plot.line(
      [
        { x: 1, y: average },
        { x: last, y: average },
      ],
      {
        x: "x",
        y: "y",
        stroke: "var(--limit)",
        strokeDasharray: "4,4",
      },
    ),
    whiskers(points, "var(--accent)"),
    dots(points, "var(--accent)"),
  ];
  return ahead === null
    ? seen
    : [...seen, whiskers([ahead], "var(--near)"), dots([ahead], "var(--near)")];
}

function svg(arm: EffectsByAge, { form, width, height, ticks }: Layout): string {
  const { document } = parseHTML("<html><body></body></html>");
  const figure = shown(arm);
  const last = figure.ahead?.x ?? figure.points.at(-1)?.x ?? 1;
  const plain = { color: "var(--muted)", fontSize: 11, labelAnchor: "center", labelArrow: "none" };
  const drawn = Plot.plot({
    document,
    width,
    height,
    marginTop: 20,
    marginRight: 24,
    marginBottom: 48,
    marginLeft: 64,
    x: { domain: [0.5, last + 0.5] },
    ariaLabel: printable(`Effect of ${arm.metric} by day since first exposure`),
    marks: [
      Plot.gridY({ stroke: "var(--rule)", strokeOpacity: 1, ticks: 6 }),
      Plot.axisX({
        ...(plain as object),
        label: "day since first exposure",
        ticks,
        tickFormat: String,
      }),
      Plot.axisY({ ...(plain as object), label: null, tickFormat: figure.format, ticks: 6 }),
      ...marks(figure),
    ],
  });
  drawn.setAttribute("role", "img");
  drawn.setAttribute("class", `curves ${form}`);
  // The page carries these rules itself: its content policy allows no style but its own.
  for (const style of drawn.querySelectorAll("style")) style.remove();
  return drawn.outerHTML;
}

/** Both forms, of which the page shows one, with what the marks mean. */
export function agesFigure(arm: EffectsByAge): Markup {
  const svgs = LAYOUTS.map((layout) => new Markup(svg(arm, layout)));
  const ahead =
    arm.trend.projection === null
      ? null
      : html` The last point is the projection, should it go on as seen.`;
  return html`<figure>${svgs}<figcaption>Points: the effect of each day with its interval. Dashed: the average over all days.${ahead}</figcaption></figure>`;
}
