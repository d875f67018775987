/** The sections of a readout, as the report's page has them; each table and plot can be saved. */
import { DEFINITIONS, type Readout, readoutBody } from "plumbline/view";
import { useEffect, useMemo, useRef } from "react";
import { csv, save, svgFile, tableRows } from "../parts/save.js";

function button(words: string, action: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "save";
  made.textContent = words;
  made.addEventListener("click", action);
  return made;
}

/** The plot that is shown: there is one for a wide page and one for a phone. */
function shownPlot(figure: Element): SVGSVGElement | null {
  const plots = [...figure.querySelectorAll<SVGSVGElement>("svg.forest, svg.sequential")];
  return plots.find((svg) => svg.getBoundingClientRect().width > 0) ?? null;
}

/** Buttons under every figure and table; gone again when the readout changes. */
function addExports(place: HTMLElement, experiment: string): () => void {
  const added: Element[] = [];
  for (const [index, figure] of [...place.querySelectorAll("figure")].entries()) {
    const save1 = button("Save plot as SVG", () => {
      const svg = shownPlot(figure);
      if (svg) save(`${experiment}-plot-${index + 1}.svg`, "image/svg+xml", svgFile(svg));
    });
    figure.append(save1);
    added.push(save1);
  }
  for (const [index, table] of [...place.querySelectorAll("table")].entries()) {
    const file = `${experiment}-table-${index + 1}.csv`;
    const saveTable = button("Save table as CSV", () =>
      save(file, "text/csv", csv(tableRows(table))),
    );
    (table.closest(".scroll") ?? table).after(saveTable);
    added.push(saveTable);
  }
  return () => {
    for (const each of added) each.remove();
  };
}

/** Up and down walk the checks of the gate, as in a list. */
function walkGate(place: HTMLElement): () => void {
  const checks = [...place.querySelectorAll<HTMLElement>(".gate > li[data-check]")];
  for (const check of checks) check.tabIndex = -1;
  const first = checks[0];
  if (first !== undefined) first.tabIndex = 0;
  const step = (event: KeyboardEvent) => {
    const at = checks.indexOf(event.target as HTMLElement);
    const change = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = at < 0 || change === undefined ? undefined : checks[at + change];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };
  place.addEventListener("keydown", step);
  return () => place.removeEventListener("keydown", step);
}

/** A plot is one picture with a name of its own; names of its parts are for nobody, and not allowed there. */
function dropInnerNames(place: HTMLElement): void {
  for (const part of place.querySelectorAll("svg[role=img] [aria-label]")) {
    part.removeAttribute("aria-label");
  }
}

export function Report({ readout }: { readonly readout: Readout }) {
  const place = useRef<HTMLDivElement>(null);
  const markup = useMemo(
    () => ({ __html: `${DEFINITIONS}${readoutBody(readout).text}` }),
    [readout],
  );
  useEffect(() => {
    if (place.current === null) return;
    dropInnerNames(place.current);
    const removeExports = addExports(place.current, readout.experiment_id);
    const stopWalk = walkGate(place.current);
    return () => {
      removeExports();
      stopWalk();
    };
  }, [readout]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the report's own markup, in which all text of documents stands escaped.
  return <div ref={place} className="report" dangerouslySetInnerHTML={markup} />;
}
