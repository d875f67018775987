/** The page of a choice; one self-contained file in the style of a readout. */
import { createHash } from "node:crypto";
import { formatAmount } from "@plumbline/primitives/format";
import { STYLE } from "../html-style.js";
import { html, Markup, prose } from "../markup.js";
import type { ChoiceDocument } from "./document.js";
import { PORTFOLIO_STYLE, portfolioSections } from "./sections.js";
import { choiceSentence } from "./words.js";

interface PortfolioPage {
  readonly document: ChoiceDocument;
  readonly version: string;
  readonly generatedAt: string;
}

export function renderPortfolioHtml({ document, version, generatedAt }: PortfolioPage): string {
  const style = STYLE + PORTFOLIO_STYLE;
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const { best, capacity, quarter } = document;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Portfolio: ${document.title}</title>
<style>${new Markup(style)}</style></head>
<body><main>
<header><div class="verdict continue"><p class="id">${document.portfolio_id}</p>
<h1>${best.chosen.length} of ${document.candidates.length}</h1><p class="reason">${prose(choiceSentence(document))}</p></div><dl class="facts"><dt>Quarter</dt><dd>${quarter.name}, ${quarter.weeks} weeks</dd>
<dt>Engineer-weeks</dt><dd>${formatAmount(best.effort)} of ${formatAmount(capacity.free)}</dd></dl></header>
${portfolioSections(document)}
<footer>plumbline ${version} · generated ${generatedAt} · plumbline.portfolio_choice/1</footer>
</main></body></html>
`.text;
}
