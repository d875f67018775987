// Expectations: welch and z figures from the Hillstrom and Cookie Cats tables of the shared data sets;
// derivations by the normal distribution, worked in the comments.
import { describe, expect, it } from "vitest";
import { type EvidenceInput, evidenceSchema } from "../design/evidence.js";
import type { Study } from "../shared/vocabulary.js";
import { decide } from "./decide.js";
import { evidenceFromSummaries } from "./summaries.js";
import { checkOf, guardrail, metric, relativeLimit, study } from "./testing/study.js";

const NAME = "useful_answer_rate";
type Result = EvidenceInput["results"][number];

function document(results: Result[], more: Partial<EvidenceInput> = {}) {
  return evidenceSchema.parse({
    kind: "evidence",
    experiment_id: "us_mle_02",
    arms: { control: { n: 90_000 }, treatment: { n: 90_000 } },
    results,
    ...more,
  });
}

function comparison(result: Result, registered: Study = study(), index = 0) {
  const found = evidenceFromSummaries(registered, document([result])).comparisons[index];
  if (found === undefined) throw new Error("no comparison");
  return found;
}

function kind(overrides: Partial<Study["primary"]["metric"]>): Study {
  const base = study();
  return { ...base, primary: { ...base.primary, metric: metric(NAME, overrides) } };
}

describe("figures per arm", () => {
  it("n, mean and sd are tested by Welch's t (Hillstrom spend)", () => {
    const { analysis } = comparison({
      metric: NAME,
      by_arm: {
        control: { n: 21306, mean: 0.652789, sd: 11.5882 },
        treatment: { n: 21307, mean: 1.422617, sd: 17.754205 },
      },
    });
    expect(analysis?.method).toBe("Welch t");
    expect(analysis?.statistic?.value).toBeCloseTo(5.30014, 4);
    expect(analysis?.statistic?.df).toBeCloseTo(36671.16, 1);
    expect(analysis?.absolute?.interval?.lower).toBeCloseTo(0.48514, 4);
  });

  it("successes are tested by two proportions (Cookie Cats retention)", () => {
    const { analysis } = comparison(
      {
        metric: NAME,
        by_arm: {
          control: { n: 44700, successes: 8502 },
          treatment: { n: 45489, successes: 8279 },
        },
      },
      kind({ kind: "proportion" }),
    );
    expect(analysis?.pValue?.value).toBeCloseTo(0.00155425, 7);
  });

  it("values alone give an effect without uncertainty", () => {
    const { analysis } = comparison({
      metric: NAME,
      by_arm: { control: { value: 720 }, treatment: { value: 740 } },
    });
    expect(analysis?.absolute).toEqual({ estimate: 20, standardError: null, interval: null });
    expect(analysis?.relative?.estimate).toBeCloseTo(20 / 720, 12);
    expect(analysis?.pValue).toBeNull();
  });

  it("means of users are not taken for a quantile", () => {
    const figures = { n: 100, mean: 5, sd: 1 };
    const { analysis } = comparison(
      { metric: NAME, by_arm: { control: figures, treatment: { ...figures, mean: 6 } } },
      kind({ kind: "quantile", order: 0.95 }),
    );
    expect(analysis?.method).toBe("as given");
    expect(analysis?.pValue).toBeNull();
  });

  it("an arm too small for a test gives no p-value and so never ships", () => {
    const evidence = evidenceFromSummaries(
      study(),
      document([
        {
          metric: NAME,
          by_arm: {
            control: { n: 1, mean: 1, sd: 0 },
            treatment: { n: 1, mean: 2, sd: 0 },
          },
        },
      ]),
    );
    expect(decide(study(), evidence).verdict).toBe("continue");
  });
});

describe("estimates as given", () => {
  it("take their standard error from the interval and p from both", () => {
    // se = (0.09 - 0.03) / (2 * 1.959964) = 0.0153064; z = 0.06 / se = 3.919928; p = erfc(z / sqrt 2) = 8.8575e-5.
    const { analysis } = comparison({
      metric: NAME,
      estimate_relative: 0.06,
      interval_relative: [0.03, 0.09],
    });
    expect(analysis?.relative?.standardError).toBeCloseTo(0.0153064, 7);
    expect(analysis?.pValue?.value).toBeCloseTo(8.8575e-5, 8);
    expect(analysis?.relativeMethod).toBe("given");
  });

  it("use the level the file states for its intervals", () => {
    // 90 %: z = 1.644854; se = 0.06 / (2 * 1.644854) = 0.0182387.
    const { analysis } = comparison({
      metric: NAME,
      estimate_relative: 0.06,
      interval_relative: [0.03, 0.09],
      interval_level: 0.9,
    });
    expect(analysis?.relative?.standardError).toBeCloseTo(0.0182387, 7);
  });

  it("take their standard error from p where there is no interval", () => {
    // z(0.02 / 2) = 2.326348: se = 0.0143 / 2.326348 = 0.00614698.
    const { analysis } = comparison({ metric: NAME, estimate_relative: -0.0143, p_value: 0.02 });
    expect(analysis?.relative?.standardError).toBeCloseTo(0.00614698, 7);
    expect(analysis?.relative?.interval?.upper).toBeCloseTo(-0.0143 + 1.959964 * 0.00614698, 6);
  });

  it("draw no standard error from a bound on p", () => {
    const { analysis } = comparison({ metric: NAME, estimate_relative: 0.06, p_value: "<0.001" });
    expect(analysis?.relative?.standardError).toBeNull();
    expect(analysis?.pValue).toEqual({ value: 0.001, bound: true });
  });

  it("give the absolute change through the control's value", () => {
    const { analysis } = comparison({
      metric: NAME,
      estimate_relative: 0.06,
      p_value: 0.001,
      by_arm: { control: { value: 0.183 }, treatment: { value: 0.194 } },
    });
    expect(analysis?.absolute?.estimate).toBeCloseTo(0.01098, 10);
  });

  it("decide over the figures beside them, which stay as the unadjusted analysis", () => {
    const found = comparison({
      metric: NAME,
      estimate_relative: 0.05,
      p_value: 0.0001,
      by_arm: {
        control: { n: 18420, mean: 0.183, sd: 0.142 },
        treatment: { n: 18431, mean: 0.194, sd: 0.143 },
      },
    });
    expect(found.analysis?.relative?.estimate).toBe(0.05);
    expect(found.unadjusted?.method).toBe("Welch t");
  });
});

