/** The sections of a readout, as the report's page has them; each table and plot can be saved. */
import { DEFINITIONS, type Readout, readoutBody } from "plumbline/view";
import { useMemo } from "react";
import { ReportMarkup } from "../parts/report-markup.js";

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

export function Report({ readout }: { readonly readout: Readout }) {
  const text = useMemo(() => `${DEFINITIONS}${readoutBody(readout).text}`, [readout]);
  return <ReportMarkup text={text} name={readout.experiment_id} prepare={walkGate} />;
}
