// Suggested guardrails. Thresholds of the catalogue are those of the practice's table; sums by hand beside each.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MetricLibrary, metricLibrarySchema } from "../metrics.js";
import { type Registration, registrationSchema } from "../registration.js";
import { LAUNCH_KINDS } from "../sizing/index.js";
import type { Economics } from "./arithmetic.js";
import { costAt, limitFromCost, roundedDown, seenAt } from "./arithmetic.js";
import { type SuggestInput, suggestGuardrails } from "./suggest.js";

const nothing: Economics = {
  customers: null,
  valuePerCustomer: null,
  toleratedLoss: null,
  costs: {},
};
const known: Economics = {
  customers: 1_000_000,
  valuePerCustomer: 40,
  toleratedLoss: 50_000,
  costs: {},
};

const registration = (more: Record<string, unknown> = {}): Registration =>
  registrationSchema.parse({
    experiment_id: "x",
    title: "A new reranker",
    hypothesis: { h0: "no", h1: "yes" },
    primary_metric: { name: "ctr" },
    mde_relative: 0.03,
    randomization_unit: "user_id",
    ...more,
  });

const library = (metrics: Record<string, object>): MetricLibrary => {
  const parsed = metricLibrarySchema.parse({ metrics });
  return { sources: {}, metrics: parsed.metrics ?? {} };
};

const of = (given: Partial<SuggestInput>) =>
  suggestGuardrails({
    kind: null,
    registration: null,
    library: null,
    economics: nothing,
    ...given,
  });

describe("what is suggested", () => {
  it("follows the kind of launch: given, else declared, else by its words", () => {
    const declared = registration({ launch_kind: "infrastructure" });
    expect(of({ kind: "prompt", registration: declared })?.kindFrom).toBe("given");
    expect(of({ registration: declared })).toMatchObject({
      kind: "infrastructure",
      kindFrom: "declared",
    });
    expect(of({ registration: registration() })).toMatchObject({
      kind: "reranker",
      kindFrom: "words",
    });
    expect(of({ registration: registration({ title: "Blue buttons" }) })).toBeNull();
    expect(of({})).toBeNull();
  });

  it("watches every pattern of the kind, cohorts by their block", () => {
    const patterns = (kind: SuggestInput["kind"]) => [
      ...new Set(of({ kind })?.guardrails.map(({ pattern }) => pattern)),
    ];
    expect(patterns("recommender")).toEqual([
      "engagement bait",
      "latency trade",
      "diversity collapse",
      "spam amplification",
    ]);
    expect(patterns("language_model")).toEqual([
      "engagement bait",
      "latency trade",
      "hallucination",
    ]);
    expect(patterns("infrastructure")).toEqual(["latency trade"]);
    expect(of({ kind: "recommender" })?.cohorts?.thresholdRelative).toBe(-0.03);
    expect(of({ kind: "infrastructure" })?.cohorts).toBeNull();
    const cohorts = { dimensions: { locale: { levels: ["JP"] } } };
    expect(of({ registration: registration({ cohorts }) })?.cohorts).toBeNull();
  });

  it("has a remedy for everything that the catalogue says to watch", () => {
    for (const kind of LAUNCH_KINDS) {
      const found = of({ kind });
      const expected = found?.guardrails.map(({ what }) => what) ?? [];
      expect(new Set(expected).size).toBe(expected.length);
      // An empty list for a kind with patterns would be a hole in the catalogue.
      expect(expected.length > 0 || kind === "other").toBe(true);
    }
  });

  it("takes a metric of the library that fits, never the primary one or one from before exposure", () => {
    const metrics = library({
      csat_before: { kind: "mean", source: "s", value: "v", aggregate: "avg", window: "-14d" },
      csat_chat: { kind: "mean", source: "s", value: "v", aggregate: "avg", window: "14d" },
    });
    const [csat] = of({ registration: registration(), library: metrics })?.guardrails ?? [];
    expect(csat).toMatchObject({ metric: "csat_chat", state: "library" });
    const primary = registration({ primary_metric: { name: "csat_chat" } });
    const [open] = of({ registration: primary, library: metrics })?.guardrails ?? [];
    expect(open).toMatchObject({ metric: "csat_14d", state: "missing" });
    expect(open?.arithmetic.join(" ")).toContain("matures_after_days: 14");
    expect(csat?.arithmetic.join(" ")).not.toContain("matures_after_days");
  });

  it("turns a threshold round where the library counts the good instead of the bad", () => {
    const metrics = library({
      citation_accuracy: {
        kind: "mean",
        source: "s",
        value: "v",
        aggregate: "avg",
        direction: "higher_is_better",
      },
    });
    const found = of({ kind: "prompt", registration: registration(), library: metrics });
    const guardrail = found?.guardrails.find(({ metric }) => metric === "citation_accuracy");
    expect(guardrail).toMatchObject({
      direction: "higher_is_better",
      threshold: { scale: "relative", value: -0.05 },
    });
  });

  it("leaves a registered guardrail as it stands, with its arithmetic", () => {
    const given = registration({
      guardrails: [{ name: "retention_28d", threshold_relative: -0.004 }],
      sizing: { metrics: { retention_28d: { baseline: 0.5, sd: 0.5 } } },
    });
    const found = of({ registration: given, economics: known });
    const retention = found?.guardrails.find(({ metric }) => metric === "retention_28d");
    // 1,000,000 customers x 40 x 0.004 x 0.5
    expect(retention).toMatchObject({ state: "registered", basis: "registered", loss: 80_000 });
  });
});

