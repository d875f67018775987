/** The sections of a readout, as the report's page has them; each table and plot can be saved. */
import { DEFINITIONS, type Readout, readoutBody } from "plumbline/view";
import { useEffect, useMemo, useRef } from "react";
import { addExports } from "../parts/exports.js";

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
