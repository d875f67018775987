/**
 * Cuts that nobody declared: looked at, labelled exploratory, and kept out of the verdict, of the recorded look and of every check.
 * Who came in which level is counted first; then the same one scan runs with those levels.
 */
import {
  type Evidence,
  type EvidenceTiming,
  estimate,
  intersectionName,
  intersectionSpecs,
  type Study,
  type StudyDimension,
  shownEvidence,
} from "@plumbline/primitives";
import type { DimensionSpec, MomentPlan, MomentResult, SourceSpec } from "@plumbline/stats";
import { PlumbError } from "../../errors.js";

/** More levels than anybody reads, and each is one more chance for noise to look like a finding. */
const MOST_LEVELS = 200;
const MOST_CUTS = 20;

export interface Exploration {
  /** The study with the cuts as its only cohorts. */
  readonly study: Study;
  readonly evidence: Evidence;
}

interface Data {
  readonly study: Study;
  readonly plan: MomentPlan;
  readonly timing: EvidenceTiming;
  /** Names of the columns of each source. */
  readonly columns: (
    sources: readonly SourceSpec[],
  ) => Promise<ReadonlyMap<string, readonly string[]>>;
  readonly read: (plan: MomentPlan) => Promise<MomentResult>;
}

/** `given`: "country,device,country*device"; a column of the exposures, or `source.column` of one with a row a unit. */
export async function explore(given: string, data: Data): Promise<Exploration> {
  const { study, plan, timing, read } = data;
  const cuts = cutsOf(given);
  refuseDeclared(cuts, plan);
  const specs = await dimensionsOf(cuts, data);
  const sources = plan.sources.filter(
    ({ id }) => id === plan.exposure.source || specs.some(({ source }) => source === id),
  );
  const { intersections: _, ...bare } = plan;
  const counted = await read({ ...bare, sources, dimensions: specs, metrics: [] });
  const found = specs.map((spec) => ({ ...spec, levels: levelsOf(spec.id, counted) }));
  const all = [...plan.dimensions, ...found];
  const shown = cuts
    .map((parts) => dimensionOf(parts, all))
    .filter(({ levels }) => levels.length > 0);
  const parts: StudyDimension[] = all.map(({ id, levels }) => ({ name: id, levels }));
  const exploring: MomentPlan = {
    ...plan,
    dimensions: all,
    intersections: [
      ...(plan.intersections ?? []),
      ...intersectionSpecs([...parts, ...shown.filter(({ of }) => of !== undefined)]),
    ],
  };
  // The limit and the level of the gate are not read here: nothing is held against anything.
  const cohorts = {
    dimensions: shown,
    threshold: { scale: "relative" as const, value: 0 },
    alpha: study.intervalAlpha,
    acceptBlindness: [],
  };
  const cut: Study = { ...study, cohorts };
  const evidence = { ...estimate(cut, exploring, await read(exploring)), timing };
  return { study: cut, evidence: shownEvidence(cut, evidence) };
}

function invalid(message: string, mend: string): PlumbError {
  return new PlumbError("EXPLORE_INVALID", message, mend);
}

/** Each cut as its columns: one, or several for an intersection. */
function cutsOf(given: string): string[][] {
  const cuts = given.split(",").map((cut) => cut.split("*").map((part) => part.trim()));
  const empty = cuts.some((parts) => parts.some((part) => part === ""));
  const again = cuts.some((parts) => new Set(parts).size < parts.length);
  const twice = new Set(cuts.map((parts) => [...parts].sort().join("*"))).size < cuts.length;
  if (empty || again || twice || cuts.length > MOST_CUTS) {
    throw invalid(
      `"${given}" is no list of cuts${cuts.length > MOST_CUTS ? `: it has ${cuts.length}, and at most ${MOST_CUTS} are read` : ""}.`,
      "Write columns, each once: --explore country,device, and country*device for both together.",
    );
  }
  return cuts;
}

