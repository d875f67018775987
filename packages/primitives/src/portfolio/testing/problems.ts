import type { PortfolioProblem } from "../problem.js";

/** Numbers in (0, 1) that a seed decides: mulberry32. */
function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

/** A feasible problem with every kind of rule, of `n` candidates. */
export function randomProblem(seed: number, n: number): { readonly problem: PortfolioProblem } {
  const next = uniform(seed);
  const id = (i: number) => `c${i}`;
  const pick = () => Math.floor(next() * n);
  const pairs = (count: number) =>
    Array.from({ length: count }, () => [pick(), pick()] as const).filter(([a, b]) => a !== b);
  const candidates = Array.from({ length: n }, (_, i) => ({
    id: id(i),
    value: Math.round(100 * (60 * next() ** 2 - 4)) / 100,
    effort: Math.floor(1 + 20 * next()),
    uses: { traffic: Math.floor(5 * next()) },
  }));
  const total = candidates.reduce((sum, { effort }) => sum + effort, 0);
  return {
    problem: {
      candidates,
      budget: Math.floor(Math.min(total / 2, 90)),
      resources: [{ name: "traffic", capacity: Math.floor(n * 0.9) + 2 }],
      exclusions: pairs(n / 3).map(([a, b]): [string, string] => [id(a), id(b)]),
      // From later to earlier only: no circle.
      dependencies: pairs(n / 4).map(([a, b]) => ({
        candidate: id(Math.max(a, b)),
        needs: id(Math.min(a, b)),
      })),
      slots: [
        {
          name: "all",
          members: candidates.map((c) => c.id),
          atMost: Math.max(1, Math.ceil(n / 2)),
        },
        { name: "hygiene", members: [id(0), id(1)], atMost: 1 },
      ],
      interactions: pairs(n / 2).map(([a, b]) => ({
        pair: [id(a), id(b)] as const,
        value: Math.round(100 * (12 * next() - 9)) / 100,
      })),
    },
  };
}

interface PlainSet {
  readonly chosen: readonly string[];
  readonly value: number;
}

/** Every subset, each rule asked in full of each: slow, to test with. */
export function plainEnumeration(problem: PortfolioProblem): { sets: PlainSet[]; best: number } {
  const { candidates, budget, resources = [], exclusions = [], dependencies = [] } = problem;
  const sets: PlainSet[] = [];
  for (let mask = 0; mask < 2 ** candidates.length; mask++) {
    const taken = candidates.filter((_, i) => (mask & (1 << i)) !== 0);
    const chosen = taken.map(({ id }) => id);
    const has = (id: string) => chosen.includes(id);
    const sum = (amount: (c: (typeof taken)[number]) => number) =>
      taken.reduce((total, c) => total + amount(c), 0);
    const feasible =
      sum(({ effort }) => effort) <= budget + 1e-9 &&
      resources.every(
        ({ name, capacity }) => sum(({ uses = {} }) => uses[name] ?? 0) <= capacity,
      ) &&
      exclusions.every(([a, b]) => !(has(a) && has(b))) &&
      dependencies.every(({ candidate, needs }) => !has(candidate) || has(needs)) &&
      (problem.slots ?? []).every(({ members, atMost = Infinity, atLeast = 0 }) => {
        const count = members.filter(has).length;
        return atLeast <= count && count <= atMost;
      });
    if (!feasible) continue;
    const shared = (problem.interactions ?? []).reduce(
      (total, { pair: [a, b], value }) => (has(a) && has(b) ? total + value : total),
      0,
    );
    sets.push({ chosen, value: sum(({ value }) => value) + shared });
  }
  return { sets, best: Math.max(...sets.map(({ value }) => value)) };
}
