import {
  ancova,
  type CupedInput,
  type CupedResult,
  cuped,
  linInteracted,
  normalTest,
  type RegressionResult,
  StatsError,
  type Summary,
  type WelchResult,
} from "@plumbline/stats";
import { ShapeError } from "../fields.js";
import type { ShapeRow } from "./table.js";

/** `y` with `arm` and `covariates`: CUPED on the first column, regressions on all. */
export const CUPED_SHAPE: ShapeRow = {
  name: "cuped",
  fields: ["arm", "y", "covariates"],
  run: (input) => {
    const [arm, y] = [input.numbers("arm"), input.numbers("y")];
    const covariates = input.columns("covariates");
    const alpha = input.number("alpha");
    const x = covariates[0];
    if (x === undefined) throw new ShapeError("input.covariates is empty");
    const data = { arm, y, x, alpha };
    const within = cuped({ ...data, theta: "within" });
    const regression = { arm, y, covariates, alpha };
    return {
      unadjusted: unadjusted(data, within),
      cuped_theta_pooled: adjusted(cuped({ ...data, theta: "total" }), alpha),
      cuped_theta_within: adjusted(within, alpha),
      ...unlessSingular("ancova", () => ancova(regression)),
      ...unlessSingular("lin_interacted", () => linInteracted(regression)),
    };
  },
};

function unadjusted(data: CupedInput, result: CupedResult) {
  const constant = data.y.map(() => 0);
  // A constant covariate adjusts nothing, which also gives the arms' plain means.
  const { treatment, control } = cuped({ ...data, x: constant });
  return welchBlock(result.unadjusted, treatment, control, data.alpha);
}

function adjusted(result: CupedResult, alpha: number) {
  return {
    ...welchBlock(result, result.treatment, result.control, alpha),
    theta: result.theta,
    variance_ratio: result.varianceRatio,
  };
}

function welchBlock(result: WelchResult, treatment: Summary, control: Summary, alpha: number) {
  const { difference, se, t, df, pValue, ciLower, ciUpper } = result;
  const normal = normalTest({ estimate: difference, se, alpha, alternative: "two_sided" });
  return {
    mean_treatment: treatment.mean,
    mean_control: control.mean,
    difference,
    se,
    df_welch: df,
    t,
    p_welch: pValue,
    p_normal: normal.pValue,
    ci_welch: [ciLower, ciUpper],
    ci_normal: [normal.ciLower, normal.ciUpper],
  };
}

/** The reference leaves a regression out when its design is singular; so does this. */
function unlessSingular(name: string, fit: () => RegressionResult) {
  try {
    return { [name]: regressionBlock(fit()) };
  } catch (error) {
    if (error instanceof StatsError && error.code === "SINGULAR") return {};
    throw error;
  }
}

function regressionBlock(result: RegressionResult) {
  const { standardErrors: se } = result;
  return {
    coef: result.coefficients,
    treatment: result.treatment,
    se_classical: se.classical,
    df_resid: result.dfResidual,
    se_hc0: se.hc0,
    se_hc1: se.hc1,
    se_hc2: se.hc2,
    se_hc3: se.hc3,
    p_normal_hc2: result.pNormal,
    p_t_hc2: result.pStudentT,
    ci_normal_hc2: result.ciNormal,
  };
}
