/** A planned boundary as SVG: the critical z of each look against the day, both sides. */
import * as Plot from "@observablehq/plot";
import type { PlanFacts } from "@plumbline/primitives/design";
import { parseHTML } from "linkedom";
import { html, Markup } from "../markup.js";
import { FORMS, type Form } from "./curve-svg.js";

/** Early boundaries are often far out; the axis need not reach them. */
const FAR_Z = 6;

interface Dot {
  readonly day: number;
  readonly z: number;
}

/** A figure with the looks marked; in words under it for those who do not see it. */
export function boundaryFigure(
  plan: Pick<PlanFacts, "criticalValues">,
  days: readonly number[],
  forms: readonly Form[] = FORMS,
): Markup {
  const dots = days.map((day, at) => ({ day, z: plan.criticalValues[at] ?? Number.NaN }));
  const words = dots.map(({ day, z }) => `day ${day}: ±${z.toFixed(3)}`).join(", ");
  const sizes = { wide: { width: 880, height: 320 }, narrow: { width: 420, height: 300 } };
  const svgs = forms.map((form) => new Markup(boundarySvg(dots, form, sizes[form])));
  return html`<figure>${svgs}<figcaption>Beyond the boundary the look stops the run: ${words}.</figcaption></figure>`;
}

function boundarySvg(
  dots: readonly Dot[],
  form: Form,
  size: { readonly width: number; readonly height: number },
): string {
  const last = dots.at(-1)?.day ?? 1;
  const reach = Math.min(FAR_Z, Math.max(...dots.map(({ z }) => z)) * 1.15);
  const shown = dots.filter(({ z }) => z <= reach);
  const { document } = parseHTML("<html><body></body></html>");
  const plain = { color: "var(--muted)", fontSize: 11, labelAnchor: "center", labelArrow: "none" };
  const side = (sign: 1 | -1): Plot.Markish[] => [
    Plot.line(shown, {
      x: "day",
      y: (dot: Dot) => sign * dot.z,
      stroke: "var(--limit)",
      strokeWidth: 2,
    }),
    Plot.dot(shown, { x: "day", y: (dot: Dot) => sign * dot.z, fill: "var(--limit)", r: 4 }),
    Plot.text(shown, {
      x: "day",
      y: (dot: Dot) => sign * dot.z,
      dy: -12 * sign,
      text: (dot: Dot) => `${sign < 0 ? "−" : "+"}${dot.z.toFixed(2)}`,
      fill: "var(--ink)",
      fontSize: 11,
    }),
  ];
  const svg = Plot.plot({
    document,
    ...size,
    marginTop: 28,
    marginRight: 32,
    marginBottom: 48,
    marginLeft: 56,
    x: { domain: [0, last] },
    y: { domain: [-reach - 0.4, reach + 0.4] },
    ariaLabel: "Critical z of each planned look against the day of the run",
    marks: [
      Plot.gridY({ stroke: "var(--rule)", strokeOpacity: 1, ticks: 6 }),
      Plot.axisX({
        ...(plain as object),
        label: "day of the run",
        ticks: dots.map(({ day }) => day),
      }),
      Plot.axisY({ ...(plain as object), label: "z", ticks: 6 }),
      Plot.ruleY([0], { stroke: "var(--muted)" }),
      ...side(1),
      ...side(-1),
    ],
  });
  svg.setAttribute("role", "img");
  svg.setAttribute("class", `curves ${form}`);
  // The page carries these rules itself: its content policy allows no style but its own.
  for (const style of svg.querySelectorAll("style")) style.remove();
  return svg.outerHTML;
}
