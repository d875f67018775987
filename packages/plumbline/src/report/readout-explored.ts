/** Cuts that the registration does not declare, and what must be said beside them. */
import type { Comparison } from "@plumbline/primitives";
import { formatCount, formatLevel } from "./format.js";

export interface Explored {
  readonly cuts: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly levels: number;
    readonly units_without_value: number | null;
  }[];
  readonly comparisons: readonly Comparison[];
}

/** `alpha`: one minus the level of each interval. */
export function exploratoryCaveat(comparisons: readonly Comparison[], alpha: number): string {
  const intervals = comparisons.filter(({ analysis }) => analysis !== null).length;
  const chance = Math.round(intervals * alpha);
  const words =
    intervals === 1 ? "One interval, at" : `${formatCount(intervals)} intervals, each by itself at`;
  const expected =
    chance < 1
      ? "any that leaves out zero may do so by chance"
      : `about ${formatCount(chance)} may leave out zero by chance alone`;
  return (
    `Exploratory: the registration does not declare these cuts. ${words} ${formatLevel(1 - alpha)}: ${expected}. ` +
    "No check, verdict or recorded look rests on them, and whether the columns were known before exposure is not registered. " +
    "What stands out is a question for a new registered test."
  );
}
