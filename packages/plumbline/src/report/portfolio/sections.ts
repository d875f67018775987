/** The sections of a choice, in the page of their own and in the console. */
import { formatAmount, formatWholePercent } from "@plumbline/primitives/format";
import { html, type Markup, prose } from "../markup.js";
import type { ChoiceDocument } from "./document.js";
import { explanationOf } from "./explanation.js";
import { matrixFigure, rankingFigure } from "./svg.js";
import {
  DECISION_MARKS,
  NONE,
  paperSentence,
  QUADRANT_WORDS,
  recordSentence,
  shadowSentence,
  sharedSentences,
  turning,
  turnText,
  winsSentence,
} from "./words.js";

export const PORTFOLIO_STYLE = `
svg.portfolio { display: block; width: 100%; height: auto; font-family: inherit; overflow: visible; }
svg.portfolio text { white-space: pre; }
svg.portfolio.narrow { display: none; }
@media screen and (max-width: 760px) { svg.portfolio.wide { display: none; } svg.portfolio.narrow { display: block; max-width: 480px; } }
dl.steps dt { font-weight: 600; }
dl.steps dd { margin: 0 0 8px; }
@media screen and (max-width: 760px) {
  table.decisions thead { display: none; }
  table.decisions tr { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
  table.decisions tr > :not(.reasons) { border-bottom: 0; }
  table.decisions td.reasons { grid-column: 1 / -1; }
}
figcaption { color: var(--muted); }
`;

const section = (id: string, title: string, body: Markup) =>
  html`<section aria-labelledby="portfolio-${id}"><h2 id="portfolio-${id}">${title}</h2>${body}</section>`;

/** A head that begins with # stands over numbers. */
const table = (name: string, heads: readonly string[], rows: readonly Markup[]) =>
  html`<div class="scroll" role="region" aria-label="Table: ${name}" tabindex="0"><table><thead><tr>${heads.map((head) => (head.startsWith("#") ? html`<th scope="col" class="num">${head.slice(1)}</th>` : html`<th scope="col">${head}</th>`))}</tr></thead><tbody>${rows}</tbody></table></div>`;

/** On a phone a row is a card; the roles keep it a table to those who do not see it. */
function decisions({ candidates }: ChoiceDocument): Markup {
  const rows = candidates.map(
    (each) =>
      html`<tr role="row"><th scope="row" role="rowheader">${each.rice_rank}. ${each.title}</th><td role="cell">${DECISION_MARKS[each.decision]}${
        each.override === null
          ? null
          : html`<br><span class="muted">by hand; the formula: ${DECISION_MARKS[each.formula]}</span>`
      }</td><td role="cell" class="reasons">${prose(each.reason)}</td></tr>`,
  );
  const heads = ["candidate", "decision", "reason"].map(
    (head) => html`<th scope="col" role="columnheader">${head}</th>`,
  );
  return html`<div class="scroll" role="region" aria-label="Table: decisions and reasons" tabindex="0"><table role="table" class="decisions"><thead role="rowgroup"><tr role="row">${heads}</tr></thead><tbody role="rowgroup">${rows}</tbody></table></div>`;
}

function ranking(document: ChoiceDocument): Markup {
  const rows = document.candidates.map(
    (
      each,
    ) => html`<tr><th scope="row">${each.rice_rank}. ${each.title}</th><td class="num">${Math.round(each.rice)}</td>
<td class="num">${Math.round(each.rice_low)} to ${Math.round(each.rice_high)}</td><td class="num">${prose(formatWholePercent(each.detectability.probability))}</td>
<td class="num">${prose(formatWholePercent(each.chance.claim))}</td><td class="num">${prose(formatWholePercent(each.chance.believed))}</td><td class="num">${formatAmount(each.engineer_weeks)}</td>
<td class="num">${Math.round(each.calibrated_rice)}</td><td class="num">${formatAmount(each.ev)}</td><td class="num">${formatAmount(each.evoi)}</td></tr>`,
  );
  const heads = [
    "candidate",
    "#RICE",
    "#80 % range",
    "#power",
    "#claim",
    "#believed",
    "#engineer-weeks",
    "#calibrated",
    "#EV",
    "#EVOI",
  ];
  return html`<p>${prose(recordSentence(document))} ${prose(paperSentence(document))}</p>${rankingFigure(document)}${table("ranking", heads, rows)}`;
}

function matrix(document: ChoiceDocument): Markup {
  const rows = document.candidates.map(
    (each) =>
      html`<tr><th scope="row">${each.rice_rank}. ${each.title}</th><td>${QUADRANT_WORDS[each.quadrant]}</td><td class="num">${formatAmount(each.upside)}</td><td class="num">${each.evidence_quality}</td></tr>`,
  );
  return html`${matrixFigure(document)}<details><summary>Figures of the matrix</summary>${table("quadrants", ["candidate", "quadrant", "#upside", "#evidence"], rows)}</details>`;
}

function sensitivity(document: ChoiceDocument): Markup {
  const runners = [
    { ...document.best, name: "chosen" },
    ...document.runners_up.map((each, at) => ({ ...each, name: `next best ${at + 1}` })),
  ];
  const sets = runners.map(
    ({ name, chosen, value, effort }) =>
      html`<tr><th scope="row">${name}</th><td>${chosen.join(", ") || NONE}</td><td class="num">${formatAmount(value)}</td><td class="num">${formatAmount(effort)}</td></tr>`,
  );
  const turns = turning(document).map(
    (each) => html`<tr><th scope="row">${each.title}</th><td>${turnText(each)}</td></tr>`,
  );
  const shared = sharedSentences(document).map((each) => html`<li>${prose(each)}</li>`);
  return html`<p>${prose(shadowSentence(document))} ${prose(winsSentence(document))}</p>
${table("next best sets", ["set", "candidates", `#value (${document.value_unit})`, "#engineer-weeks"], sets)}
<h3>Impact at which the choice turns</h3>${table("break-even", ["candidate", "falls out or comes in"], turns)}
${shared.length === 0 ? null : html`<h3>Shared traffic</h3><ul>${shared}</ul>`}`;
}

/** The steps of plumb portfolio explain, folded away. */
function numbers(document: ChoiceDocument): Markup {
  const each = document.candidates.map(({ id, title, rice_rank }) => {
    const steps = explanationOf(document, id).steps.map(
      ({ name, sentence }) => html`<dt>${name}</dt><dd>${prose(sentence)}</dd>`,
    );
    return html`<details><summary>${rice_rank}. ${title}</summary><dl class="steps">${steps}</dl></details>`;
  });
  return html`${each}`;
}

function findings({ findings: found }: ChoiceDocument): Markup | null {
  if (found.length === 0) return null;
  const lines = found.map(
    ({ line, message, mend }) => html`<li>△ Line ${line}: ${prose(message)} ${prose(mend)}</li>`,
  );
  return section("findings", "Findings", html`<ul>${lines}</ul>`);
}

export function portfolioSections(document: ChoiceDocument): Markup {
  return html`${findings(document)}${section("decisions", "Decisions", decisions(document))}
${section("matrix", "Upside and risk", matrix(document))}
${section("ranking", "Ranking", ranking(document))}
${section("sensitivity", "What would change it", sensitivity(document))}
${section("numbers", "The numbers of each", numbers(document))}`;
}
