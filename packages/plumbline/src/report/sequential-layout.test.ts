import { describe, expect, it } from "vitest";
import { buildReadout, type ReadoutInput } from "./readout.js";
import {
  boundaryParts,
  cutBoundary,
  layoutOf,
  presentLabels,
  shownDays,
} from "./sequential-layout.js";
import { finalLook, interimLook, stoppedEarly } from "./testing/plans.js";
import { dailyLooks, twoArms } from "./testing/plans-crowded.js";

function laidOut(input: ReadoutInput, form: "wide" | "narrow", at = 0) {
  const readout = buildReadout(input);
  const arm = readout.plan!.arms[at]!;
  const layout = layoutOf(readout, arm, form);
  return { arm, layout, labels: presentLabels(readout, arm, form, layout) };
}

describe("the layout of a sequential plot", () => {
  it("cuts the boundary where it leaves the axis, on the line between its looks", () => {
    const look = { day: 1, nominal_level: 0.01, z: null, state: "to_come" as const };
    const looks = [
      { ...look, fraction: 0.2, critical_value: 8 },
      { ...look, fraction: 0.6, critical_value: 4 },
      { ...look, fraction: 1, critical_value: 2 },
    ];
    const [cut, ...rest] = cutBoundary(looks, 5);
    expect(cut?.x).toBeCloseTo(0.5, 12);
    expect(cut?.y).toBe(5);
    expect(rest).toEqual([
      { x: 0.6, y: 4 },
      { x: 1, y: 2 },
    ]);
  });

  it("draws the boundary to come from the present look on", () => {
    const { arm } = laidOut(interimLook, "wide");
    const { past, future } = boundaryParts(arm.looks, 10);
    expect(past.map(({ x }) => x)).toEqual([0.2712, 0.4876]);
    expect(future.map(({ x }) => x)).toEqual([0.4876, 0.7804, 1]);
    expect(boundaryParts(laidOut(finalLook, "wide").arm.looks, 10).future).toEqual([]);
  });

  it("holds every z, zero, and mirrors the boundary of a two-sided plan", () => {
    for (const input of [interimLook, stoppedEarly, finalLook, dailyLooks]) {
      const { arm, layout } = laidOut(input, "wide");
      expect(layout.lower).toBe(-layout.upper);
      for (const { z } of arm.looks) expect(Math.abs(z ?? 0)).toBeLessThan(layout.upper);
    }
    const oneSided = laidOut(twoArms, "wide", 1).layout;
    expect(oneSided.sides).toEqual([1]);
    expect(oneSided.lower).toBeLessThan(-0.21);
    expect(oneSided.lower).toBeGreaterThan(-1);
  });

  it("keeps labels apart, inside, and right of the present look unless z has crossed", () => {
    for (const form of ["wide", "narrow"] as const) {
      for (const input of [interimLook, stoppedEarly, finalLook, dailyLooks, twoArms]) {
        const { labels, layout } = laidOut(input, form);
        const right = labels.filter(({ anchor }) => anchor === "start").map(({ y }) => y);
        right.sort((a, b) => a - b);
        for (const [at, y] of right.slice(1).entries()) {
          expect(y - (right[at] ?? 0)).toBeGreaterThanOrEqual(15.99);
        }
        for (const { x, text, anchor } of labels) {
          const end = anchor === "start" ? x + 6 * text.length : x - 6 * text.length;
          expect(end).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(layout.frame.width);
        }
      }
    }
  });

  it("writes the present day always, and only days that have room", () => {
    const { arm, layout } = laidOut(dailyLooks, "narrow");
    expect(shownDays(arm.looks, layout).map(({ day }) => day)).toContain(10);
    const dense = Array.from({ length: 50 }, (_, k) => ({
      ...arm.looks[0]!,
      day: k + 101,
      fraction: (k + 1) / 50,
      state: k === 30 ? ("now" as const) : ("taken" as const),
    }));
    const days = shownDays(dense, layout);
    expect(days.map(({ day }) => day)).toEqual(expect.arrayContaining([131, 150]));
    expect(days.length).toBeLessThan(15);
    const places = days.map(({ fraction }) => layout.px(fraction)).sort((a, b) => a - b);
    for (const [at, x] of places.slice(1).entries()) {
      expect(x - (places[at] ?? 0)).toBeGreaterThanOrEqual(28);
    }
  });
});
