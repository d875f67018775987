// Exact identities of the stage-wise order, of repeated p-values and of conditional probabilities; values from other
// software are compared by the conformance run.
import { describe, expect, it } from "vitest";
import { normalCdf, normalPdf, normalSf } from "../distributions/index.js";
import { integrate } from "../special/index.js";
import {
  type BoundaryFamily,
  conditionalPower,
  conditionalRejectionProbability,
  designGroupSequential,
  operatingCharacteristics,
  predictivePower,
  repeatedConfidenceIntervals,
  repeatedPValue,
  stageWiseInference,
} from "./index.js";

const design = (sided: 1 | 2, boundary: BoundaryFamily) =>
  designGroupSequential({
    sided,
    alpha: 0.05,
    power: 0.8,
    informationRates: [0.3, 0.5, 0.8, 1],
    boundary,
    futility: null,
  });

const spending: BoundaryFamily = { family: "lan_demets_obrien_fleming" };
const pocock: BoundaryFamily = { family: "pocock" };

describe("inference after stopping", () => {
  it.each([spending, pocock])("p on the boundary is the alpha spent so far: %o", (boundary) => {
    const one = design(1, boundary);
    one.criticalValues.forEach((c, k) => {
      const look = { estimate: c * 0.4, standardError: 0.4 };
      expect(stageWiseInference(one, k + 1, look).pValue).toBeCloseTo(one.cumulativeAlpha[k]!, 12);
    });
  });

  it("the interval of a result on the last boundary begins at no effect", () => {
    for (const sided of [1, 2] as const) {
      const one = design(sided, pocock);
      const look = { estimate: one.criticalValues[3]! * 0.4, standardError: 0.4 };
      const { ciLower, pValue } = stageWiseInference(one, 4, look);
      expect(ciLower).toBeCloseTo(0, 10);
      expect(pValue).toBeCloseTo(0.05, 11);
    }
  });

  it("a stop at the first look is an ordinary analysis", () => {
    const got = stageWiseInference(design(2, pocock), 1, { estimate: 1.2, standardError: 0.4 });
    expect(got.medianUnbiasedEstimate).toBeCloseTo(1.2, 10);
    expect(got.pValue).toBeCloseTo(2 * normalSf(3), 14);
    expect(got.ciLower).toBeCloseTo(1.2 - 1.959963984540054 * 0.4, 10);
  });

  it("a result and its mirror image get mirrored answers from a two-sided plan", () => {
    const two = design(2, pocock);
    const up = stageWiseInference(two, 4, { estimate: 0.5, standardError: 0.4 });
    const down = stageWiseInference(two, 4, { estimate: -0.5, standardError: 0.4 });
    expect(down.pValue).toBeCloseTo(up.pValue, 12);
    // Only up-crossings count as more extreme, so the order, and with it the interval, mirrors exactly.
    expect(down.medianUnbiasedEstimate).toBeCloseTo(-up.medianUnbiasedEstimate, 9);
    expect(down.ciLower).toBeCloseTo(-up.ciUpper, 9);
  });

  it("a late stop just over the boundary is estimated below the naive value", () => {
    const look = { estimate: 2.5 * 0.4, standardError: 0.4 };
    const got = stageWiseInference(design(1, pocock), 3, look);
    expect(got.medianUnbiasedEstimate).toBeLessThan(look.estimate);
    expect(got.ciLower).toBeLessThan(got.medianUnbiasedEstimate);
    expect(got.ciUpper).toBeGreaterThan(got.medianUnbiasedEstimate);
  });

  it("refuses a look outside the plan and a standard error of zero", () => {
    const one = design(1, pocock);
    const refused = expect.objectContaining({ code: "DOMAIN" });
    expect(() => stageWiseInference(one, 5, { estimate: 1, standardError: 1 })).toThrowError(
      refused,
    );
    expect(() => stageWiseInference(one, 1, { estimate: 1, standardError: 0 })).toThrowError(
      refused,
    );
    // Where the tail leaves double precision a search for the limits would never end.
    expect(() => stageWiseInference(one, 1, { estimate: 1e180, standardError: 1 })).toThrowError(
      refused,
    );
  });
});

