/** Every kind of metric, allocation and direction, against the closed forms of the field. */
import { describe, expect, it } from "vitest";
import type { Study, StudyMetric } from "../../shared/vocabulary.js";
import type { RegistrationInput } from "../registration.js";
import { sizeRegistration } from "./size.js";
import { RERANKER, resolved } from "./testing/reranker.js";

const { stop_rule: _rule, guardrails: _guardrails, ...rest } = RERANKER;
const plain: RegistrationInput = { ...rest, cuped: { enabled: false } };

/** (z_{0.975} + z_{0.8})^2 */
const SIGNAL = (1.959964 + 0.8416212) ** 2;

function sized(
  input: RegistrationInput,
  metric: Partial<StudyMetric>,
  change: (study: Study) => Study = (study) => study,
) {
  const { registration, study } = resolved(input);
  const primary = { ...study.primary, metric: { ...study.primary.metric, ...metric } };
  const report = sizeRegistration({
    registration,
    study: change({ ...study, primary }),
    library: null,
  });
  const [first] = report.requirements;
  if (!first) throw new Error(JSON.stringify(report.unsized));
  return first;
}

const name = RERANKER.primary_metric.name;
const within = (got: number, want: number) => expect(Math.abs(got - want)).toBeLessThanOrEqual(1);

describe("the primary metric as a", () => {
  const share: RegistrationInput = {
    ...plain,
    primary_metric: { name, baseline_estimate: 0.1 },
    mde_relative: 0.1,
    mde_absolute: 0.01,
  };

  it("proportion that shall rise: unpooled variance at 0.10 and 0.11", () => {
    within(sized(share, { kind: "proportion" }).perArm, (SIGNAL * (0.09 + 0.0979)) / 1e-4);
  });

  it("proportion that shall fall: at 0.10 and 0.09", () => {
    const down = { kind: "proportion", direction: "lower_is_better" } as const;
    within(sized(share, down).perArm, (SIGNAL * (0.09 + 0.0819)) / 1e-4);
  });

  it("ratio: delta-method variance of one unit", () => {
    const moments = {
      mean_numerator: 2,
      mean_denominator: 10,
      sd_numerator: 1.5,
      sd_denominator: 4,
      correlation: 0.5,
    };
    const input = {
      ...plain,
      primary_metric: { name },
      mde_relative: 0.05,
      mde_absolute: 0.01,
      sizing: { metrics: { [name]: { ratio: moments } } },
    };
    const variance = (2.25 - 2 * 0.2 * 3 + 0.04 * 16) / 100;
    within(sized(input, { kind: "ratio" }).perArm, (2 * SIGNAL * variance) / 1e-4);
  });

  it("quantile: p (1 - p) / f^2 over the observations, with the cluster correction", () => {
    const figures = {
      baseline: 720,
      density: 0.0005,
      observations_per_unit: 12,
      cluster_correction: 2,
    };
    const input = {
      ...plain,
      primary_metric: { name },
      mde_relative: 0.05,
      mde_absolute: 36,
      sizing: { metrics: { [name]: figures } },
    };
    const variance = ((0.95 * 0.05) / (0.0005 ** 2 * 12)) * 4;
    within(sized(input, { kind: "quantile", order: 0.95 }).perArm, (2 * SIGNAL * variance) / 1296);
  });

  it("rank: Noether's size for P(treatment > control) = 0.55", () => {
    const input = { ...plain, primary_metric: { name } } as RegistrationInput;
    const { mde_relative: _relative, ...absolute } = input;
    const got = sized({ ...absolute, mde_absolute: 0.05 }, { kind: "rank" });
    // N = (za + zb)^2 / (12 q (1 - q) (p - 1/2)^2) in both arms, q = 1/2.
    within(got.perArm, SIGNAL / (12 * 0.25 * 0.0025) / 2);
  });

  it("mean of logs: the effect is the logarithm of the ratio", () => {
    const got = sized(
      { ...plain, primary_metric: { name, baseline_std: 0.8 } },
      {
        transform: "log",
      },
    );
    expect(got.effect).toBeCloseTo(Math.log(1.03), 12);
  });
});

describe("arms", () => {
  const arms = (share: number): RegistrationInput => ({
    ...plain,
    arms: {
      control: { name: "a", share: 1 - share },
      treatments: [{ name: "b", share }],
    },
  });

  it("of unequal shares take s^2 (za + zb)^2 / (d^2 q (1 - q)) units", () => {
    const got = sized(arms(0.2), {});
    const total = (SIGNAL * 0.142 ** 2) / (0.00549 ** 2 * 0.16);
    expect(Math.abs(got.total / total - 1)).toBeLessThan(1e-3);
    expect(got.sizes.control / (got.sizes.treatments[0] ?? 1)).toBeCloseTo(4, 2);
  });

  it("share the level of the primary metric, and not that of a guardrail", () => {
    const report = sizeRegistration(
      resolved({
        ...plain,
        arms: { control: { name: "a" }, treatments: [{ name: "b" }, { name: "c" }] },
        guardrails: [
          { name: "g", threshold_absolute: -1, unit: "USD", direction: "higher_is_better" },
        ],
        sizing: { metrics: { g: { sd: 10 } } },
      }),
    );
    const [primary, guardrail] = report.requirements;
    // z_{0.9875} = 2.2414027.
    within(
      primary?.perArm ?? 0,
      Math.ceil((2 * 0.142 ** 2 * (2.2414027 + 0.8416212) ** 2) / 0.00549 ** 2) + 1,
    );
    within(guardrail?.perArm ?? 0, 2 * 100 * SIGNAL + 1);
    expect(report.planned?.total).toBe(3 * 18_420);
  });

  it("of clustered units take the design effect more: 1 + (m - 1) icc", () => {
    const clusters = { mean_size: 5, intracluster_correlation: 0.1 };
    const ratio = sized({ ...plain, sizing: { clusters } }, {}).perArm / sized(plain, {}).perArm;
    expect(ratio).toBeCloseTo(1.4, 2);
  });
});
