/** HTML text that escapes by default: only what this module made is taken as markup. */
import { printable } from "./text-width.js";

export class Markup {
  constructor(readonly text: string) {}
}

/** A sentence whose numbers stay on one line with their percent sign. */
export function prose(sentence: string): string {
  return sentence.replace(/(\d) %/g, "$1\u00a0%");
}

type Part = Markup | string | number | null | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

function partText(part: Part): string {
  if (part === null) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "string") return escapeHtml(part);
  return typeof part === "number" ? String(part) : part.map(partText).join("");
}

/** Interpolated strings are escaped, `Markup` is kept, lists are joined, null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] ?? "";
  for (const [index, part] of parts.entries()) text += partText(part) + (strings[index + 1] ?? "");
  return new Markup(text);
}
