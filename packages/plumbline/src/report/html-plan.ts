/** The plan as a section: what this moment is, the decision, the sequential plot and the table behind it. */
import { formatList } from "@plumbline/primitives/format";
import { fullPrecision } from "./format.js";
import { sequentialSvg } from "./html-sequential.js";
import { html, Markup, prose } from "./markup.js";
import {
  apartDecimals,
  boundaryText,
  DECISION_ICONS,
  DECISION_WORDS,
  fractionText,
  informationText,
  NOT_A_LOOK,
  nextLookText,
  nominalText,
  powerText,
  presentLook,
  STATE_WORDS,
  stageWiseText,
  standingText,
  twoSided,
  zText,
} from "./plan-words.js";
import type { ReadoutArmLook, ReadoutLook } from "./readout-plan-schema.js";
import type { Readout } from "./readout-schema.js";
import { INVALID_WORDS, severalTreatments } from "./rows.js";
import { layoutOf } from "./sequential-layout.js";

/** What the moment of reading is, for the head of the page. */
export function momentLine({ plan }: Readout): Markup | null {
  if (plan === null) return null;
  return plan.moment === "not_a_look"
    ? html`<p class="moment"><strong>${NOT_A_LOOK}</strong></p>`
    : html`<p class="moment">${prose(plan.sentence)}</p>`;
}

export function planSection(readout: Readout): Markup | null {
  const { plan } = readout;
  if (plan === null) return null;
  const next = nextLookText(plan);
  return html`<section aria-labelledby="plan"><h2 id="plan">Plan</h2>
<p class="lead">${plan.label}.</p>
${plan.moment === "not_a_look" ? html`<p class="stamp">${NOT_A_LOOK}</p>` : null}
<p>${prose(plan.sentence)}${next === "" ? null : html` ${next}.`}</p>
${plan.arms.map((arm) => armPlan(readout, arm))}</section>`;
}

const TONES: Readonly<Record<ReadoutArmLook["decision"], string>> = {
  stop_for_benefit: "clear",
  stop_for_harm: "breach",
  stop_for_futility: "underpowered",
  continue: "tone-continue",
  not_shown: "underpowered",
  not_judged: "not_evaluable",
};

function armPlan(readout: Readout, arm: ReadoutArmLook): Markup {
  const head = severalTreatments(readout) ? html`<h3>${arm.treatment}</h3>` : null;
  if (!readout.effects_evaluable) return html`${head}<p class="muted">Looks ${INVALID_WORDS}.</p>`;
  const { decision, stage_wise: stageWise } = arm;
  const facts = [
    informationText(arm),
    stageWise === null ? "" : stageWiseText(stageWise),
    powerText(arm),
  ].filter((text) => text !== "");
  return html`${head}<p class="decision ${TONES[decision]}" data-decision="${decision}"><span class="badge" aria-hidden="true">${DECISION_ICONS[decision]}</span><span><span class="word">${DECISION_WORDS[decision]}</span> <span class="text">${prose(standingText(readout, arm))}</span>${facts.map(
    (fact) => html`<span class="figures">${prose(fact)}</span>`,
  )}</span></p>
${figure(readout, arm)}${looksTable(readout, arm)}`;
}

function figure(readout: Readout, arm: ReadoutArmLook): Markup | null {
  if (arm.looks.length < 2) return null;
  const caption = sequentialCaption(readout, arm);
  const svgs = (["wide", "narrow"] as const).map((form) =>
    sequentialSvg(readout, arm, form, `Sequential plot. ${caption}`),
  );
  return html`<figure>${svgs}
${legend(arm)}<figcaption>${prose(caption)}</figcaption></figure>`;
}

