/**
 * Error rates of a decision over several metrics.
 *
 * Source: Schultzberg, Ankargren & Franberg, "Risk-aware product decisions in A/B tests with multiple metrics" (2024):
 * success metrics share alpha, guardrails test non-inferiority at the whole alpha and share beta with them. The beta
 * under rules that also look for deterioration follows from the union bound.
 */

import { normalIsf } from "../distributions/normal.js";
import { requireDomain, requireOpenProbability } from "../errors.js";
import type { Sides } from "./t-test.js";

function requireCount(count: number, name: string, least: number): void {
  requireDomain(
    Number.isInteger(count) && count >= least,
    `${name} must be a whole number of at least ${least}, not ${count}.`,
  );
}

/** Bonferroni: alpha shared equally over `tests` comparisons (treatment arms, success metrics). */
export function sharedAlpha(alpha: number, tests: number): number {
  requireOpenProbability(alpha, "alpha");
  requireCount(tests, "The number of comparisons", 1);
  return alpha / tests;
}

/**
 * Type II error of each test so that the whole decision has at most `beta`, with `guardrails` non-inferiority tests
 * beside the success metric: (beta - deteriorationAlpha)/(guardrails + 1).
 *
 * `deteriorationAlpha` (default 0) is the total level of the deterioration and quality tests, if the rule has them.
 */
export function betaPerTest(beta: number, guardrails: number, deteriorationAlpha = 0): number {
  requireOpenProbability(beta, "beta");
  requireCount(guardrails, "The number of guardrails", 0);
  requireDomain(
    deteriorationAlpha >= 0 && deteriorationAlpha < beta,
    "The level of the deterioration tests must be smaller than beta, or no power is left.",
    "Lower that level, or accept a larger beta.",
  );
  return (beta - deteriorationAlpha) / (guardrails + 1);
}

/** Probability that `tests` independent tests, each with `power`, all succeed. */
export function jointPower(power: number, tests: number): number {
  requireOpenProbability(power, "power");
  requireCount(tests, "The number of tests", 0);
  return power ** tests;
}

export interface DecisionPowerInput {
  readonly successMetrics: number;
  readonly guardrails: number;
  /** Tests for harm or for data quality, each of which blocks; default 0. */
  readonly blockingTests?: number;
  readonly beta: number;
  /** Level of each blocking test; default 0. */
  readonly blockingAlpha?: number;
}

/** Probability to ship a treatment that works, if all tests were independent and each had power 1 - beta. */
export function independentDecisionPower(input: DecisionPowerInput): number {
  const { successMetrics, guardrails, beta, blockingTests = 0, blockingAlpha = 0 } = input;
  requireOpenProbability(beta, "beta");
  requireCount(successMetrics, "The number of success metrics", 1);
  requireCount(guardrails, "The number of guardrails", 0);
  requireCount(blockingTests, "The number of blocking tests", 0);
  const anySuccess = -Math.expm1(successMetrics * Math.log(beta));
  return anySuccess * (1 - beta) ** guardrails * (1 - blockingAlpha) ** blockingTests;
}

/** How many times the size of a single test a test needs whose alpha and beta are smaller. */
export function sizeMultiplier(
  single: { readonly alpha: number; readonly sided: Sides; readonly beta: number },
  shared: { readonly alpha: number; readonly beta: number },
): number {
  const distance = (alpha: number, beta: number) =>
    normalIsf(alpha / single.sided) + normalIsf(beta);
  return (distance(shared.alpha, shared.beta) / distance(single.alpha, single.beta)) ** 2;
}
