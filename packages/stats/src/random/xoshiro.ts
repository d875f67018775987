/**
 * Seeded uniform numbers, the same on every machine: integer arithmetic only.
 *
 * Method: xoshiro128** (D. Blackman & S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021)
 * art. 36), period 2^128 - 1, its state filled by SplitMix64 as the authors advise. A stream is the same sequence
 * moved on by 2^64 numbers for each step of its index, so streams never overlap. Domain: whole seeds from 0 to
 * 2^53 - 1, streams from 0 to 65,535. Accuracy: words equal the reference program's; a uniform has 52 random bits and
 * lies strictly inside (0, 1).
 */
import { requireDomain } from "../errors.js";

/** Uniform on (0, 1), ends excluded; each call moves the sequence on. */
export type RandomSource = () => number;

/** Words of the state, of 32 bits each, not all zero. */
export type Xoshiro128State = readonly [number, number, number, number];

export interface Xoshiro128 {
  /** The next 32 bits, unsigned. */
  readonly next: () => number;
  /** Moves on by 2^64 words. */
  readonly jump: () => void;
  readonly state: () => Xoshiro128State;
}

const JUMP = [0x8764000b, 0xf542d2d3, 0x6fa035c3, 0x77f2db5b] as const;

const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** The bare generator. @throws StatsError DOMAIN for a state of zeros, from which nothing follows. */
export function xoshiro128(seed: Xoshiro128State): Xoshiro128 {
  let [a, b, c, d] = seed.map((word) => word | 0) as [number, number, number, number];
  requireDomain((a | b | c | d) !== 0, "The state of the generator must not be all zeros.");
  const next = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return result >>> 0;
  };
  const jump = (): void => {
    const to: [number, number, number, number] = [0, 0, 0, 0];
    for (const word of JUMP) {
      for (let bit = 0; bit < 32; bit++) {
        if ((word >>> bit) & 1) {
          to[0] ^= a;
          to[1] ^= b;
          to[2] ^= c;
          to[3] ^= d;
        }
        next();
      }
    }
    [a, b, c, d] = to;
  };
  return { next, jump, state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0] };
}

const MASK = (1n << 64n) - 1n;

/** Two outputs of SplitMix64 (Steele, Lea & Flood 2014) as four words. */
function splitMix(seed: number): Xoshiro128State {
  let state = BigInt(seed);
  const output = (): [number, number] => {
    state = (state + 0x9e3779b97f4a7c15n) & MASK;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    z ^= z >> 31n;
    return [Number(z & 0xffffffffn), Number(z >> 32n)];
  };
  const [low, high] = [output(), output()];
  return [...low, ...high];
}

/** Largest index of a stream. */
const MOST_STREAMS = 65_535;
const LOW_BITS = 6;
const HIGH = 2 ** 26;
const STEP = 2 ** -52;

/**
 * Uniform numbers of a seed. Equal seeds and streams give equal numbers; different streams are independent.
 * @throws StatsError DOMAIN for a seed or stream that is not a whole number in its range.
 */
export function seededRandom(seed: number, stream = 0): RandomSource {
  requireDomain(
    Number.isSafeInteger(seed) && seed >= 0,
    `A seed is a whole number from 0 to 2^53 - 1, not ${seed}.`,
  );
  requireDomain(
    Number.isInteger(stream) && stream >= 0 && stream <= MOST_STREAMS,
    `A stream is a whole number from 0 to ${MOST_STREAMS}, not ${stream}.`,
  );
  const { next, jump } = xoshiro128(splitMix(seed));
  for (let k = 0; k < stream; k++) jump();
  // 26 + 26 bits and half a step: no rounding, so neither 0 nor 1 can come out.
  return () => ((next() >>> LOW_BITS) * HIGH + (next() >>> LOW_BITS) + 0.5) * STEP;
}
