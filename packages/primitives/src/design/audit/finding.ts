/** A judgment on a registration, and what the rules that make them see. */
import type { MetricKind, Study } from "../../shared/vocabulary.js";
import type { MetricLibrary } from "../metrics.js";
import type { Registration } from "../registration.js";
import type { SizingReport } from "../sizing/size.js";

export const FINDING_CODES = [
  "FIGURES_IMPOSSIBLE",
  "SIZE_MISSING",
  "SIZE_EXCESS",
  "SIZE_SHORT",
  "SIZE_UNKNOWN",
  "CUPED_SIZE_WITHOUT_CUPED",
  "COHORT_TOO_SMALL",
  "COHORT_SIZES",
  "COHORTS_UNDECLARED",
  "LEVELS_OVERSPEND",
  "LEVELS_UNDERSPEND",
  "LEVELS_BONFERRONI",
  "UNIT_REQUEST",
  "UNIT_SESSION",
  "UNIT_OF_ANALYSIS",
  "RUNTIME_MISSING",
  "RUNTIME_NOT_WEEKS",
  "RUNTIME_NOVELTY",
  "RUNTIME_TRAFFIC",
  "T_TEST_ON_RATIO",
  "RANK_TEST_OF_MEANS",
  "GUARDRAILS_EXCEED_POWER",
  "GUARDRAIL_MISSING",
  "GUARDRAIL_CANNOT_FIRE",
  "GUARDRAIL_WEAK",
  "GUARDRAIL_CANNOT_PASS",
  "GUARDRAIL_UNSIZED",
  "VETO_CORRECTED",
  "LAUNCH_KIND_ASSUMED",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** error: the design cannot answer its question. warning: it can, badly. note: worth knowing. */
export type FindingSeverity = "error" | "warning" | "note";

export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** From the root of the registration to what it is about. */
  readonly path: readonly (string | number)[];
  readonly sentence: string;
  readonly mend: string;
  /** What was computed, in full precision. */
  readonly numbers: Readonly<Record<string, number>>;
}

export interface AuditContext {
  readonly registration: Registration;
  /** Null when the documents have errors: rules that need it are silent. */
  readonly study: Study | null;
  readonly library: MetricLibrary | null;
  /** Null without a study, or when its figures allow no size (a finding says so). */
  readonly sizing: SizingReport | null;
}

export type Rule = (context: AuditContext) => readonly Finding[];

/** Kind of a metric: the library's, else the study's, else unknown. */
export function kindOf(context: AuditContext, name: string): MetricKind | null {
  return context.library?.metrics[name]?.kind ?? null;
}

/** 3.507 -> 3.5; 12.2 -> 12. */
export const times = (ratio: number): string => ratio.toFixed(ratio < 10 ? 1 : 0);