describe("repeated intervals and p-values", () => {
  it.each([spending, pocock])("p equals alpha exactly on the boundary: %o", (boundary) => {
    for (const sided of [1, 2] as const) {
      const one = design(sided, boundary);
      one.criticalValues.forEach((c, k) => {
        expect(repeatedPValue(one, k + 1, c)).toBeCloseTo(0.05, 10);
        expect(repeatedPValue(one, k + 1, c + 0.01)).toBeLessThan(0.05);
      });
    }
  });

  it("is undefined when no total alpha below one half would reject", () => {
    expect(repeatedPValue(design(1, pocock), 1, -0.5)).toBeNull();
    expect(repeatedPValue(design(1, spending), 1, 0.1)).toBeNull();
  });

  it("an overwhelming result has a tiny p, not zero", () => {
    const p = repeatedPValue(design(1, spending), 3, 12);
    expect(p).toBeGreaterThan(0);
    expect(p).toBeLessThan(1e-25);
  });

  it("the repeated interval excludes no effect exactly when the look rejects", () => {
    const one = design(2, pocock);
    const c = one.criticalValues[0]!;
    const [outside, inside] = repeatedConfidenceIntervals(one, [
      { estimate: c + 0.01, standardError: 1 },
      { estimate: c - 0.01, standardError: 1 },
    ]);
    expect(outside!.lower).toBeGreaterThan(0);
    expect(inside!.lower).toBeLessThan(0);
  });
});

describe("what the rest of a plan may bring", () => {
  it("conditional power averaged over the first look is the power", () => {
    const one = design(1, spending);
    const drift = 2.1;
    const [c1] = one.criticalValues;
    const root = Math.sqrt(0.3);
    const later = integrate(
      (z) => normalPdf(z - drift * root) * conditionalPower(one, 1, z, drift)[2]!,
      -8,
      c1!,
      8,
      16,
    );
    const total = normalSf(c1! - drift * root) + later;
    expect(total).toBeCloseTo(operatingCharacteristics(one, drift).rejection, 9);
  });

  it("the conditional error averaged over the first look is the alpha left", () => {
    const two = design(2, pocock);
    const [c1] = two.criticalValues;
    const later = integrate(
      (z) => normalPdf(z) * conditionalRejectionProbability(two, 1, z),
      -c1!,
      c1!,
      8,
      16,
    );
    expect(later + 2 * normalSf(c1!)).toBeCloseTo(0.05, 10);
  });

  it("predictive power before the last look has its closed form", () => {
    const one = design(1, spending);
    const t = 0.8;
    const z = 1.6;
    const expected = normalCdf(
      (z / Math.sqrt(t) - one.criticalValues[3]!) / Math.sqrt((1 - t) / t),
    );
    expect(predictivePower(one, 3, z)).toBeCloseTo(expected, 10);
  });

  it("a sharp prior turns predictive power into conditional power", () => {
    const one = design(1, spending);
    const sharp = predictivePower(one, 1, 0.5, { mean: 2.4, variance: 1e-10 });
    expect(sharp).toBeCloseTo(conditionalPower(one, 1, 0.5, 2.4)[2]!, 6);
  });

  it("nothing is foretold from a share of information too small to say anything", () => {
    const plan = (first: number) => ({
      sided: 1 as const,
      alpha: 0.025,
      informationRates: [first, 1],
      criticalValues: [4, 1.96],
    });
    expect(predictivePower(plan(0.001), 1, 0)).toBeGreaterThan(0.3);
    expect(() => predictivePower(plan(1e-8), 1, 0)).toThrowError(
      expect.objectContaining({ code: "DOMAIN" }),
    );
  });

  it("nothing is still to come at the last look", () => {
    expect(() => conditionalPower(design(1, spending), 4, 1, 1)).toThrowError(
      expect.objectContaining({ code: "DOMAIN" }),
    );
  });
});
