import { describe, expect, it } from "vitest";
import {
  effectPhrase,
  formatAbsoluteEffect,
  formatCount,
  formatLevel,
  formatMetricValue,
  formatPercent,
  formatPValue,
  formatRelativeEffect,
  formatValue,
} from "./format.js";

function effect(estimate: number, lower?: number | null, upper?: number | null, unit = "") {
  const interval =
    lower === undefined || upper === undefined ? null : { lower, upper, level: 0.95 };
  return { estimate, standard_error: null, interval, unit };
}

describe("formatRelativeEffect", () => {
  // The sentence of the design: "CSAT fell 1.43 % [−2.6, −0.2]"; its half-width of 1.2 deserves one decimal.
  it.each([
    [
      "two digits of the half-width",
      effect(-0.0143, -0.0263, -0.0023),
      null,
      "−1.4 % [−2.6, −0.2]",
    ],
    [
      "more when it would read as its limit",
      effect(-0.0104, -0.03, 0.01),
      -0.01,
      "−1.04 % [−3.00, +1.00]",
    ],
    [
      "no digit of noise when the interval is wide",
      effect(0.123, -0.4, 0.65),
      null,
      "+12 % [−40, +65]",
    ],
    ["three digits without an interval", effect(-0.0143), null, "−1.43 %"],
    ["one decimal at least", effect(0.06), null, "+6.0 %"],
    ["an open end", effect(0.1, null, 0.2), null, "+10 % [−∞, +20]"],
    ["no sign before zero", effect(0.00001, -0.02, 0.02), null, "0.0 % [−2.0, +2.0]"],
  ])("%s", (_name, value, limit, expected) => {
    expect(effectPhrase(formatRelativeEffect(value, limit))).toBe(expected);
  });
});

describe("formatAbsoluteEffect", () => {
  it("names the unit, and percentage points for a share", () => {
    expect(effectPhrase(formatAbsoluteEffect(effect(20, undefined, undefined, "ms")))).toBe(
      "+20 ms",
    );
    expect(effectPhrase(formatAbsoluteEffect(effect(-0.003, -0.008, 0.002, "share")))).toBe(
      "−0.30 pp [−0.80, +0.20]",
    );
  });
});

describe("plain numbers", () => {
  it("reads as a person writes", () => {
    expect(formatCount(1234567)).toBe("1,234,567");
    expect(formatPercent(-0.01)).toBe("−1.0 %");
    expect(formatLevel(0.95)).toBe("95 %");
    expect(formatValue(1234.5, "USD")).toBe("1,235 USD");
    expect(formatMetricValue(0.512, "share")).toBe("51.2 %");
    expect(formatPValue(0.02)).toBe("p = 0.02");
    expect(formatPValue(0.18)).toBe("p = 0.18");
    expect(formatPValue(0.001, true)).toBe("p < 0.001");
    expect(formatPValue(1e-300)).toBe("p < 0.001");
  });
});
