/** The words of cohorts read together: pooled effects and what makes up an aggregate effect. Plain data only. */

export interface PooledEstimate {
  readonly estimate: number;
  /** At the study's interval level. */
  readonly lower: number;
  readonly upper: number;
}

/** One level of a dimension, by itself and with its neighbours considered. */
export interface PooledLevel {
  readonly level: string;
  /** Its own effect; the interval is that of one look, made from the standard error. */
  readonly raw: PooledEstimate & { readonly standardError: number };
  /** Shrunken towards the others; null where the method does not reach. */
  readonly pooled: PooledEstimate | null;
  /** Share of its distance to the common mean that pooling leaves, 0 (all noise) to 1 (none). */
  readonly kept: number | null;
  /** P(effect beyond the limit | data), neighbours considered; null without a limit on this scale. */
  readonly probabilityBeyond: number | null;
  /** Two-sided, against all other levels together, not corrected for their number. */
  readonly differsPValue: number | null;
}

/** Random treatment slope per level, by REML from the cells; in the unit of the metric. */
export interface SlopeModel {
  readonly mean: PooledEstimate & { readonly standardError: number };
  readonly sdSlope: number;
  readonly sdIntercept: number;
  readonly sdResidual: number;
  /** Of intercepts and slopes; null where one of them does not vary. */
  readonly correlation: number | null;
  readonly singular: boolean;
  readonly remlCriterion: number;
  readonly levels: readonly (PooledEstimate & {
    readonly level: string;
    /** Null without units in both arms. */
    readonly raw: number | null;
  })[];
}

export interface CohortHeterogeneity {
  /** Cochran's Q with its chi-square test. */
  readonly q: number;
  readonly df: number;
  readonly pValue: number;
  readonly i2: number;
  /** Standard deviation of the true effects between levels, on the scale of the effects; Q-profile limits. */
  readonly tau: PooledEstimate;
  /** Random-effects mean, Hartung-Knapp. */
  readonly mean: PooledEstimate;
  /** Gail-Simon: some levels gain and others lose; and: any level loses. */
  readonly crossingPValue: number;
  readonly anyHarmPValue: number;
}

/** The levels of one dimension on one metric, treatment against control. */
export interface CohortPooling {
  readonly dimension: string;
  readonly metric: string;
  readonly treatment: string;
  readonly scale: "relative" | "absolute";
  readonly levels: readonly PooledLevel[];
  readonly heterogeneity: CohortHeterogeneity | null;
  /** "hierarchical": averaged over tau. "reml": two levels, from the slope model. "none": not pooled. */
  readonly method: "hierarchical" | "reml" | "none";
  readonly model: SlopeModel | null;
  /** null: too few levels with an effect to tell. */
  readonly finding: "real" | "compatible_with_noise" | null;
  /** The level that stands out most, and its p-value corrected for the number of levels. */
  readonly furthest: { readonly level: string; readonly pValue: number } | null;
  readonly sentence: string;
}

export interface MixLevel {
  /** Null: the units at levels that are not declared. */
  readonly level: string | null;
  readonly effect: number | null;
  readonly treatmentShare: number;
  readonly controlShare: number;
  readonly within: number;
  readonly mix: number;
}

/** An aggregate effect (in the metric's unit) as a sum: within levels, and from a different mix of levels. */
export interface CohortMix {
  readonly dimension: string;
  readonly metric: string;
  readonly treatment: string;
  readonly aggregate: number;
  readonly within: number;
  readonly mix: number;
  /** Chi-square test that both arms hold the same mix of units; null for a ratio, whose shares are not counts of units. */
  readonly mixPValue: number | null;
  readonly reversal: "none" | "on_average" | "every_cohort";
  /** Levels with shown harm while the aggregate is not worse, the worst first. */
  readonly maskedHarm: readonly {
    readonly level: string;
    readonly effect: number;
    readonly pValue: number;
  }[];
  readonly levels: readonly MixLevel[];
  readonly sentence: string;
}

export interface CohortEvidence {
  readonly pooling: readonly CohortPooling[];
  readonly mix: readonly CohortMix[];
}
