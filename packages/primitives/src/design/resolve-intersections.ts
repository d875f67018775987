/** Declared intersections: every combination of the levels of some dimensions is a cohort of its own. */
import type { IntersectionSpec } from "@plumbline/stats";
import { intersectionName } from "../shared/intersections.js";
import type { StudyDimension } from "../shared/vocabulary.js";
import type { Collector } from "./collector.js";
import type { Registration } from "./registration.js";

const MOST_LEVELS = 200;

type Path = readonly (string | number)[];

function combinations(dimensions: readonly StudyDimension[]): string[][] {
  return dimensions.reduce<string[][]>(
    (found, { levels }) => found.flatMap((parts) => levels.map((level) => [...parts, level])),
    [[]],
  );
}

/** The parts that are declared, or null after saying which is not. */
function partsOf(
  names: readonly string[],
  dimensions: readonly StudyDimension[],
  path: Path,
  collector: Collector,
): StudyDimension[] | null {
  const known = dimensions.map(({ name }) => name);
  const parts = names.flatMap((name, at) => {
    const found = dimensions.find((dimension) => dimension.name === name);
    if (found !== undefined) return [found];
    const place = [...path, at];
    const noun = "cohort dimension";
    collector.unknown("registration", "DIMENSION_UNKNOWN", place, noun, name, known);
    return [];
  });
  if (parts.length < names.length) return null;
  const again = names.findIndex((name, at) => names.indexOf(name) < at);
  if (again < 0) return parts;
  duplicate([...path, again], `The intersection names "${names[again]}" twice.`, collector);
  return null;
}

function duplicate(path: Path, message: string, collector: Collector): void {
  const mend = "Name each combination once, and no dimension or level like a combination.";
  collector.error("registration", "NAME_DUPLICATE", path, message, mend);
}

function resolveOne(
  names: readonly string[],
  dimensions: readonly StudyDimension[],
  path: Path,
  collector: Collector,
): StudyDimension | null {
  const parts = partsOf(names, dimensions, path, collector);
  if (parts === null) return null;
  const name = intersectionName(names);
  const levels = combinations(parts).map(intersectionName);
  const size = parts.reduce((product, part) => product * part.levels.length, 1);
  if (size > MOST_LEVELS) {
    const message = `The intersection "${name}" has ${size} combinations; at most ${MOST_LEVELS} can be checked.`;
    const mend = "Declare fewer levels, or leave one of the dimensions out.";
    collector.error("registration", "FIELD_INVALID", path, message, mend);
    return null;
  }
  if (new Set(levels).size < levels.length) {
    duplicate(path, `Two combinations of "${name}" have the same name.`, collector);
    return null;
  }
  return { name, levels, of: names };
}

/** The declared intersections as dimensions of the study; every fault is collected. */
export function resolveIntersections(
  { cohorts }: Registration,
  dimensions: readonly StudyDimension[],
  collector: Collector,
): StudyDimension[] {
  const taken = new Set(dimensions.map(({ name }) => name));
  const sets = new Set<string>();
  return (cohorts?.intersections ?? []).flatMap((names, at) => {
    const path = ["cohorts", "intersections", at];
    const found = resolveOne(names, dimensions, path, collector);
    if (found === null) return [];
    const set = JSON.stringify([...names].sort());
    if (taken.has(found.name) || sets.has(set)) {
      duplicate(path, `The intersection "${found.name}" is declared twice.`, collector);
      return [];
    }
    taken.add(found.name);
    sets.add(set);
    return [found];
  });
}

/** As the warehouse reads them. `dimensions`: of the study, the intersections among them. */
export function intersectionSpecs(dimensions: readonly StudyDimension[]): IntersectionSpec[] {
  return dimensions.flatMap(({ name: id, of }) => {
    if (of === undefined) return [];
    const parts = of.flatMap((name) => dimensions.find((each) => each.name === name) ?? []);
    const levels = combinations(parts).map((each) => ({ level: intersectionName(each), of: each }));
    return [{ id, of, levels }];
  });
}
