/** A forest plot with its legend, its caption and the table behind it. */
import {
  type EffectText,
  effectPhrase,
  formatAbsoluteEffect,
  formatCount,
  formatLevel,
  formatMetricValue,
  formatPValue,
  formatRelativeEffect,
  formatValue,
  fullPrecision,
  SHARE_UNIT,
} from "./format.js";
import { forestSvg } from "./html-forest.js";
import { html, Markup, prose } from "./markup.js";
import { intervalClaim, intervalKindWord, intervalWords, mayBeSignificant } from "./plan-words.js";
import type { Readout, ReadoutAnalysis, ReadoutEffect } from "./readout-schema.js";
import { type ForestGroup, type ForestRow, INVALID_WORDS, STATUS_ICONS } from "./rows.js";

/** A table longer than this starts closed; on paper it is always open. */
const OPEN_ROWS = 24;

export function effectsFigure(readout: Readout, group: ForestGroup, title: string): Markup {
  const caption = captionOf(readout, group, title);
  const table = effectsTable(readout, group, title);
  const open = group.rows.length <= OPEN_ROWS ? " open" : "";
  return html`${
    readout.effects_evaluable ? null : html`<p class="invalid-note">Effects ${INVALID_WORDS}.</p>`
  }<figure>${forestSvg(group, "wide", `${title}. ${caption}`)}${forestSvg(group, "narrow", `${title}. ${caption}`)}
${legend(readout, group)}<figcaption>${prose(caption)}</figcaption></figure>
<details${new Markup(open)}><summary>Table: ${title} (${rowCount(group.rows.length)})</summary>
<div class="scroll" role="region" aria-label="Table: ${title}" tabindex="0">${table}</div></details>`;
}

