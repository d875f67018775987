// What the record makes of claims: chances, overruns, shrunk impacts, the value of a direction; by simulation with fixed seeds.
import { normalCdf, normalPdf, randomNormal, seededRandom } from "@plumbline/stats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankCandidates } from "./appraise.js";
import { calibrate, chanceOf, overrunFor, type PastRecord, shrunkImpact } from "./calibrate.js";
import { predictedWins } from "./choose.js";
import { rankingFindings } from "./findings.js";
import { impactOf } from "./rice.js";
import { settingsOf } from "./settings.js";
import { candidate, quarter } from "./testing/quarter.js";
import { directionValue, worthOf } from "./worth.js";

const settings = settingsOf(quarter([candidate("a")]));

const past = (direction: string, wins: number, trials: number): PastRecord => ({
  direction,
  wins,
  trials,
  plannedWeeks: null,
  actualWeeks: null,
  estimate: null,
  se: null,
});

describe("a claim", () => {
  const record = calibrate([past("ranking", 7, 20)]);

  it("of 70 % against a record of 35 % counts for nothing unless it is defended", () => {
    const bold = candidate("a", { evidence_quality: 0.7 });
    const found = chanceOf(bold, record, settings);
    expect(found).toMatchObject({ isBold: true, isDefended: false });
    expect(found.base.estimate).toBeGreaterThan(0.3);
    expect(found.base.estimate).toBeLessThan(0.42);
    expect(found.believed.estimate).toBeCloseTo(found.base.estimate, 12);
    const defence = "Replicated on three corpora, and offline on ours.";
    const defended = chanceOf({ ...bold, defence }, record, settings).believed.estimate;
    expect(defended).toBeGreaterThan(0.45);
    expect(defended).toBeLessThan(0.6);
  });

  it("is a finding at its place where it is not defended", () => {
    const bold = [
      candidate("a", { evidence_quality: 0.5 }),
      candidate("b", { evidence_quality: 0.9 }),
    ];
    const found = rankingFindings(rankCandidates(quarter(bold), [past("ranking", 7, 20)]));
    expect(found).toMatchObject([
      {
        code: "CLAIM_UNDEFENDED",
        path: ["candidates", 1, "evidence_quality"],
        severity: "warning",
      },
    ]);
  });

  it("of twice the record is bold however little is on record", () => {
    const few = calibrate([past("ranking", 1, 6)]);
    const { base } = chanceOf(candidate("a"), few, settings);
    const claim = 2.01 * base.estimate;
    expect(claim).toBeLessThan(base.ciUpper);
    const found = chanceOf(candidate("a", { evidence_quality: claim }), few, settings);
    expect(found.isBold).toBe(true);
  });

  it("meets the published third where there is no record", () => {
    const { base } = chanceOf(candidate("a"), calibrate([]), settings);
    expect(Math.abs(base.estimate - 1 / 3)).toBeLessThan(0.02);
  });

  it("below the record lowers the chance", () => {
    const { believed, base } = chanceOf(
      candidate("a", { evidence_quality: 0.1 }),
      record,
      settings,
    );
    expect(believed.estimate).toBeLessThan(base.estimate);
  });
});

describe("the predicted wins", () => {
  const draw = (random: () => number, rate: number, n: number) =>
    Array.from({ length: n }, () => (random() < rate ? 1 : 0)).reduce<number>((a, b) => a + b, 0);

  /** Of `next` candidates that claim nothing above the record. */
  function predicted(wins: number, trials: number, next: number) {
    const each = candidate("a");
    const found = chanceOf(each, calibrate([past("ranking", wins, trials)]), {
      ...settings,
      claimWeight: 0,
    });
    const chosen = Array.from({ length: next }, () => ({ chance: found }));
    const ranking = { settings: { ...settings, claimWeight: 0 } };
    return predictedWins(
      chosen as unknown as Parameters<typeof predictedWins>[0],
      ranking as unknown as Parameters<typeof predictedWins>[1],
    );
  }

  it("of a team whose hit rate is 35 % hold what came in 95 % of 1,000 quarters or more", () => {
    const random = seededRandom(35);
    const seen = Array.from({ length: 1000 }, () => {
      const found = predicted(draw(random, 0.35, 20), 20, 8);
      const came = draw(random, 0.35, 8);
      return { isInside: came >= found.low && came <= found.high, gap: found.mean - came };
    });
    expect(seen.filter(({ isInside }) => isInside).length / seen.length).toBeGreaterThan(0.95);
    // Rates of few experiments are drawn to the middle: by a tenth of a win in eight.
    expect(Math.abs(seen.reduce((sum, { gap }) => sum + gap, 0) / seen.length)).toBeLessThan(0.2);
  }, 60_000);

  it("carry what ten experiments leave open: over teams of every rate, thirty ideas each, 93 to 99 %", () => {
    const random = seededRandom(36);
    const inside = Array.from({ length: 1000 }, () => {
      const rate = random();
      const found = predicted(draw(random, rate, 10), 10, 30);
      const came = draw(random, rate, 30);
      return came >= found.low && came <= found.high;
    });
    const covered = inside.filter(Boolean).length / inside.length;
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.99);
  }, 60_000);
});

