// The quarter's choice: shared traffic, rules, decisions and their reasons, decisions by hand.
import { describe, expect, it } from "vitest";
import { rankCandidates } from "./appraise.js";
import { checkPortfolio } from "./check.js";
import { chooseQuarter, type QuarterChoice } from "./choose.js";
import type { Candidate, PortfolioDocument } from "./schema.js";
import { candidate, quarter } from "./testing/quarter.js";

async function choose(document: PortfolioDocument): Promise<QuarterChoice> {
  expect(checkPortfolio(document).filter(({ severity }) => severity === "error")).toEqual([]);
  const found = await chooseQuarter(rankCandidates(document));
  if (found.status === "infeasible") throw new Error("infeasible");
  return found;
}

const decisions = ({ judgments }: QuarterChoice) =>
  Object.fromEntries(judgments.map(({ id, decision }) => [id, decision]));

const reason = ({ judgments }: QuarterChoice, id: string) =>
  judgments.find((each) => each.id === id)?.reason ?? "";

/** Power 0.85 with all of a surface's traffic, 0.58 with half of it. */
const NEEDY = { experiment: { metric: "m", sd: 1.67 } } as const;

describe("two experiments on one surface", () => {
  it("share its traffic: each at half, both worth less together than alone", async () => {
    const pair = [
      candidate("a", { ...NEEDY, surface: "reranker" }),
      candidate("b", { ...NEEDY, surface: "reranker" }),
    ];
    const { assembled } = await choose(quarter(pair));
    const [shared] = assembled.shared;
    expect(shared?.halves.map(({ seen }) => seen.units)).toEqual([
      expect.closeTo(5e5, 3),
      expect.closeTo(5e5, 3),
    ]);
    expect(shared?.value).toBeLessThan(0);
  });

  it("become undetectable where half of the traffic is too little, so only one is chosen", async () => {
    const strict = { rules: { upside: 1, least_power: 0.7 } };
    const surface = "reranker";
    const pair = [candidate("a", { ...NEEDY, surface }), candidate("b", { ...NEEDY, surface })];
    const together = await choose(quarter(pair, strict));
    expect(together.assembled.shared[0]?.halves.map(({ isDetectable }) => isDetectable)).toEqual([
      false,
      false,
    ]);
    expect(together.found.best.chosen).toHaveLength(1);
    const [first = "", second = ""] = [
      together.found.best.chosen[0],
      "ab".replace(together.found.best.chosen[0] ?? "", ""),
    ];
    expect(decisions(together)).toMatchObject({ [first]: "ship", [second]: "defer" });
    expect(reason(together, second)).toContain(
      `Beside ${first} it would have half the traffic of reranker`,
    );
    const apart = [candidate("a", NEEDY), candidate("b", NEEDY)];
    expect((await choose(quarter(apart, strict))).found.best.chosen).toEqual(["a", "b"]);
  });
});

describe("the rules", () => {
  const choiceOf = async (
    candidates: readonly Candidate[],
    given: Partial<PortfolioDocument> = {},
  ) => (await choose(quarter(candidates, given))).found.best.chosen;

  it("never take low upside with high risk, and say why", async () => {
    const vampire = candidate("v", { evidence_quality: 0.4 });
    const found = await choose(quarter([vampire], { rules: { upside: 1e9 } }));
    expect(decisions(found)).toEqual({ v: "reject" });
    expect(reason(found, "v")).toContain("opportunity-cost vampire");
  });

  it("take at most one hygiene, at most two swings, at most the slots", async () => {
    const many = (kind: Candidate["kind"], evidence: number) =>
      ["a", "b", "c", "d"].map((id) =>
        candidate(id, { kind, evidence_quality: evidence, effort: 1 }),
      );
    expect(await choiceOf(many("hygiene", 0.6))).toHaveLength(1);
    expect(await choiceOf(many("swing", 0.45))).toHaveLength(2);
    expect(await choiceOf(many("win", 0.6))).toHaveLength(3);
  });

  it("take what a candidate needs with it, never two that exclude each other, nothing that waits", async () => {
    const needs = [
      candidate("a", { needs: ["b"] }),
      candidate("b", { impact: { mean: 0.002, sd: 0.001 } }),
    ];
    expect(await choiceOf(needs, { rules: { upside: 1, least_power: 0.05 } })).toEqual(["a", "b"]);
    const rivals = [candidate("a"), candidate("b", { excludes: ["a"], reach: 9e5 })];
    const found = await choose(quarter(rivals));
    expect(found.found.best.chosen).toEqual(["a"]);
    expect(reason(found, "b")).toContain("Does the job of a, which ranks above it");
    const waiting = await choose(quarter([candidate("a"), candidate("b", { after: ["a"] })]));
    expect(decisions(waiting)).toEqual({ a: "ship", b: "defer" });
  });

  it("ship as EVOI only what is worth more as information than as a launch", async () => {
    const resolves = { quarters: 1, value_per_quarter: 100, cost_per_quarter: 60 };
    const found = await choose(quarter([candidate("a", { resolves })]));
    expect(found.ranking.appraisals[0]?.worth.evoi).toBeGreaterThan(0);
    expect(decisions(found)).toEqual({ a: "ship" });
  });

  it("do not reject the better one of two that exclude each other because it does not fit", async () => {
    const rivals = [candidate("a", { excludes: ["b"], effort: 50, reach: 2e7 }), candidate("b")];
    const found = await choose(quarter(rivals));
    expect(decisions(found)).toEqual({ a: "defer", b: "ship" });
  });

  it("count the overrun: a plan that takes 2.5 times its weeks does not fit", async () => {
    const before = { built_before: { planned_weeks: 10, actual_weeks: 25 } };
    const found = await choose(
      quarter([candidate("a", { effort: 20, ...before })], {
        capacity: { engineer_weeks: 40, slots: 3 },
      }),
    );
    expect(found.found.best.chosen).toEqual([]);
    expect(found.found.budgetShadow.gain).toBe(0);
    expect(reason(found, "a")).toContain("2.5 times the plan");
  });
});

