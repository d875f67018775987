// Expectations follow from the rule as documented; tails from the normal table.
import { describe, expect, it } from "vitest";
import type { Lookup } from "./effects.js";
import { harmTest, type LimitQuestion } from "./harm.js";
import type { Alternative, Direction, Effect, Threshold } from "./vocabulary.js";

function question(
  threshold: Threshold,
  direction: Direction = "higher_is_better",
  alternative: Alternative = "two_sided",
): LimitQuestion {
  const shape = {
    kind: "mean",
    unit: null,
    cuped: false,
    transform: "identity",
    order: null,
  } as const;
  const metric = { name: "m", direction, alternative, ...shape };
  return { metric, threshold, alpha: 0.05, minimumPower: 0.8, coverage: 0.95 };
}

function found(effect: Effect | null, p: number | null, treatment = 0, error?: number): Lookup {
  const arm = { n: null, value: null, standardDeviation: null };
  return {
    kind: "found",
    analysis: {
      method: "as given",
      absolute: null,
      relative: effect,
      relativeMethod: null,
      statistic: null,
      pValue: p === null ? null : { value: p, bound: false },
      control: arm,
      treatment: {
        ...arm,
        value: treatment,
        ...(error === undefined ? {} : { standardError: error }),
      },
    },
  };
}

const relative = (value: number): Threshold => ({ scale: "relative", value });
const effect = (estimate: number, standardError: number | null): Effect => ({
  estimate,
  standardError,
  interval: null,
});

describe("a level limit", () => {
  const latency = question({ scale: "level", value: 800 }, "lower_is_better");

  it("is held against the arm's own value: z = (value - level) / se", () => {
    // z = 2.0: two-sided p 0.0455; z = 1.9: 0.0574.
    expect(harmTest(latency, found(null, null, 820, 10)).status).toBe("breach");
    expect(harmTest(latency, found(null, null, 819, 10)).status).toBe("near");
    expect(harmTest(latency, found(null, null, 780, 10)).status).toBe("clear");
  });

  it("of a one-sided metric is tested on one side: z = 1.7, p 0.0446", () => {
    const oneSided = question({ scale: "level", value: 800 }, "lower_is_better", "greater");
    expect(harmTest(oneSided, found(null, null, 817, 10)).status).toBe("breach");
    expect(harmTest(latency, found(null, null, 817, 10)).status).toBe("near");
  });

  it("may be a floor where higher is better", () => {
    const floor = question({ scale: "level", value: 4 });
    expect(harmTest(floor, found(null, null, 3.9, 0.02)).status).toBe("breach");
    expect(harmTest(floor, found(null, null, 4.1, 0.02)).status).toBe("clear");
  });

  it("without a standard error cannot be judged beyond it", () => {
    expect(harmTest(latency, found(null, 0.001, 820)).status).toBe("not_evaluable");
  });
});

describe("a limit that is no number", () => {
  it.each([Number.NaN, Number.NEGATIVE_INFINITY])("%s judges nothing", (value) => {
    const finding = harmTest(question(relative(value)), found(effect(-0.5, 0.1), 0.001));
    expect(finding.status).toBe("not_evaluable");
  });
});

describe("too little data", () => {
  const limit = question(relative(-0.03));

  it("is power below the registered one, while the bound does not exclude the limit", () => {
    // Power at the limit Phi(0.03 / 0.012 - 1.96) = Phi(0.54) = 0.705 and Phi(0.03 / 0.01 - 1.96) = 0.851.
    expect(harmTest(limit, found(effect(-0.01, 0.012), 0.4)).status).toBe("underpowered");
    expect(harmTest(limit, found(effect(-0.02, 0.01), 0.05)).status).toBe("clear");
  });

  it("is held against the bound of the test's own sides", () => {
    // Two-sided bound 0.006 - 1.96 x 0.02 = -0.033 does
    // not exclude it; one-sided 0.006 - 1.645 x 0.02 = -0.027 does.
    const oneSided = question(relative(-0.03), "higher_is_better", "less");
    expect(harmTest(limit, found(effect(0.006, 0.02), 0.76)).status).toBe("underpowered");
    expect(harmTest(oneSided, found(effect(0.006, 0.02), 0.62)).status).toBe("clear");
  });

  it("is not claimed where nothing is known of the uncertainty", () => {
    expect(harmTest(limit, found(effect(-0.01, null), null)).status).toBe("clear");
  });
});
