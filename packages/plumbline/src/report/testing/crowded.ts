/** A study that fills the page: the states that a report must not break on. */
import type { ReadoutInput } from "../readout.js";
import { checkOf, comparisonOf, metricOf, type Row } from "./builders.js";
import { csatVeto, evidence, PRIMARY, study, verdict } from "./fixtures.js";

export const LONG_NAME =
  "share_of_returning_subscribers_who_finish_a_recommended_title_within_28_days_of_first_view_x";
export const JAPANESE_NAME = "日本語ロケールの有用回答率（十四日間・利用者ごと・再訪問者のみ）";

/** 200 metrics, 60 cohorts, three treatments, a 92-character name, Japanese and hostile names. */
export function crowded(): ReadoutInput {
  const treatments = ["rerank_l12", "rerank_l24", "リランカー大"];
  const names = [LONG_NAME, JAPANESE_NAME, "<script>alert(1)</script>", "esc\u001b[31mred"];
  while (names.length < 199) names.push(`secondary_metric_${names.length}`);
  const cohortLevels = Array.from({ length: 60 }, (_, index) =>
    index === 7 ? "日本語" : `region_${index}`,
  );
  const row = (metric: string, index: number): Row => ({
    metric,
    control: 10,
    treatment: 10 + Math.sin(index),
    relative: Math.sin(index) / (index === 5 ? 0.5 : 12),
    z: index % 11 === 3 ? null : 0.5 + (index % 7),
    p: { value: 0.01 + (index % 90) / 100, bound: false },
    n: index % 13 === 0 ? null : 1000 * (index + 1),
  });
  return {
    ...csatVeto,
    study: {
      ...study,
      treatments: treatments.map((name) => ({ name, value: name, share: 0.2 })),
      control: { name: "control", value: "L6", share: 0.4 },
      guardrails: [],
      secondary: names.map((name) => metricOf(name)),
      cohorts: {
        dimensions: [{ name: "region", levels: cohortLevels }],
        threshold: { scale: "relative", value: -0.03 },
        alpha: 0.05,
        acceptBlindness: [],
      },
    },
    evidence: {
      ...evidence,
      counts: ["control", ...treatments].map((arm) => ({ arm, units: 1_234_567 })),
      comparisons: treatments.flatMap((treatment) => [
        ...[PRIMARY, ...names].map((name, index) => ({
          ...comparisonOf(row(name, index)),
          treatment,
          ...(index === 9 ? { analysis: null, missing: "No unit has a value." } : {}),
        })),
        ...cohortLevels.map((level, index) => ({
          ...comparisonOf(row(PRIMARY, index), { dimension: "region", level }),
          treatment,
        })),
      ]),
    },
    verdict: {
      ...verdict,
      arms: treatments.map((treatment) => ({
        treatment,
        verdict: "veto",
        reason: `${treatment} is harmed in region 日本語.`,
        stoppedAt: `cohort:region=日本語@${treatment}`,
      })),
      checks: treatments.flatMap((treatment) => [
        checkOf(`primary:${PRIMARY}@${treatment}`, "clear", "It rose.", {
          metric: PRIMARY,
          treatment,
        }),
        ...cohortLevels.map((level, index) =>
          checkOf(
            `cohort:region=${level}@${treatment}`,
            index === 7 ? "breach" : "underpowered",
            `In region ${level} the data cannot rule out a loss of 3 %.`,
            { metric: PRIMARY, treatment, cohort: { dimension: "region", level } },
          ),
        ),
      ]),
    },
    registrationText:
      "name: </pre><script>alert('registration')</script> & <img src=x onerror=alert(1)>\n",
  };
}
