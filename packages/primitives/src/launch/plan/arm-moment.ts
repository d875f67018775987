/** Where one treatment arm stands in the plan, before anything is judged. */
import { normalIsf } from "@plumbline/stats";
import { findResult, improvementSign } from "../../shared/effects.js";
import type { Analysis, Evidence, Study, StudyStopping } from "../../shared/vocabulary.js";
import {
  boundaryAt,
  comingFractions,
  type LookBoundary,
  type LookTest,
  type PastLook,
  pastLooks,
} from "./boundary.js";
import { type Information, informationOf } from "./information.js";
import { lookDays, type Moment } from "./moment.js";

/**
 * final: judged at the whole of what is left. interim: judged at the level of this look. peek: not judged, always-valid only.
 * any_time: judged by always-valid p-values.
 */
export type ArmMode = "final" | "interim" | "peek" | "any_time";

export interface ArmMoment {
  readonly treatment: string;
  readonly mode: ArmMode;
  /** What the primary p-value is held against. */
  readonly level: number;
  /** z of the primary metric, positive for a benefit; null: not known. */
  readonly z: number | null;
  readonly information: Information | null;
  readonly past: readonly PastLook[];
  /** Past looks, this one, those to come; null: the plan has one look, or this is none. */
  readonly boundary: LookBoundary | null;
  readonly days: readonly number[];
  readonly test: LookTest;
  /** An earlier recorded look that had all the planned information, so that the plan was over. */
  readonly endedOn: number | null;
  /** Level at this look of a harm test whose level over the whole plan is `alpha`. */
  readonly harmLevel: (alpha: number, twoSided: boolean) => number;
}

/** Where the tail of the normal distribution leaves double precision: beyond it, z says no more than this. */
const LARGEST_Z = 37.5;

/** z of the test: from the p-value, so that crossing the boundary and p below the level are the same thing. */
export function zOf(analysis: Analysis, study: Study): number | null {
  const { direction, alternative } = study.primary.metric;
  const effect = analysis.absolute ?? analysis.relative;
  const { pValue } = analysis;
  if (effect === null || pValue === null || pValue.bound) return null;
  const sign = improvementSign(direction);
  if (pValue.value <= 0 || pValue.value > 1) return fromError(effect, sign);
  if (alternative === "two_sided") {
    return Math.sign(effect.estimate) * sign * Math.abs(largest(normalIsf(pValue.value / 2)));
  }
  if (pValue.value === 1) return null;
  return (alternative === "greater" ? sign : -sign) * largest(normalIsf(pValue.value));
}

/** Half of the smallest double is zero, whose quantile is infinite. */
const largest = (z: number): number => (Number.isFinite(z) ? z : LARGEST_Z);

function fromError(effect: NonNullable<Analysis["absolute"]>, sign: number): number | null {
  const { estimate, standardError } = effect;
  if (standardError === null || standardError <= 0) return null;
  const z = (sign * estimate) / standardError;
  return Math.max(-LARGEST_Z, Math.min(LARGEST_Z, z));
}

/** The arm in a plan with one look, between looks, or without a result: no boundary applies. */
function plain(
  base: Pick<ArmMoment, "treatment" | "test" | "z" | "information">,
  mode: ArmMode,
): ArmMoment {
  return {
    ...base,
    mode,
    level: base.test.alpha,
    past: [],
    boundary: null,
    days: [],
    endedOn: null,
    harmLevel: (alpha) => alpha,
  };
}

const MODES = {
  planned_look: "interim",
  final_look: "final",
  not_a_look: "peek",
  any_time: "any_time",
} as const;

export function armMoment(
  study: Study,
  stopping: StudyStopping,
  evidence: Evidence,
  treatment: string,
  moment: Moment,
): ArmMoment {
  const { metric, alpha } = study.primary;
  const test: LookTest = {
    sided: metric.alternative === "two_sided" ? 2 : 1,
    alpha: alpha / Math.max(1, study.treatments.length),
    power: study.power,
  };
  const lookup = findResult(evidence, metric.name, treatment, null);
  const analysis = lookup.kind === "found" ? lookup.analysis : null;
  const base = {
    treatment,
    test,
    z: analysis && zOf(analysis, study),
    information: analysis && informationOf(study, stopping, analysis, test.alpha, moment.day),
  };
  const mode = MODES[moment.moment];
  const { plan } = stopping;
  const sequential = plan.kind === "group_sequential" || plan.kind === "custom_levels";
  const { information } = base;
  if (!sequential || information === null || mode === "peek" || mode === "any_time") {
    return plain(base, mode);
  }
  const day = Math.min(moment.day ?? Number.POSITIVE_INFINITY, lookDays(plan).at(-1) ?? 1);
  const now = { day, fraction: information.fraction };
  const recorded = evidence.timing?.earlier ?? [];
  const ended = recorded.find(
    (look) => look.treatment === treatment && look.day < day && look.fraction >= 1,
  );
  if (ended !== undefined) return { ...plain(base, "peek"), endedOn: ended.day };
  return atLook({ base: { ...base, information }, mode, now, plan, recorded, alpha });
}

interface LookInput {
  readonly base: Pick<ArmMoment, "treatment" | "test" | "z"> & {
    readonly information: Information;
  };
  readonly mode: ArmMode;
  readonly now: { readonly day: number; readonly fraction: number };
  readonly plan: Parameters<typeof pastLooks>[0];
  readonly recorded: Parameters<typeof pastLooks>[3];
  readonly alpha: number;
}

function atLook({ base, mode, now, plan, recorded, alpha }: LookInput): ArmMoment {
  const past = pastLooks(plan, base.treatment, now, recorded);
  // By hand, each level belongs to its look; with spending, all the information means that all alpha is due.
  const full = plan.kind === "group_sequential" && now.fraction >= 1;
  const final = mode === "final" || full;
  const coming = final ? [] : comingFractions(plan, now);
  const comingDays = final ? [] : plan.looks.filter((day) => day > now.day);
  const days = [...past.map(({ day }) => day), now.day, ...comingDays];
  const reached = [...past.map(({ fraction }) => fraction), now.fraction];
  const at = reached.length - 1;
  const here = (test: LookTest) =>
    boundaryAt(plan, { days: days.slice(0, at + 1), fractions: reached, final }, test, alpha);
  const whole = boundaryAt(
    plan,
    { days, fractions: [...reached, ...coming], final: true },
    base.test,
    alpha,
  );
  const present = here(base.test);
  // Without a boundary nothing may be judged before the end.
  if (present === null) return plain(base, final ? "final" : "peek");
  return {
    ...base,
    mode: final ? "final" : mode,
    level: present.nominalLevels[at] ?? base.test.alpha,
    past,
    boundary: whole ?? present,
    days,
    endedOn: null,
    harmLevel: (total, twoSided) =>
      here({ ...base.test, alpha: total, sided: twoSided ? 2 : 1 })?.nominalLevels[at] ?? total,
  };
}
