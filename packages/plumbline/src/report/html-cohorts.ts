/** The cohorts read together, as parts of the page: raw and pooled estimates as a forest, then what they say. */
import {
  type CohortReading,
  cohortReadings,
  keptText,
  otherSentences,
  poolingCaveat,
  rangeText,
} from "./cohort-rows.js";
import { formatLevel, formatPValue, formatValue } from "./format.js";
import { forestSvg } from "./html-forest.js";
import { html, type Markup, prose } from "./markup.js";
import type { ReadoutPooling } from "./readout-cohorts-schema.js";
import type { Readout } from "./readout-schema.js";
import { axisOf, type ForestGroup, type ForestRow, severalTreatments } from "./rows.js";

export function cohortReadingsSection(readout: Readout): Markup | null {
  const readings = cohortReadings(readout);
  if (readings.length === 0) return null;
  const caveat = poolingCaveat(readout);
  return html`<section aria-labelledby="cohorts-together"><h2 id="cohorts-together">Cohorts together</h2>
<p class="lead">Whether levels differ by more than chance, and whether the average speaks for them. No check rests on this.</p>${
    caveat === "" ? null : html`<p class="stamp">${caveat}</p>`
  }${readings.map((reading) => part(readout, reading))}</section>`;
}

function part(readout: Readout, reading: CohortReading): Markup {
  const primary = readout.metrics[0]?.name ?? "";
  const own = reading.pooling.filter(({ metric }) => metric === primary);
  const told = reading.mix.filter(({ metric }) => metric === primary);
  const others = otherSentences(reading, primary);
  return html`<h3>${reading.dimension}</h3>${own.map((pooling) => poolingFigure(readout, pooling))}${told.map(
    ({ sentence }) => html`<p>${prose(sentence)}</p>`,
  )}${
    others.length === 0
      ? null
      : html`<details><summary>Guardrails by ${reading.dimension}</summary><ul class="findings">${others.map(
          (sentence) => html`<li><span class="text">${prose(sentence)}</span></li>`,
        )}</ul></details>`
  }`;
}

function poolingFigure(readout: Readout, pooling: ReadoutPooling): Markup {
  const arm = severalTreatments(readout) ? ` (${pooling.treatment})` : "";
  const title = `${pooling.metric} by ${pooling.dimension}${arm}, by itself and pooled`;
  const plot =
    pooling.scale === "relative"
      ? forestGroup(readout, pooling)
      : { dimension: null, rows: [], axis: null };
  const drawn =
    plot.rows.length === 0
      ? null
      : html`${forestSvg(plot, "wide", title)}${forestSvg(plot, "narrow", title)}`;
  return html`<figure>${drawn}<figcaption>${prose(pooling.sentence)}</figcaption></figure>
<details><summary>Table: ${title}</summary><div class="scroll" role="region" aria-label="Table: ${title}" tabindex="0">${table(readout, pooling)}</div></details>`;
}

/** Solid: the level by itself. Hollow: pooled with the others. */
function forestGroup(readout: Readout, pooling: ReadoutPooling): ForestGroup {
  const level = readout.interval_level;
  const rows = pooling.levels.map((each): ForestRow => {
    const { raw, pooled } = each;
    return {
      key: `pooled:${pooling.dimension}=${each.level}@${pooling.treatment}`,
      label: each.level,
      arm: null,
      detail: each.kept === null ? "" : `pooling leaves ${keptText(each.kept)} of its distance`,
      status: "ungated",
      statusText: "by itself",
      relative: { ...raw, hasInterval: true },
      unadjusted: pooled && { ...pooled, hasInterval: true },
      secondText: "pooled",
      threshold: null,
      harmSide: null,
      mde: null,
      effectText: rangeText(pooling, raw, level),
      unadjustedText: pooled && rangeText(pooling, pooled, level),
      n: null,
      missing: null,
      comparison: NO_COMPARISON,
    };
  });
  return { dimension: pooling.dimension, rows, axis: axisOf(rows) };
}

const NO_COMPARISON: ForestRow["comparison"] = {
  treatment: "",
  analysis: null,
  unadjusted: null,
  cuped: null,
  threshold_relative_equivalent: null,
  mde_relative_equivalent: null,
  missing: null,
};

function table(readout: Readout, pooling: ReadoutPooling): Markup {
  const level = readout.interval_level;
  const rows = pooling.levels.map((each) => {
    const { raw, pooled, differs_p_value: p, probability_beyond_threshold: beyond } = each;
    return html`<tr><th scope="row">${each.level}</th><td class="num" title="${String(raw.estimate)}">${rangeText(pooling, raw, level)}</td><td class="num"${
      pooled === null ? null : html` title="${String(pooled.estimate)}"`
    }>${pooled === null ? "–" : rangeText(pooling, pooled, level)}</td><td class="num">${keptText(each.kept)}</td><td class="num">${p === null ? "–" : formatPValue(p)}</td><td class="num">${beyond === null ? "–" : formatValue(beyond, null)}</td></tr>`;
  });
  const { heterogeneity: spread, model } = pooling;
  const facts = [
    spread &&
      `Q ${formatValue(spread.q, null)} on ${spread.df} df (${formatPValue(spread.p_value)})`,
    spread && `I² ${Math.round(spread.i2 * 100)} %`,
    spread && `any level harmed: ${formatPValue(spread.any_harm_p_value)}`,
    model &&
      `random slope (REML): standard deviation ${formatValue(model.sd_slope, model.unit)} around ${formatValue(model.mean.estimate, model.unit)}${model.singular ? ", singular" : ""}`,
  ].filter((fact) => fact !== null);
  return html`<table class="effects"><thead><tr><th scope="col">${pooling.dimension}</th><th scope="col" class="num">by itself <small>[${formatLevel(level)}]</small></th><th scope="col" class="num">pooled <small>[${formatLevel(level)}]</small></th><th scope="col" class="num">kept</th><th scope="col" class="num">differs</th><th scope="col" class="num">P(beyond limit)</th></tr></thead><tbody>${rows}</tbody></table><p class="muted">${facts.join(" · ")}</p>`;
}