describe("the file as a whole", () => {
  it("gives the sample ratio from the arms' units", () => {
    const evidence = evidenceFromSummaries(
      study(),
      document([{ metric: NAME, estimate_relative: 0.06, p_value: 0.001 }], {
        arms: { control: { n: 821588 }, treatment: { n: 815482 } },
      }),
    );
    expect(evidence.quality[0]).toMatchObject({ code: "srm", status: "fatal" });
    expect(decide(study(), evidence).verdict).toBe("invalid");
  });

  it("does not ship when an arm has no count of units", () => {
    const evidence = evidenceFromSummaries(
      study(),
      document([{ metric: NAME, estimate_relative: 0.06, p_value: 0.001 }], {
        arms: { control: { n: 1000 } },
      }),
    );
    expect(decide(study(), evidence)).toMatchObject({ verdict: "continue" });
  });

  it("refuses an arm that the registration does not name", () => {
    const evidence = evidenceFromSummaries(
      study(),
      document([{ metric: NAME, estimate_relative: 0.06, p_value: 0.001 }], {
        arms: { control: { n: 1000 }, treatment: { n: 1000 }, other: { n: 1000 } },
      }),
    );
    expect(decide(study(), evidence).verdict).toBe("invalid");
  });

  it("never lets one unnamed estimate speak for several arms", () => {
    const two = study({
      treatments: [
        { name: "b", value: "b", share: 0.25 },
        { name: "c", value: "c", share: 0.25 },
      ],
    });
    const result = { metric: NAME, estimate_relative: 0.06, p_value: 0.001 };
    expect(evidenceFromSummaries(two, document([result])).comparisons).toEqual([]);
    const named = document([{ ...result, treatment_arm: "c" }]);
    expect(evidenceFromSummaries(two, named).comparisons[0]?.treatment).toBe("c");
  });

  it("reproduces the source's Primitive 5 table as a veto", () => {
    const registered = study({
      guardrails: [
        guardrail("csat", relativeLimit(-0.01)),
        guardrail(
          "p95",
          { scale: "absolute", value: 50 },
          { kind: "quantile", direction: "lower_is_better", unit: "ms", order: 0.95 },
        ),
        guardrail("retention", relativeLimit(-0.005)),
      ],
      cohorts: {
        dimensions: [{ name: "locale", levels: ["JP"] }],
        threshold: relativeLimit(-0.03),
        alpha: 0.05,
        acceptBlindness: [],
      },
    });
    const evidence = evidenceFromSummaries(
      registered,
      document([
        { metric: NAME, estimate_relative: 0.06, p_value: "<0.001" },
        {
          metric: "csat",
          estimate_relative: -0.0143,
          p_value: 0.02,
          by_arm: { control: { value: 4.21 }, treatment: { value: 4.15 } },
        },
        { metric: "p95", by_arm: { control: { value: 720 }, treatment: { value: 740 } } },
        { metric: "retention", estimate_relative: -0.006, p_value: 0.18 },
        { metric: NAME, cohort: { locale: "JP" }, estimate_relative: 0.018, p_value: 0.04 },
        { metric: "something_else", estimate_relative: 0.5 },
      ]),
    );
    const verdict = decide(registered, evidence);
    expect(verdict.verdict).toBe("veto");
    expect(verdict.arms[0]?.stoppedAt).toBe("guardrail:csat");
    expect(checkOf(verdict, "guardrail:p95").status).toBe("clear");
    expect(checkOf(verdict, "guardrail:retention").status).toBe("near");
    expect(checkOf(verdict, "cohort:locale=JP").status).toBe("clear");
    expect(checkOf(verdict, "quality:unregistered_metric").sentence).toContain("something_else");
  });
});
