/** The readout in sections, from the verdict down to the registration: what the report's file and the console show. */
import { formatCount, formatShare } from "./format.js";
import { cohortReadingsSection } from "./html-cohorts.js";
import { effectsFigure } from "./html-effects.js";
import { gateSection } from "./html-gate.js";
import { exploratorySection, otherCohortsPart } from "./html-levels.js";
import { momentLine, planSection } from "./html-plan.js";
import { policiesSection } from "./html-policies.js";
import { escapeHtml, html, Markup, prose } from "./markup.js";
import { shownParameters, timingText } from "./plan-words.js";
import type { Readout, ReadoutArm, ReadoutParameter } from "./readout-schema.js";
import { cohortGroups, metricGroup, severalTreatments } from "./rows.js";
import {
  ORIGIN_WORDS,
  QUALITY_ICONS,
  QUALITY_WORDS,
  VERDICT_ICONS,
  VERDICT_WORDS,
} from "./words.js";

/** The hatching of underpowered rows; one definition serves every plot of the page. */
export const DEFINITIONS = `<svg class="defs" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1.5" height="6" fill="var(--hatch)"/></pattern></defs></svg>`;

/** Everything below the title of a page; text of the readout stands in it escaped. */
export function readoutBody(readout: Readout): Markup {
  return html`${banner(readout)}
${metricsSection(readout)}
${planSection(readout)}
${readout.checks.length === 0 ? null : gateSection(readout)}
${cohortsSection(readout)}
${cohortReadingsSection(readout)}
${exploratorySection(readout)}
${policiesSection(readout)}
${qualitySection(readout)}
${parametersSection(readout)}
${sqlSection(readout)}
${registrationSection(readout)}
<footer>plumbline ${readout.generator.version} · generated ${readout.generated_at} · ${readout.schema}</footer>`;
}

function banner(readout: Readout): Markup {
  const { verdict } = readout;
  const treatments = readout.arms.filter((arm) => arm.role === "treatment");
  const timing = timingText(readout);
  const perArm = severalTreatments(readout) ? html`<ul>${treatments.map(armVerdict)}</ul>` : null;
  return html`<header><div class="verdict ${verdict}" data-verdict="${verdict}">
<p class="id">${readout.experiment_id}</p>
<h1><span class="badge" aria-hidden="true">${VERDICT_ICONS[verdict]}</span>${VERDICT_WORDS[verdict]}</h1>
<p class="reason">${prose(readout.reason)}</p>
<p class="next"><strong>Next.</strong> ${prose(readout.next)}</p>${momentLine(readout)}${perArm}</div>
<dl class="facts"><dt>Data</dt><dd>${readout.data.description}</dd>
${timing === "" ? null : html`<dt>Time</dt><dd>${timing}</dd>`}
<dt>Arms</dt><dd>${readout.arms.map(armFact)}</dd>
<dt>Unit</dt><dd>${readout.randomization_unit}</dd>
<dt>Hypothesis</dt><dd>${prose(readout.hypothesis.h1)}</dd>
${registrationFact(readout)}</dl></header>`;
}

function registrationFact({ registration_state: state }: Readout): Markup | null {
  if (state === null) return null;
  return html`<dt>Registration</dt><dd>${lockWord(state.locked)} ${prose(state.sentence)}</dd>`;
}

function lockWord(locked: boolean): Markup {
  return html`<strong class="${locked ? "clear" : "breach"}">${locked ? "✓ locked" : "✕ not locked"}</strong>`;
}

function armVerdict(arm: ReadoutArm): Markup {
  const word = arm.verdict;
  return html`<li>${
    word === null
      ? null
      : html`<strong class="tone-${word}">${VERDICT_ICONS[word]} ${VERDICT_WORDS[word]}</strong> `
  }<strong>${arm.name}</strong> ${prose(arm.reason ?? "")}</li>`;
}

function armFact(arm: ReadoutArm): Markup {
  const units = arm.units === null ? "units unknown" : `${formatCount(arm.units)} units`;
  const observed = arm.observed_share === null ? "" : `${formatShare(arm.observed_share)}, `;
  return html`<div>${arm.name}: ${units} <span class="muted">(${observed}intended ${formatShare(arm.intended_share)})</span></div>`;
}

