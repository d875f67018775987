// The BCG vaccine trials (Colditz et al., JAMA 271 (1994) 698; log relative risks as metafor's documentation prints
// them), Rubin's eight schools (1981), identities, and seeded simulation.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededNormal } from "../sequential/testing/random.js";
import {
  betweenVariance,
  betweenVarianceInterval,
  heterogeneity,
  type SummaryEffect,
  shrinkEffects,
} from "./index.js";

const domain = expect.objectContaining({ name: "StatsError", code: "DOMAIN" });

/** Cases and non-cases, vaccinated then not. */
const bcgTables: readonly (readonly [number, number, number, number])[] = [
  [4, 119, 11, 128],
  [6, 300, 29, 274],
  [3, 228, 11, 209],
  [62, 13536, 248, 12619],
  [33, 5036, 47, 5761],
  [180, 1361, 372, 1079],
  [8, 2537, 10, 619],
  [505, 87886, 499, 87892],
  [29, 7470, 45, 7232],
  [17, 1699, 65, 1600],
  [186, 50448, 141, 27197],
  [5, 2493, 3, 2338],
  [27, 16886, 29, 17825],
];
const bcg: readonly SummaryEffect[] = bcgTables.map(([a, b, c, d]) => ({
  estimate: Math.log(a / (a + b) / (c / (c + d))),
  se: Math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)),
}));
const schools: readonly SummaryEffect[] = [
  [28, 15],
  [8, 10],
  [-3, 16],
  [7, 11],
  [-1, 9],
  [1, 11],
  [18, 10],
  [12, 18],
].map(([estimate = 0, se = 1]) => ({ estimate, se }));

describe("the BCG trials", () => {
  const reml = heterogeneity(bcg, { method: "reml" });

  it("Q 152.233 on 12 df", () => {
    expect(reml.q).toBeCloseTo(152.233, 3);
    expect(reml.df).toBe(12);
    expect(reml.pValue).toBeLessThan(1e-20);
  });

  it("REML .3132, mean -.7145 (.1798) [-1.0669, -.3622]", () => {
    expect(reml.tau2).toBeCloseTo(0.3132, 4);
    expect(reml.random.estimate).toBeCloseTo(-0.7145, 4);
    expect(reml.random.se).toBeCloseTo(0.1798, 4);
    expect(reml.random.ciLower).toBeCloseTo(-1.0669, 4);
    expect(reml.random.ciUpper).toBeCloseTo(-0.3622, 4);
  });

  it("Q-profile intervals: tau2 [.1197, 1.1115], I2 92.22 % [81.92, 97.68]", () => {
    expect(reml.tau2Interval[0]).toBeCloseTo(0.1197, 4);
    expect(reml.tau2Interval[1]).toBeCloseTo(1.1115, 4);
    expect(reml.i2FromTau2).toBeCloseTo(0.9222, 4);
    expect(reml.i2Interval[0]).toBeCloseTo(0.819177, 4);
    expect(reml.i2Interval[1]).toBeCloseTo(0.976781, 4);
  });

  it("DerSimonian-Laird .3088, -.7141 (.1787), I2 92.12 %", () => {
    const dl = heterogeneity(bcg, { method: "dersimonian_laird" });
    expect(dl.tau2).toBeCloseTo(0.3088, 4);
    expect(dl.random.estimate).toBeCloseTo(-0.7141, 4);
    expect(dl.random.se).toBeCloseTo(0.1787, 4);
    expect(dl.i2).toBeCloseTo(0.9212, 4);
    expect(dl.i2FromTau2).toBeCloseTo(dl.i2, 10);
  });

  it("Paule-Mandel .3181, -.7150 (.1809)", () => {
    const pm = heterogeneity(bcg);
    expect(pm.tau2).toBeCloseTo(0.3181, 4);
    expect(pm.random.estimate).toBeCloseTo(-0.715, 4);
    expect(pm.random.se).toBeCloseTo(0.1809, 4);
  });

  it("Hartung-Knapp with REML: .1808 [-1.1084, -.3206]", () => {
    expect(reml.hartungKnapp.se).toBeCloseTo(0.1808, 4);
    expect(reml.hartungKnapp.ciLower).toBeCloseTo(-1.1084, 4);
    expect(reml.hartungKnapp.ciUpper).toBeCloseTo(-0.3206, 4);
  });
});

