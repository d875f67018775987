/**
 * What the random-slope model needs of each cohort: the line through its own cells.
 *
 * Method: per cohort A = Z'Z (Z = [1, treatment]) with its determinant sum_{i<j} n_i n_j (x_i - x_j)^2, the
 * least-squares line and the scatter around it. They are sufficient for the model, whatever the number of units.
 * Accuracy: means are taken from the grand mean, so a common offset costs no digit.
 */
import { requireDomain, requirePositive, StatsError } from "../errors.js";
import { requireFinite } from "../tests/inference.js";

/** One cohort under one treatment. */
export interface PoolingCell {
  readonly cohort: string;
  /** 1 treatment, 0 control; any other number is a dose. */
  readonly treatment: number;
  /** Units. */
  readonly n: number;
  readonly mean: number;
  /** Sum over units of (value - mean)^2, that is (n - 1) times the sample variance. */
  readonly sumOfSquares: number;
}

export interface CohortLine {
  readonly cohort: string;
  readonly n: number;
  /** Z'Z: units, sum of treatment, sum of treatment squared. */
  readonly a11: number;
  readonly a12: number;
  readonly a22: number;
  readonly determinant: number;
  /** The cohort's own intercept (from the grand mean) and slope; slope 0 where there is one treatment only. */
  readonly intercept: number;
  readonly slope: number;
}

export interface CohortLines {
  readonly lines: readonly CohortLine[];
  /** Units. */
  readonly n: number;
  readonly grandMean: number;
  /** Scatter of the units around the lines of their cohorts, and its degrees of freedom. */
  readonly scatter: number;
  readonly scatterDf: number;
}

const LARGEST_COHORTS = 100_000;

/** @throws StatsError DOMAIN for cells that are no data, or too few of them for the model. */
export function cohortLines(cells: readonly PoolingCell[]): CohortLines {
  const groups = new Map<string, PoolingCell[]>();
  for (const cell of cells) {
    requireCell(cell);
    if (cell.n === 0) continue;
    const group = groups.get(cell.cohort) ?? [];
    requireDomain(
      !group.some((other) => other.treatment === cell.treatment),
      `Cohort ${cell.cohort} has two cells under treatment ${cell.treatment}.`,
      "Merge the cells of one cohort and arm into one.",
    );
    groups.set(cell.cohort, [...group, cell]);
  }
  const filled = cells.filter((cell) => cell.n > 0);
  const n = filled.reduce((sum, cell) => sum + cell.n, 0);
  const grandMean = filled.reduce((sum, cell) => sum + (cell.n / n) * cell.mean, 0);
  const fits = [...groups.values()].map((group) => lineOf(group, grandMean));
  const lines = fits.map((fit) => fit.line);
  requireModel(lines);
  const rank = lines.reduce((sum, line) => sum + (line.determinant > 0 ? 2 : 1), 0);
  const scatter = fits.reduce((sum, fit) => sum + fit.scatter, 0);
  const result = { lines, n, grandMean, scatter, scatterDf: n - rank };
  requireScatter(result);
  return result;
}

function lineOf(
  cells: readonly PoolingCell[],
  grandMean: number,
): { line: CohortLine; scatter: number } {
  const [cohort, n] = [cells[0]?.cohort ?? "", cells.reduce((sum, cell) => sum + cell.n, 0)];
  const mean = (value: (cell: PoolingCell) => number) =>
    cells.reduce((sum, cell) => sum + (cell.n / n) * value(cell), 0);
  const x = mean((cell) => cell.treatment);
  const y = mean((cell) => cell.mean - grandMean);
  const spread = cells.reduce((sum, cell) => sum + cell.n * (cell.treatment - x) ** 2, 0);
  const product = cells.reduce(
    (sum, cell) => sum + cell.n * (cell.treatment - x) * (cell.mean - grandMean - y),
    0,
  );
  const slope = cells.length > 1 ? product / spread : 0;
  const scatter = cells.reduce((sum, cell) => {
    const rest = cell.mean - grandMean - y - slope * (cell.treatment - x);
    return sum + cell.sumOfSquares + (cells.length > 1 ? cell.n * rest * rest : 0);
  }, 0);
  const intercept = y - slope * x;
  const a22 = cells.reduce((sum, cell) => sum + cell.n * cell.treatment ** 2, 0);
  const determinant = cells.length > 1 ? n * spread : 0;
  return { line: { cohort, n, a11: n, a12: n * x, a22, determinant, intercept, slope }, scatter };
}

function requireCell({ cohort, treatment, n, mean, sumOfSquares }: PoolingCell): void {
  requireDomain(
    Number.isSafeInteger(n) && n >= 0,
    `The number of units of cohort ${cohort} is a whole number, not ${n}.`,
  );
  requireFinite(treatment, "A treatment");
  if (n === 0) return;
  requireFinite(mean, `The mean of cohort ${cohort}`);
  requireFinite(sumOfSquares, `The sum of squares of cohort ${cohort}`);
  requireDomain(sumOfSquares >= 0, `A sum of squares is never negative: ${sumOfSquares}.`);
}

function requireModel(lines: readonly CohortLine[]): void {
  requireDomain(
    lines.length >= 2 && lines.length <= LARGEST_COHORTS,
    `Pooling needs 2 to ${LARGEST_COHORTS} cohorts with units, not ${lines.length}.`,
    "Declare the dimension by which the units split into cohorts.",
  );
  const comparable = lines.filter((line) => line.determinant > 0).length;
  requireDomain(
    comparable >= 2,
    `Pooling needs at least 2 cohorts with units in both arms; there ${comparable === 1 ? "is 1" : `are ${comparable}`}.`,
    "Wait for more units, or merge small cohorts.",
  );
}

function requireScatter({ scatter, scatterDf }: CohortLines): void {
  if (scatterDf < 1 || scatter === 0) {
    throw new StatsError(
      "DOMAIN",
      "No unit differs from the others of its cohort and arm, so noise and real differences cannot be told apart.",
      "Check that the column of the metric holds values that differ between units.",
    );
  }
  requirePositive(scatter, "The scatter within cohorts and arms");
}
