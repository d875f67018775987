/** What the cohorts say together, in sentences: whether levels differ, and whether the aggregate speaks for them. */
import { claimLevel } from "../../cohorts/index.js";
import {
  formatAlpha,
  formatLevel,
  formatList,
  formatNumberOf,
  formatPValue,
  formatValue,
} from "../../shared/format.js";
import type {
  CohortMix,
  CohortPooling,
  PooledLevel,
  StudyMetric,
} from "../../shared/vocabulary.js";
import { formatAmount } from "../explain.js";

type Told<Type> = Omit<Type, "sentence">;

function subject(metric: StudyMetric, treatment: string, several: boolean): string {
  return several ? `${metric.name} (${treatment})` : metric.name;
}

/** @param alpha level of the claim. @param several whether the treatment must be named. */
export function poolingSentence(
  pooling: Told<CohortPooling>,
  metric: StudyMetric,
  alpha: number,
  several: boolean,
): string {
  const { finding, heterogeneity: spread, dimension, treatment } = pooling;
  if (finding === null || spread === null) return "Too few levels have an effect to compare.";
  const what = `the effect on ${subject(metric, treatment, several)}`;
  const degrees = formatNumberOf(spread.df, "degree of freedom", "degrees of freedom");
  const test = `Cochran's Q ${formatValue(spread.q, null)} on ${degrees}, ${formatPValue(spread.pValue)}, held against ${formatAlpha(claimLevel(spread.df, alpha))}`;
  const head =
    finding === "real"
      ? `Real: ${what} differs between the levels of ${dimension} (${test}).`
      : `Compatible with noise: ${what} does not differ between the levels of ${dimension} by more than chance (${test}).`;
  return [
    head,
    furthestText(pooling, metric),
    crossingText(pooling, alpha),
    roomText(pooling, metric),
  ]
    .filter((text) => text !== "")
    .join(" ");
}

function furthestText(
  { furthest, levels, scale }: Told<CohortPooling>,
  metric: StudyMetric,
): string {
  const found = levels.find(({ level }) => level === furthest?.level);
  if (furthest === null || found === undefined) return "";
  const corrected = levels.length > 2 ? `, corrected for ${levels.length} levels` : "";
  const own = formatAmount(found.raw.estimate, scale, metric, { plus: true });
  const against = `${formatPValue(furthest.pValue)} against the others${corrected}`;
  return `${found.level} stands out most (${against}): ${own} by itself${pooledText(found, scale, metric)}.`;
}

function pooledText(
  { pooled, kept }: PooledLevel,
  scale: CohortPooling["scale"],
  metric: StudyMetric,
) {
  if (pooled === null) return "";
  const amount = formatAmount(pooled.estimate, scale, metric, { plus: true });
  const left =
    kept === null
      ? ""
      : `; pooling leaves ${formatLevel(Number(kept.toFixed(2)))} of its distance from the mean`;
  return `, ${amount} pooled with the others${left}`;
}

function crossingText({ heterogeneity: spread }: Told<CohortPooling>, alpha: number): string {
  if (spread === null || spread.crossingPValue >= alpha) return "";
  return `The levels go opposite ways (Gail-Simon, ${formatPValue(spread.crossingPValue)}).`;
}

/** No difference shown is no proof of none: how far the levels may still differ. */
function roomText(
  { finding, heterogeneity: spread, scale }: Told<CohortPooling>,
  metric: StudyMetric,
): string {
  if (finding === "real" || spread === null || spread.df < 2) return "";
  const upper = formatAmount(spread.tau.upper, scale, metric);
  return `The data leave room for a standard deviation between levels of up to ${upper}.`;
}

const moved = (amount: number, text: string) => (amount > 0 ? `rises ${text}` : `falls ${text}`);

/** @param alpha level at which the arms count as holding different mixes. */
export function mixSentence(
  told: Told<CohortMix>,
  metric: StudyMetric,
  alpha: number,
  several: boolean,
): string {
  const size = (value: number) => formatAmount(Math.abs(value), "absolute", metric);
  const signed = (value: number) => formatAmount(value, "absolute", metric, { plus: true });
  const { aggregate, within, mix, dimension, treatment } = told;
  const what = subject(metric, treatment, several);
  const parts = `Of the aggregate change in ${what} of ${signed(aggregate)}, ${signed(within)} arise within the levels of ${dimension} and ${signed(mix)} from a different mix of them.`;
  return [parts, reversalText(told, alpha, size), mixText(told, alpha), maskedText(told, size)]
    .filter((text) => text !== "")
    .join(" ");
}

/** A reversal comes from a different mix only, so without one that is shown it is not claimed. */
function reversalText(
  { reversal, aggregate, within, dimension, mixPValue }: Told<CohortMix>,
  alpha: number,
  size: (value: number) => string,
): string {
  if (reversal === "none" || mixPValue === null || mixPValue >= alpha) return "";
  const whole = `Simpson's paradox: the aggregate ${moved(aggregate, size(aggregate))}`;
  return reversal === "every_cohort"
    ? `${whole}, and every level of ${dimension} goes the other way.`
    : `${whole}, and within the levels of ${dimension} it ${moved(within, size(within))} on average.`;
}

function mixText({ mixPValue, dimension }: Told<CohortMix>, alpha: number): string {
  if (mixPValue === null || mixPValue >= alpha) return "";
  return `The arms hold different mixes of ${dimension} (${formatPValue(mixPValue)}), as randomised arms rarely do: read the levels, not the aggregate.`;
}

function maskedText({ maskedHarm }: Told<CohortMix>, size: (value: number) => string): string {
  if (maskedHarm.length === 0) return "";
  const named = maskedHarm.map(
    ({ level, effect, pValue }) =>
      `${level} ${moved(effect, size(effect))} (${formatPValue(pValue)})`,
  );
  return `Masked harm: the aggregate is not worse, and ${formatList(named)}.`;
}
