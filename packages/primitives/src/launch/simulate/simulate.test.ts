/** A registration simulated as a whole. */
import { seededRandom } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import type { RegistrationInput } from "../../design/registration.js";
import { registration, resolve } from "../../design/testing/documents.js";
import { prepareSimulation } from "./index.js";

const document: RegistrationInput = {
  experiment_id: "x",
  hypothesis: { h0: "no", h1: "yes" },
  primary_metric: {
    name: "m",
    direction: "higher_is_better",
    baseline_estimate: 1,
    baseline_std: 1,
  },
  primary_rule: "significant",
  mde_relative: 0.04,
  sample_size_per_arm: 12_000,
  runtime_days: 14,
  randomization_unit: "user_id",
  guardrails: [
    { name: "g", direction: "higher_is_better", threshold_relative: -0.05 },
    { name: "h", direction: "higher_is_better", threshold_relative: -0.1 },
  ],
  stop_rule: { type: "obrien_fleming", looks: ["day_7", "day_14"] },
  sizing: { metrics: { g: { baseline: 1, sd: 1 }, h: { baseline: 1, sd: 1 } } },
};

function simulated(change: Partial<RegistrationInput> = {}) {
  const given = { ...document, ...change };
  const { study, problems } = resolve(given, null);
  if (study === null) throw new Error(JSON.stringify(problems));
  return prepareSimulation({ registration: registration(given), study, library: null }, null);
}

function results(seed: number, count = 2000) {
  const simulation = simulated();
  if (simulation.kind !== "ready") throw new Error("lacking");
  return simulation.scenarios.map((each, at) => {
    each.run(count, seededRandom(seed, at));
    return each.result();
  });
}

describe("a simulation", () => {
  it("tells every truth, and its probabilities add up", () => {
    const found = results(1);
    expect(found.map(({ id }) => id)).toEqual(["nothing", "lift", "guardrail:g", "guardrail:h"]);
    for (const { verdicts, stops, experiments } of found) {
      const sum = (values: readonly { readonly value: number }[]) =>
        values.reduce((total, { value }) => total + value, 0);
      expect(sum(Object.values(verdicts))).toBeCloseTo(1, 12);
      expect(sum(stops.map(({ probability }) => probability))).toBeCloseTo(1, 12);
      expect(experiments).toBe(2000);
    }
  });

  it("repeats itself by its seed, in batches of any size", () => {
    expect(results(5)).toEqual(results(5));
    expect(results(5)).not.toEqual(results(6));
    const simulation = simulated();
    if (simulation.kind !== "ready") throw new Error("lacking");
    const [first] = simulation.scenarios;
    const random = seededRandom(5, 0);
    for (const batch of [1, 999, 1000]) first?.run(batch, random);
    expect(first?.result()).toEqual(results(5)[0]);
  });

  it("vetoes at the limit of either guardrail, and names the one in breach", () => {
    const [, lift, first, second] = results(2);
    expect(lift?.verdicts.veto.value).toBeLessThan(0.01);
    for (const [harmed, at] of [
      [first, 0],
      [second, 1],
    ] as const) {
      expect(harmed?.verdicts.veto.value).toBeGreaterThan(0.4);
      expect(harmed?.breaches.map(({ id }) => id)).toEqual(["guardrail:g", "guardrail:h"]);
      expect(harmed?.breaches[at]?.probability.value).toBeGreaterThan(0.4);
      expect(harmed?.breaches[1 - at]?.probability.value).toBeLessThan(0.01);
    }
  });

  it("tells the length of the run only where days are registered", () => {
    const { runtime_days: _days, stop_rule: _rule, ...open } = document;
    const { study } = resolve(open, null);
    if (study === null) throw new Error("the registration is sound");
    const found = prepareSimulation(
      { registration: registration(open), study, library: null },
      null,
    );
    if (found.kind !== "ready") throw new Error("lacking");
    found.scenarios[0]?.run(100, seededRandom(1));
    expect(found.scenarios[0]?.result().runtimeDays).toBeNull();
  });

  it("refuses a policy that it does not know, by name", () => {
    const { study } = resolve(document, null);
    if (study === null) throw new Error("the registration is sound");
    const policy = { kind: "coin_toss" } as never;
    const given = {
      registration: registration(document),
      study: { ...study, policy },
      library: null,
    };
    const found = prepareSimulation(given, null);
    expect(found.kind === "lacking" && found.findings).toMatchObject([
      {
        code: "SIMULATION_POLICY",
        sentence: "The guardrail policy coin_toss cannot be simulated.",
      },
    ]);
  });
});
