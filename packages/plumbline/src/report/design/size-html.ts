/** The page of a sizing: what decides, the table, and the curves; one self-contained file in the style of a readout. */
import { createHash } from "node:crypto";
import type { SizingReport } from "@plumbline/primitives";
import { formatCount } from "../format.js";
import { STYLE } from "../html-style.js";
import { html, Markup, prose } from "../markup.js";
import { SIZING_STYLE, type Sizes, sizingSections } from "./size-sections.js";
import { bottleneckSentence, plannedSentence, planSentence } from "./size-words.js";

export interface SizingPage extends Sizes {
  readonly version: string;
  readonly generatedAt: string;
}

function facts(report: SizingReport): Markup {
  const others = report.alternatives.map(
    ({ label, size }) =>
      html`<div>${label}: ${formatCount(size.perArm)} per arm <span class="muted">(${formatCount(size.total)} in all)</span></div>`,
  );
  return html`<dl class="facts"><dt>Unit</dt><dd>${report.randomizationUnit}</dd>
<dt>Registered</dt><dd>${prose(plannedSentence(report).replace(/^Planned: /, ""))}</dd>
<dt>Looks</dt><dd>${prose(planSentence(report).replace(/^Plan: /, ""))}</dd>${
    others.length === 0 ? null : html`<dt>Primary metric</dt><dd>${others}</dd>`
  }</dl>`;
}

export function renderSizingHtml(page: SizingPage): string {
  const { report } = page;
  const style = STYLE + SIZING_STYLE;
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const total = report.total === null ? "No size" : `${formatCount(report.total)} units`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Size: ${report.experimentId}</title>
<style>${new Markup(style)}</style></head>
<body><main>
<header><div class="verdict continue"><p class="id">${report.experimentId}</p>
<h1>${total}</h1><p class="reason">${prose(bottleneckSentence(report))}</p></div>${facts(report)}</header>
${sizingSections(page)}
<footer>plumbline ${page.version} · generated ${page.generatedAt} · plumbline.design_size/1</footer>
</main></body></html>
`.text;
}
