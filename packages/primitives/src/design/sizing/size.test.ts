import { uniqueUnits } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import type { RegistrationInput } from "../registration.js";
import { effectCurves, powerCurves } from "./curves.js";
import { effectAtTotal, powerAtTotal, sizeRegistration } from "./size.js";
import { RERANKER, resolved } from "./testing/reranker.js";

const sized = (input: RegistrationInput) => sizeRegistration(resolved(input));
const find = (report: ReturnType<typeof sized>, id: string) => {
  const found = report.requirements.find((each) => each.id === id);
  if (!found) throw new Error(`${id} is not sized: ${JSON.stringify(report.unsized)}`);
  return found;
};

const { stop_rule: _rule, guardrails: _guardrails, ...single } = RERANKER;
const plain: RegistrationInput = { ...single, cuped: { enabled: false } };

describe("sizes of the primary metric", () => {
  it("gives 1273 per arm for an effect of 0.02 at a standard deviation of 0.18 (source, Primitive 3)", () => {
    const report = sized({
      ...plain,
      mde_relative: undefined,
      mde_absolute: 0.02,
      primary_metric: { name: "m", baseline_std: 0.18 },
    } as RegistrationInput);
    expect(find(report, "primary").perArm).toBe(1273);
  });

  it("gives 10,503 per arm for the reranker, and 5,252 after half the variance (exact t)", () => {
    expect(find(sized(plain), "primary").perArm).toBe(10_503);
    const halved = sized({
      ...plain,
      cuped: { enabled: true },
      sizing: { variance_reduction: 0.5 },
    });
    expect(find(halved, "primary").perArm).toBe(5252);
    expect(halved.alternatives[0]?.label).toBe("without variance reduction");
    expect(halved.alternatives[0]?.size.perArm).toBe(10_503);
  });

  it("takes the reduction from a correlation and the coverage of the covariate", () => {
    const report = sized({
      ...plain,
      cuped: { enabled: true },
      sizing: { covariate_correlation: Math.sqrt(0.66), covariate_coverage: 0.6 },
    });
    // Published beside the figures of partial coverage: 0.66 x 0.6 = 0.396 of the variance.
    expect(find(report, "primary").varianceReduction).toBeCloseTo(0.396, 12);
  });

  it("never counts on a variance reduction that nobody declared, and shows it beside", () => {
    const report = sized({ ...plain, cuped: { enabled: true } });
    expect(find(report, "primary").perArm).toBe(10_503);
    expect(report.alternatives[0]?.size.perArm).toBe(5252);
    expect(report.notes[0]).toContain("sizing.variance_reduction");
  });

  it("multiplies by the inflation of the sequential plan: 1.022 at days 4, 7, 11, 14 (side-wise spending)", () => {
    const report = sized({
      ...plain,
      stop_rule: { type: "obrien_fleming", looks: [4, 7, 11, 14] },
    });
    expect(report.plan.criticalValues.map((z) => Number(z.toFixed(4)))).toEqual([
      4.0333, 2.9646, 2.2918, 2.0238,
    ]);
    expect(find(report, "primary").perArm / 10_503).toBeCloseTo(1.022, 3);
  });

  it("reports a plan of its own levels with its true error", () => {
    const { plan } = sized({ ...RERANKER });
    expect(plan.kind).toBe("custom_levels");
    expect(plan.overallAlpha).toBeCloseTo(0.051_445_57, 8);
  });

  it("charges an always-valid plan with the width of its sequence: z 3.035 where it is tightest", () => {
    const report = sized({ ...plain, stop_rule: { type: "always_valid" } });
    expect(report.plan.criticalValues[0]).toBeCloseTo(3.035, 3);
  });
});

