/** Simulated operating characteristics against closed forms and exact integration, within four Monte Carlo standard errors. */
import {
  designGroupSequential,
  normalCdf,
  normalIsf,
  normalSf,
  operatingCharacteristics,
} from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import { powerAt } from "../../shared/effects.js";
import type {
  GuardrailPolicy,
  StoppingPlan,
  Study,
  StudyFairness,
} from "../../shared/vocabulary.js";
import { guardrail, metric } from "../testing/study.js";
import type { Estimate } from "./run.js";
import { ERROR, experiments, plainModel, plainStudy, stopping } from "./testing/plain.js";

const COUNT = 40_000;
const SURE = 12;

function agrees({ value, standardError }: Estimate, exact: number): void {
  // Where nothing or everything is seen, the standard error of the exact value stands in.
  const error = Math.max(standardError, Math.sqrt((exact * (1 - exact)) / COUNT));
  expect(Math.abs(value - exact)).toBeLessThan(4 * error + 1e-12);
}

const LOOKS = [4, 7, 11, 14];
const readings = LOOKS.map((day) => ({ day, share: day / 14, mature: [] }));

describe("the primary metric", () => {
  it.each([0, 1.5, 2.8])("read once, at %d standard errors, ships with its power", (size) => {
    const of = plainStudy();
    const { verdicts } = experiments(of, plainModel(of), [size], COUNT);
    const power = powerAt(size * ERROR, ERROR, 0.05, true) as number;
    agrees(verdicts.ship, power);
    agrees(verdicts.no_ship, 1 - power);
  });

  it("shipping only at the MDE or above, ships half of the effects of exactly the MDE", () => {
    const base = plainStudy();
    const mde = { relative: null, absolute: SURE * ERROR };
    const of: Study = { ...base, primary: { ...base.primary, mde, rule: "significant_and_mde" } };
    agrees(experiments(of, plainModel(of), [SURE], COUNT).verdicts.ship, 0.5);
  });

  it("with two treatment arms shares its level over them", () => {
    const base = plainStudy();
    const treatments = ["a", "b"].map((name) => ({ name, value: name, share: 1 / 3 }));
    const control = { ...base.control, share: 1 / 3 };
    const of = { ...base, control, treatments };
    const { value } = experiments(of, plainModel(of), [0], COUNT).verdicts.ship;
    // Two one-sided errors of 0.0125 that share a control: below their sum, above one of them.
    expect(value).toBeGreaterThan(0.0125);
    expect(value).toBeLessThan(0.025);
  });
});

function atLooks(boundary: "lan_demets_obrien_fleming" | "lan_demets_pocock", drift: number) {
  const plan: StoppingPlan = {
    kind: "group_sequential",
    looks: LOOKS,
    boundary: { family: boundary },
    futility: null,
  };
  const of = plainStudy({ stopping: stopping(plan) });
  const found = experiments(of, plainModel(of, { readings }), [drift], COUNT);
  const design = designGroupSequential({
    sided: 2,
    alpha: 0.05,
    power: 0.8,
    informationRates: readings.map(({ share }) => share),
    boundary: { family: boundary },
    futility: null,
  });
  return { found, exact: operatingCharacteristics(design, drift) };
}

describe("looks", () => {
  it.each([
    ["lan_demets_obrien_fleming", 0],
    ["lan_demets_obrien_fleming", 2.9],
    ["lan_demets_pocock", 2.9],
  ] as const)("of %s at drift %d stop with the crossing probabilities", (family, drift) => {
    const { found, exact } = atLooks(family, drift);
    const up = exact.stageRejection.reduce((sum, p) => sum + p, 0);
    agrees(found.verdicts.ship, up);
    agrees(found.verdicts.no_ship, 1 - up);
    found.stops.slice(0, -1).forEach(({ probability }, k) => {
      const both = (exact.stageRejection[k] ?? 0) + (exact.stageRejectionDown?.[k] ?? 0);
      agrees(probability, both);
    });
    const days = 14 * exact.expectedInformationFraction;
    const { value, standardError } = found.runtimeDays as Estimate;
    expect(Math.abs(value - days)).toBeLessThan(4 * standardError);
  });

  it("stop for futility with the probabilities of the design", () => {
    const boundary = { family: "lan_demets_obrien_fleming" } as const;
    const futility = { rule: "beta_spending", spending: boundary, binding: false } as const;
    const plan: StoppingPlan = { kind: "group_sequential", looks: LOOKS, boundary, futility };
    const base = plainStudy({ stopping: stopping(plan) });
    const primary = {
      ...base.primary,
      alpha: 0.025,
      metric: metric("m", { alternative: "greater" }),
    };
    const of = { ...base, primary };
    const found = experiments(of, plainModel(of, { readings }), [1], COUNT);
    const design = designGroupSequential({
      sided: 1,
      alpha: 0.025,
      power: 0.8,
      informationRates: readings.map(({ share }) => share),
      boundary,
      futility,
    });
    const exact = operatingCharacteristics(design, 1);
    // A one-sided test reads harm at its own level too, so a look may also end with it.
    const harm = normalSf(normalIsf(design.nominalLevels[0] as number) + Math.sqrt(4 / 14));
    const first = (exact.stageRejection[0] ?? 0) + (exact.stageFutility?.[0] ?? 0);
    expect(harm).toBeLessThan(1e-4);
    agrees(found.stops[0]?.probability as Estimate, first);
    agrees(found.verdicts.ship, exact.rejection);
  });
});

