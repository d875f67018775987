/** Codes to sentences: each check says what moved, by how much, how surely, and what follows. */
import {
  formatAlpha,
  formatLevel,
  formatList,
  formatPercent,
  formatPValue,
  formatValue,
} from "../shared/format.js";
import type { LimitCode, LimitFinding } from "../shared/harm.js";
import type { Check, StudyMetric } from "../shared/vocabulary.js";
import { type Awaited, explainAwaited } from "./maturity.js";
import type { PrimaryCode, PrimaryFinding } from "./primary.js";

type Scale = NonNullable<Check["scale"]>;

/** What kind of intervals and p-values are told: those of this one test, of all looks together, or of any moment. */
export type ReadingKind = "plain" | "repeated" | "always_valid";

const INTERVAL_WORDS: Readonly<Record<ReadingKind, string>> = {
  plain: "",
  repeated: "repeated ",
  always_valid: "always-valid ",
};

/** Who a limit is about, and what follows from its status. */
export interface LimitContext {
  readonly kind: "guardrail" | "cohort";
  readonly metric: StudyMetric;
  /** "csat", "csat (arm B)", "useful_answer_rate in locale=JP". */
  readonly subject: string;
  readonly finding: LimitFinding;
  readonly minimumPower: number;
  /** The level before any correction. */
  readonly registeredAlpha: number;
  readonly blindnessAccepted: boolean;
  readonly reading: ReadingKind;
  /** The level is that of an interim look of the plan. */
  readonly interim: boolean;
}

export interface PrimaryContext {
  readonly metric: StudyMetric;
  readonly subject: string;
  readonly finding: PrimaryFinding;
  readonly arms: number;
  /** That share alpha, the primary one counted. */
  readonly successMetrics: number;
  readonly registeredAlpha: number;
  readonly minimumPower: number;
  readonly reading: ReadingKind;
  /** The level is that of a look of the plan, not the registered one. */
  readonly atLook: boolean;
  /** What keeps it from being judged before its time; null: nothing. */
  readonly awaited: Awaited | null;
}

/** An amount on a scale: "1.43 %", "20 ms", "0.77 percentage points". */
export function formatAmount(
  value: number,
  scale: Scale,
  metric: StudyMetric,
  options: { plus?: boolean } = {},
): string {
  if (scale === "relative") return formatPercent(value, options);
  if (scale === "level") {
    return metric.kind === "proportion"
      ? formatPercent(value, options)
      : formatValue(value, metric.unit, options);
  }
  if (metric.kind === "proportion") {
    return formatPercent(value, options).replace(/ %$/, " percentage points");
  }
  if (metric.kind === "rank") return formatValue(value, "in P(superiority)", options);
  if (metric.transform === "log") return formatValue(value, "on the log scale", options);
  return formatValue(value, metric.unit, options);
}

function movement(finding: LimitFinding | PrimaryFinding, metric: StudyMetric): string {
  const { estimate, scale } = finding;
  if (estimate === null || scale === null) return "has no estimate";
  if (scale === "level") return `stands at ${formatAmount(estimate, scale, metric)}`;
  if (estimate === 0) return "did not move";
  const verb = estimate > 0 ? "rose" : "fell";
  return `${verb} ${formatAmount(Math.abs(estimate), scale, metric)}`;
}

