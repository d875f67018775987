/** Suggested guardrails as YAML to paste: what is said beside the keys stands in comments. */
import type { SuggestedGuardrail, Suggestions } from "@plumbline/primitives";
import { printable, textWidth } from "../text-width.js";

const WIDTH = 98;

const KIND_FROM: Readonly<Record<Suggestions["kindFrom"], string>> = {
  given: "as asked",
  declared: "as the registration says",
  words: "by the words of the registration",
};

/** Names that YAML takes as they stand; all others in double quotes, which are JSON's. */
const nameText = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) ? name : JSON.stringify(name);

/** Breaks at spaces only: what is to be copied out of a comment stays in one piece. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of printable(text).split(" ")) {
    const last = lines.pop();
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last === undefined || textWidth(joined) <= width) lines.push(joined);
    else lines.push(last, word);
  }
  return lines;
}

const comment = (indent: string, text: string): string[] =>
  wrapped(text, WIDTH - indent.length - 2).map((line) => `${indent}# ${line}`);

const KEYS = {
  relative: "threshold_relative",
  absolute: "threshold_absolute",
  level: "threshold",
} as const;

function entry(guardrail: SuggestedGuardrail): string[] {
  const { pattern, failure, metric, threshold, direction, arithmetic, state } = guardrail;
  const undeclared = `No metric of the library watches ${guardrail.what}: declare one, under this or another name.`;
  return [
    ...comment("  ", `${pattern}: ${failure}.`),
    ...arithmetic.flatMap((sentence) => comment("  ", sentence)),
    ...(state === "missing" ? comment("  ", undeclared) : []),
    `  - name: ${nameText(metric)}`,
    `    ${KEYS[threshold.scale]}: ${threshold.value}`,
    `    direction: ${direction}`,
  ];
}

function watchedAlready(guardrails: readonly SuggestedGuardrail[]): string[] {
  if (guardrails.length === 0) return [];
  return [
    "# Registered already:",
    ...guardrails.flatMap(({ what, metric, arithmetic }) =>
      comment("", `- ${what}, by ${metric}. ${arithmetic.slice(1).join(" ")}`.trim()),
    ),
  ];
}

/** Valid YAML, also when nothing is left to suggest. */
export function renderSuggestions({ kind, kindFrom, guardrails, cohorts }: Suggestions): string {
  const open = guardrails.filter(({ state }) => state !== "registered");
  const done = guardrails.filter(({ state }) => state === "registered");
  const head = comment(
    "",
    `Guardrails against the known failures of ${/^[aeio]/.test(kind) ? "an" : "a"} ${kind.replaceAll("_", " ")} launch (${KIND_FROM[kindFrom]}). A threshold is agreed on before the data exist: go through each with those who bear its cost.`,
  );
  const blind = cohorts && [
    ...comment("", `cohort trade: ${cohorts.failure}. Declare the cohorts that must not lose:`),
    "# cohorts:",
    "#   dimensions: { locale: { levels: [EN, JP] } }",
    `#   threshold_relative: ${cohorts.thresholdRelative}`,
  ];
  const lines = [
    ...head,
    ...(open.length === 0
      ? ["# Nothing is left to add."]
      : ["guardrails:", ...open.flatMap(entry)]),
    ...watchedAlready(done),
    ...(blind ?? []),
  ];
  return `${lines.join("\n")}\n`;
}
