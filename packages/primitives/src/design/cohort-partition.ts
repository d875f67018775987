/**
 * The levels of one dimension are a partition: a unit has one of them. Shares that sum to more than all units, or figures of
 * more units than an arm has, are those of cohorts that overlap; each belongs in a dimension of its own.
 */
import type { Collector } from "./collector.js";
import type { EvidenceDocument } from "./evidence.js";
import { lookup } from "./needs.js";
import type { Registration } from "./registration.js";

/** Shares are written with few digits. */
const ROUNDING = 0.005;

const mend = (levels: readonly string[]): string =>
  `Give cohorts that overlap a dimension each, or correct the numbers of ${levels.join(", ")}.`;

/** Shares of the sizing block. */
function checkShares({ sizing }: Registration, collector: Collector): void {
  for (const [dimension, levels] of Object.entries(sizing?.cohorts ?? {})) {
    const shares = Object.values(levels).map((own) =>
      typeof own === "number" ? own : own.fraction,
    );
    const sum = shares.reduce((total, share) => total + share, 0);
    if (sum <= 1 + ROUNDING) continue;
    collector.error(
      "registration",
      "COHORTS_OVERLAP",
      ["sizing", "cohorts", dimension],
      `The levels of "${dimension}" hold ${Number((sum * 100).toPrecision(4))} % of the units, so they overlap; levels of one dimension are a partition.`,
      mend(Object.keys(levels)),
    );
  }
}

/** A share of a cohort that is not declared sizes nothing; without declared cohorts the shares declare them. */
function checkSizedCohorts({ sizing, cohorts }: Registration, collector: Collector): void {
  if (cohorts === undefined) return;
  for (const [dimension, levels] of Object.entries(sizing?.cohorts ?? {})) {
    const path = ["sizing", "cohorts", dimension];
    const found = lookup(cohorts.dimensions, dimension);
    if (found === null) {
      const names = Object.keys(cohorts.dimensions);
      collector.unknown(
        "registration",
        "DIMENSION_UNKNOWN",
        path,
        "cohort dimension",
        dimension,
        names,
      );
      continue;
    }
    for (const level of Object.keys(levels)) {
      if (found.levels.includes(level)) continue;
      const noun = `level of "${dimension}"`;
      collector.unknown(
        "registration",
        "LEVEL_UNKNOWN",
        [...path, level],
        noun,
        level,
        found.levels,
      );
    }
  }
}

/** The cohorts that sizes are computed for. */
export function checkSizing(registration: Registration, collector: Collector): void {
  checkShares(registration, collector);
  checkSizedCohorts(registration, collector);
}

interface Counted {
  readonly sum: number;
  readonly levels: readonly string[];
}

/** Figures of an evidence file: what the levels of a dimension hold of one metric, by arm. `countsUnits`: n is units. */
export function checkFigures(
  { arms, results }: EvidenceDocument,
  countsUnits: (metric: string) => boolean,
  collector: Collector,
): void {
  const counted = new Map<string, Counted>();
  const told = new Set<string>();
  results.forEach(({ cohort, by_arm: figures, metric }, at) => {
    // What an intersection holds is counted in its dimensions already.
    if (!countsUnits(metric) || Object.keys(cohort ?? {}).length > 1) return;
    for (const [dimension, level] of Object.entries(cohort ?? {})) {
      for (const [arm, { n = 0 }] of Object.entries(figures ?? {})) {
        const key = JSON.stringify([dimension, metric, arm]);
        const before = counted.get(key) ?? { sum: 0, levels: [] };
        if (before.levels.includes(level)) continue;
        const now = { sum: before.sum + n, levels: [...before.levels, level] };
        counted.set(key, now);
        const assigned = Object.hasOwn(arms, arm) ? (arms[arm]?.n ?? null) : null;
        const over = assigned !== null && now.sum > assigned && now.levels.length > 1;
        if (!over || told.has(dimension)) continue;
        told.add(dimension);
        collector.error(
          "evidence",
          "COHORTS_OVERLAP",
          ["results", at, "by_arm", arm],
          `The levels of "${dimension}" hold ${now.sum} units of "${arm}", which has ${assigned}: they overlap, and levels of one dimension are a partition.`,
          mend(now.levels),
        );
      }
    }
  });
}
