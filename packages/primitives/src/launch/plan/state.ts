/** The plan applied to the evidence: where each arm stands, the evidence as it may be shown, and the plan in words. */
import { boundaryWords } from "../../shared/boundary-words.js";
import { formatList } from "../../shared/format.js";
import type {
  ArmLook,
  Evidence,
  PlanVerdict,
  StoppingPlan,
  Study,
  StudyMetric,
  StudyStopping,
} from "../../shared/vocabulary.js";
import { whileRunning } from "../srm.js";
import { type ArmMoment, armMoment } from "./arm-moment.js";
import { intervalLevel } from "./boundary.js";
import { alwaysValidReading, type Reading, readArm, repeatedReading } from "./intervals.js";
import { lookDays, type Moment, momentOf } from "./moment.js";

export interface PlanState {
  readonly stopping: StudyStopping;
  readonly moment: Moment;
  readonly arms: readonly ArmMoment[];
  /** Every number as it may be read now. */
  readonly evidence: Evidence;
}

const isAlwaysValid = ({ mode }: ArmMoment): boolean => mode === "peek" || mode === "any_time";

function readingOf(study: Study, stopping: StudyStopping, arm: ArmMoment): Reading | null {
  const { intervalAlpha } = study;
  if (isAlwaysValid(arm)) {
    const { plannedUnitsPerArm: units } = stopping;
    return alwaysValidReading(intervalAlpha, units === null ? null : 2 * units);
  }
  if (arm.boundary === null || arm.days.length < 2) return null;
  const { plan } = stopping;
  const day = arm.days[arm.past.length] ?? lookDays(plan).at(-1) ?? 0;
  const level =
    plan.kind === "custom_levels"
      ? intervalLevel(plan, day, intervalAlpha)
      : arm.harmLevel(intervalAlpha, true);
  return repeatedReading(intervalAlpha, level);
}

const twoSided = (metric: StudyMetric): StudyMetric => ({ ...metric, alternative: "two_sided" });

/** The study as the tests of an arm are read now: always-valid p-values are two-sided. */
export function studyAt(study: Study, arm: ArmMoment | null): Study {
  if (arm === null || !isAlwaysValid(arm)) return study;
  return {
    ...study,
    primary: { ...study.primary, metric: twoSided(study.primary.metric) },
    guardrails: study.guardrails.map((each) => ({ ...each, metric: twoSided(each.metric) })),
    secondary: study.secondary.map(twoSided),
    ...(study.success === undefined
      ? {}
      : { success: study.success.map((each) => ({ ...each, metric: twoSided(each.metric) })) }),
    ...(study.deterioration === undefined
      ? {}
      : { deterioration: study.deterioration.map(twoSided) }),
  };
}

/** The last day of the plan has come, or no day is known. */
export function hasEnded({ day, lastDay }: Moment): boolean {
  return day === null || (lastDay !== null && day >= lastDay);
}

/** Null: no plan is known, and the evidence is read as it is. */
export function planState(study: Study, evidence: Evidence): PlanState | null {
  const stopping = study.stopping ?? null;
  if (stopping === null) return null;
  const moment = momentOf(stopping.plan, evidence.timing?.day ?? null);
  const arms = study.treatments.map(({ name }) =>
    armMoment(study, stopping, evidence, name, moment),
  );
  const shown = arms.reduce((read, arm) => {
    const reading = readingOf(study, stopping, arm);
    return reading === null ? read : readArm(read, arm.treatment, reading);
  }, evidence);
  const ended = moment.moment === "final_look" || hasEnded(moment);
  const running = !ended && !arms.every(({ mode }) => mode === "final");
  const evidenceNow = running ? { ...shown, quality: shown.quality.map(whileRunning) } : shown;
  return { stopping, moment, arms, evidence: evidenceNow };
}

/** The evidence as a reader may see it now: between looks with always-valid intervals, at looks with repeated ones. */
export function shownEvidence(study: Study, evidence: Evidence): Evidence {
  return planState(study, evidence)?.evidence ?? evidence;
}

function planWords(plan: StoppingPlan): string {
  switch (plan.kind) {
    case "fixed_horizon":
      return "One test at the end of the run";
    case "always_valid":
      return "Always-valid intervals";
    case "custom_levels":
      return "Levels written by hand";
    case "group_sequential":
      return boundaryWords(plan.boundary);
  }
}

function label({ plan }: StudyStopping): string {
  const days = lookDays(plan);
  const words = planWords(plan);
  if (days.length === 0) return words;
  if (days.length === 1) return `${words}, on day ${days[0]}`;
  return `${words}, looks on days ${formatList(days.map(String))}`;
}

function sentence({ moment, arms, stopping }: PlanState): string {
  const { day, nextDay, lastDay } = moment;
  const of = lastDay === null ? "" : ` of ${lastDay}`;
  const after = arms.find(({ endedOn }) => endedOn !== null) ?? null;
  if (after !== null) return afterSentence(after);
  switch (moment.moment) {
    case "not_a_look":
      return (
        `Day ${day}${of}: nothing is decided on the primary metric.` +
        (nextDay === null ? "" : ` The next planned look is on day ${nextDay}.`)
      );
    case "planned_look": {
      const at = lookDays(stopping.plan).indexOf(day ?? 0) + 1;
      const over = arms.every(({ mode }) => mode === "final");
      if (arms.length > 0 && arms.every(({ mode }) => mode === "peek")) {
        return `Look ${at} of ${lookDays(stopping.plan).length}, on day ${day}${of}: no more information than at the look before, so nothing is decided on the primary metric.`;
      }
      return over
        ? `Look ${at} on day ${day}${of}: all the planned information is here, so this look is the final one.`
        : `Look ${at} of ${lookDays(stopping.plan).length}, on day ${day}${of}.`;
    }
    case "any_time":
      return `Day ${day ?? "unknown"}${of}: the plan is valid at any time.`;
    case "final_look":
      return finalSentence(moment, stopping);
  }
}

function afterSentence({ endedOn, mode }: ArmMoment): string {
  return mode === "peek"
    ? `The plan ended with the recorded look on day ${endedOn}, and the verdict of that look stands. ` +
        "This reading shows always-valid intervals only."
    : `The plan ended with the recorded look on day ${endedOn}, which showed a benefit. ` +
        "The data of this reading are held against the level of that look.";
}

function finalSentence({ day, lastDay }: Moment, { plan }: StudyStopping): string {
  if (day === null) {
    return "When the data were read is not known; they are taken for those of the final look.";
  }
  if (lastDay === null) return "No end of the run is registered; this reading is taken for it.";
  const looks = lookDays(plan).length;
  const which = looks > 1 ? `The final look, ${looks} of ${looks}` : "The end of the run";
  return day > lastDay
    ? `${which}, planned for day ${lastDay}; read on day ${day}.`
    : `${which}, on day ${lastDay}.`;
}

/** The plan's part of the verdict. */
export function planVerdict(state: PlanState, arms: readonly ArmLook[]): PlanVerdict {
  const { moment, stopping } = state;
  const over = state.arms.length > 0 && state.arms.every(({ mode }) => mode === "final");
  const ended = state.arms.length > 0 && state.arms.every(({ endedOn }) => endedOn !== null);
  const after = ended && state.arms.every(({ mode }) => mode === "peek");
  return {
    kind: stopping.plan.kind,
    label: label(stopping),
    moment: after ? "not_a_look" : over ? "final_look" : moment.moment,
    day: moment.day,
    nextDay: over || ended ? null : moment.nextDay,
    lastDay: moment.lastDay,
    sentence: sentence(state),
    arms,
  };
}
