/** Quality findings that need the moments: balance of pre-period covariates, and variation. */
import {
  type CovariateBalance,
  covariateBalance,
  type MetricSums,
  type MomentPlan,
  type MomentResult,
  StatsError,
} from "@plumbline/stats";
import { formatAlpha, formatPValue } from "../shared/format.js";
import type { QualityFinding, Study } from "../shared/vocabulary.js";

/**
 * A covariate from before exposure cannot differ between randomised arms except by chance. A clear
 * difference means broken assignment, or a covariate measured too late.
 */
export function balanceFindings(
  study: Study,
  plan: MomentPlan,
  result: MomentResult,
): QualityFinding[] {
  return plan.metrics.flatMap((spec) =>
    study.treatments.flatMap(({ name }) => {
      const treatment = covered(overallSums(result, name, spec.id));
      const control = covered(overallSums(result, study.control.name, spec.id));
      if (spec.covariate === null || treatment === null || control === null) return [];
      const subject = study.treatments.length > 1 ? `${spec.id}@${name}` : spec.id;
      const covariateScale = spec.covariate.scale;
      try {
        const balance = covariateBalance({ treatment, control, covariateScale });
        return [meanBalance(study, subject, balance), ...coverageBalance(study, subject, balance)];
      } catch (error) {
        if (!(error instanceof StatsError)) throw error;
        return [untestable(subject, error)];
      }
    }),
  );
}

function covered(sums: MetricSums | null) {
  return sums === null || sums.covariate === null ? null : { n: sums.n, covariate: sums.covariate };
}

function meanBalance(study: Study, subject: string, balance: CovariateBalance): QualityFinding {
  const alpha = study.quality.balanceAlpha;
  const { difference, z, pValue } = balance;
  const fatal = pValue < alpha;
  const p = formatPValue(pValue);
  const sentence = fatal
    ? `The pre-period covariate of ${subject} already differs between the arms (${p}, below ${formatAlpha(alpha)}): the assignment is not random, or the covariate was measured after exposure.`
    : `The pre-period covariate of ${subject} is balanced between the arms (${p}).`;
  const numbers = { pValue, alpha, z, difference };
  return { code: "covariate_balance", status: fatal ? "fatal" : "ok", sentence, numbers, subject };
}

/** A warning only: which units have a value, and so count here, may itself be an effect. */
function coverageBalance(
  study: Study,
  subject: string,
  { coverageZ, coveragePValue }: CovariateBalance,
): QualityFinding[] {
  const alpha = study.quality.balanceAlpha;
  if (coveragePValue >= alpha) return [];
  const sentence = `The arms of ${subject} differ in the share of units that have a pre-period covariate (${formatPValue(coveragePValue)}).`;
  const numbers = { pValue: coveragePValue, alpha, z: coverageZ };
  return [{ code: "covariate_coverage", status: "warning", sentence, numbers, subject }];
}

function untestable(subject: string, error: StatsError): QualityFinding {
  const sentence = `The balance of the pre-period covariate of ${subject} cannot be tested. ${error.message}`;
  return { code: "covariate_balance", status: "warning", sentence, numbers: {}, subject };
}

/** Arms in which a metric is the same for every unit: no test of it exists. */
export function zeroVariance(
  study: Study,
  plan: MomentPlan,
  result: MomentResult,
): QualityFinding[] {
  return plan.metrics.flatMap(({ id, shape }) => {
    if (shape !== "univariate") return [];
    const constant = [study.control, ...study.treatments].filter(({ name }) =>
      isConstant(overallSums(result, name, id)),
    );
    return constant.map(({ name }) => ({
      code: "zero_variance",
      status: "warning" as const,
      sentence: `${id} has the same value for every unit of ${name}.`,
      numbers: {},
      subject: `${id}@${name}`,
    }));
  });
}

function isConstant(sums: MetricSums | null): boolean {
  return sums !== null && sums.n > 1n && sums.n * sums.sxx === sums.sx * sums.sx;
}

function overallSums(result: MomentResult, arm: string, metric: string): MetricSums | null {
  const cell = result.cells.find((entry) => entry.arm === arm && entry.dimension === null);
  return cell?.metrics[metric] ?? null;
}
