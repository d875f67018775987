import { describe, expect, it } from "vitest";
import { changed, found, libraryDocument, resolve, withData } from "./testing/documents.js";

describe("the plan", () => {
  const { study, plan, problems } = resolve(withData());

  it("is complete", () => {
    expect(problems).toEqual([]);
    expect(study).not.toBeNull();
    expect(plan?.arms).toEqual([
      { id: "control", value: "control" },
      { id: "treatment", value: "treatment" },
    ]);
    expect(plan?.sources.map(({ id, files, format }) => ({ id, files, format }))).toEqual([
      { id: "exposures", files: ["/data/exposures/*.parquet"], format: "parquet" },
      { id: "turns", files: ["/data/turns/*.parquet"], format: "parquet" },
    ]);
    expect(plan?.exposure).toMatchObject({ arm: "arm", time: "exposed_at" });
    expect(plan?.dimensions).toEqual([
      {
        id: "locale",
        source: "exposures",
        value: { kind: "column", name: "locale" },
        levels: ["EN", "JP", "MIXED"],
        measuredAt: null,
      },
    ]);
  });

  it("takes the registered covariate for the primary and the library's for others", () => {
    const spec = (id: string) => plan?.metrics.find((metric) => metric.id === id);
    expect(spec("useful_answer_rate_per_user_14d")?.covariate?.window).toEqual({
      fromDays: -14,
      toDays: 0,
    });
    expect(spec("jp_cohort_useful_answer_rate")?.covariate).not.toBeNull();
    expect(spec("jp_cohort_useful_answer_rate")?.cohort).toEqual([
      { dimension: "locale", level: "JP" },
    ]);
    expect(spec("chat_csat_proxy_per_user_14d")).toMatchObject({
      shape: "ratio",
      covariate: null,
      denominator: { scale: 0, empty: "zero", window: { fromDays: 0, toDays: 14 } },
    });
    expect(spec("p95_chatbot_turn_latency_ms")).toMatchObject({
      shape: "quantile",
      order: 0.95,
      value: { aggregate: "value" },
    });
  });

  it("leaves units without history without a covariate, unless the library says zero", () => {
    const empties = (change: Record<string, unknown>) => {
      const metrics = libraryDocument();
      const before = { ...metrics.metrics.useful_answer_rate_per_user_pre14d, aggregate: "sum" };
      Object.assign(metrics.metrics, {
        useful_answer_rate_per_user_pre14d: { ...before, ...change },
      });
      return resolve(withData(), metrics).plan?.metrics[0]?.covariate?.empty;
    };
    expect([empties({}), empties({ empty: "zero" })]).toEqual(["exclude", "zero"]);
  });

  it("leaves every covariate out when CUPED is disabled", () => {
    const off = resolve(changed({ cuped: { enabled: false } }));
    expect(off.plan?.metrics.map(({ covariate }) => covariate)).toEqual([null, null, null, null]);
    expect(off.study?.primary.metric.cuped).toBe(false);
  });

  it("refuses an enabled CUPED that adjusts nothing, and lets it adjust a secondary metric alone", () => {
    const bare = libraryDocument();
    Object.assign(bare.metrics.jp_cohort_useful_answer_rate, { covariate: undefined });
    const enabled = changed({ cuped: { enabled: true } });
    expect(found(resolve(enabled, bare).problems)).toEqual(["COVARIATE_MISSING cuped"]);
    const { study, problems } = resolve(enabled);
    expect(problems).toEqual([]);
    expect(study?.primary.metric.cuped).toBe(false);
  });

  it("makes a proportion of events with any, at scale 0", () => {
    const metrics = libraryDocument();
    Object.assign(metrics.metrics, {
      searched: { kind: "proportion", source: "turns", filter: "type = 'search'", window: "7d" },
    });
    const withProportion = changed({ secondary_metrics: [{ name: "searched" }] });
    const spec = resolve(withProportion, metrics).plan?.metrics.find(({ id }) => id === "searched");
    expect(spec?.value).toMatchObject({
      aggregate: "any",
      value: { kind: "boolean", value: true },
      empty: "zero",
      scale: 0,
      range: { lower: 0, upper: 1 },
    });
  });
});

describe("several treatment arms", () => {
  it("keeps their order and their shares", () => {
    const arms = {
      control: { name: "none", value: "No E-Mail", share: 0.3333 },
      treatments: [
        { name: "mens", value: "Mens E-Mail", share: 0.3333 },
        { name: "womens", value: 2, share: 0.3334 },
      ],
    };
    const { study } = resolve(changed({ arms }));
    expect(study?.treatments.map(({ name, value }) => [name, value])).toEqual([
      ["mens", "Mens E-Mail"],
      ["womens", "2"],
    ]);
    const shares = [study?.control.share ?? 0, ...(study?.treatments ?? []).map((a) => a.share)];
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});
