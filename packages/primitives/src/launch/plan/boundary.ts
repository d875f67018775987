/**
 * The boundary at a look, recomputed from the information seen. A planned look of the past that is not on record counts as
 * taken, with its information in proportion to its day: the plan allowed it, so its share of alpha is gone.
 */
import {
  boundaryAtObservedInformation,
  designGroupSequential,
  normalIsf,
  StatsError,
} from "@plumbline/stats";
import type { EarlierLook, StoppingPlan } from "../../shared/vocabulary.js";

export interface PastLook {
  readonly day: number;
  readonly fraction: number;
  /** Null: assumed, not recorded. */
  readonly z: number | null;
}

export interface LookTest {
  readonly sided: 1 | 2;
  readonly alpha: number;
  readonly power: number;
}

export interface LookBoundary {
  /** One entry for each past look, then the present one, then those to come. */
  readonly fractions: readonly number[];
  readonly criticalValues: readonly number[];
  readonly nominalLevels: readonly number[];
  readonly futilityBounds: readonly (number | null)[];
}

type SequentialPlan = Extract<StoppingPlan, { kind: "group_sequential" | "custom_levels" }>;

/** The least growth between looks that the boundary is computed for, as a ratio. */
const LEAST_GROWTH = 1.0001;
/** How far the last look is put from those before it where its correlation with them is not known. */
const FAR = 1000;

/**
 * The looks before `day`, recorded or assumed, with growing shares below 1. Information can shrink between looks (a variance
 * that grew, an amended size), but what a recorded look has spent stays spent: its share is kept, above that of the look before
 * it. An assumed look without a share of its own between its neighbours spends nothing and is left out.
 */
export function pastLooks(
  plan: SequentialPlan,
  treatment: string,
  now: { readonly day: number; readonly fraction: number },
  recorded: readonly EarlierLook[],
): PastLook[] {
  const looks = plan.looks.slice(0, -1).filter((day) => day < now.day);
  const found = looks.map((day): PastLook => {
    const known = recorded.findLast((look) => look.day === day && look.treatment === treatment);
    return known === undefined
      ? { day, fraction: (now.fraction * day) / now.day, z: null }
      : { day, fraction: known.fraction, z: known.z };
  });
  return found.reduce<PastLook[]>((past, look) => {
    const least = (past.at(-1)?.fraction ?? 0) * LEAST_GROWTH;
    const recordedShare = Math.max(look.fraction, least);
    if (look.z !== null && recordedShare < 1) past.push({ ...look, fraction: recordedShare });
    if (look.z === null && look.fraction > least && look.fraction < Math.min(1, now.fraction)) {
      past.push(look);
    }
    return past;
  }, []);
}

/** Whether the present look has no more information than a recorded one, so that the plan has nothing left to spend on it before its end. */
export const hasShrunk = (past: readonly PastLook[], fraction: number): boolean =>
  fraction < (past.at(-1)?.fraction ?? 0) * LEAST_GROWTH;

/**
 * The present share as the boundary needs it. After the information shrank, nobody knows how the last look goes with those
 * before it; independence has the largest total error of all correlations from 0 to 1 (Sidak 1967), so the level holds for any.
 */
export const presentShare = (past: readonly PastLook[], fraction: number): number =>
  hasShrunk(past, fraction) ? (past.at(-1)?.fraction ?? fraction) * FAR : fraction;

/** The planned shares of looks to come: the information left, in proportion to the days left. */
export function comingFractions(
  plan: SequentialPlan,
  now: { readonly day: number; readonly fraction: number },
): number[] {
  const last = plan.looks.at(-1) ?? now.day;
  return plan.looks
    .filter((day) => day > now.day)
    .map((day) =>
      day === last ? 1 : now.fraction + ((1 - now.fraction) * (day - now.day)) / (last - now.day),
    );
}

const dayRates = (looks: readonly number[]): number[] =>
  looks.map((day) => day / (looks.at(-1) ?? day));

/** Levels written by hand belong to their look, whatever the information. */
function customBoundary(
  plan: Extract<StoppingPlan, { kind: "custom_levels" }>,
  days: readonly number[],
  fractions: readonly number[],
  test: LookTest,
  registeredAlpha: number,
): LookBoundary {
  const nominalLevels = days.map((day) => {
    const at = plan.looks.indexOf(day);
    const level = plan.levels[at === -1 ? plan.levels.length - 1 : at] ?? registeredAlpha;
    return Math.min(1 - 1e-12, (level * test.alpha) / registeredAlpha);
  });
  return {
    fractions,
    nominalLevels,
    criticalValues: nominalLevels.map((level) => normalIsf(level / test.sided)),
    futilityBounds: days.map(() => null),
  };
}

/**
 * Critical values of a plan at the shares given. `days` are those of the shares. `final`: the last share is the end of the
 * plan. `registeredAlpha` scales levels written by hand to tests of another level. Null: the plan has no boundary at this
 * level (a level of one half or more).
 */
export function boundaryAt(
  plan: SequentialPlan,
  looks: {
    readonly days: readonly number[];
    readonly fractions: readonly number[];
    readonly final: boolean;
  },
  test: LookTest,
  registeredAlpha: number,
): LookBoundary | null {
  const { days, fractions, final } = looks;
  if (plan.kind === "custom_levels") {
    return customBoundary(plan, days, fractions, test, registeredAlpha);
  }
  try {
    const design = designGroupSequential({
      ...test,
      informationRates: dayRates(plan.looks),
      boundary: plan.boundary,
      futility: test.sided === 1 ? plan.futility : null,
    });
    const observed = boundaryAtObservedInformation(design, { fractions, final });
    const { criticalValues, nominalLevels, futilityBounds } = observed;
    return { fractions, criticalValues, nominalLevels, futilityBounds };
  } catch (error) {
    if (!(error instanceof StatsError)) throw error;
    return null;
  }
}
