import { type ClusteredQuantile, clusteredQuantile, quantileDifference } from "@plumbline/stats";
import type { Fields } from "../fields.js";
import type { ShapeRow } from "./table.js";

/** The standard errors of a quantile, in the reference's names. */
const ERRORS: Readonly<Record<string, (arm: ClusteredQuantile) => number | undefined>> = {
  post_adjusted_se: (arm) => arm.postAdjustedSe,
  pre_adjusted_se: (arm) => arm.preAdjusted.se,
  delta_kde_se: (arm) => arm.kde?.se,
  iid_se: (arm) => arm.iid.se,
};

/** `user` and `value` per observation and arm. */
export const QUANTILE_SHAPE: ShapeRow = {
  name: "quantile",
  fields: ["p", "control.user", "control.value", "treatment.user", "treatment.value"],
  run: (input) => {
    const alpha = input.number("alpha");
    const estimate = (arm: Fields) =>
      clusteredQuantile(arm.numbers("value"), arm.labels("user"), input.number("p"), alpha);
    const treatment = estimate(input.object("treatment"));
    const control = estimate(input.object("control"));
    const differences = Object.entries(ERRORS).map(([name, se]) =>
      difference(name, treatment, control, se, alpha),
    );
    return Object.assign(
      {
        control: block(control),
        treatment: block(treatment),
        difference: treatment.quantile - control.quantile,
      },
      ...differences,
    );
  },
};

function difference(
  name: string,
  treatment: ClusteredQuantile,
  control: ClusteredQuantile,
  se: (arm: ClusteredQuantile) => number | undefined,
  alpha: number,
) {
  const [seT, seC] = [se(treatment), se(control)];
  if (seT === undefined || seC === undefined) return {};
  const result = quantileDifference({
    treatment: { quantile: treatment.quantile, se: seT },
    control: { quantile: control.quantile, se: seC },
    alpha,
  });
  return {
    [`difference_${name}`]: result.se,
    [`z_${name}`]: result.z,
    [`p_${name}`]: result.pValue,
    [`ci_${name}`]: [result.ciLower, result.ciUpper],
  };
}

function block(arm: ClusteredQuantile) {
  return {
    n: arm.n,
    clusters: arm.clusters,
    quantile: arm.quantile,
    ecdf_at_quantile: arm.ecdfAtQuantile,
    iid_variance_of_ecdf: arm.iidVarianceOfEcdf,
    cluster_variance_of_ecdf: arm.clusterVarianceOfEcdf,
    cluster_correction: arm.clusterCorrection,
    iid_ranks: arm.iid.ranks,
    iid_ci: arm.iid.ci,
    iid_se: arm.iid.se,
    post_adjusted_se: arm.postAdjustedSe,
    pre_adjusted_ranks: arm.preAdjusted.ranks,
    pre_adjusted_ci: arm.preAdjusted.ci,
    pre_adjusted_se: arm.preAdjusted.se,
    kde_bandwidth: arm.kde?.bandwidth,
    kde_density: arm.kde?.density,
    delta_kde_se: arm.kde?.se,
  };
}
