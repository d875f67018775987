/** What a sizing shows, in the report's page and in the console: the table, the curves, and what is not known. */
import type { Curve, SizedRequirement, SizingReport } from "@plumbline/primitives";
import { formatCount, formatPercent } from "../format.js";
import { html, type Markup, prose } from "../markup.js";
import { curveFigure, FORMS, type Form } from "./curve-svg.js";
import { effectText, powerText, QUESTION_WORDS, requirementName, weeksText } from "./size-words.js";

export interface Sizes {
  readonly report: SizingReport;
  readonly power: readonly Curve[];
  readonly effects: readonly Curve[];
}

export const SIZING_STYLE = `
svg.curves { display: block; width: 100%; height: auto; font-family: inherit; overflow: visible; }
svg.curves text { white-space: pre; }
svg.curves.narrow { display: none; } svg.curves.narrow:only-of-type { display: block; max-width: 480px; }
@media screen and (max-width: 760px) { svg.curves.wide { display: none; } svg.curves.narrow { display: block; max-width: 480px; } }
tr.bottleneck th, tr.bottleneck td { font-weight: 650; }
.sizes { min-width: 640px; }
.swatch { display: inline-block; width: 18px; height: 0; border-top: 2.5px solid currentColor; vertical-align: middle; }
.swatch.cohort, .swatch.success { border-top-style: dashed; } .swatch.guardrail { border-top-style: dotted; }
`;

function sizeRow(size: SizedRequirement, report: SizingReport): Markup {
  const about = `${QUESTION_WORDS[size.question]} ${effectText(size.effect, size)}, power ${powerText(size.power)}`;
  const mark = size.id === report.bottleneck ? "bottleneck" : "";
  return html`<tr class="${mark}"><th scope="row">${requirementName(size)}<small>${prose(about)}${size.id === report.bottleneck ? html` · <strong>bottleneck</strong>` : null}</small></th>
<td class="num">${prose(formatPercent(size.fraction))}</td><td class="num">${formatCount(size.perArm)}</td>
<td class="num">${formatCount(size.total)}</td><td class="num">${weeksText(size.weeks, report)}</td>
<td class="num">${size.planned === null ? "–" : prose(powerText(size.planned.power))}</td>
<td class="num">${size.planned === null ? "–" : prose(effectText(size.planned.effect, size))}</td></tr>`;
}

function table(report: SizingReport): Markup {
  const head = [
    "share",
    "n per arm",
    "total",
    "runtime",
    "power as planned",
    "smallest effect as planned",
  ];
  return html`<section aria-labelledby="sizes"><h2 id="sizes">Sizes</h2>
<p class="lead">Units each question of the gate needs. A cohort is a share of the experiment, so its size is divided by that share.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table: sizes"><table class="sizes"><thead><tr><th scope="col">question</th>${head.map(
    (title) => html`<th scope="col" class="num">${title}</th>`,
  )}</tr></thead><tbody>${report.requirements.map((size) => sizeRow(size, report))}</tbody></table></div></section>`;
}

function curves({ report, power, effects }: Sizes, forms: readonly Form[]): Markup | null {
  if (power.length === 0) return null;
  const bottleneck = report.bottleneck;
  const planned = report.planned?.total ?? null;
  const powerFigure = {
    name: "Power against the units of the whole experiment",
    curves: power,
    bottleneck,
    figures: new Map(report.requirements.map(({ id, total }) => [id, compact(total)])),
    x: {
      label: "units of the whole experiment, all arms",
      format: compact,
      mark: planned,
      markLabel: "planned",
      log: true,
    },
    y: { label: "power", lower: 0, upper: 1, mark: report.power, format: percent },
  };
  const first = curveFigure(powerFigure, forms);
  const wanted = report.requirements.find(({ role }) => role === "primary");
  const mde =
    wanted?.baseline == null || wanted.baseline === 0
      ? null
      : wanted.effect / Math.abs(wanted.baseline);
  const second =
    effects.length === 0
      ? html`<p class="lead">No traffic is declared, so there is no curve against days: add sizing.traffic.</p>`
      : curveFigure(
          {
            name: "Smallest relative effect against the days of the run",
            curves: effects,
            bottleneck,
            figures: new Map(),
            x: {
              label: "days of the run",
              format: String,
              mark: report.runtimeDays,
              markLabel: "planned",
              log: false,
            },
            y: {
              label: "smallest relative effect",
              lower: 0,
              upper: effectCeiling(effects, mde),
              mark: mde,
              format: percent,
            },
          },
          forms,
        );
  return html`<section aria-labelledby="power"><h2 id="power">Power against size</h2>
<p class="lead">The probability that each question is answered; the horizontal rule is the registered power. Beside each name stand the units with which its curve meets its power.</p>${first}</section>
<section aria-labelledby="mde"><h2 id="mde">Smallest effect against days</h2>
<p class="lead">What can be shown with the registered power after so many days of the declared traffic; the horizontal rule is the registered MDE.</p>${second}</section>`;
}

const percent = (value: number): string => formatPercent(value).replace(".0 %", " %");

function compact(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return value >= 1e3 ? `${Number((value / 1e3).toPrecision(3))}K` : String(value);
}

/** The first days would flatten everything else. */
function effectCeiling(effects: readonly Curve[], mde: number | null): number {
  const days = Math.max(...effects.flatMap(({ points }) => points.map(({ x }) => x)));
  const late = effects.flatMap(({ points }) =>
    points.filter(({ x }) => x >= days / 6).map(({ y }) => y),
  );
  return Math.max(...late, (mde ?? 0) * 1.5) * 1.05;
}

function missing(report: SizingReport): Markup | null {
  if (report.unsized.length === 0 && report.notes.length === 0) return null;
  const items = [
    ...report.unsized.map(({ id, reason, mend }) => `${id.replace(":", " ")}: ${reason}. ${mend}`),
    ...report.notes,
  ];
  return html`<section aria-labelledby="missing"><h2 id="missing">Not known</h2><ul class="findings">${items.map(
    (item) =>
      html`<li><span class="badge note" aria-hidden="true">i</span><span class="text">${prose(item)}</span></li>`,
  )}</ul></section>`;
}

/** The sections one after the other; plots in the forms given. */
export function sizingSections(sizes: Sizes, forms: readonly Form[] = FORMS): Markup {
  return html`${table(sizes.report)}${curves(sizes, forms)}${missing(sizes.report)}`;
}
