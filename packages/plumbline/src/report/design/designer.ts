/**
 * The study designer: from a few figures to a registration, and from it what `plumb design size`, `plan` and `audit` say of it, by the
 * same functions. Pure, so that a page can compute it at every keystroke.
 */
import {
  auditRegistration,
  type Curve,
  effectCurves,
  type Finding,
  type PlanFacts,
  powerCurves,
  type RegistrationInput,
  registrationSchema,
  resolveStudy,
  type SizingReport,
  sizeRegistration,
} from "@plumbline/primitives/design";
import { StatsError } from "@plumbline/stats";
import { stringify } from "yaml";

export const DESIGN_BOUNDARIES = ["obrien_fleming", "pocock"] as const;

export interface DesignCohort {
  readonly name: string;
  /** Share of the units, in (0, 1]. */
  readonly share: number;
}

/** What is asked for; shares and relative effects are fractions. */
export interface DesignFigures {
  readonly experiment: string;
  readonly metric: string;
  /** In the metric's unit, and the standard deviation of one unit's value; a share's follows from it. */
  readonly baseline: number;
  readonly sd: number;
  readonly kind: "share" | "amount";
  readonly mde: number;
  readonly alpha: number;
  readonly power: number;
  /** Different units in one week, and the share of them that enters. */
  readonly weeklyUnits: number;
  readonly returningShare: number;
  readonly exposedShare: number;
  readonly days: number;
  readonly looks: number;
  readonly boundary: (typeof DESIGN_BOUNDARIES)[number];
  readonly cohorts: readonly DesignCohort[];
}

export interface DesignProblem {
  readonly field: string;
  readonly message: string;
}

export interface Design {
  readonly yaml: string;
  /** What keeps the figures from being a registration; then there is nothing else. */
  readonly problems: readonly DesignProblem[];
  readonly findings: readonly Finding[];
  readonly report: SizingReport | null;
  readonly power: readonly Curve[];
  readonly effects: readonly Curve[];
  /** Of the primary test, as the sizes take it; null with one look. */
  readonly plan: PlanFacts | null;
  readonly days: readonly number[];
}

/** Whole days, evenly spread, the last at the end of the run. */
export function lookDays(days: number, looks: number): number[] {
  const spread = Array.from({ length: looks }, (_, at) => Math.round((days * (at + 1)) / looks));
  return [...new Set(spread)].filter((day) => day > 0);
}

const sdOf = ({ kind, baseline, sd }: DesignFigures): number =>
  kind === "share" ? Number(Math.sqrt(baseline * (1 - baseline)).toPrecision(6)) : sd;

function documentOf(figures: DesignFigures): RegistrationInput {
  const { experiment, metric, baseline, mde, alpha, power, days, looks, boundary, cohorts } =
    figures;
  const dayNames = lookDays(days, looks).map((day) => `day_${day}`);
  const levels = cohorts.map(({ name }) => name);
  return {
    experiment_id: experiment,
    hypothesis: {
      h0: `The change does not move ${metric}.`,
      h1: `The change moves ${metric} by at least ${Number((mde * 100).toPrecision(4))} %.`,
    },
    primary_metric: { name: metric, baseline_estimate: baseline, baseline_std: sdOf(figures) },
    mde_relative: mde,
    alpha,
    power,
    randomization_unit: "user_id",
    runtime_days: days,
    ...(levels.length === 0
      ? {}
      : {
          cohorts: {
            dimensions: { cohort: { levels, measured: "before_exposure" } },
            threshold_relative: -Math.abs(mde),
          },
        }),
    stop_rule:
      dayNames.length < 2
        ? { type: "fixed_horizon" }
        : { type: boundary, looks: dayNames, abort_on_guardrail_breach: true },
    sizing: {
      traffic: {
        weekly_units: figures.weeklyUnits,
        returning_share: figures.returningShare,
        exposed_share: figures.exposedShare,
      },
      ...(levels.length === 0
        ? {}
        : { cohorts: { cohort: Object.fromEntries(cohorts.map((c) => [c.name, c.share])) } }),
    },
  } as RegistrationInput;
}

function wrongFigures({ kind, baseline, cohorts }: DesignFigures): DesignProblem[] {
  const total = cohorts.reduce((sum, { share }) => sum + share, 0);
  return [
    ...(kind === "share" && !(baseline > 0 && baseline < 1)
      ? [{ field: "baseline", message: "A share lies between 0 and 1; write 0.12 for 12 %." }]
      : []),
    ...(total > 1 + 1e-9
      ? [{ field: "cohorts", message: "The cohorts' shares add up to more than 1." }]
      : []),
  ];
}

const none = { findings: [], report: null, power: [], effects: [], plan: null, days: [] };

/** Everything that follows from the figures; what cannot be computed is a problem in words, never a number. */
export function designOf(figures: DesignFigures): Design {
  const document = documentOf(figures);
  const yaml = stringify(document, { lineWidth: 0 });
  const parsed = registrationSchema.safeParse(document);
  const wrong = wrongFigures(figures);
  if (!parsed.success || wrong.length > 0) {
    const issues = parsed.success ? [] : parsed.error.issues;
    const problems = issues.map(({ path, message }) => ({ field: path.join("."), message }));
    return { ...none, yaml, problems: [...wrong, ...problems] };
  }
  const registration = parsed.data;
  const input = { registration, library: null, resolveFiles: (files: readonly string[]) => files };
  const { study, problems } = resolveStudy(input);
  if (study === null) {
    const errors = problems.filter(({ severity }) => severity === "error");
    const told = errors.map(({ path, message }) => ({ field: path.join("."), message }));
    return { ...none, yaml, problems: told };
  }
  try {
    const report = sizeRegistration({ registration, study, library: null });
    const days = lookDays(figures.days, figures.looks);
    return {
      yaml,
      problems: [],
      findings: auditRegistration(registration, study, null, report),
      report,
      power: powerCurves(report),
      effects: report.traffic ? effectCurves(report, report.traffic) : [],
      plan: days.length < 2 ? null : report.plan,
      days,
    };
  } catch (error) {
    if (!(error instanceof StatsError)) throw error;
    return { ...none, yaml, problems: [{ field: "", message: error.message }] };
  }
}