/** " (95 % interval −2.6 % to −0.2 %, p = 0.02)", or less where less is known. */
function certainty(
  finding: LimitFinding | PrimaryFinding,
  metric: StudyMetric,
  reading: ReadingKind,
): string {
  const { interval, scale, pValue, pValueIsBound } = finding;
  const parts: string[] = [];
  if (interval !== null && scale !== null) {
    const end = (value: number | null, open: string): string =>
      value === null ? open : formatAmount(value, scale, metric, { plus: scale !== "level" });
    const lower = end(interval.lower, "unbounded");
    const upper = end(interval.upper, "unbounded");
    const kind = INTERVAL_WORDS[reading];
    parts.push(`${kind}${formatLevel(interval.level)} interval ${lower} to ${upper}`);
  }
  if (pValue !== null) parts.push(formatPValue(pValue, pValueIsBound));
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function limitText({ finding, metric }: LimitContext): string {
  const plus = finding.scale !== "level";
  return formatAmount(finding.threshold, finding.scale, metric, { plus });
}

function moved(context: LimitContext | PrimaryContext): string {
  const { subject, finding, metric, reading } = context;
  return `${subject} ${movement(finding, metric)}${certainty(finding, metric, reading)}`;
}

function correction({ finding, registeredAlpha, interim }: LimitContext): string {
  if (interim) return ` of this interim look (${formatAlpha(registeredAlpha)} over all looks)`;
  return finding.alpha < registeredAlpha
    ? ` (${formatAlpha(registeredAlpha)}, corrected for the number of guardrails)`
    : "";
}

function closing({ kind }: LimitContext): string {
  return `A ${kind} without a result never ships.`;
}

function powerText({ finding, minimumPower }: LimitContext): string {
  const { powerAtThreshold } = finding;
  if (powerAtThreshold === null) return "";
  return ` (power ${powerAtThreshold.toFixed(2)}, ${minimumPower.toFixed(2)} is asked)`;
}

function harmSize({ finding, metric }: LimitContext): string {
  const size = formatAmount(Math.abs(finding.threshold), finding.scale, metric);
  if (finding.scale === "level") return `a value past ${size}`;
  return `${finding.threshold > 0 ? "a rise" : "a fall"} of ${size}`;
}

function chance({ finding }: LimitContext): string {
  const { probabilityBeyond = 0 } = finding;
  if (probabilityBeyond < 0.001) return "below 0.1 %";
  if (probabilityBeyond > 0.999) return "above 99.9 %";
  return formatPercent(Number(probabilityBeyond.toPrecision(3)));
}

function deteriorationLevel({ finding, registeredAlpha }: LimitContext): string {
  return `the ${formatAlpha(Number(finding.alpha.toPrecision(3)))} level (its share of ${formatAlpha(registeredAlpha)} for all tests of deterioration and quality)`;
}

function blindness(context: LimitContext): string {
  if (context.kind === "guardrail") {
    return "The registered rule does not block on it, but this is no proof of safety.";
  }
  return context.blindnessAccepted
    ? "The registration accepts this blindness beforehand."
    : "The launch waits until this cohort can be judged.";
}

const LIMIT_SENTENCES: Readonly<Record<LimitCode, (context: LimitContext) => string>> = {
  harm_beyond_threshold_significant: (c) =>
    `${moved(c)}; the registered limit is ${limitText(c)}. The launch is vetoed.`,
  harm_beyond_threshold_not_significant: (c) =>
    `${moved(c)}, past the registered limit of ${limitText(c)}, but harm is not shown at the ` +
    `${formatAlpha(c.finding.alpha)} level${correction(c)}${c.kind === "cohort" ? powerText(c) : ""}. ` +
    (c.kind === "cohort" ? blindness(c) : "A warning: it does not block."),
  within_threshold: (c) => `${moved(c)}, within the registered limit of ${limitText(c)}.`,
  within_threshold_low_power: (c) =>
    `${moved(c)}: ${c.finding.harmShown ? "harm within the limit is shown" : "no evidence of harm"}, ` +
    `and too little data to rule out ${harmSize(c)}${powerText(c)}. ${blindness(c)}`,
  non_inferiority_shown: (c) =>
    `${moved(c)}: harm past the registered limit of ${limitText(c)} is excluded at the ` +
    `${formatAlpha(c.finding.alpha)} level.`,
  non_inferiority_not_shown: (c) =>
    `${moved(c)}: within the registered limit of ${limitText(c)}, but the data do not exclude harm ` +
    "past it, and this launch asks for that proof.",
  non_inferiority_beyond_margin: (c) =>
    c.finding.harmShown
      ? `${moved(c)}, past the registered limit of ${limitText(c)}, and this launch asks for proof that harm past it is excluded.`
      : `${moved(c)}, past the registered limit of ${limitText(c)}; harm is not shown, but neither is ` +
        "its absence, and this launch asks for that proof.",
  breach_improbable: (c) =>
    `${moved(c)}: the probability of harm past the registered limit of ${limitText(c)} is ${chance(c)}, below what is tolerated.`,
  breach_possible: (c) =>
    `${moved(c)}, within the registered limit of ${limitText(c)}, but the probability of harm past it is ${chance(c)}: more than is tolerated.`,
  breach_probable: (c) =>
    `${moved(c)}: the probability of harm past the registered limit of ${limitText(c)} is ${chance(c)}, more likely than not.`,
  breach_nearly_certain: (c) =>
    `${moved(c)}: the probability of harm past the registered limit of ${limitText(c)} is ${chance(c)}. The launch is vetoed.`,
  deterioration_shown: (c) =>
    `${moved(c)}: worse than in control at ${deteriorationLevel(c)}. The launch is vetoed.`,
  deterioration_not_shown: (c) =>
    `${moved(c)}: not shown to be worse than in control at ${deteriorationLevel(c)}.`,
  deterioration_not_settled: (c) =>
    `${moved(c)}: the evidence does not settle whether it is worse than in control. ${closing(c)}`,
  no_result: (c) =>
    `${c.subject} has no result. ${c.finding.missing ?? "The evidence holds none."} ${closing(c)}`,
  effect_not_on_scale: (c) =>
    `${c.subject} cannot be held against its ${c.finding.scale} limit of ${limitText(c)}: the ` +
    `evidence gives no ${c.finding.scale === "level" ? "value of the treatment arm" : `${c.finding.scale} change`}` +
    `${c.finding.missing === null ? "" : ` (${c.finding.missing})`}. ${closing(c)}`,
  no_p_value_beyond_threshold: (c) =>
    `${moved(c)}, past the registered limit of ${limitText(c)}, and the evidence does not settle ` +
    `whether that is chance. ${closing(c)}`,
  no_interval: (c) =>
    `${moved(c)}: without a standard error or an interval the data cannot exclude harm past the ` +
    `registered limit of ${limitText(c)}. ${closing(c)}`,
  threshold_on_improving_side: (c) =>
    `${c.subject} has a limit of ${limitText(c)}, which asks for an improvement; a harm limit lies on ` +
    "the harmful side of zero. It cannot be judged, so it does not pass.",
};

export function explainLimit(context: LimitContext): string {
  return LIMIT_SENTENCES[context.finding.code](context);
}

function mdeText({ finding, metric }: PrimaryContext): string {
  if (finding.threshold === null || finding.scale === null) return "";
  return formatAmount(finding.threshold, finding.scale, metric, { plus: true });
}

function levelText(context: PrimaryContext): string {
  const { finding, registeredAlpha, arms, successMetrics, atLook } = context;
  const shares = [
    atLook ? "all looks" : "",
    arms > 1 && !atLook ? `${arms} treatment arms` : "",
    successMetrics > 1 ? `${successMetrics} success metrics` : "",
  ].filter((share) => share !== "");
  const over =
    shares.length === 0 ? "" : ` (${formatAlpha(registeredAlpha)} over ${formatList(shares)})`;
  return `the ${formatAlpha(finding.alpha)} level${atLook ? " of this look" : ""}${over}`;
}

/** Said only where the interval still holds the MDE, so that it is true. */
function primaryBlindness(context: PrimaryContext): string {
  const { threshold, powerAtThreshold, interval } = context.finding;
  if (threshold === null || powerAtThreshold === null || interval === null) return "";
  const { lower, upper } = interval;
  const holds = (lower === null || lower <= threshold) && (upper === null || threshold <= upper);
  if (!holds || powerAtThreshold >= context.minimumPower) return "";
  return ` There is too little data to rule out the registered MDE of ${mdeText(context)}.`;
}

function passed(c: PrimaryContext): string {
  const significant = `${moved(c)}: significant at ${levelText(c)}`;
  return c.finding.threshold === null
    ? `${significant}.`
    : `${significant}; the registered MDE is ${mdeText(c)}.`;
}

const PRIMARY_SENTENCES: Readonly<Record<PrimaryCode, (context: PrimaryContext) => string>> = {
  primary_passed: passed,
  primary_not_significant: (c) =>
    `${moved(c)}: not significant at ${levelText(c)}.${primaryBlindness(c)}`,
  primary_below_mde: (c) =>
    `${moved(c)}: significant at ${levelText(c)}, but below the registered MDE of ${mdeText(c)}.`,
  primary_harmed: (c) =>
    `${moved(c)}: the change made the primary metric worse, significant at ${levelText(c)}.`,
  primary_no_result: (c) =>
    `${c.subject} has no result. ${c.finding.missing ?? "The evidence holds none."} ` +
    "The primary metric cannot be judged.",
  primary_effect_not_on_scale: (c) =>
    `${c.subject} has no effect on the scale of its MDE` +
    `${c.finding.missing === null ? "" : ` (${c.finding.missing})`}. It cannot be judged.`,
  primary_no_p_value: (c) =>
    `${moved(c)}; the evidence does not settle whether that is significant at ${levelText(c)}.`,
  primary_no_mde: (c) =>
    `${moved(c)}; the rule asks for an effect at or above the MDE, and none is registered.`,
  primary_not_a_look: (c) =>
    `${moved(c)}. This is not a planned look, so the primary metric is not judged.`,
  primary_not_yet: (c) => `${moved(c)}: the boundary is not crossed at ${levelText(c)}.`,
  primary_not_yet_at_mde: (c) =>
    `${moved(c)}: past the boundary at ${levelText(c)}, but below the registered MDE of ${mdeText(c)}.`,
  primary_futile: (c) =>
    `${moved(c)}: below the futility bound of this look, so success at the end has become unlikely.`,
  not_mature: (c) =>
    c.awaited === null ? `${c.subject} is not mature.` : explainAwaited(c.subject, c.awaited),
  primary_carried: (c) => `${moved(c)}: not shown at ${levelText(c)}.`,
};

export function explainPrimary(context: PrimaryContext): string {
  return PRIMARY_SENTENCES[context.finding.code](context);
}

/** For every check after quality when the data are invalid. */
export function explainInvalid(subject: string): string {
  return `${subject} is not judged: the data are invalid, so no effect is read from them.`;
}
