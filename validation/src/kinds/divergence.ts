import {
  chiSquareHomogeneity,
  correlationOf,
  deattenuate,
  divergence,
  fisherInterval,
  kendall,
  pearson,
  spearman,
  twoSampleDistance,
} from "@plumbline/stats";
import type { KindTable } from "./table.js";

const clip = (r: number) => Math.min(1, Math.max(-1, r));

export const DIVERGENCE_KINDS: KindTable = {
  divergence: (input) => {
    const result = divergence({
      p: input.numbers("counts_p"),
      q: input.numbers("counts_q"),
      smoothing: input.number("smoothing"),
    });
    return {
      kl_pq: result.klPq,
      kl_qp: result.klQp,
      kl_pq_infinite: result.klPq === null,
      kl_qp_infinite: result.klQp === null,
      psi: result.psi,
      js_divergence: result.jensenShannon,
      js_distance: result.jensenShannonDistance,
    };
  },

  chi_square_homogeneity: (input) => {
    const result = chiSquareHomogeneity(input.numbers("counts_p"), input.numbers("counts_q"));
    return {
      chi_square: result.chiSquare,
      df: result.df,
      p_value: result.pValue,
      cramers_v: result.cramersV,
    };
  },

  ks_two_sample: (input) => {
    const result = twoSampleDistance(input.numbers("a"), input.numbers("b"));
    return {
      d: result.d,
      p_exact: result.pExact,
      p_asymptotic_scipy: result.pOneSample,
      p_kolmogorov_limit: result.pLimit,
    };
  },

  correlation: (input) => {
    const [x, y, alpha] = [input.numbers("x"), input.numbers("y"), input.number("alpha")];
    const [linear, ranks, tau] = [pearson(x, y, alpha), spearman(x, y, alpha), kendall(x, y)];
    return {
      pearson: linear.correlation,
      pearson_p: linear.pValue,
      pearson_ci_lower: linear.interval?.ciLower ?? null,
      pearson_ci_upper: linear.interval?.ciUpper ?? null,
      spearman: ranks.correlation,
      spearman_p: ranks.pValue,
      spearman_ci_lower_bonett_wright: ranks.interval?.ciLower ?? null,
      spearman_ci_upper_bonett_wright: ranks.interval?.ciUpper ?? null,
      kendall_tau_b: tau.tauB,
      kendall_p_asymptotic: tau.pValue,
    };
  },

  fisher_z: (input) => {
    const [r, n, alpha] = [input.number("r"), input.number("n"), input.number("alpha")];
    const { ciLower, ciUpper } = fisherInterval(r, n, alpha);
    return {
      fisher_z: Math.atanh(r),
      se_z: 1 / Math.sqrt(n - 3),
      ci_lower: ciLower,
      ci_upper: ciUpper,
      p_value_t: correlationOf(r, n, alpha).pValue,
    };
  },

  deattenuated_correlation: (input) => {
    const { correlation, interval } = deattenuate(
      input.number("r"),
      input.number("n"),
      input.number("reliability_x"),
      input.number("reliability_y"),
      input.number("alpha"),
    );
    return {
      deattenuated: correlation,
      deattenuated_clipped: clip(correlation),
      ci_lower: interval.ciLower,
      ci_upper: interval.ciUpper,
      ci_lower_clipped: clip(interval.ciLower),
      ci_upper_clipped: clip(interval.ciUpper),
    };
  },
};
