// lme4 1.1-31 on R 4.2.2 (../shared/reference/lmm.json, ../shared/datasets/sleepstudy, and the numbers written out),
// a second, dense implementation of the criterion, identities, and seeded simulation.
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededNormal } from "../sequential/testing/random.js";
import { fitRandomSlope, type PoolingCell, type PoolingModel } from "./index.js";
import { denseCriterion } from "./testing/dense.js";

const shared = (path: string) => new URL(`../../../../../shared/${path}`, import.meta.url);
const domain = expect.objectContaining({ name: "StatsError", code: "DOMAIN" });
const cell = (
  cohort: string,
  treatment: number,
  n: number,
  mean: number,
  sumOfSquares: number,
): PoolingCell => ({ cohort, treatment, n, mean, sumOfSquares });

/** 24 made-up values in 3 cohorts; lme4 numbers below. */
const tiny: readonly PoolingCell[] = [
  cell("c01", 0, 4, 8.75025, 4.68281249),
  cell("c01", 1, 4, 10.557675, 2.9508068475),
  cell("c02", 0, 4, 8.4387, 1.6057799),
  cell("c02", 1, 4, 9.735375, 1.5334550475),
  cell("c03", 0, 4, 9.31505, 0.32553565),
  cell("c03", 1, 4, 9.66805, 0.473578289999999),
];

function near(got: number | null, want: number, relative = 2e-5, absolute = 1e-7) {
  expect(got).not.toBeNull();
  const limit = Math.max(relative * Math.abs(want), absolute);
  expect(Math.abs((got ?? Number.NaN) - want), `${got} against ${want}`).toBeLessThanOrEqual(limit);
}

describe("lme4, correlated and independent", () => {
  it("correlated: estimates, components, criterion and modes", () => {
    const fit = fitRandomSlope(tiny);
    near(fit.treatment.estimate, 1.15236666666667, 1e-10);
    near(fit.treatment.se, 0.426011224993334);
    near(fit.fixedCovariance, -0.0827402590980631);
    near(fit.sdIntercept, 0.191363998532437);
    near(fit.sdSlope, 0.47224265971665);
    near(fit.correlation, -0.968227957196365);
    near(fit.sdResidual, 0.801802421803162);
    near(fit.remlCriterion, 58.830529388644, 1e-10);
    near(fit.cohorts[2]?.slopeDeviation ?? 0, -0.307902388596563);
    near(fit.cohorts[2]?.effect ?? 0, 0.844464278070107);
    near(fit.cohorts[2]?.conditional.slope ?? 0, 0.129278808711639);
    expect(fit.singular).toBe(false);
  });

  it("independent: an intercept variance at exactly 0 is found, not approached", () => {
    const fit = fitRandomSlope(tiny, { model: "independent" });
    expect(fit.sdIntercept).toBe(0);
    expect(fit.correlation).toBeNull();
    expect(fit.singular).toBe(true);
    near(fit.sdSlope, 0.284558076342185);
    near(fit.remlCriterion, 58.9804765677431, 1e-10);
  });
});

interface LmmCase {
  readonly id: string;
  readonly input: {
    model: PoolingModel;
    cells: (Omit<PoolingCell, "sumOfSquares"> & { ss: number })[];
  };
  readonly expected: Record<string, number> & { singular: boolean; corr: number | null } & {
    cohorts: Record<string, number>[];
  };
}
const file = shared("reference/lmm.json");
const present = existsSync(file);
describe.skipIf(!present)(
  `lme4 on 20 data sets (../shared/reference/lmm.json ${present ? "present" : "ABSENT, skipped"})`,
  () => {
    const cases: LmmCase[] = present ? JSON.parse(readFileSync(file, "utf8")).cases : [];
    it.each(cases)("$id", ({ input, expected }) => {
      const cells = input.cells.map(({ ss, ...rest }) => ({ ...rest, sumOfSquares: ss }));
      const fit = fitRandomSlope(cells, { model: input.model });
      near(fit.remlCriterion, expected.reml_criterion as number, 0, 1e-7);
      near(fit.treatment.estimate, expected.treatment as number, 1e-6);
      near(fit.treatment.se, expected.se_treatment as number, 1e-5);
      near(fit.sdIntercept, expected.sd_intercept as number, 2e-5);
      near(fit.sdSlope, expected.sd_slope as number, 2e-5);
      expect(fit.singular).toBe(expected.singular);
      expect(fit.correlation === null).toBe(expected.corr === null);
      expected.cohorts.forEach((cohort, i) => {
        near(fit.cohorts[i]?.effect ?? 0, cohort.treatment_effect as number, 2e-5, 1e-6);
        near(fit.cohorts[i]?.conditional.slope ?? 0, cohort.slope_cond_var as number, 5e-5, 1e-6);
      });
    });
  },
);

