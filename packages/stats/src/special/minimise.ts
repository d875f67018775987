/**
 * Local minimum of a smooth function of a few variables.
 *
 * Method: BFGS with the inverse-Hessian update and a line search for the Wolfe conditions (Nocedal & Wright, "Numerical
 * Optimization", 2nd ed. (2006), chapters 3 and 6); the update is skipped where the curvature is not positive.
 * Domain: variables scaled so that a step of 1 is a large one. Accuracy: the gradient falls below `tolerance` or the
 * function no longer falls at the precision of doubles.
 */
import { StatsError } from "../errors.js";

export interface ValueAndGradient {
  readonly value: number;
  readonly gradient: readonly number[];
}

export interface Minimum {
  readonly point: readonly number[];
  readonly value: number;
  readonly gradient: readonly number[];
  readonly iterations: number;
}

export interface MinimiseOptions {
  /** Largest component of the gradient at which the search ends; default 1e-7. */
  readonly tolerance?: number;
  /** Default 200. */
  readonly maxIterations?: number;
}

/** Falls below this, relative to the value or to 1, are rounding; a few in a row end the search. */
const NOISE = 8 * Number.EPSILON;

type Vector = readonly number[];

const dot = (a: Vector, b: Vector) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const largest = (a: Vector) => a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)));

/** (I - s y'/sy) H (I - y s'/sy) + s s'/sy. */
function update(inverse: readonly Vector[], s: Vector, y: Vector, sy: number): number[][] {
  const hy = inverse.map((row) => dot(row, y));
  const factor = (1 + dot(y, hy) / sy) / sy;
  return inverse.map((row, i) =>
    row.map((value, j) => {
      const [si, sj] = [s[i] ?? 0, s[j] ?? 0];
      return value + factor * si * sj - ((hy[i] ?? 0) * sj + si * (hy[j] ?? 0)) / sy;
    }),
  );
}

interface Trial extends ValueAndGradient {
  readonly point: Vector;
}

/**
 * A point down the direction that falls enough (Armijo), stepping further while the slope hardly flattens, for there the
 * model of the function is too timid. Null when nothing falls at the precision of doubles.
 */
function descend(
  f: (point: Vector) => ValueAndGradient,
  from: Trial,
  direction: Vector,
  slope: number,
): Trial | null {
  const at = (step: number): Trial => {
    const point = from.point.map((x, j) => x + step * (direction[j] ?? 0));
    return { point, ...f(point) };
  };
  const falls = (trial: Trial, step: number) => trial.value <= from.value + 1e-4 * step * slope;
  let step = 1;
  let trial = at(step);
  for (let i = 0; i < 60 && !falls(trial, step); i++) {
    step *= Number.isFinite(trial.value) ? 0.4 : 0.1;
    trial = at(step);
  }
  if (!falls(trial, step)) return null;
  for (let i = 0; i < 20 && step >= 1 && dot(trial.gradient, direction) < 0.9 * slope; i++) {
    const further = at(step * 3);
    if (!(further.value < trial.value) || !falls(further, step * 3)) break;
    step *= 3;
    trial = further;
  }
  return trial;
}

/**
 * @param f value and gradient at a point; may answer infinity where it is not defined.
 * @param start where `f` is finite.
 * @throws StatsError NO_CONVERGENCE when the start is not finite or the iterations run out.
 */
export function minimise(
  f: (point: Vector) => ValueAndGradient,
  start: Vector,
  { tolerance = 1e-7, maxIterations = 200 }: MinimiseOptions = {},
): Minimum {
  let here: Trial = { point: start, ...f(start) };
  if (!Number.isFinite(here.value)) {
    throw new StatsError("NO_CONVERGENCE", "The search for a minimum has no finite start.");
  }
  let inverse = identity(start.length);
  let isFresh = true;
  let stalls = 0;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest(here.gradient) <= tolerance) return { ...here, iterations: iteration };
    let direction = inverse.map((row) => -dot(row, here.gradient));
    // A step longer than the scale of the variables would leave the region where the model of f holds.
    const length = largest(direction);
    if (length > 2) direction = direction.map((x) => (2 * x) / length);
    const slope = dot(direction, here.gradient);
    const next = slope < 0 ? descend(f, here, direction, slope) : null;
    if (next === null) {
      if (isFresh) return { ...here, iterations: iteration };
      inverse = identity(start.length);
      isFresh = true;
      continue;
    }
    const s = next.point.map((x, i) => x - (here.point[i] ?? 0));
    const y = next.gradient.map((x, i) => x - (here.gradient[i] ?? 0));
    const sy = dot(s, y);
    const isCurved = sy > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y));
    if (isCurved && isFresh) inverse = inverse.map((row) => row.map((x) => (x * sy) / dot(y, y)));
    if (isCurved) inverse = update(inverse, s, y, sy);
    isFresh = isFresh && !isCurved;
    stalls = here.value - next.value <= NOISE * Math.max(1, Math.abs(here.value)) ? stalls + 1 : 0;
    here = next;
    if (stalls >= 4) return { ...here, iterations: iteration };
  }
  throw new StatsError("NO_CONVERGENCE", "The search for a minimum did not settle.");
}

/** Gradient of `f` by central differences of width `step`; two evaluations a variable. */
export function withNumericalGradient(
  f: (point: Vector) => number,
  step = 1e-4,
): (point: Vector) => ValueAndGradient {
  return (point) => ({
    value: f(point),
    gradient: point.map((x, i) => {
      const at = (moved: number) => f(point.map((other, j) => (j === i ? moved : other)));
      return (at(x + step) - at(x - step)) / (2 * step);
    }),
  });
}
