// Empirical Bayes: exact likelihoods by another route, identities, seeded simulation; real tests of Upworthy.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { betaCdf, betaQuantile, studentTQuantile } from "../distributions/index.js";
import { seededNormal, seededUniform } from "../sequential/testing/random.js";
import { integrate } from "../special/quadrature.js";
import { effectLogLikelihood } from "./effect-likelihood.js";
import {
  type EffectFamily,
  fitEffectDistribution,
  fitHitRates,
  type HitRecord,
  type PastTest,
  posteriorEffect,
} from "./index.js";

const domain = expect.objectContaining({ name: "StatsError", code: "DOMAIN" });

type Drawn = PastTest & { readonly truth: number };

/** Past tests with se between .15 and .35. */
function draw(
  seed: number,
  n: number,
  effect: (normal: () => number, uniform: () => number) => number,
) {
  const [normal, uniform] = [seededNormal(seed), seededUniform(seed + 50_000)];
  return Array.from({ length: n }, (): Drawn => {
    const truth = effect(normal, uniform);
    const se = 0.15 + 0.2 * uniform();
    return { truth, estimate: truth + se * normal(), se };
  });
}

const bell = (normal: () => number) => 0.2 + 0.5 * normal();
const tail = (_: () => number, uniform: () => number) => 0.1 + 0.4 * studentTQuantile(uniform(), 3);

describe("the marginal likelihood", () => {
  it("equals the evidence of the exact priors to 1e-5 a test", () => {
    const tests = [...draw(1, 40, tail), { estimate: 12, se: 0.2 }, { estimate: -40, se: 0.3 }];
    for (const df of [1.3, 3, 12]) {
      const got = effectLogLikelihood(tests, {
        mean: 0.1,
        scale: 0.4,
        df,
        nullShare: 0.3,
        nullSd: 0.05,
      });
      const exact = tests.reduce((sum, { estimate, se }) => {
        const prior = {
          kind: "mixture" as const,
          parts: [
            { weight: 0.3, prior: { kind: "normal" as const, mean: 0, sd: 0.05 } },
            { weight: 0.7, prior: { kind: "student_t" as const, mean: 0.1, scale: 0.4, df } },
          ],
        };
        return sum + posteriorEffect(prior, estimate, se).logEvidence;
      }, 0);
      expect(Math.abs(got - exact)).toBeLessThan(1e-5 * tests.length);
    }
  });
});

