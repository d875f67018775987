/** The ranking as a problem of choice: what may not be chosen at all and why, slots, shared traffic, dependencies. */
import type { PairInteraction, PortfolioProblem, SlotRule } from "../problem.js";
import type { Appraisal, Ranking } from "./appraise.js";
import { upkeepWeeks } from "./check.js";
import { type Detectability, detectabilityOf } from "./detect.js";
import type { ManualDecision } from "./schema.js";
import { type Worth, worthOf } from "./worth.js";

/** Why a candidate is out before any choice, the first that holds. */
export type Bar =
  | "backlog"
  | "upkeep"
  | "blocked"
  | "never"
  | "after"
  | "undetectable"
  | "worthless";

export function barOf(appraisal: Appraisal): Bar | null {
  const { candidate, quadrant, isDetectable, worth } = appraisal;
  if (candidate.backlog !== undefined) return "backlog";
  if (candidate.upkeep !== undefined) return "upkeep";
  if (candidate.blocked !== undefined) return "blocked";
  if (quadrant === "never" && candidate.kind !== "hygiene") return "never";
  if ((candidate.after ?? []).length > 0) return "after";
  if (!isDetectable) return "undetectable";
  return worth.value > 0 ? null : "worthless";
}

/** What is left of an experiment that shares its surface with another. */
export interface Shared {
  readonly pair: readonly [string, string];
  readonly surface: string;
  /** Of each of the two, with half of the traffic. */
  readonly halves: readonly [Half, Half];
  /** Change of the sum of their values. */
  readonly value: number;
}

export interface Half {
  readonly id: string;
  readonly seen: Detectability;
  readonly isDetectable: boolean;
  readonly worth: Worth;
}

export interface Assembled {
  readonly problem: PortfolioProblem;
  readonly bars: ReadonlyMap<string, Bar>;
  readonly shared: readonly Shared[];
  /** Engineer-weeks that upkeep takes off the capacity. */
  readonly upkeep: number;
}

const SHIPPED = new Set<ManualDecision["decision"]>(["ship", "ship_as_evoi"]);

/** @param withOverrides false: what the formula alone would choose. */
export function assemble(ranking: Ranking, withOverrides: boolean): Assembled {
  const { document, appraisals, settings } = ranking;
  const { capacity } = document;
  const manual = withOverrides ? (document.overrides ?? []) : [];
  const byHand = new Map(manual.map((each) => [each.candidate, each.decision]));
  const bars = new Map(
    appraisals.flatMap((each) => {
      const bar = barOf(each);
      return bar === null ? [] : [[each.candidate.id, bar] as const];
    }),
  );
  const isForced = (id: string) => SHIPPED.has(byHand.get(id) ?? "reject");
  const ids = appraisals.map(({ candidate }) => candidate.id);
  const shared = sharedTraffic(ranking, (id) => !bars.has(id) || isForced(id));
  const upkeep = upkeepWeeks(document.candidates, settings.weeks);
  const { candidates } = document;
  const problem: PortfolioProblem = {
    candidates: appraisals.map(({ candidate: { id }, worth, effort }) => ({
      id,
      value: worth.value,
      effort,
    })),
    budget: Math.max(0, capacity.engineer_weeks - upkeep),
    exclusions: candidates.flatMap(({ id, excludes = [] }) =>
      [...new Set(excludes)].map((other) => [id, other] as const),
    ),
    dependencies: candidates.flatMap(({ id, needs = [] }) =>
      // What is kept going anyhow is there.
      [...new Set(needs)]
        .filter((other) => bars.get(other) !== "upkeep")
        .map((other) => ({ candidate: id, needs: other })),
    ),
    slots: slotRules(ranking),
    interactions: shared.map(({ pair, value }): PairInteraction => ({ pair, value })),
    mustChoose: ids.filter(isForced),
    mustReject: ids.filter((id) => !isForced(id) && (byHand.has(id) || bars.has(id))),
  };
  return { problem, bars, shared, upkeep };
}

function slotRules({ document, appraisals, settings }: Ranking): SlotRule[] {
  const members = (holds: (each: Appraisal) => boolean) =>
    appraisals.filter(holds).map(({ candidate }) => candidate.id);
  const isHygiene = ({ candidate, quadrant }: Appraisal) =>
    candidate.kind === "hygiene" || quadrant === "hygiene";
  const surfaces = new Set(document.candidates.map(({ surface }) => surface));
  return [
    { name: "slots", members: members(() => true), atMost: document.capacity.slots },
    {
      name: "swings",
      members: members((each) => each.quadrant === "swing" && !isHygiene(each)),
      atMost: settings.swings,
    },
    { name: "hygiene", members: members(isHygiene), atMost: settings.hygiene },
    ...[...surfaces].map((surface) => ({
      name: `surface ${surface}`,
      members: members(({ candidate }) => candidate.surface === surface),
      atMost: settings.perSurface,
    })),
  ].filter(({ members: list, atMost }) => list.length > atMost);
}

/** Two on one surface get half of its traffic each: their values then, less their values alone. */
function sharedTraffic(ranking: Ranking, isOpen: (id: string) => boolean): Shared[] {
  const open = ranking.appraisals.filter(({ candidate }) => isOpen(candidate.id));
  const halves = new Map(open.map((each) => [each.candidate.id, halfOf(each, ranking)]));
  return open.flatMap((first, at) =>
    open.slice(at + 1).flatMap((second): Shared[] => {
      const [a, b] = [halves.get(first.candidate.id), halves.get(second.candidate.id)];
      const { surface } = first.candidate;
      if (!a || !b || surface !== second.candidate.surface) return [];
      const alone = first.worth.value + second.worth.value;
      const value = a.worth.value + b.worth.value - alone;
      return [{ pair: [a.id, b.id], surface, halves: [a, b], value }];
    }),
  );
}

function halfOf({ candidate, chance, hit }: Appraisal, { settings }: Ranking): Half {
  const seen = detectabilityOf(candidate, settings, 0.5);
  return {
    id: candidate.id,
    seen,
    isDetectable: seen.probability >= settings.leastPower,
    worth: worthOf(candidate, chance.believed.estimate, hit, seen, settings),
  };
}
