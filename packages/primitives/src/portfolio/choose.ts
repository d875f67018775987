/**
 * Which candidates to take on: the best set under the budget and the rules, the next best ones, and what would change it.
 *
 * Method: all feasible sets up to 20 candidates, a mixed-integer programme above (enumerate.ts, milp.ts); both prove that
 * nothing better exists. Shadow value and break-even values by exact re-optimisation, never by a relaxation.
 */
import { type Enumeration, enumerateModel, LARGEST_ENUMERATION } from "./enumerate.js";
import { PortfolioError, portfolioFaults } from "./faults.js";
import { type MilpSession, openMilp } from "./milp.js";
import { modelOf, type PortfolioModel, portfolioOf } from "./model.js";
import {
  type CandidateSensitivity,
  ENUMERATED_CANDIDATES,
  type InfeasiblePortfolio,
  type OptimalPortfolio,
  type Portfolio,
  type PortfolioOptions,
  type PortfolioProblem,
  type PortfolioResult,
} from "./problem.js";

export interface Settings {
  readonly runnersUp: number;
  readonly budgetStep: number;
  /** Positions. */
  readonly breakEven: readonly number[];
}

/** @throws PortfolioError for a problem with faults (all of them in `faults`), or when the solver fails. */
export async function choosePortfolio(
  problem: PortfolioProblem,
  options: PortfolioOptions = {},
): Promise<PortfolioResult> {
  requireFaultless(problem, options);
  const model = modelOf(problem);
  const isSmall = model.ids.length <= ENUMERATED_CANDIDATES;
  const { runnersUp = 3, budgetStep = 1, breakEven = isSmall ? "all" : "none" } = options;
  const asked = new Set(typeof breakEven === "string" ? [] : breakEven);
  const settings = {
    runnersUp,
    budgetStep,
    breakEven: model.ids.flatMap((id, i) => (breakEven === "all" || asked.has(id) ? [i] : [])),
  };
  const found = isSmall
    ? chooseByEnumeration(model, settings)
    : await chooseByMilp(model, settings);
  return found ?? (await explainInfeasible(problem));
}

function requireFaultless(problem: PortfolioProblem, options: PortfolioOptions): void {
  const [first, ...rest] = portfolioFaults(problem, options);
  if (first !== undefined) throw new PortfolioError(first, rest);
}

export interface PortfolioEnumeration {
  readonly feasible: number;
  /** Every best set, in the order of their bit masks over the candidates; empty when nothing is feasible. */
  readonly best: readonly Portfolio[];
}

/** All best sets and the number of feasible ones, up to 25 candidates. @throws PortfolioError as `choosePortfolio`. */
export function enumeratePortfolios(problem: PortfolioProblem): PortfolioEnumeration {
  requireFaultless(problem, {});
  const model = modelOf(problem);
  if (model.ids.length > LARGEST_ENUMERATION) {
    const message = `${model.ids.length} candidates have too many subsets to list.`;
    const mend = `List ${LARGEST_ENUMERATION} or fewer, or choose without listing.`;
    throw new PortfolioError({ code: "TOO_MANY_CANDIDATES", path: ["candidates"], message, mend });
  }
  const { feasible, best } = enumerateModel(model, 1, 0);
  const given = (mask: number) =>
    model.order.reduce((sum, index, i) => ((mask & (1 << i)) === 0 ? sum : sum + 2 ** index), 0);
  const sorted = [...best].sort((a, b) => given(a.mask) - given(b.mask));
  return { feasible, best: sorted.map(({ mask }) => ofMask(model, mask)) };
}

const ofMask = (model: PortfolioModel, mask: number) =>
  portfolioOf(model, (i) => (mask & (1 << i)) !== 0);

/** Of equal value the cheaper, then the smaller, then the earlier candidates. */
function compareTies(a: Portfolio, b: Portfolio): number {
  return a.effort - b.effort || a.chosen.length - b.chosen.length;
}

function chooseByEnumeration(model: PortfolioModel, settings: Settings): OptimalPortfolio | null {
  const found = enumerateModel(model, settings.runnersUp + 1, settings.budgetStep);
  const top = found.best[0]?.value;
  if (top === undefined) return null;
  const listed = found.best.map(({ mask, value }) => ({
    mask,
    value,
    portfolio: ofMask(model, mask),
  }));
  const isTied = (value: number) => value >= top - 1e-9 * Math.max(1, Math.abs(top));
  const sorted = listed.sort(
    (a, b) =>
      Number(isTied(b.value)) - Number(isTied(a.value)) ||
      (isTied(a.value) ? compareTies(a.portfolio, b.portfolio) : b.value - a.value),
  );
  const [first, ...others] = sorted;
  if (first === undefined) return null;
  return {
    status: "optimal",
    method: "enumeration",
    best: first.portfolio,
    runnersUp: others.slice(0, settings.runnersUp).map(({ portfolio }) => portfolio),
    budgetShadow: shadowOf(model, settings, first, found),
    sensitivity: settings.breakEven.map((i) => {
      const isChosen = (first.mask & (1 << i)) !== 0;
      const rival =
        (isChosen ? found.bestWithout[i] : found.bestWith[i]) ?? Number.NEGATIVE_INFINITY;
      return sensitivityOf(model, i, isChosen, top, Number.isFinite(rival) ? rival : null);
    }),
  };
}

