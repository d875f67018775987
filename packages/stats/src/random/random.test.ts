/**
 * Words against the authors' C program (xoshiro128starstar.c, compiled with gcc; the state after a jump is also printed in
 * the test data of an independent port), and the distribution of what is made from them.
 */
import { describe, expect, it } from "vitest";
import { chiSquareSf, normalCdf } from "../distributions/index.js";
import { StatsError } from "../errors.js";
import { randomNormal, seededRandom, xoshiro128 } from "./index.js";

describe("xoshiro128**", () => {
  it("gives the words of the reference program", () => {
    const { next } = xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, next)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ]);
  });

  it("jumps where the reference program jumps", () => {
    const generator = xoshiro128([0x964d4a0c, 0xd40ab895, 0xad7fdecb, 0x3006f0f0]);
    generator.jump();
    expect(generator.state()).toEqual([0x2a6dd50d, 0x01177499, 0xd7eb7d01, 0xddc48284]);
  });

  it("refuses the state from which nothing follows", () => {
    expect(() => xoshiro128([0, 0, 0, 0])).toThrow(StatsError);
  });
});

/** p-value of "equally likely" over the counts. */
function evenness(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return chiSquareSf(chi, counts.length - 1);
}

describe("a seeded source", () => {
  it("makes 52 bits of two words of the seeded state (SplitMix64, by the reference program)", () => {
    const [first, second] = [1032183117, 3932207154].map((word) => word >>> 6);
    const bits = (first as number) * 2 ** 26 + (second as number);
    expect(seededRandom(2026)()).toBe((bits + 0.5) / 2 ** 52);
  });

  it("is even over 100 cells, and so are pairs over 10 by 10", () => {
    const random = seededRandom(1);
    const cells = Array<number>(100).fill(0);
    const pairs = Array<number>(100).fill(0);
    for (let k = 0; k < 200_000; k++) {
      const [a, b] = [random(), random()];
      cells[Math.floor(100 * a)] = (cells[Math.floor(100 * a)] ?? 0) + 1;
      const at = 10 * Math.floor(10 * a) + Math.floor(10 * b);
      pairs[at] = (pairs[at] ?? 0) + 1;
    }
    expect(evenness(cells)).toBeGreaterThan(0.001);
    expect(evenness(pairs)).toBeGreaterThan(0.001);
  });

  it("repeats itself by seed and stream, and differs in either", () => {
    const head = (seed: number, stream: number) => {
      const random = seededRandom(seed, stream);
      return Array.from({ length: 4 }, random);
    };
    expect(head(7, 3)).toEqual(head(7, 3));
    expect(head(7, 3)).not.toEqual(head(7, 2));
    expect(head(7, 3)).not.toEqual(head(8, 3));
  });

  it.each([
    [-1, 0],
    [0.5, 0],
    [2 ** 53, 0],
    [1, -1],
    [1, 65_536],
  ])("refuses seed %d, stream %d", (seed, stream) => {
    expect(() => seededRandom(seed, stream)).toThrow(StatsError);
  });
});

describe("normal numbers", () => {
  it("follow the normal distribution: 50 cells of equal probability, mean and variance", () => {
    const random = seededRandom(11);
    const count = 200_000;
    const cells = Array<number>(50).fill(0);
    let sum = 0;
    let squares = 0;
    for (let k = 0; k < count; k++) {
      const z = randomNormal(random);
      sum += z;
      squares += z * z;
      const cell = Math.floor(50 * normalCdf(z));
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    expect(evenness(cells)).toBeGreaterThan(0.001);
    expect(Math.abs(sum) / Math.sqrt(count)).toBeLessThan(4);
    expect(Math.abs(squares - count) / Math.sqrt(2 * count)).toBeLessThan(4);
  });
});
