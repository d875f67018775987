/**
 * Maturity: a value that is complete so many days after a unit's exposure is not read as kept before the units have had these
 * days. What shows no harm before its time shows nothing; harm that is shown already is harm. A primary metric whose window
 * is open is judged at the looks of its plan, since a win must be shown; one that is known late waits like a limit.
 */
import { formatPercent, formatValue } from "../shared/format.js";
import type { Check, EvidenceTiming, Study, StudyMaturity } from "../shared/vocabulary.js";
import { lookDays } from "./plan/moment.js";
import { studyMetrics } from "./study-metrics.js";

const DAY = 86_400_000;

/** What is awaited, and until when. */
export interface Awaited {
  readonly maturity: StudyMaturity;
  /** Until when units are exposed: a date, or a day of the run; planned where the run goes on. */
  readonly exposedUntil: string;
  readonly planned: boolean;
  /** From when on all of them are mature: a date, or a day of the run; null: not known. */
  readonly until: string | null;
  /** Share of the units that is mature, and the share asked for, where that is less than all. */
  readonly share: { readonly mature: number | null; readonly asked: number } | null;
}

/** A win must be shown, so an open window does not hold the primary metric up; silence on a limit must have had its time. */
export type MaturityRole = "success" | "limit";

/** Beyond it there are no dates in ECMAScript; a time that cannot be read is no number. */
const LAST_TIME = 8.64e15;

const dateOf = (time: number): string =>
  Math.abs(time) <= LAST_TIME ? new Date(time).toISOString().slice(0, 10) : "an unknown date";

/** The first midnight, UTC, that is not before a time. */
const midnightAfter = (time: number): string => dateOf(Math.ceil(time / DAY) * DAY);

const lastDayOf = (study: Study): number | null =>
  study.stopping === null ? null : (lookDays(study.stopping.plan).at(-1) ?? null);

/** Null: mature, nothing to wait for, or not known when the data were read. */
export function awaited(
  study: Study,
  timing: EvidenceTiming | undefined,
  maturity: StudyMaturity | undefined,
  role: MaturityRole,
): Awaited | null {
  if (timing === undefined || maturity === undefined) return null;
  if (role === "success" && maturity.kind === "open") return null;
  if (timing.at === undefined) return awaitedByDay(study, timing.day, maturity);
  return timing.lastExposure === null
    ? null
    : awaitedByDate(study, timing, maturity, {
        at: Date.parse(timing.at),
        last: Date.parse(timing.lastExposure),
      });
}

function awaitedByDate(
  study: Study,
  timing: EvidenceTiming,
  maturity: StudyMaturity,
  { at, last }: { readonly at: number; readonly last: number },
): Awaited | null {
  const whole = last + maturity.days * DAY;
  if (at >= whole) return null;
  const asked = study.matureShare ?? 1;
  const mature = timing.mature?.find(({ days }) => days === maturity.days)?.share ?? null;
  if (asked < 1 && mature !== null && mature >= asked) return null;
  const start = study.stopping?.start ?? timing.firstExposure;
  const lastDay = lastDayOf(study);
  const end = start === null || lastDay === null ? null : Date.parse(start) + lastDay * DAY;
  const planned = end !== null && at < end;
  return {
    maturity,
    exposedUntil: dateOf(planned ? end : last),
    planned,
    until: midnightAfter(planned ? end + maturity.days * DAY : whole),
    share: asked < 1 ? { mature, asked } : null,
  };
}

/** An evidence file knows days of the run only; without a day it is taken for what its platform calls the end. */
function awaitedByDay(study: Study, day: number | null, maturity: StudyMaturity): Awaited | null {
  if (day === null) return null;
  const lastDay = lastDayOf(study);
  if (lastDay !== null && day >= lastDay + maturity.days) return null;
  const exposed = lastDay ?? day;
  return {
    maturity,
    exposedUntil: `day ${exposed}`,
    planned: lastDay === null || day < lastDay,
    until: lastDay === null ? null : `day ${lastDay + maturity.days}`,
    share: null,
  };
}

const daysText = (days: number): string =>
  `${formatValue(days, null)} ${days === 1 ? "day" : "days"}`;

/** One or two sentences: why it is not mature, and until when it is awaited. */
export function explainAwaited(subject: string, what: Awaited): string {
  const { maturity, exposedUntil, planned, until, share } = what;
  const complete = maturity.kind === "late" ? "is known" : "has its whole window";
  const exposed = planned
    ? `units are exposed until ${exposedUntil}`
    : `the last unit was exposed on ${exposedUntil}`;
  const counted =
    share === null
      ? ""
      : ` ${share.mature === null ? "It is not known how many" : formatPercent(share.mature)} of the units are mature; ${formatPercent(share.asked)} are asked for.`;
  const wait =
    until === null
      ? " It is awaited until that long after the last exposure."
      : ` It is awaited until ${until}${share === null ? "" : " at the latest"}.`;
  return (
    `${subject} is not mature: it ${complete} ${daysText(maturity.days)} after a unit's exposure, and ${exposed}.` +
    `${counted}${wait}`
  );
}

/** A limit check before its time: harm that is shown stands, everything else waits. */
export function ripened(
  study: Study,
  timing: EvidenceTiming | undefined,
  check: Check,
  subject: string,
): Check {
  if (check.status === "breach") return check;
  const metric = studyMetrics(study).find(({ name }) => name === check.metric);
  const waits = awaited(study, timing, metric?.maturity, "limit");
  if (waits === null) return check;
  return {
    ...check,
    status: "not_evaluable",
    blocks: true,
    code: "not_mature",
    sentence: `${explainAwaited(subject, waits)} Until then it cannot count as kept.`,
  };
}

/** What to do while checks wait; null: none of them waits. */
export function waitingText(
  study: Study,
  timing: EvidenceTiming | undefined,
  checks: readonly Check[],
): string | null {
  const waiting = checks.filter(({ code }) => code === "not_mature");
  const longest = waiting
    .flatMap(({ metric, kind }) => {
      const found = studyMetrics(study).find(({ name }) => name === metric);
      const role = kind === "primary" ? "success" : "limit";
      return awaited(study, timing, found?.maturity, role) ?? [];
    })
    .reduce<Awaited | null>(
      (most, each) => (most === null || each.maturity.days > most.maturity.days ? each : most),
      null,
    );
  if (longest === null) return null;
  const when = longest.until === null ? "Wait" : `Wait until ${longest.until}`;
  return `Do not ship yet. ${when}, when every value that is awaited is complete, and read it again.`;
}

/** What of a metric is not complete yet, in a sentence; null: nothing. For readings that decide nothing. */
export function outstanding(
  study: Study,
  timing: EvidenceTiming | undefined,
  name: string,
): string | null {
  const metric = studyMetrics(study).find((each) => each.name === name);
  const waits = awaited(study, timing, metric?.maturity, "limit");
  return waits === null ? null : explainAwaited(name, waits);
}