describe("eight schools", () => {
  it("fixed 7.686 (4.072), Q 4.707, p .696, tau2 0", () => {
    const dl = heterogeneity(schools, { method: "dersimonian_laird" });
    expect(dl.fixed.estimate).toBeCloseTo(7.686, 3);
    expect(dl.fixed.se).toBeCloseTo(4.072, 3);
    expect(dl.q).toBeCloseTo(4.707, 3);
    expect(dl.pValue).toBeCloseTo(0.696, 3);
    expect([dl.tau2, dl.i2]).toEqual([0, 0]);
    expect(betweenVariance(schools, "reml")).toBe(0);
    expect(betweenVariance(schools)).toBe(0);
  });

  it("the posterior of BDA, section 5.5: school A about 11, C about 6, tau about 5 to 7", () => {
    const shrunk = shrinkEffects(schools);
    // BDA table 5.3, from 200 draws: medians 10, 8, 7, 8, 5, 6, 10, 8; 2.5 % points -2, -5, -11, -7, -9, -7, -1, -6.
    const published = [10, 8, 7, 8, 5, 6, 10, 8];
    shrunk.effects.forEach((effect, i) => {
      expect(Math.abs(effect.estimate - (published[i] as number))).toBeLessThan(1.7);
      expect(effect.estimate).toBeGreaterThan(4);
    });
    expect(shrunk.effects[0]?.ciLower).toBeGreaterThan(-4);
    expect(shrunk.effects[0]?.ciUpper).toBeGreaterThan(28);
    expect(shrunk.effects[0]?.ciUpper).toBeLessThan(36);
    // The posterior of tau falls from 0 on, with its median near 5 (BDA figure 5.5).
    expect(shrunk.tau.estimate).toBeGreaterThan(4);
    expect(shrunk.tau.estimate).toBeLessThan(6);
    expect(shrunk.tau.ciLower).toBeLessThan(0.5);
  });
});

const effects = fc.array(
  fc.record({
    estimate: fc.double({ min: -5, max: 5, noNaN: true }),
    se: fc.double({ min: 0.05, max: 3, noNaN: true }),
  }),
  { minLength: 3, maxLength: 12 },
);