describe("guardrails", () => {
  const figures = { chat_csat_proxy_per_user_14d: { baseline: 4.21, sd: 0.9 } };
  const up = "higher_is_better" as const;
  const csat = { name: "chat_csat_proxy_per_user_14d", threshold_relative: -0.01, direction: up };

  it("share beta with the primary metric when each must be shown to hold: beta/(G+1)", () => {
    const guardrails = [
      csat,
      { name: "b", threshold_absolute: -1, unit: "USD", direction: up },
      { name: "c", threshold_absolute: -1, unit: "USD", direction: up },
    ];
    const report = sized({
      ...plain,
      guardrails,
      guardrail_policy: "non_inferiority",
      sizing: { metrics: { ...figures, b: { sd: 10 }, c: { sd: 10 } } },
    });
    expect(report.betaPerTest).toBeCloseTo(0.05, 12);
    // Multiplier of three guardrails (two-sided primary | one-sided guardrail): 1.656 | 1.750.
    expect(find(report, "primary").perArm / 10_503).toBeCloseTo(1.656, 3);
    const alone = sized({
      ...plain,
      guardrails: [csat],
      guardrail_policy: "harm_test",
      sizing: { metrics: figures },
    });
    // Harm test, two-sided, power 0.8: n = 2 sd^2 (1.95996 + 0.84162)^2 / margin^2.
    const margin = 0.0421;
    expect(find(alone, "guardrail:chat_csat_proxy_per_user_14d").perArm).toBeCloseTo(
      (2 * 0.81 * 2.8015852 ** 2) / margin ** 2,
      -1,
    );
    const shown = find(report, "guardrail:chat_csat_proxy_per_user_14d");
    expect(shown.perArm).toBeCloseTo((2 * 0.81 * (1.6448536 + 1.6448536) ** 2) / margin ** 2, -1);
  });

  it("name what is missing and where to write it", () => {
    const { unsized } = sized(RERANKER);
    expect(unsized.map(({ id }) => id)).toEqual([
      "guardrail:p95_chatbot_turn_latency_ms",
      "guardrail:chat_csat_proxy_per_user_14d",
      "guardrail:jp_cohort_useful_answer_rate",
    ]);
    expect(unsized[1]?.mend).toContain("sizing.metrics.chat_csat_proxy_per_user_14d");
  });

  it("measure the room to a level from the value before the experiment", () => {
    const report = sized({
      ...RERANKER,
      sizing: { metrics: { p95_chatbot_turn_latency_ms: { baseline: 720, sd: 900 } } },
    });
    expect(find(report, "guardrail:p95_chatbot_turn_latency_ms").effect).toBe(80);
  });
});

describe("cohorts", () => {
  const cohorts = { locale: { EN: 0.55, JP: 0.3, mixed: 0.15 }, tenure: { new: 0.22 } };
  /** A standard deviation with which one arm needs 22,500 units, as in the source's table. */
  const sd = 0.142 * Math.sqrt(22_500 / 10_502.9);

  it.each([
    ["locale=EN", 80_000],
    ["locale=JP", 150_000],
    ["locale=mixed", 300_000],
    ["tenure=new", 205_000],
  ])("of the source's table: 22.5K per arm in %s take about %i units", (level, total) => {
    const report = sized({
      ...plain,
      primary_metric: { ...plain.primary_metric, baseline_std: sd },
      sizing: { cohorts },
    });
    const cohort = find(report, `cohort:${level}`);
    expect(Math.abs(cohort.perArm - 22_500)).toBeLessThan(3);
    expect(Math.abs(cohort.total / total - 1)).toBeLessThan(0.03);
  });

  it("of 8 % need 2 x 5,252 / 0.08 units, and are the bottleneck", () => {
    const report = sized({
      ...plain,
      cuped: { enabled: true },
      sizing: { variance_reduction: 0.5, cohorts: { market: { small: 0.08 } } },
    });
    expect(report.bottleneck).toBe("cohort:market=small");
    expect(report.total).toBe(Math.ceil(10_504 / 0.08));
  });
});

describe("runtime", () => {
  const traffic = { weekly_units: 10_000, returning_share: 0.5 };

  it("counts different units, which saturate at W/r, in whole weeks", () => {
    // unique(w) = 20,000 (1 - 0.5^w): 19,375 after five weeks, never 21,006.
    const short = sized({ ...plain, sizing: { traffic } });
    expect(find(short, "primary").weeks).toBeNull();
    const more = sized({ ...plain, sizing: { traffic: { ...traffic, weekly_units: 11_000 } } });
    // 22,000 (1 - 0.5^w) >= 21,006 from w = 5 (21,312) on.
    expect(find(more, "primary").weeks).toBe(5);
  });

  it("plans with what the traffic brings when no size is registered", () => {
    const { sample_size_per_arm_post_cuped: _size, ...rest } = plain;
    const report = sized({ ...rest, sizing: { traffic } });
    expect(report.planned).toEqual({ perArm: 7500, total: 15_000, from: "traffic" });
  });
});

