// Figures of the foundations' table (CSAT -1.43 %, p = 0.02; retention -0.6 %, p = 0.18), with normal probabilities from
// Python's statistics.NormalDist and the textbook conjugate update.
import { normalIsf, posteriorEffect } from "@plumbline/stats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metric } from "../launch/testing/study.js";
import type { Lookup } from "../shared/effects.js";
import type { LimitQuestion } from "../shared/harm.js";
import type { NormalPrior } from "../shared/vocabulary.js";
import { judgeGuardrails } from "./policies.js";
import { probabilityBeyond } from "./posterior.js";

const up = metric("csat");
const question = (value: number, of = up): LimitQuestion => ({
  metric: of,
  threshold: { scale: "relative", value },
  alpha: 0.05,
  minimumPower: 0.8,
  coverage: 0.95,
});

function measured(estimate: number, standardError: number | null): Lookup {
  const arm = { n: null, value: null, standardDeviation: null };
  return {
    kind: "found",
    analysis: {
      method: "as given",
      absolute: null,
      relative: { estimate, standardError, interval: null },
      relativeMethod: "given",
      statistic: null,
      pValue: { value: 0.5, bound: false },
      control: arm,
      treatment: arm,
    },
  };
}

const judge = (asked: LimitQuestion, lookup: Lookup, limit = 0.05, prior?: NormalPrior) => {
  const entry = { question: asked, lookup, ...(prior && { prior }) };
  const [found] = judgeGuardrails({ kind: "posterior_breach", limit }, [entry]);
  if (found === undefined) throw new Error("nothing judged");
  return found;
};

const CSAT_ERROR = 0.006146974044411104;

describe("the probability of harm past the limit", () => {
  it("is that of the estimate under a flat prior", () => {
    const csat = { estimate: -0.0143, standardError: CSAT_ERROR };
    expect(probabilityBeyond(csat, null, -0.01, "higher_is_better")).toBeCloseTo(0.75789, 5);
    const retention = { estimate: -0.006, standardError: 0.004475090414902972 };
    expect(probabilityBeyond(retention, null, -0.005, "higher_is_better")).toBeCloseTo(0.58841, 5);
  });

  it("moves towards the prior: precisions add up", () => {
    const csat = { estimate: -0.0143, standardError: CSAT_ERROR };
    const prior = { mean: 0, sd: 0.005 };
    expect(probabilityBeyond(csat, prior, -0.01, "higher_is_better")).toBeCloseTo(0.1334732, 6);
  });

  it("is the same for a rise of a metric that should fall", () => {
    const rise = { estimate: 0.0143, standardError: CSAT_ERROR };
    expect(probabilityBeyond(rise, null, 0.01, "lower_is_better")).toBeCloseTo(0.75789, 5);
    const prior = { mean: 0, sd: 0.005 };
    expect(probabilityBeyond(rise, prior, 0.01, "lower_is_better")).toBeCloseTo(0.1334732, 6);
  });

  it("agrees with the posterior of the value-of-information kernel", () => {
    const points = fc.integer({ min: -800, max: 800 }).map((count) => count / 10_000);
    const errors = fc.integer({ min: 5, max: 300 }).map((count) => count / 10_000);
    fc.assert(
      fc.property(points, errors, points, errors, (estimate, standardError, mean, sd) => {
        const kernel = posteriorEffect({ kind: "normal", mean, sd }, estimate, standardError);
        const own = probabilityBeyond(
          { estimate, standardError },
          { mean, sd },
          -0.01,
          "higher_is_better",
        );
        expect(own).toBeCloseTo(kernel.probabilityBelow(-0.01), 12);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it("keeps small tails", () => {
    const far = { estimate: 0.05, standardError: 0.005 };
    // Phi(-12) = 1.776e-33 (normal table of small tails).
    expect(probabilityBeyond(far, null, -0.01, "higher_is_better") / 1.7764821e-33).toBeCloseTo(
      1,
      6,
    );
  });
});

describe("posterior_breach", () => {
  it.each([
    ["far from the limit", 0.018, 0.0088, "clear", "breach_improbable", false],
    ["within it, not excluded", -0.005, 0.006, "underpowered", "breach_possible", true],
    ["more likely past it than not", -0.0143, CSAT_ERROR, "near", "breach_probable", true],
    ["surely past it", -0.05, 0.006, "breach", "breach_nearly_certain", true],
  ])("%s", (_name, estimate, error, status, code, blocks) => {
    expect(judge(question(-0.01), measured(estimate, error))).toMatchObject({
      status,
      code,
      blocks,
    });
  });

  it("blocks on an effect without a standard error", () => {
    expect(judge(question(-0.01), measured(0.02, null))).toMatchObject({
      status: "not_evaluable",
      blocks: true,
    });
  });

  it("is non-inferiority at the one-sided limit under a flat prior", () => {
    const size = fc.integer({ min: -500, max: 500 }).map((points) => points / 10_000);
    const error = fc.integer({ min: 5, max: 300 }).map((points) => points / 10_000);
    fc.assert(
      fc.property(size, error, fc.constantFrom(0.01, 0.05, 0.2), (estimate, se, limit) => {
        // Away from the boundary itself, where rounding decides.
        fc.pre(Math.abs(estimate - normalIsf(limit) * se + 0.01) > 1e-9);
        const lookup = measured(estimate, se);
        const asked = { ...question(-0.01), alpha: limit };
        const [proof] = judgeGuardrails({ kind: "non_inferiority" }, [{ question: asked, lookup }]);
        expect(judge(question(-0.01), lookup, limit).blocks).toBe(proof?.blocks);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it("is well calibrated when the prior is true: breaches among the passed are as rare as stated", () => {
    // 20,000 launches whose effects come from the prior N(0, 0.01^2); se 0.006, limit -0.01.
    const [prior, se, limit] = [{ mean: 0, sd: 0.01 }, 0.006, -0.01];
    let state = 11;
    const uniform = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    let [passed, harmful, promised] = [0, 0, 0];
    for (let launch = 0; launch < 20_000; launch += 1) {
      const effect = prior.sd * normalIsf(uniform());
      const estimate = effect + se * normalIsf(uniform());
      const chance = probabilityBeyond(
        { estimate, standardError: se },
        prior,
        limit,
        "higher_is_better",
      );
      if (chance >= 0.05) continue;
      passed += 1;
      promised += chance;
      if (effect < limit) harmful += 1;
    }
    expect(passed).toBeGreaterThan(8000);
    // Three standard errors of a share of about 0.01.
    expect(Math.abs(harmful - promised) / passed).toBeLessThan(3 * Math.sqrt(0.01 / passed));
    expect(harmful / passed).toBeLessThan(0.05);
  });
});