describe("an appraisal", () => {
  it("calibrates RICE by the believed chance and the weeks to reckon with", () => {
    const before = { built_before: { planned_weeks: 10, actual_weeks: 25 } };
    const [found] = rankCandidates(quarter([candidate("a", before)])).appraisals;
    const share = ((found?.chance.believed.estimate ?? 0) / 0.6) * (10 / 25);
    expect(found?.calibratedRice).toBeCloseTo((found?.rice.likely ?? 0) * share, 8);
  });

  it("takes the line itself for high upside, and for high risk", () => {
    const edge = candidate("a", { evidence_quality: 0.5 });
    const [found] = rankCandidates(quarter([edge], { rules: { upside: 10_000 } })).appraisals;
    expect(found).toMatchObject({ isHighUpside: true, isHighRisk: true, quadrant: "swing" });
  });
});

describe("overruns", () => {
  it("are the candidate's own, else the direction's, else the team's, else none", () => {
    const timed = (
      direction: string,
      plannedWeeks: number,
      actualWeeks: number,
      trials: number,
    ) => ({
      ...past(direction, 1, trials),
      plannedWeeks,
      actualWeeks,
    });
    const record = calibrate([timed("ranking", 10, 15, 4), timed("intent", 10, 9, 1)]);
    const own = { built_before: { planned_weeks: 10, actual_weeks: 25 } };
    expect(overrunFor(candidate("a", own), record)).toEqual({ factor: 2.5, from: "candidate" });
    expect(overrunFor(candidate("a"), record)).toEqual({ factor: 1.5, from: "direction" });
    const other = overrunFor(candidate("a", { direction: "intent" }), record);
    expect(other).toEqual({ factor: 1.2, from: "team" });
    expect(overrunFor(candidate("a"), calibrate([]))).toEqual({ factor: 1, from: "none" });
    const unfinished = { ...past("ranking", 1, 9), plannedWeeks: 10 };
    const mixed = calibrate([timed("ranking", 10, 15, 4), unfinished]);
    expect(overrunFor(candidate("a"), mixed).factor).toBe(1.5);
  });
});

describe("a claimed impact after the winner's curse", () => {
  const random = seededRandom(7);
  const normal = () => randomNormal(random);
  const effect = () => 0.01 * normal();

  it("is, over many claims that were hits, what the effects were", () => {
    const records = Array.from({ length: 200 }, (): PastRecord => {
      const se = 0.004 + 0.004 * random();
      return { ...past("ranking", 0, 1), estimate: effect() + se * normal(), se };
    });
    const record = calibrate(records);
    const experiment = { metric: "m", sd: 1, baseline: 0.5 } as const;
    let [shrunk, claimed, truth] = [0, 0, 0];
    for (let i = 0; i < 300; i++) {
      const real = effect();
      const claim = real + 0.01 * normal();
      if (claim < 0.01 || real <= 0) continue;
      const impact = { mean: claim * 0.5, sd: 0.01 * 0.5 };
      const each = candidate("a", { impact, experiment });
      shrunk += shrunkImpact(each, impactOf(each), record)?.mean ?? Number.NaN;
      claimed += impact.mean;
      truth += real * 0.5;
    }
    expect(claimed / truth).toBeGreaterThan(1.25);
    expect(Math.abs(shrunk / truth - 1)).toBeLessThan(0.12);
  }, 30_000);

  it("is the mean of the posterior above 0 (a normal cut at 0, in closed form)", () => {
    const records = [-0.02, -0.01, 0, 0.005, 0.012, 0.03].map((estimate) => ({
      ...past("ranking", 0, 1),
      estimate,
      se: 0.004,
    }));
    const record = calibrate(records);
    const each = candidate("a", {
      impact: { mean: 0.01, sd: 0.02 },
      experiment: { metric: "m", sd: 1, baseline: 1 },
    });
    const prior = record.effects?.parameters ?? { mean: 0, scale: 1 };
    const kept = prior.scale ** 2 / (prior.scale ** 2 + 0.02 ** 2);
    const mean = prior.mean + kept * (0.01 - prior.mean);
    const sd = 0.02 * Math.sqrt(kept);
    const cut = mean + (sd * normalPdf(mean / sd)) / normalCdf(mean / sd);
    expect(shrunkImpact(each, impactOf(each), record)?.mean).toBeCloseTo(cut, 6);
  });

  it("stays as claimed where there is no baseline or no record of effects", () => {
    expect(shrunkImpact(candidate("a"), impactOf(candidate("a")), calibrate([]))).toBeNull();
  });
});

