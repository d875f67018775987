// Shrout and Fleiss 1979, table 2: six targets, four judges; ICC(1) = 0.17 from mean squares 11.24 and 6.26.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClusterSums, intraclusterCorrelation } from "./intracluster.js";

const sums = (clusters: readonly (readonly number[])[]): ClusterSums => {
  const add = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    clusters: clusters.length,
    observations: add(clusters.map(({ length }) => length)),
    squaredSizes: add(clusters.map(({ length }) => length ** 2)),
    total: add(clusters.map(add)),
    squaredTotals: add(clusters.map((each) => add(each) ** 2 / each.length)),
    sumOfSquares: add(clusters.flat().map((value) => value ** 2)),
  };
};
const ratings = [
  [9, 2, 5, 8],
  [6, 1, 3, 2],
  [8, 4, 6, 8],
  [7, 1, 2, 6],
  [10, 5, 6, 9],
  [6, 2, 4, 7],
];

describe("intracluster correlation", () => {
  it("is 0.17 in Shrout and Fleiss's table, and the design effect 1 + 3 times it", () => {
    const found = intraclusterCorrelation([sums(ratings)]);
    expect(found.correlation).toBeCloseTo(0.1657, 4);
    expect(found.designEffect).toBeCloseTo(1 + 3 * found.correlation, 12);
  });

  it("takes no notice of what separates arms, nor of the place of zero", () => {
    const shift = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(shift, shift, (one, two) => {
        const moved = (by: number) => sums(ratings.map((each) => each.map((x) => x + by)));
        const arms = intraclusterCorrelation([moved(one), moved(two)]);
        const still = intraclusterCorrelation([moved(0), moved(0)]);
        expect(arms.correlation).toBeCloseTo(still.correlation, 8);
      }),
      { seed: 33, numRuns: 100 },
    );
  });

  it("is 1 when clusters are of one value, and a design effect is never below 1", () => {
    expect(intraclusterCorrelation([sums([[1, 1], [2, 2], [5, 5, 5]])]).correlation).toBe(1); // biome-ignore format: one table
    const opposed = intraclusterCorrelation([sums([[1, 9], [2, 8], [3, 7]])]); // biome-ignore format: one table
    expect(opposed.correlation).toBeLessThan(0);
    expect(opposed.designEffect).toBe(1);
  });

  it("refuses what has no clusters or no variance", () => {
    for (const bad of [[[1], [2]], [[1, 2]], [[1, 1], [1, 1]]]) // biome-ignore format: one table
      expect(() => intraclusterCorrelation([sums(bad)])).toThrow(
        expect.objectContaining({ code: "DOMAIN" }),
      );
  });
});
