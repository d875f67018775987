import {
  differenceSequence,
  meanSequence,
  mixtureSprtOfMean,
  mixtureSprtPath,
  rhoForTightestAt,
  rhoForTightestAtClosedForm,
  sequenceHalfWidth,
} from "@plumbline/stats";
import type { Fields } from "../fields.js";
import type { KindTable } from "./table.js";

const settings = (input: Fields) => ({ rho: input.number("rho"), alpha: input.number("alpha") });

const sample = (input: Fields) => ({
  t: input.number("t"),
  mean: input.number("mean"),
  sigma: input.number("sigma_hat"),
});

const mixture = (input: Fields) => ({
  tau2: input.number("tau2"),
  theta0: input.number("theta0"),
  alpha: input.number("alpha"),
});

function tightest(input: Fields) {
  const t = input.number("t_star");
  const alpha = input.number("alpha");
  const rho = rhoForTightestAt(t, alpha);
  return {
    rho_exact: rho,
    rho_closed_form_approximation: rhoForTightestAtClosedForm(t, alpha),
    half_width_at_t_star_exact_sigma1: sequenceHalfWidth(t, { rho, alpha }),
  };
}

function difference(input: Fields) {
  const arm = (index: 1 | 2) => {
    const n = input.number(`n${index}`);
    return {
      n,
      estimate: input.number(`mean${index}`),
      variance: input.number(`var${index}`) / n,
    };
  };
  const result = differenceSequence({ treatment: arm(1), control: arm(2) }, settings(input));
  return {
    t: result.units,
    sigma_hat: result.sigma,
    difference: result.estimate,
    half_width: result.halfWidth,
    lower: result.lower,
    upper: result.upper,
  };
}

function path(input: Fields) {
  const means = input.numbers("means");
  const variance = input.number("variance");
  const looks = input.numbers("n").map((n, k) => ({
    estimate: means[k] ?? Number.NaN,
    standardError: Math.sqrt(variance / n),
  }));
  const result = mixtureSprtPath(looks, mixture(input));
  return {
    always_valid_p: result.alwaysValidP,
    running_lower: result.runningLower,
    running_upper: result.runningUpper,
  };
}

export const CONFIDENCE_SEQUENCE_KINDS: KindTable = {
  asymptotic_cs: (input) => {
    const result = meanSequence(sample(input), settings(input));
    return { half_width: result.halfWidth, lower: result.lower, upper: result.upper };
  },
  asymptotic_cs_one_sided: (input) => {
    const result = meanSequence(sample(input), settings(input), "greater");
    return { margin: result.halfWidth, lower: result.lower };
  },
  rho_for_tightest_at: tightest,
  asymptotic_cs_difference: difference,
  msprt: (input) => {
    const observed = {
      n: input.number("n"),
      mean: input.number("mean"),
      variance: input.number("variance"),
    };
    const result = mixtureSprtOfMean(observed, mixture(input));
    return {
      log_likelihood_ratio: result.logLikelihoodRatio,
      p_value_single: result.pValue,
      half_width: result.halfWidth,
      lower: result.lower,
      upper: result.upper,
      reject: result.reject,
    };
  },
  msprt_path: path,
};
