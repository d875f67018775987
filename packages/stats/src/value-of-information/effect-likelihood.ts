/**
 * Marginal likelihood of past estimates under a distribution of true effects, for `fitEffectDistribution`.
 *
 * Method: Student's t as a mixture of normals on a coarse grid of precisions; the step of 0.5 leaves an error below
 * 1e-5 per test in the log likelihood, smooth in the parameters. Widths enter by their squares, so that 0 is an
 * ordinary stationary point.
 */
import { precisionNodes } from "./prior.js";

export interface PastTest {
  readonly estimate: number;
  readonly se: number;
}

/** Families of effect distributions, by how much they must be told. */
export type EffectFamily = "normal" | "student_t" | "null_and_tail";

export interface EffectParameters {
  readonly mean: number;
  /** Standard deviation (normal) or scale (Student's t) of the effects that are not null. */
  readonly scale: number;
  /** Null: normal. */
  readonly df: number | null;
  /** Share of ideas that do next to nothing, and the standard deviation of what they do. */
  readonly nullShare: number;
  readonly nullSd: number;
}

export type ParameterName = keyof EffectParameters;

interface FamilyRow {
  readonly parameters: readonly ParameterName[];
  readonly leastTests: number;
  /** Starting points of the search, in internal units. */
  readonly starts: readonly (readonly number[])[];
}

export const FAMILIES: Readonly<Record<EffectFamily, FamilyRow>> = {
  normal: { parameters: ["mean", "scale"], leastTests: 5, starts: [[0, 0.5]] },
  student_t: {
    parameters: ["mean", "scale", "df"],
    leastTests: 30,
    starts: [
      [0, 0.4, -0.5],
      [0, 0.8, -2],
    ],
  },
  null_and_tail: {
    parameters: ["mean", "scale", "df", "nullShare", "nullSd"],
    leastTests: 100,
    starts: [
      [0, 0.8, -0.5, 0, 0.1],
      [0, 0.5, -1.5, 1, 0.05],
      [0, 1.2, -1, -1, 0.2],
    ],
  },
};

/** 1/df stays below this: at df 1 the effect has no mean. */
const HEAVIEST = 0.95;
/** Above, Student's t is not told from the normal. */
const LARGEST_DF = 200;

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** Natural parameters from internal ones; `unit` is the scale of the estimates. */
export function readParameters(
  family: EffectFamily,
  point: readonly number[],
  unit: number,
): EffectParameters {
  const [mean = 0, scale = 0, tail = 0, share = 0, narrow = 0] = point;
  const width = unit * Math.abs(scale);
  const df = Math.min(LARGEST_DF, 1 / (HEAVIEST * logistic(tail)));
  const isMixture = family === "null_and_tail";
  return {
    mean: unit * mean,
    scale: width,
    df: family === "normal" ? null : df,
    nullShare: isMixture ? logistic(share) : 0,
    nullSd: isMixture ? unit * Math.abs(narrow) : 0,
  };
}

/** Sum of the log densities of the estimates. */
export function effectLogLikelihood(
  tests: readonly PastTest[],
  { mean, scale, df, nullShare, nullSd }: EffectParameters,
): number {
  const nodes =
    df === null
      ? [{ precision: 1, weight: 1 }]
      : precisionNodes(df, { step: 0.5, reach: 18 / (df / 2 + 0.5) + 10 });
  const size = nodes.length;
  const variances = Float64Array.from(nodes, ({ precision }) => (scale * scale) / precision);
  const weights = Float64Array.from(nodes, ({ weight }) => weight * (1 - nullShare));
  let total = -tests.length * (Math.log(2 * Math.PI) / 2);
  for (const { estimate, se } of tests) {
    const noise = se * se;
    const square = (estimate - mean) ** 2;
    const nullVariance = nullSd * nullSd + noise;
    // The widest part is the largest far out: relative to it nothing underflows.
    const widest = (variances[0] as number) + noise;
    const offset = -square / (2 * widest);
    let density = 0;
    for (let j = 0; j < size; j++) {
      const variance = (variances[j] as number) + noise;
      density +=
        ((weights[j] as number) / Math.sqrt(variance)) *
        Math.exp(-square / (2 * variance) - offset);
    }
    if (nullShare > 0) {
      const exponent = -(estimate * estimate) / (2 * nullVariance) - offset;
      density += (nullShare / Math.sqrt(nullVariance)) * Math.exp(exponent);
    }
    total += Math.log(density) + offset;
  }
  return total;
}