describe("curves", () => {
  const report = sized({
    ...plain,
    sizing: { traffic: { weekly_units: 20_000, returning_share: 0.5 }, cohorts: { l: { a: 0.5 } } },
  });

  it("rise with the size and reach the registered power at the size found", () => {
    const [primary] = powerCurves(report);
    const points = primary?.points ?? [];
    expect(points.length).toBe(18);
    expect(points.every((point, k) => k === 0 || point.y >= (points[k - 1]?.y ?? 0))).toBe(true);
    const before = points.filter(({ x }) => x < 21_006).at(-1);
    const after = points.find(({ x }) => x >= 21_006);
    expect(before?.y).toBeLessThan(0.8);
    expect(after?.y).toBeGreaterThanOrEqual(0.8);
  });

  it("fall with the days, and a cohort of half the units shows less", () => {
    if (report.traffic === null) throw new Error("traffic was declared");
    const [primary, cohort] = effectCurves(report, report.traffic);
    const last = primary?.points.at(-1)?.y ?? 1;
    expect(primary?.points[0]?.y).toBeGreaterThan(last);
    expect((cohort?.points.at(-1)?.y ?? 0) / last).toBeCloseTo(Math.SQRT2, 2);
  });

  it("have the effects that each total asks for, to a ten-thousandth, from few to many units and days", () => {
    for (const weekly of [120, 3000, 1e6]) {
      const rare = sized({
        ...plain,
        sizing: { ...RERANKER.sizing, traffic: { weekly_units: weekly, returning_share: 0.4 } },
      });
      if (rare.traffic === null) throw new Error("traffic was declared");
      const curves = effectCurves(rare, rare.traffic);
      expect(curves.length).toBeGreaterThan(0);
      for (const curve of curves) {
        const requirement = find(rare, curve.id);
        for (const { x, y } of curve.points) {
          const exact = effectAtTotal(requirement, uniqueUnits(x / 7, rare.traffic)) ?? Number.NaN;
          expect(Math.abs((y * Math.abs(requirement.baseline ?? 1)) / exact - 1)).toBeLessThan(
            1e-4,
          );
        }
      }
    }
  });

  it("are drawn by their points to a pixel of 300: between two of them the picture is what the statistics say", () => {
    const { traffic } = report;
    if (traffic === null) throw new Error("traffic was declared");
    const [requirement] = report.requirements;
    if (requirement === undefined) throw new Error("the primary metric is sized");
    const power = between(powerCurves(report)[0]?.points ?? [], Math.log);
    for (const { x, y } of power) expect(powerAtTotal(requirement, x)).toBeCloseTo(y, 2.5);
    // The first sixth of the days is cut off by the plot's ceiling.
    const effects = between(effectCurves(report, traffic)[0]?.points ?? [], Number);
    const days = Math.max(...effects.map(({ x }) => x));
    const shown = effects.filter(({ x }) => x > days / 6);
    const top = shown[0]?.y ?? 0;
    expect(shown.length).toBeGreaterThan(5);
    for (const { x, y } of shown) {
      const effect = effectAtTotal(requirement, uniqueUnits(x / 7, traffic)) ?? Number.NaN;
      expect(Math.abs(effect / Math.abs(requirement.baseline ?? 1) - y) / top).toBeLessThan(
        1 / 300,
      );
    }
  });
});

interface At {
  readonly x: number;
  readonly y: number;
}

/** Halfway between the points on the picture's scale, the monotone cubic that the plot draws (Steffen 1990). */
function between(points: readonly At[], scale: (x: number) => number): At[] {
  const at = points.map(({ x, y }) => ({ x: scale(x), y }));
  const secant = (k: number) => ((at[k + 1]?.y ?? 0) - (at[k]?.y ?? 0)) / width(k);
  const width = (k: number) => (at[k + 1]?.x ?? 0) - (at[k]?.x ?? 0);
  const slope = (k: number) => {
    const [a, b] = [secant(k - 1), secant(k)];
    const p = (a * width(k) + b * width(k - 1)) / (width(k - 1) + width(k));
    return a * b <= 0 ? 0 : Math.sign(a) * Math.min(Math.abs(a), Math.abs(b), Math.abs(p) / 2) * 2;
  };
  return at.slice(1, -2).map((_, k) => {
    const [from, to, h] = [at[k + 1] as At, at[k + 2] as At, width(k + 1)];
    const y = (from.y + to.y) / 2 + (h * (slope(k + 1) - slope(k + 2))) / 8;
    const middle = (from.x + to.x) / 2;
    return { x: scale === Math.log ? Math.exp(middle) : middle, y };
  });
}

describe("the sizing block", () => {
  it("is strict, and takes a reduction once", () => {
    expect(() => resolved({ ...plain, sizing: { trafic: 1 } } as never)).toThrow(/trafic/);
    expect(() =>
      resolved({ ...plain, sizing: { variance_reduction: 0.5, covariate_correlation: 0.7 } }),
    ).toThrow(/given twice/);
  });
});
