// Any sound portfolio has an answer: finite numbers, a decision and a reason for each, every rule kept.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankCandidates } from "./appraise.js";
import { barOf } from "./assemble.js";
import { checkPortfolio } from "./check.js";
import { chooseQuarter } from "./choose.js";
import { type PortfolioDocument, portfolioSchema } from "./schema.js";

const share = fc.double({ min: 0.02, max: 0.98, noNaN: true });
const size = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const ids = ["a", "b", "c", "d", "e"] as const;

const impact = fc
  .tuple(size(-0.01, 0.02), size(1e-5, 0.02), size(1e-6, 0.02))
  .map(([gap, likely, more]) => ({ low: likely - Math.abs(gap), likely, high: likely + more }));

const one = (id: string, at: number) =>
  fc.record(
    {
      id: fc.constant(id),
      kind: fc.constantFrom("win", "swing", "hygiene"),
      reach: size(10, 1e8),
      impact: fc.oneof(impact, size(1e-5, 0.02)),
      evidence_quality: share,
      defence: fc.constant("It was replicated, by others and by us."),
      effort: size(0.1, 30),
      experiment: fc.record(
        {
          metric: fc.constant("m"),
          sd: size(0.01, 10),
          baseline: share.map((x) => x * 0.9),
          returning_share: fc.double({ min: 0, max: 1, noNaN: true }),
          exposed_share: share,
          weeks: size(0.5, 13),
          variance_reduction: fc.double({ min: 0, max: 0.9, noNaN: true }),
          cohorts: fc.array(fc.record({ name: fc.constant("JP"), share }), { maxLength: 2 }),
        },
        { requiredKeys: ["metric", "sd"] },
      ),
      surface: fc.constantFrom("s", "t", "u"),
      direction: fc.constantFrom("old", "new"),
      launch_cost: size(0, 1e5),
      resolves: fc.record({
        quarters: size(1, 8),
        value_per_quarter: size(1, 1e6),
        cost_per_quarter: size(1, 1e6),
      }),
      built_before: fc.record({ planned_weeks: size(1, 20), actual_weeks: size(1, 60) }),
      needs: fc.constantFrom([], [...ids.slice(0, at)].slice(-1)),
      after: fc.constantFrom([], [...ids.slice(0, at)].slice(0, 1)),
      excludes: fc.constantFrom([], ids.filter((each) => each !== id).slice(-1)),
      upkeep: fc.record({ engineers: size(0.01, 0.3) }),
    },
    {
      requiredKeys: [
        "id",
        "kind",
        "reach",
        "impact",
        "evidence_quality",
        "effort",
        "experiment",
        "surface",
        "direction",
      ],
    },
  );

const documents = fc
  .record({
    candidates: fc.tuple(...ids.map(one)),
    slots: fc.integer({ min: 0, max: 4 }),
    engineer_weeks: size(25, 80),
    wins: fc.integer({ min: 0, max: 12 }),
  })
  .map(({ candidates, slots, engineer_weeks, wins }) =>
    portfolioSchema.parse({
      kind: "portfolio",
      portfolio_id: "p",
      quarter: { name: "Q", weeks: 13 },
      capacity: { engineer_weeks, slots },
      past: [{ direction: "old", wins, trials: 12 }],
      candidates,
    }),
  );

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

async function judge(document: PortfolioDocument): Promise<void> {
  expect(checkPortfolio(document).filter(({ severity }) => severity === "error")).toEqual([]);
  const ranking = rankCandidates(document);
  expect(numbersIn(ranking.appraisals).every(Number.isFinite)).toBe(true);
  const choice = await chooseQuarter(ranking);
  if (choice.status !== "optimal") throw new Error("the empty set is always feasible");
  const { best } = choice.found;
  expect(numbersIn([choice.found, choice.breakEven, choice.wins]).every(Number.isFinite)).toBe(
    true,
  );
  expect(choice.judgments.every(({ reason }) => reason.length > 20)).toBe(true);
  const chosen = ranking.appraisals.filter(({ candidate }) => best.chosen.includes(candidate.id));
  const count = (holds: (each: (typeof chosen)[number]) => boolean) => chosen.filter(holds).length;
  expect(chosen.length).toBeLessThanOrEqual(document.capacity.slots);
  expect(best.effort).toBeLessThanOrEqual(choice.assembled.problem.budget + 1e-6);
  expect(count((each) => barOf(each) !== null)).toBe(0);
  expect(
    count(({ candidate, quadrant }) => candidate.kind === "hygiene" || quadrant === "hygiene"),
  ).toBeLessThanOrEqual(1);
  expect(count(({ isDetectable }) => !isDetectable)).toBe(0);
  for (const surface of ["s", "t", "u"]) {
    expect(count(({ candidate }) => candidate.surface === surface)).toBeLessThanOrEqual(2);
  }
  for (const { candidate } of chosen) {
    expect((candidate.excludes ?? []).some((id) => best.chosen.includes(id))).toBe(false);
  }
}

describe("a sound portfolio", () => {
  it("is ranked, valued, chosen and judged, whatever it says", async () => {
    await fc.assert(fc.asyncProperty(documents, judge), { seed: 7, numRuns: 60 });
  }, 120_000);
});
