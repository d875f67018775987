/**
 * The distribution of true effects behind a team's past experiments, from estimates with standard errors.
 *
 * Method: maximum marginal likelihood (empirical Bayes), BFGS from several starts; intervals by profile likelihood
 * (the parameter fixed, the others fitted again, twice the fall below the maximum compared with chi-square on 1 df).
 * Families: normal; Student's t; a share of next to null effects beside Student's t. Sources: Azevedo et al., J.
 * Political Economy 128 (2020) 4614; D. Venzon & S. Moolgavkar, Applied Statistics 37 (1988) 87. Domain: all past
 * tests, not only the shipped ones; 5, 30 and 100 tests or more. In simulation intervals of the first two families hold
 * the truth in 95 to 97 %; those of the third, whose parameters the data barely tell apart, in 80 to 97 %.
 * Accuracy: estimates to 1e-4 of their unit, limits of intervals to 0.02 in twice the log likelihood.
 */
import { chiSquareIsf } from "../distributions/index.js";
import { requireDomain, requirePositive } from "../errors.js";
import { type Minimum, minimise, withNumericalGradient } from "../special/minimise.js";
import { findRoot } from "../special/root.js";
import { requireAlpha, requireFinite } from "../tests/inference.js";
import {
  type EffectFamily,
  type EffectParameters,
  effectLogLikelihood,
  FAMILIES,
  type ParameterName,
  type PastTest,
  readParameters,
} from "./effect-likelihood.js";
import type { EffectPrior } from "./prior.js";

/** Null on a side: the data do not limit the parameter there. */
export type ProfileInterval = readonly [number | null, number | null];

export interface EffectDistribution {
  readonly family: EffectFamily;
  readonly parameters: EffectParameters;
  /** Of the parameters that the family has. */
  readonly intervals: Readonly<Partial<Record<ParameterName, ProfileInterval>>>;
  /** The fitted distribution, as a prior for the next experiment. */
  readonly prior: EffectPrior;
  readonly logLikelihood: number;
  /** Akaike's criterion; compare families on the same tests, smaller is better. */
  readonly aic: number;
  readonly tests: number;
}

export interface EffectFitOptions {
  /** Default "student_t". */
  readonly family?: EffectFamily;
  /** Two-sided error rate of the intervals; default 0.05. */
  readonly alpha?: number;
  /** Default true; they cost some ten times the fit. */
  readonly intervals?: boolean;
}

/** @throws StatsError DOMAIN for too few tests, an se that is not above 0, or values that are not finite. */
export function fitEffectDistribution(
  tests: readonly PastTest[],
  { family = "student_t", alpha = 0.05, intervals = true }: EffectFitOptions = {},
): EffectDistribution {
  requireTests(tests, family);
  requireAlpha(alpha);
  const search = searchOf(tests, family);
  const best = FAMILIES[family].starts
    .map((start) => search.fit(start, null))
    .reduce((a, b) => (b.value < a.value ? b : a));
  const parameters = search.read(best.point);
  return {
    family,
    parameters,
    intervals: intervals ? profileIntervals(search, family, best, alpha) : {},
    prior: priorOf(family, parameters),
    logLikelihood: -best.value,
    aic: 2 * best.value + 2 * FAMILIES[family].parameters.length,
    tests: tests.length,
  };
}

/** Internal parameters that enter by their squares: 0 is their lower end. */
const WIDTHS: ReadonlySet<number> = new Set([1, 4]);
const LOGISTIC: ReadonlySet<number> = new Set([2, 3]);
/** Logistic parameters beyond this are at their end. */
const FLAT = 8;

interface Search {
  /** Minimum of -log likelihood; `fixed` holds one internal parameter where the start has it. */
  readonly fit: (start: readonly number[], fixed: number | null) => Minimum;
  readonly read: (point: readonly number[]) => EffectParameters;
}

