// Which recorded looks a reading depends on: judged ones of earlier days, and any that ended the plan.
import type { Standing, StandingLook, Study } from "@plumbline/primitives";
import { describe, expect, it } from "vitest";
import { asOfInstant, evidenceTiming, summaryTiming } from "./when.js";

const START = "2026-07-06T00:00:00Z";
const study = { stopping: { start: START } } as unknown as Study;
const noStart = { stopping: { start: null } } as unknown as Study;
const exposures = { first: "2026-07-06T08:00:00Z", last: "2026-07-10T08:00:00Z" };

const arm = (more: object = {}) => ({
  treatment: "new",
  z: 1.5,
  information: 40,
  fraction: 0.5,
  decision: "continue",
  ...more,
});
const standing = (...plans: readonly (object | null)[]): Standing =>
  ({ looks: plans.map((plan) => ({ plan }) as unknown as StandingLook) }) as unknown as Standing;
const planned = (day: number | null, more: object = {}, arms = [arm()]) => ({
  day,
  moment: "planned_look",
  lastDay: 14,
  arms,
  ...more,
});
const on = (day: number) => new Date(Date.parse(START) + day * 86_400_000).toISOString();
const earlier = (day: number, ...plans: readonly (object | null)[]) =>
  evidenceTiming(study, exposures, on(day), standing(...plans)).earlier;

describe("the day of the run", () => {
  it("counts whole days from the registered start, else from the first exposure", () => {
    const day = (of: Study, at: string) => evidenceTiming(of, exposures, at, null).day;
    expect(day(study, "2026-07-10T00:00:00Z")).toBe(4);
    expect(day(study, "2026-07-09T23:59:59Z")).toBe(3);
    expect(day(study, "2026-07-01T00:00:00Z")).toBe(0);
    expect(day(noStart, "2026-07-10T07:00:00Z")).toBe(3);
    expect(evidenceTiming(noStart, { first: null, last: null }, on(1), null).day).toBeNull();
  });

  it("is what --as-of says", () => {
    expect(asOfInstant(study, "day_4")).toBe("2026-07-10T00:00:00.000Z");
    expect(asOfInstant(study, null)).toBeNull();
    expect(() => asOfInstant(noStart, "day_4")).toThrow(/registration gives none/);
  });
});

describe("the looks before", () => {
  it("are the judged ones of earlier days", () => {
    const known = { day: 4, treatment: "new", z: 1.5, fraction: 0.5 };
    expect(earlier(7, planned(4), planned(7), planned(11), null)).toEqual([known]);
    expect(earlier(7, planned(4, { moment: "not_a_look" }))).toEqual([]);
    expect(earlier(7, planned(4, {}, [arm({ z: null }), arm({ decision: "not_judged" })]))).toEqual(
      [],
    );
    expect(earlier(7, planned(null))).toEqual([]);
  });

  it("include what ended the plan, as of whatever day it was read", () => {
    const final = { moment: "final_look" };
    const single = arm({ fraction: null, decision: "not_shown" });
    expect(earlier(14, planned(140, final, [single]))).toEqual([
      { day: 140, treatment: "new", z: 1.5, fraction: 1 },
    ]);
    // An evidence file that names no day is the end.
    const noDay = standing(planned(null, final, [single]));
    expect(summaryTiming(null, noDay).earlier).toEqual([
      { day: 14, treatment: "new", z: 1.5, fraction: 1 },
    ]);
    const unripe = arm({ decision: "not_judged" });
    expect(earlier(20, planned(14, final, [unripe]))).toEqual([]);
  });
});
