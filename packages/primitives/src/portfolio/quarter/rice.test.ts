// The source's four scored candidates, and what makes detectability: traffic, spread, weeks, cohorts.
import { normalCdf } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import { detectabilityOf } from "./detect.js";
import { effortOf, impactOf, rice, scoreRange } from "./rice.js";
import { settingsOf } from "./settings.js";
import { candidate, quarter } from "./testing/quarter.js";

const settings = settingsOf(quarter([candidate("a")]));

describe("RICE for ML (Primitive 2, rice_for_ml.py)", () => {
  it.each([
    ["reranker", 8e6, 0.005, 0.7, 0.85, 12, 1983],
    ["multilingual intent", 1.2e6, 0.008, 0.6, 0.72, 8, 518],
    ["cold-start HRNN", 2.5e6, 0.012, 0.5, 0.55, 18, 458],
    ["LoRA adapter", 8e6, 0.003, 0.45, 0.5, 14, 386],
  ])("%s", (_, reach, impact, evidenceQuality, detectability, effort, expected) => {
    const score = rice({ reach, impact, evidenceQuality, detectability, effort });
    expect(Math.round(score)).toBe(expected);
  });

  it("has a range that follows from impact and effort, and ends at nothing where the impact may be none", () => {
    const effort = { low: 8, likely: 10, high: 12.5 };
    const sure = scoreRange(100, { low: 0.01, likely: 0.01, high: 0.01 }, effort);
    expect(sure).toEqual({ low: expect.closeTo(80, 9), likely: 100, high: expect.closeTo(125, 9) });
    expect(scoreRange(100, { low: 0, likely: 1, high: 2 }, effort).low).toBe(0);
    expect(scoreRange(100, { low: -1, likely: 1, high: 2 }, effort).low).toBe(-100);
  });

  it("takes three points for 10th, 50th and 90th percentile (a normal's come back)", () => {
    const z = 1.2815515655446004;
    const normal = { low: 3 - 2 * z, likely: 3, high: 3 + 2 * z };
    const found = impactOf({ impact: normal });
    expect(found.mean).toBeCloseTo(3, 12);
    expect(found.sd).toBeCloseTo(2, 12);
    expect(impactOf({ impact: { mean: 3, sd: 2 } })).toMatchObject(normal);
    expect(effortOf({ effort: 4 })).toEqual({ low: 4, likely: 4, high: 4 });
  });
});

describe("detectability", () => {
  it("is the power of two equal arms over the quarter's units (normal approximation by hand)", () => {
    const found = detectabilityOf(candidate("a", { experiment: { metric: "m", sd: 2 } }), settings);
    const z = 0.01 / Math.sqrt((4 * 4) / 1e6) - 1.959963984540054;
    expect(found).toMatchObject({ units: expect.closeTo(1e6, 3), cohort: null });
    expect(found.probability).toBeCloseTo(normalCdf(z), 5);
    expect(found.standardError).toBeCloseTo(0.004, 12);
  });

  it("is nothing for 4 % of a 1 % rate on 5,000 daily sessions: not powered in a quarter", () => {
    const small = candidate("a", {
      reach: 5000 * 91,
      impact: { low: 0.0002, likely: 0.0004, high: 0.0006 },
      experiment: { metric: "orders", baseline: 0.01 },
    });
    const found = detectabilityOf(small, settings);
    expect(found.probability).toBeLessThan(0.3);
    expect(found.weeksNeeded).toBeGreaterThan(13);
    expect(found.mde).toBeGreaterThan(0.0008);
  });

  it("is that of the cohort where it is hardest to see, of fewer weeks, of regulars who come again", () => {
    const base = { metric: "m", sd: 3 } as const;
    const power = (given: object) =>
      detectabilityOf(candidate("a", { experiment: { ...base, ...given } }), settings);
    const all = power({});
    const cohorts = [
      { name: "EN", share: 0.8 },
      { name: "JP", share: 0.1 },
    ];
    const inJapan = power({ cohorts });
    expect(inJapan.cohort).toBe("JP");
    const tenth = detectabilityOf(
      candidate("a", { experiment: { ...base, exposed_share: 0.1 } }),
      settings,
    );
    expect(inJapan.probability).toBeCloseTo(tenth.probability, 10);
    expect(inJapan.weeksNeeded).toBe(tenth.weeksNeeded);
    expect(power({ weeks: 4 }).probability).toBeLessThan(all.probability);
    expect(power({ returning_share: 0.7 }).units).toBeLessThan(all.units / 3);
    expect(power({ variance_reduction: 0.5 }).probability).toBeGreaterThan(all.probability);
  });

  it("needs twice the weeks at half of the traffic", () => {
    const alone = detectabilityOf(candidate("a", { experiment: { metric: "m", sd: 3 } }), settings);
    const half = detectabilityOf(
      candidate("a", { experiment: { metric: "m", sd: 3 } }),
      settings,
      0.5,
    );
    expect(alone.weeksNeeded).toBe(37);
    expect(half.weeksNeeded).toBe(74);
  });
});
