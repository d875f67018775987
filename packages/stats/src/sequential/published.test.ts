// Published and textbook values. Sources: Jennison & Turnbull (2000) tables 2.1 and 2.3 (Pocock, O'Brien-Fleming);
// Armitage, McPherson & Rowe (1969) for repeated testing at 5 %; Lan & DeMets (1983) and R's ldbounds for spending
// boundaries; Lindon & Malek (2022) and seqabpy for the sample ratio; Howard et al. (2021) for the mixture boundary.
import { describe, expect, it } from "vitest";
import {
  type BoundaryFamily,
  boundaryAtObservedInformation,
  calibrateLastLevel,
  customPlanError,
  designGroupSequential,
  type GroupSequentialPlan,
  operatingCharacteristics,
  rhoForTightestAt,
  rhoForTightestAtClosedForm,
  scaleLevels,
  sequenceHalfWidth,
  sequentialSampleRatio,
  spentError,
  studentizedSequenceRadius,
} from "./index.js";

const equal = (looks: number) => Array.from({ length: looks }, (_, i) => (i + 1) / looks);

function plan(changes: Partial<GroupSequentialPlan>): GroupSequentialPlan {
  return {
    sided: 2,
    alpha: 0.05,
    power: 0.8,
    informationRates: equal(5),
    boundary: { family: "lan_demets_obrien_fleming" },
    futility: null,
    ...changes,
  };
}

const critical = (changes: Partial<GroupSequentialPlan>) =>
  designGroupSequential(plan(changes)).criticalValues;

function expectClose(got: readonly (number | null)[], expected: readonly number[], digits: number) {
  expect(got).toHaveLength(expected.length);
  expected.forEach((value, k) => {
    expect(got[k]).toBeCloseTo(value, digits);
  });
}

/** The formula applied to the error of both sides together. */
const total: BoundaryFamily = { family: "lan_demets_obrien_fleming", appliedTo: "total" };

const weekly = [4 / 14, 7 / 14, 11 / 14, 1];

describe("classical constants", () => {
  it.each([
    [2, 2.178],
    [3, 2.289],
    [4, 2.361],
    [5, 2.413],
  ])("Pocock with %i looks at two-sided .05 is %f at every look", (looks, constant) => {
    const got = critical({ boundary: { family: "pocock" }, informationRates: equal(looks) });
    expectClose(got, Array(looks).fill(constant), 3);
  });

  it("Pocock's nominal level with five looks is .0158, not alpha / 5", () => {
    const design = designGroupSequential(plan({ boundary: { family: "pocock" } }));
    expectClose(design.nominalLevels, Array(5).fill(0.0158), 4);
  });

  it("O'Brien-Fleming with five looks", () => {
    const got = critical({ boundary: { family: "obrien_fleming" } });
    expectClose(got, [4.562, 3.226, 2.634, 2.281, 2.04], 3);
  });

  it("O'Brien-Fleming with seven looks goes from 4.8e-8 to .0391", () => {
    const { nominalLevels } = designGroupSequential(
      plan({ boundary: { family: "obrien_fleming" }, informationRates: equal(7) }),
    );
    expect(nominalLevels[0]).toBeCloseTo(4.8e-8, 9);
    expect(nominalLevels[6]).toBeCloseTo(0.0391, 4);
  });

  it("Wang-Tsiatis is O'Brien-Fleming at delta 0 and Pocock at delta 1/2", () => {
    const wangTsiatis = (delta: number) =>
      critical({ boundary: { family: "wang_tsiatis", delta } });
    expectClose(wangTsiatis(0), [...critical({ boundary: { family: "obrien_fleming" } })], 10);
    expectClose(wangTsiatis(0.5), [...critical({ boundary: { family: "pocock" } })], 10);
  });
});

