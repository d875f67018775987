/** The trend of an effect in sentences: what it did, where it stood last, and where it would go. */
import { formatLevel, formatPercent, formatPValue, formatValue } from "../../shared/format.js";
import type { StudyMetric } from "../../shared/vocabulary.js";
import { formatAmount } from "../explain.js";
import type { AgeFinding, EffectsByAge } from "./effects-by-age.js";

const FINDINGS: Readonly<Record<AgeFinding, string>> = {
  novelty: "The benefit fades with the days since first exposure: a novelty",
  primacy: "The benefit grows with the days since first exposure: people need time to use it",
  harm_fading: "The harm fades with the days since first exposure: people get used to the change",
  harm_growing: "The harm grows with the days since first exposure",
  no_trend: "The effect shows no trend over the days since first exposure",
};

/** As a share of control's level, where there is one. */
function amount(value: number, { level }: EffectsByAge, metric: StudyMetric): string {
  return level > 0
    ? formatPercent(value / level, { plus: true })
    : formatAmount(value, "absolute", metric, { plus: true });
}

/** Three to six sentences; `coverage` of the intervals, e.g. 0.95. */
export function explainAge(found: EffectsByAge, metric: StudyMetric, coverage: number): string {
  const { trend, finding, days } = found;
  const { slope, average, lastWeek, projection } = trend;
  const of = (value: number) => amount(value, found, metric);
  const interval = (each: { readonly lower: number; readonly upper: number }) =>
    `${formatLevel(coverage)} interval ${of(each.lower)} to ${of(each.upper)}`;
  const trendText = `${FINDINGS[finding]} (${of(slope.estimate)} a day, ${formatPValue(slope.pValue)}).`;
  const averageText = `Over ${formatValue(days.length, null)} days it is ${of(average.estimate)} (${interval(average)}).`;
  // The line is 5 % one-sided in each direction, and the p-value two-sided.
  const weakText =
    finding !== "no_trend" && slope.pValue > 0.05
      ? " Weakly shown: without any trend one metric in ten looks like this."
      : "";
  const signText =
    finding !== "no_trend" && average.lower <= 0 && average.upper >= 0
      ? " Whether it is a benefit or a harm over all these days is not shown."
      : "";
  const weekText =
    lastWeek === null ? "" : ` In the last week of them it is ${of(lastWeek.estimate)}.`;
  const aheadText =
    projection === null
      ? " A projection needs a week of days."
      : ` Going on as seen, it would be ${of(projection.estimate)} after ${projection.horizon} days (${interval(projection)}); nothing supports a guess beyond that.`;
  return `${trendText}${weakText} ${averageText}${signText}${weekText}${aheadText}`;
}
