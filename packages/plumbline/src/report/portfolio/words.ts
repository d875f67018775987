/** Words that the terminal, the page and the console share. */
import { formatAmount, formatWholePercent } from "@plumbline/primitives/format";
import type { CandidateRow, ChoiceDocument, ChosenRow, RankingDocument } from "./document.js";

export const NONE = "–";

/** Icon and word: never by colour alone. */
export const DECISION_MARKS: Readonly<Record<ChosenRow["decision"], string>> = {
  ship: "✓ ship",
  ship_as_evoi: "◆ ship as EVOI",
  defer: "◔ defer",
  maintenance: "↻ maintenance",
  reject: "✕ reject",
};

export const QUADRANT_WORDS: Readonly<Record<CandidateRow["quadrant"], string>> = {
  ship: "high upside, low risk",
  swing: "high upside, high risk",
  hygiene: "low upside, low risk",
  never: "low upside, high risk",
};

export function recordSentence({ record }: RankingDocument | ChoiceDocument): string {
  const range = `${formatWholePercent(record.rate_low)} to ${formatWholePercent(record.rate_high)}`;
  if (record.experiments === 0) {
    return `No past experiments are given: the published third is taken as the record (${range}).`;
  }
  const overrun =
    record.overrun === 1 ? "" : ` Plans took ${formatAmount(record.overrun)} times their weeks.`;
  const share = formatWholePercent(record.wins / record.experiments);
  return `Record: ${record.experiments} past experiments, ${share} of them won; a direction's rate is ${formatWholePercent(record.rate)} (${range}).${overrun}`;
}

export function shadowSentence({ shadow, value_unit }: ChoiceDocument): string {
  const more =
    shadow.step === 1
      ? "One more engineer-week"
      : `${formatAmount(shadow.step)} more engineer-weeks`;
  if (!(shadow.gain > 0)) return `${more} would change nothing.`;
  return `${more} would bring ${formatAmount(shadow.gain)} ${value_unit}: ${shadow.best.chosen.join(", ")}.`;
}

export function choiceSentence({
  best,
  capacity,
  slots,
  value_unit,
  method,
}: ChoiceDocument): string {
  const proof = method === "enumeration" ? "every set was looked at" : "proved by HiGHS with gap 0";
  const upkeep =
    capacity.upkeep > 0
      ? ` (${formatAmount(capacity.upkeep)} of ${formatAmount(capacity.engineer_weeks)} go into upkeep)`
      : "";
  return `${best.chosen.length} of ${slots} slots, ${formatAmount(best.effort)} of ${formatAmount(capacity.free)} engineer-weeks${upkeep}, worth ${formatAmount(best.value)} ${value_unit}; nothing is better: ${proof}.`;
}

export function winsSentence({ predicted_wins: wins, best }: ChoiceDocument): string {
  return `Of these ${best.chosen.length}, ${formatAmount(wins.mean)} should win; 95 % interval ${wins.low} to ${wins.high}.`;
}

/** Those whose break-even there is. */
export const turning = ({ candidates }: ChoiceDocument): readonly ChosenRow[] =>
  candidates.filter(({ barred, break_even_known }) => barred === null && break_even_known);

export function turnText(row: ChosenRow): string {
  const { break_even_impact: impact, break_even_value: value, chosen } = row;
  if (!row.break_even_known) return "not computed: others are nearer to the choice";
  if (value === null) return "no value changes it";
  if (chosen && value <= 0) return "stays for as long as it is worth anything";
  const hand = row.override === null ? "" : "without the decision by hand ";
  const how = `${hand}${chosen ? "out below" : "in above"}`;
  if (impact === null) return `${how} a value of ${formatAmount(value)}; no impact has it`;
  return `${how} ${formatAmount(impact)} (now ${formatAmount(row.impact.likely)})`;
}

export function sharedSentences({ shared_traffic: shared }: ChoiceDocument): string[] {
  return shared.map(({ pair, surface, halves, value }) => {
    const lost = halves
      .filter(({ is_detectable }) => !is_detectable)
      .map(({ id, power }) => `${id} becomes undetectable (power ${formatWholePercent(power)})`);
    const rest = lost.length === 0 ? "both stay detectable" : lost.join(", ");
    return `${pair.join(" and ")} share the traffic of ${surface}: each takes longer, ${rest}; together ${formatAmount(value)}.`;
  });
}

/** What a choice by RICE alone would be, and why it is not the choice. */
export function paperSentence({ candidates, slots, capacity, best }: ChoiceDocument): string {
  const top = candidates.slice(0, slots);
  const ids = top.map(({ id }) => id);
  if (ids.length === best.chosen.length && ids.every((id) => best.chosen.includes(id))) {
    return "The top by RICE on paper are the chosen.";
  }
  const weeks = top.reduce((sum, each) => sum + each.engineer_weeks, 0);
  const barred = top.filter((each) => each.barred !== null || each.override !== null);
  const reasons = [
    ...(weeks > capacity.free
      ? [`they take ${formatAmount(weeks)} engineer-weeks of ${formatAmount(capacity.free)}`]
      : []),
    ...barred.map(({ id, decision }) => `${id} is ${DECISION_PARTICIPLES[decision]}`),
  ];
  const why = reasons.length === 0 ? "the chosen are worth more together" : reasons.join("; ");
  return `By RICE on paper alone it would be ${ids.join(", ")}; ${why}.`;
}

const DECISION_PARTICIPLES: Readonly<Record<ChosenRow["decision"], string>> = {
  ship: "shipped by hand",
  ship_as_evoi: "shipped by hand",
  defer: "deferred",
  maintenance: "maintenance",
  reject: "rejected",
};
