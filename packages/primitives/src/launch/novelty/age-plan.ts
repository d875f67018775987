/**
 * What the effect by age wants from data: the metric on each whole day since a unit's first exposure, and, for their
 * covariances, each pair of days as the two parts of a ratio. Ordinary needs, so one scan of the same engine answers them.
 * Only units exposed early enough to have had all the days take part: else older days would be those of other units.
 */
import type { MomentPlan, MomentSpec, ValueSpec } from "@plumbline/stats";

export interface AgePlan {
  readonly plan: MomentPlan;
  /** Whole days since first exposure: 0..days-1. */
  readonly days: number;
}

export interface AgeRefusal {
  readonly refused: string;
  readonly mend: string;
}

export const dayId = (day: number): string => `day ${day}`;
export const pairId = (earlier: number, later: number): string => `days ${earlier} and ${later}`;

/** More than four weeks make more pairs than anybody needs. */
export const MOST_DAYS = 28;

const ofDay = (value: ValueSpec, day: number): ValueSpec => ({
  ...value,
  window: { fromDays: day, toDays: day + 1 },
});

function unsuited(spec: MomentSpec, plan: MomentPlan): string | null {
  const { value, shape } = spec;
  if (shape !== "univariate") return `it is no mean and no proportion (${shape})`;
  const source = plan.sources.find(({ id }) => id === value.source);
  if (source?.grain !== "event" || source.time === null || plan.exposure.time === null) {
    return "its source has one value a unit, or no time, so it has no value of single days";
  }
  if (value.transform !== "identity") return "it compares logs";
  return (value.window?.fromDays ?? 0) === 0 ? null : "its window does not begin at exposure";
}

/** `before`: units whose first exposure is at or after this time take no part (ISO 8601, UTC). */
export function agePlan(
  plan: MomentPlan,
  metric: string,
  days: number,
  before: string,
): AgePlan | AgeRefusal {
  const spec = plan.metrics.find(({ id }) => id === metric);
  const why = spec === undefined ? "the readout asks for no data of it" : unsuited(spec, plan);
  if (spec === undefined || why !== null) {
    return {
      refused: `The effect of ${metric} by day cannot be told: ${why}.`,
      mend: "Name a mean or proportion over events with --metric.",
    };
  }
  const each = Array.from({ length: days }, (_, day) => day);
  const plain = { ...spec, covariate: null };
  const singles = each.map((day) => ({ ...plain, id: dayId(day), value: ofDay(spec.value, day) }));
  const pairs = each.flatMap((later) =>
    each.slice(0, later).map(
      (earlier): MomentSpec => ({
        ...plain,
        id: pairId(earlier, later),
        shape: "ratio",
        value: ofDay(spec.value, earlier),
        denominator: ofDay(spec.value, later),
      }),
    ),
  );
  const dimensions = plan.dimensions.filter(({ id }) =>
    spec.cohort.some(({ dimension }) => dimension === id),
  );
  const used = new Set([
    plan.exposure.source,
    spec.value.source,
    ...dimensions.map(({ source }) => source),
  ]);
  const end = [plan.exposure.run.end, before].flatMap((time) => time ?? []).sort()[0] ?? before;
  return {
    days,
    plan: {
      ...plan,
      sources: plan.sources.filter(({ id }) => used.has(id)),
      exposure: { ...plan.exposure, run: { ...plan.exposure.run, end } },
      dimensions,
      metrics: [...singles, ...pairs],
    },
  };
}
