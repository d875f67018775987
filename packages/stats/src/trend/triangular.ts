/**
 * Cholesky factor of a small symmetric matrix, and what is computed with it.
 *
 * Method: column by column (Golub & Van Loan, Matrix Computations, sec. 4.2). Domain: positive definite with pivots above
 * 1e-12 of the diagonal. Accuracy: backward stable.
 */
const LEAST_PIVOT = 1e-12;

/** Lower triangle L with LL' = A, or null where A is not positive definite. */
export function choleskyLower(matrix: readonly (readonly number[])[]): number[][] | null {
  const size = matrix.length;
  const lower = matrix.map(() => new Array<number>(size).fill(0));
  for (const [i, row] of lower.entries()) {
    for (let j = 0; j <= i; j += 1) {
      const other = lower[j] ?? [];
      let sum = matrix[i]?.[j] ?? 0;
      for (let k = 0; k < j; k += 1) sum -= (row[k] ?? 0) * (other[k] ?? 0);
      if (i > j) {
        row[j] = sum / (other[j] ?? 1);
      } else {
        if (!(sum > LEAST_PIVOT * (matrix[i]?.[i] ?? 0))) return null;
        row[i] = Math.sqrt(sum);
      }
    }
  }
  return lower;
}

/** x with Lx = y. */
export function solveLower(lower: readonly (readonly number[])[], y: readonly number[]): number[] {
  const x: number[] = [];
  for (const [i, row] of lower.entries()) {
    const known = x.reduce((sum, value, k) => sum + (row[k] ?? 0) * value, 0);
    x.push(((y[i] ?? 0) - known) / (row[i] ?? 1));
  }
  return x;
}

/** w'Aw. */
export function quadraticForm(
  matrix: readonly (readonly number[])[],
  weights: readonly number[],
): number {
  return matrix.reduce(
    (sum, row, i) =>
      sum + (weights[i] ?? 0) * row.reduce((s, value, j) => s + value * (weights[j] ?? 0), 0),
    0,
  );
}
