import { StatsError } from "../errors.js";
import { centre, meanDifference } from "../moments/centre.js";
import type { CovariateSums } from "../moments/plan.js";
import { normalTest } from "../tests/inference.js";
import { twoProportionZ } from "../tests/proportions.js";

/**
 * Is the covariate balanced? Before exposure the arms can differ only by chance, so a large z says
 * that the covariate was touched by the treatment or that the assignment is broken.
 *
 * Method: z of the difference of covariate means over covered units (unequal variances, normal
 * reference), and the two-proportion z of the shares of units that have a covariate. Domain: two
 * covered units in each arm.
 */
export interface CovariateBalanceInput {
  /** `n`: all units of the arm; `covariate`: the covered ones. */
  readonly treatment: { readonly n: bigint; readonly covariate: CovariateSums };
  readonly control: { readonly n: bigint; readonly covariate: CovariateSums };
  readonly covariateScale: number;
}

export interface CovariateBalance {
  /** Treatment minus control, in the covariate's unit. */
  readonly difference: number;
  readonly z: number;
  /** Two-sided. */
  readonly pValue: number;
  /** Of the shares of covered units; z = 0 and p = 1 when every unit is covered. */
  readonly coverageZ: number;
  readonly coveragePValue: number;
}

const TWO_SIDED = { alpha: 0.05, alternative: "two_sided" } as const;

/**
 * A covariate that is the same constant in both arms is balanced (z = 0, p = 1).
 * @throws StatsError DOMAIN for fewer than two covered units in an arm, or a covariate that is
 * constant in each arm at different values.
 */
export function covariateBalance(input: CovariateBalanceInput): CovariateBalance {
  const { treatment, control, covariateScale } = input;
  const sums = ({ covariate }: { covariate: CovariateSums }) => ({
    n: covariate.n,
    s: covariate.sz,
    ss: covariate.szz,
  });
  const difference = meanDifference(sums(treatment), sums(control), covariateScale);
  const [t, c] = [centre(sums(treatment), covariateScale), centre(sums(control), covariateScale)];
  const se = Math.sqrt(t.variance / t.n + c.variance / c.n);
  return { difference, ...testMeans(difference, se), ...testCoverage(treatment, control) };
}

function testMeans(difference: number, se: number): { z: number; pValue: number } {
  if (se === 0 && difference === 0) return { z: 0, pValue: 1 };
  if (se === 0) {
    throw new StatsError(
      "DOMAIN",
      "The covariate is a different constant in each arm.",
      "Check that the covariate was measured before exposure.",
    );
  }
  const { statistic, pValue } = normalTest({ estimate: difference, se, ...TWO_SIDED });
  return { z: statistic, pValue };
}

function testCoverage(
  treatment: CovariateBalanceInput["treatment"],
  control: CovariateBalanceInput["control"],
): { coverageZ: number; coveragePValue: number } {
  const covered = treatment.covariate.n + control.covariate.n;
  if (covered === treatment.n + control.n) return { coverageZ: 0, coveragePValue: 1 };
  const { z, pValue } = twoProportionZ({
    x1: Number(treatment.covariate.n),
    n1: Number(treatment.n),
    x2: Number(control.covariate.n),
    n2: Number(control.n),
    ...TWO_SIDED,
  });
  return { coverageZ: z, coveragePValue: pValue };
}
