/** The sequential plot as SVG: z against the share of the planned information, with the boundary and the looks. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { formatFixed, fullPrecision } from "./format.js";
import { Markup } from "./markup.js";
import { presentLook } from "./plan-words.js";
import type { ReadoutArmLook, ReadoutLook } from "./readout-plan-schema.js";
import type { Readout } from "./readout-schema.js";
import {
  boundaryParts,
  type Label,
  layoutOf,
  type Point,
  presentLabels,
  type SequentialForm,
  type SequentialLayout,
  shownDays,
} from "./sequential-layout.js";
import { printable } from "./text-width.js";

/** SVG markup of one arm's looks; `name` is read to those who do not see it. */
export function sequentialSvg(
  readout: Readout,
  arm: ReadoutArmLook,
  form: SequentialForm,
  name: string,
): Markup {
  const layout = layoutOf(readout, arm, form);
  const { frame } = layout;
  const { document } = parseHTML("<html><body></body></html>");
  const svg = Plot.plot({
    document,
    width: frame.width,
    height: frame.height,
    marginTop: frame.top,
    marginRight: frame.right,
    marginBottom: frame.bottom,
    marginLeft: frame.left,
    x: { type: "linear", domain: [0, layout.share] },
    y: { type: "linear", domain: [layout.lower, layout.upper] },
    color: { type: "identity" },
    ariaLabel: printable(name),
    marks: [
      ...axes(form, layout),
      ...zoneMarks(arm, layout),
      ...dayMarks(arm, layout),
      ...boundaryMarks(arm, layout),
      ...futilityMarks(arm, layout),
      ...(readout.effects_evaluable ? lookMarks(arm) : []),
      ...labelMarks(presentLabels(readout, arm, form, layout), layout),
    ],
  });
  svg.setAttribute("role", "img");
  svg.setAttribute("class", `sequential ${form}`);
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

function axes(form: SequentialForm, { frame, lower, upper }: SequentialLayout): Plot.Markish[] {
  return [
    Plot.gridY({ stroke: "var(--rule)", strokeOpacity: 1, ticks: 6 }),
    Plot.axisX({
      ...(PLAIN as object),
      label: "share of the planned information",
      ticks: form === "wide" ? 8 : 4,
      tickFormat: (share: number) => `${formatFixed(share * 100, 0)} %`,
    }),
    Plot.axisY({
      ...(PLAIN as object),
      label: null,
      ticks: 6,
      tickFormat: (z: number) => formatFixed(z, Number.isInteger(z) ? 0 : 1, true),
    }),
    ...(lower < 0 && upper > 0
      ? [Plot.ruleY([0], { stroke: "var(--ink)", strokeOpacity: 0.6, ariaDescription: "zero" })]
      : []),
    Plot.text(["z"], {
      text: (line: string) => line,
      frameAnchor: "left",
      dx: 6 - frame.left,
      fontSize: 12,
      fill: "var(--muted)",
      ariaDescription: "axis label",
    }),
  ];
}

/** Px that the name of a zone takes. */
const ZONE = 92;

/** What a crossing means, in the corners and clear of the present look's line. */
function zoneMarks(arm: ReadoutArmLook, { frame, px, sides }: SequentialLayout): Plot.Markish[] {
  const end = frame.width - frame.right;
  const now = px(presentLook(arm)?.fraction ?? 0);
  const dx = now > end - ZONE ? now - end - 6 : -4;
  return sides.map((side) =>
    Plot.text([side === 1 ? "stop for benefit" : "stop for harm"], {
      text: (line: string) => line,
      frameAnchor: side === 1 ? "top-right" : "bottom-right",
      textAnchor: "end",
      fontSize: 11,
      fill: "var(--muted)",
      dx,
      dy: side * 6,
      ariaDescription: "zone",
    }),
  );
}

/** A line at each look, with its day above the frame. */
function dayMarks({ looks }: ReadoutArmLook, layout: SequentialLayout): Plot.Markish[] {
  const { frame } = layout;
  const now = looks.filter(({ state }) => state === "now");
  const row = { frameAnchor: "top", y: null, fontSize: 11, textAnchor: "middle" } as const;
  const days = shownDays(looks, layout);
  const day = (shown: readonly ReadoutLook[], fill: string, fontWeight: number) =>
    Plot.text(shown, {
      ...row,
      x: "fraction",
      text: (look: ReadoutLook) => String(look.day),
      dy: -12,
      fill,
      fontWeight,
      ariaDescription: "day",
    });
  return [
    Plot.ruleX(looks, { x: "fraction", stroke: "var(--rule)", ariaDescription: "look" }),
    Plot.ruleX(now, {
      x: "fraction",
      stroke: "var(--accent)",
      strokeWidth: 1.5,
      ariaDescription: "this look",
    }),
    day(
      days.filter(({ state }) => state !== "now"),
      "var(--muted)",
      400,
    ),
    day(
      days.filter(({ state }) => state === "now"),
      "var(--accent)",
      700,
    ),
    Plot.text(now, {
      ...row,
      x: "fraction",
      text: () => "now",
      dy: -28,
      fill: "var(--accent)",
      fontWeight: 700,
      ariaDescription: "now",
    }),
    Plot.text(["day"], {
      text: (line: string) => line,
      frameAnchor: "top-left",
      dx: -frame.left + 4,
      dy: -12,
      lineAnchor: "middle",
      textAnchor: "start",
      fontSize: 11,
      fill: "var(--muted)",
      ariaDescription: "day heading",
    }),
  ];
}

function boundaryMarks({ looks }: ReadoutArmLook, layout: SequentialLayout): Plot.Markish[] {
  const { sides, upper, share } = layout;
  const { past, future } = boundaryParts(looks, upper);
  const inside = looks.filter((look) => look.critical_value <= upper);
  const beyond = looks.filter((look) => look.critical_value > upper);
  return sides.flatMap((side) => {
    const y = (point: Point) => side * point.y;
    const stroke = "var(--ink)";
    return [
      Plot.line(past, { x: "x", y, stroke, strokeWidth: 1.75, ariaDescription: "boundary" }),
      Plot.line(future, {
        x: "x",
        y,
        stroke,
        strokeWidth: 1.5,
        strokeDasharray: "5,4",
        ariaDescription: "boundary to come",
      }),
      Plot.ruleY(inside, {
        y: (look: ReadoutLook) => side * look.critical_value,
        x1: ({ fraction }: ReadoutLook) => fraction - share * 0.009,
        x2: ({ fraction }: ReadoutLook) => fraction + share * 0.009,
        stroke,
        strokeWidth: 2,
        ariaDescription: "boundary at a look",
      }),
      Plot.dot(beyond, {
        x: "fraction",
        y: () => side * upper,
        dy: side * 6,
        r: 4,
        symbol: "triangle",
        rotate: side === 1 ? 0 : 180,
        fill: stroke,
        title: ({ day, critical_value: c }: ReadoutLook) =>
          `day ${day}: boundary ${fullPrecision(c)}`,
        ariaDescription: "boundary beyond the axis",
      }),
    ];
  });
}

function futilityMarks(arm: ReadoutArmLook, { share }: SequentialLayout): Plot.Markish[] {
  const { futility_bound: bound } = arm;
  const now = arm.looks.filter(({ state }) => state === "now");
  if (bound === null) return [];
  return [
    Plot.ruleY(now, {
      y: () => bound,
      x1: ({ fraction }: ReadoutLook) => fraction - share * 0.02,
      x2: ({ fraction }: ReadoutLook) => fraction + share * 0.009,
      stroke: "var(--near)",
      strokeWidth: 2.5,
      ariaDescription: "futility bound",
    }),
  ];
}

function lookMarks({ looks }: ReadoutArmLook): Plot.Markish[] {
  const seen = looks.filter(({ z }) => z !== null);
  const taken = seen.filter(({ state }) => state === "taken");
  const now = seen.filter(({ state }) => state === "now");
  // Nothing is known of z at an assumed look: its mark stands on zero, broken and apart from the course of z.
  const assumed = looks.filter(({ state }) => state === "assumed");
  const title = ({ day, z }: ReadoutLook) =>
    `day ${day}: z ${z === null ? "not recorded" : fullPrecision(z)}`;
  return [
    Plot.line(seen, {
      x: "fraction",
      y: "z",
      stroke: "var(--muted)",
      ariaDescription: "course of z",
    }),
    Plot.dot(assumed, {
      x: "fraction",
      y: () => 0,
      r: 4.5,
      fill: "var(--page)",
      stroke: "var(--muted)",
      strokeWidth: 1.5,
      strokeDasharray: "2,2",
      title,
      ariaDescription: "look assumed",
    }),
    Plot.dot(taken, {
      x: "fraction",
      y: "z",
      r: 4.5,
      fill: "var(--ink)",
      title,
      ariaDescription: "look taken",
    }),
    Plot.dot(now, {
      x: "fraction",
      y: "z",
      r: 6.5,
      fill: "var(--accent)",
      stroke: "var(--page)",
      strokeWidth: 2,
      title,
      ariaDescription: "this look's z",
    }),
  ];
}

const LABEL_FILLS: Readonly<Record<Label["kind"], string>> = {
  z: "var(--accent)",
  boundary: "var(--ink)",
  futility: "var(--near)",
};

function labelMarks(labels: readonly Label[], { frame }: SequentialLayout): Plot.Markish[] {
  return labels.map((label) =>
    Plot.text([label.text], {
      text: (line: string) => line,
      frameAnchor: "top-left",
      lineAnchor: "middle",
      textAnchor: label.anchor,
      dx: label.x - frame.left,
      dy: label.y - frame.top,
      fontSize: 12,
      fontWeight: label.kind === "z" ? 700 : 400,
      fill: LABEL_FILLS[label.kind],
      stroke: "var(--page)",
      strokeWidth: 4,
      ariaDescription: "label",
    }),
  );
}