/** Guardrails whose limit is so near zero that any harm that is shown lies beyond it. */
function guarded(count: number, change: Partial<Study> = {}, alternative = "less" as const) {
  const guardrails = Array.from({ length: count }, (_, k) =>
    guardrail(`g${k}`, { scale: "absolute", value: -1e-6 }, { alternative }),
  );
  return plainStudy({ guardrails, ...change });
}

const HARM: GuardrailPolicy = { kind: "harm_test", correction: "none" };

describe("guardrails that nothing harms", () => {
  it.each([
    [1, "none", 0.05],
    [5, "none", 1 - 0.95 ** 5],
    [5, "bonferroni", 1 - 0.99 ** 5],
    // Holm rejects something exactly when Bonferroni does.
    [5, "holm", 1 - 0.99 ** 5],
  ] as const)(
    "%d independent ones, correction %s, veto falsely with 1 - (1 - a)^m",
    (count, correction, exact) => {
      const of = guarded(count, { policy: { ...HARM, correction } });
      const found = experiments(of, plainModel(of), [SURE], COUNT);
      agrees(found.verdicts.veto, exact);
      agrees(found.verdicts.ship, 1 - exact);
    },
  );

  it("veto together when they are correlated, so less often in all", () => {
    const of = guarded(5);
    const correlation = Array.from({ length: 6 }, (_, i) =>
      Array.from({ length: 6 }, (__, j) => (i === j ? 1 : i * j === 0 ? 0 : 0.999)),
    );
    const { veto } = experiments(of, plainModel(of, { correlation }), [SURE], COUNT).verdicts;
    expect(veto.value).toBeGreaterThan(0.05 - 4 * veto.standardError);
    expect(veto.value).toBeLessThan(0.065);
  });

  it("pass a proof of non-inferiority with the product of its powers", () => {
    const errors = 3;
    const guardrails = [0, 1, 2].map((k) =>
      guardrail(`g${k}`, { scale: "absolute", value: -errors * ERROR }),
    );
    const of = plainStudy({ guardrails, policy: { kind: "non_inferiority" } });
    const found = experiments(of, plainModel(of), [SURE], COUNT);
    agrees(found.verdicts.ship, normalCdf(errors - normalIsf(0.05)) ** 3);
  });

  it("pass by belief under a flat prior as a proof at that level does", () => {
    const guardrails = [guardrail("g", { scale: "absolute", value: -2 * ERROR })];
    const of = plainStudy({ guardrails, policy: { kind: "posterior_breach", limit: 0.05 } });
    const found = experiments(of, plainModel(of), [SURE], COUNT);
    agrees(found.verdicts.ship, normalCdf(2 - normalIsf(0.05)));
    agrees(found.verdicts.veto, normalSf(2 + normalIsf(0.05)));
  });

  it("under risk_aware share alpha- of deterioration with the sample ratio", () => {
    const guardrails = [0, 1].map((k) => guardrail(`g${k}`, { scale: "absolute", value: -1 }));
    const policy = { kind: "risk_aware", deteriorationAlpha: 0.2 } as const;
    const of = plainStudy({ guardrails, policy });
    const found = experiments(of, plainModel(of), [SURE], COUNT);
    // Primary, two guardrails and the sample ratio: 0.05 each; the primary is not worse.
    agrees(found.verdicts.veto, 1 - 0.95 ** 2);
    agrees(found.verdicts.continue, 0.95 ** 2 * 0.05);
  });
});