function metricsSection(readout: Readout): Markup {
  const group = metricGroup(readout);
  return html`<section aria-labelledby="metrics"><h2 id="metrics">Metrics</h2>${effectsFigure(readout, group, "Metrics")}</section>`;
}

function cohortsSection(readout: Readout): Markup | null {
  const groups = cohortGroups(readout);
  if (groups.length === 0) return null;
  const primary = readout.metrics[0]?.name ?? "";
  return html`<section aria-labelledby="cohorts"><h2 id="cohorts">Cohorts</h2>
<p class="lead">${primary} in each registered cohort.</p>
${groups.map((group) => {
  const name = group.dimension ?? "";
  return html`<h3>${name}</h3>${effectsFigure(readout, group, `Cohorts by ${name}`)}${otherCohortsPart(readout, name)}`;
})}</section>`;
}

function qualitySection(readout: Readout): Markup | null {
  if (readout.quality.length === 0) return null;
  const items = readout.quality.map((finding) => {
    const figures = Object.entries(finding.numbers).map(
      ([name, value]) => `${name.replaceAll("_", " ")} ${String(value)}`,
    );
    return html`<li class="${finding.status}" data-finding="${finding.code}"><span class="badge" aria-hidden="true">${QUALITY_ICONS[finding.status]}</span><div><span class="word">${QUALITY_WORDS[finding.status]}</span> <span class="text">${prose(finding.sentence)}</span><span class="figures">${[finding.code, ...figures].join(" · ")}</span></div></li>`;
  });
  const bad = readout.quality.filter((finding) => finding.status !== "ok").length;
  return html`<section aria-labelledby="quality"><h2 id="quality">Data quality</h2>
<p class="lead">${String(readout.quality.length)} ${readout.quality.length === 1 ? "check" : "checks"}, ${bad === 0 ? "none" : String(bad)} with a finding.</p><ul class="findings">${items}</ul></section>`;
}

function parametersSection(readout: Readout): Markup | null {
  const parameters = shownParameters(readout);
  if (parameters.length === 0) return null;
  return html`<section aria-labelledby="parameters"><h2 id="parameters">Parameters</h2>
<p class="lead">Every number the verdict rests on, and who chose it.</p>
<div class="scroll" role="region" aria-label="Table: parameters" tabindex="0"><table class="parameters"><thead><tr><th scope="col">parameter</th><th scope="col" class="num">value</th><th scope="col">unit and origin</th></tr></thead><tbody>${parameters.map(parameterRow)}</tbody></table></div></section>`;
}

function parameterRow(parameter: ReadoutParameter): Markup {
  const { name, value, unit, origin, note } = parameter;
  const shown = value === null ? "–" : String(value);
  const about = note === null ? null : html`<small>${note}</small>`;
  return html`<tr><th scope="row">${name}${about}</th><td class="num long">${shown}</td><td>${unit === null ? null : html`${unit} · `}<span class="origin-${origin}">${ORIGIN_WORDS[origin]}</span></td></tr>`;
}

function sqlSection(readout: Readout): Markup | null {
  if (readout.sql.length === 0) return null;
  const statements = readout.sql.map(
    ({ purpose, sql }) =>
      html`<details><summary>${purpose.replaceAll("_", " ")}</summary><pre tabindex="0"><code>${sql}</code></pre></details>`,
  );
  return html`<section aria-labelledby="sql"><h2 id="sql">SQL</h2><p class="lead">The statements that made every number above.</p>${statements}</section>`;
}

function registrationSection(readout: Readout): Markup {
  const { path, text } = readout.registration;
  const state = readout.registration_state;
  const failures = (state?.failures ?? []).map(
    (failure) =>
      html`<li class="fatal"><span class="badge" aria-hidden="true">✕</span><span class="text">${prose(failure)}</span></li>`,
  );
  return html`<section aria-labelledby="registration"><h2 id="registration">Registration</h2>
<p class="lead">${path}</p>${
    state === null ? null : html`<p>${lockWord(state.locked)} ${prose(state.sentence)}</p>`
  }${failures.length === 0 ? null : html`<ul class="findings">${failures}</ul>`}
<pre tabindex="0"><code>${new Markup(escapeHtml(text))}</code></pre></section>`;
}
