// Expectations come from a second, slower implementation (trapezoid rule on a fine uniform grid of the score, under
// the drift itself) and from mpmath with 30 digits where a number is written out.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalSf } from "../distributions/index.js";
import { latticeOf, stageProbabilities, sum, walk } from "./recursion.js";

/** P(first crossing of `upper` at look k) by brute force. */
function bruteForce(t: number[], lower: number[], upper: number[], drift: number): number[] {
  const points = 1200;
  let grid: number[] = [0];
  let mass: number[] = [1];
  let before = 0;
  return t.map((now, k) => {
    const sd = Math.sqrt(now - before);
    const shift = drift * (now - before);
    const root = Math.sqrt(now);
    const crossed = sum(
      grid.map((b, i) => mass[i]! * normalSf((upper[k]! * root - b - shift) / sd)),
    );
    const low = Math.max(lower[k]! * root, -9 * root - Math.abs(drift) * now);
    const step = (upper[k]! * root - low) / points;
    const next = Array.from({ length: points + 1 }, (_, j) => low + j * step);
    mass = next.map((y, j) => {
      const weight = (j === 0 || j === points ? 0.5 : 1) * step;
      const density = sum(
        grid.map((b, i) => mass[i]! * Math.exp(-0.5 * ((y - b - shift) / sd) ** 2)),
      );
      return (weight * density) / (sd * Math.sqrt(2 * Math.PI));
    });
    grid = next;
    before = now;
    return crossed;
  });
}

const above = (t: number[], lower: number[], upper: number[], drift: number) =>
  stageProbabilities(
    latticeOf(t, lower, upper, { low: Math.min(0, drift), high: Math.max(0, drift) }),
    drift,
  ).above;

describe("recursive integration", () => {
  it.each([0, 2.8, -1.5])("agrees with a brute-force grid at drift %f", (drift) => {
    const t = [0.2, 0.5, 0.55, 1];
    const upper = [3.2, 2.7, 2.6, 2];
    const lower = [-3, -0.5, 0.1, 0];
    const got = above(t, lower, upper, drift);
    bruteForce(t, lower, upper, drift).forEach((value, k) => {
      expect(Math.abs(got[k]! - value)).toBeLessThan(2e-6 * Math.max(value, 1e-3));
    });
  });

  it("keeps its digits where a second look crosses with probability 7e-6 and 1.8e-3 (mpmath)", () => {
    const upper = [6.231974473155166, 4.332636396162209];
    const t = [0.125, 0.25];
    const lower = upper.map((c) => -c);
    const null_ = above(t, lower, upper, 0);
    expect(2 * (null_[0]! + null_[1]!)).toBeCloseTo(1.47336168717185e-5, 16);
    const power = above(t, lower, upper, Math.sqrt(8.116345564516392));
    expect(power[0]! + power[1]!).toBeCloseTo(0.00181772510914268, 14);
  });

  it("gives the exact probability of one look and of bounds that never bind", () => {
    const never = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(above([1], [Number.NEGATIVE_INFINITY], [2], 0)[0]).toBeCloseTo(normalSf(2), 16);
    const late = above([0.3, 1], never, [37.5, 2], 1.2);
    expect(late[1]).toBeCloseTo(normalSf(2 - 1.2), 12);
  });

  it("resolves looks that almost coincide as it does one look", () => {
    const t = [0.5, 0.500002, 0.500004, 1];
    const upper = [2.5, 2.5, 2.5, 2];
    const lower = upper.map((c) => -c);
    const close = sum(above(t, lower, upper, 0));
    const one = sum(above([0.5, 1], [-2.5, -2], [2.5, 2], 0));
    expect(close).toBeGreaterThan(one);
    expect(close - one).toBeLessThan(3e-4);
  });

  it("solves a bound whose probability underflows at the first guess", () => {
    // The second look adds almost nothing to paths that stayed below 2, so its bound lies just above 2.
    const lattice = walk([0.5, 0.500002], (view) => {
      const upper = view.index === 0 ? 2 : view.solveAbove(1e-10, 0);
      return { lower: Number.NEGATIVE_INFINITY, upper };
    });
    const bound = lattice.upper[1]!;
    expect(bound).toBeGreaterThan(2);
    expect(bound).toBeLessThan(2.02);
    expect(lattice.views[1]!.above(bound, 0)).toBeCloseTo(1e-10, 20);
  });

  it("says that a probability above the mass left cannot be reached", () => {
    expect.assertions(2);
    walk([0.5, 1], (view) => {
      if (view.index === 1) {
        expect(view.solveAbove(0.5, 0)).toBe(Number.NEGATIVE_INFINITY);
        expect(view.solveBelow(0.5, 0)).toBe(Number.POSITIVE_INFINITY);
      }
      return { lower: 1, upper: 2 };
    });
  });

  it("stopping probabilities of all kinds add up to one under any drift", () => {
    const look = fc.record({
      gap: fc.double({ min: 0.02, max: 1, noNaN: true }),
      low: fc.double({ min: -4, max: 0.5, noNaN: true }),
      width: fc.double({ min: 0.3, max: 6, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(look, { minLength: 1, maxLength: 6 }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        (looks, drift) => {
          let now = 0;
          const t = looks.map(({ gap }) => {
            now += gap;
            return now;
          });
          const lower = looks.map(({ low }) => low);
          const upper = looks.map(({ low, width }, k) =>
            k + 1 === looks.length ? low : low + width,
          );
          const { above: up, below } = stageProbabilities(latticeOf(t, lower, upper), drift);
          expect(Math.abs(sum(up) + sum(below) - 1)).toBeLessThan(1e-11);
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });
});
