/** When a readout is made, in the time of the run: the clock or --as-of against the start. */
import {
  type EarlierLook,
  type EvidenceTiming,
  instant,
  lastDayOf,
  type MatureShare,
  type Standing,
  type Study,
} from "@plumbline/primitives";
import { z } from "zod";
import { PlumbError } from "../../errors.js";

const DAY = 86_400_000;
const DAY_OF_RUN = /^day_(\d{1,5})$/;

/** Not what Date.parse takes for one: "banana 3" is a day of 2001 to it, and a time without a zone depends on the machine. */
export const isDate = (given: string): boolean => instant.safeParse(given).success;

/** What every command takes for `--as-of`. */
export const asOfInput = z
  .string()
  .refine(
    (given) => DAY_OF_RUN.test(given) || isDate(given),
    "write day_7, a date such as 2026-07-13, or a time with its zone",
  );

export interface Exposures {
  readonly first: string | null;
  readonly last: string | null;
}

/**
 * `day_7`, or a date or time in ISO 8601, as an instant; null when none is asked for. A time that has not come is refused: data
 * of day 7 read "as of day 14" would be judged as if the run were over.
 */
export function asOfInstant(study: Study, asOf: string | null, now: Date): string | null {
  if (asOf === null) return null;
  const at = instantOf(study, asOf);
  if (Date.parse(at) <= now.getTime()) return at;
  throw new PlumbError(
    "AS_OF_INVALID",
    `--as-of ${asOf} is ${at}, which has not come yet.`,
    "Name a moment of the past, or leave --as-of out to read the data as they are now.",
  );
}

function instantOf(study: Study, asOf: string): string {
  const day = DAY_OF_RUN.exec(asOf)?.[1];
  if (day === undefined) return new Date(Date.parse(asOf)).toISOString();
  const start = study.stopping?.start ?? null;
  if (start === null) {
    throw new PlumbError(
      "AS_OF_INVALID",
      `--as-of ${asOf} counts from the start of the run, and the registration gives none.`,
      "Add exposure.start to the registration, or pass a date, e.g. --as-of 2026-07-13.",
    );
  }
  return new Date(Date.parse(start) + Number(day) * DAY).toISOString();
}

/** Whole days between the start of the run and the moment read; null where the start is not known. */
function dayOf(study: Study, exposures: Exposures, at: string): number | null {
  const start = study.stopping?.start ?? exposures.first;
  if (start === null) return null;
  return Math.max(0, Math.floor((Date.parse(at) - Date.parse(start)) / DAY));
}

/**
 * Looks on record that this one depends on: judged ones of earlier days, for the boundary, and any that ended the plan, whatever
 * day it was read as of, since after it nothing is judged afresh.
 */
function earlierLooks(standing: Standing | null, day: number | null): EarlierLook[] {
  const looks = standing?.looks ?? [];
  return looks.flatMap(({ plan }) => {
    if (!plan || plan.moment === "not_a_look") return [];
    const final = plan.moment === "final_look";
    const on = plan.day ?? (final ? (plan.lastDay ?? 0) : null);
    if (on === null || (!final && day !== null && on >= day)) return [];
    return plan.arms.flatMap(({ treatment, z, fraction, decision }) => {
      // A single test at the end has no share of information, and all of its data.
      const share = fraction ?? (final ? 1 : null);
      return z === null || share === null || decision === "not_judged"
        ? []
        : [{ day: on, treatment, z, fraction: share }];
    });
  });
}

export function evidenceTiming(
  study: Study,
  exposures: Exposures,
  at: string,
  standing: Standing | null,
  mature: readonly MatureShare[] = [],
): EvidenceTiming {
  const day = dayOf(study, exposures, at);
  return {
    day,
    firstExposure: exposures.first,
    lastExposure: exposures.last,
    at,
    ...(mature.length === 0 ? {} : { mature }),
    earlier: earlierLooks(standing, day),
  };
}

/**
 * An evidence file says itself which day it covers; without a word it is the end of the run. Where the registration declares the
 * start, the clock is held against either: figures of a day that has not come are refused, and a run that still goes on is not
 * taken for ended.
 */
export function summaryTiming(
  study: Study,
  stated: number | null,
  now: string,
  standing: Standing | null,
): EvidenceTiming {
  const passed = dayOf(study, { first: null, last: null }, now);
  if (stated !== null && passed !== null && stated > passed) {
    throw new PlumbError(
      "EVIDENCE_DAY_AHEAD",
      `The evidence file says day ${stated} of the run, and only ${passed} whole days have passed since its start.`,
      "Correct day: in the evidence file, or exposure.start in the registration.",
    );
  }
  const lastDay = study.stopping === null ? null : lastDayOf(study.stopping.plan);
  const goesOn = passed !== null && lastDay !== null && passed < lastDay;
  const day = stated ?? (goesOn ? passed : null);
  return { day, firstExposure: null, lastExposure: null, earlier: earlierLooks(standing, day) };
}
