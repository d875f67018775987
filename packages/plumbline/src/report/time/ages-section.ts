/** Effects by day since first exposure as sections, in the report of their own and in the console. */
import type { EffectsByAge } from "@plumbline/primitives";
import { html, type Markup, prose } from "../markup.js";
import { agesFigure } from "./ages-svg.js";
import { type Ages, shareText } from "./ages-words.js";

export const FINDING_TITLES: Readonly<Record<EffectsByAge["finding"], string>> = {
  novelty: "Novelty",
  primacy: "Primacy",
  harm_fading: "Harm that fades",
  harm_growing: "Harm that grows",
  no_trend: "No trend",
};

/** One treatment: what its days say, the figure and the table. */
export function ageSection(arm: Ages["arms"][number], at: number): Markup {
  const id = `age-of-arm-${at}`;
  const rows = arm.days.map(
    (
      day,
    ) => html`<tr><th scope="row">${day.day + 1}</th><td class="num">${Number(day.control.toPrecision(4))}</td>
<td class="num">${prose(shareText(day.effect, arm.level))}</td>
<td class="num">${prose(`${shareText(day.lower, arm.level)} to ${shareText(day.upper, arm.level)}`)}</td></tr>`,
  );
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${arm.treatment}: ${FINDING_TITLES[arm.finding]}</h2>
<p class="lead">${prose(arm.sentence)}</p>${agesFigure(arm)}
<div class="scroll" role="region" aria-label="Table: effect by day, ${arm.treatment}" tabindex="0"><table><thead><tr><th scope="col">day</th><th scope="col" class="num">control</th>
<th scope="col" class="num">effect</th><th scope="col" class="num">interval</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
