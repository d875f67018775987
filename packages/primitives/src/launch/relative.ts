/**
 * The relative lift of two independent estimates, treatment over control minus one.
 *
 * Method: delta method where the control is well away from zero, Fieller's set where it is less than
 * five standard errors from it. No lift is given over a control that is not positive, or not
 * distinguishable from zero at the level of the interval (Fieller's g >= 1): it would mean nothing.
 */
import { type LogEffect, liftFromLogEffect, ratioOfMeans, StatsError } from "@plumbline/stats";
import type { Analysis, Effect } from "../shared/vocabulary.js";

export interface Estimated {
  readonly value: number;
  readonly standardError: number;
}

export type Relative = Pick<Analysis, "relative" | "relativeMethod">;

/** Standard errors of the control below which Fieller's set replaces the delta method. */
const WELL_DETERMINED = 5;

/** @param alpha two-sided error rate of the interval. */
export function relativeLift(treatment: Estimated, control: Estimated, alpha: number): Relative {
  if (!(control.value > 0)) return none("the control value is not above zero");
  const result = ratioOfMeans({
    meanT: treatment.value,
    varT: treatment.standardError ** 2,
    nT: 1,
    meanC: control.value,
    varC: control.standardError ** 2,
    nC: 1,
    covOfMeans: 0,
    alpha,
  });
  if (result.g >= 1) return none("the control value cannot be told from zero");
  const useFieller = control.value < WELL_DETERMINED * control.standardError;
  const [lower, upper] = useFieller
    ? [result.fiellerLower, result.fiellerUpper]
    : [result.deltaLower, result.deltaUpper];
  const relative: Effect = {
    estimate: result.relativeLift,
    standardError: result.deltaSe,
    interval: { lower, upper, level: 1 - alpha },
  };
  return { relative, relativeMethod: useFieller ? "Fieller" : "delta" };
}

/** The lift of geometric means, from a difference of means of logs. */
export function logLift(effect: LogEffect, standardError: number, alpha: number): Relative {
  try {
    const { lift, lower, upper } = liftFromLogEffect(effect);
    return {
      relative: {
        estimate: lift,
        standardError: (1 + lift) * standardError,
        interval: { lower, upper, level: 1 - alpha },
      },
      relativeMethod: "log",
    };
  } catch (error) {
    if (error instanceof StatsError) return none("the lift is larger than a number can hold");
    throw error;
  }
}

function none(reason: string): Relative {
  return { relative: null, relativeMethod: `none: ${reason}` };
}
