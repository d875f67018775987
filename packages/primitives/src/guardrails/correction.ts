/**
 * Levels of a family of harm tests. A correction lowers the level at which harm counts as shown, so
 * it makes a veto rarer and shipping harm easier: it must be declared, and is never the default.
 *
 * - none: each at its own alpha.
 * - bonferroni: alpha / m, m = the number of registered guardrails, with or without a result.
 * - holm: S. Holm (1979), Scand. J. Statist. 6, 65-70. Adjusted p_(i) = max_{j <= i} (m - j + 1) p_(j);
 *   the level handed back is alpha p_(i) / adjusted p_(i), so that p < level iff adjusted p < alpha.
 *   A guardrail without a p-value keeps its place in m with p = 1.
 */
import type { GuardrailPolicy } from "../shared/vocabulary.js";

export type Correction = Extract<GuardrailPolicy, { kind: "harm_test" }>["correction"];

export interface HarmLevel {
  readonly alpha: number;
  /** p-value of harm; null when there is none. */
  readonly pValue: number | null;
}

/** The level for each test, in the order given. */
export function correctedLevels(correction: Correction, tests: readonly HarmLevel[]): number[] {
  return CORRECTIONS[correction](tests);
}

const CORRECTIONS: Readonly<Record<Correction, (tests: readonly HarmLevel[]) => number[]>> = {
  none: (tests) => tests.map((test) => test.alpha),
  bonferroni: (tests) => tests.map((test) => test.alpha / tests.length),
  holm,
};

const VANISHING = 1e-300;

function holm(tests: readonly HarmLevel[]): number[] {
  const count = tests.length;
  const levels = tests.map((test) => test.alpha / count);
  const ordered = tests
    .map((test, index) => ({ index, alpha: test.alpha, p: test.pValue ?? 1 }))
    .sort((a, b) => a.p - b.p);
  let adjusted = 0;
  ordered.forEach(({ index, alpha, p }, rank) => {
    adjusted = Math.max(adjusted, (count - rank) * p);
    // p = 0 is below every level; its share of alpha is that of its rank. So is one whose product with alpha vanishes.
    levels[index] = p < VANISHING ? alpha / (count - rank) : (alpha * p) / adjusted;
  });
  return levels;
}
