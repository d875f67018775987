/** The words of a run over time: its plan, the moment it is read, and what the plan says then. Plain data only. */
import type { BoundaryFamily, FutilityRule } from "@plumbline/stats";

export interface Interval {
  /** Null: unbounded on that side. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Two-sided coverage, e.g. 0.95. */
  readonly level: number;
}

/** When the primary metric may be judged, and at what level each time. Days count from the start of the run. */
export type StoppingPlan =
  /** One test, at the end of `day`; null: whenever the data are read. */
  | { readonly kind: "fixed_horizon"; readonly day: number | null }
  | {
      readonly kind: "group_sequential";
      /** Days at whose end the data are looked at, ascending; the last is the final one. */
      readonly looks: readonly number[];
      readonly boundary: BoundaryFamily;
      readonly futility: FutilityRule | null;
    }
  /** Nominal levels written by hand, one for each look; nothing vouches for their total. */
  | {
      readonly kind: "custom_levels";
      readonly looks: readonly number[];
      readonly levels: readonly number[];
    }
  /** Valid whenever it is read; `day` ends the run. */
  | { readonly kind: "always_valid"; readonly day: number | null };

export interface StudyStopping {
  readonly plan: StoppingPlan;
  /** Start of the run as registered, ISO 8601; null: the first exposure in the data counts. */
  readonly start: string | null;
  /** Units an arm that the plan was made for; null: not registered. */
  readonly plannedUnitsPerArm: number | null;
  /** Standard deviation of one unit of the primary metric that the plan expects, after any variance reduction. */
  readonly plannedDeviation: number | null;
  /** Value of the primary metric before the experiment. */
  readonly baseline: number | null;
  /** Whether harm shown on a guardrail or cohort ends the run at an interim look. */
  readonly abortOnBreach: boolean;
}

/**
 * planned_look: an interim look of the plan. final_look: its end. not_a_look: another moment, at which only always-valid
 * intervals are shown. any_time: the plan is always valid.
 */
export type LookMoment = "planned_look" | "final_look" | "not_a_look" | "any_time";

/** What the plan says of an arm. not_shown: the end passed without a crossing. not_judged: no look, or no result. */
export type PlanDecision =
  | "stop_for_benefit"
  | "stop_for_harm"
  | "stop_for_futility"
  | "continue"
  | "not_shown"
  | "not_judged";

export interface PlanLook {
  readonly day: number | null;
  /** Share of the planned information, observed or (to come) expected. */
  readonly fraction: number;
  /** z at which the look rejects. */
  readonly criticalValue: number;
  /** What an ordinary p-value of the test's side is held against. */
  readonly nominalLevel: number;
  /** z seen; null where none is known. Positive: a benefit. */
  readonly z: number | null;
  /** taken: recorded. assumed: planned and past, but not recorded; its share of alpha counts as spent. */
  readonly state: "taken" | "assumed" | "now" | "to_come";
}

/** After a stop: stage-wise p-value, median-unbiased estimate and interval, on the primary metric's scale. */
export interface StageWiseResult {
  readonly pValue: number;
  readonly estimate: number;
  readonly interval: Interval;
  readonly scale: "relative" | "absolute";
}

export interface ArmLook {
  readonly treatment: string;
  readonly decision: PlanDecision;
  /** z of the primary metric now; positive: a benefit. */
  readonly z: number | null;
  /** 1 / variance of the absolute effect of the primary metric. */
  readonly information: number | null;
  /** Share of the planned information. */
  readonly fraction: number | null;
  /** What the planned information was taken from, in words. */
  readonly informationBasis: string | null;
  /** What the p-value is held against at this look. */
  readonly nominalLevel: number | null;
  /** z below which the plan advises to stop for futility. */
  readonly futilityBound: number | null;
  readonly looks: readonly PlanLook[];
  /** Null while the run goes on, and for a plan of one look, where the ordinary analysis is exact. */
  readonly stageWise: StageWiseResult | null;
  /** Probability to reject at a later look: given the data alone, and if the effect is the MDE. Interim looks only. */
  readonly predictivePower: number | null;
  readonly conditionalPowerAtMde: number | null;
}

export interface PlanVerdict {
  readonly kind: StoppingPlan["kind"];
  /** "O'Brien-Fleming-type spending, looks on days 4, 7, 11 and 14". */
  readonly label: string;
  readonly moment: LookMoment;
  readonly day: number | null;
  /** Day of the next planned look; null: none. */
  readonly nextDay: number | null;
  readonly lastDay: number | null;
  /** What this moment is, for a PM. */
  readonly sentence: string;
  readonly arms: readonly ArmLook[];
}