function searchOf(tests: readonly PastTest[], family: EffectFamily): Search {
  // The scale of the estimates: beyond it, the search would be of numbers too large or small.
  const squares = tests
    .map(({ estimate, se }) => estimate * estimate + se * se)
    .sort((a, b) => a - b);
  const unit = Math.sqrt(squares[Math.floor(squares.length / 2)] as number);
  const read = (point: readonly number[]) => readParameters(family, point, unit);
  const value = (point: readonly number[]) => {
    // Logistic parameters flatten out: a faint pull keeps the search from running off to infinity.
    const flat = point.filter((_, i) => LOGISTIC.has(i));
    const pull = flat.reduce((sum, x) => sum + Math.max(0, Math.abs(x) - 2 * FLAT) ** 2, 0);
    return pull - effectLogLikelihood(tests, read(point));
  };
  const fit = (start: readonly number[], fixed: number | null) => {
    const free = start.flatMap((_, i) => (i === fixed ? [] : [i]));
    const full = (point: readonly number[]) =>
      start.map((x, i) => (i === fixed ? x : (point[free.indexOf(i)] ?? x)));
    const options = { tolerance: 1e-4 * Math.sqrt(tests.length), maxIterations: 300 };
    const found = minimise(
      withNumericalGradient((point) => value(full(point))),
      free.map((i) => start[i] ?? 0),
      options,
    );
    const point = full(found.point).map((x, i) => (WIDTHS.has(i) ? Math.abs(x) : x));
    return { ...found, point };
  };
  return { fit, read };
}

function profileIntervals(search: Search, family: EffectFamily, best: Minimum, alpha: number) {
  const cut = chiSquareIsf(alpha, 1) / 2;
  const limits = FAMILIES[family].parameters.map((name, index) => {
    const sides = ([-1, 1] as const).map((side) => profileLimit(search, best, index, side, cut));
    const values = sides.map((at) => (at === null ? null : search.read(at)[name]));
    return [name, ordered(values[0] ?? null, values[1] ?? null, name)] as const;
  });
  return Object.fromEntries(limits);
}

/** df falls where its internal parameter rises. */
function ordered(low: number | null, high: number | null, name: ParameterName): ProfileInterval {
  return name === "df" ? [high, low] : [low, high];
}

/** The profile's point where it has fallen by `cut`; null when it does not on this side. */
function profileLimit(
  search: Search,
  best: Minimum,
  index: number,
  side: 1 | -1,
  cut: number,
): readonly number[] | null {
  const centre = best.point[index] ?? 0;
  const end = side < 0 && WIDTHS.has(index) ? 0 : null;
  let warm: readonly number[] = best.point;
  // Each point is fitted once: a second fit from another start might differ in the last digits.
  const known = new Map<number, number>([[centre, -cut]]);
  const rise = (x: number) => {
    const before = known.get(x);
    if (before !== undefined) return before;
    const found = search.fit(
      warm.map((value, i) => (i === index ? x : value)),
      index,
    );
    warm = found.point;
    const excess = found.value - best.value - cut;
    known.set(x, excess);
    return excess;
  };
  const at = (x: number) => warm.map((value, i) => (i === index ? x : value));
  let [inner, distance] = [centre, 0.1];
  for (let i = 0; i < 16; i++) {
    const next = centre + side * distance;
    const outer = end !== null && next < end ? end : next;
    const excess = rise(outer);
    if (excess > 0) return at(findRoot(rise, inner, outer, { tolerance: 2e-3 }));
    if (outer === end) return at(end);
    if (LOGISTIC.has(index) && Math.abs(outer) > FLAT) return null;
    inner = outer;
    // The profile is close to a parabola: aim a little beyond where that one crosses.
    const risen = Math.max(excess + cut, 1e-3 * cut);
    distance *= Math.min(4, Math.max(1.2, 1.15 * Math.sqrt(cut / risen)));
  }
  return null;
}

function priorOf(family: EffectFamily, parameters: EffectParameters): EffectPrior {
  const { mean, scale, df, nullShare, nullSd } = parameters;
  if (df === null || scale === 0) return { kind: "normal", mean, sd: scale };
  const tail: EffectPrior = { kind: "student_t", mean, scale, df };
  if (family === "student_t") return tail;
  return {
    kind: "mixture",
    parts: [
      { weight: nullShare, prior: { kind: "normal", mean: 0, sd: nullSd } },
      { weight: 1 - nullShare, prior: tail },
    ],
  };
}

function requireTests(tests: readonly PastTest[], family: EffectFamily): void {
  const { leastTests } = FAMILIES[family];
  requireDomain(
    tests.length >= leastTests,
    `This distribution needs ${leastTests} or more past tests, not ${tests.length}.`,
    "Use a family with fewer parameters, or the published defaults, until there are more.",
  );
  for (const { estimate, se } of tests) {
    requireFinite(estimate, "An estimate");
    requirePositive(se, "The standard error of an estimate");
  }
}
