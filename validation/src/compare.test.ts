import { describe, expect, it } from "vitest";
import { compare } from "./compare.js";

const tolerance = { tolerance: 1e-6, absoluteTolerance: 1e-9 };

describe("compare", () => {
  it("takes the wider of the relative and the absolute tolerance", () => {
    expect(compare(1.5e6 + 1.4, 1.5e6, tolerance)).toEqual([]);
    expect(compare(1.5e6 + 1.6, 1.5e6, tolerance)).toHaveLength(1);
    expect(compare(9e-10, 0, tolerance)).toEqual([]);
    expect(compare(2e-9, 0, tolerance)).toHaveLength(1);
  });

  it("wants whole numbers exact, however large", () => {
    expect(compare(2_000_001, 2_000_000, tolerance)).toHaveLength(1);
  });

  it("never takes NaN, infinity, null or a missing value for a number", () => {
    for (const got of [Number.NaN, Number.POSITIVE_INFINITY, null, undefined, "1"]) {
      expect(compare(got, 1, tolerance)).toHaveLength(1);
    }
    expect(compare(0, null, tolerance)).toHaveLength(1);
    expect(compare(null, null, tolerance)).toEqual([]);
  });

  it("descends into lists and objects, naming the path, and ignores what is not expected", () => {
    const got = { ci: [1, 2.5], more: 1, arm: { n: 3 } };
    expect(compare(got, { ci: [1, 3], arm: { n: 4 } }, tolerance)).toEqual([
      { field: "ci.1", got: 2.5, expected: 3 },
      { field: "arm.n", got: 3, expected: 4 },
    ]);
    expect(compare([1], [1, 2], tolerance)).toHaveLength(1);
  });
});
