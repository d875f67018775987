/** A sequential plan as text: boundaries look by look, what they cost, and the true error of levels of one's own. */
import type { CustomPlanError, GroupSequentialDesign } from "@plumbline/stats";
import pc from "picocolors";
import { formatCount } from "../format.js";
import { type Column, textTable, wrapSentence } from "./table.js";

interface ShownPlan {
  readonly looks: readonly number[];
  readonly rates: readonly number[];
  readonly design: GroupSequentialDesign;
  readonly own: {
    readonly levels: readonly number[];
    readonly error: CustomPlanError;
    readonly power: number;
    readonly validLast: number | null;
  } | null;
}

const right = (title: string): Column => ({ title, align: "right" });

/** A z beyond which nothing is ever seen. */
const NEVER_Z = 37;

const zText = (z: number): string => (z > NEVER_Z ? "never" : z.toFixed(4));

export function levelText(level: number): string {
  if (level === 0) return "0";
  return level < 1e-4 ? level.toExponential(2) : level.toFixed(6);
}

function boundaryTable({ looks, rates, design }: ShownPlan, width: number): string[] {
  const futility = design.futilityBoundary;
  const columns: Column[] = [
    { title: "look", align: "left" },
    right("information"),
    right("z"),
    right("nominal p"),
    right("alpha spent"),
    right("power so far"),
    ...(futility ? [right("stop below z")] : []),
  ];
  const rows = looks.map((look, k) => [
    String(look),
    (rates[k] ?? 0).toFixed(4),
    zText(design.criticalValues[k] ?? Number.NaN),
    levelText(design.nominalLevels[k] ?? 0),
    levelText(design.cumulativeAlpha[k] ?? 0),
    (design.cumulativePower[k] ?? 0).toFixed(4),
    ...(futility ? [futility.bounds[k]?.toFixed(4) ?? "–"] : []),
  ]);
  return textTable(columns, rows, width);
}

/** Equal levels alpha / K are Bonferroni's under any name. */
export function isBonferroni(levels: readonly number[], alpha: number): boolean {
  const share = alpha / levels.length;
  return levels.length > 1 && levels.every((level) => Math.abs(level - share) <= 0.01 * share);
}

function ownLevels({ looks, design, own }: ShownPlan, width: number): string[] {
  if (own === null) return [];
  const columns = [
    { title: "look", align: "left" } as const,
    right("nominal p"),
    right("z"),
    right("alpha spent"),
  ];
  const rows = looks.map((look, k) => [
    String(look),
    levelText(own.levels[k] ?? 0),
    zText(own.error.criticalValues[k] ?? Number.NaN),
    levelText(own.error.cumulativeAlpha[k] ?? 0),
  ]);
  const spent = own.error.overallAlpha;
  const over = spent > design.alpha * (1 + 1e-9);
  const verdict = `These levels spend ${spent.toFixed(5)}${over ? `, more than ${design.alpha}` : ` of ${design.alpha}`}; at the plan's size their power is ${own.power.toFixed(4)}.`;
  const name = isBonferroni(own.levels, design.alpha)
    ? ["Equal levels alpha/K are Bonferroni's, not Pocock's."]
    : [];
  const mend =
    own.validLast === null
      ? ["The looks before the last one alone spend more than alpha: lower them."]
      : over
        ? [
            `With the earlier levels kept, the last may be at most ${(Math.floor(own.validLast * 1e5) / 1e5).toFixed(5)}.`,
          ]
        : [];
  return [
    "Levels of your own",
    ...textTable(columns, rows, width),
    ...[verdict, ...name, ...mend].flatMap((line) => wrapSentence(line, width)),
  ];
}

/** The plan as text of at most 100 columns, ending with a newline. */
export function renderPlan(
  plan: ShownPlan,
  options: { readonly color: boolean; readonly width: number },
): string {
  const width = Math.min(100, Math.max(80, options.width));
  const paint = pc.createColors(options.color);
  const { design } = plan;
  const sides = design.sided === 2 ? "two-sided" : "one-sided";
  const title = `${sides} alpha ${design.alpha}, ${formatCount(plan.looks.length)} look${plan.looks.length === 1 ? "" : "s"}: ${design.formula}`;
  const { expectedInformation: expected, futilityBoundary: futility } = design;
  const cost = `Largest sample: ${design.inflation.toFixed(4)} times that of one test with power ${design.power}. Expected: ${expected.h0.toFixed(3)} times without an effect, ${expected.h1.toFixed(3)} with the planned one.`;
  const [heading = "", ...rows] = boundaryTable(plan, width);
  const stops =
    futility === null
      ? []
      : wrapSentence(
          `Futility (${futility.formula}) is ${futility.binding ? "binding" : "non-binding"}: alpha is ${futility.alphaIfObeyed.toFixed(4)} when every such stop is obeyed.`,
          width,
        );
  const sections = [
    wrapSentence(title, width).map((line) => paint.bold(line)),
    [paint.dim(heading), ...rows],
    [...wrapSentence(cost, width), ...stops],
    ownLevels(plan, width),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;
}
