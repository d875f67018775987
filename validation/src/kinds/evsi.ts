import { rateDifferenceTrialValue, rateTrialValue, trialValue } from "@plumbline/stats";
import type { Fields } from "../fields.js";
import type { KindTable } from "./table.js";

const rateStakes = (input: Fields) => ({
  value: input.number("value"),
  cost: input.number("cost"),
});

export const EVSI_KINDS: KindTable = {
  normal: (input) => {
    const value = trialValue(
      { kind: "normal", mean: input.number("prior_mean"), sd: input.number("prior_sd") },
      {
        valuePerUnit: input.number("value_per_unit"),
        population: input.number("population"),
        launchCost: input.number("launch_cost"),
      },
      { samplingVariance: input.number("sampling_variance"), cost: input.number("trial_cost") },
    );
    return {
      decision_now: value.decisionNow,
      value_now: value.valueNow,
      break_even_effect: value.breakEvenEffect,
      preposterior_sd: value.preposteriorSd,
      evpi: value.evpi,
      evsi: value.evsi,
      enbs: value.enbs,
    };
  },

  beta_binomial: (input) => {
    const prior = { a: input.number("a"), b: input.number("b") };
    const value = rateTrialValue(prior, input.number("n"), rateStakes(input));
    return {
      value_now: value.valueNow,
      evpi: value.evpi,
      evsi: value.evsi,
      value_with_sample: value.valueWithSample,
    };
  },

  beta_binomial_two_arm: (input) => {
    const arm = (name: string) => ({
      prior: { a: input.number(`a_${name}`), b: input.number(`b_${name}`) },
      n: input.number(`n_${name}`),
    });
    const value = rateDifferenceTrialValue(arm("treatment"), arm("control"), rateStakes(input));
    return {
      value_now: value.valueNow,
      value_with_sample: value.valueWithSample,
      evsi: value.evsi,
    };
  },
};
