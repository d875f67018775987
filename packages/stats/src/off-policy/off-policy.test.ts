import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededNormal, seededUniform } from "../sequential/testing/random.js";
import { requireSupport, weightDiagnostics, weightProblems } from "./diagnostics.js";
import { ipsFromSums, meanOfTerms, policyInterval, snipsFromSums } from "./estimates.js";
import { offPolicyEstimates, offPolicySums, trustedOffPolicyEstimates } from "./single-action.js";
import { mergeTermSums, mergeWeightedSums, termSums, weightedSums } from "./sums.js";
import {
  actionTable,
  crossFitted,
  importanceWeights,
  missingSupport,
  ruledWeight,
} from "./weights.js";

const runs = { seed: 1, numRuns: 200 };
const domain = expect.objectContaining({ code: "DOMAIN" });
const unidentified = expect.objectContaining({ code: "UNIDENTIFIED" });
const weight = fc.double({ min: 0, max: 20, noNaN: true });
const reward = fc.double({ min: -5, max: 5, noNaN: true });
const log = fc.array(fc.tuple(weight, reward), { minLength: 3, maxLength: 40 });

/** A contextual bandit with known values: three contexts, three actions. */
const LOGGING = [
  [0.6, 0.3, 0.1],
  [0.2, 0.5, 0.3],
  [0.1, 0.1, 0.8],
];
const TARGET = [
  [0.1, 0.3, 0.6],
  [0.5, 0.25, 0.25],
  [0.3, 0.3, 0.4],
];
const CHANCE = [
  [0.1, 0.3, 0.5],
  [0.4, 0.2, 0.1],
  [0.3, 0.6, 0.2],
];
const TRUTH =
  TARGET.reduce(
    (sum, row, x) => sum + row.reduce((s, p, a) => s + p * (CHANCE[x]?.[a] as number), 0),
    0,
  ) / 3;

function draw(n: number, seed: number, model: (x: number, a: number) => number) {
  const uniform = seededUniform(seed);
  const rows = Array.from({ length: n }, () => {
    const x = Math.floor(3 * uniform());
    const [p0, p1] = LOGGING[x] as [number, number, number];
    const u = uniform();
    const a = u < p0 ? 0 : u < p0 + p1 ? 1 : 2;
    return { x, a, r: uniform() < (CHANCE[x]?.[a] as number) ? 1 : 0 };
  });
  return {
    action: rows.map((row) => row.a),
    reward: rows.map((row) => row.r),
    propensity: rows.map((row) => LOGGING[row.x]?.[row.a] as number),
    policy: actionTable(rows.map((row) => TARGET[row.x] as number[])),
    predictions: actionTable(rows.map((row) => [0, 1, 2].map((a) => model(row.x, a)))),
    clip: 4,
  };
}

