/**
 * The words that primitives share: a study as registered, evidence as computed, checks and the
 * verdict. Plain data only; `Study` + `Evidence` -> `decide` -> `Verdict` must replay to the same
 * bytes, so nothing here holds a clock, a path or a function.
 */

import type { CohortEvidence } from "./cohort-vocabulary.js";
import type { MatureShare, StudyMaturity } from "./maturity-vocabulary.js";
import type { Interval, PlanVerdict, StudyStopping } from "./plan-vocabulary.js";
import type {
  GuardrailPolicy,
  NormalPrior,
  PoliciesVerdict,
  VerdictWord,
} from "./policy-vocabulary.js";

export type * from "./cohort-vocabulary.js";
export type * from "./maturity-vocabulary.js";
export type * from "./plan-vocabulary.js";
export type * from "./policy-vocabulary.js";

export type Direction = "higher_is_better" | "lower_is_better";
export type MetricKind = "mean" | "proportion" | "ratio" | "quantile" | "rank";
export type Alternative = "two_sided" | "greater" | "less";
/** given: written in a document. default: our table. derived: computed from other parameters. */
export type Origin = "given" | "default" | "derived";

export interface Parameter {
  readonly name: string;
  readonly value: number | string | boolean | null;
  readonly unit: string | null;
  readonly origin: Origin;
  /** For a derived value: from what; for a default: why this one. */
  readonly note: string | null;
}

// --- The study: a registration with its metrics, every default resolved -------------------------

export interface StudyArm {
  readonly name: string;
  /** The value that stands for the arm in the data. */
  readonly value: string;
  /** Intended share of exposed units, in (0, 1); shares of all arms sum to 1. */
  readonly share: number;
}

export interface StudyMetric {
  readonly name: string;
  readonly kind: MetricKind;
  readonly direction: Direction;
  /** Of one value, for display: "ms", "USD", "share of turns"; null when pure. */
  readonly unit: string | null;
  readonly alternative: Alternative;
  /** Whether a pre-period covariate is declared and enabled. */
  readonly cuped: boolean;
  /** `log`: the effect is a difference of logs; its relative lift is that of geometric means. */
  readonly transform: "identity" | "log";
  /** Order of the quantile, or null. */
  readonly order: number | null;
  /** When a unit's value is complete; absent: at once, or not known. */
  readonly maturity?: StudyMaturity;
}

/**
 * A harm limit. relative: change of treatment against control, e.g. -0.01. absolute: the same in the
 * metric's unit, e.g. +50 (ms). level: the value the treatment arm itself must not pass, e.g. 800 ms.
 */
export interface Threshold {
  readonly scale: "relative" | "absolute" | "level";
  readonly value: number;
}

export interface StudyGuardrail {
  readonly metric: StudyMetric;
  readonly threshold: Threshold;
  /** Level at which harm counts as shown (before any declared correction). */
  readonly alpha: number;
  /** Belief about the effect before the data, on the limit's scale; absent: flat. */
  readonly prior?: NormalPrior;
  /** Cohorts in which it is judged as well, each against its own limit; absent: none. */
  readonly cohorts?: readonly { readonly cohort: CohortRef; readonly threshold: Threshold }[];
}

/** A success metric beside the primary one; under `risk_aware` any of them may carry the launch. */
export interface StudySuccess {
  readonly metric: StudyMetric;
  readonly mde: StudyPrimary["mde"];
}

export interface StudyDimension {
  readonly name: string;
  readonly levels: readonly string[];
  /** An intersection: the names of the dimensions whose levels it combines. */
  readonly of?: readonly string[];
}

/** Rules over all declared cohorts together; null: off. */
export interface StudyFairness {
  /** Least value in any cohort as a share of the value over everybody, both under treatment. */
  readonly floor: number | null;
  /** Relative limit of the change in any cohort. */
  readonly noLargeRegression: number | null;
  /** No cohort may be harmed at all. */
  readonly pareto: boolean;
}

export type PrimaryRule = "significant_and_mde" | "significant";

export interface StudyPrimary {
  readonly metric: StudyMetric;
  /** Smallest effect worth shipping, in the direction of improvement, as a positive size. */
  readonly mde: { readonly relative: number | null; readonly absolute: number | null };
  readonly rule: PrimaryRule;
  /** Registered level of the primary test, before division over treatment arms. */
  readonly alpha: number;
}

export interface StudyCohorts {
  readonly dimensions: readonly StudyDimension[];
  /** Harm limit of the primary metric in each declared level. */
  readonly threshold: Threshold;
  readonly alpha: number;
  /** "dimension=level" names whose lack of power the signatories accepted beforehand. */
  readonly acceptBlindness: readonly string[];
  /** Absent: no rule is on. */
  readonly fairness?: StudyFairness;
}

