/** Correlations between the estimates of different metrics: none, one for all pairs, or declared pair by pair. */
import { improvementSign } from "../../shared/effects.js";
import type { StudyMetric } from "../../shared/vocabulary.js";
import type { Sizing } from "../sizing/schema.js";
import type { SimulationFinding } from "./finding.js";

type Declared = Sizing["correlation"];
type Matrix = readonly (readonly number[])[];

/** Independence: among correlations of 0 or more it gives the most false vetoes, and harmless launches pass least often. */
export const DEFAULT_CORRELATION: number = 0;

/** Below this share of a variance left to a metric, the others determine it and rounding decides. */
const LEAST_PIVOT = 1e-10;

const refusal = (
  sentence: string,
  mend: string,
  path: SimulationFinding["path"] = ["sizing", "correlation"],
): SimulationFinding => ({ code: "SIMULATION_CORRELATION", path, sentence, mend });

/**
 * Lower triangle L with L L' = matrix (Cholesky); null when the matrix is not positive definite. Domain: symmetric, ones
 * on the diagonal. Accuracy: backward stable, pivots below 1e-10 count as none.
 */
export function correlationFactor(matrix: Matrix): number[][] | null {
  const factor = matrix.map((row) => row.map(() => 0));
  for (let i = 0; i < matrix.length; i++) {
    const row = factor[i] ?? [];
    for (let j = 0; j <= i; j++) {
      const other = factor[j] ?? [];
      let rest = matrix[i]?.[j] ?? 0;
      for (let k = 0; k < j; k++) rest -= (row[k] ?? 0) * (other[k] ?? 0);
      if (i === j && rest < LEAST_PIVOT) return null;
      row[j] = i === j ? Math.sqrt(rest) : rest / (other[j] ?? 1);
    }
  }
  return factor;
}

/** One number for every pair is counted towards improvement: metrics get better together, whatever their direction. */
function uniform(metrics: readonly StudyMetric[], value: number): number[][] {
  const signs = metrics.map(({ direction }) => improvementSign(direction));
  return signs.map((a, i) => signs.map((b, j) => (i === j ? 1 : a * b * value)));
}

/** Pairs are as measured, in the metrics' own units; a pair that is not named has none. */
function pairwise(
  metrics: readonly StudyMetric[],
  declared: Readonly<Record<string, Readonly<Record<string, number>>>>,
): { readonly matrix: number[][]; readonly findings: SimulationFinding[] } {
  const names = metrics.map(({ name }) => name);
  const matrix = names.map((_, i) => names.map((__, j) => (i === j ? 1 : DEFAULT_CORRELATION)));
  const given = new Map<string, number>();
  const findings: SimulationFinding[] = [];
  for (const [one, others] of Object.entries(declared)) {
    for (const [other, value] of Object.entries(others)) {
      const path = ["sizing", "correlation", one, other];
      const [i, j] = [names.indexOf(one), names.indexOf(other)];
      const unknown = i === -1 ? one : j === -1 ? other : null;
      if (unknown !== null || i === j) {
        const sentence =
          unknown === null
            ? `"${one}" is correlated with itself.`
            : `"${unknown}" is no metric that the gate decides on.`;
        findings.push(refusal(sentence, `Name two of: ${names.join(", ")}.`, path));
        continue;
      }
      const pair = `${Math.min(i, j)} ${Math.max(i, j)}`;
      const before = given.get(pair);
      if (before !== undefined && before !== value) {
        const sentence = `The correlation of "${one}" and "${other}" is given as ${before} and as ${value}.`;
        findings.push(refusal(sentence, "Keep one of the two.", path));
      }
      given.set(pair, value);
      for (const [row, column] of [[i, j] as const, [j, i] as const]) {
        const cells = matrix[row];
        if (cells) cells[column] = value;
      }
    }
  }
  return { matrix, findings };
}

/** The matrix over `metrics`, or why there is none. `asked` goes before what is declared. */
export function correlationMatrix(
  metrics: readonly StudyMetric[],
  declared: Declared,
  asked: number | null,
): { readonly matrix: number[][]; readonly findings: readonly SimulationFinding[] } {
  const single = asked ?? (typeof declared === "number" ? declared : null);
  const { matrix, findings } =
    single === null
      ? pairwise(metrics, typeof declared === "object" ? declared : {})
      : { matrix: uniform(metrics, single), findings: [] };
  if (findings.length > 0 || correlationFactor(matrix) !== null) return { matrix, findings };
  const sentence = `No ${metrics.length} metrics can have these correlations together: the matrix is not positive definite.`;
  const mend =
    single === null
      ? "Measure the correlations on the same units, or leave some out."
      : `Write a correlation above ${(-1 / (metrics.length - 1)).toFixed(3)} for ${metrics.length} metrics.`;
  return { matrix, findings: [refusal(sentence, mend)] };
}