function shadowOf(
  model: PortfolioModel,
  { budgetStep: step }: Settings,
  first: { value: number; portfolio: Portfolio },
  { withMore }: Enumeration,
): OptimalPortfolio["budgetShadow"] {
  const gain = withMore.value - first.value;
  // A set of the same value that the larger budget happens to meet first is no change.
  if (gain <= 1e-9 * Math.max(1, Math.abs(first.value)))
    return { step, gain: 0, best: first.portfolio };
  return { step, gain, best: ofMask(model, withMore.mask) };
}

/** A rival portfolio that decides the other way about one candidate: by how much is it behind? */
function sensitivityOf(
  model: PortfolioModel,
  position: number,
  isChosen: boolean,
  best: number,
  rival: number | null,
): CandidateSensitivity {
  const value = model.values[position] ?? 0;
  const distance = rival === null ? null : Math.max(0, best - rival);
  const breakEven = distance === null ? null : isChosen ? value - distance : value + distance;
  return { id: model.ids[position] ?? "", isChosen, breakEven };
}

export async function chooseByMilp(
  model: PortfolioModel,
  settings: Settings,
): Promise<OptimalPortfolio | null> {
  const session = await openMilp(model);
  try {
    const set = session.solve();
    if (set === null) return null;
    const portfolio = (chosen: readonly boolean[]) => portfolioOf(model, (i) => chosen[i] === true);
    const best = portfolio(set);
    const sensitivity = settings.breakEven.map((i) => {
      const isChosen = set[i] === true;
      session.fix(i, isChosen ? 0 : 1);
      const rival = model.fixed[i] === null ? session.solve() : null;
      session.fix(i, null);
      return sensitivityOf(
        model,
        i,
        isChosen,
        best.value,
        rival === null ? null : portfolio(rival).value,
      );
    });
    session.setBudget((model.resources[0]?.capacity ?? 0) + settings.budgetStep);
    const richer = session.solve() ?? set;
    session.setBudget(model.resources[0]?.capacity ?? 0);
    const gain = portfolio(richer).value - best.value;
    const isGain = gain > 1e-9 * Math.max(1, Math.abs(best.value));
    return {
      status: "optimal",
      method: "milp",
      best,
      runnersUp: nextBest(session, set, settings.runnersUp).map(portfolio),
      budgetShadow: {
        step: settings.budgetStep,
        gain: isGain ? gain : 0,
        best: isGain ? portfolio(richer) : best,
      },
      sensitivity,
    };
  } finally {
    session.dispose();
  }
}

function nextBest(
  session: MilpSession,
  best: readonly boolean[],
  count: number,
): (readonly boolean[])[] {
  const sets: (readonly boolean[])[] = [];
  let last = best;
  for (let i = 0; i < count; i++) {
    session.cutOff(last);
    const next = session.solve();
    if (next === null) break;
    sets.push(next);
    last = next;
  }
  return sets;
}

/** Which demand, taken back alone, would leave a feasible set. */
async function explainInfeasible(problem: PortfolioProblem): Promise<InfeasiblePortfolio> {
  const { mustChoose = [], slots = [] } = problem;
  const demands: { name: string; without: PortfolioProblem }[] = [
    ...mustChoose.map((id) => ({
      name: id,
      without: { ...problem, mustChoose: mustChoose.filter((other) => other !== id) },
    })),
    ...slots
      .filter(({ atLeast = 0 }) => atLeast > 0)
      .map((slot) => ({
        name: slot.name,
        without: { ...problem, slots: slots.map((s) => (s === slot ? { ...s, atLeast: 0 } : s)) },
      })),
  ];
  const alone: string[] = [];
  for (const { name, without } of demands) {
    if (await isFeasible(modelOf(without))) alone.push(name);
  }
  return {
    status: "infeasible",
    demands: alone.length > 0 ? alone : demands.map(({ name }) => name),
  };
}

async function isFeasible(model: PortfolioModel): Promise<boolean> {
  if (model.ids.length <= ENUMERATED_CANDIDATES) return enumerateModel(model, 1, 0).feasible > 0;
  const session = await openMilp(model);
  try {
    return session.solve() !== null;
  } finally {
    session.dispose();
  }
}
