// Proof by simulation with fixed seeds: Brownian paths under the null for plans, raw units for confidence sequences.
// A Monte Carlo error of 3.5 standard errors is allowed; seeds are fixed, so a failure is a change of the code.
import { describe, expect, it } from "vitest";
import {
  armEstimateOfMean,
  boundaryAtObservedInformation,
  customPlanError,
  designGroupSequential,
  differenceSequence,
  type GroupSequentialPlan,
  mixtureSprt,
  rhoForTightestAt,
  sequentialSampleRatio,
} from "./index.js";
import { seededNormal, seededUniform } from "./testing/random.js";

const PATHS = 20_000;

/** Share of null paths with |Z| (or Z) beyond the critical value at any look. */
function simulatedError(
  sided: 1 | 2,
  t: readonly number[],
  critical: readonly number[],
  seed: number,
) {
  const normal = seededNormal(seed);
  let rejected = 0;
  for (let path = 0; path < PATHS; path++) {
    let score = 0;
    let before = 0;
    let crossed = false;
    t.forEach((now, k) => {
      score += Math.sqrt(now - before) * normal();
      before = now;
      const z = score / Math.sqrt(now);
      crossed ||= (sided === 2 ? Math.abs(z) : z) >= critical[k]!;
    });
    if (crossed) rejected += 1;
  }
  return rejected / PATHS;
}

function expectShare(share: number, expected: number, trials: number) {
  const error = Math.sqrt((expected * (1 - expected)) / trials);
  expect(Math.abs(share - expected)).toBeLessThan(3.5 * error);
}

const equal = (looks: number) => Array.from({ length: looks }, (_, i) => (i + 1) / looks);

describe("false positives when every look is used", () => {
  const plans: [string, GroupSequentialPlan["boundary"], 1 | 2, number[]][] = [
    ["O'Brien-Fleming", { family: "obrien_fleming" }, 2, equal(5)],
    ["Pocock", { family: "pocock" }, 2, equal(5)],
    ["Wang-Tsiatis", { family: "wang_tsiatis", delta: 0.25 }, 1, equal(8)],
    ["O'Brien-Fleming type", { family: "lan_demets_obrien_fleming" }, 2, [0.1, 0.3, 0.35, 0.9, 1]],
    ["Pocock type", { family: "lan_demets_pocock" }, 1, equal(14)],
    ["Hwang-Shih-DeCani", { family: "hwang_shih_decani", gamma: 1 }, 2, equal(10)],
    ["Kim-DeMets", { family: "kim_demets", rho: 2 }, 2, equal(14)],
  ];

  it.each(plans)("%s keeps .05", (_, boundary, sided, informationRates) => {
    const design = designGroupSequential({
      sided,
      alpha: 0.05,
      power: 0.8,
      informationRates,
      boundary,
      futility: null,
    });
    const share = simulatedError(sided, informationRates, design.criticalValues, 11);
    expectShare(share, 0.05, PATHS);
  });

  it("a plan overtaken by events keeps .05 with boundaries of the observed information", () => {
    const design = designGroupSequential({
      sided: 2,
      alpha: 0.05,
      power: 0.8,
      informationRates: equal(4),
      boundary: { family: "lan_demets_pocock" },
      futility: null,
    });
    const fractions = [0.11, 0.6, 0.71, 0.93, 1.3];
    const observed = boundaryAtObservedInformation(design, { fractions, final: true });
    expectShare(simulatedError(2, fractions, observed.criticalValues, 12), 0.05, PATHS);
  });

  it("ordinary tests at .05 err as often as computed, far above .05", () => {
    const plan = {
      sided: 2,
      informationRates: equal(10),
      nominalLevels: Array(10).fill(0.05),
    } as const;
    const { overallAlpha, criticalValues } = customPlanError(plan);
    expectShare(simulatedError(2, equal(10), criticalValues, 13), overallAlpha, PATHS);
  });
});

describe("confidence sequences watched after every batch", () => {
  const first = 500;
  const batch = 250;
  const looks = 30;
  const trials = 400;
  const settings = { rho: rhoForTightestAt(8000, 0.05), alpha: 0.05 };
  const uniform = seededUniform(21);
  const draws: [string, () => number, number][] = [
    ["normal", seededNormal(20), 0],
    ["a conversion of 10 %", () => (uniform() < 0.1 ? 1 : 0), 0.1],
    ["an exponential spend", () => -Math.log(uniform()), 1],
  ];

  /** Cumulative moments of one arm, handed out look by look. */
  function stream(draw: () => number) {
    let n = 0;
    let sum = 0;
    let squares = 0;
    return (units: number) => {
      for (let i = 0; i < units; i++) {
        const value = draw();
        n += 1;
        sum += value;
        squares += value * value;
      }
      const mean = sum / n;
      return armEstimateOfMean({ n, mean, variance: (squares - n * mean * mean) / (n - 1) });
    };
  }

  it.each(draws)("cover the truth at all looks at once: %s", (_, draw) => {
    let missed = 0;
    let rejectedByMixture = 0;
    for (let trial = 0; trial < trials; trial++) {
      const [treatment, control] = [stream(draw), stream(draw)];
      let outside = false;
      let rejected = false;
      for (let look = 0; look < looks; look++) {
        const units = look === 0 ? first : batch;
        const arms = { treatment: treatment(units), control: control(units) };
        const { lower, upper, estimate } = differenceSequence(arms, settings);
        outside ||= lower! > 0 || upper! < 0;
        const standardError = Math.sqrt(arms.treatment.variance + arms.control.variance);
        const mixture = { tau2: 0.001, theta0: 0, alpha: 0.05 };
        rejected ||= mixtureSprt({ estimate, standardError }, mixture).reject;
      }
      if (outside) missed += 1;
      if (rejected) rejectedByMixture += 1;
    }
    const allowed = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / trials);
    expect(missed / trials).toBeLessThan(allowed);
    expect(rejectedByMixture / trials).toBeLessThan(allowed);
  });
});

describe("the sequential sample-ratio test watched daily", () => {
  it("raises a false alarm in at most alpha of healthy experiments and finds 52:48", () => {
    const uniform = seededUniform(31);
    const alarm = (share: number) => {
      let [a, b] = [0, 0];
      const looks = Array.from({ length: 20 }, () => {
        for (let i = 0; i < 500; i++) {
          if (uniform() < share) a += 1;
          else b += 1;
        }
        return [a, b];
      });
      const plan = { expectedRatio: [1, 1], concentration: 1000, alpha: 0.05 };
      return sequentialSampleRatio(looks, plan).mismatch;
    };
    const rate = (share: number, trials: number) =>
      Array.from({ length: trials }, () => alarm(share)).filter(Boolean).length / trials;
    expect(rate(0.5, 600)).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 600));
    expect(rate(0.52, 200)).toBeGreaterThan(0.8);
  });
});