const sleep = shared("datasets/sleepstudy/sleepstudy.csv");
const asleep = existsSync(sleep);
describe.skipIf(!asleep)(
  `the sleep deprivation study, days as dose (../shared/datasets/sleepstudy ${asleep ? "present" : "ABSENT, skipped"})`,
  () => {
    const rows = asleep ? readFileSync(sleep, "utf8").trim().split("\n").slice(1) : [];
    const cells = rows.map((row) => {
      const [reaction, days, subject] = row.split(",");
      return cell(String(subject), Number(days), 1, Number(reaction), 0);
    });

    it("random slope: 10.467 (1.546), sd 24.74 / 5.922, correlation 0.066, residual 25.59", () => {
      const fit = fitRandomSlope(cells);
      near(fit.intercept.estimate, 251.4051048485, 1e-10);
      near(fit.treatment.estimate, 10.4672859596, 1e-10);
      near(fit.intercept.se, 6.8245567621);
      near(fit.treatment.se, 1.5457888638);
      near(fit.fixedCovariance, -1.4510957569);
      near(fit.sdIntercept, 24.7404526201);
      near(fit.sdSlope, 5.9221329531);
      near(fit.correlation, 0.065551311278, 2e-4);
      near(fit.sdResidual, 25.5918155896);
      near(fit.remlCriterion, 1743.6282719585, 0, 1e-7);
      const s308 = fit.cohorts.find(({ cohort }) => cohort.includes("308"));
      near(s308?.interceptDeviation ?? 0, 2.2585657783, 1e-4);
      near(s308?.slopeDeviation ?? 0, 9.1989718189, 1e-4);
    });

    it("uncorrelated and random-intercept versions", () => {
      const independent = fitRandomSlope(cells, { model: "independent" });
      near(independent.sdIntercept, 25.0513279751);
      near(independent.sdSlope, 5.9881718461);
      near(independent.remlCriterion, 1743.6692935813, 0, 1e-7);
      const common = fitRandomSlope(cells, { model: "common_effect" });
      near(common.sdIntercept, 37.1238266775);
      near(common.treatment.se, 0.80422142913);
      near(common.remlCriterion, 1786.4650853949, 0, 1e-7);
    });
  },
);

/** Cohorts drawn from the model; effects are the true ones. */
function draw(seed: number, k: number, perCell: number, sdSlope: number, sdIntercept = 1) {
  const normal = seededNormal(seed);
  const effects: number[] = [];
  const cells: PoolingCell[] = [];
  for (let c = 0; c < k; c++) {
    const base = 5 + sdIntercept * normal();
    const effect = 0.3 + sdSlope * normal();
    effects.push(effect);
    for (const treatment of [0, 1]) {
      const mean = base + treatment * effect + normal() / Math.sqrt(perCell);
      // The scatter of a cell around its mean, by its two moments: mean n-1, variance 2(n-1).
      const scatter = perCell - 1 + normal() * Math.sqrt(2 * (perCell - 1));
      cells.push(cell(`c${c}`, treatment, perCell, mean, Math.max(0, scatter)));
    }
  }
  return { cells, effects };
}

