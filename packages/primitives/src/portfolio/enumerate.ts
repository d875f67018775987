/**
 * Every feasible portfolio of up to 25 candidates.
 *
 * Method: depth-first over the candidates, what they need first, so that a branch is cut as soon as a resource, an
 * exclusion, a dependency or a slot rule breaks; sums run down the branch, so nothing is ever subtracted. Exact: each
 * feasible set is visited once. Time: about 30 ns a set.
 */
import { limitOf, type PortfolioModel } from "./model.js";

export interface Enumeration {
  /** Feasible sets, the empty one included where it is feasible. */
  readonly feasible: number;
  /** The best sets as bit masks over positions, best first; all that are as good as the best, and at least `keep`. */
  readonly best: readonly { readonly mask: number; readonly value: number }[];
  /** Best values with and without each candidate; -Infinity where there is no such set. */
  readonly bestWith: readonly number[];
  readonly bestWithout: readonly number[];
  /** Best set with the larger budget. */
  readonly withMore: { readonly mask: number; readonly value: number };
}

export const LARGEST_ENUMERATION = 25;
/** Sets as good as the best that are kept. */
const LARGEST_TIES = 1000;

const tieOf = (value: number) => value - 1e-9 * Math.max(1, Math.abs(value));

/** What the rules say of one candidate, as masks and lists over the earlier ones. */
interface Rules {
  readonly excluded: number;
  readonly needed: number;
  readonly slots: readonly number[];
  readonly pairs: readonly { readonly mask: number; readonly value: number }[];
}

function rulesOf(model: PortfolioModel): Rules[] {
  return model.ids.map((_, i) => ({
    excluded: model.exclusions.reduce(
      (mask, [a, b]) => (a === i ? mask | (1 << b) : b === i ? mask | (1 << a) : mask),
      0,
    ),
    needed: model.dependencies.reduce((mask, [a, b]) => (a === i ? mask | (1 << b) : mask), 0),
    slots: model.slots.flatMap(({ members }, slot) => (members.includes(i) ? [slot] : [])),
    pairs: model.pairs.flatMap(({ a, b, value }) => (b === i ? [{ mask: 1 << a, value }] : [])),
  }));
}

/** Collects what the visited sets amount to. */
class Tally {
  feasible = 0;
  readonly bestWith: number[];
  readonly bestWithout: number[];
  withMore = { mask: 0, value: Number.NEGATIVE_INFINITY };
  best: { mask: number; value: number }[] = [];
  readonly #keep: number;
  #seen = 0;
  #unseen = 0;
  /** Below it, a set of candidates seen with and without before changes nothing. */
  #floor = Number.NEGATIVE_INFINITY;
  /** Below it, a set is not among the best. */
  #door = Number.NEGATIVE_INFINITY;
  #crowd = 64;

  constructor(n: number, keep: number) {
    this.#keep = keep;
    this.bestWith = new Array<number>(n).fill(Number.NEGATIVE_INFINITY);
    this.bestWithout = new Array<number>(n).fill(Number.NEGATIVE_INFINITY);
  }

  add(mask: number, value: number): void {
    this.feasible += 1;
    if (value >= this.#door) this.#enter(mask, value);
    if (value > this.#floor || (mask & ~this.#seen) !== 0 || (~mask & ~this.#unseen) !== 0) {
      this.#mark(mask, value);
    }
  }

  #mark(mask: number, value: number): void {
    let floor = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.bestWith.length; i++) {
      const side = (mask & (1 << i)) === 0 ? this.bestWithout : this.bestWith;
      if (value > (side[i] as number)) side[i] = value;
      const [a, b] = [this.bestWith[i] as number, this.bestWithout[i] as number];
      // A side not seen yet is caught by the masks.
      if (a < floor && a > Number.NEGATIVE_INFINITY) floor = a;
      if (b < floor && b > Number.NEGATIVE_INFINITY) floor = b;
    }
    this.#seen |= mask;
    this.#unseen |= ~mask;
    this.#floor = floor;
  }

  #enter(mask: number, value: number): void {
    this.best.push({ mask, value });
    if (this.best.length >= this.#crowd) this.#trim();
  }

  #trim(): void {
    this.best.sort((a, b) => b.value - a.value || a.mask - b.mask);
    const tie = tieOf(this.best[0]?.value ?? 0);
    const ties = this.best.filter(({ value }) => value >= tie).length;
    const size = Math.max(this.#keep, Math.min(ties, LARGEST_TIES));
    if (this.best.length >= size) {
      this.best.length = size;
      const top = this.best[0]?.value ?? 0;
      // With ties enough only better sets come in.
      const isFull = ties >= LARGEST_TIES;
      this.#door = isFull ? 2 * top - tie : Math.min(this.best.at(-1)?.value ?? tie, tie);
    }
    // Sorted again only after it has doubled.
    this.#crowd = 2 * this.best.length + 64;
  }

  finish(): void {
    this.#trim();
  }
}

/**
 * @param keep how many of the best sets to keep, ties aside.
 * @param more engineer-weeks by which the budget is raised for `withMore`; 0 for none.
 */
export function enumerateModel(model: PortfolioModel, keep: number, more: number): Enumeration {
  const n = model.ids.length;
  const rules = rulesOf(model);
  const { resources, slots, values, fixed } = model;
  const width = resources.length;
  const base = limitOf(resources[0]?.capacity ?? 0);
  const limits = resources.map(({ capacity }, r) => limitOf(r === 0 ? capacity + more : capacity));
  // Row d holds what the first d decisions used.
  const used = new Float64Array((n + 1) * width);
  const counts = new Int32Array(slots.length);
  // Sums in an array of their own: as arguments of the recursion each would be allocated.
  const sums = new Float64Array(n + 1);
  const tally = new Tally(n, keep);

  const fits = (i: number, mask: number): boolean => {
    const { excluded, needed, slots: of } = rules[i] as Rules;
    if ((mask & excluded) !== 0 || (mask & needed) !== needed) return false;
    for (const slot of of) {
      if ((counts[slot] as number) >= (slots[slot]?.atMost ?? 0)) return false;
    }
    for (let r = 0; r < width; r++) {
      const next = (used[i * width + r] as number) + (resources[r]?.use[i] ?? 0);
      if (next > (limits[r] as number)) return false;
      used[(i + 1) * width + r] = next;
    }
    return true;
  };

  const leaf = (mask: number): void => {
    const value = sums[n] as number;
    for (let slot = 0; slot < slots.length; slot++) {
      if ((counts[slot] as number) < (slots[slot]?.atLeast ?? 0)) return;
    }
    if (value > tally.withMore.value) tally.withMore = { mask, value };
    if ((used[n * width] as number) <= base) tally.add(mask, value);
  };

  const visit = (i: number, mask: number): void => {
    if (i === n) {
      leaf(mask);
      return;
    }
    if (fixed[i] !== 0 && fits(i, mask)) {
      const { slots: of, pairs } = rules[i] as Rules;
      let gained = (sums[i] as number) + (values[i] as number);
      for (const pair of pairs) if ((mask & pair.mask) !== 0) gained += pair.value;
      sums[i + 1] = gained;
      for (const slot of of) counts[slot] = (counts[slot] as number) + 1;
      visit(i + 1, mask | (1 << i));
      for (const slot of of) counts[slot] = (counts[slot] as number) - 1;
    }
    if (fixed[i] === 1) return;
    for (let r = 0; r < width; r++) used[(i + 1) * width + r] = used[i * width + r] as number;
    sums[i + 1] = sums[i] as number;
    visit(i + 1, mask);
  };
  visit(0, 0);
  tally.finish();
  return tally;
}