describe("spending boundaries", () => {
  const oneSided = { sided: 1, alpha: 0.025 } as const;

  it("the classic Lan-DeMets table is the one-sided .025 boundary", () => {
    expectClose(critical(oneSided), [4.8769, 3.357, 2.6803, 2.2898, 2.031], 3);
  });

  it("the two-sided .05 boundary of the same name depends on what the formula is applied to", () => {
    expectClose(critical({}), [4.8769, 3.3569, 2.6803, 2.2898, 2.031], 3);
    expectClose(critical({ boundary: total }), [4.3826, 3.0997, 2.5534, 2.2538, 2.0635], 4);
  });

  it.each<[string, Partial<GroupSequentialPlan>, number[], number]>([
    ["(.3, .6, 1)", { informationRates: [0.3, 0.6, 1] }, [3.92857, 2.66997, 1.98103], 4],
    [
      "(.3, .6, .8, 1)",
      { informationRates: [0.3, 0.6, 0.8, 1] },
      [3.92857, 2.66997, 2.28886, 2.03074],
      4,
    ],
    ["days 4, 7, 11, 14", { informationRates: weekly }, [4.0333, 2.9646, 2.2918, 2.0238], 4],
    [
      "days 4, 7, 11, 14, Pocock type",
      { informationRates: weekly, boundary: { family: "lan_demets_pocock" } },
      [2.3269, 2.3896, 2.3362, 2.3642],
      4,
    ],
    [
      "linear spending of .05",
      { alpha: 0.05, informationRates: equal(4), boundary: { family: "kim_demets", rho: 1 } },
      [2.2414, 2.1251, 2.0187, 1.9255],
      4,
    ],
  ])("one-sided at %s", (_, changes, expected, digits) => {
    expectClose(critical({ ...oneSided, ...changes }), expected, digits);
  });

  it("two-sided .05 at days 4, 7, 11, 14", () => {
    const design = designGroupSequential(plan({ informationRates: weekly, boundary: total }));
    expectClose(design.criticalValues, [3.6668, 2.7776, 2.2428, 2.0539], 4);
    expectClose(design.nominalLevels, [0.000246, 0.005477, 0.024908, 0.039984], 6);
  });

  it("a plan for (.3, .6, 1) that must end at .8 spends the rest there", () => {
    const design = designGroupSequential(plan({ ...oneSided, informationRates: [0.3, 0.6, 1] }));
    const observed = boundaryAtObservedInformation(design, {
      fractions: [0.3, 0.6, 0.8],
      final: true,
    });
    expectClose(observed.criticalValues, [3.92857, 2.66997, 1.9689], 4);
    expect(observed.ending).toBe("underrun");
  });
});

describe("cost of looking", () => {
  it.each<[number, number, number]>([
    [4, 1.031, 0.82],
    [5, 1.038, 0.81],
    [14, 1.059, 0.77],
  ])(
    "O'Brien-Fleming type with %i looks: inflation %f, expected size %f",
    (looks, inflation, n) => {
      const design = designGroupSequential(
        plan({ informationRates: equal(looks), boundary: total }),
      );
      expect(design.inflation).toBeCloseTo(inflation, 3);
      expect(design.expectedInformation.h1).toBeCloseTo(n, 2);
    },
  );

  it("power with 500 pairs, one-sided .05, quadratic spending, 14 looks", () => {
    const design = designGroupSequential(
      plan({
        sided: 1,
        alpha: 0.05,
        informationRates: equal(14),
        boundary: { family: "kim_demets", rho: 2 },
      }),
    );
    const power = (effect: number) =>
      operatingCharacteristics(design, effect * Math.sqrt(500 / 2)).rejection;
    expect(power(0.1)).toBeCloseTo(0.449, 2);
    expect(power(0.2)).toBeCloseTo(0.917, 2);
  });
});

describe("futility by beta spending, non-binding", () => {
  const withFutility = (informationRates: readonly number[]) =>
    designGroupSequential(
      plan({
        sided: 1,
        alpha: 0.025,
        informationRates,
        futility: {
          rule: "beta_spending",
          spending: { family: "lan_demets_obrien_fleming" },
          binding: false,
        },
      }),
    );

  it("at quarters", () => {
    const design = withFutility(equal(4));
    expectClose(design.criticalValues, [4.3326, 2.9631, 2.359, 2.0141], 4);
    expectClose(design.futilityBoundary?.bounds ?? [], [-0.8203, 0.6098, 1.4017], 4);
    expect(design.inflation).toBeCloseTo(1.135, 3);
    expect(design.expectedInformation.h0).toBeCloseTo(0.6, 2);
    expect(design.expectedInformation.h1).toBeCloseTo(0.85, 2);
    expect(design.cumulativeAlpha[3]).toBeCloseTo(0.025, 12);
    expect(design.futilityBoundary?.alphaIfObeyed).toBeCloseTo(0.0214, 4);
  });

  it("at days 4, 7, 11, 14", () => {
    const design = withFutility(weekly);
    expectClose(design.futilityBoundary?.bounds ?? [], [-0.5308, 0.6036, 1.5165], 4);
    expect(design.inflation).toBeCloseTo(1.143, 3);
  });
});

