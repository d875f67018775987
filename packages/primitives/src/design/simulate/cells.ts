/**
 * The smallest groups of units that cohorts are made of. Dimensions that an intersection combines are drawn together, cell by
 * cell; all others by themselves. Units of no declared level are a level of their own.
 */
import type { SimulatedDimension, SimulatedLevel, SimulationModel } from "./model.js";

export interface Cell {
  readonly share: number;
  /** Its level in each dimension; a unit of no declared level has none there. */
  readonly parts: Readonly<Record<string, string>>;
  /** Deviation of the primary metric over that of everybody. */
  readonly spread: number;
}

/** Shares that rounding leaves over are no units. */
const NOBODY = 1e-9;

/** Dimensions that are drawn together, each group once; intersections stand with what they combine. */
export function linkedDimensions({
  dimensions,
}: Pick<SimulationModel, "dimensions">): SimulatedDimension[][] {
  const groups: SimulatedDimension[][] = [];
  for (const dimension of dimensions) {
    const linked = groups.filter((group) =>
      group.some((each) => each.of.some((name) => dimension.of.includes(name))),
    );
    const merged = [...linked.flat(), dimension];
    for (const group of linked) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups;
}

const isPlain = ({ name, of }: SimulatedDimension): boolean => of.length === 1 && of[0] === name;

function restOf({ levels }: SimulatedDimension): { readonly share: number }[] {
  const rest = 1 - levels.reduce((sum, { share }) => sum + share, 0);
  return rest > NOBODY ? [{ share: rest }] : [];
}

/** How many cells a group has. */
export function cellCount(group: readonly SimulatedDimension[]): number {
  return group
    .filter(isPlain)
    .reduce((count, dimension) => count * (dimension.levels.length + restOf(dimension).length), 1);
}

/** @param deviation of the primary metric over everybody. */
export function cellsOf(group: readonly SimulatedDimension[], deviation: number): Cell[] {
  const whole: Cell = { share: 1, parts: {}, spread: 1 };
  return group.filter(isPlain).reduce<Cell[]>(
    (cells, dimension) => {
      const parts: Cell[] = [
        ...dimension.levels.map((level) => ({
          share: level.share,
          parts: level.parts,
          spread: level.deviation / deviation,
        })),
        ...restOf(dimension).map(({ share }) => ({ share, parts: {}, spread: 1 })),
      ];
      return cells.flatMap((cell) =>
        parts.map((part) => ({
          share: cell.share * part.share,
          parts: { ...cell.parts, ...part.parts },
          spread: cell.spread * part.spread,
        })),
      );
    },
    [whole],
  );
}

/** Positions of the cells that a level holds. */
export function cellsOfLevel(cells: readonly Cell[], { parts }: SimulatedLevel): number[] {
  const wanted = Object.entries(parts);
  return cells.flatMap((cell, at) =>
    wanted.every(([dimension, level]) => cell.parts[dimension] === level) ? [at] : [],
  );
}
