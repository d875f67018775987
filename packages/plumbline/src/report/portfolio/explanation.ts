/** The numbers behind one decision, in the order in which they are computed. */
import {
  formatAmount,
  formatEngineerWeeks,
  formatWholePercent,
} from "@plumbline/primitives/format";
import type { ChoiceDocument, ChosenRow } from "./document.js";
import { DECISION_MARKS, QUADRANT_WORDS, turnText } from "./words.js";

export interface Step {
  readonly name: string;
  readonly sentence: string;
}

export function explanationOf(document: ChoiceDocument, id: string) {
  const row = document.candidates.find((each) => each.id === id);
  if (row === undefined) throw new Error(`no candidate ${id}`);
  return {
    schema: "plumbline.portfolio_explanation/1" as const,
    portfolio_id: document.portfolio_id,
    candidate: row,
    steps: stepsOf(row, document),
    shared_traffic: document.shared_traffic.filter(({ pair }) => pair.includes(id)),
  };
}

export type Explanation = ReturnType<typeof explanationOf>;

function stepsOf(row: ChosenRow, document: ChoiceDocument): Step[] {
  const unit = document.value_unit;
  const steps = [
    { name: "Detectability", sentence: detectabilitySentence(row, document.least_power) },
    {
      name: "RICE on paper",
      sentence: `${formatAmount(row.reach)} x ${formatAmount(row.impact.likely)} x ${row.evidence_quality} x ${row.detectability.probability.toFixed(2)} / ${formatAmount(row.planned_weeks)} = ${Math.round(row.rice)}, rank ${row.rice_rank}.`,
    },
    { name: "Chance", sentence: chanceSentence(row) },
    { name: "Effort", sentence: effortSentence(row) },
    {
      name: "Impact",
      sentence: row.hit.is_shrunk
        ? `If it works: ${formatAmount(row.hit.mean)}, the claim of ${formatAmount(row.impact.mean)} shrunk by the effects on record.`
        : `If it works: ${formatAmount(row.hit.mean)} as claimed; the record holds too few effects, or there is no baseline, to shrink it.`,
    },
    {
      name: "Value",
      sentence: `EV ${formatAmount(row.ev)} (launch if the test shows it), EVOI ${formatAmount(row.evoi)} (the direction), ${unit}. Its information alone: EVSI ${formatAmount(row.evsi)} of at most ${formatAmount(row.evpi)}.`,
    },
    {
      name: "Quadrant",
      sentence: `${QUADRANT_WORDS[row.quadrant]}: upside ${formatAmount(row.upside)} against ${formatAmount(document.upside_line)}, evidence ${row.evidence_quality} against ${document.evidence_line}.`,
    },
    { name: DECISION_MARKS[row.decision], sentence: row.reason },
  ];
  if (row.barred !== null) return steps;
  return [...steps, { name: "It turns", sentence: `${turnText(row)}.` }];
}

function detectabilitySentence({ detectability: seen, impact }: ChosenRow, least: number): string {
  const place = seen.cohort === null ? "" : ` in ${seen.cohort}`;
  const mde =
    seen.mde === null
      ? ""
      : ` Smallest impact shown with the wanted power: ${formatAmount(seen.mde)}.`;
  const needed =
    seen.weeks_needed === null
      ? " This traffic never shows it with the wanted power."
      : ` It takes ${formatAmount(seen.weeks_needed)} weeks.`;
  const verdict = seen.is_detectable ? "" : ` Below ${formatWholePercent(least)}: undetectable.`;
  return `${formatAmount(seen.units)} units in ${formatAmount(seen.weeks)} weeks show ${formatAmount(impact.likely)}${place} with power ${formatWholePercent(seen.probability)}.${mde}${needed}${verdict}`;
}

function chanceSentence({ chance, direction }: ChosenRow): string {
  const whose = {
    direction: `The record of ${direction}`,
    next: `Nothing is on record of ${direction}; the record of a new direction`,
    published: "No record is given; the published one",
  }[chance.record_from];
  const record = `${whose} is ${formatWholePercent(chance.record)} (${formatWholePercent(chance.record_low)} to ${formatWholePercent(chance.record_high)}), the claim ${formatWholePercent(chance.claim)}`;
  const bold = chance.is_bold
    ? chance.is_defended
      ? ", bold and defended"
      : ", bold and not defended, so it counts for nothing"
    : "";
  return `${record}${bold}. Believed: ${formatWholePercent(chance.believed)} (${formatWholePercent(chance.believed_low)} to ${formatWholePercent(chance.believed_high)}).`;
}

const FROM: Readonly<Record<ChosenRow["overrun"]["from"], string>> = {
  candidate: "as the like of it did",
  direction: "as this direction does",
  team: "as the team's plans do",
  none: "no overrun is on record",
};

function effortSentence({ planned_weeks, engineer_weeks, overrun }: ChosenRow): string {
  const plan = `Planned ${formatEngineerWeeks(planned_weeks)}`;
  if (overrun.from === "none") return `${plan}; ${FROM.none}.`;
  return `${plan}, ${formatAmount(overrun.factor)} times that ${FROM[overrun.from]}: ${formatEngineerWeeks(engineer_weeks)}.`;
}
