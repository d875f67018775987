/**
 * Prior beliefs about the effect of a launch: normal, Student's t, or a mixture of these.
 *
 * Method: Student's t is a scale mixture of normals, precision ~ Gamma(df/2, df/2); the trapezoidal rule on the
 * logarithm of the precision converges exponentially, so every prior becomes a finite mixture of normals, for which
 * posteriors and preposterior values have closed forms. Accuracy: weights and moments to 1e-14.
 * Domain: df > 0; an expected value of launching exists for df > 1 only.
 */
import { requireDomain, requirePositive } from "../errors.js";
import { LN_2PI } from "../special/elementary.js";
import { stirlingRemainder } from "../special/log-gamma.js";
import { requireFinite } from "../tests/inference.js";

export interface NormalEffectPrior {
  readonly kind: "normal";
  readonly mean: number;
  /** 0: the effect is known. */
  readonly sd: number;
}

export interface StudentTEffectPrior {
  readonly kind: "student_t";
  readonly mean: number;
  readonly scale: number;
  /** Low: rare very large effects. */
  readonly df: number;
}

export interface MixtureEffectPrior {
  readonly kind: "mixture";
  /** Weights are relative; they need not add up to 1. */
  readonly parts: readonly { readonly weight: number; readonly prior: SimpleEffectPrior }[];
}

export type SimpleEffectPrior = NormalEffectPrior | StudentTEffectPrior;

/** In the unit of the effect. */
export type EffectPrior = SimpleEffectPrior | MixtureEffectPrior;

/** One normal of a mixture. */
export interface NormalPart {
  readonly weight: number;
  readonly mean: number;
  readonly variance: number;
}

/** The parts of a prior with weights that add up to 1. @throws StatsError DOMAIN for a prior that is none. */
export function simpleParts(
  prior: EffectPrior,
): readonly { weight: number; prior: SimpleEffectPrior }[] {
  if (prior.kind !== "mixture") {
    requireSimple(prior);
    return [{ weight: 1, prior }];
  }
  requireDomain(prior.parts.length > 0, "A mixture needs at least one part.");
  for (const { weight, prior: part } of prior.parts) {
    requireDomain(
      Number.isFinite(weight) && weight >= 0,
      `The weight of a part is 0 or more, not ${weight}.`,
    );
    requireSimple(part);
  }
  const total = prior.parts.reduce((sum, { weight }) => sum + weight, 0);
  requirePositive(total, "The sum of the weights of a mixture");
  return prior.parts
    .filter(({ weight }) => weight > 0)
    .map((part) => ({ weight: part.weight / total, prior: part.prior }));
}

function requireSimple(prior: SimpleEffectPrior): void {
  requireFinite(prior.mean, "The mean of a prior");
  if (prior.kind === "normal") {
    requireDomain(
      Number.isFinite(prior.sd) && prior.sd >= 0,
      `The standard deviation of a prior is 0 or more, not ${prior.sd}.`,
    );
    return;
  }
  requirePositive(prior.scale, "The scale of a prior");
  requirePositive(prior.df, "The degrees of freedom of a prior");
  requireDomain(
    prior.df <= 1e9,
    `${prior.df} degrees of freedom are too many.`,
    "Use a normal prior.",
  );
}

/** Mean of the prior. @throws StatsError DOMAIN for Student's t with df <= 1, which has none. */
export function priorMean(prior: EffectPrior): number {
  return simpleParts(prior).reduce((sum, { weight, prior: part }) => {
    requireDomain(
      part.kind === "normal" || part.df > 1,
      "An effect with 1 degree of freedom or fewer has no mean, so launching has no expected value.",
      "Use more than 1 degree of freedom.",
    );
    return sum + weight * part.mean;
  }, 0);
}

export interface ScaleRule {
  /** Step on the log of the precision where df is small. */
  readonly step: number;
  /** Lowest log of the precision: outliers up to exp(reach / 2) scales are told apart. */
  readonly reach: number;
}

const EXACT: ScaleRule = { step: 0.25, reach: 70 };

/** Precisions and weights of Student's t as a mixture of normals with variance scale^2 / precision. */
export function precisionNodes(
  df: number,
  { step, reach }: ScaleRule = EXACT,
): readonly { precision: number; weight: number }[] {
  const a = df / 2;
  const h = (2 * step) / Math.sqrt(Math.max(a, 4));
  // Gamma(a, a) on the log scale: a^a / Gamma(a) exp(a (l - e^l)), its large terms cancelled by hand.
  const logConstant = 0.5 * (Math.log(a) - LN_2PI) - stirlingRemainder(a);
  const logDensity = (l: number) => logConstant + a * (l - Math.expm1(l));
  const nodes: { precision: number; weight: number }[] = [];
  // Below, the weights underflow.
  const first = Math.ceil(-Math.min(reach, 700 / a + 1) / h);
  for (let j = first; ; j++) {
    const weight = h * Math.exp(logDensity(j * h));
    if (j > 0 && weight < 1e-20) break;
    if (weight > 0) nodes.push({ precision: Math.exp(j * h), weight });
  }
  return nodes;
}

/** Every prior as normals; weights add up to 1 but for the far tail of Student's t. */
export function normalParts(prior: EffectPrior, rule: ScaleRule = EXACT): readonly NormalPart[] {
  return simpleParts(prior).flatMap(({ weight, prior: part }) => {
    if (part.kind === "normal") return [{ weight, mean: part.mean, variance: part.sd ** 2 }];
    return precisionNodes(part.df, rule).map((node) => ({
      weight: weight * node.weight,
      mean: part.mean,
      variance: part.scale ** 2 / node.precision,
    }));
  });
}
