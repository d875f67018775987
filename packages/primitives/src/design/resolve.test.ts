import { describe, expect, it } from "vitest";
import { parseDocument } from "./issues.js";
import { registrationSchema } from "./registration.js";
import { changed, found, resolve, source, withData } from "./testing/documents.js";

describe("the registration of the source", () => {
  it("is valid as it stands and resolves without a library", () => {
    const { study, plan, problems } = resolve(source(), null);
    expect(problems).toEqual([]);
    expect(plan).toBeNull();
    expect(study?.guardrails.map(({ threshold }) => threshold)).toEqual([
      { scale: "level", value: 800 },
      { scale: "relative", value: -0.005 },
      { scale: "relative", value: -0.03 },
    ]);
    expect(study?.primary.mde).toEqual({ relative: 0.03, absolute: 0.00549 });
    expect(study?.treatments).toEqual([{ name: "treatment", value: "treatment", share: 0.5 }]);
  });

  it("says of each parameter whether it was given, ours or derived", () => {
    const { study } = resolve({ ...source(), alpha: undefined }, null);
    const origin = (name: string) =>
      study?.parameters.find((parameter) => parameter.name === name)?.origin;
    expect([origin("alpha"), origin("power"), origin("cuped.enabled")]).toEqual([
      "default",
      "given",
      "given",
    ]);
    expect(origin("chat_csat_proxy_per_user_14d.alpha")).toBe("derived");
  });
});

describe("a registration against itself", () => {
  const arms = (...shares: number[]) => ({
    control: { name: "c", share: shares[0] },
    treatments: shares.slice(1).map((share, at) => ({ name: `t${at}`, share })),
  });
  const guardrail = (fields: Record<string, unknown>) => ({
    guardrails: [{ name: "p95_chatbot_turn_latency_ms", direction: "lower_is_better", ...fields }],
  });
  it.each<[string, Record<string, unknown>, string[]]>([
    ["shares that do not sum to 1", { arms: arms(0.5, 0.4) }, ["ARM_SHARES_SUM arms"]],
    [
      "twin arm names",
      { arms: { control: { name: "a" }, treatments: [{ name: "a", value: "b" }] } },
      ["NAME_DUPLICATE arms.treatments.0.name"],
    ],
    [
      "twin arm values",
      { arms: { control: { name: "a" }, treatments: [{ name: "b", value: "a" }] } },
      ["ARM_VALUE_DUPLICATE arms.treatments.0.value"],
    ],
    [
      "an MDE of the wrong sign",
      { mde_relative: -0.03, mde_absolute: undefined },
      ["MDE_DIRECTION mde_relative"],
    ],
    ["MDEs that disagree", { mde_absolute: 0.006 }, ["MDE_INCONSISTENT mde_absolute"]],
    ["no MDE", { mde_absolute: undefined, mde_relative: undefined }, ["MDE_MISSING "]],
    [
      "a threshold for improvement",
      guardrail({ threshold_relative: -0.01 }),
      ["THRESHOLD_DIRECTION guardrails.0.threshold_relative"],
    ],
    [
      "two thresholds",
      guardrail({ threshold: 800, threshold_absolute: 50 }),
      ["THRESHOLD_COUNT guardrails.0.threshold_absolute"],
    ],
    ["no threshold", guardrail({}), ["THRESHOLD_COUNT guardrails.0"]],
    [
      "an alternative that cannot veto",
      guardrail({ threshold: 800, alternative: "less" }),
      ["ALTERNATIVE_CONFLICT guardrails.0.alternative"],
    ],
    [
      "a direction unlike the library's",
      guardrail({ threshold: 800, direction: "higher_is_better" }),
      ["DIRECTION_CONFLICT guardrails.0.direction"],
    ],
    [
      "a unit unlike the library's",
      guardrail({ threshold: 0.8, unit: "s" }),
      ["UNIT_CONFLICT guardrails.0.unit"],
    ],
    [
      "a harm test with high stakes",
      { stakes: "high", guardrail_policy: "harm_test" },
      ["STAKES_POLICY guardrail_policy"],
    ],
    ["a test of another kind", { test: "two_proportion_z" }, ["TEST_UNSUITED test"]],
    [
      "a one-sided alternative with a two-sided test",
      { primary_metric: { name: "useful_answer_rate_per_user_14d", alternative: "greater" } },
      ["ALTERNATIVE_CONFLICT primary_metric.alternative"],
    ],
    [
      "a metric named twice",
      { secondary_metrics: [{ name: "jp_cohort_useful_answer_rate" }] },
      ["NAME_DUPLICATE secondary_metrics.0.name"],
    ],
    ["a look after the run", { runtime_days: 10 }, ["LOOKS_INVALID stop_rule.looks.3"]],
    [
      "an unknown accepted cohort",
      { cohorts: { ...withData().cohorts, accept_blindness: ["locale=JA"] } },
      ["ACCEPT_BLINDNESS_UNKNOWN cohorts.accept_blindness.0"],
    ],
    [
      "a run that ends first",
      { exposure: { ...withData().exposure, start: "2026-05-02", end: "2026-05-01" } },
      ["RUN_INVALID exposure.end"],
    ],
  ])("refuses %s", (_, change, expected) => {
    const { study, plan, problems } = resolve(changed(change));
    expect(found(problems)).toEqual(expected);
    expect([study, plan]).toEqual([null, null]);
  });

  it("makes non-inferiority the rule when stakes are high", () => {
    expect(resolve(changed({ stakes: "high" })).study?.policy).toEqual({ kind: "non_inferiority" });
    expect(resolve(changed({})).study?.policy).toEqual({ kind: "harm_test", correction: "none" });
  });

  it("mirrors the cohort threshold when lower is better", () => {
    const metric = { name: "p95_chatbot_turn_latency_ms" };
    const change = {
      primary_metric: metric,
      test: undefined,
      guardrails: [],
      cuped: undefined,
      mde_absolute: undefined,
    };
    const { study, problems } = resolve(changed(change));
    expect(problems).toEqual([]);
    expect(study?.cohorts?.threshold).toEqual({ scale: "relative", value: 0.03 });
    expect(resolve(changed({})).study?.cohorts?.threshold.value).toBe(-0.03);
  });

  it("derives the side of a one-sided test from the direction", () => {
    const { study } = resolve(changed({ test: "welch_t_one_sided" }));
    expect(study?.primary.metric.alternative).toBe("greater");
  });

  it("turns an interval level into its complement without binary dust", () => {
    expect(resolve(changed({ interval_level: 0.95 })).study?.intervalAlpha).toBe(0.05);
    expect(resolve(changed({ interval_level: 0.9 })).study?.intervalAlpha).toBe(0.1);
  });
});

