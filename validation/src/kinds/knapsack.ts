import { enumeratePortfolios, type PortfolioProblem } from "@plumbline/primitives";
import type { Fields } from "../fields.js";
import type { ShapeRow } from "./table.js";

const idOf = (index: number) => String(index);

/** Best subset of `values` under `costs` and `capacity`, pairs and groups by 0-based index. */
export const KNAPSACK_SHAPE: ShapeRow = {
  name: "knapsack",
  fields: ["values", "costs", "capacity"],
  run: (input) => {
    const { feasible, best } = enumeratePortfolios(readProblem(input));
    const [first] = best;
    const indices = (chosen: readonly string[]) => chosen.map(Number);
    return {
      best_value: first?.value ?? null,
      total_cost: first?.effort ?? null,
      selected: first === undefined ? null : indices(first.chosen),
      all_optimal_sets: best.map(({ chosen }) => indices(chosen)),
      feasible_subsets: feasible,
    };
  },
};

function readProblem(input: Fields): PortfolioProblem {
  const costs = input.numbers("costs");
  const second = given(input, "second_costs") ? input.numbers("second_costs") : null;
  const lists = (key: string) =>
    given(input, key) ? input.columns(key).map((list) => list.map(idOf)) : [];
  const pairs = (key: string) =>
    lists(key).map(([a = "", b = ""]): readonly [string, string] => [a, b]);
  return {
    candidates: input.numbers("values").map((value, i) => ({
      id: idOf(i),
      value,
      effort: costs[i] ?? Number.NaN,
      uses: second === null ? {} : { second: second[i] ?? Number.NaN },
    })),
    budget: input.number("capacity"),
    resources:
      second === null ? [] : [{ name: "second", capacity: input.number("second_capacity") }],
    exclusions: pairs("conflicts"),
    dependencies: pairs("requires").map(([candidate, needs]) => ({ candidate, needs })),
    slots: lists("at_most_one_of").map((members, i) => ({
      name: `group ${i}`,
      members,
      atMost: 1,
    })),
  };
}

const given = (input: Fields, key: string) => input.has(key) && !input.isNull(key);
