/**
 * Which readings of an experiment its registration calls for, and when: the planned looks, the moments at which a limit whose value
 * is known late is mature for everybody, and the end of a registered holdback. What is on record already is not called for again.
 */
import type { Study } from "../shared/vocabulary.js";
import { lookDays } from "./plan/moment.js";
import type { Standing, StandingLook } from "./standing/index.js";
import { studyMetrics } from "./study-metrics.js";

const DAY = 86_400_000;

export type ReadingKind = "look" | "maturation" | "holdback";

export interface PlannedReading {
  readonly kind: ReadingKind;
  /** The data are read as of this moment, ISO 8601, UTC. */
  readonly at: string;
  /** For people: what is read. */
  readonly sentence: string;
}

export interface HoldbackDue {
  /** The entry of the look that shipped, and when it was launched, ISO 8601. */
  readonly look: number;
  readonly launched: string;
  readonly days: number;
}

export interface ReadingSchedule {
  /** By time. */
  readonly readings: readonly PlannedReading[];
  /** Why none are planned; null: some are, or all are on record. */
  readonly reason: string | null;
}

const isJudged = ({ plan }: StandingLook): boolean => plan !== null && plan.moment !== "not_a_look";
/** The run goes on: nothing is decided, or the data were not fit to decide by. */
const isOpen = ({ verdict }: StandingLook): boolean =>
  verdict === "continue" || verdict === "invalid";

/** Day on which the plan ended: by a judged look that decided, or as planned. */
function endDay(looks: readonly StandingLook[], lastDay: number): number {
  const stopped = looks.find((look) => isJudged(look) && !isOpen(look));
  return Math.min(lastDay, stopped?.plan?.day ?? lastDay);
}

function lookReadings(days: readonly number[], looks: readonly StandingLook[], start: number) {
  const judged = looks.filter(isJudged);
  if (judged.some((look) => !isOpen(look))) return [];
  const newest = Math.max(-1, ...judged.map(({ plan }) => plan?.day ?? plan?.lastDay ?? -1));
  return days
    .map((day, at) => ({ day, number: at + 1 }))
    .filter(({ day }) => day > newest)
    .map(({ day, number }) => ({
      kind: "look" as const,
      at: new Date(start + day * DAY).toISOString(),
      sentence:
        number === days.length
          ? `the final look, on day ${day}`
          : `look ${number} of ${days.length}, on day ${day}`,
    }));
}

/** The last units are exposed on the last day of the plan, so everybody is mature that many days later. */
function maturationReadings(study: Study, looks: readonly StandingLook[], start: number) {
  const lastDay = study.stopping === null ? undefined : lookDays(study.stopping.plan).at(-1);
  const newest = looks.at(-1);
  if (lastDay === undefined || (newest !== undefined && isJudged(newest) && !isOpen(newest)))
    return [];
  const end = endDay(looks, lastDay);
  const latest = Math.max(-1, ...looks.map(({ plan }) => plan?.day ?? -1));
  const awaited = studyMetrics(study).filter(
    ({ name, maturity }) =>
      maturity !== undefined &&
      maturity.days > 0 &&
      (maturity.kind === "late" || name !== study.primary.metric.name),
  );
  const days = [...new Set(awaited.map(({ maturity }) => Math.ceil(maturity?.days ?? 0)))];
  return days
    .filter((each) => end + each > latest)
    .map((each) => ({
      kind: "maturation" as const,
      at: new Date(start + (end + each) * DAY).toISOString(),
      sentence: `${awaited
        .filter(({ maturity }) => Math.ceil(maturity?.days ?? 0) === each)
        .map(({ name }) => name)
        .join(", ")} mature for everybody, ${each} days after the last exposure`,
    }));
}

function whyNone(study: Study, standing: Standing): string | null {
  if (standing.state !== "locked") return "It is not registered and signed by everybody.";
  if (study.stopping === null) return "It registers no plan of looks.";
  if (study.stopping.start === null)
    return "Its registration names no start (exposure.start), so its days have no date.";
  if (lookDays(study.stopping.plan).length === 0) return "Its plan names no day.";
  return null;
}

/** `holdback`: null where none is registered or nothing shipped. */
export function plannedReadings(
  study: Study,
  standing: Standing,
  holdback: HoldbackDue | null,
): ReadingSchedule {
  const reason = whyNone(study, standing);
  const { stopping } = study;
  const start = stopping?.start ?? null;
  const planned =
    reason !== null || stopping === null || start === null
      ? []
      : [
          ...lookReadings(lookDays(stopping.plan), standing.looks, Date.parse(start)),
          ...maturationReadings(study, standing.looks, Date.parse(start)),
        ];
  const held =
    holdback === null
      ? []
      : [
          {
            kind: "holdback" as const,
            at: new Date(Date.parse(holdback.launched) + holdback.days * DAY).toISOString(),
            sentence: `the holdback after ${holdback.days} days, of the launch in entry ${holdback.look}`,
          },
        ];
  const readings = [...planned, ...held].sort((a, b) => a.at.localeCompare(b.at));
  return { readings, reason: readings.length === 0 ? reason : null };
}