describe("the true error of custom plans", () => {
  const error = (levels: readonly number[], rates = equal(levels.length)) =>
    customPlanError({ sided: 2, informationRates: rates, nominalLevels: levels }).overallAlpha;

  it("nominal .0001 .001 .01 .05 at days 4, 7, 11, 14 errs in .05145, not .05", () => {
    expect(error([0.0001, 0.001, 0.01, 0.05], weekly)).toBeCloseTo(0.05145, 5);
  });

  it("that plan is valid with a last level just under .0486", () => {
    const valid = calibrateLastLevel(
      { sided: 2, informationRates: weekly, nominalLevels: [0.0001, 0.001, 0.01, 0.05] },
      0.05,
    );
    expect(valid.nominalLevels.slice(0, 3)).toEqual([0.0001, 0.001, 0.01]);
    expect(valid.nominalLevels[3]).toBeCloseTo(0.0485, 4);
    expect(error(valid.nominalLevels, weekly)).toBeCloseTo(0.05, 12);
  });

  it("scaling equal levels to the error gives Pocock's level", () => {
    const scaled = scaleLevels(
      { sided: 2, informationRates: equal(5), nominalLevels: Array(5).fill(0.05) },
      0.05,
    );
    const pocock = designGroupSequential(plan({ boundary: { family: "pocock" } }));
    expectClose(scaled.nominalLevels, [...pocock.nominalLevels], 11);
  });

  it.each([
    [1, 0.05],
    [2, 0.083],
    [3, 0.107],
    [4, 0.126],
    [5, 0.142],
    [10, 0.193],
    [14, 0.22],
    [20, 0.248],
    [28, 0.275],
    [50, 0.32],
  ])("testing at 5 %% at each of %i looks errs in %f", (looks, expected) => {
    expect(error(Array(looks).fill(0.05))).toBeCloseTo(expected, 3);
  });

  it.each([
    [4, 0.0586],
    [5, 0.061],
    [10, 0.0686],
    [14, 0.0721],
  ])("using cumulative spending as the level of each of %i looks errs in %f", (looks, expected) => {
    const spending: BoundaryFamily = { family: "lan_demets_obrien_fleming" };
    const levels = equal(looks).map((t) => spentError(spending, 0.05, t));
    expect(error(levels)).toBeCloseTo(expected, 4);
  });
});

describe("always-valid methods", () => {
  it("the mixture boundary tuned to n is 3.035 standard errors wide at n", () => {
    const rho = rhoForTightestAt(1000, 0.05);
    expect(sequenceHalfWidth(1000, { rho, alpha: 0.05 }) * Math.sqrt(1000)).toBeCloseTo(3.035, 3);
  });

  it("tuned to 5000, its width relative to a fixed interval is 1.716 at 1000 and 1.595 at 20000", () => {
    const rho = rhoForTightestAtClosedForm(5000, 0.05);
    const relative = (n: number) =>
      (sequenceHalfWidth(n, { rho, alpha: 0.05 }) * Math.sqrt(n)) / 1.959964;
    expect(relative(1000)).toBeCloseTo(1.716, 3);
    expect(relative(20000)).toBeCloseTo(1.595, 3);
  });

  it.each([
    [1000, 3.0415],
    [30, 3.2567],
  ])("with %i degrees of freedom the radius is %f standard errors", (df, radius) => {
    const g = 1 / rhoForTightestAtClosedForm(1000, 0.05) ** 2;
    const got = studentizedSequenceRadius({ n: 1000, g, df, alpha: 0.05 });
    expect(got).toBeCloseTo(radius, 3);
  });

  it.each([
    [100, 0.0749, 4],
    [2, 0.215, 3],
  ])("counts (156, 212) of a 50/50 split with concentration %i give p = %f", (c, p, digits) => {
    const got = sequentialSampleRatio([[156, 212]], {
      expectedRatio: [1, 1],
      concentration: c,
      alpha: 0.05,
    });
    expect(got.pValue).toBeCloseTo(p, digits);
    expect(got.mismatch).toBe(false);
  });

  it.each([
    [1e4, 1.6e-4, 5],
    [100, 1.5e-3, 4],
  ])("counts (821588, 815482) with concentration %f give p = %f", (c, p, digits) => {
    const got = sequentialSampleRatio([[821588, 815482]], {
      expectedRatio: [0.5, 0.5],
      concentration: c,
      alpha: 0.01,
    });
    expect(got.pValue).toBeCloseTo(p, digits);
    expect(got.detectedAt).toBe(1);
  });
});
