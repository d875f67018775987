import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BoundaryFamily,
  boundaryAtObservedInformation,
  customPlanError,
  decideLook,
  designGroupSequential,
  type GroupSequentialPlan,
  operatingCharacteristics,
  type SpendingFunction,
  spentError,
} from "./index.js";

const families: readonly BoundaryFamily[] = [
  { family: "obrien_fleming" },
  { family: "pocock" },
  { family: "wang_tsiatis", delta: 0.25 },
  { family: "lan_demets_obrien_fleming" },
  { family: "lan_demets_obrien_fleming", appliedTo: "total" },
  { family: "lan_demets_pocock" },
  { family: "hwang_shih_decani", gamma: -4 },
  { family: "hwang_shih_decani", gamma: 0 },
  { family: "kim_demets", rho: 3 },
];

const base: GroupSequentialPlan = {
  sided: 2,
  alpha: 0.05,
  power: 0.8,
  informationRates: [0.25, 0.6, 1],
  boundary: { family: "lan_demets_obrien_fleming" },
  futility: null,
};

/** The error of critical values by the custom-plan route, which knows nothing of spending. */
function errorOf(sided: 1 | 2, information: readonly number[], levels: readonly number[]): number {
  const full = information[information.length - 1]!;
  const informationRates = information.map((t) => t / full);
  return customPlanError({ sided, informationRates, nominalLevels: levels }).overallAlpha;
}