describe("what would change the choice", () => {
  it("one more engineer-week pays where a candidate just does not fit", async () => {
    const found = await choose(
      quarter([candidate("a"), candidate("b")], { capacity: { engineer_weeks: 19, slots: 3 } }),
    );
    expect(found.found.budgetShadow.gain).toBeGreaterThan(0);
    expect(found.found.budgetShadow.best.chosen).toEqual(["a", "b"]);
  });

  it("the break-even impact is where the choice indeed turns", async () => {
    const capacity = { engineer_weeks: 10, slots: 1 };
    const with_ = (likely: number) => [
      candidate("a"),
      candidate("b", { impact: { mean: likely, sd: 0.003 } }),
    ];
    const { breakEven } = await choose(quarter(with_(0.008), { capacity }));
    const turn = breakEven.find(({ id }) => id === "b")?.impact ?? 0;
    expect(turn).toBeGreaterThan(0.009);
    expect(turn).toBeLessThan(0.011);
    const scaled = (k: number) => [
      candidate("a"),
      candidate("b", { impact: { mean: turn * k, sd: (0.003 * turn * k) / 0.008 } }),
    ];
    expect((await choose(quarter(scaled(0.999), { capacity }))).found.best.chosen).toEqual(["a"]);
    expect((await choose(quarter(scaled(1.001), { capacity }))).found.best.chosen).toEqual(["b"]);
  });
});

describe("a decision by hand", () => {
  const overrides = [
    {
      candidate: "a",
      decision: "reject",
      reason: "The team rebuilt this only last year.",
      by: "Ada",
    },
  ] as const;

  it("stands, beside what the formula says and what it would choose", async () => {
    const found = await choose(
      quarter([candidate("a"), candidate("b")], { overrides: [...overrides] }),
    );
    expect(found.found.best.chosen).toEqual(["b"]);
    expect(found.formula.chosen).toEqual(["a", "b"]);
    expect(found.judgments[0]).toMatchObject({
      decision: "reject",
      formula: "ship",
      override: { by: "Ada" },
    });
    expect(reason(found, "a")).toContain("The team rebuilt this only last year.");
  });

  it("that cannot be had leaves nothing, and names the demands", async () => {
    const big = quarter([candidate("a", { effort: 100 })], {
      overrides: [
        { candidate: "a", decision: "ship", reason: "It was promised to the customer.", by: "Ada" },
      ],
    });
    const found = await chooseQuarter(rankCandidates(big));
    expect(found).toMatchObject({ status: "infeasible", demands: ["a"] });
  });
});

describe("a long list", () => {
  it("of 60 is chosen by the programme, as good as what leaves one out", async () => {
    const many = Array.from({ length: 60 }, (_, i) =>
      candidate(`c${i}`, {
        reach: 5e5 + 13_000 * ((i * 37) % 60),
        effort: 3 + ((i * 7) % 11),
        surface: `s${i % 30}`,
      }),
    );
    const found = await choose(quarter(many, { capacity: { engineer_weeks: 60, slots: 8 } }));
    expect(found.found.method).toBe("milp");
    expect(found.found.best.chosen).toHaveLength(8);
    const turns = found.breakEven.map(({ isChosen }) => isChosen);
    expect([turns.length, turns.filter(Boolean).length]).toEqual([20, 8]);
    expect(found.found.runnersUp.every(({ value }) => value <= found.found.best.value + 1e-6)).toBe(
      true,
    );
  }, 30_000);
});
