/** Where one treatment arm stands in the plan, before anything is judged. */
import { normalIsf } from "@plumbline/stats";
import { findResult, improvementSign } from "../../shared/effects.js";
import { superiorityAlpha } from "../../shared/policy-levels.js";
import type {
  Analysis,
  EarlierLook,
  Evidence,
  StoppingPlan,
  Study,
  StudyStopping,
} from "../../shared/vocabulary.js";
import {
  boundaryAt,
  comingFractions,
  hasShrunk,
  type LookBoundary,
  type LookTest,
  type PastLook,
  pastLooks,
  presentShare,
} from "./boundary.js";
import { type Information, informationOf } from "./information.js";
import { lastDayOf, lookDays, type Moment } from "./moment.js";

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
  /** Day of an earlier recorded look at which the plan was over; that look is the last of `past` where it had shown a benefit. */
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
    alpha: superiorityAlpha(study),
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
  if (base.information === null || mode === "any_time") return plain(base, mode);
  const read = { ...base, information: base.information };
  const recorded = evidence.timing?.earlier ?? [];
  const last = endOfPlan(stopping.plan, { ...read, mode, day: moment.day }, recorded);
  if (last !== null) return afterEnd(read, stopping.plan, last, recorded, alpha);
  return mode === "peek"
    ? plain(base, mode)
    : judgedAt(read, stopping.plan, { mode, day: moment.day }, recorded, alpha);
}

/** Shares come by a few roundings; the z is compared exactly. */
const ROUNDING = 1e-9;

type Read = Pick<ArmMoment, "treatment" | "test" | "z"> & { readonly information: Information };

/**
 * The recorded look that ended the plan for this arm: the first at its end, or one that had all the planned information
 * (levels written by hand belong to their days, so theirs ends with the last). Later data are not judged afresh, else every day after the
 * end would be one more chance; the same numbers read again are the same look. Null: there is none.
 */
function endOfPlan(
  plan: StoppingPlan,
  now: Read & { readonly mode: ArmMode; readonly day: number | null },
  recorded: readonly EarlierLook[],
): EarlierLook | null {
  const lastDay = lastDayOf(plan);
  const look = recorded.find(({ treatment, day, fraction }) => {
    if (treatment !== now.treatment) return false;
    if (lastDay === null || day >= lastDay) return now.mode === "final";
    const before = now.day === null || day < now.day;
    return plan.kind === "group_sequential" && fraction >= 1 && before;
  });
  if (look === undefined) return null;
  const share = plan.kind === "fixed_horizon" ? look.fraction : now.information.fraction;
  return look.z === now.z && Math.abs(look.fraction - share) <= ROUNDING * share ? null : look;
}

/**
 * After the end the verdict of that look stands: what it did not show stays undecided for good, and what it showed must show again
 * at the same level, so that guardrails which ripen late can still be judged and alpha holds.
 */
function afterEnd(
  read: Read,
  plan: StoppingPlan,
  look: EarlierLook,
  recorded: readonly EarlierLook[],
  alpha: number,
): ArmMoment {
  const information = { ...read.information, fraction: look.fraction };
  const before = recorded.filter(({ day }) => day < look.day);
  const then = judgedAt(
    { ...read, information },
    plan,
    { mode: "final", day: look.day },
    before,
    alpha,
  );
  const endedOn = look.day;
  const bound = normalIsf(Math.min(then.level, 0.999) / read.test.sided);
  if (look.z <= bound) return { ...plain(read, "peek"), endedOn };
  const end: PastLook = { day: look.day, fraction: look.fraction, z: look.z };
  return { ...then, ...read, past: [...then.past, end], endedOn };
}

function judgedAt(
  read: Read,
  plan: StoppingPlan,
  { mode, day: readOn }: { readonly mode: ArmMode; readonly day: number | null },
  recorded: readonly EarlierLook[],
  alpha: number,
): ArmMoment {
  if (plan.kind === "fixed_horizon" || plan.kind === "always_valid") return plain(read, mode);
  const day = Math.min(readOn ?? Number.POSITIVE_INFINITY, lookDays(plan).at(-1) ?? 1);
  const now = { day, fraction: read.information.fraction };
  return atLook({ base: read, mode, now, plan, recorded, alpha });
}

/** Guardrails mostly share one level, and a boundary takes milliseconds. */
function remembered(level: ArmMoment["harmLevel"]): ArmMoment["harmLevel"] {
  const known = new Map<string, number>();
  return (alpha, twoSided) => {
    const key = `${alpha} ${twoSided}`;
    const found = known.get(key) ?? level(alpha, twoSided);
    known.set(key, found);
    return found;
  };
}

interface LookInput {
  readonly base: Read;
  readonly mode: ArmMode;
  readonly now: { readonly day: number; readonly fraction: number };
  readonly plan: Parameters<typeof pastLooks>[0];
  readonly recorded: Parameters<typeof pastLooks>[3];
  readonly alpha: number;
}

/** The boundary with the share that was seen in place of the one it was computed for. */
const asSeen = (boundary: LookBoundary, at: number, fraction: number): LookBoundary => ({
  ...boundary,
  fractions: boundary.fractions.map((share, look) => (look === at ? fraction : share)),
});

function atLook({ base, mode, now, plan, recorded, alpha }: LookInput): ArmMoment {
  const past = pastLooks(plan, base.treatment, now, recorded);
  // By hand, each level belongs to its look; with spending, all the information means that all alpha is due.
  const full = plan.kind === "group_sequential" && now.fraction >= 1;
  const final = mode === "final" || full;
  if (!final && hasShrunk(past, now.fraction)) return plain(base, "peek");
  const share = presentShare(past, now.fraction);
  const coming = final ? [] : comingFractions(plan, now);
  const comingDays = final ? [] : plan.looks.filter((day) => day > now.day);
  const days = [...past.map(({ day }) => day), now.day, ...comingDays];
  const reached = [...past.map(({ fraction }) => fraction), share];
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
    boundary: asSeen(whole ?? present, at, now.fraction),
    days,
    endedOn: null,
    harmLevel: remembered(
      (total, twoSided) =>
        here({ ...base.test, alpha: total, sided: twoSided ? 2 : 1 })?.nominalLevels[at] ?? total,
    ),
  };
}
