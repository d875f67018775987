/** What may be wrong with a portfolio problem, found before any search. */
import {
  LARGEST_PORTFOLIO,
  type PortfolioOptions,
  type PortfolioProblem,
  type SlotRule,
} from "./problem.js";

export const PORTFOLIO_ERROR_CODES = [
  "TOO_MANY_CANDIDATES",
  "CANDIDATE_DUPLICATE",
  "CANDIDATE_UNKNOWN",
  "VALUE_INVALID",
  "EFFORT_INVALID",
  "BUDGET_INVALID",
  "RESOURCE_DUPLICATE",
  "RESOURCE_UNKNOWN",
  "PAIR_INVALID",
  "DEPENDENCY_CYCLE",
  "SLOT_INVALID",
  "CHOICE_CONTRADICTION",
  "OPTION_INVALID",
  "SOLVER_FAILED",
] as const;

export type PortfolioErrorCode = (typeof PORTFOLIO_ERROR_CODES)[number];

export interface PortfolioFault {
  readonly code: PortfolioErrorCode;
  /** From the problem's root to the value it is about. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly mend: string;
}

/** A problem that cannot be solved as it stands; `faults` holds everything wrong with it, the first in the message. */
export class PortfolioError extends Error {
  override readonly name = "PortfolioError";
  readonly code: PortfolioErrorCode;
  readonly mend: string;
  readonly faults: readonly PortfolioFault[];

  constructor(first: PortfolioFault, rest: readonly PortfolioFault[] = [], cause?: unknown) {
    super(first.message, cause === undefined ? undefined : { cause });
    this.code = first.code;
    this.mend = first.mend;
    this.faults = [first, ...rest];
  }
}

/** Everything wrong with a problem and its options, in the order of its fields; empty when it can be solved. */
export function portfolioFaults(
  problem: PortfolioProblem,
  options: PortfolioOptions = {},
): PortfolioFault[] {
  const ids = new Set(problem.candidates.map(({ id }) => id));
  return [
    ...candidateFaults(problem),
    ...resourceFaults(problem),
    ...referenceFaults(problem, ids),
    ...cycleFaults(problem, ids),
    ...(problem.slots ?? []).flatMap((slot, i) => slotFaults(slot, i)),
    ...optionFaults(options, ids),
  ];
}

const fault = (
  code: PortfolioErrorCode,
  path: readonly (string | number)[],
  message: string,
  mend: string,
): PortfolioFault => ({ code, path, message, mend });

const isAmount = (x: number) => Number.isFinite(x) && x >= 0;

function candidateFaults({ candidates }: PortfolioProblem): PortfolioFault[] {
  const seen = new Set<string>();
  const faults = candidates.flatMap(({ id, value, effort, uses = {} }, i) => {
    const found: PortfolioFault[] = [];
    const at = (field: string | number) => ["candidates", i, field];
    if (seen.has(id)) {
      const message = `Candidate ${id} stands in the list twice.`;
      found.push(
        fault("CANDIDATE_DUPLICATE", at("id"), message, "Give each candidate its own id."),
      );
    }
    seen.add(id);
    if (!Number.isFinite(value)) {
      const message = `The value of ${id} is a finite number, not ${value}.`;
      found.push(fault("VALUE_INVALID", at("value"), message, "Estimate it, or leave it out."));
    }
    const amounts = [["effort", effort] as const, ...Object.entries(uses)];
    for (const [name, amount] of amounts) {
      if (isAmount(amount)) continue;
      const path = name === "effort" ? at("effort") : ["candidates", i, "uses", name];
      const message = `The ${name} of ${id} is 0 or more, not ${amount}.`;
      found.push(
        fault("EFFORT_INVALID", path, message, "Write what it takes; gains are part of the value."),
      );
    }
    return found;
  });
  if (candidates.length <= LARGEST_PORTFOLIO) return faults;
  const message = `${candidates.length} candidates are more than the ${LARGEST_PORTFOLIO} that can be chosen from with proof.`;
  const mend = "Drop those that no quarter would take first, or choose by area.";
  return [fault("TOO_MANY_CANDIDATES", ["candidates"], message, mend), ...faults];
}

function resourceFaults({
  candidates,
  budget,
  resources = [],
}: PortfolioProblem): PortfolioFault[] {
  const found: PortfolioFault[] = [];
  const mend = "Write how much there is, 0 or more.";
  if (!isAmount(budget)) {
    const message = `The budget is 0 or more engineer-weeks, not ${budget}.`;
    found.push(fault("BUDGET_INVALID", ["budget"], message, mend));
  }
  const names = new Set<string>();
  resources.forEach(({ name, capacity }, i) => {
    if (names.has(name)) {
      const message = `Resource ${name} stands in the list twice.`;
      found.push(fault("RESOURCE_DUPLICATE", ["resources", i], message, "Keep one of them."));
    }
    names.add(name);
    if (isAmount(capacity)) return;
    const message = `There is 0 or more of ${name}, not ${capacity}.`;
    found.push(fault("BUDGET_INVALID", ["resources", i, "capacity"], message, mend));
  });
  candidates.forEach(({ id, uses = {} }, i) => {
    for (const name of Object.keys(uses).filter((key) => !names.has(key))) {
      const message = `Candidate ${id} uses ${name}, of which no capacity is declared.`;
      const path = ["candidates", i, "uses", name];
      found.push(fault("RESOURCE_UNKNOWN", path, message, `Declare the resource ${name}.`));
    }
  });
  return found;
}

/** A list of candidates by name, and where it stands. */
interface NamedList {
  readonly path: readonly (string | number)[];
  readonly names: readonly string[];
}

const listed = (path: readonly (string | number)[], names: readonly string[]): NamedList => ({
  path,
  names,
});

/** Names that no candidate has, pairs of one, and candidates both chosen and rejected by hand. */
function referenceFaults(problem: PortfolioProblem, ids: ReadonlySet<string>): PortfolioFault[] {
  const { exclusions = [], dependencies = [], slots = [], interactions = [] } = problem;
  const { mustChoose = [], mustReject = [] } = problem;
  const pairs = [
    ...exclusions.map((pair, i) => listed(["exclusions", i], pair)),
    ...interactions.map(({ pair }, i) => listed(["interactions", i, "pair"], pair)),
  ];
  const lists = [
    ...pairs,
    ...dependencies.map((d, i) => listed(["dependencies", i], [d.candidate, d.needs])),
    ...slots.map(({ members }, i) => listed(["slots", i, "members"], members)),
    listed(["mustChoose"], mustChoose),
    listed(["mustReject"], mustReject),
  ];
  return [
    ...lists.flatMap(({ path, names }) => unknownFaults(path, names, ids)),
    ...pairs.flatMap(({ path, names: [a, b] }) => {
      if (a !== b) return [];
      const message = `${a} is paired with itself.`;
      return [fault("PAIR_INVALID", path, message, "Name two candidates.")];
    }),
    ...interactions.flatMap(({ pair, value }, i) => {
      if (Number.isFinite(value)) return [];
      const message = `The interaction of ${pair.join(" and ")} is a finite number, not ${value}.`;
      const path = ["interactions", i, "value"];
      return [fault("VALUE_INVALID", path, message, "Estimate it, or leave it out.")];
    }),
    ...mustChoose.flatMap((id) => {
      if (!mustReject.includes(id)) return [];
      const message = `${id} is both chosen and rejected by hand.`;
      return [fault("CHOICE_CONTRADICTION", ["mustChoose"], message, "Keep one of the two.")];
    }),
  ];
}

function unknownFaults(
  path: readonly (string | number)[],
  names: readonly string[],
  ids: ReadonlySet<string>,
): PortfolioFault[] {
  return names
    .filter((name) => !ids.has(name))
    .map((name) => {
      const message = `There is no candidate ${name}.`;
      return fault("CANDIDATE_UNKNOWN", path, message, "Use the id of a candidate.");
    });
}

function cycleFaults(
  { dependencies = [] }: PortfolioProblem,
  ids: ReadonlySet<string>,
): PortfolioFault[] {
  const cycle = findCycle(dependencies, ids);
  if (cycle === null) return [];
  const message = `Candidates need each other in a circle: ${cycle.join(" needs ")}.`;
  const mend = "Drop the dependency that is not one, or join these candidates into one.";
  return [fault("DEPENDENCY_CYCLE", ["dependencies"], message, mend)];
}

/** A cycle as a list that ends where it begins, or null. */
function findCycle(
  dependencies: NonNullable<PortfolioProblem["dependencies"]>,
  ids: ReadonlySet<string>,
): string[] | null {
  const needs = new Map<string, string[]>();
  for (const { candidate, needs: other } of dependencies) {
    needs.set(candidate, [...(needs.get(candidate) ?? []), other]);
  }
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]): string[] | null => {
    const start = trail.indexOf(id);
    if (start >= 0) return [...trail.slice(start), id];
    if (done.has(id)) return null;
    for (const next of needs.get(id) ?? []) {
      const found = visit(next, [...trail, id]);
      if (found !== null) return found;
    }
    done.add(id);
    return null;
  };
  for (const id of ids) {
    const found = visit(id, []);
    if (found !== null) return found;
  }
  return null;
}

