import { describe, expect, it } from "vitest";
import {
  formatAlpha,
  formatAmount,
  formatCount,
  formatLevel,
  formatList,
  formatPercent,
  formatPValue,
  formatValue,
} from "./format.js";

describe("percentages", () => {
  it.each([
    [0.0143, "1.43 %"],
    [-0.01, "\u22121.0 %"],
    [0.06, "6.0 %"],
    [0.006, "0.6 %"],
    [0.000337, "0.034 %"],
    [-0.000000001, "0.0 %"],
    [0.1234, "12.3 %"],
    [0.9996, "100.0 %"],
    [12.5, "1,250 %"],
    [0, "0.0 %"],
  ])("%d is %s", (fraction, text) => {
    expect(formatPercent(fraction)).toBe(text);
  });

  it("carry a plus only when asked", () => {
    expect(formatPercent(0.05, { plus: true })).toBe("+5.0 %");
    expect(formatPercent(0, { plus: true })).toBe("0.0 %");
  });
});

describe("values", () => {
  it.each([
    [740, "ms", "740 ms"],
    [1234.5, "USD", "1,235 USD"],
    [-0.769827, null, "\u22120.7698"],
    [4.15, null, "4.15"],
    [1e9, null, "1,000,000,000"],
    [2.5e-12, null, "2.50e-12"],
  ])("%d in %s is %s", (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });
});

describe("p-values and levels", () => {
  it.each([
    [0.02, false, "p = 0.02"],
    [0.18, false, "p = 0.18"],
    [0.0498, false, "p = 0.0498"],
    [0.00155425, false, "p = 0.00155"],
    [1e-9, false, "p < 0.001"],
    [0.001, true, "p < 0.001"],
    [0.999, false, "p > 0.99"],
  ])("%d (bound: %s) is %s", (value, bound, text) => {
    expect(formatPValue(value, bound)).toBe(text);
  });

  it("show a level with the digits it has", () => {
    expect(formatAlpha(0.05)).toBe("0.05");
    expect(formatAlpha(0.05 / 3)).toBe("0.01667");
    expect(formatLevel(0.95)).toBe("95 %");
    expect(formatLevel(0.999)).toBe("99.9 %");
  });
});

it("counts are grouped and lists read like a sentence", () => {
  expect(formatCount(1234567)).toBe("1,234,567");
  expect(formatList(["a"])).toBe("a");
  expect(formatList(["a", "b", "c"])).toBe("a, b and c");
});

describe("amounts in a sentence", () => {
  it.each([
    [0, "0"],
    [0.005, "0.005"],
    [0.0123456, "0.0123"],
    [7.7714, "7.77"],
    [12, "12"],
    [1982.6, "1,983"],
    [8_000_000, "8,000,000"],
    [-48_338.2, "\u221248,338"],
    [0.000000123, "0.00000012"],
  ])("%d is %s", (value, text) => {
    expect(formatAmount(value)).toBe(text);
  });
});
