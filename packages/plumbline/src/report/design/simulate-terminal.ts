/** A simulation as text: what the registered rule does under each truth, when it stops, and how exact that is. */
import type { Estimate, ScenarioResult, VerdictWord } from "@plumbline/primitives";
import pc from "picocolors";
import { formatCount, formatLevel, formatPercent } from "../format.js";
import { printable } from "../text-width.js";
import type { ShownSimulation } from "./simulate-json.js";
import { NONE } from "./size-words.js";
import { type Column, textTable, wrapSentence } from "./table.js";

const right = (title: string): Column => ({ title, align: "right" });

const WORDS: readonly (readonly [VerdictWord, string])[] = [
  ["ship", "ship %"],
  ["veto", "veto %"],
  ["no_ship", "no ship %"],
  ["continue", "continue %"],
  ["invalid", "invalid %"],
];

/** "guardrail:csat" -> "csat at its limit", "cohort:locale=JP" -> "locale=JP at its limit". */
function truthName({ id, kind }: ScenarioResult): string {
  if (kind === "nothing") return "nothing true";
  if (kind === "lift") return "lift at the MDE, no harm";
  return `${id.slice(id.indexOf(":") + 1)} at its limit`;
}

/** Below this a probability needs a second decimal to be told from 0. */
const RARE = 0.001;

/** Percent with its Monte Carlo standard error; nothing or everything seen has none that means anything. */
function percentCell({ value, standardError }: Estimate): string {
  if (value === 0) return "0";
  if (value === 1) return "100";
  const decimals = value < RARE ? 2 : 1;
  return `${(100 * value).toFixed(decimals)} ±${(100 * standardError).toFixed(2)}`;
}

function daysCell(days: Estimate | null): string {
  if (days === null) return NONE;
  return days.standardError === 0
    ? days.value.toFixed(1)
    : `${days.value.toFixed(1)} ±${days.standardError.toFixed(2)}`;
}

function verdictTable(results: readonly ScenarioResult[], width: number): string[] {
  const columns: Column[] = [
    { title: "truth", align: "left" },
    ...WORDS.map(([, title]) => right(title)),
    right("days"),
  ];
  const rows = results.map((result) => [
    truthName(result),
    ...WORDS.map(([word]) => percentCell(result.verdicts[word])),
    daysCell(result.runtimeDays),
  ]);
  return textTable(columns, rows, width);
}

/** More looks than this have no room beside each other; the JSON has them all. */
const MOST_STOPS = 6;

function stopTable({ results }: ShownSimulation, width: number): string[] {
  const [first] = results;
  const looks = first?.stops.length ?? 0;
  if (first === undefined || looks < 2 || looks > MOST_STOPS) return [];
  const columns: Column[] = [
    { title: "the run ends, %", align: "left" },
    ...first.stops.map(({ day }) => right(day === null ? "end" : `day ${day}`)),
  ];
  const rows = results.map((result) => [
    truthName(result),
    ...result.stops.map(({ probability }) => percentCell(probability)),
  ]);
  return textTable(columns, rows, width);
}

function correlationWords({ simulation, correlation, study }: ShownSimulation): string {
  if (simulation.model.metrics.length < 2) return "";
  if (correlation !== null) {
    return ` Every pair of metrics is correlated by ${correlation}, as asked.`;
  }
  if (simulation.correlation === "given") return " Metrics are correlated as declared.";
  const many = study.guardrails.length > 0 ? ", which gives the most false vetoes" : "";
  return ` No correlation of the metrics is declared, so they are independent${many}.`;
}

function heading(shown: ShownSimulation): string {
  const { experiments, seed, simulation, study } = shown;
  const { units, readings } = simulation.model;
  const names = [study.control, ...study.treatments].map(({ name }) => name);
  const arms = names.map((name, at) => `${formatCount(Math.round(units[at] ?? 0))} ${name}`);
  const often =
    readings.length === 1
      ? "read once, at the end"
      : `read ${formatCount(readings.length)} times, up to day ${readings.at(-1)?.day}`;
  return `${formatCount(experiments)} simulated experiments for each truth (seed ${seed}): ${arms.join(", ")} units, ${often}.${correlationWords(shown)}`;
}

function accuracy({ experiments, results }: ShownSimulation): string {
  const largest = Math.max(
    ...results.flatMap(({ verdicts }) => WORDS.map(([word]) => verdicts[word].standardError)),
  );
  const never = formatPercent(Number((3 / experiments).toPrecision(2)));
  return `± is the Monte Carlo standard error, at most ${(100 * largest).toFixed(2)} points; 0 is below ${never} with 95 % confidence.`;
}

const shareOf = (results: readonly ScenarioResult[], kind: string, word: VerdictWord) =>
  results.find((result) => result.kind === kind)?.verdicts[word].value ?? 0;

/** What the table says, in sentences. */
function readings({ study, results }: ShownSimulation): string[] {
  const { policy, primary } = study;
  const percent = (value: number) => formatPercent(Number(value.toPrecision(3)));
  const told = [
    `Without any effect the rule ships ${percent(shareOf(results, "nothing", "ship"))} of launches and vetoes ${percent(shareOf(results, "nothing", "veto"))}. A harmless lift of exactly the MDE ships in ${percent(shareOf(results, "lift", "ship"))} of cases and meets a false veto in ${percent(shareOf(results, "lift", "veto"))}.`,
  ];
  if (primary.rule === "significant_and_mde") {
    told.push(
      "The rule ships only estimates at or above the MDE, and an effect of exactly the MDE is estimated below it half the time; size for a larger effect, or register primary_rule: significant.",
    );
  }
  const atLimit = results.some(({ kind }) => kind === "guardrail" || kind === "cohort");
  if (atLimit && policy.kind !== "posterior_breach") {
    told.push(
      "A harm of exactly the limit is estimated within it half the time, at each reading: a veto that asks for an estimate beyond the limit often misses it.",
    );
  }
  if (study.treatments.length > 1) {
    told.push(
      `The truths are those of ${study.treatments[0]?.name ?? "the first arm"}; the other treatment arms do nothing.`,
    );
  }
  const alpha = formatLevel(study.quality.srmAlpha);
  told.push(
    `Invalid is a false alarm of the sample ratio (level ${alpha}), over everybody and in each level.`,
  );
  return told;
}

/** The simulation as text of at most 100 columns, ending with a newline. */
export function renderSimulation(
  shown: ShownSimulation,
  options: { readonly color: boolean; readonly width: number },
): string {
  const width = Math.min(100, Math.max(80, options.width));
  const paint = pc.createColors(options.color);
  const wrap = (text: string) => wrapSentence(text, width);
  const table = ([head = "", ...rows]: readonly string[]) =>
    head === "" ? [] : [paint.dim(head), ...rows];
  const sections = [
    [paint.bold(printable(shown.study.experimentId)), ...wrap(heading(shown))],
    table(verdictTable(shown.results, width)),
    table(stopTable(shown, width)),
    [...wrap(accuracy(shown)), ...readings(shown).flatMap(wrap)],
    shown.simulation.notes.flatMap(wrap),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;
}
