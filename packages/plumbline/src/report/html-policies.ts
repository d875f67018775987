/** The policies as a section: what each makes of the same evidence, and how often the declared one turns down a good launch. */
import { html, type Markup, prose } from "./markup.js";
import type { ReadoutPolicy } from "./readout-policies-schema.js";
import type { Readout } from "./readout-schema.js";
import { VERDICT_ICONS, VERDICT_WORDS } from "./words.js";

export function policiesSection({ policies }: Readout): Markup | null {
  if (policies === null || policies.entries.length < 2) return null;
  const { entries, false_veto: falseVeto, sentence } = policies;
  return html`<section aria-labelledby="policies"><h2 id="policies">Guardrail policies</h2>
<p class="lead">${prose(sentence)}</p>
<div class="scroll" role="region" aria-label="Table: guardrail policies" tabindex="0"><table class="policies"><caption hidden>What each guardrail policy makes of the same evidence</caption><thead><tr><th scope="col">policy</th><th scope="col">verdict</th><th scope="col">stops at</th></tr></thead>
<tbody>${entries.map(row)}</tbody></table></div>${
    falseVeto === null ? null : html`<p class="false-veto">${prose(falseVeto.sentence)}</p>`
  }</section>`;
}

function row({ label, declared, verdict, stopped_at: stop, reason }: ReadoutPolicy): Markup {
  const mark = declared ? html`<small>declared</small>` : null;
  const where = stop === null ? "–" : stop;
  return html`<tr${declared ? html` class="declared"` : null} data-policy="${label}"><th scope="row">${label}${mark}</th><td class="tone-${verdict} nowrap"><span class="badge" aria-hidden="true">${VERDICT_ICONS[verdict]}</span> ${VERDICT_WORDS[verdict]}</td><td>${where}<small>${prose(reason)}</small></td></tr>`;
}