/** One sentence on what is drawn, then one on each thing a reader must not miss. */
export function captionOf(readout: Readout, group: ForestGroup, title: string): string {
  const { rows, axis } = group;
  const results = rows.filter((row) => row.missing === null).length;
  const held =
    results === rows.length
      ? rowCount(results)
      : `${results} of ${rowCount(rows.length)} with a result`;
  const what = `${title}: relative effect against control with its ${intervalWords(readout)}, ${held}.`;
  if (!readout.effects_evaluable)
    return `${what} The data are invalid, so none of these is a result.`;
  const planned = mayBeSignificant(readout);
  const sentences = [
    what,
    claimSentence(readout),
    naming(rows, "not met", "short of what was registered for the primary metric"),
    naming(rows, "not yet", "not decided at this look"),
    naming(rows, "not judged", "not judged outside a planned look"),
    naming(rows, "futile", "below the futility bound of this look"),
    naming(
      rows,
      "breach",
      planned
        ? "beyond the registered limit and significant"
        : "beyond the registered limit, with harm shown",
    ),
    naming(
      rows,
      "near",
      planned
        ? "beyond the limit without being significant"
        : "beyond the limit, without harm being shown",
    ),
    naming(
      rows,
      "underpowered",
      "within the limit, with too little data to have seen harm of that size",
    ),
    naming(rows, "not evaluable", "without a result that could be judged"),
  ];
  const outside = rows.filter((row) => {
    const ends = [row.relative?.estimate, row.relative?.lower, row.relative?.upper];
    return (
      axis !== null && ends.some((end) => end != null && (end < axis.lower || end > axis.upper))
    );
  });
  if (outside.length > 0) {
    sentences.push(
      `An arrow marks what reaches beyond the axis (${outside.length} of ${rows.length}).`,
    );
  }
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function claimSentence(readout: Readout): string {
  const claim = intervalClaim(readout);
  return claim === "" ? "" : `Such an interval ${claim}.`;
}

function rowCount(count: number): string {
  return count === 1 ? "1 row" : `${count} rows`;
}

function naming(rows: readonly ForestRow[], status: string, words: string): string {
  const found = rows.filter((row) => row.statusText === status);
  if (found.length === 0) return "";
  const names = found
    .slice(0, 3)
    .map((row) => (row.arm === null ? row.label : `${row.label} (${row.arm})`));
  const rest = found.length - names.length;
  const list = rest > 0 ? `${names.join(", ")} and ${rest} more` : names.join(", ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${list}.`;
}

function sample(shapes: string): Markup {
  return new Markup(
    `<svg width="28" height="14" viewBox="0 0 28 14" aria-hidden="true" fill="none" stroke="currentColor">${shapes}</svg>`,
  );
}

function legend(readout: Readout, group: ForestGroup): Markup {
  const { rows } = group;
  const adjusted = rows.some((row) => row.unadjusted !== null);
  const entries = [
    html`<li>${sample('<path d="M2 7H26" stroke-width="2"/><circle cx="14" cy="7" r="4" fill="currentColor" stroke="none"/>')}estimate and ${intervalKindWord(readout)}interval</li>`,
    adjusted
      ? html`<li>${sample('<path d="M2 7H26"/><circle cx="14" cy="7" r="3.5" fill="var(--page)" stroke-width="1.5"/>')}without CUPED</li>`
      : null,
    rows.some((row) => row.threshold !== null)
      ? html`<li>${sample('<rect x="0" y="0" width="14" height="14" fill="var(--harm-zone)" stroke="none"/><path d="M14 0V14" stroke="var(--limit)" stroke-width="2"/>')}limit, harm beyond it</li>`
      : null,
    rows.some((row) => row.mde !== null)
      ? html`<li>${sample('<path d="M14 0V14" stroke="var(--accent)" stroke-width="1.5" stroke-dasharray="3,3"/>')}smallest worthwhile effect</li>`
      : null,
    rows.some((row) => row.status === "underpowered")
      ? html`<li>${sample('<rect x="0" y="0" width="28" height="14" fill="url(#hatch)" stroke="none"/>')}underpowered</li>`
      : null,
  ];
  return html`<ul class="legend" aria-hidden="true">${entries}</ul>`;
}

function effectsTable(readout: Readout, group: ForestGroup, title: string): Markup {
  const name = group.dimension ?? "metric";
  const level = formatLevel(readout.interval_level);
  const kind = intervalKindWord(readout);
  const unit = kind === "" ? `[${level}]` : html`<small>[${kind}${level}]</small>`;
  const alwaysValid = mayBeSignificant(readout) ? null : html`<small>always-valid</small>`;
  return html`<table class="effects"><caption hidden>${title}</caption><thead><tr><th scope="col">${name}</th><th scope="col" class="num">control</th><th scope="col" class="num">treatment</th><th scope="col" class="num">absolute effect</th><th scope="col" class="num">relative effect ${unit}</th><th scope="col" class="num">p${alwaysValid}</th><th scope="col">status</th></tr></thead>
<tbody>${group.rows.map((row) => tableRows(readout, row))}</tbody></table>`;
}

function tableRows(readout: Readout, row: ForestRow): Markup {
  const { analysis, unadjusted, cuped } = row.comparison;
  const head = html`<th scope="row">${row.label}<small>${prose(about(row))}</small></th>`;
  const status = html`<td class="${row.status} nowrap">${STATUS_ICONS[row.status]} ${row.statusText}${readout.effects_evaluable ? null : html`<small>data invalid</small>`}</td>`;
  if (analysis === null) {
    return html`<tr>${head}<td colspan="5">${row.missing ?? ""}</td>${status}</tr>`;
  }
  const first = html`<tr>${head}${figures(analysis, row.threshold)}${status}</tr>`;
  if (unadjusted === null) return first;
  const note = cuped
    ? `θ ${formatValue(cuped.theta, null)}; CUPED leaves ${(cuped.variance_ratio * 100).toFixed(0)} % of the variance`
    : "";
  return html`${first}<tr class="raw"><th scope="row">without CUPED<small>${prose(note)}</small></th>${figures(unadjusted, row.threshold)}<td></td></tr>`;
}

function about(row: ForestRow): string {
  const { analysis } = row.comparison;
  const unit = analysis?.control.unit;
  const inUnits = unit && unit !== SHARE_UNIT ? `in ${unit}` : "";
  return [row.arm ?? "", row.detail, inUnits, analysis?.method ?? ""]
    .filter((part) => part !== "")
    .join(" · ");
}

function figures(analysis: ReadoutAnalysis, limit: number | null): Markup {
  const { control, treatment, absolute, relative, p_value: p } = analysis;
  const relativeText = relative && effectPhrase(formatRelativeEffect(relative, limit));
  return html`${armCell(control)}${armCell(treatment)}${effectCell(
    absolute,
    absolute && effectPhrase(absoluteText(absolute)),
  )}${effectCell(relative, relativeText)}${cell(p && formatPValue(p.value, p.is_bound).replace("p = ", "").replace("p < ", "< "), p?.value ?? null)}`;
}

/** The row's head names the unit; only percentage points stand beside the number. */
function absoluteText(effect: ReadoutEffect): EffectText {
  const text = formatAbsoluteEffect(effect);
  return effect.unit === SHARE_UNIT ? text : { ...text, unit: "" };
}

function cell(text: string | null, exact: number | null): Markup {
  if (text === null) return html`<td class="num muted">–</td>`;
  const title = exact === null ? null : html` title="${fullPrecision(exact)}"`;
  return html`<td class="num"${title}>${text}</td>`;
}

/** The arm's value with the number of units behind it. */
function armCell(arm: ReadoutAnalysis["control"]): Markup {
  const units = arm.n === null ? null : html`<small>n ${formatCount(arm.n)}</small>`;
  if (arm.value === null) return html`<td class="num">–${units}</td>`;
  return html`<td class="num" title="${fullPrecision(arm.value)}">${formatMetricValue(arm.value, arm.unit === SHARE_UNIT ? arm.unit : null)}${units}</td>`;
}

/** The estimate above its interval, every digit of both in the title. */
function effectCell(effect: ReadoutEffect | null, text: string | null): Markup {
  if (effect === null || text === null) return cell(null, null);
  const { estimate, interval } = effect;
  const ends = interval ? ` [${String(interval.lower)}, ${String(interval.upper)}]` : "";
  const [size = "", range] = text.split(" [");
  return html`<td class="num" title="${fullPrecision(estimate)}${ends}">${size}${range === undefined ? null : html` <span class="nowrap">[${range}</span>`}</td>`;
}