describe("a registration against the library", () => {
  it("suggests the metric, source, dimension and level that were meant", () => {
    const primary = { ...source().primary_metric, name: "useful_answer_rate_per_user_14" };
    const { problems } = resolve(changed({ primary_metric: primary }));
    expect(problems[0]).toMatchObject({
      code: "METRIC_UNKNOWN",
      path: ["primary_metric", "name"],
      mend: 'Did you mean "useful_answer_rate_per_user_14d"?',
    });
    const exposure = { source: "exposure", arm: "arm" };
    expect(resolve(changed({ exposure })).problems[0]?.mend).toContain('"exposures"');
    const cohorts = { dimensions: { locale: { levels: ["EN", "JA"] } } };
    expect(resolve(changed({ cohorts })).problems[0]).toMatchObject({
      code: "LEVEL_UNKNOWN",
      path: ["metrics", "jp_cohort_useful_answer_rate", "cohort", "locale"],
    });
  });

  it("refuses what was measured after exposure: covariate and cohort", () => {
    const covariate = changed({
      cuped: { enabled: true, covariate: "jp_cohort_useful_answer_rate" },
    });
    expect(found(resolve(covariate).problems)).toEqual(["COVARIATE_UNSUITED cuped.covariate"]);
    const late = changed({
      cuped: { enabled: true, covariate: "useful_answer_rate_per_user_14d" },
    });
    expect(found(resolve(late).problems)).toEqual(["COVARIATE_AFTER_EXPOSURE cuped.covariate"]);
    const declared = { dimensions: { locale: { levels: ["JP"], measured: "after_exposure" } } };
    const parsed = parseDocument(
      registrationSchema,
      "registration",
      changed({ cohorts: declared }),
    );
    expect(found(parsed.problems)).toEqual([
      "COHORT_AFTER_EXPOSURE cohorts.dimensions.locale.measured",
    ]);
  });

  it("refuses an outcome as a cohort dimension (rounds played, in Cookie Cats)", () => {
    const cats = {
      sources: { players: { files: "cookie_cats.csv.gz", grain: "unit", unit: "userid" } },
      metrics: {
        retention_7: {
          kind: "proportion",
          source: "players",
          value: "retention_7",
          direction: "higher_is_better",
        },
        rounds: {
          kind: "mean",
          source: "players",
          value: "sum_gamerounds",
          direction: "higher_is_better",
        },
      },
    };
    const study = {
      experiment_id: "cats",
      hypothesis: { h0: "", h1: "" },
      primary_metric: { name: "retention_7" },
      mde_relative: 0.01,
      randomization_unit: "userid",
      exposure: { source: "players", arm: "version" },
      cohorts: {
        dimensions: {
          heavy: { value: "if(sum_gamerounds > 100, 'heavy', 'light')", levels: ["heavy"] },
        },
      },
    };
    expect(found(resolve(study, cats).problems)).toEqual([
      "COHORT_AFTER_EXPOSURE cohorts.dimensions.heavy.value",
    ]);
  });

  it("warns, and does not fail, when a registration has no exposure", () => {
    const { study, problems } = resolve(source());
    expect(study).not.toBeNull();
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
      ["EXPOSURE_MISSING", "warning"],
    ]);
  });
});
