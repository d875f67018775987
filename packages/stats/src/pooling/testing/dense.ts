import type { PoolingCell } from "../cohort-lines.js";

/** Log determinant and inverse of a positive definite matrix by Gauss and Jordan. */
function invert(matrix: readonly (readonly number[])[]): {
  logDeterminant: number;
  inverse: number[][];
} {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) {
    const pivot = rows[i]?.[i] ?? 0;
    logDeterminant += Math.log(pivot);
    rows[i] = (rows[i] ?? []).map((x) => x / pivot);
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = rows[k]?.[i] ?? 0;
      rows[k] = (rows[k] ?? []).map((x, j) => x - factor * (rows[i]?.[j] ?? 0));
    }
  }
  return { logDeterminant, inverse: rows.map((row) => row.slice(n)) };
}

/**
 * -2 log restricted likelihood from the full covariance matrix of the cell means, relative to the residual variance
 * (profiled out): slow and plain, to test the kernel with.
 */
export function denseCriterion(
  cells: readonly PoolingCell[],
  l11: number,
  l21: number,
  l22: number,
): number {
  const z = (treatment: number) => [l11 + l21 * treatment, l22 * treatment];
  const v = cells.map((a, i) =>
    cells.map((b, j) => {
      const [p, q] = [z(a.treatment), z(b.treatment)];
      const shared = (p[0] ?? 0) * (q[0] ?? 0) + (p[1] ?? 0) * (q[1] ?? 0);
      return (a.cohort === b.cohort ? shared : 0) + (i === j ? 1 / a.n : 0);
    }),
  );
  const { logDeterminant, inverse } = invert(v);
  const columns = [cells.map(() => 1), cells.map((c) => c.treatment)];
  const y = cells.map((c) => c.mean);
  const form = (a: number[], b: number[]) =>
    a.reduce((s, x, i) => s + x * b.reduce((t, w, j) => t + (inverse[i]?.[j] ?? 0) * w, 0), 0);
  const xx = columns.map((a) => columns.map((b) => form(a, b)));
  const fixed = invert(xx);
  const xy = columns.map((a) => form(a, y));
  const beta = fixed.inverse.map((row) => row.reduce((s, w, i) => s + w * (xy[i] ?? 0), 0));
  const n = cells.reduce((s, c) => s + c.n, 0);
  const scatter = cells.reduce((s, c) => s + c.sumOfSquares, 0);
  const rest = y.map(
    (value, i) => value - (beta[0] ?? 0) - (beta[1] ?? 0) * (cells[i]?.treatment ?? 0),
  );
  const total = scatter + form(rest, rest);
  // The covariance of the units has, beside that of the means, n - 1 ones per cell.
  const logs = logDeterminant + cells.reduce((s, c) => s + Math.log(c.n), 0);
  return (n - 2) * (1 + Math.log((2 * Math.PI * total) / (n - 2))) + logs + fixed.logDeterminant;
}
