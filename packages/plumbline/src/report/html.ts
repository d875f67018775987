import { createHash } from "node:crypto";
import { DEFINITIONS, readoutBody } from "./html-body.js";
import { STYLE } from "./html-style.js";
import { html, Markup } from "./markup.js";
import type { Readout } from "./readout-schema.js";
import { VERDICT_WORDS } from "./words.js";

/**
 * The readout as one HTML file: no script, no font, no request. Its content policy allows nothing but
 * its own stylesheet, so text from a registration cannot become anything else.
 */
export function renderHtml(readout: Readout): string {
  const word = VERDICT_WORDS[readout.verdict];
  const hash = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${word}: ${readout.experiment_id}</title>
<style>${new Markup(STYLE)}</style></head>
<body>${new Markup(DEFINITIONS)}<main>
${readoutBody(readout)}
</main></body></html>
`;
  return page.text;
}
