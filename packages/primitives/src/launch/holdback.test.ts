// Holdback against launch. Interval of the share: Fieller's set for 4 +- 1 over 10 +- 1, from (4 - 10 r)^2 = z^2 (1 + r^2) by hand.
import { describe, expect, it } from "vitest";
import { compareHoldback, liftOf } from "./holdback.js";
import { metric } from "./testing/study.js";

const lift = (estimate: number, standardError = 0.01) => ({ estimate, standardError });
const spend = metric("spend");

describe("compareHoldback", () => {
  it("adds the variances of two independent lifts", () => {
    const { difference } = compareHoldback(spend, lift(0.1, 0.03), lift(0.04, 0.04), 0.05);
    expect(difference.estimate).toBeCloseTo(-0.06, 12);
    expect(difference.standardError).toBeCloseTo(0.05, 12);
    expect(difference.upper).toBeCloseTo(-0.06 + 1.959963984540054 * 0.05, 12);
  });

  it("gives the share realised with Fieller's interval", () => {
    const { share } = compareHoldback(spend, lift(0.1), lift(0.04), 0.05);
    const [a, b, c] = [100 - 1.959963984540054 ** 2, -80, 16 - 1.959963984540054 ** 2];
    const root = Math.sqrt(b * b - 4 * a * c);
    expect(share?.estimate).toBeCloseTo(0.4, 12);
    expect(share?.lower).toBeCloseTo((-b - root) / (2 * a), 10);
    expect(share?.upper).toBeCloseTo((-b + root) / (2 * a), 10);
  });

  it("gives no share of a lift that cannot be told from zero", () => {
    const found = compareHoldback(spend, lift(0.01), lift(0.04), 0.05);
    expect(found.share).toBeNull();
    expect(found.sentence).not.toContain("Realised");
  });

  it.each([
    ["kept", 0.1, 0.08],
    ["kept", 0.1, 0.14],
    ["faded", 0.1, 0.04],
    ["gone", 0.1, 0.01],
    ["gone", 0.1, -0.05],
  ])("%s: booked %d, seen %d", (finding, booked, seen) => {
    expect(compareHoldback(spend, lift(booked), lift(seen), 0.05).finding).toBe(finding);
    const latency = metric("latency", { direction: "lower_is_better" });
    expect(compareHoldback(latency, lift(-booked), lift(-seen), 0.05).finding).toBe(finding);
  });
});

describe("liftOf", () => {
  it("takes the standard error, else that of the interval, else nothing", () => {
    const interval = {
      lower: 0.1 - 1.959963984540054,
      upper: 0.1 + 1.959963984540054,
      level: 0.95,
    };
    expect(liftOf({ estimate: 0.1, standardError: 2, interval })?.standardError).toBe(2);
    expect(liftOf({ estimate: 0.1, standardError: null, interval })?.standardError).toBeCloseTo(
      1,
      12,
    );
    expect(liftOf({ estimate: 0.1, standardError: null, interval: null })).toBeNull();
    expect(
      liftOf({ estimate: 0.1, standardError: 0, interval: { ...interval, upper: null } }),
    ).toBeNull();
    expect(liftOf(null)).toBeNull();
  });
});