/** What is declared is judged, and stands in the readout as that; with another column it is a cut of its own. */
function refuseDeclared(cuts: readonly string[][], plan: MomentPlan): void {
  const declared = [
    ...plan.dimensions.map(({ id }) => [id]),
    ...(plan.intersections ?? []).map(({ of }) => of),
  ];
  const names = (parts: readonly string[]) => JSON.stringify([...parts].sort());
  const known = declared.map(names);
  const again = cuts.find((parts) => known.includes(names(parts)));
  if (again === undefined) return;
  throw invalid(
    `"${again.join("*")}" is declared as a cohort, and the readout shows it already.`,
    "Explore only what the registration does not declare.",
  );
}

/** The columns behind the cuts that are no declared dimension. */
async function dimensionsOf(cuts: readonly string[][], data: Data): Promise<DimensionSpec[]> {
  const { plan, columns } = data;
  const suited = plan.sources.filter(
    ({ id, grain, unit }) => id === plan.exposure.source || (grain === "unit" && unit !== null),
  );
  const known = await columns(suited);
  const undeclared = [...new Set(cuts.flat())].filter(
    (part) => !plan.dimensions.some(({ id }) => id === part),
  );
  return undeclared.map((part) => {
    const own = known.get(plan.exposure.source)?.includes(part) === true;
    const dot = part.indexOf(".");
    const source = own || dot < 0 ? plan.exposure.source : part.slice(0, dot);
    const column = own || dot < 0 ? part : part.slice(dot + 1);
    if (!known.get(source)?.includes(column)) throw unknownColumn(part, known, plan);
    const declared = plan.dimensions.find(
      ({ source: from, value }) =>
        from === source && value.kind === "column" && value.name === column,
    );
    if (declared !== undefined) {
      throw invalid(
        `"${part}" is the declared cohort dimension "${declared.id}", and the readout shows it already.`,
        `Explore only what the registration does not declare; with another column, write ${declared.id}*other.`,
      );
    }
    const value = { kind: "column" as const, name: column };
    return { id: part, source, value, levels: [], measuredAt: null };
  });
}

function unknownColumn(
  part: string,
  known: ReadonlyMap<string, readonly string[]>,
  plan: MomentPlan,
): PlumbError {
  const names = [...known].flatMap(([source, columns]) =>
    columns.map((column) => (source === plan.exposure.source ? column : `${source}.${column}`)),
  );
  const shown = names.slice(0, 20).join(", ");
  return invalid(
    `There is no column "${part}" to cut by.`,
    `There are: ${shown}${names.length > 20 ? ` and ${names.length - 20} more` : ""}.`,
  );
}

/** Levels by size, largest first; a missing value is no level. */
function levelsOf(id: string, { quality }: MomentResult): string[] {
  const found = quality.dimensions.find(({ dimension }) => dimension === id)?.levels ?? [];
  const levels = found.flatMap(({ level, units }) => (level === null ? [] : [{ level, units }]));
  return levels
    .sort((a, b) => Number(b.units - a.units) || (a.level < b.level ? -1 : 1))
    .map(({ level }) => level);
}

function dimensionOf(
  parts: readonly string[],
  found: readonly { readonly id: string; readonly levels: readonly string[] }[],
): StudyDimension {
  const own = parts.map((part) => found.find(({ id }) => id === part)?.levels ?? []);
  const size = own.reduce((product, levels) => product * levels.length, 1);
  const name = intersectionName(parts);
  if (size > MOST_LEVELS) {
    throw invalid(
      `"${name}" has ${size.toLocaleString("en-US")} levels; at most ${MOST_LEVELS} are read.`,
      "Cut by something coarser.",
    );
  }
  const levels = own.reduce<string[][]>(
    (all, next) => all.flatMap((head) => next.map((level) => [...head, level])),
    [[]],
  );
  return parts.length === 1
    ? { name, levels: own[0] ?? [] }
    : { name, levels: levels.map(intersectionName), of: parts };
}
