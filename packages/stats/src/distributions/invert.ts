/**
 * Quantiles by inverting a tail.
 *
 * Method: Newton's iteration on log(tail) against log(x), where power-law tails are straight lines, kept inside a
 * bracket; a step that leaves the bracket is replaced by a bisection.
 */
import { StatsError } from "../errors.js";

export interface TailOfPositive {
  /** Natural logarithm of the tail probability at x. */
  logTail(x: number): number;
  /** Natural logarithm of the density at x. */
  logDensity(x: number): number;
  /** +1 for a lower tail, which rises with x; -1 for an upper one. */
  readonly sign: 1 | -1;
}

/** x > 0 at which `tail` has the logarithm `logP`, from the estimate `start`. */
export function invertTail(tail: TailOfPositive, logP: number, start: number): number {
  let low = -745;
  let high = 709;
  let u = Math.min(Math.max(Math.log(start), low), high);
  for (let i = 0; i < 200; i++) {
    const x = Math.exp(u);
    const logTail = tail.logTail(x);
    const error = logTail - logP;
    if (error * tail.sign > 0) high = u;
    else low = u;
    const slope = tail.sign * Math.exp(tail.logDensity(x) + u - logTail);
    const newton = u - error / slope;
    // A step in u is a relative step in x: below 1e-9 the next Newton error is below the rounding.
    if (error === 0 || Math.abs(newton - u) < 1e-9) return x * (1 + (newton - u));
    const middle = low + (high - low) / 2;
    if (high - low <= 4e-16 * Math.max(1, Math.abs(u))) return Math.exp(middle);
    const next = newton > low && newton < high ? newton : middle;
    u = next;
  }
  throw new StatsError("NO_CONVERGENCE", "The search for a quantile did not settle.");
}
