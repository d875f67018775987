import { describe, expect, it } from "vitest";
import {
  choosePortfolio,
  enumeratePortfolios,
  PORTFOLIO_ERROR_CODES,
  type PortfolioErrorCode,
  type PortfolioProblem,
  portfolioFaults,
} from "./index.js";
import { randomProblem } from "./testing/problems.js";

describe("bad input", () => {
  const a = { id: "a", value: 1, effort: 1 };
  const b = { id: "b", value: 1, effort: 1 };
  const base: PortfolioProblem = { candidates: [a, b], budget: 2 };
  const many = Array.from({ length: 1000 }, (_, i) => ({ id: `m${i}`, value: 1, effort: 1 }));
  const bad: [PortfolioErrorCode, PortfolioProblem, (string | number)[]][] = [
    ["TOO_MANY_CANDIDATES", { ...base, candidates: many }, ["candidates"]],
    ["CANDIDATE_DUPLICATE", { ...base, candidates: [a, a] }, ["candidates", 1, "id"]],
    ["CANDIDATE_UNKNOWN", { ...base, exclusions: [["a", "z"]] }, ["exclusions", 0]],
    ["CANDIDATE_UNKNOWN", { ...base, mustChoose: ["z"] }, ["mustChoose"]],
    [
      "VALUE_INVALID",
      { ...base, candidates: [{ ...a, value: Number.NaN }] },
      ["candidates", 0, "value"],
    ],
    [
      "VALUE_INVALID",
      { ...base, interactions: [{ pair: ["a", "b"], value: Infinity }] },
      ["interactions", 0, "value"],
    ],
    [
      "EFFORT_INVALID",
      { ...base, candidates: [{ ...a, effort: -1 }] },
      ["candidates", 0, "effort"],
    ],
    [
      "EFFORT_INVALID",
      {
        ...base,
        resources: [{ name: "gpu", capacity: 1 }],
        candidates: [{ ...a, uses: { gpu: Number.NaN } }],
      },
      ["candidates", 0, "uses", "gpu"],
    ],
    ["BUDGET_INVALID", { ...base, budget: -3 }, ["budget"]],
    [
      "RESOURCE_UNKNOWN",
      { ...base, candidates: [{ ...a, uses: { gpu: 1 } }] },
      ["candidates", 0, "uses", "gpu"],
    ],
    [
      "RESOURCE_DUPLICATE",
      {
        ...base,
        resources: [
          { name: "x", capacity: 1 },
          { name: "x", capacity: 2 },
        ],
      },
      ["resources", 1],
    ],
    ["PAIR_INVALID", { ...base, exclusions: [["a", "a"]] }, ["exclusions", 0]],
    [
      "DEPENDENCY_CYCLE",
      {
        ...base,
        dependencies: [
          { candidate: "a", needs: "b" },
          { candidate: "b", needs: "a" },
        ],
      },
      ["dependencies"],
    ],
    [
      "DEPENDENCY_CYCLE",
      { ...base, dependencies: [{ candidate: "a", needs: "a" }] },
      ["dependencies"],
    ],
    [
      "SLOT_INVALID",
      { ...base, slots: [{ name: "s", members: ["a"], atMost: 1, atLeast: 2 }] },
      ["slots", 0],
    ],
    [
      "SLOT_INVALID",
      { ...base, slots: [{ name: "s", members: ["a"], atMost: 0.5 }] },
      ["slots", 0],
    ],
    ["CHOICE_CONTRADICTION", { ...base, mustChoose: ["a"], mustReject: ["a"] }, ["mustChoose"]],
  ];

  it.each(bad)("%s", async (code, problem, path) => {
    const failed = choosePortfolio(problem);
    await expect(failed).rejects.toMatchObject({
      name: "PortfolioError",
      code,
      faults: [{ path }],
    });
    expect(() => enumeratePortfolios(problem)).toThrowError(expect.objectContaining({ code }));
  });

  it("says everything that is wrong at once", () => {
    const faults = portfolioFaults(
      { ...base, budget: Number.NaN, mustChoose: ["z"] },
      { runnersUp: -1, budgetStep: 0, breakEven: ["y"] },
    );
    expect(faults.map(({ code }) => code)).toEqual([
      "BUDGET_INVALID",
      "CANDIDATE_UNKNOWN",
      "OPTION_INVALID",
      "OPTION_INVALID",
      "CANDIDATE_UNKNOWN",
    ]);
    for (const { message, mend } of faults) expect(`${message} ${mend}`).toMatch(/^[^.]+\. .+\.$/);
  });

  it("covers every code but the solver's own", () => {
    const covered = new Set<string>([
      ...bad.map(([code]) => code),
      "OPTION_INVALID",
      "SOLVER_FAILED",
    ]);
    expect([...covered].sort()).toEqual([...PORTFOLIO_ERROR_CODES].sort());
  });

  it("too many to list, though not to choose from", async () => {
    const { problem } = randomProblem(2, 30);
    const refused = expect.objectContaining({ code: "TOO_MANY_CANDIDATES" });
    expect(() => enumeratePortfolios(problem)).toThrowError(refused);
  });
});