describe("the value of a direction", () => {
  const test = { alpha: 0.05, sided: 2 } as const;
  const resolves = { quarters: 4, value_per_quarter: 100, cost_per_quarter: 50 };

  it("is that of perfect information where the test never errs", () => {
    const exact = { alpha: 1e-12, sided: 2 } as const;
    // E max(v - c, 0) = 0.3 x 50 a quarter; without the test nobody would go there: 0.3 x 100 < 50.
    expect(directionValue({ resolves }, 0.3, 1, exact)).toBeCloseTo(4 * 15, 8);
    expect(directionValue({ resolves }, 0.7, 1, exact)).toBeCloseTo(4 * (0.7 * 50 - 20), 8);
  });

  it("is never below 0, nor lower with more power", () => {
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(share, share, share, (chance, power, more) => {
        const weak = directionValue({ resolves }, chance, Math.max(power, 0.05), test);
        const strong = directionValue({ resolves }, chance, Math.max(power, more, 0.05), test);
        expect(weak).toBeGreaterThanOrEqual(0);
        expect(strong).toBeGreaterThanOrEqual(weak - 1e-9);
      }),
      { seed: 43, numRuns: 300 },
    );
  });

  it("can make a 30 % bet worth more than a 70 % one that confirms what is known", () => {
    const claims = [
      candidate("confirms", {
        evidence_quality: 0.7,
        defence: "It won in all three markets before.",
      }),
      candidate("learns", {
        evidence_quality: 0.3,
        resolves: { quarters: 4, value_per_quarter: 60_000, cost_per_quarter: 25_000 },
      }),
    ];
    const [confirms, learns] = rankCandidates(quarter(claims)).appraisals;
    expect(learns?.rice.likely).toBeLessThan(confirms?.rice.likely ?? 0);
    expect(learns?.worth.value).toBeGreaterThan(confirms?.worth.value ?? Number.POSITIVE_INFINITY);
  });
});

describe("the value of a launch", () => {
  it("rises with the chance and the impact, and is 0 where nothing can be seen", () => {
    const seen = rankCandidates(quarter([candidate("a")])).appraisals[0]?.seen;
    if (seen === undefined) throw new Error("no appraisal");
    const ev = (chance: number, mean: number) =>
      worthOf(candidate("a"), chance, { mean, sd: 0.004 }, seen, { ...settings, missSpread: 0 }).ev;
    expect(ev(0.5, 0.01)).toBeGreaterThan(ev(0.3, 0.01));
    expect(ev(0.5, 0.02)).toBeGreaterThan(ev(0.5, 0.01));
    // Nearly all of the gain, where the test is nearly sure to show it.
    expect(ev(0.5, 0.01)).toBeGreaterThan(0.45 * 0.01 * 1e6);
    expect(ev(0.5, 0.01)).toBeLessThan(0.55 * 0.01 * 1e6);
    const unseen = { ...seen, probability: 0.2 };
    const none = worthOf(candidate("a"), 0.5, { mean: 0.01, sd: 0.004 }, unseen, settings);
    expect(none.value).toBe(0);
  });

  it("is what launching by the test brings on average, in 400,000 simulated launches", () => {
    const seen = rankCandidates(quarter([candidate("a")])).appraisals[0]?.seen;
    if (seen === undefined) throw new Error("no appraisal");
    const random = seededRandom(11);
    const normal = () => randomNormal(random);
    const wide = { ...seen, standardError: 0.005, probability: 0.5 };
    const [chance, mean, sd, cost] = [0.4, 0.01, 0.004, 2000];
    const costly = candidate("a", { launch_cost: cost });
    const { ev } = worthOf(costly, chance, { mean, sd }, wide, settings);
    // t on 3 degrees of freedom with the normal's 90th percentile: 1.2816 sd / 1.6377.
    const scale = (1.2815515655446004 * sd) / 1.6377443536962102;
    const student = () => normal() / Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2) / 3);
    const draws = 400_000;
    let [sum, squares] = [0, 0];
    for (let i = 0; i < draws; i++) {
      const effect = random() < chance ? mean + scale * student() : 0.5 * mean * normal();
      const isShipped = effect + 0.005 * normal() > 1.959963984540054 * 0.005;
      const gain = isShipped ? 1e6 * effect - cost : 0;
      sum += gain;
      squares += gain * gain;
    }
    const error = Math.sqrt(squares / draws - (sum / draws) ** 2) / Math.sqrt(draws);
    expect(Math.abs(sum / draws - ev)).toBeLessThan(4 * error);
    expect(error / ev).toBeLessThan(0.01);
  });
});
