/**
 * One real series of cumulative checkpoints under several stopping rules. Pure.
 *
 * Information is 1 / Var(difference); a checkpoint at which it did not grow is not a look (the variance of a metric may
 * rise faster than the units come). The last checkpoint is the full information, as a plan would have had it that knew
 * the length of the run; groups of sequential looks are at most 30, evenly spread over the checkpoints.
 */
import {
  boundaryAtObservedInformation,
  designGroupSequential,
  differenceSequence,
  type GroupSequentialDesign,
  normalIsf,
  rhoForTightestAt,
} from "@plumbline/stats";

export interface Checkpoint {
  /** Days since the start. */
  readonly time: number;
  readonly countControl: number;
  readonly countTreatment: number;
  readonly meanControl: number;
  readonly meanTreatment: number;
  /** Of one unit. */
  readonly varianceControl: number;
  readonly varianceTreatment: number;
}

export interface Series {
  readonly experiment: string;
  readonly variant: string;
  readonly metric: string;
  /** In order of time. */
  readonly checkpoints: readonly Checkpoint[];
}

export const PLANS = ["peeking", "fixed", "obrien_fleming", "pocock", "always_valid"] as const;
export type Plan = (typeof PLANS)[number];

/** Where a plan stopped, and which way; null: it never claimed a difference. */
export interface Stop {
  readonly time: number;
  readonly direction: "up" | "down";
}

export interface ReplayedSeries {
  readonly experiment: string;
  readonly variant: string;
  readonly metric: string;
  readonly days: number;
  readonly looks: number;
  /** z at the last checkpoint. */
  readonly finalZ: number;
  readonly stops: Readonly<Record<Plan, Stop | null>>;
}

const MOST_LOOKS = 30;

interface Look extends Checkpoint {
  readonly z: number;
  readonly information: number;
}

function looksOf(checkpoints: readonly Checkpoint[]): Look[] {
  return checkpoints.flatMap((checkpoint) => {
    const { countControl, countTreatment, varianceControl, varianceTreatment } = checkpoint;
    const variance = varianceControl / countControl + varianceTreatment / countTreatment;
    if (!(variance > 0) || !Number.isFinite(variance)) return [];
    const difference = checkpoint.meanTreatment - checkpoint.meanControl;
    return [{ ...checkpoint, z: difference / Math.sqrt(variance), information: 1 / variance }];
  });
}

const directionOf = (z: number): Stop["direction"] => (z > 0 ? "up" : "down");

function firstBeyond(looks: readonly Look[], critical: (k: number) => number): Stop | null {
  const found = looks.find((look, k) => Math.abs(look.z) >= critical(k));
  return found === undefined ? null : { time: found.time, direction: directionOf(found.z) };
}

/** Looks whose information grows, ending with the last checkpoint, at most `MOST_LOOKS` of them. */
export function groupLooks(looks: readonly Look[]): Look[] {
  const last = looks.at(-1);
  if (last === undefined) return [];
  let reached = 0;
  const growing = looks.slice(0, -1).filter(({ information }) => {
    // A look so close to the one before carries nothing, and its boundary is numerically empty.
    const grows = information > reached * 1.001 && information < last.information * 0.999;
    if (grows) reached = information;
    return grows;
  });
  const room = MOST_LOOKS - 1;
  if (growing.length <= room) return [...growing, last];
  const spread = Array.from(
    { length: room },
    (_, k) => growing[Math.floor(((k + 1) * growing.length) / room) - 1],
  ).filter((look) => look !== undefined);
  return [...spread, last];
}

function groupStop(looks: readonly Look[], design: GroupSequentialDesign): Stop | null {
  const last = looks.at(-1);
  if (last === undefined) return null;
  const fractions = looks.map(({ information }) => information / last.information);
  const { criticalValues } = boundaryAtObservedInformation(design, { fractions, final: true });
  return firstBeyond(looks, (k) => criticalValues[k] ?? Number.POSITIVE_INFINITY);
}

/** The stream is watched at every checkpoint from the smallest size on at which its guarantee holds. */
function alwaysValidStop(looks: readonly Look[], alpha: number): Stop | null {
  const last = looks.at(-1);
  if (last === undefined) return null;
  const rho = rhoForTightestAt(last.countControl + last.countTreatment, alpha);
  const arm = (n: number, estimate: number, variance: number) => ({
    n,
    estimate,
    variance: variance / n,
  });
  const found = looks.find((look) => {
    const sequence = differenceSequence(
      {
        treatment: arm(look.countTreatment, look.meanTreatment, look.varianceTreatment),
        control: arm(look.countControl, look.meanControl, look.varianceControl),
      },
      { rho, alpha },
    );
    return sequence.asymptoticsHold && Math.abs(sequence.estimate) > sequence.halfWidth;
  });
  return found === undefined ? null : { time: found.time, direction: directionOf(found.z) };
}

export interface Designs {
  readonly alpha: number;
  readonly obrienFleming: GroupSequentialDesign;
  readonly pocock: GroupSequentialDesign;
}

/** The spending of the two designs; their looks are those of each series. */
export function designsFor(alpha: number): Designs {
  const plan = { sided: 2, alpha, power: 0.8, informationRates: [0.5, 1], futility: null } as const;
  return {
    alpha,
    obrienFleming: designGroupSequential({
      ...plan,
      boundary: { family: "lan_demets_obrien_fleming" },
    }),
    pocock: designGroupSequential({ ...plan, boundary: { family: "lan_demets_pocock" } }),
  };
}

/** Null when no checkpoint of the series has a variance. */
export function replaySeries(series: Series, designs: Designs): ReplayedSeries | null {
  const looks = looksOf(series.checkpoints);
  const last = looks.at(-1);
  if (last === undefined) return null;
  const fixed = normalIsf(designs.alpha / 2);
  const groups = groupLooks(looks);
  return {
    experiment: series.experiment,
    variant: series.variant,
    metric: series.metric,
    days: last.time,
    looks: looks.length,
    finalZ: last.z,
    stops: {
      peeking: firstBeyond(looks, () => fixed),
      fixed: firstBeyond([last], () => fixed),
      obrien_fleming: groupStop(groups, designs.obrienFleming),
      pocock: groupStop(groups, designs.pocock),
      always_valid: alwaysValidStop(looks, designs.alpha),
    },
  };
}

export interface PlanSummary {
  readonly plan: Plan;
  /** Series in which it claimed a difference. */
  readonly claims: number;
  /** Of those, claims that the end of the run does not bear out: not significant there, or the other way. */
  readonly notAtEnd: number;
  /** Median day of the claim over the run's days; null without a claim. */
  readonly medianShareOfRun: number | null;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

export function summarise(replayed: readonly ReplayedSeries[]): PlanSummary[] {
  return PLANS.map((plan) => {
    const stopped = replayed.flatMap((series) => {
      const stop = series.stops[plan];
      return stop === null ? [] : [{ series, stop }];
    });
    const notAtEnd = stopped.filter(
      ({ series, stop }) => series.stops.fixed?.direction !== stop.direction,
    ).length;
    const shares = stopped.map(({ series, stop }) => stop.time / series.days);
    return { plan, claims: stopped.length, notAtEnd, medianShareOfRun: median(shares) };
  });
}
