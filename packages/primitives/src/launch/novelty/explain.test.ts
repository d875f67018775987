// What the sentence may not claim: a trend that is barely named, and a benefit that the average does not show.
import { effectTrend } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import { studyMetrics } from "../study-metrics.js";
import { study } from "../testing/study.js";
import type { AgeFinding, EffectsByAge } from "./effects-by-age.js";
import { explainAge } from "./explain.js";

/** Ten independent days of the same error, falling by `fall` a day around `middle`. */
function falling(fall: number, middle: number, finding: AgeFinding): EffectsByAge {
  const effects = Array.from({ length: 10 }, (_, day) => middle - fall * (day - 4.5));
  const covariance = effects.map((_, i) => effects.map((__, j) => Number(i === j)));
  const trend = effectTrend({ effects, covariance });
  const days = effects.map((effect, day) => ({
    ...{ day, effect, control: 100, treatment: 100 + effect },
    ...{ standardError: 1, lower: effect - 1.96, upper: effect + 1.96 },
  }));
  const units = { control: 100, treatment: 100 };
  return { metric: "m", treatment: "t", units, days, level: 100, trend, finding };
}

const [metric] = studyMetrics(study());
const say = (found: EffectsByAge) => (metric === undefined ? "" : explainAge(found, metric, 0.95));

describe("the sentence of a trend", () => {
  // The slope's error is 1/sqrt(82.5) = 0.110: z is -1.82 for 0.2 a day and -9.1 for 1.
  it("says that a trend is weakly shown where its two-sided p is above 0.05", () => {
    expect(say(falling(0.2, 5, "novelty"))).toContain("Weakly shown");
    expect(say(falling(1, 5, "novelty"))).not.toContain("Weakly");
    expect(say(falling(0.01, 5, "no_trend"))).not.toContain("Weakly");
  });

  it("claims no benefit that the average does not show", () => {
    expect(say(falling(1, 0.1, "novelty"))).toContain("a benefit or a harm over all these days");
    expect(say(falling(1, 5, "novelty"))).not.toContain("a benefit or a harm");
  });
});
