import type { Portfolio, PortfolioProblem } from "./problem.js";

/** A problem by index, dependencies first, the same for both solvers. */
export interface PortfolioModel {
  /** Position in the model -> index in the problem; what a candidate needs comes before it. */
  readonly order: readonly number[];
  readonly ids: readonly string[];
  readonly values: readonly number[];
  /** The budget first. Each with the use of every candidate. */
  readonly resources: readonly { readonly capacity: number; readonly use: readonly number[] }[];
  readonly exclusions: readonly (readonly [number, number])[];
  readonly dependencies: readonly (readonly [candidate: number, needs: number])[];
  readonly slots: readonly {
    readonly members: readonly number[];
    readonly atMost: number;
    readonly atLeast: number;
  }[];
  readonly pairs: readonly { readonly a: number; readonly b: number; readonly value: number }[];
  /** By hand: 1 chosen, 0 rejected, null free. */
  readonly fixed: readonly (0 | 1 | null)[];
}

/** Amounts that differ by no more than this share are equal: 0.1 + 0.2 weeks fit into 0.3. */
const ROUNDING = 1e-9;

export const limitOf = (capacity: number) => capacity + ROUNDING * Math.max(1, capacity);

/** The problem must be without faults. */
export function modelOf(problem: PortfolioProblem): PortfolioModel {
  const { candidates, budget, resources = [], exclusions = [], dependencies = [] } = problem;
  const order = dependencyOrder(problem);
  const ordered = order.flatMap((i) => candidates[i] ?? []);
  const position = new Map(ordered.map(({ id }, at) => [id, at]));
  const at = (id: string) => position.get(id) ?? -1;
  const chosen = new Set(problem.mustChoose);
  const rejected = new Set(problem.mustReject);
  return {
    order,
    ids: ordered.map(({ id }) => id),
    values: ordered.map(({ value }) => value),
    resources: [
      { capacity: budget, use: ordered.map(({ effort }) => effort) },
      ...resources.map(({ name, capacity }) => ({
        capacity,
        use: ordered.map(({ uses = {} }) => (Object.hasOwn(uses, name) ? (uses[name] ?? 0) : 0)),
      })),
    ],
    exclusions: exclusions.map(([a, b]) => [at(a), at(b)]),
    dependencies: dependencies.map(({ candidate, needs }) => [at(candidate), at(needs)]),
    slots: (problem.slots ?? []).map(({ members, atMost, atLeast = 0 }) => {
      const distinct = [...new Set(members.map(at))];
      return { members: distinct, atMost: atMost ?? distinct.length, atLeast };
    }),
    pairs: mergedPairs(problem, at),
    fixed: ordered.map(({ id }) => (chosen.has(id) ? 1 : rejected.has(id) ? 0 : null)),
  };
}

/** Two interactions of one pair add up. */
function mergedPairs({ interactions = [] }: PortfolioProblem, at: (id: string) => number) {
  const merged = new Map<string, { a: number; b: number; value: number }>();
  for (const { pair, value } of interactions) {
    const [a, b] = [Math.min(at(pair[0]), at(pair[1])), Math.max(at(pair[0]), at(pair[1]))];
    const before = merged.get(`${a},${b}`)?.value ?? 0;
    merged.set(`${a},${b}`, { a, b, value: before + value });
  }
  return [...merged.values()].filter(({ value }) => value !== 0);
}

/** Indices of the candidates, each after all it needs, otherwise as given. */
function dependencyOrder({ candidates, dependencies = [] }: PortfolioProblem): number[] {
  const index = new Map(candidates.map(({ id }, i) => [id, i]));
  const needs = candidates.map((): number[] => []);
  for (const { candidate, needs: other } of dependencies) {
    needs[index.get(candidate) ?? -1]?.push(index.get(other) ?? -1);
  }
  const placed = new Set<number>();
  const place = (i: number): void => {
    if (placed.has(i)) return;
    for (const other of needs[i] ?? []) place(other);
    placed.add(i);
  };
  for (const i of candidates.keys()) place(i);
  return [...placed];
}

/** A choice (by position) in the terms of the problem. */
export function portfolioOf(
  model: PortfolioModel,
  isChosen: (position: number) => boolean,
): Portfolio {
  const positions = model.ids.map((_, i) => i).filter(isChosen);
  const inOrder = [...positions].sort((a, b) => (model.order[a] ?? 0) - (model.order[b] ?? 0));
  const own = inOrder.reduce((sum, i) => sum + (model.values[i] ?? 0), 0);
  const shared = model.pairs.reduce(
    (sum, { a, b, value }) => (isChosen(a) && isChosen(b) ? sum + value : sum),
    0,
  );
  return {
    chosen: inOrder.map((i) => model.ids[i] ?? ""),
    value: own + shared,
    effort: inOrder.reduce((sum, i) => sum + (model.resources[0]?.use[i] ?? 0), 0),
  };
}