describe("thresholds", () => {
  const csat = (baseline: number) =>
    of({ registration: registration({ sizing: { metrics: { csat_14d: { baseline } } } }) })
      ?.guardrails[0]?.threshold.value;
  const latency = (baseline: number) =>
    of({
      registration: registration({ sizing: { metrics: { p95_latency_ms: { baseline } } } }),
    })?.guardrails.find(({ metric }) => metric === "p95_latency_ms")?.threshold;

  it("of the catalogue are those of its table", () => {
    expect([csat(4.21), csat(4), csat(3.9)]).toEqual([-0.01, -0.01, -0.005]);
    expect(latency(2000)).toEqual({ scale: "absolute", value: 50 });
    expect(latency(720)).toEqual({ scale: "absolute", value: 36 });
    const plain = of({ kind: "recommender" })?.guardrails ?? [];
    const value = (name: string) => plain.find(({ metric }) => metric === name)?.threshold.value;
    expect([value("retention_28d"), value("spam_report_rate")]).toEqual([-0.005, 0.05]);
  });

  it("of a cost are tolerated loss / (customers x cost), shown with the sum", () => {
    // 50,000 / (1,000,000 x 40) = 0.00125; of 0.512 that is 0.2441 %, rounded down to 0.24 %.
    const limit = limitFromCost(known, 40, 0.512, -1);
    expect(limit?.threshold).toEqual({ scale: "relative", value: -0.0024 });
    expect(limit?.sentence).toBe(
      "50,000 a year tolerated / (1,000,000 customers x 40 each) = 0.00125, which is 0.24 % of 0.512; rounded down to 0.24 %.",
    );
    expect(limitFromCost(known, 40, null, 1)?.threshold).toEqual({
      scale: "absolute",
      value: 0.0012,
    });
    expect(limitFromCost(nothing, 40, 0.5, -1)).toBeNull();
    expect(limitFromCost(known, null, 0.5, -1)).toBeNull();
  });

  it("of a cost never let more through than is tolerated", () => {
    const amount = fc.double({ min: 1, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (n, cost, loss, base) => {
          const economics = { ...known, customers: n, toleratedLoss: loss };
          const limit = limitFromCost(economics, cost, base, -1);
          if (limit === null || limit.threshold === null) return;
          const { scale, value } = limit.threshold;
          const size = scale === "relative" ? -value * base : -value;
          expect(costAt(economics, cost, size)?.loss).toBeLessThanOrEqual(loss * (1 + 1e-8));
        },
      ),
      { seed: 6, numRuns: 1000 },
    );
  });

  it("of a cost are none where more is tolerated than there is to lose", () => {
    const poor = { ...known, customers: 1000 };
    // 50,000 / (1,000 x 40) = 1.25 of a share.
    expect(limitFromCost(poor, 40, null, -1, 1)).toEqual({
      threshold: null,
      sentence:
        "50,000 a year tolerated / (1,000 customers x 40 each) = 1.25: more than it can lose, so this tolerance sets no limit.",
    });
    expect(limitFromCost(poor, 40, 1.1, -1)?.threshold).toBeNull();
    // What does harm by rising may rise to more than twice its level.
    expect(limitFromCost(poor, 40, 1.1, 1)?.threshold).toEqual({ scale: "absolute", value: 1.2 });
    const retention = of({ kind: "prompt", economics: poor })?.guardrails.find(
      ({ metric }) => metric === "retention_28d",
    );
    expect(retention).toMatchObject({
      basis: "catalogue",
      threshold: { scale: "relative", value: -0.005 },
    });
    expect(retention?.arithmetic.slice(0, 2).join(" ")).toMatch(/sets no limit\. By the value/);
  });

  it("of a cost are none where the figures lie outside all numbers", () => {
    const tiny = { ...known, customers: 1e300, toleratedLoss: 1e-300 };
    expect(limitFromCost(tiny, 40, 0.5, -1)).toBeNull();
    expect(limitFromCost({ ...known, toleratedLoss: 1e308 }, 1e-300, 0.5, 1)).toBeNull();
  });

  it("are rounded to the stricter side", () => {
    expect([0.0047504, 0.0024, 36.9, 0.1, 1].map(roundedDown)).toEqual([
      0.0047, 0.0024, 36, 0.1, 1,
    ]);
  });
});

describe("noise", () => {
  it("says how many units see harm of exactly the limit", () => {
    // The sizing check of the literature: sd .142, difference .00549, two-sided .05, power .8: 10,502 an arm.
    const noise = { variance: 0.142 ** 2, alpha: 0.05, power: 0.8, perArm: 10_501 };
    const seen = seenAt(noise, 0.00549, 0.183);
    expect(seen.needed).toBe(10_502);
    expect(seen.smallest).toBeCloseTo(0.00549, 5);
    expect(seen.sentence).toContain("too few");
    expect(seenAt({ ...noise, perArm: 20_000 }, 0.00549, null).sentence).toContain("enough");
    expect(seenAt({ ...noise, perArm: null }, 0.00549, null).smallest).toBeNull();
  });
});