const rates = fc
  .array(fc.double({ min: 0.02, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 })
  .map((gaps) => {
    const total = gaps.reduce((a, b) => a + b, 0);
    let now = 0;
    return gaps.map((gap, k) => {
      now += gap / total;
      return k + 1 === gaps.length ? 1 : now;
    });
  });

const anyPlan = fc.record({
  sided: fc.constantFrom(1 as const, 2 as const),
  alpha: fc.constantFrom(0.01, 0.025, 0.05, 0.1),
  power: fc.constantFrom(0.8, 0.9),
  informationRates: rates,
  boundary: fc.constantFrom(...families),
  futility: fc.constant(null),
});

describe("designs without futility", () => {
  it("spend exactly alpha and reach exactly the power", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const design = designGroupSequential(plan);
        const error = errorOf(plan.sided, plan.informationRates, design.nominalLevels);
        expect(Math.abs(error - plan.alpha)).toBeLessThan(1e-11);
        expect(Math.abs(design.cumulativeAlpha.at(-1)! - plan.alpha)).toBeLessThan(1e-11);
        expect(Math.abs(design.cumulativePower.at(-1)! - plan.power)).toBeLessThan(1e-10);
        expect(design.inflation).toBeGreaterThanOrEqual(1 - 1e-9);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it("of two sides do the same under a drift and its opposite", () => {
    const design = designGroupSequential(base);
    const up = operatingCharacteristics(design, 1.7);
    const down = operatingCharacteristics(design, -1.7);
    up.stageRejection.forEach((value, k) => {
      expect(down.stageRejectionDown?.[k]).toBeCloseTo(value, 13);
    });
    expect(down.expectedInformationFraction).toBeCloseTo(up.expectedInformationFraction, 13);
  });

  it("survive a ledger: plain data, equal after JSON", () => {
    const design = designGroupSequential(base);
    expect(JSON.parse(JSON.stringify(design))).toEqual(design);
    expect(design).toMatchObject({ kind: "group_sequential", sided: 2, alpha: 0.05 });
    expect(design.formula).toContain("2 - 2 Phi(z_{1-a/2} / sqrt(t))");
  });

  it("carry fifty looks", () => {
    const informationRates = Array.from({ length: 50 }, (_, i) => (i + 1) / 50);
    const design = designGroupSequential({ ...base, informationRates });
    expect(errorOf(2, informationRates, design.nominalLevels)).toBeCloseTo(0.05, 11);
  });
});

describe("designs with futility", () => {
  const oneSided = { ...base, sided: 1, alpha: 0.025 } as const;
  const spending = { family: "hwang_shih_decani", gamma: -2 } as const;

  it.each(families)("spend alpha and beta exactly when binding: %o", (boundary) => {
    const design = designGroupSequential({
      ...oneSided,
      boundary,
      futility: { rule: "beta_spending", spending, binding: true },
    });
    expect(design.cumulativeAlpha.at(-1)).toBeCloseTo(0.025, 9);
    expect(design.futilityBoundary?.alphaIfObeyed).toBeCloseTo(0.025, 9);
    expect(design.cumulativePower.at(-1)).toBeCloseTo(0.8, 9);
    const stops = design.futilityBoundary!;
    stops.stageProbabilitiesH1.reduce((spent, stage, k) => {
      expect(spent + stage).toBeCloseTo(stops.cumulativeBeta![k]!, 9);
      return spent + stage;
    }, 0);
  });

  it("leave the efficacy boundary alone when not binding", () => {
    const without = designGroupSequential(oneSided);
    const withRule = designGroupSequential({
      ...oneSided,
      futility: { rule: "beta_spending", spending, binding: false },
    });
    expect(withRule.criticalValues).toEqual(without.criticalValues);
    expect(withRule.futilityBoundary!.alphaIfObeyed).toBeLessThan(0.025);
    expect(withRule.inflation).toBeGreaterThan(without.inflation);
  });

  it("keep alpha and power whatever the family, looks and direction of the rule", () => {
    const spendings = families.filter((family): family is SpendingFunction =>
      ["lan_demets_pocock", "hwang_shih_decani", "kim_demets"].includes(family.family),
    );
    fc.assert(
      fc.property(anyPlan, fc.constantFrom(...spendings), fc.boolean(), (any, rule, binding) => {
        const futility = { rule: "beta_spending", spending: rule, binding } as const;
        const design = designGroupSequential({ ...any, sided: 1, futility });
        expect(Math.abs(design.cumulativeAlpha.at(-1)! - any.alpha)).toBeLessThan(1e-9);
        expect(Math.abs(design.cumulativePower.at(-1)! - any.power)).toBeLessThan(1e-9);
      }),
      { seed: 4, numRuns: 25 },
    );
  });

  it("accept a look without a futility bound", () => {
    const design = designGroupSequential({
      ...oneSided,
      futility: { rule: "fixed", bounds: [null, 0.3], binding: false },
    });
    expect(design.futilityBoundary?.bounds).toEqual([null, 0.3]);
    expect(design.futilityBoundary?.stageProbabilitiesH1[0]).toBe(0);
  });
});

describe("boundaries at observed information", () => {
  it.each(families)("repeat the plan when information comes as planned: %o", (boundary) => {
    const design = designGroupSequential({ ...base, boundary });
    const observed = boundaryAtObservedInformation(design, {
      fractions: design.informationRates,
      final: true,
    });
    expect(observed.ending).toBe("planned");
    observed.criticalValues.forEach((c, k) => {
      expect(c).toBeCloseTo(design.criticalValues[k]!, 8);
    });
  });

  it("use up exactly alpha whatever information was observed", () => {
    fc.assert(
      fc.property(
        anyPlan,
        rates,
        fc.double({ min: 0.4, max: 1.6, noNaN: true }),
        (plan, seen, end) => {
          const design = designGroupSequential(plan);
          const fractions = seen
            .map((t) => t * end)
            .filter((t, k) => t < 1 || k + 1 === seen.length);
          const observed = boundaryAtObservedInformation(design, { fractions, final: true });
          const error = errorOf(plan.sided, fractions, observed.nominalLevels);
          expect(Math.abs(error - plan.alpha)).toBeLessThan(1e-10);
        },
      ),
      { seed: 2, numRuns: 40 },
    );
  });

  it("never change a look that was already judged", () => {
    const design = designGroupSequential(base);
    const at = (fractions: number[]) =>
      boundaryAtObservedInformation(design, { fractions, final: false }).criticalValues;
    const three = at([0.2, 0.45, 0.9]);
    expect(at([0.2])[0]).toBe(three[0]);
    expect(at([0.2, 0.45])[1]).toBe(three[1]);
  });

  it("after an overrun use the true correlations, not those of the plan", () => {
    const design = designGroupSequential({ ...base, informationRates: [0.5, 1] });
    const observed = boundaryAtObservedInformation(design, { fractions: [0.5, 1.4], final: false });
    expect(observed).toMatchObject({ ending: "overrun", final: true });
    expect(observed.criticalValues[1]).not.toBeCloseTo(design.criticalValues[1]!, 6);
    expect(errorOf(2, [0.5, 1.4], observed.nominalLevels)).toBeCloseTo(0.05, 12);
  });

  it("keep a futility bound at interim looks and none at the last", () => {
    const design = designGroupSequential({
      ...base,
      sided: 1,
      futility: {
        rule: "beta_spending",
        spending: { family: "lan_demets_obrien_fleming" },
        binding: false,
      },
    });
    const planned = boundaryAtObservedInformation(design, { fractions: [0.25, 0.6], final: false });
    expect(planned.futilityBounds[0]).toBeCloseTo(design.futilityBoundary!.bounds[0]!, 9);
    expect(planned.futilityBounds[1]).toBeCloseTo(design.futilityBoundary!.bounds[1]!, 9);
    const ended = boundaryAtObservedInformation(design, { fractions: [0.3, 0.7], final: true });
    expect(ended.futilityBounds[1]).toBeNull();
  });
});

describe("the decision of a look", () => {
  it("follows the boundaries in force", () => {
    const oneSided = designGroupSequential({
      ...base,
      sided: 1,
      futility: { rule: "fixed", bounds: [0, 0.5], binding: false },
    });
    const interim = boundaryAtObservedInformation(oneSided, {
      fractions: [0.25, 0.6],
      final: false,
    });
    const critical = interim.criticalValues[1]!;
    expect(decideLook(interim, critical)).toBe("reject_up");
    expect(decideLook(interim, critical - 1e-9)).toBe("continue");
    expect(decideLook(interim, 0.5 - 1e-9)).toBe("futility");
    const last = boundaryAtObservedInformation(oneSided, {
      fractions: [0.25, 0.6, 1],
      final: true,
    });
    expect(decideLook(last, 0)).toBe("inconclusive");
    const twoSided = boundaryAtObservedInformation(designGroupSequential(base), {
      fractions: [0.3],
      final: false,
    });
    expect(decideLook(twoSided, -twoSided.criticalValues[0]!)).toBe("reject_down");
  });
});

describe("spending functions", () => {
  it.each(
    families.filter((family) => "rho" in family || "gamma" in family || "appliedTo" in family),
  )("rise from nothing to the whole error: %o", (family) => {
    const spending = family as SpendingFunction;
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (s, t) => {
          const [early, late] = [Math.min(s, t), Math.max(s, t)];
          expect(spentError(spending, 0.025, early)).toBeLessThanOrEqual(
            spentError(spending, 0.025, late),
          );
        },
      ),
      { seed: 3, numRuns: 200 },
    );
    expect(spentError(spending, 0.025, 0)).toBe(0);
    expect(spentError(spending, 0.025, 1)).toBe(0.025);
    expect(spentError(spending, 0.025, 1 - 1e-9)).toBeCloseTo(0.025, 8);
  });
});

