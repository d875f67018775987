// The rule: one-sided, without a limit; a two-sided p-value is held against the level it is handed, on the harmful side.
import { describe, expect, it } from "vitest";
import { metric } from "../launch/testing/study.js";
import type { Lookup } from "../shared/effects.js";
import type { Analysis } from "../shared/vocabulary.js";
import { judgeDeterioration } from "./deterioration.js";

function found(analysis: Partial<Analysis>): Lookup {
  const arm = { n: null, value: null, standardDeviation: null };
  return {
    kind: "found",
    analysis: {
      method: "as given",
      absolute: null,
      relative: null,
      relativeMethod: null,
      statistic: null,
      pValue: null,
      control: arm,
      treatment: arm,
      ...analysis,
    },
  };
}

const relative = (estimate: number, p: number | null): Lookup =>
  found({
    relative: { estimate, standardError: null, interval: null },
    pValue: p === null ? null : { value: p, bound: false },
  });

const judge = (lookup: Lookup, alpha = 0.02, direction: "up" | "down" = "up") =>
  judgeDeterioration(
    {
      metric: metric("m", {
        direction: direction === "up" ? "higher_is_better" : "lower_is_better",
      }),
      alpha,
      coverage: 0.95,
    },
    lookup,
  );

describe("a test of deterioration", () => {
  it.each([
    ["harm that is shown, however small", relative(-0.0001, 0.001), "breach", true],
    ["harm that is not", relative(-0.05, 0.02), "clear", false],
    ["a shown improvement", relative(0.05, 0.0001), "clear", false],
    ["an effect without a p-value", relative(-0.01, null), "not_evaluable", true],
    ["no effect on any scale", found({}), "not_evaluable", true],
    ["no result", { kind: "absent", reason: "Nothing." }, "not_evaluable", true],
  ] as const)("on %s is %s", (_name, lookup, status, blocks) => {
    expect(judge(lookup)).toMatchObject({ status, blocks, threshold: 0 });
  });

  it("takes a rise of a metric that should fall for harm", () => {
    expect(judge(relative(0.01, 0.001), 0.02, "down").status).toBe("breach");
    expect(judge(relative(-0.01, 0.001), 0.02, "down").status).toBe("clear");
  });

  it("reads the absolute effect where no relative one exists", () => {
    const absolute = { estimate: -2, standardError: 0.5, interval: null };
    const lookup = found({ absolute, pValue: { value: 0.0001, bound: false } });
    expect(judge(lookup)).toMatchObject({ status: "breach", scale: "absolute", estimate: -2 });
  });
});