describe("estimates of a policy's value", () => {
  it("cover the true value as often as they say, and IPS, SNIPS and DR are unbiased", () => {
    const trials = 400;
    const names = ["ips", "snips", "doublyRobust"] as const;
    const covered = { ips: 0, snips: 0, doublyRobust: 0 };
    const total = { ips: 0, snips: 0, doublyRobust: 0 };
    const errors = { ips: 0, snips: 0, doublyRobust: 0 };
    for (let trial = 0; trial < trials; trial++) {
      // A wrong model: the propensities alone keep DR right.
      const sums = offPolicySums(draw(1500, trial + 1, (x, a) => 0.2 + 0.1 * x - 0.05 * a));
      const { estimates } = offPolicyEstimates(sums, 0.1);
      for (const name of names) {
        const estimate = estimates[name];
        if (estimate === undefined) throw new Error(name);
        total[name] += estimate.value;
        errors[name] += estimate.se;
        if (estimate.ciLower <= TRUTH && TRUTH <= estimate.ciUpper) covered[name] += 1;
      }
    }
    for (const name of names) {
      const meanSe = errors[name] / trials;
      expect(Math.abs(total[name] / trials - TRUTH)).toBeLessThan((4 * meanSe) / Math.sqrt(trials));
      expect(covered[name] / trials).toBeGreaterThan(0.9 - 4 * Math.sqrt(0.09 / trials));
      expect(covered[name] / trials).toBeLessThan(0.9 + 4 * Math.sqrt(0.09 / trials));
    }
  });

  it("show what the model buys: with the true model the direct method is exact and DR tighter than IPS", () => {
    const sums = offPolicySums(draw(3000, 7, (x, a) => CHANCE[x]?.[a] as number));
    const { estimates, clippedShare, diagnostics } = offPolicyEstimates(sums, 0.05);
    expect(Math.abs((estimates.direct?.value ?? 0) - TRUTH)).toBeLessThan(0.01);
    expect(estimates.doublyRobust?.se).toBeLessThan(0.8 * (estimates.ips?.se ?? 0));
    expect(clippedShare).toBeGreaterThan(0);
    expect(diagnostics.effectiveShare).toBeLessThan(1);
  });

  it("are the plain formulas, row by row", () => {
    fc.assert(
      fc.property(log, (rows) => {
        const w = rows.map(([x]) => x);
        const r = rows.map(([, x]) => x);
        const terms = w.map((x, i) => x * (r[i] as number));
        const mean = (xs: number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;
        const sd = Math.sqrt(
          mean(terms.map((t) => (t - mean(terms)) ** 2)) * (rows.length / (rows.length - 1)),
        );
        fc.pre(sd > 1e-3 * Math.abs(mean(terms)) && mean(w) > 1e-3);
        const sums = weightedSums(w, r);
        const ips = ipsFromSums(sums);
        expect(ips.value).toBeCloseTo(mean(terms), 10);
        expect(ips.se).toBeCloseTo(sd / Math.sqrt(rows.length), 8);
        const ratio = mean(terms) / mean(w);
        const residual = w.reduce((s, x, i) => s + (x * ((r[i] as number) - ratio)) ** 2, 0);
        fc.pre(residual > 1e-6 * terms.reduce((s, t) => s + t * t, 0));
        const snips = snipsFromSums(sums);
        expect(snips.value).toBeCloseTo(ratio, 10);
        expect(snips.se).toBeCloseTo(Math.sqrt(residual) / w.reduce((a, b) => a + b, 0), 6);
      }),
      runs,
    );
  });

  it("are the same when the log comes in two parts", () => {
    fc.assert(
      fc.property(log, log, (a, b) => {
        const sums = (rows: [number, number][]) =>
          weightedSums(
            rows.map(([x]) => x),
            rows.map(([, x]) => x),
          );
        const merged = mergeWeightedSums(sums(a), sums(b));
        const whole = sums([...a, ...b]);
        for (const key of ["n", "w", "ww", "wr", "wwr", "wwrr", "maxWeight"] as const) {
          expect(merged[key]).toBeCloseTo(whole[key], 8);
        }
        const terms = (rows: [number, number][]) => termSums(rows.map(([, x]) => x));
        const two = mergeTermSums(terms(a), terms(b));
        const one = terms([...a, ...b]);
        expect(two.sum).toBeCloseTo(one.sum, 8);
        expect(two.sumOfSquares).toBeCloseTo(one.sumOfSquares, 6);
      }),
      runs,
    );
  });

  it("keep the spread of terms far from zero, and refuse where sums cannot show it", () => {
    const normal = seededNormal(3);
    const terms = Float64Array.from({ length: 1000 }, () => normal());
    const near = meanOfTerms(termSums(terms));
    const far = meanOfTerms(termSums(terms.map((x) => x + 1e6)));
    expect(far.value - 1e6).toBeCloseTo(near.value, 9);
    expect(far.se).toBeCloseTo(near.se, 9);
    const raw = { n: 1000, sum: 1e9, sumOfSquares: 1e15 + 1, origin: 0 };
    expect(() => meanOfTerms(raw)).toThrow(domain);
    expect(() => meanOfTerms(termSums([1, 1, 1]))).toThrow(domain);
    expect(() => meanOfTerms(termSums([1]))).toThrow(domain);
    expect(() => snipsFromSums(weightedSums([0, 0], [1, 2]))).toThrow(domain);
    expect(() => snipsFromSums(weightedSums([1, 3], [2, 2]))).toThrow(domain);
  });

  it("leave the direct method out where the model says the same of every row", () => {
    const sums = offPolicySums({
      ...{ action: [0, 1, 0], reward: [1, 0, 0], propensity: [0.5, 0.5, 0.5] },
      policy: actionTable([
        [0.3, 0.7],
        [0.3, 0.7],
        [0.3, 0.7],
      ]),
      predictions: actionTable([
        [0.1, 0.2],
        [0.1, 0.2],
        [0.1, 0.2],
      ]),
    });
    const { estimates, clippedShare } = offPolicyEstimates(sums, 0.05);
    expect(Object.keys(estimates)).toEqual(["ips", "snips", "doublyRobust"]);
    expect(clippedShare).toBeNull();
  });

  it("have the normal interval", () => {
    const { ciLower, ciUpper } = policyInterval({ value: 1, se: 2 }, 0.05);
    expect(ciLower).toBeCloseTo(1 - 2 * 1.959963984540054, 12);
    expect(ciUpper).toBeCloseTo(1 + 2 * 1.959963984540054, 12);
  });
});

describe("the refusal to estimate", () => {
  it("names missing, zero and impossible propensities", () => {
    for (const propensity of [[], [0.5, 0], [0.5, 1.2], [0.5, Number.NaN], [-0.1, 1]]) {
      expect(() => importanceWeights([0.5, 0.5], propensity)).toThrow(unidentified);
    }
    expect(() => importanceWeights([0.5, 1.5], [0.5, 0.5])).toThrow(domain);
    expect(() => importanceWeights([0.5], [0.5, 0.5])).toThrow(domain);
    expect([...importanceWeights([0.5, 0], [0.25, 1])]).toEqual([2, 0]);
  });

  it("gives every reason that holds, with the threshold", () => {
    const codes = (weights: number[]) =>
      weightProblems(
        weightDiagnostics(
          weightedSums(
            weights,
            weights.map(() => 1),
          ),
        ),
      ).map(({ code }) => code);
    const flat = (n: number, w: number) => new Array<number>(n).fill(w);
    expect(codes(flat(1000, 1))).toEqual([]);
    expect(codes(flat(150, 1))).toEqual(["EFFECTIVE_SAMPLE_TOO_SMALL"]);
    expect(codes(flat(1000, 0))).toEqual(["NO_SUPPORT"]);
    expect(codes(flat(1000, 0.5))).toEqual(["MEAN_WEIGHT_OFF_ONE"]);
    // 250 of 40000 rows carry all weight, each alike: the mean is 1, the share 0.6 %.
    expect(codes([...flat(250, 160), ...flat(39750, 0)])).toEqual(["EFFECTIVE_SHARE_TOO_SMALL"]);
    expect(codes([...flat(3000, 0.94), 185])).toContain("ONE_ROW_DECIDES");
    expect(codes([])).toEqual(["NO_SUPPORT"]);
  });

  it("throws with the reasons, and lets good weights pass", () => {
    const good = weightedSums(new Float64Array(300).fill(1), new Float64Array(300));
    expect(requireSupport(good).effectiveSampleSize).toBe(300);
    const few = weightedSums(new Float64Array(30).fill(1), new Float64Array(30));
    expect(() => requireSupport(few)).toThrow(unidentified);
    expect(() => requireSupport(few)).toThrow(/worth 30.0 rows/);
    expect(() => trustedOffPolicyEstimates({ weighted: few }, 0.05)).toThrow(unidentified);
  });

  it("rarely accuses right propensities, and finds a missing action", () => {
    const trials = 300;
    let accused = 0;
    let found = 0;
    for (let trial = 0; trial < trials; trial++) {
      const log = draw(1500, 1000 + trial, () => 0);
      const { weighted } = offPolicySums(log);
      if (weightProblems(weightDiagnostics(weighted)).length > 0) accused += 1;
      // A log that never takes action 2: its propensities are right, the target's support is missing.
      const rows = log.action.flatMap((a, i) => (a === 2 ? [] : [i]));
      const { values } = log.policy;
      const at = (i: number, a: number) => values[3 * i + a] as number;
      const context = (i: number) => TARGET.findIndex((row) => row[0] === at(i, 0));
      const target = rows.map((i) => at(i, log.action[i] as number));
      const propensity = rows.map(
        (i) => (log.propensity[i] as number) / (1 - (LOGGING[context(i)]?.[2] as number)),
      );
      const rewards = rows.map((i) => log.reward[i] as number);
      const weights = importanceWeights(target, propensity);
      const codes = weightProblems(weightDiagnostics(weightedSums(weights, rewards)));
      if (codes.some(({ code }) => code === "MEAN_WEIGHT_OFF_ONE")) found += 1;
    }
    // Three standard errors: 0.27 % of right logs.
    expect(accused / trials).toBeLessThan(0.02);
    expect(found / trials).toBeGreaterThan(0.99);
  });

  it("measures what the log could never show", () => {
    const policy = actionTable([
      [0.2, 0.8],
      [0.5, 0.5],
    ]);
    const logging = actionTable([
      [1, 0],
      [0.5, 0.5],
    ]);
    expect(missingSupport(policy, logging)).toBeCloseTo(0.4, 15);
    expect(missingSupport(policy, policy)).toBe(0);
    const good = {
      ...{ action: [0, 0], reward: [0, 1], propensity: [1, 0.5] },
      ...{ policy, logging: policy },
    };
    const limits = { leastEffectiveSampleSize: 0, leastEffectiveShare: 0 };
    const lax = { ...limits, largestWeightShare: 1, meanWeightZ: 99 };
    expect(trustedOffPolicyEstimates(offPolicySums(good), 0.05, lax).diagnostics.n).toBe(2);
    const sums = offPolicySums({ ...good, logging });
    expect(() => trustedOffPolicyEstimates(sums, 0.05, lax)).toThrow(/40 % of its choices/);
  });

  it("refuses policies that are no probabilities, foreign actions and ragged tables", () => {
    const base = { action: [0, 1], reward: [0, 1], propensity: [0.5, 0.5] };
    const policy = actionTable([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    const bad = actionTable([
      [0.5, 0.4],
      [0.5, 0.5],
    ]);
    expect(() => offPolicySums({ ...base, policy: bad })).toThrow(/add up to/);
    expect(() => offPolicySums({ ...base, policy, action: [0, 2] })).toThrow(domain);
    expect(() => offPolicySums({ ...base, policy, reward: [0] })).toThrow(domain);
    expect(() => offPolicySums({ ...base, policy, reward: [0, Number.NaN] })).toThrow(domain);
    expect(() => offPolicySums({ ...base, policy, clip: 0 })).toThrow(domain);
    expect(() => actionTable([[1], [0.5, 0.5]])).toThrow(domain);
  });
});

describe("weight rules", () => {
  it("clip, switch and shrink", () => {
    const at = (rule: Parameters<typeof ruledWeight>[0]) => [0.5, 2, 10].map(ruledWeight(rule));
    expect(at({ kind: "plain" })).toEqual([0.5, 2, 10]);
    expect(at({ kind: "clip", at: 2 })).toEqual([0.5, 2, 2]);
    expect(at({ kind: "switch", at: 2 })).toEqual([0.5, 2, 0]);
    expect(at({ kind: "shrink", lambda: 4 })).toEqual([2 / 4.25, 1, 40 / 104]);
  });
});

describe("crossFitted", () => {
  it("takes each row's predictions from the model that did not see its fold", () => {
    const table = (value: number) => actionTable([[value], [value], [value]]);
    const chosen = crossFitted([1, 0, 1], [table(10), table(20)]);
    expect([...chosen.values]).toEqual([20, 10, 20]);
    expect(() => crossFitted([0, 0, 0], [table(1), table(2)])).toThrow(domain);
    expect(() => crossFitted([0, 2, 1], [table(1), table(2)])).toThrow(domain);
    expect(() => crossFitted([0], [table(1)])).toThrow(domain);
  });

  it("keeps doubly robust honest where a model that saw its own rows flatters itself", () => {
    // The model is the mean reward of each context and action: fitted on all rows, or without the row's fold.
    const trials = 150;
    const n = 60;
    let [own, crossed] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const log = draw(n, 5000 + trial, () => 0);
      const context = log.propensity.map((_, i) =>
        TARGET.findIndex((row) => row[0] === log.policy.values[3 * i]),
      );
      const fit = (keep: (i: number) => boolean) => {
        const mean = (x: number, a: number) => {
          const rows = context.flatMap((c, i) =>
            c === x && log.action[i] === a && keep(i) ? [log.reward[i] as number] : [],
          );
          return rows.length === 0 ? 0.3 : rows.reduce((s, r) => s + r, 0) / rows.length;
        };
        return actionTable(context.map((x) => [0, 1, 2].map((a) => mean(x, a))));
      };
      const fold = context.map((_, i) => i % 5);
      const se = (predictions: ReturnType<typeof fit>) =>
        offPolicyEstimates(offPolicySums({ ...log, predictions }), 0.05).estimates.doublyRobust
          ?.se as number;
      own += se(fit(() => true)) / trials;
      crossed +=
        se(
          crossFitted(
            fold,
            [0, 1, 2, 3, 4].map((f) => fit((i) => i % 5 !== f)),
          ),
        ) / trials;
    }
    // Residuals on a row's own fit are too small, and so is the interval made of them.
    expect(own).toBeLessThan(0.9 * crossed);
  });
});
