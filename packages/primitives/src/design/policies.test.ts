/** Declarations of guardrail policies: what is resolved, and what is refused with which code. */
import { describe, expect, it } from "vitest";
import {
  checkEvidence,
  type EvidenceDocument,
  parseDocument,
  registrationSchema,
} from "./index.js";
import { changed, found, resolve, withData } from "./testing/documents.js";

const CSAT = "chat_csat_proxy_per_user_14d";
const csat = (more: Record<string, unknown>) => ({
  guardrails: [{ name: CSAT, threshold_relative: -0.01, direction: "higher_is_better", ...more }],
});
const codes = (change: Record<string, unknown>) => found(resolve(changed(change)).problems);

describe("a guardrail policy", () => {
  it.each([
    ["harm_test", { kind: "harm_test", correction: "none" }],
    ["non_inferiority", { kind: "non_inferiority" }],
    ["risk_aware", { kind: "risk_aware", deteriorationAlpha: 0.05 }],
    ["posterior_breach", { kind: "posterior_breach", limit: 0.05 }],
    [
      { rule: "risk_aware", deterioration_alpha: 0.1 },
      { kind: "risk_aware", deteriorationAlpha: 0.1 },
    ],
    [
      { rule: "posterior_breach", posterior_limit: 0.02 },
      { kind: "posterior_breach", limit: 0.02 },
    ],
  ])("%o is %o", (given, policy) => {
    const { study, problems } = resolve(changed({ guardrail_policy: given }));
    expect(problems).toEqual([]);
    expect(study?.policy).toEqual(policy);
    expect(study?.otherPolicies).toHaveLength(6);
  });

  it("says of its numbers whether they were chosen", () => {
    const { study } = resolve(changed({ guardrail_policy: "risk_aware" }));
    const parameter = (name: string) => study?.parameters.find((each) => each.name === name);
    expect(parameter("guardrail_policy.deterioration_alpha")).toMatchObject({
      value: 0.05,
      origin: "default",
    });
    // The published rule ships on superiority alone.
    expect(parameter("primary_rule")).toMatchObject({ value: "significant", origin: "default" });
    const stated = { guardrail_policy: "risk_aware", primary_rule: "significant_and_mde" };
    expect(resolve(changed(stated)).study?.primary.rule).toBe("significant_and_mde");
  });

  it("of high stakes proves by a test", () => {
    const at = (policy: unknown) => codes({ stakes: "high", guardrail_policy: policy });
    expect(at("risk_aware")).toEqual([]);
    expect(at("non_inferiority")).toEqual([]);
    expect(at("posterior_breach")).toEqual(["STAKES_POLICY guardrail_policy"]);
    expect(at({ rule: "harm_test" })).toEqual(["STAKES_POLICY guardrail_policy"]);
  });

  it("takes further success and deterioration metrics under risk_aware", () => {
    const metrics = {
      guardrail_policy: "risk_aware",
      success_metrics: [{ name: "jp_cohort_useful_answer_rate", mde_relative: 0.02 }],
      deterioration_metrics: [
        { name: "useful_answer_rate_per_user_pre14d", direction: "higher_is_better" },
      ],
      ...csat({}),
    };
    const { study, plan, problems } = resolve(changed(metrics));
    expect(problems).toEqual([]);
    expect(study?.success?.map(({ metric, mde }) => [metric.name, mde.relative])).toEqual([
      ["jp_cohort_useful_answer_rate", 0.02],
    ]);
    expect(study?.deterioration?.map(({ name }) => name)).toEqual([
      "useful_answer_rate_per_user_pre14d",
    ]);
    expect(plan?.metrics.map(({ id }) => id)).toEqual([
      "useful_answer_rate_per_user_14d",
      "jp_cohort_useful_answer_rate",
      CSAT,
      "useful_answer_rate_per_user_pre14d",
    ]);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    [
      "a correction of a proof",
      { guardrail_policy: { rule: "risk_aware", correction: "holm" } },
      ["POLICY_FIELD_UNSUITED guardrail_policy.correction"],
    ],
    [
      "a probability of a harm test",
      { guardrail_policy: { rule: "harm_test", posterior_limit: 0.05 } },
      ["POLICY_FIELD_UNSUITED guardrail_policy.posterior_limit"],
    ],
    [
      "a level of deterioration without such tests",
      { guardrail_policy: { rule: "non_inferiority", deterioration_alpha: 0.05 } },
      ["POLICY_FIELD_UNSUITED guardrail_policy.deterioration_alpha"],
    ],
    [
      "success metrics that nothing would ask about",
      { success_metrics: [{ name: "useful_answer_rate_per_user_pre14d", mde_relative: 0.02 }] },
      ["POLICY_FIELD_UNSUITED success_metrics"],
    ],
    [
      "a prior that nothing would read",
      csat({ prior: { mean: 0, sd: 0.01 } }),
      ["POLICY_FIELD_UNSUITED guardrails.0.prior"],
    ],
    [
      "tests of deterioration that use up beta",
      { guardrail_policy: { rule: "risk_aware", deterioration_alpha: 0.2 } },
      ["POLICY_WITHOUT_POWER guardrail_policy"],
    ],
    [
      "a success metric named twice",
      {
        guardrail_policy: "risk_aware",
        success_metrics: [{ name: "useful_answer_rate_per_user_14d" }],
      },
      ["NAME_DUPLICATE success_metrics.0.name"],
    ],
    [
      "a success MDE of the wrong sign",
      {
        guardrail_policy: "risk_aware",
        success_metrics: [{ name: "useful_answer_rate_per_user_pre14d", mde_relative: -0.02 }],
      },
      ["MDE_DIRECTION success_metrics.0.mde_relative"],
    ],
    [
      "a success metric without the MDE that the rule asks for",
      {
        guardrail_policy: "risk_aware",
        primary_rule: "significant_and_mde",
        success_metrics: [{ name: "useful_answer_rate_per_user_pre14d" }],
      },
      ["MDE_MISSING success_metrics.0"],
    ],
  ])("refuses %s", (_name, change, expected) => {
    expect(codes(change)).toEqual(expected);
  });
});

