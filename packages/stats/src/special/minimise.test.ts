import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minimise, withNumericalGradient } from "./minimise.js";

describe("minimise", () => {
  it("finds the minimum of Rosenbrock's valley at (1, 1)", () => {
    const found = minimise(
      ([x = 0, y = 0]) => ({
        value: 100 * (y - x * x) ** 2 + (1 - x) ** 2,
        gradient: [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)],
      }),
      [-1.2, 1],
    );
    expect(found.point[0]).toBeCloseTo(1, 6);
    expect(found.point[1]).toBeCloseTo(1, 6);
  });

  it("solves any positive definite quadratic", () => {
    const number = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(number, number, number, number), ([a, b, p, q]) => {
        // H = [[1 + a^2, ab], [ab, 1 + b^2]], minimum at (p, q).
        const found = minimise(
          ([x = 0, y = 0]) => {
            const [u, v] = [x - p, y - q];
            const gradient = [(1 + a * a) * u + a * b * v, a * b * u + (1 + b * b) * v];
            return { value: (u * (gradient[0] ?? 0) + v * (gradient[1] ?? 0)) / 2, gradient };
          },
          [0, 0],
        );
        expect(Math.hypot((found.point[0] ?? 9) - p, (found.point[1] ?? 9) - q)).toBeLessThan(1e-5);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("keeps away from where the function is not defined", () => {
    const f = withNumericalGradient(([x = 0]) => (x > 0 ? x - 3 * Math.log(x) : Infinity));
    expect(minimise(f, [0.5]).point[0]).toBeCloseTo(3, 5);
  });

  it("says so when there is no minimum or no start", () => {
    expect(() =>
      minimise(([x = 0]) => ({ value: x, gradient: [1] }), [0], { maxIterations: 50 }),
    ).toThrowError(expect.objectContaining({ code: "NO_CONVERGENCE" }));
    expect(() => minimise(() => ({ value: Number.NaN, gradient: [0] }), [0])).toThrowError(
      expect.objectContaining({ code: "NO_CONVERGENCE" }),
    );
  });
});
