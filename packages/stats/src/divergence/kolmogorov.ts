/**
 * Kolmogorov's distribution: the largest distance of an empirical distribution from its own.
 *
 * Exact for n observations: where n d^2 >= 4, twice the one-sided tail of Birnbaum & Tingey (Ann. Math. Stat. 22
 * (1951) 592-596), which is wrong by less than 1e-10 relative there; else 1 - the matrix power of Marsaglia,
 * Tsang & Wang (J. Stat. Software 8(18), 2003). Limit: both theta series, by whichever settles at once.
 * Domain: n up to 2000 for the exact tail. Accuracy: 1e-10 relative.
 */
import { requireDomain } from "../errors.js";
import { logGamma } from "../special/log-gamma.js";

export const MOST_EXACT_OBSERVATIONS = 2000;

/** P(D_n >= d) for n observations. @throws StatsError DOMAIN for n outside 1 to 2000 or d not in [0, 1]. */
export function kolmogorovSf(d: number, n: number): number {
  requireDomain(
    Number.isInteger(n) && n >= 1 && n <= MOST_EXACT_OBSERVATIONS,
    `The exact Kolmogorov distribution takes 1 to ${MOST_EXACT_OBSERVATIONS} observations, not ${n}.`,
    "Use the limit for more.",
  );
  requireDomain(d >= 0 && d <= 1, `A distance of distributions lies from 0 to 1, not ${d}.`);
  if (2 * n * d <= 1) return 1;
  if (d === 1) return 0;
  if (d >= 0.5 || n * d * d >= 4) return Math.min(1, 2 * oneSidedTail(d, n));
  return 1 - matrixCdf(d, n);
}

/** P(D+ >= d) = d sum C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j). */
function oneSidedTail(d: number, n: number): number {
  let sum = 0;
  const logFactorial = logGamma(n + 1);
  for (let j = 0; j <= n * (1 - d); j++) {
    const rest = 1 - d - j / n;
    if (rest <= 0) break;
    const choose = logFactorial - logGamma(j + 1) - logGamma(n - j + 1);
    sum += Math.exp(choose + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest));
  }
  return d * sum;
}

/** A square matrix and the power of ten taken out of it. */
interface Scaled {
  readonly values: Float64Array;
  readonly exponent: number;
}

function matrixCdf(d: number, n: number): number {
  const k = Math.floor(n * d) + 1;
  const size = 2 * k - 1;
  const power = matrixPower({ values: transitions(k - n * d, size), exponent: 0 }, n, size);
  let value = power.values[(k - 1) * size + k - 1] as number;
  let exponent = power.exponent;
  for (let i = 1; i <= n; i++) {
    value = (value * i) / n;
    if (value < 1e-140) {
      value *= 1e140;
      exponent -= 140;
    }
  }
  return value * 10 ** exponent;
}

function transitions(h: number, size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) matrix[i * size + j] = i - j + 1 >= 0 ? 1 : 0;
  }
  const add = (i: number, j: number, x: number) => {
    matrix[i * size + j] = (matrix[i * size + j] as number) + x;
  };
  for (let i = 0; i < size; i++) {
    add(i, 0, -(h ** (i + 1)));
    add(size - 1, i, -(h ** (size - i)));
  }
  add(size - 1, 0, 2 * h - 1 > 0 ? (2 * h - 1) ** size : 0);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= Math.min(i, size - 1); j++) {
      matrix[i * size + j] = (matrix[i * size + j] as number) / Math.exp(logGamma(i - j + 2));
    }
  }
  return matrix;
}

function matrixPower(base: Scaled, n: number, size: number): Scaled {
  if (n === 1) return base;
  const half = matrixPower(base, Math.floor(n / 2), size);
  const square = rescale(multiply(half.values, half.values, size), 2 * half.exponent, size);
  if (n % 2 === 0) return square;
  return rescale(multiply(base.values, square.values, size), square.exponent, size);
}

function rescale(values: Float64Array, exponent: number, size: number): Scaled {
  const centre = Math.floor(size / 2);
  if ((values[centre * size + centre] as number) <= 1e140) return { values, exponent };
  return { values: values.map((x) => x * 1e-140), exponent: exponent + 140 };
}

function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const x = a[i * size + k] as number;
      if (x === 0) continue;
      for (let j = 0; j < size; j++) {
        out[i * size + j] = (out[i * size + j] as number) + x * (b[k * size + j] as number);
      }
    }
  }
  return out;
}

/** P(K > x) of the limit for large samples, x = d sqrt(n). */
export function kolmogorovLimitSf(x: number): number {
  requireDomain(x >= 0, `A scaled distance is not negative: ${x}.`);
  if (x < 0.04) return 1;
  let sum = 0;
  if (x < 1) {
    for (let j = 1; j <= 9; j += 2) sum += Math.exp(-((j * Math.PI) ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let j = 1; j <= 9; j++) sum += (j % 2 === 1 ? 2 : -2) * Math.exp(-2 * j * j * x * x);
  return sum;
}
