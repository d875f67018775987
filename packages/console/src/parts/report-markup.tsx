/** The report's own markup in a page of the console: each table and plot can be saved. */
import { useEffect, useMemo, useRef } from "react";
import { addExports } from "./exports.js";

/** A plot is one picture with a name of its own; names of its parts are for nobody, and not allowed there. */
function dropInnerNames(place: HTMLElement): void {
  for (const part of place.querySelectorAll("svg[role=img] [aria-label]")) {
    part.removeAttribute("aria-label");
  }
}

interface MarkupProps {
  /** Markup of the report, in which all text of documents stands escaped. */
  readonly text: string;
  /** Files that are saved bear it. */
  readonly name: string;
  /** What else the place needs once it stands; answers with what undoes it. */
  readonly prepare?: (place: HTMLElement) => () => void;
}

export function ReportMarkup({ text, name, prepare }: MarkupProps) {
  const place = useRef<HTMLDivElement>(null);
  const markup = useMemo(() => ({ __html: text }), [text]);
  useEffect(() => {
    if (place.current === null || markup.__html === "") return;
    dropInnerNames(place.current);
    const removeExports = addExports(place.current, name);
    const undo = prepare?.(place.current);
    return () => {
      removeExports();
      undo?.();
    };
  }, [markup, name, prepare]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the report's own markup, in which all text of documents stands escaped.
  return <div ref={place} className="report" dangerouslySetInnerHTML={markup} />;
}
