/** Words and numbers that the text, the page and the JSON of a sizing share. */
import type { SizedRequirement, SizingReport } from "@plumbline/primitives";
import { formatCount, formatPercent, formatValue } from "../format.js";

export const NONE = "–";

export const QUESTION_WORDS: Readonly<Record<SizedRequirement["question"], string>> = {
  improvement: "show",
  harm: "see harm of",
  non_inferiority: "exclude harm of",
};

/** "primary", "guardrail csat", "cohort locale=JP". */
export function requirementName({ id, metric, role }: SizedRequirement): string {
  if (role === "primary") return `primary ${metric}`;
  return id.replace(":", " ");
}

/** Relative where the value before the experiment is known, else in the metric's unit. */
export function effectText(effect: number | null, of: SizedRequirement): string {
  if (effect === null) return NONE;
  if (of.baseline !== null && of.baseline !== 0) {
    return formatPercent(effect / Math.abs(of.baseline));
  }
  return formatValue(effect, of.unit !== null && of.unit.length <= 6 ? of.unit : null);
}

export function weeksText(weeks: number | null, report: SizingReport): string {
  if (report.traffic === null) return NONE;
  if (weeks === null) return "never";
  return `${formatCount(weeks)} wk`;
}

export function powerText(power: number): string {
  return power > 0.9995 ? "> 99.9 %" : `${(power * 100).toFixed(1)} %`;
}

export function bottleneckSentence(report: SizingReport): string {
  const found = report.requirements.find(({ id }) => id === report.bottleneck);
  if (!found || report.total === null) {
    return "No size can be computed: figures are missing.";
  }
  const reason =
    found.fraction < 1
      ? `: it holds ${formatPercent(found.fraction)} of the units`
      : found.role === "guardrail"
        ? ": its limit is the tightest for its variance"
        : "";
  const arms = found.design.allocation?.treatments.length ?? 1;
  const runtime =
    report.traffic === null
      ? ""
      : found.weeks === null
        ? " The declared traffic never brings them."
        : ` That takes ${formatCount(found.weeks)} whole week${found.weeks === 1 ? "" : "s"}.`;
  return `Bottleneck: ${requirementName(found)}${reason}. The experiment needs ${formatCount(report.total)} units in ${arms + 1} arms.${runtime}`;
}

export function plannedSentence(report: SizingReport): string {
  const { planned } = report;
  if (planned === null) return "No size is registered.";
  const from = planned.from === "traffic" ? "traffic and runtime" : planned.from;
  return `Planned: ${formatCount(planned.perArm)} per arm, ${formatCount(planned.total)} in all (${from}).`;
}

export function planSentence({ plan }: SizingReport): string {
  if (plan.kind === "fixed") return "Plan: one test at the end.";
  const looks = plan.looks.length > 0 ? `, looks at days ${plan.looks.join(", ")}` : "";
  return `Plan: ${plan.label}${looks}; true error ${plan.overallAlpha.toFixed(4)}, ${plan.inflation.toFixed(3)} times the size of one test.`;
}
