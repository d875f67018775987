/** The page of effects by day since first exposure; one self-contained file in the style of a readout. */
import { createHash } from "node:crypto";
import type { EffectsByAge } from "@plumbline/primitives";
import { formatCount } from "../format.js";
import { STYLE } from "../html-style.js";
import { html, Markup, prose } from "../markup.js";
import { agesFigure } from "./ages-svg.js";
import { type Ages, shareText } from "./ages-terminal.js";

export interface AgesPage extends Ages {
  readonly version: string;
  readonly generatedAt: string;
}

const OWN_STYLE = `
svg.curves { display: block; width: 100%; height: auto; font-family: inherit; overflow: visible; }
svg.curves text { white-space: pre; }
svg.curves.narrow { display: none; }
@media screen and (max-width: 760px) { svg.curves.wide { display: none; } svg.curves.narrow { display: block; max-width: 480px; } }
figcaption { color: var(--muted); }
`;

const TITLES: Readonly<Record<EffectsByAge["finding"], string>> = {
  novelty: "Novelty",
  primacy: "Primacy",
  harm_fading: "Harm that fades",
  harm_growing: "Harm that grows",
  no_trend: "No trend",
};

function section(arm: Ages["arms"][number], at: number): Markup {
  const id = `arm-${at}`;
  const rows = arm.days.map(
    (
      day,
    ) => html`<tr><th scope="row">${day.day + 1}</th><td class="num">${Number(day.control.toPrecision(4))}</td>
<td class="num">${prose(shareText(day.effect, arm.level))}</td>
<td class="num">${prose(`${shareText(day.lower, arm.level)} to ${shareText(day.upper, arm.level)}`)}</td></tr>`,
  );
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${arm.treatment}: ${TITLES[arm.finding]}</h2>
<p class="lead">${prose(arm.sentence)}</p>${agesFigure(arm)}
<div class="scroll" role="region" aria-label="Table: effect by day, ${arm.treatment}" tabindex="0"><table><thead><tr><th scope="col">day</th><th scope="col" class="num">control</th>
<th scope="col" class="num">effect</th><th scope="col" class="num">interval</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function facts({ arms, exposedBefore, coverage }: AgesPage): Markup {
  const units = arms.map(
    ({ treatment, units: { control, treatment: own } }) =>
      html`<div>${treatment}: ${formatCount(own)} against ${formatCount(control)}</div>`,
  );
  return html`<dl class="facts"><dt>Units</dt><dd>${units}</dd>
<dt>Exposed before</dt><dd>${exposedBefore.slice(0, 16).replace("T", " ")} UTC, so that each has had every day</dd>
<dt>Intervals</dt><dd>${prose(`${Math.round(coverage * 100)} %`)}</dd></dl>`;
}

export function renderAgesHtml(page: AgesPage): string {
  const style = STYLE + OWN_STYLE;
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const [first] = page.arms;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>By age: ${page.experiment}</title>
<style>${new Markup(style)}</style></head>
<body><main>
<header><div class="verdict continue"><p class="id">${page.experiment}</p>
<h1>${first === undefined ? "No arm" : TITLES[first.finding]}</h1><p class="reason">${page.metric} by day since first exposure</p></div>${facts(page)}</header>
${page.arms.map(section)}
<footer>plumbline ${page.version} · generated ${page.generatedAt} · plumbline.novelty/1</footer>
</main></body></html>
`.text;
}
