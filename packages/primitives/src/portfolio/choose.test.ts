// Exhaustive enumeration by numpy (../shared/reference/knapsack.json), a plain second implementation, and properties.
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseByMilp } from "./choose.js";
import {
  choosePortfolio,
  enumeratePortfolios,
  type OptimalPortfolio,
  type PortfolioProblem,
} from "./index.js";
import { modelOf } from "./model.js";
import { plainEnumeration, randomProblem } from "./testing/problems.js";

async function optimal(problem: PortfolioProblem, options = {}): Promise<OptimalPortfolio> {
  const result = await choosePortfolio(problem, options);
  if (result.status !== "optimal") throw new Error("infeasible");
  return result;
}

/** The same through the programme, whatever the size. */
async function byMilp(problem: PortfolioProblem, runnersUp = 3): Promise<OptimalPortfolio | null> {
  const model = modelOf(problem);
  const breakEven = model.ids.map((_, i) => i);
  return chooseByMilp(model, { runnersUp, budgetStep: 1, breakEven });
}

/** Three reranking ideas share traffic; one needs another; hygiene has one slot. */
const quarter: PortfolioProblem = {
  candidates: [
    { id: "reranker", value: 120, effort: 12 },
    { id: "distil", value: 70, effort: 8 },
    { id: "multilingual", value: 60, effort: 8 },
    { id: "cold-start", value: 80, effort: 18 },
    { id: "sentiment", value: 12, effort: 2 },
    { id: "spam", value: 15, effort: 2 },
    { id: "vampire", value: 200, effort: 1 },
  ],
  budget: 40,
  dependencies: [{ candidate: "distil", needs: "reranker" }],
  interactions: [{ pair: ["reranker", "distil"], value: -50 }],
  slots: [
    { name: "slots", members: ["reranker", "distil", "multilingual", "cold-start"], atMost: 3 },
    { name: "hygiene", members: ["sentiment", "spam"], atMost: 1 },
    { name: "low upside, high risk", members: ["vampire"], atMost: 0 },
  ],
};

describe("a quarter", () => {
  it("takes the best set under budget, slots, dependencies and interactions", async () => {
    const { best, method } = await optimal(quarter);
    expect(method).toBe("enumeration");
    expect(best).toEqual({
      chosen: ["reranker", "multilingual", "cold-start", "spam"],
      value: 275,
      effort: 40,
    });
  });

  it("shows the runners-up in order, the shadow value of a week, and where the choice turns", async () => {
    const { runnersUp, budgetShadow, sensitivity } = await optimal(quarter, { budgetStep: 2 });
    expect(runnersUp.map(({ value }) => value)).toEqual([272, 260, 235]);
    // 42 weeks would pay for nothing more: hygiene has one slot.
    expect(budgetShadow).toMatchObject({ step: 2, gain: 0 });
    const turns = new Map(sensitivity.map((s) => [s.id, s.breakEven]));
    expect(turns.get("spam")).toBe(12);
    expect(turns.get("sentiment")).toBe(15);
    // Without cold-start: reranker, distil (-50), multilingual, spam = 215.
    expect(turns.get("cold-start")).toBe(20);
    expect(turns.get("vampire")).toBeNull();
  });

  it("a larger budget is worth the difference of the two best sets", async () => {
    const tight = { ...quarter, budget: 39 };
    const { best, budgetShadow } = await optimal(tight);
    expect(best.value).toBe(260);
    expect(budgetShadow).toMatchObject({ step: 1, gain: 15, best: { value: 275, effort: 40 } });
  });

  it("keeps what was decided by hand", async () => {
    const forced = { ...quarter, mustChoose: ["distil"], mustReject: ["cold-start"] };
    const { best, sensitivity } = await optimal(forced);
    expect(best.chosen).toEqual(["reranker", "distil", "multilingual", "spam"]);
    expect(sensitivity.find(({ id }) => id === "distil")?.breakEven).toBeNull();
  });

  it("of two sets of equal value takes the cheaper", async () => {
    const candidates = [
      { id: "dear", value: 5, effort: 4 },
      { id: "cheap", value: 5, effort: 2 },
    ];
    const { best, runnersUp } = await optimal({ candidates, budget: 5 });
    expect(best.chosen).toEqual(["cheap"]);
    expect(runnersUp[0]?.chosen).toEqual(["dear"]);
  });

  it("takes nothing when nothing pays, and nothing from nothing", async () => {
    const candidates = [{ id: "a", value: -1, effort: 0 }];
    expect((await optimal({ candidates, budget: 9 })).best).toEqual({
      chosen: [],
      value: 0,
      effort: 0,
    });
    expect((await optimal({ candidates: [], budget: 0 })).best.chosen).toEqual([]);
  });

  it("0.1 + 0.2 weeks fit into 0.3", async () => {
    const candidates = [0.1, 0.2].map((effort) => ({ id: `${effort}`, value: 1, effort }));
    expect((await optimal({ candidates, budget: 0.3 })).best.value).toBe(2);
  });
});

