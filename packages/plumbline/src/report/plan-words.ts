/** The plan in words, for the terminal and the page alike. */
import {
  effectPhrase,
  formatAbsoluteEffect,
  formatFixed,
  formatLevel,
  formatPercent,
  formatPValue,
  formatRelativeEffect,
} from "./format.js";
import type {
  ReadoutArmLook,
  ReadoutLook,
  ReadoutPlan,
  ReadoutStageWise,
} from "./readout-plan-schema.js";
import type { Readout, ReadoutParameter } from "./readout-schema.js";

export const NOT_A_LOOK = "Not a planned look: always-valid intervals only.";

/** A z beyond which nothing is ever seen. */
const NEVER_Z = 37;
const MOST_DECIMALS = 5;

type Decision = ReadoutArmLook["decision"];

export const DECISION_WORDS: Readonly<Record<Decision, string>> = {
  stop_for_benefit: "stop for benefit",
  stop_for_harm: "stop for harm",
  stop_for_futility: "stop for futility",
  continue: "continue",
  not_shown: "not shown",
  not_judged: "not judged",
};

export const DECISION_ICONS: Readonly<Record<Decision, string>> = {
  stop_for_benefit: "✓",
  stop_for_harm: "✕",
  stop_for_futility: "■",
  continue: "→",
  not_shown: "–",
  not_judged: "–",
};

export const STATE_WORDS: Readonly<Record<ReadoutLook["state"], string>> = {
  taken: "taken",
  assumed: "assumed, not recorded",
  now: "now",
  to_come: "to come",
};

/** "95 % interval", with the word for what it holds for. */
export function intervalWords(readout: Readout): string {
  return `${intervalKindWord(readout)}${formatLevel(readout.interval_level)} interval`;
}

/** "always-valid ", "repeated " or nothing. */
export function intervalKindWord({ interval_kind: kind }: Readout): string {
  if (kind === "fixed") return "";
  return kind === "repeated" ? "repeated " : "always-valid ";
}

/** What the intervals hold for, in brackets or as a sentence; "" where there is nothing to add. */
export function intervalClaim({ interval_kind: kind }: Readout): string {
  if (kind === "fixed") return "";
  return kind === "repeated" ? "holds over all looks" : "holds whenever the data are read";
}

/** "Significant" is a word of planned looks. */
export const mayBeSignificant = (readout: Readout): boolean =>
  readout.interval_kind !== "always_valid";

/** Parameters of the rule that is not applied between looks are not listed there. */
export function shownParameters(readout: Readout): ReadoutParameter[] {
  const between = readout.plan?.moment === "not_a_look";
  return readout.parameters.filter(({ name }) => !(between && name === "primary_rule"));
}

export const twoSided = (readout: Readout): boolean =>
  readout.metrics[0]?.alternative === "two_sided";

export function zText(z: number, decimals = 2): string {
  return formatFixed(z, decimals, true);
}

/** "2.96", "±2.96", "never". */
export function boundaryText(critical: number, sides: boolean, decimals = 2): string {
  if (critical > NEVER_Z) return "never";
  return `${sides ? "±" : ""}${formatFixed(critical, decimals, !sides)}`;
}

/** As many decimals as keep z and its boundary apart. */
export function apartDecimals(z: number | null, critical: number): number {
  let decimals = 2;
  const same = () =>
    formatFixed(Math.abs(z ?? 0), decimals) === formatFixed(critical, decimals) &&
    Math.abs(z ?? 0) !== critical;
  while (z !== null && decimals < MOST_DECIMALS && same()) decimals += 1;
  return decimals;
}

/** A nominal level with four significant digits: "0.003031", "5.50e-5". */
export function nominalText(level: number): string {
  if (level === 0) return "0";
  return level < 1e-4 ? level.toExponential(2) : String(Number(level.toPrecision(4)));
}

export const fractionText = (fraction: number): string => `${formatFixed(fraction * 100, 1)} %`;

export function presentLook(arm: ReadoutArmLook): ReadoutLook | null {
  return arm.looks.find(({ state }) => state === "now") ?? null;
}

/** "z +2.31, boundary ±3.01 (p held against 0.002644)"; "" between looks, where z is held against nothing. */
export function standingText(readout: Readout, arm: ReadoutArmLook): string {
  if (readout.plan?.moment === "not_a_look") return "";
  const look = presentLook(arm);
  const z = arm.z ?? look?.z ?? null;
  const decimals = look === null ? 2 : apartDecimals(z, look.critical_value);
  const boundary =
    look === null ? "" : boundaryText(look.critical_value, twoSided(readout), decimals);
  const level = arm.nominal_level ?? look?.nominal_level ?? null;
  const parts = [
    z === null ? "z not known" : `z ${zText(z, decimals)}`,
    boundary === "" ? "" : `boundary ${boundary}`,
    level === null ? "" : `p held against ${nominalText(level)}`,
    arm.futility_bound === null ? "" : `futility below ${zText(arm.futility_bound)}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** "48.8 % of the planned information (by registered units)". */
export function informationText({ fraction, information_basis: basis }: ReadoutArmLook): string {
  if (fraction === null) return "";
  const from = basis === null ? "" : ` (by ${basis})`;
  return `${fractionText(fraction)} of the planned information${from}`;
}

/** The estimate after a stop, corrected for where the plan stopped. */
export function stageWiseText(result: ReadoutStageWise): string {
  const effect = {
    estimate: result.estimate,
    standard_error: null,
    interval: result.interval,
    unit: result.unit,
  };
  const told =
    result.scale === "relative" ? formatRelativeEffect(effect, null) : formatAbsoluteEffect(effect);
  const level = formatLevel(result.interval.level);
  return `median-unbiased estimate ${effectPhrase(told)} (stage-wise ${level} interval), stage-wise ${formatPValue(result.p_value)}`;
}

/** Where an arm goes on: "Next planned look: day 11". Between looks the sentence of the moment says it already. */
export function nextLookText({ moment, arms, next_day: day }: ReadoutPlan): string {
  const over = arms.every(({ decision }) => decision !== "continue" && decision !== "not_judged");
  if (day === null || moment === "not_a_look" || over) return "";
  return moment === "any_time" ? `End of the run: day ${day}` : `Next planned look: day ${day}`;
}

/** The probability of a crossing later on; "" where none is known. */
export function powerText(arm: ReadoutArmLook): string {
  const { predictive_power: predictive, conditional_power_at_mde: conditional } = arm;
  const parts = [
    predictive === null ? "" : `predictive power ${probability(predictive)} given the data`,
    conditional === null
      ? ""
      : `${probability(conditional)} if the effect is the smallest worthwhile one`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function probability(value: number): string {
  if (value > 0.999) return "above 99.9 %";
  return value < 0.001 ? "below 0.1 %" : formatPercent(Number(value.toFixed(3)));
}

/** "day 7 of the run, exposures from 2026-04-15 09:00 to 2026-04-22 08:59 (UTC)"; "" where nothing is known. */
export function timingText({ timing }: Readout): string {
  if (timing === null) return "";
  const minute = (time: string) => time.slice(0, 16).replace("T", " ");
  const { day, first_exposure: first, last_exposure: last } = timing;
  const parts = [
    day === null ? "" : `day ${day} of the run`,
    first === null || last === null
      ? ""
      : `exposures from ${minute(first)} to ${minute(last)} (UTC)`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}
