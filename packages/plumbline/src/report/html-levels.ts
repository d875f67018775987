/** Other metrics by declared cohort, and undeclared cuts, as parts of the page: a fold for each metric. */
import { effectsFigure } from "./html-effects.js";
import { html, type Markup, prose } from "./markup.js";
import type { Readout } from "./readout-schema.js";
import { exploredGroups, type LevelGroup, otherCohortGroups } from "./rows.js";

/** The metrics beside the primary one in each level of a declared dimension. */
export function otherCohortsPart(readout: Readout, dimension: string): Markup | null {
  const groups = otherCohortGroups(readout, dimension);
  if (groups.length === 0) return null;
  return html`<div><h4>Other metrics by ${dimension}</h4>${groups.map((group) => fold(readout, group, "Cohorts: "))}</div>`;
}

function fold(readout: Readout, group: LevelGroup, kind: string): Markup {
  const title = `${group.metric} by ${group.dimension ?? ""}`;
  const worst = group.rows.some(({ status }) => status === "breach") ? html` open` : null;
  return html`<details${worst}><summary>${title}</summary>${effectsFigure(readout, group, `${kind}${title}`)}</details>`;
}

export function exploratorySection(readout: Readout): Markup | null {
  const { exploratory } = readout;
  if (exploratory === undefined) return null;
  const primary = readout.metrics[0]?.name;
  const groups = exploredGroups(readout);
  const part = (name: string) => {
    const own = groups.filter(({ dimension }) => dimension === name);
    return own.map((group) =>
      group.metric === primary
        ? effectsFigure(readout, group, `Exploratory: ${group.metric} by ${name}`)
        : fold(readout, group, "Exploratory: "),
    );
  };
  return html`<section aria-labelledby="exploratory"><h2 id="exploratory">Exploratory cuts</h2>
<p class="stamp">${prose(exploratory.caveat)}</p>${exploratory.cuts.map(
    ({ name, levels, units_without_value: none }) =>
      html`<h3>${name} <small class="muted">exploratory · ${String(levels)} ${levels === 1 ? "level" : "levels"}${none === null || none === 0 ? null : `, ${none} units without a value left out`}</small></h3>${part(name)}`,
  )}</section>`;
}