describe("no feasible set", () => {
  it("names the demand that alone is too much", async () => {
    const result = await choosePortfolio({
      ...quarter,
      budget: 15,
      mustChoose: ["cold-start", "spam"],
    });
    expect(result).toEqual({ status: "infeasible", demands: ["cold-start"] });
  });

  it("names all demands when they fail only together", async () => {
    const slots = [{ name: "both", members: ["distil", "multilingual"], atLeast: 2 }];
    const result = await choosePortfolio({
      ...quarter,
      slots,
      budget: 11,
      mustChoose: ["reranker"],
    });
    expect(result).toEqual({ status: "infeasible", demands: ["reranker", "both"] });
  });

  it("through the programme too", async () => {
    const { problem } = randomProblem(1, 40);
    const [first] = problem.candidates;
    const result = await choosePortfolio({
      ...problem,
      budget: 0,
      mustChoose: [first?.id ?? ""],
    });
    expect(result).toEqual({ status: "infeasible", demands: [first?.id] });
  });
});

describe("against other solvers", () => {
  it("enumeration equals a plain list of all subsets: value, count, ties, break-even, shadow", async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { problem } = randomProblem(seed, 3 + (seed % 9));
      const plain = plainEnumeration(problem);
      const { feasible, best } = enumeratePortfolios(problem);
      expect(feasible).toBe(plain.sets.length);
      const result = await optimal(problem);
      expect(result.best.value).toBeCloseTo(plain.best, 9);
      for (const { value } of best) expect(value).toBeCloseTo(plain.best, 9);
      const sorted = plain.sets.map(({ value }) => value).sort((a, b) => b - a);
      const next = sorted.slice(1, 1 + result.runnersUp.length);
      expect(result.runnersUp.map(({ value }) => value.toFixed(8))).toEqual(
        next.map((value) => value.toFixed(8)),
      );
      const richer = plainEnumeration({ ...problem, budget: problem.budget + 1 });
      expect(result.budgetShadow.gain).toBeCloseTo(richer.best - plain.best, 9);
      for (const { id, isChosen, breakEven } of result.sensitivity) {
        const own = problem.candidates.find((c) => c.id === id)?.value ?? 0;
        const others = plain.sets.filter(({ chosen }) => chosen.includes(id) !== isChosen);
        const rival = Math.max(...others.map(({ value }) => value));
        if (others.length === 0) expect(breakEven).toBeNull();
        else
          expect(breakEven).toBeCloseTo(
            own + (isChosen ? rival - plain.best : plain.best - rival),
            9,
          );
      }
    }
  });

  it("the programme equals enumeration on problems of every kind, sensitivity and runners-up included", async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const { problem } = randomProblem(1000 + seed, 4 + (seed % 9));
      const [a, b] = [await optimal(problem), await byMilp(problem)];
      expect(b?.best.value).toBeCloseTo(a.best.value, 7);
      expect(b?.runnersUp.map(({ value }) => value.toFixed(6))).toEqual(
        a.runnersUp.map(({ value }) => value.toFixed(6)),
      );
      expect(b?.budgetShadow.gain).toBeCloseTo(a.budgetShadow.gain, 7);
      a.sensitivity.forEach(({ id, breakEven, isChosen }) => {
        const other = b?.sensitivity.find((s) => s.id === id);
        // Equal sets may be told apart by ties only.
        if (other?.isChosen !== isChosen) return;
        if (breakEven === null) expect(other.breakEven).toBeNull();
        else expect(other.breakEven).toBeCloseTo(breakEven, 6);
      });
    }
  });

  it("scaling values, or the order of candidates, does not change the choice", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 2, max: 9 }), (seed, n) => {
        const { problem } = randomProblem(seed, n);
        const value = enumeratePortfolios(problem).best[0]?.value ?? 0;
        const reversed = { ...problem, candidates: [...problem.candidates].reverse() };
        expect(enumeratePortfolios(reversed).best[0]?.value).toBeCloseTo(value, 9);
        const doubled = {
          ...problem,
          candidates: problem.candidates.map((c) => ({ ...c, value: 2 * c.value })),
          interactions: (problem.interactions ?? []).map((p) => ({ ...p, value: 2 * p.value })),
        };
        expect(enumeratePortfolios(doubled).best[0]?.value).toBeCloseTo(2 * value, 9);
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});