describe("the distribution of effects", () => {
  it("normal, equal errors: the moment estimates, known in closed form", () => {
    const tests = draw(2, 50, bell).map(({ estimate }) => ({ estimate, se: 0.2 }));
    const mean = tests.reduce((s, t) => s + t.estimate, 0) / 50;
    const variance = tests.reduce((s, t) => s + (t.estimate - mean) ** 2, 0) / 50;
    const fit = fitEffectDistribution(tests, { family: "normal" });
    expect(fit.parameters.mean).toBeCloseTo(mean, 5);
    expect(fit.parameters.scale).toBeCloseTo(Math.sqrt(variance - 0.04), 4);
    // Profile of the mean: n/2 ln(1 + d^2/variance) falls by 3.8415/2.
    const half = Math.sqrt(variance * Math.expm1(3.841458820694124 / 50));
    expect(fit.intervals.mean?.[0]).toBeCloseTo(mean - half, 3);
    expect(fit.intervals.mean?.[1]).toBeCloseTo(mean + half, 3);
  });

  it("effects that do not differ: a scale of 0, and its interval begins there", () => {
    const tests = Array.from({ length: 40 }, (_, i) => ({
      estimate: 0.3 + 0.01 * Math.sin(i),
      se: 0.3,
    }));
    const fit = fitEffectDistribution(tests, { family: "normal" });
    expect(fit.parameters.scale).toBeLessThan(1e-3);
    expect(fit.intervals.scale?.[0]).toBe(0);
    expect(fit.intervals.scale?.[1]).toBeGreaterThan(0.01);
  });

  it("fat tails are found where they are, and preferred by Akaike's criterion", () => {
    const tests = draw(3, 400, tail);
    const t = fitEffectDistribution(tests, { alpha: 0.01 });
    const n = fitEffectDistribution(tests, { family: "normal", intervals: false });
    expect(t.aic).toBeLessThan(n.aic - 10);
    expect(n.intervals).toEqual({});
    for (const [name, truth] of [
      ["mean", 0.1],
      ["scale", 0.4],
      ["df", 3],
    ] as const) {
      const [low, high] = t.intervals[name] ?? [];
      expect(low ?? -Infinity).toBeLessThan(truth);
      expect(high ?? Infinity).toBeGreaterThan(truth);
    }
    const bells = draw(4, 400, bell);
    const light = fitEffectDistribution(bells);
    expect(light.parameters.df).toBeGreaterThan(5);
    // Nothing tells how light the tails are at most.
    expect(light.intervals.df?.[1]).toBeNull();
  });

  it("a share of nulls beside the tail", () => {
    const tests = draw(5, 500, (normal, uniform) =>
      uniform() < 0.7 ? 0.01 * normal() : 0.8 * studentTQuantile(uniform(), 4),
    );
    const fit = fitEffectDistribution(tests, { family: "null_and_tail", intervals: false });
    expect(Math.abs(fit.parameters.nullShare - 0.7)).toBeLessThan(0.15);
    expect(fit.parameters.nullSd).toBeLessThan(0.15);
    expect(fit.prior.kind).toBe("mixture");
  });

  it("scales with its unit", () => {
    const tests = draw(6, 60, tail);
    const a = fitEffectDistribution(tests, { intervals: false });
    const scaled = tests.map((t) => ({ estimate: t.estimate * 1e-4, se: t.se * 1e-4 }));
    const b = fitEffectDistribution(scaled, { intervals: false });
    expect(b.parameters.scale / a.parameters.scale).toBeCloseTo(1e-4, 7);
    expect(b.parameters.df).toBeCloseTo(a.parameters.df ?? 0, 2);
  });

  it.each<[EffectFamily, number]>([
    ["normal", 4],
    ["student_t", 29],
    ["null_and_tail", 99],
  ])("%s refuses %i tests", (family, n) => {
    expect(() => fitEffectDistribution(draw(7, n, bell), { family })).toThrowError(domain);
  });

  it("refuses an error of 0 and an estimate that is no number", () => {
    const tests = draw(8, 10, bell);
    for (const bad of [
      { estimate: 1, se: 0 },
      { estimate: Number.NaN, se: 1 },
    ]) {
      expect(() => fitEffectDistribution([...tests, bad], { family: "normal" })).toThrowError(
        domain,
      );
    }
  });
});

describe("calibration by simulation", () => {
  const holds = (interval: readonly [number | null, number | null] | undefined, truth: number) =>
    (interval?.[0] ?? -Infinity) <= truth && truth <= (interval?.[1] ?? Infinity);

  it("profile intervals of mean and scale (60 tests, normal) cover 95 %", () => {
    let [mean, scale] = [0, 0];
    const runs = 250;
    for (let seed = 1; seed <= runs; seed++) {
      const fit = fitEffectDistribution(draw(seed, 60, bell), { family: "normal" });
      if (holds(fit.intervals.mean, 0.2)) mean += 1;
      if (holds(fit.intervals.scale, 0.5)) scale += 1;
    }
    // Standard error .014.
    expect(Math.abs(mean / runs - 0.95)).toBeLessThan(0.035);
    expect(Math.abs(scale / runs - 0.95)).toBeLessThan(0.035);
  });

  it("posterior intervals of single effects cover 95 % with the fitted prior, and winners are not overstated", () => {
    let [covered, total, booked, raw, truth] = [0, 0, 0, 0, 0];
    for (let seed = 1; seed <= 12; seed++) {
      const tests = draw(9000 + seed, 120, tail);
      const { prior } = fitEffectDistribution(tests, { intervals: false });
      for (const test of tests) {
        const posterior = posteriorEffect(prior, test.estimate, test.se);
        if (posterior.ciLower <= test.truth && test.truth <= posterior.ciUpper) covered += 1;
        total += 1;
        if (test.estimate > 1.96 * test.se) {
          booked += posterior.mean;
          raw += test.estimate;
          truth += test.truth;
        }
      }
    }
    expect(covered / total).toBeGreaterThan(0.93);
    expect(covered / total).toBeLessThan(0.97);
    expect(Math.abs(booked / truth - 1)).toBeLessThan(0.03);
    expect(raw / truth).toBeGreaterThan(1.04);
  });
});