describe("a second implementation", () => {
  it("the criterion equals that of the dense covariance of all cell means, and is nowhere lower", () => {
    const { cells } = draw(3, 6, 20, 0.4);
    const fit = fitRandomSlope(cells);
    const [l11, l21, l22] = fit.relativeFactor;
    near(fit.remlCriterion, denseCriterion(cells, l11, l21, l22), 1e-11);
    fc.assert(
      fc.property(
        fc.tuple(...[1, 2, 3].map(() => fc.double({ min: -0.5, max: 0.5, noNaN: true }))),
        ([a = 0, b = 0, c = 0]) => {
          const moved = denseCriterion(cells, l11 * (1 + a), l21 + b * l22, l22 * (1 + c));
          expect(moved).toBeGreaterThanOrEqual(fit.remlCriterion - 1e-9);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("identities", () => {
  it("shifting and scaling the metric shifts and scales the fit, at an offset of a billion too", () => {
    const { cells } = draw(5, 12, 30, 0.3);
    const fit = fitRandomSlope(cells);
    const moved = fitRandomSlope(
      cells.map((c) => ({
        ...c,
        mean: c.mean * 1024 + 2 ** 30,
        sumOfSquares: c.sumOfSquares * 2 ** 20,
      })),
    );
    near(moved.treatment.estimate, fit.treatment.estimate * 1024, 1e-7);
    near(moved.sdSlope, fit.sdSlope * 1024, 1e-5);
    near(moved.cohorts[3]?.effect ?? 0, (fit.cohorts[3]?.effect ?? 0) * 1024, 1e-6);
  });

  it("does not depend on the order of the cells", () => {
    const { cells } = draw(6, 9, 25, 0.3);
    const [a, b] = [fitRandomSlope(cells), fitRandomSlope([...cells].reverse())];
    near(b.treatment.estimate, a.treatment.estimate, 1e-8);
    near(b.sdSlope, a.sdSlope, 1e-5);
  });

  it("pooled effects lie closer to the overall one than the cohorts' own do", () => {
    const { cells } = draw(7, 15, 40, 0.3);
    const fit = fitRandomSlope(cells, { model: "independent" });
    expect(fit.sdSlope).toBeGreaterThan(0);
    const raw = fit.cohorts.map((c) => Math.abs((c.rawEffect ?? 0) - fit.treatment.estimate));
    const shrunk = fit.cohorts.map((c) => Math.abs(c.effect - fit.treatment.estimate));
    const total = (xs: number[]) => xs.reduce((s, x) => s + x, 0);
    expect(total(shrunk)).toBeLessThan(total(raw));
  });

  it("a cohort without one arm gets the overall effect with an interval at least as wide as others'", () => {
    const { cells } = draw(8, 10, 40, 0.5);
    const fit = fitRandomSlope(cells.slice(0, -1), { model: "independent" });
    const last = fit.cohorts.at(-1);
    expect(last?.rawEffect).toBeNull();
    expect(last?.hasBothArms).toBe(false);
    for (const other of fit.cohorts) expect(last?.se).toBeGreaterThanOrEqual(other.se);
    near(last?.effect ?? 0, fit.treatment.estimate, 0.5);
    expect(fit.comparableCohorts).toBe(9);
  });

  it("two cohorts, and a thousand, have an answer", () => {
    expect(fitRandomSlope(draw(9, 2, 50, 0.3).cells).cohorts).toHaveLength(2);
    const many = fitRandomSlope(draw(10, 1000, 100, 0.2).cells);
    expect(Math.abs(many.sdSlope - 0.2)).toBeLessThan(0.02);
    expect(Math.abs(many.treatment.estimate - 0.3)).toBeLessThan(4 * many.treatment.se);
  });

  it("ten million units a cell lose no digit of the heterogeneity", () => {
    const { cells } = draw(11, 40, 10_000_000, 0.01);
    const fit = fitRandomSlope(cells);
    expect(Math.abs(fit.sdSlope / 0.01 - 1)).toBeLessThan(0.4);
    expect(fit.sdResidual).toBeCloseTo(1, 3);
  });
});

describe("speed", () => {
  it("40 cohorts fit in far less than 50 ms", () => {
    const { cells } = draw(12, 40, 250_000, 0.05);
    fitRandomSlope(cells);
    const times = Array.from({ length: 20 }, () => {
      const start = performance.now();
      fitRandomSlope(cells);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(25);
  });
});

describe("error rates by simulation", () => {
  it("prediction intervals of 20 heterogeneous cohorts cover 95 %", () => {
    let [covered, total] = [0, 0];
    for (let seed = 1; seed <= 150; seed++) {
      const { cells, effects } = draw(seed, 20, 40, 0.35);
      const { cohorts } = fitRandomSlope(cells);
      cohorts.forEach((cohort, i) => {
        const truth = effects[i] as number;
        if (cohort.ciLower <= truth && truth <= cohort.ciUpper) covered += 1;
        total += 1;
      });
    }
    // 3000 dependent intervals: a standard error of about 0.006.
    expect(covered / total).toBeGreaterThan(0.93);
    expect(covered / total).toBeLessThan(0.975);
  });

  it("the interval of the overall effect covers 95 %, with 6 cohorts too", () => {
    let covered = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const { treatment } = fitRandomSlope(draw(7000 + seed, 6, 30, 0.3).cells);
      if (treatment.ciLower <= 0.3 && 0.3 <= treatment.ciUpper) covered += 1;
    }
    expect(covered / 400).toBeGreaterThan(0.92);
    expect(covered / 400).toBeLessThan(0.985);
  });
});

describe("refusals", () => {
  const bad: [string, readonly PoolingCell[]][] = [
    ["no cohort", []],
    ["one cohort", tiny.slice(0, 2)],
    ["one cohort with both arms", tiny.slice(0, 3)],
    ["two cells of one cohort and arm", [...tiny, cell("c01", 1, 3, 1, 1)]],
    ["a mean that is no number", [...tiny.slice(1), cell("c01", 0, 4, Number.NaN, 1)]],
    ["a negative count", [...tiny.slice(1), cell("c01", 0, -4, 1, 1)]],
    ["half a unit", [...tiny.slice(1), cell("c01", 0, 4.5, 1, 1)]],
    ["a negative sum of squares", [...tiny.slice(1), cell("c01", 0, 4, 1, -1)]],
    ["an infinite dose", [...tiny, cell("c01", Number.POSITIVE_INFINITY, 4, 1, 1)]],
    ["no variation within cells", tiny.map((c) => ({ ...c, sumOfSquares: 0 }))],
    ["one unit a cell", tiny.map((c) => ({ ...c, n: 1, sumOfSquares: 0 }))],
  ];
  it.each(bad)("%s", (_, cells) => {
    expect(() => fitRandomSlope(cells)).toThrowError(domain);
  });

  it("cells without units are as if absent", () => {
    const empty = cell("c03", 1, 0, Number.NaN, 0);
    const rest = tiny.slice(0, -1);
    expect(fitRandomSlope([...rest, empty])).toEqual(fitRandomSlope(rest));
  });
});
