/**
 * The best portfolio of up to 200 candidates as a mixed-integer linear programme, proved optimal.
 *
 * Method: one 0-1 variable a candidate; an interaction is a variable held to the product of its two by linear rows
 * (F. Glover & E. Woolsey, Operations Research 22 (1974) 180); further sets by cutting off each one found. Solver: HiGHS
 * (Q. Huangfu & J. Hall, Math. Prog. Comp. 10 (2018) 119), gap 0, loaded when first needed. Every answer is checked
 * against the problem again before it is given out.
 */
import type { Highs, Model } from "highs";
import { PortfolioError } from "./faults.js";
import { limitOf, type PortfolioModel } from "./model.js";

type Entries = readonly (readonly [column: number, value: number])[];

interface Row {
  readonly entries: Entries;
  readonly lower: number;
  readonly upper: number;
}

/** A model held by the solver; `dispose` it. */
export interface MilpSession {
  /** The best set under the present bounds and cuts, by position; null when there is none. */
  solve(): readonly boolean[] | null;
  /** Chosen (1), rejected (0) or free again (null, as the problem has it). */
  fix(position: number, to: 0 | 1 | null): void;
  setBudget(budget: number): void;
  /** Never this set again. */
  cutOff(set: readonly boolean[]): void;
  dispose(): void;
}

let loading: Promise<Highs> | null = null;

/** What `import` gives at run time; the package's types describe its `require` form, one `default` deeper. */
interface SolverModule {
  readonly default: () => Promise<Highs>;
}

async function loadSolver(): Promise<Highs> {
  loading ??= import("highs").then((module) => (module as unknown as SolverModule).default());
  try {
    return await loading;
  } catch (cause) {
    loading = null;
    throw failure("The solver for large portfolios could not be loaded.", cause);
  }
}

function failure(message: string, cause?: unknown): PortfolioError {
  const mend = `Reinstall the package, or choose among 20 candidates or fewer.`;
  return new PortfolioError({ code: "SOLVER_FAILED", path: [], message, mend }, [], cause);
}

/** @throws PortfolioError SOLVER_FAILED when the solver cannot be loaded. */
export async function openMilp(model: PortfolioModel): Promise<MilpSession> {
  const highs = await loadSolver();
  const n = model.ids.length;
  const rows = rowsOf(model, highs.infinity);
  const solver = createModel(highs, model, rows);
  const budget = { limit: limitOf(model.resources[0]?.capacity ?? 0) };
  return {
    solve: () => solveOnce(highs, solver, model, budget.limit),
    fix: (position, to) => {
      const fixed = to ?? model.fixed[position] ?? null;
      solver.changeColBounds(position, fixed ?? 0, fixed ?? 1);
    },
    setBudget: (capacity) => {
      budget.limit = limitOf(capacity);
      solver.changeRowBounds(0, -highs.infinity, budget.limit);
    },
    cutOff: (set) => {
      const indices = Array.from({ length: n }, (_, i) => i);
      const values = indices.map((i) => (set[i] ? -1 : 1));
      const size = set.filter(Boolean).length;
      solver.addRow(1 - size, highs.infinity, { indices, values });
    },
    dispose: () => solver.dispose(),
  };
}

/** The budget is row 0. */
function rowsOf(model: PortfolioModel, infinity: number): Row[] {
  const n = model.ids.length;
  const atMost = (entries: Entries, upper: number): Row => ({ entries, lower: -infinity, upper });
  return [
    ...model.resources.map(({ capacity, use }) =>
      atMost(
        use.flatMap((amount, i) => (amount === 0 ? [] : [[i, amount] as const])),
        limitOf(capacity),
      ),
    ),
    ...model.exclusions.map(([a, b]) =>
      atMost(
        [
          [a, 1],
          [b, 1],
        ],
        1,
      ),
    ),
    ...model.dependencies.map(([a, b]) =>
      atMost(
        [
          [a, 1],
          [b, -1],
        ],
        0,
      ),
    ),
    ...model.slots.map(({ members, atMost: most, atLeast }) => ({
      entries: members.map((i) => [i, 1] as const),
      lower: atLeast,
      upper: most,
    })),
    ...model.pairs.flatMap(({ a, b, value }, p) =>
      pairRows(a, b, n + p, value).map(([e, u]) => atMost(e, u)),
    ),
  ];
}