describe("an unknown rule", () => {
  it("is no field of the registration", () => {
    const given = changed({ guardrail_policy: "bayes" });
    const { problems } = parseDocument(registrationSchema, "registration", given);
    expect(found(problems)).toEqual(["FIELD_INVALID guardrail_policy"]);
    expect(problems[0]?.mend).toContain("posterior_breach");
  });
});

describe("limits of a guardrail in single cohorts", () => {
  const inCohorts = (cohorts: Record<string, unknown>) => csat({ cohorts });

  it("are resolved beside its own, relative or absolute", () => {
    const { study, problems } = resolve(
      changed(inCohorts({ locale: { JP: { threshold_relative: -0.02 } } })),
    );
    expect(problems).toEqual([]);
    expect(study?.guardrails[0]?.cohorts).toEqual([
      {
        cohort: { dimension: "locale", level: "JP" },
        threshold: { scale: "relative", value: -0.02 },
      },
    ]);
    expect(study?.parameters.map(({ name }) => name)).toContain(
      `${CSAT}.locale=JP.threshold_relative`,
    );
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      "a limit on the improving side",
      { locale: { JP: { threshold_relative: 0.02 } } },
      `THRESHOLD_DIRECTION guardrails.0.cohorts.locale.JP.threshold_relative`,
    ],
    ["no limit", { locale: { JP: {} } }, "THRESHOLD_COUNT guardrails.0.cohorts.locale.JP"],
    [
      "a dimension that does not exist",
      { market: { JP: { threshold_relative: -0.02 } } },
      "DIMENSION_UNKNOWN guardrails.0.cohorts.market",
    ],
    [
      "a level that does not exist",
      { locale: { FR: { threshold_relative: -0.02 } } },
      "LEVEL_UNKNOWN guardrails.0.cohorts.locale.FR",
    ],
    [
      "a margin without a unit",
      { locale: { JP: { threshold_absolute: -0.1 } } },
      "THRESHOLD_WITHOUT_UNIT guardrails.0.cohorts.locale.JP.threshold_absolute",
    ],
  ])("refuse %s", (_name, cohorts, code) => {
    expect(codes(inCohorts(cohorts))).toEqual([code]);
  });
});

describe("a margin without a unit", () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    [
      "an absolute change in nobody's unit",
      { threshold_absolute: -0.1, threshold_relative: undefined },
      ["THRESHOLD_WITHOUT_UNIT guardrails.0.threshold_absolute"],
    ],
    [
      "a level below zero, which was meant as a change",
      { threshold: -0.01, threshold_relative: undefined },
      ["THRESHOLD_WITHOUT_UNIT guardrails.0.threshold"],
    ],
    [
      "with its unit",
      { threshold_absolute: -0.1, threshold_relative: undefined, unit: "points" },
      [],
    ],
    ["a level as it stands in the data", { threshold: 4, threshold_relative: undefined }, []],
  ])("%s", (_name, fields, expected) => {
    expect(codes(csat(fields))).toEqual(expected);
  });

  it("in the cohort limit of the primary metric", () => {
    const cohorts = { ...withData().cohorts, threshold_absolute: -0.01 };
    expect(codes({ cohorts })).toEqual(["THRESHOLD_WITHOUT_UNIT cohorts.threshold_absolute"]);
  });
});

describe("levels of one dimension", () => {
  const shares = (locale: Record<string, number>) => codes({ sizing: { cohorts: { locale } } });

  it("are a partition: their shares do not exceed all units", () => {
    expect(shares({ EN: 0.55, JP: 0.3, MIXED: 0.15 })).toEqual([]);
    expect(shares({ EN: 0.55, JP: 0.3, MIXED: 0.22 })).toEqual([
      "COHORTS_OVERLAP sizing.cohorts.locale",
    ]);
  });

  it("are declared before they are sized", () => {
    expect(shares({ EN: 0.5, FR: 0.1 })).toEqual(["LEVEL_UNKNOWN sizing.cohorts.locale.FR"]);
    expect(codes({ sizing: { cohorts: { tenure: { new: 0.2 } } } })).toEqual([
      "DIMENSION_UNKNOWN sizing.cohorts.tenure",
    ]);
  });

  it("hold no more units of an arm than it has", () => {
    const { study } = resolve(withData());
    if (study === null) throw new Error("no study");
    const of = (level: string, n: number) => ({
      metric: "useful_answer_rate_per_user_14d",
      cohort: { locale: level },
      by_arm: {
        control: { n, mean: 0.1, sd: 0.1 },
        treatment: { n: 10, mean: 0.1, sd: 0.1 },
      },
    });
    const evidence = (EN: number, JP: number): EvidenceDocument => ({
      kind: "evidence",
      experiment_id: study.experimentId,
      arms: { control: { n: 1000 }, treatment: { n: 1000 } },
      interval_level: 0.95,
      results: [of("EN", EN), of("JP", JP)],
    });
    expect(found(checkEvidence(evidence(700, 300), study))).toEqual([]);
    expect(found(checkEvidence(evidence(700, 301), study))).toEqual([
      "COHORTS_OVERLAP results.1.by_arm.control",
    ]);
  });
});
