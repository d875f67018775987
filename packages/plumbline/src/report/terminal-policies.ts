/** The policies as text: one line each, the declared one marked, then what a false veto costs. */
import type pc from "picocolors";
import type { ReadoutPolicies, ReadoutPolicy } from "./readout-policies-schema.js";
import { indentText, padEnd, textWidth } from "./text-width.js";
import { VERDICT_ICONS, VERDICT_WORDS } from "./words.js";

type Paint = ReturnType<typeof pc.createColors>;

/** Lines of at most `width` columns; none where no policy is compared. */
export function policyLines(
  policies: ReadoutPolicies | null,
  width: number,
  paint: Paint,
): string[] {
  if (policies === null || policies.entries.length < 2) return [];
  const { entries, false_veto: falseVeto, sentence } = policies;
  const names = Math.max(...entries.map(({ label }) => textWidth(label)));
  return [
    paint.bold("Guardrail policies"),
    ...indentText(sentence, width, "  "),
    ...entries.flatMap((entry) => entryLines(entry, names, width, paint)),
    ...(falseVeto === null ? [] : indentText(falseVeto.sentence, width, "  ")),
  ];
}

function entryLines(entry: ReadoutPolicy, names: number, width: number, paint: Paint): string[] {
  const { label, declared, verdict } = entry;
  const word = padEnd(`${VERDICT_ICONS[verdict]} ${VERDICT_WORDS[verdict]}`, 11);
  const text = `${declared ? "▸" : " "} ${padEnd(label, names)}  ${word}${stopText(entry)}`;
  const [first = "", ...more] = indentText(text.trimEnd(), width, "  ", " ".repeat(8));
  return [declared ? paint.bold(first) : first, ...more];
}

/** Where the path stops under a policy: "stops at guardrail:csat"; "" where it reaches ship. */
export function stopText({ stopped_at: stop, declared }: ReadoutPolicy): string {
  const where = stop === null ? "" : `stops at ${stop}`;
  if (!declared) return where;
  return where === "" ? "declared" : `${where} (declared)`;
}