describe("identities", () => {
  it("no tau2 has a higher restricted likelihood than REML's, and Paule-Mandel solves Q = k - 1", () => {
    const logLikelihood = (list: readonly SummaryEffect[], tau2: number) => {
      const weights = list.map(({ se }) => 1 / (se * se + tau2));
      const total = weights.reduce((a, b) => a + b, 0);
      const mean = list.reduce((s, { estimate }, i) => s + (weights[i] ?? 0) * estimate, 0) / total;
      const q = list.reduce(
        (s, { estimate }, i) => s + (weights[i] ?? 0) * (estimate - mean) ** 2,
        0,
      );
      const logs = weights.reduce((s, w) => s + Math.log(w), 0);
      return { value: (logs - Math.log(total) - q) / 2, q };
    };
    fc.assert(
      fc.property(effects, fc.double({ min: 0, max: 3, noNaN: true }), (list, factor) => {
        const tau2 = betweenVariance(list, "reml");
        const best = logLikelihood(list, tau2).value;
        expect(logLikelihood(list, tau2 * factor).value).toBeLessThanOrEqual(best + 1e-8);
        expect(logLikelihood(list, factor).value).toBeLessThanOrEqual(best + 1e-8);
        const pm = betweenVariance(list);
        if (pm > 0) expect(logLikelihood(list, pm).q).toBeCloseTo(list.length - 1, 8);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("units do not matter, and the interval of tau2 holds Paule-Mandel's", () => {
    fc.assert(
      fc.property(effects, (list) => {
        const a = heterogeneity(list);
        const b = heterogeneity(list.map((e) => ({ estimate: e.estimate * 64, se: e.se * 64 })));
        expect(b.q).toBeCloseTo(a.q, 9);
        expect(b.i2Interval[1]).toBeCloseTo(a.i2Interval[1], 9);
        expect(a.tau2).toBeGreaterThanOrEqual(a.tau2Interval[0] - 1e-12);
        expect(a.tau2).toBeLessThanOrEqual(a.tau2Interval[1] + 1e-12);
        expect(a.hartungKnapp.se).toBeGreaterThanOrEqual(a.random.se);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it("equal effects have no heterogeneity and pool to themselves", () => {
    const same = [1, 1, 1].map((estimate) => ({ estimate, se: 0.5 }));
    const result = heterogeneity(same);
    expect([result.q, result.tau2, result.i2, result.pValue]).toEqual([0, 0, 0, 1]);
    for (const effect of shrinkEffects(same).effects) expect(effect.estimate).toBeCloseTo(1, 10);
  });

  it("shrunken effects lie between the cohort's own and the common mean", () => {
    fc.assert(
      fc.property(effects, (list) => {
        const { mean, effects: shrunk } = shrinkEffects(list);
        shrunk.forEach((effect, i) => {
          const own = (list[i] as SummaryEffect).estimate;
          // The common mean moves with tau, so "between" holds up to its own spread.
          expect(effect.estimate).toBeGreaterThanOrEqual(Math.min(own, mean.ciLower));
          expect(effect.estimate).toBeLessThanOrEqual(Math.max(own, mean.ciUpper));
          expect(effect.ciLower).toBeLessThan(effect.ciUpper);
          expect(effect.kept).toBeGreaterThan(0);
          expect(effect.kept).toBeLessThan(1);
        });
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it("the chance of harm is the posterior's tail below the limit", () => {
    const [first] = shrinkEffects(schools, { harmLimit: 0 }).effects;
    const [again] = shrinkEffects(schools, {
      alpha: 2 * (first?.probabilityBelow ?? 0),
      harmLimit: 0,
    }).effects;
    expect(again?.ciLower).toBeCloseTo(0, 8);
  });
});

describe("error rates by simulation", () => {
  const draw = (seed: number, k: number, tau: number) => {
    const normal = seededNormal(seed);
    return Array.from({ length: k }, (_, i) => {
      const truth = 0.5 + tau * normal();
      const se = 0.2 + 0.05 * (i % 5);
      return { truth, estimate: truth + se * normal(), se };
    });
  };

  it.each([
    [5, 0.3, 150],
    [8, 0.15, 100],
    [20, 0.05, 40],
  ])(
    "intervals of %i cohorts with tau %d cover 95 % or more, and are narrower than raw ones",
    (k, tau, runs) => {
      let [covered, total, width, raw] = [0, 0, 0, 0];
      for (let seed = 1; seed <= runs; seed++) {
        const list = draw(seed, k, tau);
        shrinkEffects(list).effects.forEach((effect, i) => {
          const { truth, se } = list[i] as { truth: number; se: number };
          if (effect.ciLower <= truth && truth <= effect.ciUpper) covered += 1;
          total += 1;
          width += effect.ciUpper - effect.ciLower;
          raw += 2 * 1.96 * se;
        });
      }
      // About 800 dependent intervals: a standard error of about 0.01.
      expect(covered / total).toBeGreaterThan(0.93);
      expect(width / raw).toBeLessThan(0.97);
    },
  );

  it("Q rejects 5 % when effects are equal; the interval of tau2 covers 95 %", () => {
    let [rejected, covered] = [0, 0];
    const runs = 2000;
    for (let seed = 1; seed <= runs; seed++) {
      if (heterogeneity(draw(seed, 6, 0)).pValue < 0.05) rejected += 1;
      const [low, high] = betweenVarianceInterval(draw(seed + runs, 6, 0.3), 0.05);
      if (low <= 0.09 && 0.09 <= high) covered += 1;
    }
    expect(Math.abs(rejected / runs - 0.05)).toBeLessThan(0.015);
    expect(Math.abs(covered / runs - 0.95)).toBeLessThan(0.015);
  });
});

describe("refusals", () => {
  it.each([
    ["one effect", [{ estimate: 1, se: 1 }]],
    [
      "no error",
      [
        { estimate: 1, se: 0 },
        { estimate: 1, se: 1 },
      ],
    ],
    [
      "no number",
      [
        { estimate: Number.NaN, se: 1 },
        { estimate: 1, se: 1 },
      ],
    ],
  ])("%s", (_, list) => {
    expect(() => heterogeneity(list)).toThrowError(domain);
    expect(() => betweenVariance(list, "reml")).toThrowError(domain);
    expect(() => shrinkEffects(list)).toThrowError(domain);
  });

  it("two effects have no prediction interval and cannot be shrunk", () => {
    const two = schools.slice(0, 2);
    expect(heterogeneity(two).predictionInterval).toBeNull();
    expect(() => shrinkEffects(two)).toThrowError(domain);
  });
});
