/**
 * How long a CUSUM chart runs before it alarms, and where to put its threshold.
 *
 * Method: S_t = max(0, S_{t-1} + x_t - k), alarm above h, x normal with standard deviation 1. Page's integral
 * equation L(s) = 1 + L(0) Phi(k - s - mu) + integral over (0, h) of L(y) phi(y + k - s - mu) dy by Gauss-Legendre
 * quadrature (Nystrom; Goel & Wu, Technometrics 13 (1971) 221-230). Its matrix is that of a Markov chain with the
 * chance of an alarm known at every node, so the states are removed one by one without a subtraction (Grassmann,
 * Taksar & Heyman, Oper. Res. 33 (1985) 1107-1116) and long runs keep their digits. Two-sided with one h: 1/L = 1/L+
 * + 1/L- exactly (Kemp, Applied Statistics 11 (1962) 16-31). Runs start at 0 and count the alarming observation.
 * Domain: k >= 0, 0 < h <= 100, mean known and observations independent: with mean and sd estimated from few points,
 * or with autocorrelation, real charts alarm far sooner (../shared/design/science.md H2, H4). Accuracy: 1e-9.
 */
import { normalCdf, normalPdf, normalSf } from "../distributions/index.js";
import { requireDomain } from "../errors.js";
import { gaussLegendre } from "../special/quadrature.js";
import { expandUpwards, findRoot } from "../special/root.js";

export type CusumSides = "one" | "two";

export interface CusumChart {
  /** Allowance, in standard deviations of one observation: half the shift to be found. */
  readonly k: number;
  /** Threshold, in the same unit. */
  readonly h: number;
  /** `one` looks for an increase. */
  readonly sides: CusumSides;
}

const LARGEST_THRESHOLD = 100;

/**
 * Mean number of observations until the alarm, from the first one on.
 * @param meanShift of every observation, in standard deviations.
 * @throws StatsError DOMAIN for k < 0, h outside (0, 100] or a shift that is not finite.
 */
export function averageRunLength({ k, h, sides }: CusumChart, meanShift: number): number {
  requireAllowance(k);
  requireDomain(
    h > 0 && h <= LARGEST_THRESHOLD,
    `A threshold lies above 0 and is at most ${LARGEST_THRESHOLD}, not ${h}.`,
  );
  requireDomain(
    Math.abs(meanShift) <= 30,
    `A shift is at most 30 standard deviations, not ${meanShift}.`,
  );
  const upward = oneSidedLength(h, k - meanShift);
  if (sides === "two" && meanShift === 0) return upward / 2;
  return sides === "one" ? upward : 1 / (1 / upward + 1 / oneSidedLength(h, k + meanShift));
}

/**
 * The threshold at which the chart runs `target` observations on average when nothing has shifted.
 * @throws StatsError DOMAIN for k < 0 or a target that the chart has already at the smallest threshold;
 * NO_CONVERGENCE for one beyond the largest.
 */
export function cusumThreshold(k: number, target: number, sides: CusumSides): number {
  requireAllowance(k);
  const least = averageRunLength({ k, h: 1e-9, sides }, 0);
  requireDomain(
    Number.isFinite(target) && target > least,
    `A chart with this allowance runs ${least.toPrecision(3)} observations or more; ${target} is too few.`,
    "Ask for a longer run without a false alarm.",
  );
  const gap = (h: number) => Math.log(averageRunLength({ k, h, sides }, 0) / target);
  const [low, high] = expandUpwards(gap, 1e-9, 2, LARGEST_THRESHOLD);
  return findRoot(gap, low, high, { tolerance: 1e-12 });
}

function requireAllowance(k: number): void {
  requireDomain(
    k >= 0 && k <= 30,
    `The allowance k is 0 or more, in standard deviations, not ${k}.`,
    "Half of the shift to be found is usual.",
  );
}

/** Nodes half a standard deviation apart settle the quadrature of a normal density to rounding. */
function nodeCount(h: number): number {
  return Math.ceil(30 + 3.5 * h);
}

/**
 * Mean run from 0 with drift -`pull` of the chart.
 *
 * State 0 is the value 0 itself, the others are the nodes; moves[i][j] is the chance to go from i to j.
 */
function oneSidedLength(h: number, pull: number): number {
  const count = nodeCount(h);
  const { nodes, weights } = gaussLegendre(count);
  const size = count + 1;
  const place = (i: number) => (i === 0 ? 0 : (h / 2) * (1 + (nodes[i - 1] as number)));
  const moves = new Float64Array(size * size);
  const alarm = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const centre = place(i) - pull;
    moves[i * size] = normalCdf(-centre);
    for (let j = 1; j < size; j++) {
      moves[i * size + j] = (h / 2) * (weights[j - 1] as number) * normalPdf(place(j) - centre);
    }
    alarm[i] = normalSf(h - centre);
  }
  return expectedSteps(moves, alarm, size);
}

/** Mean steps from state 0 to the alarm, removing the last state again and again. */
function expectedSteps(moves: Float64Array, alarm: Float64Array, size: number): number {
  const steps = new Float64Array(size).fill(1);
  for (let last = size - 1; last >= 1; last--) {
    let leaving = alarm[last] as number;
    for (let j = 0; j < last; j++) leaving += moves[last * size + j] as number;
    for (let i = 0; i < last; i++) {
      const through = (moves[i * size + last] as number) / leaving;
      if (through === 0) continue;
      for (let j = 0; j < last; j++) {
        moves[i * size + j] =
          (moves[i * size + j] as number) + through * (moves[last * size + j] as number);
      }
      alarm[i] = (alarm[i] as number) + through * (alarm[last] as number);
      steps[i] = (steps[i] as number) + through * (steps[last] as number);
    }
  }
  return (steps[0] as number) / (alarm[0] as number);
}