export interface Study {
  readonly experimentId: string;
  readonly hypothesis: { readonly h0: string; readonly h1: string };
  /** Name of the randomisation unit, e.g. "user_id". */
  readonly unit: string;
  readonly control: StudyArm;
  readonly treatments: readonly StudyArm[];
  readonly power: number;
  /** Two-sided level at which intervals are shown: 1 - confidence. */
  readonly intervalAlpha: number;
  readonly primary: StudyPrimary;
  readonly guardrails: readonly StudyGuardrail[];
  /** Metrics shown and never part of the gate. */
  readonly secondary: readonly StudyMetric[];
  readonly cohorts: StudyCohorts | null;
  readonly policy: GuardrailPolicy;
  /** Of `risk_aware`: further success metrics, and metrics that must only not get worse. Absent: none. */
  readonly success?: readonly StudySuccess[];
  readonly deterioration?: readonly StudyMetric[];
  /** Policies under which the same evidence is told beside the declared one; absent: none is told. */
  readonly otherPolicies?: readonly GuardrailPolicy[];
  readonly stakes: "low" | "medium" | "high";
  /** Null: no plan is known, and the evidence is judged as one test, whenever it comes. */
  readonly stopping: StudyStopping | null;
  /** Share of the exposed units that must be mature before a limit may count as kept; absent: 1. */
  readonly matureShare?: number;
  /** Sample-ratio mismatch below this p is fatal; share of multi-arm units above this is fatal. */
  readonly quality: {
    readonly srmAlpha: number;
    readonly multiArmLimit: number;
    readonly balanceAlpha: number;
  };
  readonly parameters: readonly Parameter[];
}

// --- Evidence: what the data said ----------------------------------------------------------------

/** One effect, treatment minus control, in one scale. */
export interface Effect {
  readonly estimate: number;
  readonly standardError: number | null;
  /** Null when the source of the evidence gave none. */
  readonly interval: Interval | null;
}

export interface ArmSummary {
  /** Units with a value (for a quantile: observations). Null when the evidence file gave none. */
  readonly n: number | null;
  /** Mean, rate, ratio or quantile; for `rank` the share of the arm's wins. */
  readonly value: number | null;
  readonly standardDeviation: number | null;
  /** Standard error of `value`, where the method gives one; a `level` limit is tested with it. */
  readonly standardError?: number;
  /** Of a ratio: the sum of its denominators, which `value` is a mean over. */
  readonly weight?: number;
}

/** One test of one metric: treatment against control, over everybody or in one cohort. */
export interface Analysis {
  /** Method in the field's words: "Welch t", "two-proportion z", "delta method", ... */
  readonly method: string;
  readonly absolute: Effect | null;
  readonly relative: Effect | null;
  /** How the interval of the relative effect was made: "delta", "Fieller", "log", "given". */
  readonly relativeMethod: string | null;
  readonly statistic: {
    readonly name: string;
    readonly value: number;
    readonly df: number | null;
  } | null;
  /** For the metric's declared alternative. "bound": only known to be below the value ("p < 0.001"). */
  readonly pValue: { readonly value: number; readonly bound: boolean } | null;
  readonly control: ArmSummary;
  readonly treatment: ArmSummary;
}

export interface CohortRef {
  readonly dimension: string;
  readonly level: string;
}

export interface Comparison {
  readonly metric: string;
  readonly treatment: string;
  /** Null: everybody. */
  readonly cohort: CohortRef | null;
  /** The analysis that decides: adjusted where CUPED applies, else unadjusted. Null: no result. */
  readonly analysis: Analysis | null;
  /** Where CUPED applies, the unadjusted analysis beside it; else null. */
  readonly unadjusted: Analysis | null;
  readonly cuped: {
    readonly theta: number;
    /** Var(adjusted) / Var(unadjusted) of the difference, in (0, 1]. */
    readonly varianceRatio: number;
    /** Share of units that have a covariate, per arm. */
    readonly coverage: { readonly control: number; readonly treatment: number };
  } | null;
  /** Why there is no result, in a sentence; null when there is one. */
  readonly missing: string | null;
}

export type QualityStatus = "ok" | "note" | "warning" | "fatal" | "not_evaluable";