/** Rows that hold y to the product of two 0-1 variables on the side to which its value pulls it. */
function pairRows(a: number, b: number, y: number, value: number): [Entries, number][] {
  if (value < 0) {
    const both: Entries = [
      [a, 1],
      [b, 1],
      [y, -1],
    ];
    return [[both, 1]];
  }
  return [a, b].map((x): [Entries, number] => [
    [
      [y, 1],
      [x, -1],
    ],
    0,
  ]);
}

function createModel(highs: Highs, model: PortfolioModel, rows: readonly Row[]): Model {
  const n = model.ids.length;
  const columns = n + model.pairs.length;
  const costs = [...model.values, ...model.pairs.map(({ value }) => value)];
  const largest = costs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // The solver's tolerances are absolute: values are brought to the size of 1000 by a power of 2.
  const scale = largest > 0 ? 2 ** (9 - Math.floor(Math.log2(largest))) : 1;
  const starts = [0];
  for (const { entries } of rows) starts.push((starts.at(-1) ?? 0) + entries.length);
  const fixed = (i: number) => (i < n ? (model.fixed[i] ?? null) : null);
  const numbers = Array.from({ length: columns }, (_, i) => i);
  const solver = highs.createModel({
    numCols: columns,
    numRows: rows.length,
    sense: highs.constants.objectiveSense.maximize,
    colCost: costs.map((value) => value * scale),
    colLower: numbers.map((i) => fixed(i) ?? 0),
    colUpper: numbers.map((i) => fixed(i) ?? 1),
    rowLower: rows.map(({ lower }) => lower),
    rowUpper: rows.map(({ upper }) => upper),
    matrix: {
      format: "csr",
      numRows: rows.length,
      numCols: columns,
      starts,
      indices: rows.flatMap(({ entries }) => entries.map(([column]) => column)),
      values: rows.flatMap(({ entries }) => entries.map(([, value]) => value)),
    },
    integrality: Int32Array.from(numbers, (i) => (i < n ? 1 : 0)),
  });
  solver.options.set({
    output_flag: false,
    mip_rel_gap: 0,
    mip_abs_gap: 0,
    mip_feasibility_tolerance: 1e-9,
    primal_feasibility_tolerance: 1e-9,
  });
  return solver;
}

function solveOnce(
  highs: Highs,
  solver: Model,
  model: PortfolioModel,
  budgetLimit: number,
): readonly boolean[] | null {
  const { optimal, infeasible } = highs.constants.modelStatus;
  solver.run();
  const status = solver.getModelStatus();
  if (status === infeasible) return null;
  if (status !== optimal) {
    throw failure(`The solver ended without a proof (status ${status}).`);
  }
  const { colValue } = solver.getSolution();
  const set = model.ids.map((_, i) => (colValue[i] ?? 0) > 0.5);
  if (!holds(model, set, budgetLimit)) {
    throw failure("The solver gave a portfolio that breaks a rule of the problem.");
  }
  return set;
}

/** Whether a set keeps every rule of the problem (interactions are no rules). */
function holds(model: PortfolioModel, set: readonly boolean[], budgetLimit: number): boolean {
  const has = (i: number) => set[i] === true;
  return (
    model.resources.every(({ capacity, use }, r) => {
      const sum = use.reduce((total, amount, i) => (has(i) ? total + amount : total), 0);
      const limit = r === 0 ? budgetLimit : limitOf(capacity);
      return sum <= limit + 1e-8 * Math.max(1, limit);
    }) &&
    model.exclusions.every(([a, b]) => !(has(a) && has(b))) &&
    model.dependencies.every(([a, b]) => !has(a) || has(b)) &&
    model.slots.every(({ members, atMost, atLeast }) => {
      const count = members.filter(has).length;
      return atLeast <= count && count <= atMost;
    })
  );
}
