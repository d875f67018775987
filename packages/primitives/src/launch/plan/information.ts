/**
 * How far the run has come, in information and not in days: I = 1 / Var(estimate) over the information that the
 * registration planned for (Lan & DeMets 1983). What was planned is read, in this order, from: the registered units with the
 * standard deviation they were computed from; the registered units alone; the registered MDE and power; the days. Levels
 * written by hand belong to their days, so they go by days alone.
 */
import { designGroupSequential } from "@plumbline/stats";
import type { Analysis, Study, StudyPrimary, StudyStopping } from "../../shared/vocabulary.js";
import { lookDays } from "./moment.js";

export interface Information {
  /** 1 / variance of the estimate; null: no standard error is known. */
  readonly now: number | null;
  /** Share of what was planned; above 1 after an overrun. */
  readonly fraction: number;
  readonly basis: string;
}

const positive = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) && value > 0 ? value : null;

/** Units of an equal split that carry the same information as these two arms. */
function effectiveUnits(analysis: Analysis): number | null {
  const [treatment, control] = [positive(analysis.treatment.n), positive(analysis.control.n)];
  return treatment === null || control === null ? null : 1 / (1 / treatment + 1 / control);
}

/** The MDE as a difference on the scale of the absolute effect. */
function absoluteMde(primary: StudyPrimary, stopping: StudyStopping, analysis: Analysis) {
  const { relative, absolute } = primary.mde;
  if (absolute !== null) return positive(Math.abs(absolute));
  if (relative === null) return null;
  if (primary.metric.transform === "log") return positive(Math.abs(Math.log1p(relative)));
  const baseline = stopping.baseline ?? analysis.control.value;
  return baseline === null ? null : positive(Math.abs(relative * baseline));
}

/** E[Z] at the end of the plan under the MDE: what gives the registered power. */
function plannedDrift(study: Study, stopping: StudyStopping, alpha: number): number {
  const { plan } = stopping;
  const days = lookDays(plan);
  const last = days.at(-1) ?? 1;
  const sequential = plan.kind === "group_sequential";
  const informationRates = sequential ? days.map((day) => day / last) : [1];
  return designGroupSequential({
    sided: study.primary.metric.alternative === "two_sided" ? 2 : 1,
    alpha,
    power: study.power,
    informationRates,
    boundary: sequential ? plan.boundary : { family: "obrien_fleming" },
    futility: null,
  }).drift;
}

/**
 * The share of the planned information behind an analysis of the primary metric. `alpha` is the level of the whole plan for
 * this arm; `day` counts as the last one when it is not known.
 */
export function informationOf(
  study: Study,
  stopping: StudyStopping,
  analysis: Analysis,
  alpha: number,
  day: number | null,
): Information {
  const error = positive(analysis.absolute?.standardError);
  const now = error === null ? null : positive(1 / error ** 2);
  const units = positive(stopping.plannedUnitsPerArm);
  const deviation = positive(stopping.plannedDeviation);
  const effective = effectiveUnits(analysis);
  const mde = absoluteMde(study.primary, stopping, analysis);
  const last = lookDays(stopping.plan).at(-1) ?? 1;
  const ways: readonly (readonly [basis: string, fraction: number | null])[] = [
    [
      "registered units and standard deviation",
      now && units && deviation && (now * 2 * deviation ** 2) / units,
    ],
    ["registered units", effective && units && (2 * effective) / units],
    [
      "registered MDE and power",
      now && mde && now / (plannedDrift(study, stopping, alpha) / mde) ** 2,
    ],
    ["days of the run", Math.min(1, Math.max(1, day ?? last) / last)],
  ];
  const usable = stopping.plan.kind === "custom_levels" ? ways.slice(-1) : ways;
  const [basis, fraction] = usable.find(([, share]) => positive(share) !== null) ?? [
    "days of the run",
    1,
  ];
  return { now, fraction: fraction ?? 1, basis };
}
