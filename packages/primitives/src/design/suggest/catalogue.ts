/**
 * What each known failure is watched by, and the threshold it gets until the cost of its regression is known. Patterns and
 * thresholds are those of the practice's own catalogue and table of guardrails; where that table has none, `stands_in` says so.
 */
import type { Direction, Threshold } from "../../shared/vocabulary.js";
import { PATTERNS, type Pattern } from "../audit/patterns.js";

export interface Remedy {
  /** Words of the pattern's `watched` entry that it is for. */
  readonly what: string;
  /** Name to declare in the metric library when none there fits. */
  readonly metric: string;
  readonly direction: Direction;
  /** By the control's value before the experiment; null: not known. */
  readonly threshold: (baseline: number | null) => Threshold;
  /** How that threshold is chosen, in a sentence. */
  readonly why: string;
  /** What a year of one customer loses when the metric is worse by one: the whole value of the customer, or not known. */
  readonly cost: "value_per_customer" | null;
  /** Days after exposure before which it says nothing; null: it shows at once. */
  readonly late: number | null;
}

const relative = (value: number) => (): Threshold => ({ scale: "relative", value });

/** 50 ms, or 5 % of the level before where that is less. */
function latencyLimit(baseline: number | null): Threshold {
  return { scale: "absolute", value: Math.min(50, baseline === null ? 50 : 0.05 * baseline) };
}

/** A high score has little noise to hide in and further to fall. */
function scoreLimit(baseline: number | null): Threshold {
  return { scale: "relative", value: baseline !== null && baseline >= 4 ? -0.01 : -0.005 };
}

export const REMEDIES: readonly Remedy[] = [
  {
    what: "satisfaction",
    metric: "csat_14d",
    direction: "higher_is_better",
    threshold: scoreLimit,
    why: "1 % where the score stands at 4 of 5 or more, else 0.5 %; a level that is not known gets the stricter one.",
    cost: null,
    late: 14,
  },
  {
    what: "28-day retention",
    metric: "retention_28d",
    direction: "higher_is_better",
    threshold: relative(-0.005),
    why: "By the value of the customers lost; 0.5 % until that is known.",
    cost: "value_per_customer",
    late: 28,
  },
  {
    what: "p95 latency",
    metric: "p95_latency_ms",
    direction: "lower_is_better",
    threshold: latencyLimit,
    why: "Where people begin to feel slowness: 50 ms, or 5 % of the level where that is less.",
    cost: null,
    late: null,
  },
  {
    what: "catalogue coverage or long-tail share",
    metric: "long_tail_share",
    direction: "higher_is_better",
    threshold: relative(-0.01),
    why: "Nobody has stated a threshold for it; 1 %, as for revenue, stands in until its cost is known.",
    cost: null,
    late: null,
  },
  {
    what: "spam-report or low-quality rate",
    metric: "spam_report_rate",
    direction: "lower_is_better",
    threshold: relative(0.05),
    why: "Trust is lost slowly and regained more slowly: 5 %.",
    cost: null,
    late: null,
  },
  {
    what: "customer corrections or citation accuracy",
    metric: "customer_correction_rate",
    direction: "lower_is_better",
    threshold: relative(0.05),
    why: "Nobody has stated a threshold for it; 5 %, as for spam reports, stands in until its cost is known.",
    cost: null,
    late: null,
  },
];

/** What a launch of this kind is known to win by, with what sees each; cohorts are watched by a block of their own. */
export function patternsOf(kind: Pattern["launches"][number]): readonly Pattern[] {
  return PATTERNS.filter(({ launches }) => launches.includes(kind));
}

export const COHORT_PATTERN = "cohort trade";