describe("hit rates", () => {
  const rates = (seed: number, groups: number, a: number, b: number) => {
    const uniform = seededUniform(seed);
    return Array.from({ length: groups }, (_, i) => {
      const rate = betaQuantile(uniform(), a, b);
      const trials = 6 + ((i * 7) % 25);
      let wins = 0;
      for (let j = 0; j < trials; j++) if (uniform() < rate) wins += 1;
      return { group: `g${i}`, wins, trials, rate };
    });
  };

  it("one group: the flat prior of a mean rate, little moved by what is not known", () => {
    const fit = fitHitRates([{ group: "team", wins: 35, trials: 100 }]);
    const [team] = fit.groups;
    expect(team?.estimate).toBeCloseTo(0.353, 2);
    expect(team?.ciLower).toBeCloseTo(betaQuantile(0.025, 36, 66), 1);
    expect(fit.nextGroup.ciUpper - fit.nextGroup.ciLower).toBeGreaterThan(
      (team?.ciUpper ?? 0) - (team?.ciLower ?? 0),
    );
  });

  it("one group of one idea: posterior moments against plain quadrature over mean and spread", () => {
    // One win of one: marginal likelihood mu; mean rate E[(mu k + 1)/(k + 1)], mu with density 2 mu, 1/sqrt(k + 1) uniform.
    const fit = fitHitRates([{ group: "new", wins: 1, trials: 1 }]);
    expect(fit.mean.estimate).toBeCloseTo(2 / 3, 6);
    const expected = integrate((r) => (2 / 3) * (1 - r * r) + r * r, 0, 1);
    expect(fit.groups[0]?.estimate).toBeCloseTo(expected, 6);
  });

  it("shrinks each group towards the others, the small ones most", () => {
    const records: HitRecord[] = [
      { group: "big", wins: 60, trials: 100 },
      { group: "small", wins: 6, trials: 10 },
      ...Array.from({ length: 8 }, (_, i) => ({ group: `o${i}`, wins: 6, trials: 20 })),
    ];
    const { groups } = fitHitRates(records);
    const [big, small] = groups;
    expect(big?.estimate).toBeLessThan(0.6);
    expect(small?.estimate).toBeLessThan(big?.estimate ?? 0);
    expect(small?.estimate).toBeGreaterThan(0.3);
  });

  it("groups that agree are pooled almost whole", () => {
    const equal = Array.from({ length: 30 }, (_, i) => ({ group: `g${i}`, wins: 7, trials: 20 }));
    const fit = fitHitRates(equal);
    expect(fit.sdBetween).toBeLessThan(0.06);
    const width = fit.mean.ciUpper - fit.mean.ciLower;
    expect(width).toBeLessThan(0.12);
  });

  const coverage = (settings: (run: number) => [number, number]) => {
    let [covered, total, next, mean] = [0, 0, 0, 0];
    const runs = 60;
    for (let run = 1; run <= runs; run++) {
      const [a, b] = settings(run);
      const groups = rates(run, 10, a, b);
      const fit = fitHitRates(groups);
      groups.forEach(({ rate }, i) => {
        const interval = fit.groups[i];
        if (interval && interval.ciLower <= rate && rate <= interval.ciUpper) covered += 1;
        total += 1;
      });
      next += betaCdf(fit.nextGroup.ciUpper, a, b) - betaCdf(fit.nextGroup.ciLower, a, b);
      const truth = a / (a + b);
      if (fit.mean.ciLower <= truth && truth <= fit.mean.ciUpper) mean += 1;
    }
    return { groups: covered / total, next: next / runs, mean: mean / runs };
  };

  it("over teams of every kind, intervals of rates, of the mean and of the next group hold the truth in 95 %", () => {
    const uniform = seededUniform(77);
    const got = coverage(() => {
      const [mu, r] = [uniform(), Math.max(uniform(), 0.02)];
      const k = 1 / (r * r) - 1;
      return [mu * k, (1 - mu) * k];
    });
    // 600 dependent intervals: a standard error of about .01; 60 means: .028.
    expect(Math.abs(got.groups - 0.95)).toBeLessThan(0.03);
    expect(Math.abs(got.next - 0.95)).toBeLessThan(0.04);
    expect(Math.abs(got.mean - 0.95)).toBeLessThan(0.06);
  });

  it("a team whose hit rate is 35 %, by 15 points more or less between directions", () => {
    const got = coverage(() => [3.5, 6.5]);
    expect(got.groups).toBeGreaterThan(0.9);
    expect(got.next).toBeGreaterThan(0.88);
    expect(got.mean).toBeGreaterThan(0.88);
  });

  it("refuses counts that cannot be", () => {
    const one = (wins: number, trials: number) => [{ group: "a", wins, trials }];
    for (const bad of [[], one(2, 1), one(-1, 3), one(0.5, 2), one(0, 0), one(Number.NaN, 1)]) {
      expect(() => fitHitRates(bad)).toThrowError(domain);
    }
  });
});

