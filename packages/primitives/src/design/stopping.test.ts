import { describe, expect, it } from "vitest";
import { registrationSchema } from "./registration.js";
import { changed, found, resolve } from "./testing/documents.js";

const looks = ["day_4", "day_14"];
const stoppingOf = (stop_rule: unknown, more: object = {}) =>
  resolve(changed({ stop_rule, ...more })).study?.stopping;
const codes = (stop_rule: unknown) => {
  const { error } = registrationSchema.safeParse(changed({ stop_rule }));
  return (error?.issues ?? []).map(({ path }) => path.join("."));
};

describe("the plan of a stop rule", () => {
  it.each([
    ["obrien_fleming", { family: "lan_demets_obrien_fleming" }],
    ["pocock", { family: "lan_demets_pocock" }],
    ["hwang_shih_decani", { family: "hwang_shih_decani", gamma: -4 }],
    ["kim_demets", { family: "kim_demets", rho: 3 }],
    ["obrien_fleming_constant", { family: "obrien_fleming" }],
    ["pocock_constant", { family: "pocock" }],
    ["wang_tsiatis", { family: "wang_tsiatis", delta: 0.25 }],
  ])("%s", (type, boundary) => {
    expect(stoppingOf({ type, looks })?.plan).toEqual({
      kind: "group_sequential",
      looks: [4, 14],
      boundary,
      futility: null,
    });
  });

  it("is one test at the end of the run where no rule, no looks or a fixed horizon is registered", () => {
    const end = { kind: "fixed_horizon", day: 14 };
    expect(stoppingOf(undefined)?.plan).toEqual(end);
    expect(stoppingOf({ type: "pocock" })?.plan).toEqual(end);
    expect(stoppingOf({ type: "fixed_horizon" })?.plan).toEqual(end);
    expect(stoppingOf({ type: "always_valid" })?.plan).toEqual({ ...end, kind: "always_valid" });
  });

  it("keeps levels written by hand, and a futility rule of a one-sided test", () => {
    const early_stop_alpha_at_look = [0.001, 0.049];
    expect(stoppingOf({ type: "pocock", looks, early_stop_alpha_at_look })?.plan).toEqual({
      kind: "custom_levels",
      looks: [4, 14],
      levels: early_stop_alpha_at_look,
    });
    const futility = { spending: "kim_demets", parameter: 2 };
    const primary_metric = {
      name: "useful_answer_rate_per_user_14d",
      alternative: "greater",
    };
    const plan = resolve(
      changed({
        stop_rule: { type: "pocock", looks, futility },
        primary_metric,
        test: "welch_t_one_sided",
        mde_absolute: undefined,
      }),
    );
    expect(plan.study?.stopping?.plan).toMatchObject({
      futility: { spending: { family: "kim_demets", rho: 2 }, binding: false },
    });
    const two = resolve(changed({ stop_rule: { type: "pocock", looks, futility } }));
    expect(found(two.problems)).toEqual(["FUTILITY_TWO_SIDED stop_rule.futility"]);
  });

  it("refuses a parameter where there is none, or outside its range", () => {
    expect(codes({ type: "pocock", looks, parameter: 1 })).toEqual(["stop_rule.parameter"]);
    expect(codes({ type: "kim_demets", looks, parameter: 0 })).toEqual(["stop_rule.parameter"]);
    expect(codes({ type: "kim_demets", looks, parameter: 1 })).toEqual([]);
    expect(codes({ type: "always_valid", futility: { spending: "pocock" } })).toEqual([
      "stop_rule.futility",
    ]);
  });

  it("expects the deviation that the size was computed with: of the adjusted values, or none that is known", () => {
    const of = (sizing: object | undefined) => stoppingOf(undefined, { sizing })?.plannedDeviation;
    // The source's standard deviation, and half of its variance.
    expect(of({ variance_reduction: 0.5 })).toBeCloseTo(0.142 * Math.SQRT1_2, 12);
    expect(of(undefined)).toBeNull();
  });
});
