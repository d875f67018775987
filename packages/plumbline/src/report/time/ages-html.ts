/** The page of effects by day since first exposure; one self-contained file in the style of a readout. */
import { createHash } from "node:crypto";
import { formatCount } from "../format.js";
import { STYLE } from "../html-style.js";
import { html, Markup, prose } from "../markup.js";
import { ageSection, FINDING_TITLES } from "./ages-section.js";
import type { Ages } from "./ages-words.js";

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
<h1>${first === undefined ? "No arm" : FINDING_TITLES[first.finding]}</h1><p class="reason">${page.metric} by day since first exposure</p></div>${facts(page)}</header>
${page.arms.map(ageSection)}
<footer>plumbline ${page.version} · generated ${page.generatedAt} · plumbline.novelty/1</footer>
</main></body></html>
`.text;
}