describe("plans that cannot be", () => {
  const cases: [string, Partial<GroupSequentialPlan>][] = [
    ["unsorted rates", { informationRates: [0.5, 0.4, 1] }],
    ["repeated rates", { informationRates: [0.5, 0.5, 1] }],
    ["rates that do not end at 1", { informationRates: [0.5, 0.9] }],
    ["no looks", { informationRates: [] }],
    ["51 looks", { informationRates: Array.from({ length: 51 }, (_, i) => (i + 1) / 51) }],
    ["alpha 0", { alpha: 0 }],
    ["alpha 1", { alpha: 1 }],
    ["a one-sided alpha of one half", { sided: 1, alpha: 0.5 }],
    ["power below the error", { power: 0.01 }],
    ["NaN alpha", { alpha: Number.NaN }],
    ["rho 0", { boundary: { family: "kim_demets", rho: 0 } }],
    ["infinite gamma", { boundary: { family: "hwang_shih_decani", gamma: Infinity } }],
    ["futility with two sides", { futility: { rule: "fixed", bounds: [0, 0], binding: false } }],
    [
      "too few futility bounds",
      { sided: 1, futility: { rule: "fixed", bounds: [0], binding: false } },
    ],
    [
      "futility above efficacy",
      { sided: 1, futility: { rule: "fixed", bounds: [0, 3], binding: false } },
    ],
  ];

  it.each(cases)("%s", (_, changes) => {
    expect(() => designGroupSequential({ ...base, ...changes })).toThrowError(
      expect.objectContaining({ name: "StatsError", code: "DOMAIN" }),
    );
  });

  it("a look after the full information", () => {
    const design = designGroupSequential(base);
    expect(() =>
      boundaryAtObservedInformation(design, { fractions: [0.5, 1.1, 1.2], final: false }),
    ).toThrowError(expect.objectContaining({ code: "DOMAIN" }));
  });
});