function slotFaults({ name, atMost, atLeast = 0 }: SlotRule, i: number): PortfolioFault[] {
  const isCount = (x: number) => Number.isInteger(x) && x >= 0;
  const mend = "Use whole numbers with at least <= at most.";
  const most = atMost ?? atLeast;
  if (isCount(most) && isCount(atLeast) && atLeast <= most) return [];
  const message = `The rule ${name} asks for at least ${atLeast} and at most ${atMost ?? "any number"}, which cannot be.`;
  return [fault("SLOT_INVALID", ["slots", i], message, mend)];
}

function optionFaults(
  { runnersUp = 3, budgetStep = 1, breakEven = [] }: PortfolioOptions,
  ids: ReadonlySet<string>,
): PortfolioFault[] {
  const found: PortfolioFault[] = [];
  if (!Number.isInteger(runnersUp) || runnersUp < 0 || runnersUp > 20) {
    const message = `Up to 20 runners-up can be shown, not ${runnersUp}.`;
    found.push(fault("OPTION_INVALID", ["runnersUp"], message, "Use a whole number from 0 to 20."));
  }
  if (!(Number.isFinite(budgetStep) && budgetStep > 0)) {
    const message = `The step of the budget is above 0, not ${budgetStep}.`;
    found.push(fault("OPTION_INVALID", ["budgetStep"], message, "Use engineer-weeks above 0."));
  }
  const asked = typeof breakEven === "string" ? [] : breakEven;
  return [...found, ...unknownFaults(["breakEven"], asked, ids)];
}