const file = new URL(
  "../../../../../shared/datasets/upworthy-headlines/upworthy_shared.csv.gz",
  import.meta.url,
);
const present = existsSync(file);
describe.skipIf(!present)(
  `Upworthy's headlines (../shared/datasets/upworthy-headlines ${present ? "present" : "ABSENT, skipped"})`,
  () => {
    it("log click rates of 300 tests outside the fault period: effects around 0 that spread by about a third", () => {
      const rows = gunzipSync(readFileSync(file)).toString().trim().split("\n").slice(1);
      const packages = new Map<string, [number, number][]>();
      for (const row of rows) {
        const [id = "", created = "", , impressions, clicks] = row.split(",");
        if (created >= "2013-06-25" && created < "2014-01-11") continue;
        packages.set(id, [...(packages.get(id) ?? []), [Number(impressions), Number(clicks)]]);
      }
      // The order of packages is by outcome: the pair and its sign are taken by the test's name instead.
      const tests = [...packages].slice(0, 600).flatMap(([id, list]): PastTest[] => {
        const pick = Number.parseInt(id.slice(-4), 16);
        const [a, b] = [list[pick % list.length], list[(pick + 1) % list.length]];
        if (!a || !b || a === b || a[1] < 5 || b[1] < 5) return [];
        const se = Math.sqrt(1 / a[1] - 1 / a[0] + 1 / b[1] - 1 / b[0]);
        return [{ estimate: Math.log(a[1] / a[0]) - Math.log(b[1] / b[0]), se }];
      });
      const used = tests.slice(0, 300);
      const fit = fitEffectDistribution(used, { intervals: false });
      const normal = fitEffectDistribution(used, { family: "normal", intervals: false });
      expect(used).toHaveLength(300);
      // Orders are arbitrary, so effects lie around 0; their spread is of the order of a third.
      expect(Math.abs(fit.parameters.mean)).toBeLessThan(0.06);
      expect(normal.parameters.scale).toBeGreaterThan(0.2);
      expect(normal.parameters.scale).toBeLessThan(0.5);
      expect(fit.logLikelihood).toBeGreaterThanOrEqual(normal.logLikelihood - 0.05);
    });
  },
);
