/**
 * How a guardrail is judged: one row a policy. A new policy is a new row.
 *
 * - harm_test: veto on harm that is beyond the limit and shown. Silence is not safety: a guardrail
 *   with too little data is told apart (`underpowered`) but does not block.
 * - non_inferiority: the burden of proof is turned round. The guardrail passes only if its one-sided
 *   confidence bound excludes the limit, at its own alpha, uncorrected (intersection-union test:
 *   R. L. Berger, Technometrics 24 (1982) 295-300).
 * - risk_aware: the same proof; vetoes come from the deterioration tests beside it (`deterioration.ts`), so that their
 *   total level is the registered one (Schultzberg, Ankargren & Franberg 2024).
 * - posterior_breach: passes only if P(effect beyond the limit | data) is below the registered limit, under the
 *   registered prior (`posterior.ts`).
 */
import { harmBound, isBeyond, type Lookup } from "../shared/effects.js";
import {
  finding,
  harmPValue,
  harmTest,
  type LimitFinding,
  type LimitQuestion,
  readResult,
} from "../shared/harm.js";
import type { GuardrailPolicy, NormalPrior } from "../shared/vocabulary.js";
import { type Correction, correctedLevels } from "./correction.js";
import { testPosterior } from "./posterior.js";

export interface GuardrailCase {
  /** `alpha` here is the guardrail's own, before correction. */
  readonly question: LimitQuestion;
  readonly lookup: Lookup;
  /** One-sided level of the proof that harm is excluded; default: the question's alpha. */
  readonly proofAlpha?: number;
  /** Flat when absent. */
  readonly prior?: NormalPrior;
  /** Intervals hold at any moment, standard errors do not: bounds are then read from the intervals. */
  readonly alwaysValid?: boolean;
}

export interface GuardrailFinding extends LimitFinding {
  readonly blocks: boolean;
}

type Cases = readonly GuardrailCase[];

interface Settings {
  readonly correction: Correction;
  /** Largest tolerated probability of a breach. */
  readonly limit: number;
}

interface Policy {
  /** Statuses that keep a launch from shipping. */
  readonly blocking: readonly LimitFinding["status"][];
  readonly judge: (cases: Cases, settings: Settings) => LimitFinding[];
}

const ALL_BUT_CLEAR = ["breach", "near", "underpowered", "not_evaluable"] as const;

const POLICIES: Readonly<Record<GuardrailPolicy["kind"], Policy>> = {
  harm_test: { blocking: ["breach", "not_evaluable"], judge: testHarm },
  non_inferiority: {
    blocking: ALL_BUT_CLEAR,
    judge: (cases) => cases.map((entry) => testNonInferiority(entry, true)),
  },
  risk_aware: {
    blocking: ALL_BUT_CLEAR,
    judge: (cases) => cases.map((entry) => testNonInferiority(entry, false)),
  },
  posterior_breach: {
    blocking: ALL_BUT_CLEAR,
    judge: (cases, { limit }) =>
      cases.map(({ question, lookup, prior }) =>
        testPosterior(question, lookup, prior ?? null, limit),
      ),
  },
};

/** Judges the guardrails of one treatment arm together, in registered order. */
export function judgeGuardrails(policy: GuardrailPolicy, cases: Cases): GuardrailFinding[] {
  const { blocking, judge } = POLICIES[policy.kind];
  const settings: Settings = {
    correction: policy.kind === "harm_test" ? policy.correction : "none",
    limit: policy.kind === "posterior_breach" ? policy.limit : 0,
  };
  return judge(cases, settings).map((entry) => ({
    ...entry,
    blocks: blocking.includes(entry.status),
  }));
}

function testHarm(cases: Cases, { correction }: Settings): LimitFinding[] {
  const tests = cases.map((entry) => ({ alpha: entry.question.alpha, pValue: pValueOf(entry) }));
  const levels = correctedLevels(correction, tests);
  return cases.map(({ question, lookup }, index) =>
    harmTest({ ...question, alpha: levels[index] ?? question.alpha }, lookup),
  );
}

function pValueOf({ question, lookup }: GuardrailCase): number | null {
  const read = readResult(question, lookup);
  if ("finding" in read) return null;
  return harmPValue(question, read.result.analysis, read.result.effect)?.value ?? null;
}

/** @param vetoes whether harm that is beyond the limit and shown is a breach, or only a lack of proof. */
function testNonInferiority(entry: GuardrailCase, vetoes: boolean): LimitFinding {
  const { question, lookup, proofAlpha = question.alpha, alwaysValid = false } = entry;
  const read = readResult(question, lookup);
  if ("finding" in read) return read.finding;
  const { result } = read;
  if (result.beyond) {
    return vetoes && result.harm === "shown"
      ? finding(question, result, "breach", "harm_beyond_threshold_significant")
      : finding(question, result, "near", "non_inferiority_beyond_margin");
  }
  const proof = { ...question, alpha: proofAlpha };
  const effect = alwaysValid ? { ...result.effect, standardError: null } : result.effect;
  const bound = harmBound(effect, proofAlpha, question.metric.direction);
  if (bound === null) return finding(proof, result, "not_evaluable", "no_interval");
  return isBeyond(bound, question.threshold.value, question.metric.direction)
    ? finding(proof, result, "underpowered", "non_inferiority_not_shown")
    : finding(proof, result, "clear", "non_inferiority_shown");
}
