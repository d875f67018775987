import { StatsError } from "../errors.js";

/**
 * Ordinary least squares with classical and heteroskedasticity-consistent variances.
 *
 * Method: QR of the design, columns scaled to unit length, by Gram-Schmidt run twice (orthogonal to
 * rounding: Giraud, Langou & Rozloznik, 2005); leverages from the rows of Q. HC0 e^2, HC1 n/(n-k) e^2, HC2 e^2/(1-h), HC3 e^2/(1-h)^2 (MacKinnon & White, J.
 * Econometrics 29, 1985, 305-325). Domain: n > k, full column rank (a diagonal of R below 1e-10 of its
 * unit column counts as dependent). Accuracy: about 1e-12 relative for centred designs.
 */
export interface OlsFit {
  /** In the order of the columns. */
  readonly coefficients: readonly number[];
  readonly residuals: readonly number[];
  /** Diagonal of the hat matrix, in [0, 1]. */
  readonly leverages: readonly number[];
  /** n - k. */
  readonly dfResidual: number;
  /**
   * Standard errors of c'b per kind, for the contrast c picking one column.
   * @throws StatsError SINGULAR for HC2 and HC3 when a unit alone fixes a coefficient (leverage 1).
   */
  readonly standardError: (column: number, kind: VarianceKind) => number;
}

export type VarianceKind = "classical" | "hc0" | "hc1" | "hc2" | "hc3";

const RANK_TOLERANCE = 1e-10;

/**
 * @param columns the design, column by column, intercept included.
 * @throws StatsError DOMAIN for unequal lengths or n <= k; SINGULAR for dependent columns.
 */
export function ols(columns: readonly (readonly number[])[], y: readonly number[]): OlsFit {
  const n = y.length;
  const k = columns.length;
  if (columns.some((column) => column.length !== n)) {
    throw new StatsError("DOMAIN", "The columns of a regression have the length of the outcome.");
  }
  if (n <= k) {
    throw new StatsError("DOMAIN", "A regression needs more units than it has coefficients.");
  }
  const norms = columns.map((column) => Math.sqrt(dot(column, column)) || 1);
  const { q, r } = orthogonalise(columns, norms);
  const qty = q.map((column) => dot(column, y));
  const scaledCoefficients = backSubstitute(r, qty);
  const residuals = y.map((yi, i) => yi - sum(q.map((column, j) => at(column, i) * at(qty, j))));
  const leverages = y.map((_, i) => sum(q.map((column) => at(column, i) ** 2)));
  const dfResidual = n - k;
  return {
    coefficients: scaledCoefficients.map((value, j) => value / at(norms, j)),
    residuals,
    leverages,
    dfResidual,
    standardError: (column, kind) => {
      const weights = influence(q, r, column).map((value) => value / at(norms, column));
      return Math.sqrt(sandwich(weights, residuals, leverages, dfResidual, kind));
    },
  };
}

function sandwich(
  weights: readonly number[],
  residuals: readonly number[],
  leverages: readonly number[],
  dfResidual: number,
  kind: VarianceKind,
): number {
  const n = weights.length;
  if (kind === "classical") {
    return (dot(residuals, residuals) / dfResidual) * dot(weights, weights);
  }
  const power = kind === "hc2" ? 1 : kind === "hc3" ? 2 : 0;
  const total = sum(
    weights.map((w, i) => {
      const slack = 1 - at(leverages, i);
      if (power > 0 && slack < 1e-12) {
        throw new StatsError(
          "SINGULAR",
          "One unit alone determines a coefficient of the regression.",
        );
      }
      return (w * at(residuals, i)) ** 2 / slack ** power;
    }),
  );
  return kind === "hc1" ? (total * n) / dfResidual : total;
}

/** Row `column` of (X'X)^-1 X' = R^-1 Q', one weight per unit. */
function influence(
  q: readonly (readonly number[])[],
  r: readonly (readonly number[])[],
  column: number,
): number[] {
  const row = q.map((_, j) =>
    at(
      backSubstitute(
        r,
        q.map((_, l) => (l === j ? 1 : 0)),
      ),
      column,
    ),
  );
  return at2(q, 0).map((_, i) => sum(q.map((values, j) => at(values, i) * at(row, j))));
}

function orthogonalise(columns: readonly (readonly number[])[], norms: readonly number[]) {
  const q: number[][] = [];
  const r: number[][] = columns.map(() => columns.map(() => 0));
  for (const [j, column] of columns.entries()) {
    let v = column.map((value) => value / at(norms, j));
    for (const _pass of [1, 2]) {
      for (const [i, basis] of q.entries()) {
        const projection = dot(basis, v);
        v = v.map((value, row) => value - projection * at(basis, row));
        at2(r, i)[j] = at(at2(r, i), j) + projection;
      }
    }
    const norm = Math.sqrt(dot(v, v));
    if (!(norm > RANK_TOLERANCE)) {
      throw new StatsError(
        "SINGULAR",
        "A covariate is constant or a combination of the others.",
        "Leave that covariate out.",
      );
    }
    at2(r, j)[j] = norm;
    q.push(v.map((value) => value / norm));
  }
  return { q, r };
}

function backSubstitute(r: readonly (readonly number[])[], b: readonly number[]): number[] {
  const x = b.map(() => 0);
  for (let i = b.length - 1; i >= 0; i--) {
    let value = at(b, i);
    for (let j = i + 1; j < b.length; j++) value -= at(at2(r, i), j) * at(x, j);
    x[i] = value / at(at2(r, i), i);
  }
  return x;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? Number.NaN;
}

function at2<T>(rows: readonly T[], index: number): T {
  const row = rows[index];
  if (row === undefined) throw new StatsError("DOMAIN", "A regression needs at least one column.");
  return row;
}

function dot(a: readonly number[], b: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += at(a, i) * at(b, i);
  return total;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
