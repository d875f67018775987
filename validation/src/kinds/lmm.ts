import { fitRandomSlope, type PoolingCell, type PoolingModel } from "@plumbline/stats";
import type { ShapeRow } from "./table.js";

const MODELS: Readonly<Record<string, PoolingModel>> = {
  correlated: "correlated",
  independent: "independent",
};

/** Random treatment slope per cohort; `cells` of cohort, treatment, n, mean and ss, and a `model`. */
export const LMM_SHAPE: ShapeRow = {
  name: "lmm",
  fields: ["model", "cells"],
  run: (input) => {
    const model = input.choice("model", MODELS);
    const cells = input.objects("cells").map(
      (cell): PoolingCell => ({
        cohort: cell.text("cohort"),
        treatment: cell.number("treatment"),
        n: cell.number("n"),
        mean: cell.number("mean"),
        sumOfSquares: cell.number("ss"),
      }),
    );
    const fit = fitRandomSlope(cells, { model });
    const [l11, l21, l22] = fit.relativeFactor;
    return {
      intercept: fit.intercept.estimate,
      treatment: fit.treatment.estimate,
      se_intercept: fit.intercept.se,
      se_treatment: fit.treatment.se,
      cov_fixed: fit.fixedCovariance,
      sd_intercept: fit.sdIntercept,
      sd_slope: fit.sdSlope,
      corr: fit.correlation,
      sd_residual: fit.sdResidual,
      theta: model === "correlated" ? [l11, l21, l22] : [l11, l22],
      reml_criterion: fit.remlCriterion,
      n_obs: fit.n,
      n_cohorts: fit.cohorts.length,
      singular: fit.singular,
      cohorts: fit.cohorts.map((cohort) => ({
        cohort: cohort.cohort,
        intercept: cohort.interceptDeviation,
        slope: cohort.slopeDeviation,
        intercept_cond_var: cohort.conditional.intercept,
        slope_cond_var: cohort.conditional.slope,
        cond_cov: cohort.conditional.covariance,
        treatment_effect: cohort.effect,
      })),
    };
  },
};
