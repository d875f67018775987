/**
 * What a holdback says of the lift that was booked at launch.
 *
 * Difference of the relative lifts, holdback minus launch, and the share realised, holdback over launch; the two are taken as
 * independent (other days, and mostly other arms of the same people), so variances add. The share's interval is Fieller's
 * set (stats `ratioOfMeans`), for a ratio of two noisy numbers. A launch is chosen because its lift was significant, so
 * the booked lift is on average too large (winner's curse): a share somewhat below 1 is what one expects.
 */
import { normalIsf, ratioOfMeans, StatsError } from "@plumbline/stats";
import { improvementSign } from "../shared/effects.js";
import { formatLevel, formatPercent } from "../shared/format.js";
import type { Effect, StudyMetric } from "../shared/vocabulary.js";

/** A relative lift and its standard error. */
export interface Lift {
  readonly estimate: number;
  readonly standardError: number;
}

/**
 * kept: no loss against the booked lift is shown. faded: less than booked, shown, and still a gain. gone: less than booked,
 * shown, and no gain is left that is shown.
 */
export type HoldbackFinding = "kept" | "faded" | "gone";

export interface HoldbackComparison {
  readonly metric: string;
  readonly launch: Lift;
  readonly holdback: Lift & { readonly lower: number; readonly upper: number };
  readonly difference: Lift & { readonly lower: number; readonly upper: number };
  /** Realised over booked; null where the booked lift cannot be told from zero. */
  readonly share: {
    readonly estimate: number;
    readonly lower: number;
    readonly upper: number;
  } | null;
  readonly finding: HoldbackFinding;
  readonly sentence: string;
}

/** The lift of an effect, with the standard error that its interval has where it states none; null without either. */
export function liftOf(effect: Effect | null): Lift | null {
  if (effect === null) return null;
  const { estimate, standardError, interval } = effect;
  if (standardError !== null && standardError > 0) return { estimate, standardError };
  if (interval === null || interval.lower === null || interval.upper === null) return null;
  const error = (interval.upper - interval.lower) / (2 * normalIsf((1 - interval.level) / 2));
  return error > 0 ? { estimate, standardError: error } : null;
}

export function compareHoldback(
  metric: StudyMetric,
  launch: Lift,
  holdback: Lift,
  alpha: number,
): HoldbackComparison {
  const z = normalIsf(alpha / 2);
  const around = (lift: Lift) => ({
    ...lift,
    lower: lift.estimate - z * lift.standardError,
    upper: lift.estimate + z * lift.standardError,
  });
  const difference = around({
    estimate: holdback.estimate - launch.estimate,
    standardError: Math.hypot(holdback.standardError, launch.standardError),
  });
  const sign = improvementSign(metric.direction);
  const compared = {
    metric: metric.name,
    launch,
    holdback: around(holdback),
    difference,
    share: realised(launch, holdback, alpha),
    finding: findingOf(difference, around(holdback), sign),
  };
  return { ...compared, sentence: explain(compared, alpha) };
}

type Ends = { readonly lower: number; readonly upper: number };

/** Oriented so that larger is better. */
const worst = ({ lower, upper }: Ends, sign: number) => (sign > 0 ? lower : -upper);
const best = ({ lower, upper }: Ends, sign: number) => (sign > 0 ? upper : -lower);

function findingOf(difference: Ends, holdback: Ends, sign: number): HoldbackFinding {
  if (best(difference, sign) >= 0) return "kept";
  return worst(holdback, sign) > 0 ? "faded" : "gone";
}

function realised(launch: Lift, holdback: Lift, alpha: number): HoldbackComparison["share"] {
  try {
    const found = ratioOfMeans({
      meanT: holdback.estimate,
      varT: holdback.standardError ** 2,
      nT: 1,
      meanC: launch.estimate,
      varC: launch.standardError ** 2,
      nC: 1,
      covOfMeans: 0,
      alpha,
    });
    const { fiellerLower: lower, fiellerUpper: upper } = found;
    // The set is of the lift, ratio - 1.
    return lower === null || upper === null
      ? null
      : { estimate: found.ratio, lower: lower + 1, upper: upper + 1 };
  } catch (error) {
    if (error instanceof StatsError) return null;
    throw error;
  }
}

const WORDS: Readonly<Record<HoldbackFinding, string>> = {
  kept: "No loss against the booked lift is shown.",
  faded: "The lift is smaller than booked, and still a gain.",
  gone: "The lift is smaller than booked, and no gain is shown any more.",
};

function explain(found: Omit<HoldbackComparison, "sentence">, alpha: number): string {
  const { metric, launch, holdback, difference, share, finding } = found;
  const signed = (value: number) => formatPercent(value, { plus: true });
  const ends = ({ lower, upper }: Ends) => `${signed(lower)} to ${signed(upper)}`;
  const level = formatLevel(1 - alpha);
  const part =
    share === null
      ? ""
      : ` Realised: ${formatPercent(share.estimate)} of what was booked (${formatPercent(share.lower)} to ${formatPercent(share.upper)}).`;
  return (
    `${metric}: ${signed(holdback.estimate)} against those held back (${level} interval ${ends(holdback)}), booked at launch: ${signed(launch.estimate)}; ` +
    `difference ${signed(difference.estimate)} (${ends(difference)}). ${WORDS[finding]}${part}`
  );
}