export interface QualityFinding {
  /** e.g. "srm", "srm_cohort", "multi_arm_units", "duplicate_units", "nulls", "out_of_range". */
  readonly code: string;
  readonly status: QualityStatus;
  readonly sentence: string;
  /** What was counted or computed: p-value, counts, shares; full precision. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly subject: string | null;
}

export interface ArmCount {
  readonly arm: string;
  readonly units: number;
}

/** A planned look before this one, as the ledger holds it. */
export interface EarlierLook {
  readonly day: number;
  readonly treatment: string;
  readonly z: number;
  /** Share of the planned information. */
  readonly fraction: number;
}

/** When the evidence was read, in the time of the run. */
export interface EvidenceTiming {
  /** Whole days of the run that had passed; null: not known, and the evidence is taken for the final one. */
  readonly day: number | null;
  /** Of the exposures in the data, ISO 8601 UTC. */
  readonly firstExposure: string | null;
  readonly lastExposure: string | null;
  /** The moment read, ISO 8601 UTC; absent: not known. Rows from then on were not read. */
  readonly at?: string;
  /** Counted only where less than all units must be mature and some are not. */
  readonly mature?: readonly MatureShare[];
  /** Recorded looks of earlier days, oldest first. */
  readonly earlier: readonly EarlierLook[];
}

/** How the registration stands, as read from the ledger together with the data. */
export interface EvidenceRegistration {
  /** Locked: registered, signed by all, unchanged, and before the first exposure. */
  readonly locked: boolean;
  /** The standing in words. */
  readonly sentence: string;
  /** Every failed check in words; empty when locked. */
  readonly failures: readonly string[];
}

export interface Evidence {
  /** "warehouse" or the title of the evidence file's platform. */
  readonly origin: string;
  readonly counts: readonly ArmCount[];
  readonly quality: readonly QualityFinding[];
  readonly comparisons: readonly Comparison[];
  /** The declared cohorts read together; no check rests on it. Absent: none declared, or recorded before there was this. */
  readonly cohorts?: CohortEvidence;
  /** Absent: not known when it was read. */
  readonly timing?: EvidenceTiming;
  /** Absent: judged without a ledger, as a library does. */
  readonly registration?: EvidenceRegistration;
}

// --- The verdict ---------------------------------------------------------------------------------

/**
 * clear: passed. near: beyond the limit without being significant. breach: failed. underpowered: not
 * beyond the limit, and too little data to have seen harm of that size. not_evaluable: no result.
 */
export type CheckStatus = "clear" | "near" | "breach" | "underpowered" | "not_evaluable";
export type CheckKind = "quality" | "primary" | "guardrail" | "cohort" | "registration";

export interface Check {
  /** Stable: "primary:latency", "guardrail:csat", "cohort:locale=JP", "quality:srm"; "@arm" appended with several treatments. */
  readonly id: string;
  readonly kind: CheckKind;
  readonly status: CheckStatus;
  /** Whether this check, as it stands, keeps the launch from shipping. */
  readonly blocks: boolean;
  readonly metric: string | null;
  readonly treatment: string | null;
  readonly cohort: CohortRef | null;
  readonly estimate: number | null;
  /** Scale of estimate, interval and threshold. */
  readonly scale: "relative" | "absolute" | "level" | "count" | null;
  readonly interval: Interval | null;
  readonly pValue: number | null;
  /** True when only p < pValue is known. */
  readonly pValueIsBound: boolean;
  /** Level the p-value was held against. */
  readonly alpha: number | null;
  readonly threshold: number | null;
  /** Probability that the test would show a harm exactly as large as the threshold. */
  readonly powerAtThreshold: number | null;
  /** P(effect beyond the threshold | data), where the policy judges by it. */
  readonly probabilityBeyond?: number;
  /** Machine-readable reason, e.g. "harm_beyond_threshold_significant". */
  readonly code: string;
  readonly sentence: string;
}

export interface ArmVerdict {
  readonly treatment: string;
  readonly verdict: VerdictWord;
  readonly reason: string;
  /** Id of the check at which the path through the gate stops; null when it reaches ship. */
  readonly stoppedAt: string | null;
}

export interface Verdict {
  readonly verdict: VerdictWord;
  /** One sentence for a PM. */
  readonly reason: string;
  /** What to do next, in a sentence. */
  readonly next: string;
  /** The treatment arm that may ship, or null. */
  readonly shippable: string | null;
  readonly arms: readonly ArmVerdict[];
  /** In gate order: quality, primary, guardrails, cohorts, per treatment; then the registration. */
  readonly checks: readonly Check[];
  /** Where the run stands in its plan; absent without a registered plan. */
  readonly plan?: PlanVerdict;
  /** The same evidence under the other policies; absent in a study that asks for none. */
  readonly policies?: PoliciesVerdict;
}
