/**
 * Cuts that the registration does not declare. Their levels are counted first, over the exposures
 * alone; then the readout's one plan reads them beside the declared ones. Everything but the
 * exploration is given back without their cells, so nothing else can come to rest on them.
 */
import {
  type CohortRef,
  type Comparison,
  type Evidence,
  exploreLevels,
  type Study,
  shownEvidence,
} from "@plumbline/primitives";
import type { DimensionSpec, IntersectionSpec, MomentPlan, MomentResult } from "@plumbline/stats";
import { PlumbError } from "../../errors.js";

export interface Exploration {
  readonly cuts: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly levels: number;
    readonly units_without_value: number | null;
  }[];
  readonly comparisons: readonly Comparison[];
}

interface Reading {
  readonly describe: () => Promise<ReadonlyMap<string, readonly string[]>>;
  readonly read: (plan: MomentPlan) => Promise<MomentResult>;
}

/** A cut of more levels is an id or a time, and its cells are too small to say anything. */
const MOST_LEVELS = 1000;

const unsuited = (message: string, mend: string) =>
  new PlumbError("EXPLORE_UNSUITED", message, mend);

/** The result as if nothing had been explored, and the exploration; null when nothing was asked for. */
export async function readExploring(
  study: Study,
  plan: MomentPlan,
  asked: readonly string[],
  { describe, read }: Reading,
): Promise<{ result: MomentResult; explored: Exploration | null }> {
  if (asked.length === 0) return { result: await read(plan), explored: null };
  const cuts = namedCuts(asked);
  const columns = await describe();
  const parts = cuts.map((names) => names.map((name) => partOf(plan, name, columns)));
  for (const cut of parts) refuseDeclared(plan, cut);
  const declared = new Set(plan.dimensions.map(({ id }) => id));
  const fresh = new Map(
    parts.flat().flatMap((part) => (declared.has(part.id) ? [] : [[part.id, part]])),
  );
  const counted = fresh.size === 0 ? null : await read(countingPlan(plan, [...fresh.values()]));
  const dimensions = [...fresh.values()].map((part) => withLevels(part, counted));
  const known = new Map([...plan.dimensions, ...dimensions].map((each) => [each.id, each]));
  const intersections = parts.flatMap((cut) => (cut.length > 1 ? [crossing(cut, known)] : []));
  const wide: MomentPlan = {
    ...plan,
    dimensions: [...plan.dimensions, ...dimensions],
    intersections: [...(plan.intersections ?? []), ...intersections],
  };
  const all = await read(wide);
  const names = parts.map((cut) => cut.map(({ id }) => id));
  return { result: without(plan, all), explored: explore(study, wide, all, names) };
}

/** As it may be shown at this moment of the plan: with the intervals that the evidence has there. */
export function shownExploration(
  study: Study,
  evidence: Evidence,
  explored: Exploration,
): Exploration {
  const names = new Set(explored.cuts.map(({ name }) => name));
  const { comparisons } = shownEvidence(study, {
    ...evidence,
    comparisons: [...evidence.comparisons, ...explored.comparisons],
  });
  const own = comparisons.filter(({ cohort }) => cohort !== null && names.has(cohort.dimension));
  return { ...explored, comparisons: own };
}

/** Each cut's columns; the same set of columns asked for twice is one cut. */
function namedCuts(asked: readonly string[]): string[][] {
  const seen = new Set<string>();
  return asked.flatMap((text) => {
    const names = text.split("*").map((name) => name.trim());
    if (names.includes("") || new Set(names).size < names.length) {
      throw unsuited(
        `"${text}" names no cut.`,
        "Write columns with commas between them, and * between those to combine: country,country*device.",
      );
    }
    const key = JSON.stringify([...names].sort());
    if (seen.has(key)) return [];
    seen.add(key);
    return [names];
  });
}

/** A declared dimension by its name or its column, else a column of a source that says who the units are. */
function partOf(
  plan: MomentPlan,
  name: string,
  columns: ReadonlyMap<string, readonly string[]>,
): DimensionSpec {
  const declared =
    plan.dimensions.find(({ id }) => id === name) ??
    plan.dimensions.find(({ value }) => value.kind === "column" && value.name === name);
  if (declared !== undefined) return declared;
  const sources = [
    ...new Set([plan.exposure.source, ...plan.dimensions.map((each) => each.source)]),
  ];
  const source = sources.find((id) => columns.get(id)?.includes(name));
  if (source === undefined) {
    const found = sources.map((id) => `${id}: ${(columns.get(id) ?? []).slice(0, 30).join(", ")}`);
    throw new PlumbError(
      "EXPLORE_COLUMN_UNKNOWN",
      `No source of exposures or of a declared dimension has a column "${name}".`,
      `Name one of these columns. ${found.join("; ")}.`,
    );
  }
  const spec = plan.sources.find(({ id }) => id === source);
  if (name === spec?.unit || (source === plan.exposure.source && name === plan.exposure.arm)) {
    throw unsuited(
      `Column "${name}" holds ${name === spec?.unit ? "the units' ids" : "the arms"}, so its levels hold no comparison.`,
      "Name a column that groups units of every arm.",
    );
  }
  return { id: name, source, value: { kind: "column", name }, levels: [], measuredAt: null };
}

