/**
 * The guardrail by belief: P(effect beyond the limit | data), for a normal estimate with known standard error and a normal
 * prior on the limit's scale. Prior precision 1/sd^2 and data precision 1/se^2 add up; the posterior mean is weighted by
 * them. A flat prior leaves the estimate as it is: then P < q is the same as non-inferiority at one-sided q.
 *
 * It is a statement about this launch given the prior, not an error rate over launches: with a wrong prior it is wrong, and
 * looking often is paid for by the prior alone. Exact for the normal model; normal tails to full precision.
 */
import { normalCdf } from "@plumbline/stats";
import { improvementSign, type Lookup } from "../shared/effects.js";
import { finding, type LimitFinding, type LimitQuestion, readResult } from "../shared/harm.js";
import type { Direction, NormalPrior } from "../shared/vocabulary.js";

/** P(effect past `limit` on the harmful side | estimate, standard error). Null prior: flat. */
export function probabilityBeyond(
  { estimate, standardError }: { readonly estimate: number; readonly standardError: number },
  prior: NormalPrior | null,
  limit: number,
  direction: Direction,
): number {
  // Towards harm is up: small tails stay small on either side.
  const sign = -improvementSign(direction);
  if (prior === null) return normalCdf((sign * (estimate - limit)) / standardError);
  // In the ratio of the errors, which neither overflows nor vanishes where their squares would.
  const ratio = standardError / prior.sd;
  const mean = prior.mean + (estimate - prior.mean) / (1 + ratio ** 2);
  return normalCdf((sign * (mean - limit)) / (standardError / Math.hypot(1, ratio)));
}

/**
 * Clear below `limit`; a breach where harm beyond the limit is as sure as 1 - limit; between the two nothing is settled.
 */
export function testPosterior(
  question: LimitQuestion,
  lookup: Lookup,
  prior: NormalPrior | null,
  limit: number,
): LimitFinding {
  const read = readResult(question, lookup);
  if ("finding" in read) return read.finding;
  const { result } = read;
  const { estimate, standardError } = result.effect;
  if (standardError === null) return finding(question, result, "not_evaluable", "no_interval");
  const { metric, threshold } = question;
  const chance = probabilityBeyond(
    { estimate, standardError },
    prior,
    threshold.value,
    metric.direction,
  );
  const told = (status: LimitFinding["status"], code: LimitFinding["code"]): LimitFinding => ({
    ...finding(question, result, status, code),
    powerAtThreshold: null,
    probabilityBeyond: chance,
  });
  if (chance < limit) return told("clear", "breach_improbable");
  if (chance >= 1 - limit) return told("breach", "breach_nearly_certain");
  return chance >= 0.5 ? told("near", "breach_probable") : told("underpowered", "breach_possible");
}