describe("harm of exactly the limit", () => {
  it.each([1, 2.5, 4])("%d standard errors wide is vetoed as the closed form says", (errors) => {
    const limit = { scale: "absolute", value: -errors * ERROR } as const;
    const of = plainStudy({ guardrails: [guardrail("g", limit)] });
    const found = experiments(of, plainModel(of), [SURE, -errors], COUNT);
    // Beyond the limit, and beyond the critical value: whichever is farther.
    const exact = normalSf(Math.max(0, normalIsf(0.025) - errors));
    agrees(found.verdicts.veto, exact);
    agrees(found.breaches[0]?.probability as Estimate, exact);
  });

  it("of a level is tested by the arm's own error", () => {
    const of = plainStudy({ guardrails: [guardrail("g", { scale: "level", value: 1 })] });
    const found = experiments(of, plainModel(of), [SURE, 0], COUNT);
    agrees(found.verdicts.veto, 0.025);
  });

  it("in a cohort is vetoed by the cohort's own error", () => {
    const share = 0.2;
    const errors = 2.5;
    const own = ERROR / Math.sqrt(share);
    const level = (name: string, fraction: number) => ({
      name: `d=${name}`,
      level: name,
      parts: { d: name },
      share: fraction,
      baseline: 1,
      deviation: 1,
    });
    const of = plainStudy({
      cohorts: {
        dimensions: [{ name: "d", levels: ["a", "b"] }],
        threshold: { scale: "absolute", value: -errors * own },
        alpha: 0.05,
        acceptBlindness: ["d=a", "d=b"],
      },
    });
    const dimensions = [
      { name: "d", of: ["d"], levels: [level("a", share), level("b", 1 - share)] },
    ];
    const found = experiments(of, plainModel(of, { dimensions }), [0], COUNT);
    const beyond = (errorOf: number) =>
      normalSf(Math.max(normalIsf(0.025), (errors * own) / errorOf));
    agrees(found.breaches[0]?.probability as Estimate, beyond(own));
    agrees(found.breaches[1]?.probability as Estimate, beyond(ERROR / Math.sqrt(1 - share)));
  });
});

describe("the fairness rules", () => {
  const level = (name: string, share: number) => ({
    name: `d=${name}`,
    level: name,
    parts: { d: name },
    share,
    baseline: 1,
    deviation: 1,
  });
  const dimensions = [{ name: "d", of: ["d"], levels: [level("a", 0.3), level("b", 0.7)] }];
  const rates = (fairness: StudyFairness) => {
    const of = plainStudy({
      cohorts: {
        dimensions: [{ name: "d", levels: ["a", "b"] }],
        threshold: { scale: "absolute", value: -100 * ERROR },
        alpha: 0.05,
        acceptBlindness: ["d=a", "d=b"],
        fairness,
      },
    });
    const { breaches } = experiments(of, plainModel(of, { dimensions }), [0], COUNT);
    return (id: string) => breaches.find((each) => each.id === id)?.probability as Estimate;
  };
  const off = { floor: null, noLargeRegression: null, pareto: false };

  it("break where nothing is true with their level on the harmful side: a floor of everybody's value", () => {
    const rate = rates({ ...off, floor: 1 });
    agrees(rate("fairness:floor:d=a"), 0.025);
    agrees(rate("fairness:floor:d=b"), 0.025);
  });

  it("break where nothing is true with their level on the harmful side: Pareto, over all levels together", () => {
    agrees(rates({ ...off, pareto: true })("fairness:pareto:d=a"), 0.025);
  });

  it("see a large regression with the cohort's own error", () => {
    const limit = 0.05;
    const rate = rates({ ...off, noLargeRegression: -limit });
    const own = ERROR / Math.sqrt(0.3);
    // Half of the noise of the relative change is that of a control near 1, which moves the bound by less than a standard error.
    agrees(
      rate("fairness:no_large_regression:d=a"),
      normalSf(Math.max(normalIsf(0.025), limit / own)),
    );
  });
});

describe("the sample ratio", () => {
  it("alarms at its level over everybody and in each level of a dimension", () => {
    const quality = { srmAlpha: 0.01, multiArmLimit: 0.01, balanceAlpha: 0.001 };
    const cohorts = {
      dimensions: [{ name: "d", levels: ["a"] }],
      threshold: { scale: "absolute", value: -1 } as const,
      alpha: 0.05,
      acceptBlindness: ["d=a"],
    };
    const alone = plainStudy({ quality });
    const rate = (of: Study, change = {}) =>
      experiments(of, plainModel(of, change), [0], COUNT).verdicts.invalid;
    // Counts are whole, so the level is met up to the steps of the binomial.
    expect(Math.abs(rate(alone).value - 0.01)).toBeLessThan(0.0025);
    const half = {
      name: "d=a",
      level: "a",
      parts: { d: "a" },
      share: 0.5,
      baseline: 1,
      deviation: 1,
    };
    const both = rate(plainStudy({ quality, cohorts }), {
      dimensions: [{ name: "d", of: ["d"], levels: [half] }],
    });
    expect(both.value).toBeGreaterThan(0.0155);
    expect(both.value).toBeLessThan(0.02);
  });
});