/** The plot in sentences made from its numbers. */
export function sequentialCaption(readout: Readout, arm: ReadoutArmLook): string {
  const metric = readout.metrics[0]?.name ?? "the primary metric";
  const now = presentLook(arm);
  const days = (state: ReadoutLook["state"]) =>
    arm.looks.filter((look) => look.state === state).map((look) => String(look.day ?? "unknown"));
  const [coming, assumed] = [days("to_come"), days("assumed")];
  const { upper } = layoutOf(readout, arm, "wide");
  const beyond = arm.looks.filter((look) => look.critical_value > upper).length;
  const sentences = [
    `z of ${metric} against the share of the planned information; up is better.`,
    now === null ? "" : presentSentence(readout, arm, now),
    coming.length === 0
      ? ""
      : `To come: day${plural(coming)} ${formatList(coming)}, with the boundary (dashed) for information that comes as planned.`,
    assumed.length === 0
      ? ""
      : `Not on record: the look${plural(assumed)} of day${plural(assumed)} ${formatList(assumed)}; the share of alpha counts as spent.`,
    beyond === 0
      ? ""
      : `An arrow marks a boundary beyond the axis (${beyond} of ${arm.looks.length}).`,
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

const plural = (items: readonly string[]): string => (items.length === 1 ? "" : "s");

function presentSentence(readout: Readout, arm: ReadoutArmLook, now: ReadoutLook): string {
  const when = now.day === null ? "Now" : `On day ${now.day}`;
  const decimals = apartDecimals(now.z, now.critical_value);
  const limit = boundaryText(now.critical_value, twoSided(readout), decimals);
  const z = now.z === null ? "is not known" : `is ${zText(now.z, decimals)}`;
  const futility =
    arm.futility_bound === null
      ? ""
      : `, and futility is advised below ${zText(arm.futility_bound)}`;
  return `${when} z ${z} and the boundary ${limit}${futility}: ${DECISION_WORDS[arm.decision]}.`;
}

function sample(content: string): Markup {
  return new Markup(
    `<svg width="28" height="14" viewBox="0 0 28 14" fill="none" stroke="currentColor">${content}</svg>`,
  );
}

function legend(arm: ReadoutArmLook): Markup {
  const has = (state: ReadoutLook["state"]) => arm.looks.some((look) => look.state === state);
  const dot = (attributes: string) => sample(`<circle cx="14" cy="7" ${attributes}/>`);
  const line = (attributes: string) =>
    sample(`<path d="M2 7H26" stroke="var(--ink)" ${attributes}/>`);
  const entries = [
    html`<li>${line('stroke-width="1.75"')}boundary</li>`,
    has("to_come")
      ? html`<li>${line('stroke-width="1.5" stroke-dasharray="5,4"')}boundary to come</li>`
      : null,
    has("now")
      ? html`<li>${dot('r="5.5" fill="var(--accent)" stroke="none"')}this look</li>`
      : null,
    has("taken")
      ? html`<li>${dot('r="4.5" fill="var(--ink)" stroke="none"')}look taken</li>`
      : null,
    has("assumed")
      ? html`<li>${dot('r="4.5" fill="var(--page)" stroke-width="1.5" stroke-dasharray="2,2"')}look assumed, z not recorded</li>`
      : null,
    arm.futility_bound === null
      ? null
      : html`<li>${sample('<path d="M5 7H23" stroke="var(--near)" stroke-width="2.5"/>')}futility bound</li>`,
  ];
  return html`<ul class="legend" aria-hidden="true">${entries}</ul>`;
}

function looksTable(readout: Readout, arm: ReadoutArmLook): Markup | null {
  if (arm.looks.length === 0) return null;
  const name = severalTreatments(readout) ? `Looks of ${arm.treatment}` : "Looks";
  const count = arm.looks.length === 1 ? "1 look" : `${arm.looks.length} looks`;
  return html`<details open><summary>Table: ${name} (${count})</summary>
<div class="scroll" role="region" aria-label="Table: ${name}" tabindex="0"><table class="looks"><caption hidden>${name}</caption><thead><tr><th scope="col">day</th><th scope="col" class="num">information share</th><th scope="col" class="num">critical z</th><th scope="col" class="num">nominal level</th><th scope="col" class="num">z</th><th scope="col">state</th></tr></thead>
<tbody>${arm.looks.map((look) => lookRow(readout, arm, look))}</tbody></table></div></details>`;
}

function lookRow(readout: Readout, arm: ReadoutArmLook, look: ReadoutLook): Markup {
  const { day, fraction, critical_value: critical, nominal_level: level, z, state } = look;
  const decimals = apartDecimals(z, critical);
  const bound = state === "now" ? arm.futility_bound : null;
  const cell = (text: string, exact: number | null) =>
    html`<td class="num"${exact === null ? null : html` title="${fullPrecision(exact)}"`}>${text}</td>`;
  return html`<tr class="${state}"><th scope="row">${day === null ? "–" : String(day)}</th>${cell(fractionText(fraction), fraction)}${cell(boundaryText(critical, twoSided(readout), decimals), critical)}${cell(nominalText(level), level)}${cell(z === null ? "–" : zText(z, decimals), z)}<td>${STATE_WORDS[state]}${bound === null ? null : html`<small>futility below ${zText(bound)}</small>`}</td></tr>`;
}