const file = new URL("../../../../../shared/reference/knapsack.json", import.meta.url);
const present = existsSync(file);
describe.skipIf(!present)(
  `numpy's enumeration, by both methods (../shared/reference/knapsack.json ${present ? "present" : "ABSENT, skipped"})`,
  () => {
    interface Case {
      readonly id: string;
      readonly input: {
        readonly values: number[];
        readonly costs: number[];
        readonly capacity: number;
        readonly second_costs: number[] | null;
        readonly second_capacity: number | null;
        readonly conflicts: [number, number][];
        readonly requires: [number, number][];
        readonly at_most_one_of: number[][];
      };
      readonly expected: {
        best_value: number;
        all_optimal_sets: number[][];
        feasible_subsets: number;
      };
    }
    const cases: Case[] = present ? JSON.parse(readFileSync(file, "utf8")).cases : [];
    it.each(cases)("$id", async ({ input, expected }) => {
      const id = (i: number) => `c${i}`;
      const { second_costs: second, second_capacity: capacity } = input;
      const problem: PortfolioProblem = {
        candidates: input.values.map((value, i) => ({
          id: id(i),
          value,
          effort: input.costs[i] ?? 0,
          uses: second ? { second: second[i] ?? 0 } : {},
        })),
        budget: input.capacity,
        resources: capacity === null ? [] : [{ name: "second", capacity }],
        exclusions: input.conflicts.map(([a, b]): [string, string] => [id(a), id(b)]),
        dependencies: input.requires.map(([a, b]) => ({ candidate: id(a), needs: id(b) })),
        slots: input.at_most_one_of.map((group, i) => ({
          name: `group ${i}`,
          members: group.map(id),
          atMost: 1,
        })),
      };
      const sets = expected.all_optimal_sets.map((set) => set.map(id));
      const { feasible, best } = enumeratePortfolios(problem);
      expect(feasible).toBe(expected.feasible_subsets);
      expect(best.map(({ chosen }) => chosen)).toEqual(sets);
      const milp = await byMilp({ ...problem }, 1);
      expect(milp?.best.value).toBeCloseTo(expected.best_value, 9);
      expect(sets).toContainEqual(milp?.best.chosen);
    });
  },
);

describe("speed", () => {
  it("20 loose candidates are enumerated in well under a second", async () => {
    const { problem } = randomProblem(7, 20);
    const loose = {
      candidates: problem.candidates.map(({ uses: _, ...rest }) => rest),
      budget: 1e6,
      interactions: problem.interactions ?? [],
    };
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      await optimal(loose);
      times.push(performance.now() - start);
    }
    expect(enumeratePortfolios(loose).feasible).toBe(2 ** 20);
    // About 60 ms on an idle core; the limit leaves room for other work on the machine.
    expect(Math.min(...times)).toBeLessThan(1000);
  });

  it("200 candidates are proved optimal in seconds", async () => {
    const { problem } = randomProblem(11, 200);
    await optimal(randomProblem(12, 30).problem);
    const start = performance.now();
    const result = await optimal(problem);
    // About 0.3 s on an idle core.
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(result.method).toBe("milp");
    expect(result.sensitivity).toEqual([]);
    expect(result.runnersUp).toHaveLength(3);
    result.runnersUp.forEach(({ value }, i) => {
      const before = i === 0 ? result.best.value : (result.runnersUp[i - 1]?.value ?? 0);
      expect(value).toBeLessThanOrEqual(before + 1e-6);
    });
  });

  it("above 20 candidates break-even values are computed where asked", async () => {
    const { problem } = randomProblem(13, 40);
    const asked = problem.candidates.slice(0, 2).map(({ id }) => id);
    const { sensitivity } = await optimal(problem, { breakEven: asked, runnersUp: 0 });
    expect(sensitivity.map(({ id }) => id).sort()).toEqual([...asked].sort());
  });
});
