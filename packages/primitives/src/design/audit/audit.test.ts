import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MetricLibrary } from "../metrics.js";
import { type RegistrationInput, registrationSchema } from "../registration.js";
import { RERANKER, resolved } from "../sizing/testing/reranker.js";
import { auditRegistration } from "./audit.js";
import type { FindingCode } from "./finding.js";

function audit(input: RegistrationInput, library: MetricLibrary | null = null) {
  const { registration, study } = resolved(input, library);
  return auditRegistration(registration, study, library);
}

/** Documents with errors have no study. */
const auditUnresolved = (input: RegistrationInput, library: MetricLibrary | null = null) =>
  auditRegistration(registrationSchema.parse(input), null, library);

const codes = (findings: ReturnType<typeof audit>) => findings.map(({ code }) => code);
function only(findings: ReturnType<typeof audit>, code: FindingCode) {
  const found = findings.filter((finding) => finding.code === code);
  if (found.length !== 1) throw new Error(`${code}: ${found.length} of ${codes(findings)}`);
  return found[0] as (typeof findings)[number];
}

describe("the reranker registration of the source", () => {
  const findings = audit(RERANKER);

  it("has no error: it can be run, and its warnings are recorded with it", () => {
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("registers 3.5 times what its figures need after half the variance: 5,252 per arm", () => {
    const finding = only(findings, "SIZE_EXCESS");
    expect(finding.severity).toBe("warning");
    expect(finding.path).toEqual(["sample_size_per_arm_post_cuped"]);
    expect(finding.sentence).toContain("18,420 per arm is 3.5 times what its own figures need");
    expect(finding.sentence).toContain("50 % variance reduction");
    expect(finding.sentence).toContain("5,252");
    // 36,840 units are over 10,504: (za + zb) of 5.25 gives a power of 0.9995.
    expect(finding.numbers.power_at_planned).toBeCloseTo(0.9995, 3);
    // Smallest effect at 80 % with half the variance: 0.00293, which is 1.6 % of 0.183.
    expect(finding.sentence).toContain("1.6 %");
  });

  it("carries cohorts of 30 and 55 % at −3 %, and not those of 8 and 15 %", () => {
    const finding = only(findings, "COHORTS_UNDECLARED");
    expect(finding.sentence).toMatch(
      /carry cohorts of 30 % and 55 %, and not those of 8 % .* and 15 %/,
    );
    expect(finding.sentence).toContain("−3.0 %");
    // 2 x 5,252 / f.
    expect(finding.numbers["total_for_0.08"]).toBe(131_300);
    expect(finding.numbers["total_for_0.15"]).toBe(70_027);
  });

  it("spends 0.0514 instead of 0.05 by its four levels; the last may be at most 0.04849", () => {
    const finding = only(findings, "LEVELS_OVERSPEND");
    expect(finding.severity).toBe("warning");
    expect(finding.sentence).toContain("spend 0.0514 instead of 0.05");
    // Computed by R's rpact and mvtnorm: 0.0514456.
    expect(finding.numbers.overall_alpha).toBeCloseTo(0.0514456, 6);
    expect(finding.numbers.valid_last_level).toBeCloseTo(0.0485, 4);
    // Two-sided z 4.0333 2.9646 2.2918 2.0238 of O'Brien-Fleming-type spending at these days.
    expect(finding.numbers.valid_level_4).toBeCloseTo(0.04299, 4);
    expect(finding.mend).toContain("0.04849");
  });

  it("watches latency, satisfaction and one cohort, but neither retention nor diversity", () => {
    const missing = findings.filter(({ code }) => code === "GUARDRAIL_MISSING");
    expect(missing.map(({ mend }) => mend)).toEqual([
      "Add a guardrail on 28-day retention.",
      "Add a guardrail on catalogue coverage or long-tail share.",
    ]);
    expect(only(findings, "LAUNCH_KIND_ASSUMED").mend).toContain("reranker");
  });
});

describe("sizes", () => {
  it("too short for the MDE are an error with the power they have", () => {
    const finding = only(
      audit({ ...RERANKER, sample_size_per_arm_post_cuped: 2000 }),
      "SIZE_SHORT",
    );
    expect(finding.severity).toBe("error");
    expect(finding.numbers.power_at_planned).toBeLessThan(0.5);
  });

  it("that count on CUPED need CUPED", () => {
    const findings = audit({ ...RERANKER, cuped: { enabled: false } });
    expect(only(findings, "CUPED_SIZE_WITHOUT_CUPED").severity).toBe("error");
  });

  it("are held against each declared cohort", () => {
    const findings = audit({
      ...RERANKER,
      cohorts: { dimensions: { locale: { levels: ["EN", "JP", "mixed"] } } },
      sizing: { variance_reduction: 0.5, cohorts: { locale: { EN: 0.55, JP: 0.3, mixed: 0.15 } } },
    });
    const small = only(findings, "COHORT_TOO_SMALL");
    expect(small.sentence).toContain("cannot carry locale=mixed");
    expect(small.path).toEqual(["cohorts", "dimensions", "locale"]);
    expect(findings.filter(({ code }) => code === "COHORT_SIZES")).toHaveLength(2);
  });

  it("of a cohort whose blindness was accepted are a note", () => {
    const findings = audit({
      ...RERANKER,
      cohorts: {
        dimensions: { locale: { levels: ["mixed"] } },
        accept_blindness: ["locale=mixed"],
      },
      sizing: { variance_reduction: 0.5, cohorts: { locale: { mixed: 0.15 } } },
    });
    expect(only(findings, "COHORT_TOO_SMALL").severity).toBe("note");
  });
});

describe("plans", () => {
  it("of alpha/K levels are named Bonferroni's, whatever they are called", () => {
    const looks = [1, 2, 3, 4, 5].map((k) => 7 * k);
    const finding = only(
      audit({
        ...RERANKER,
        runtime_days: 35,
        stop_rule: { type: "pocock", looks, early_stop_alpha_at_look: looks.map(() => 0.01) },
      }),
      "LEVELS_BONFERRONI",
    );
    expect(finding.sentence).toContain("Bonferroni's, not Pocock's");
    expect(finding.numbers.overall_alpha).toBeLessThan(0.04);
  });

  it("that peek at 0.05 five times spend 0.142 and are an error", () => {
    const looks = [2, 4, 6, 8, 10];
    const finding = only(
      audit({
        ...RERANKER,
        stop_rule: {
          type: "obrien_fleming",
          looks,
          early_stop_alpha_at_look: looks.map(() => 0.05),
        },
      }),
      "LEVELS_OVERSPEND",
    );
    expect(finding.severity).toBe("error");
    // Armitage, McPherson & Rowe (1969): 0.142.
    expect(finding.numbers.overall_alpha).toBeCloseTo(0.142, 3);
    expect(finding.mend).toContain("Scale the levels");
  });

  it("of 10 days are neither whole weeks nor long enough for novelty to fade", () => {
    const findings = audit({ ...RERANKER, runtime_days: 14 });
    expect(codes(findings)).not.toContain("RUNTIME_NOT_WEEKS");
    const { stop_rule: _rule, ...rest } = RERANKER;
    const short = audit({ ...rest, runtime_days: 10 });
    expect(only(short, "RUNTIME_NOT_WEEKS").mend).toBe("Run 14 days.");
    expect(only(short, "RUNTIME_NOVELTY").severity).toBe("warning");
  });

  it("longer than the traffic allows are an error", () => {
    const findings = audit({
      ...RERANKER,
      sizing: { traffic: { weekly_units: 5000, returning_share: 0.1 } },
    });
    // 21,006 units without a declared reduction; 50,000 (1 - 0.9^w) reaches them after 6 weeks.
    expect(only(findings, "RUNTIME_TRAFFIC").numbers.weeks).toBe(6);
  });
});

const library = (metric: object): MetricLibrary =>
  ({
    sources: {
      rows: { files: ["x.csv"], grain: "unit", unit: "user_id" },
      sessions: { files: ["x.csv"], grain: "unit", unit: "session_id" },
    },
    metrics: { [RERANKER.primary_metric.name]: { source: "rows", ...metric } },
  }) as never;

describe("units and tests", () => {
  it("a request is no unit of a product with sessions", () => {
    const finding = only(audit({ ...RERANKER, randomization_unit: "request_id" }), "UNIT_REQUEST");
    expect(finding.severity).toBe("error");
    expect(finding.sentence).toContain("SUTVA");
    const low = audit({ ...RERANKER, randomization_unit: "request_id", stakes: "low" });
    expect(only(low, "UNIT_REQUEST").severity).toBe("warning");
  });

  it("a session is a doubtful one", () => {
    expect(
      only(audit({ ...RERANKER, randomization_unit: "session_id" }), "UNIT_SESSION").severity,
    ).toBe("warning");
  });

  it("a mean over sessions of randomised users is an error, a ratio over them is not", () => {
    const mean = auditUnresolved(RERANKER, library({ kind: "mean", source: "sessions" }));
    expect(only(mean, "UNIT_OF_ANALYSIS").severity).toBe("error");
    const ratio = auditUnresolved(RERANKER, library({ kind: "ratio", source: "sessions" }));
    expect(codes(ratio)).not.toContain("UNIT_OF_ANALYSIS");
  });

  it("a t-test on a ratio is an error", () => {
    const findings = auditUnresolved(RERANKER, library({ kind: "ratio" }));
    expect(only(findings, "T_TEST_ON_RATIO").mend).toContain("delta_method");
  });

  it("Mann-Whitney is no test of means", () => {
    const findings = auditUnresolved({ ...RERANKER, test: "mann_whitney" });
    expect(only(findings, "RANK_TEST_OF_MEANS").severity).toBe("error");
  });
});

describe("guardrails", () => {
  const sizing = { metrics: { chat_csat_proxy_per_user_14d: { baseline: 4.21, sd: 40 } } };

  it("whose veto cannot fire are an error", () => {
    const finding = only(audit({ ...RERANKER, sizing }), "GUARDRAIL_CANNOT_FIRE");
    expect(finding.severity).toBe("error");
    expect(finding.path).toEqual(["guardrails", 1]);
    expect(finding.numbers.power).toBeLessThan(0.1);
  });

  it("that must be shown and cannot be are an error too", () => {
    const findings = audit({ ...RERANKER, guardrail_policy: "non_inferiority", sizing });
    expect(only(findings, "GUARDRAIL_CANNOT_PASS").severity).toBe("error");
    expect(codes(findings)).toContain("GUARDRAILS_EXCEED_POWER");
  });

  it("ten of them at 80 % work together with a probability of 10.7 %", () => {
    const guardrails = Array.from({ length: 10 }, (_, k) => ({
      name: `g${k}`,
      threshold_relative: -0.01,
      direction: "higher_is_better" as const,
    }));
    const finding = only(audit({ ...RERANKER, guardrails }), "GUARDRAILS_EXCEED_POWER");
    expect(finding.numbers.joint_power).toBeCloseTo(0.107, 3);
    expect(finding.numbers.multiplier).toBeCloseTo(2.093, 3);
    expect(finding.numbers.false_veto).toBeCloseTo(1 - 0.975 ** 10, 12);
  });

  it("with a corrected veto ship harm at p = 0.02 from three on", () => {
    const findings = audit({
      ...RERANKER,
      guardrail_policy: { rule: "harm_test", correction: "bonferroni" },
    });
    expect(only(findings, "VETO_CORRECTED").sentence).toContain("harm at p = 0.02 ships");
  });

  it("of a language model must watch for hallucination", () => {
    const findings = audit({ ...RERANKER, launch_kind: "language_model" });
    expect(findings.some(({ mend }) => mend.includes("citation accuracy"))).toBe(true);
    expect(codes(findings)).not.toContain("LAUNCH_KIND_ASSUMED");
  });
});

it("every finding says what to do, and nothing in it is not a number", () => {
  for (const finding of audit(RERANKER)) {
    expect(finding.sentence).toMatch(/\.$/);
    expect(finding.mend).toMatch(/\.$/);
    for (const value of Object.values(finding.numbers)) expect(Number.isFinite(value)).toBe(true);
  }
});

it("figures that no size can follow from are a finding, not a failure", () => {
  const [finding] = audit({ ...RERANKER, power: 0.01 });
  expect(finding).toMatchObject({ code: "FIGURES_IMPOSSIBLE", severity: "error" });
  expect(finding?.sentence).toMatch(/power/i);
});

it("no plausible registration makes it fail, or say a number that is none", () => {
  const share = fc.double({ min: 0.01, max: 0.2, noNaN: true });
  const size = fc.double({ min: 1, max: 100, noNaN: true });
  const looks = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });
  const document = fc.record({
    alpha: share,
    power: fc.double({ min: 0.5, max: 0.95, noNaN: true }),
    baseline: size,
    sd: size,
    limit: fc.double({ min: -0.5, max: -0.005, noNaN: true }),
    units: fc.integer({ min: 10, max: 1_000_000 }),
    looks,
    level: share,
    type: fc.constantFrom("obrien_fleming" as const, "pocock" as const, "always_valid" as const),
    policy: fc.constantFrom("harm_test" as const, "non_inferiority" as const),
    fraction: share,
    traffic: fc.record({ weekly_units: size, returning_share: share }),
    own: fc.boolean(),
  });
  fc.assert(
    fc.property(document, (made) => {
      const days = [...made.looks].sort((a, b) => a - b);
      const findings = audit({
        ...RERANKER,
        alpha: made.alpha,
        power: made.power,
        primary_metric: {
          ...RERANKER.primary_metric,
          baseline_estimate: made.baseline,
          baseline_std: made.sd,
        },
        mde_absolute: undefined,
        sample_size_per_arm_post_cuped: made.units,
        runtime_days: 60,
        guardrail_policy: made.policy,
        guardrails: [{ name: "g", threshold_relative: made.limit, direction: "higher_is_better" }],
        stop_rule: {
          type: made.type,
          looks: days,
          ...(made.own ? { early_stop_alpha_at_look: days.map(() => made.level) } : {}),
        },
        sizing: {
          traffic: made.traffic,
          metrics: { g: { baseline: made.baseline, sd: made.sd } },
          cohorts: { market: { a: made.fraction } },
        },
      } as RegistrationInput);
      for (const { numbers, sentence } of findings) {
        expect(sentence).not.toMatch(/NaN|undefined|Infinity/);
        for (const value of Object.values(numbers)) expect(Number.isFinite(value)).toBe(true);
      }
    }),
    { seed: 1, numRuns: 12 },
  );
});