function refuseDeclared(plan: MomentPlan, cut: readonly DimensionSpec[]): void {
  const ids = cut.map(({ id }) => id);
  if (new Set(ids).size < ids.length) {
    throw unsuited(`The cut "${ids.join("*")}" combines a dimension with itself.`, "Name it once.");
  }
  const held =
    ids.length === 1
      ? plan.dimensions.some(({ id }) => id === ids[0])
      : (plan.intersections ?? []).some(
          ({ of }) => of.length === ids.length && of.every((name) => ids.includes(name)),
        );
  if (!held) return;
  throw new PlumbError(
    "EXPLORE_DECLARED",
    `The registration declares the cut "${ids.join("*")}": it is judged, and stands under Cohorts.`,
    "Leave it out of --explore.",
  );
}

/** Who has which level, with nothing measured. */
function countingPlan(plan: MomentPlan, dimensions: readonly DimensionSpec[]): MomentPlan {
  const used = new Set([plan.exposure.source, ...dimensions.map(({ source }) => source)]);
  const sources = plan.sources.filter(({ id }) => used.has(id));
  return { ...plan, sources, dimensions, intersections: [], metrics: [] };
}

function withLevels(part: DimensionSpec, counted: MomentResult | null): DimensionSpec {
  const found = counted?.quality.dimensions.find(({ dimension }) => dimension === part.id);
  const levels = (found?.levels ?? []).flatMap(({ level, units }) =>
    level === null || units === 0n ? [] : [level],
  );
  if (levels.length === 0) {
    throw unsuited(`No exposed unit has a value of "${part.id}".`, "Leave it out of --explore.");
  }
  refuseMany(part.id, levels.length);
  return { ...part, levels };
}

function refuseMany(name: string, levels: number): void {
  if (levels <= MOST_LEVELS) return;
  throw unsuited(
    `"${name}" has ${levels.toLocaleString("en-US")} levels; at most 1,000 can be shown.`,
    "Name a column with fewer levels, or one that groups them.",
  );
}

function crossing(
  cut: readonly DimensionSpec[],
  known: ReadonlyMap<string, DimensionSpec>,
): IntersectionSpec {
  const of = cut.map(({ id }) => id);
  const each = of.map((id) => known.get(id)?.levels ?? []);
  refuseMany(
    of.join("*"),
    each.reduce((product, levels) => product * levels.length, 1),
  );
  const combined = each.reduce<string[][]>(
    (found, levels) => found.flatMap((held) => levels.map((level) => [...held, level])),
    [[]],
  );
  const levels = combined.map((held) => ({ level: held.join(":"), of: held }));
  if (new Set(levels.map(({ level }) => level)).size < levels.length) {
    throw unsuited(
      `Two combinations of "${of.join("*")}" have the same name.`,
      "Name another cut.",
    );
  }
  return { id: of.join(":"), of, levels, sparse: true };
}

function without(plan: MomentPlan, all: MomentResult): MomentResult {
  const kept = new Set<string | null>([
    null,
    ...[...plan.dimensions, ...(plan.intersections ?? [])].map(({ id }) => id),
  ]);
  const own = (cell: { readonly dimension: string | null }) => kept.has(cell.dimension);
  return {
    cells: all.cells.filter(own),
    quantiles: all.quantiles.filter(own),
    ranks: all.ranks.filter(own),
    quality: { ...all.quality, dimensions: all.quality.dimensions.filter(own) },
  };
}

/** Levels that units of the arms are in; a combination that nobody is in is no level. */
function explore(
  study: Study,
  plan: MomentPlan,
  all: MomentResult,
  cuts: readonly (readonly string[])[],
): Exploration {
  const levelsOf = (name: string): CohortRef[] => {
    const held = all.cells.flatMap(({ dimension, level, units }) =>
      dimension === name && level !== null && units > 0n ? [level] : [],
    );
    return [...new Set(held)].map((level) => ({ dimension: name, level }));
  };
  const named = cuts.map((columns) => ({ name: columns.join(":"), columns }));
  const levels = named.flatMap(({ name }) => levelsOf(name));
  return {
    cuts: named.map(({ name, columns }) => {
      const quality = all.quality.dimensions.find(({ dimension }) => dimension === name);
      const none = quality?.levels.find(({ level }) => level === null)?.units ?? 0n;
      return {
        name,
        columns,
        levels: levels.filter(({ dimension }) => dimension === name).length,
        units_without_value: columns.length === 1 ? Number(none) : null,
      };
    }),
    comparisons: exploreLevels(study, plan, all, levels),
  };
}
