import { describe, expect, it } from "vitest";
import type { Study, StudyStopping } from "../../shared/vocabulary.js";
import { study } from "../testing/study.js";
import { informationOf } from "./information.js";
import { resultAt } from "./testing/result.js";

const ALPHA = 0.05;
const stopping = (more: Partial<StudyStopping> = {}): StudyStopping => ({
  plan: { kind: "fixed_horizon", day: 10 },
  start: null,
  plannedUnitsPerArm: null,
  plannedDeviation: null,
  baseline: null,
  abortOnBreach: true,
  ...more,
});
/** Two arms of 2,000 units with sd 1: 1 / Var(difference) = 1,000. */
const analysis = resultAt("m", 1, 2000).analysis;
const read = (plan: StudyStopping, of: Study = study(), day: number | null = 4) =>
  informationOf(of, plan, analysis, ALPHA, day);

describe("the share of the planned information", () => {
  it("is 1 / Var over that of the registered units with their standard deviation", () => {
    // Planned: 8,000 an arm with sd 2, so 8000 / (2 x 4) = 1,000: all of it is here with a quarter of the units.
    const found = read(stopping({ plannedUnitsPerArm: 8000, plannedDeviation: 2 }));
    expect(found.now).toBeCloseTo(1000, 8);
    expect(found.fraction).toBeCloseTo(1, 10);
    expect(found.basis).toContain("standard deviation");
  });

  it("goes by units alone where no standard deviation is registered", () => {
    expect(read(stopping({ plannedUnitsPerArm: 8000 })).fraction).toBeCloseTo(0.25, 10);
  });

  it("goes by MDE and power where no units are: (z_.975 + z_.8)^2 / MDE^2 is the whole", () => {
    const mde = 0.1;
    const of = study({ primary: { ...study().primary, mde: { relative: null, absolute: mde } } });
    // (1.959964 + 0.841621)^2 = 7.848880; the far tail of the two-sided test adds less than 1e-5.
    expect(read(stopping(), of).fraction).toBeCloseTo(1000 / (7.84888 / mde ** 2), 4);
  });

  it("goes by days where nothing else is known, and for levels written by hand", () => {
    const none = study({
      primary: { ...study().primary, mde: { relative: null, absolute: null } },
    });
    expect(read(stopping(), none)).toMatchObject({ fraction: 0.4, basis: "days of the run" });
    const plan = { kind: "custom_levels", looks: [4, 16], levels: [0.01, 0.04] } as const;
    expect(read(stopping({ plan, plannedUnitsPerArm: 8000 }))).toMatchObject({ fraction: 0.25 });
  });
});
