/**
 * An aggregate effect split into what happens within cohorts and what a different mix of cohorts does.
 *
 * Method: aggregate = sum wbar_c (y_tc - y_cc) + sum (w_tc - w_cc) ybar_c with symmetric weights, wbar and ybar the
 * averages of the two arms (E. Kitagawa, J. Amer. Stat. Assoc. 50 (1955) 1168): exact, no interaction term. The
 * Mantel-Haenszel mean difference (weights n_t n_c / n) and a chi-square test of equal mix beside it.
 * Domain: units in both arms; a cohort with one arm only belongs to the mix alone. A reversal can come from a different
 * mix only: arms with the same cohort shares cannot show one, however much they mask.
 */
import { chiSquareSf } from "../distributions/index.js";
import { requireDomain } from "../errors.js";
import { requireFinite } from "../tests/inference.js";

export interface ArmOfCohort {
  /** Units; 0 where the arm has none. */
  readonly n: number;
  /** Oriented so that larger is better; not read when n is 0. */
  readonly mean: number;
}

export interface CohortArms {
  readonly cohort: string;
  readonly treatment: ArmOfCohort;
  readonly control: ArmOfCohort;
}

export interface CohortShare {
  readonly cohort: string;
  /** Treatment minus control; null when an arm is empty. */
  readonly effect: number | null;
  readonly treatmentShare: number;
  readonly controlShare: number;
  /** Parts of the aggregate effect; they add up over cohorts to `within` and `mix`. */
  readonly within: number;
  readonly mix: number;
}

/** `every_cohort`: no cohort agrees in sign with the aggregate; `on_average`: the within part does not. */
export type Reversal = "none" | "on_average" | "every_cohort";

export interface SimpsonDecomposition {
  readonly treatmentMean: number;
  readonly controlMean: number;
  /** treatmentMean - controlMean = within + mix. */
  readonly aggregate: number;
  readonly within: number;
  readonly mix: number;
  /** Difference of means within cohorts, weights n_t n_c / n; null when no cohort has both arms. */
  readonly mantelHaenszel: number | null;
  /** Chi-square test that the arms have the same mix of cohorts: under randomisation, a sample-ratio test. */
  readonly mixTest: { readonly statistic: number; readonly df: number; readonly pValue: number };
  readonly reversal: Reversal;
  /** Cohorts whose effect is below 0 while the aggregate is not, from the worst on. */
  readonly maskedHarm: readonly string[];
  readonly cohorts: readonly CohortShare[];
}

/** @throws StatsError DOMAIN when an arm has no units, a cohort is named twice, or a value is not finite. */
export function simpsonDecomposition(cohorts: readonly CohortArms[]): SimpsonDecomposition {
  requireCohorts(cohorts);
  const total = (arm: "treatment" | "control") => cohorts.reduce((sum, c) => sum + c[arm].n, 0);
  const [nt, nc] = [total("treatment"), total("control")];
  requireDomain(nt > 0 && nc > 0, "Both arms need units.", "Wait until both arms have data.");
  const shares = cohorts.map((cohort) => shareOf(cohort, nt, nc));
  const sum = (value: (share: CohortShare) => number) => shares.reduce((s, c) => s + value(c), 0);
  const mean = (arm: "treatment" | "control", n: number) =>
    cohorts.reduce((s, c) => (c[arm].n > 0 ? s + (c[arm].n / n) * c[arm].mean : s), 0);
  const [treatmentMean, controlMean] = [mean("treatment", nt), mean("control", nc)];
  const [within, mix] = [sum((c) => c.within), sum((c) => c.mix)];
  const aggregate = treatmentMean - controlMean;
  return {
    treatmentMean,
    controlMean,
    aggregate,
    within,
    mix,
    mantelHaenszel: mantelHaenszel(cohorts),
    mixTest: mixTest(cohorts, nt, nc),
    reversal: reversalOf(shares, aggregate, within),
    maskedHarm: aggregate < 0 ? [] : harmed(shares),
    cohorts: shares,
  };
}

function shareOf({ cohort, treatment, control }: CohortArms, nt: number, nc: number): CohortShare {
  const [treatmentShare, controlShare] = [treatment.n / nt, control.n / nc];
  const effect = treatment.n > 0 && control.n > 0 ? treatment.mean - control.mean : null;
  const level =
    effect === null ? (treatment.n > 0 ? treatment.mean : control.mean) : control.mean + effect / 2;
  const mixShift = treatmentShare - controlShare;
  return {
    cohort,
    effect,
    treatmentShare,
    controlShare,
    within: effect === null ? 0 : ((treatmentShare + controlShare) / 2) * effect,
    mix: mixShift === 0 ? 0 : mixShift * level,
  };
}

function mantelHaenszel(cohorts: readonly CohortArms[]): number | null {
  let [weight, mean] = [0, 0];
  for (const { treatment, control } of cohorts) {
    if (treatment.n === 0 || control.n === 0) continue;
    const w = (treatment.n * control.n) / (treatment.n + control.n);
    weight += w;
    mean += (w / weight) * (treatment.mean - control.mean - mean);
  }
  return weight > 0 ? mean : null;
}

function mixTest(cohorts: readonly CohortArms[], nt: number, nc: number) {
  const filled = cohorts.filter((c) => c.treatment.n + c.control.n > 0);
  const df = filled.length - 1;
  if (df === 0) return { statistic: 0, df, pValue: 1 };
  const statistic = filled.reduce((sum, { treatment, control }) => {
    const n = treatment.n + control.n;
    const expected = n * (nt / (nt + nc));
    // The two cells of a cohort are equally far from their expectations.
    return sum + (treatment.n - expected) ** 2 * (1 / expected + 1 / (n - expected));
  }, 0);
  return { statistic, df, pValue: chiSquareSf(statistic, df) };
}

function reversalOf(shares: readonly CohortShare[], aggregate: number, within: number): Reversal {
  const effects = shares.flatMap(({ effect }) => (effect === null ? [] : [effect]));
  const opposes = (x: number) => Math.sign(x) * Math.sign(aggregate) < 0;
  if (effects.length > 0 && effects.every(opposes)) return "every_cohort";
  return opposes(within) ? "on_average" : "none";
}

function harmed(shares: readonly CohortShare[]): string[] {
  return shares
    .flatMap(({ cohort, effect }) => (effect !== null && effect < 0 ? [{ cohort, effect }] : []))
    .sort((a, b) => a.effect - b.effect)
    .map(({ cohort }) => cohort);
}

function requireCohorts(cohorts: readonly CohortArms[]): void {
  const names = new Set(cohorts.map(({ cohort }) => cohort));
  requireDomain(
    names.size === cohorts.length,
    "A cohort is named twice.",
    "Give each cohort one row with both arms.",
  );
  for (const { cohort, treatment, control } of cohorts) {
    for (const { n, mean } of [treatment, control]) {
      requireDomain(
        Number.isFinite(n) && n >= 0,
        `The number of units of cohort ${cohort} is 0 or more, not ${n}.`,
      );
      if (n > 0) requireFinite(mean, `The mean of cohort ${cohort}`);
    }
  }
}
