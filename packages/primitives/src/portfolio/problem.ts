/** One thing that a team could do next quarter. */
export interface PortfolioCandidate {
  /** Unique within the problem. */
  readonly id: string;
  /** Expected value; any unit, the same for all; may be below 0. */
  readonly value: number;
  /** Engineer-weeks, 0 or more. */
  readonly effort: number;
  /** Further resources by name (traffic, GPU hours); a name left out means none. */
  readonly uses?: Readonly<Record<string, number>>;
}

export interface PortfolioResource {
  readonly name: string;
  readonly capacity: number;
}

/** At most and at least so many of the members: slots of a quarter, one hygiene project, never a vampire (at most 0). */
export interface SlotRule {
  readonly name: string;
  readonly members: readonly string[];
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** What two candidates gain (above 0) or lose (below) when both are chosen: shared traffic, shared infrastructure. */
export interface PairInteraction {
  readonly pair: readonly [string, string];
  readonly value: number;
}

export interface Dependency {
  readonly candidate: string;
  /** Chosen too whenever `candidate` is. */
  readonly needs: string;
}

export interface PortfolioProblem {
  readonly candidates: readonly PortfolioCandidate[];
  /** Engineer-weeks of the quarter. */
  readonly budget: number;
  readonly resources?: readonly PortfolioResource[];
  /** Pairs of which at most one may be chosen. */
  readonly exclusions?: readonly (readonly [string, string])[];
  readonly dependencies?: readonly Dependency[];
  readonly slots?: readonly SlotRule[];
  readonly interactions?: readonly PairInteraction[];
  /** Decided by hand beforehand. */
  readonly mustChoose?: readonly string[];
  readonly mustReject?: readonly string[];
}

export interface PortfolioOptions {
  /** Next best portfolios to show; default 3, at most 20. */
  readonly runnersUp?: number;
  /** Engineer-weeks by which the budget is raised for its shadow value; default 1. */
  readonly budgetStep?: number;
  /**
   * Whose break-even value to compute; default "all" up to 20 candidates, "none" above, where each one costs a further
   * proof of optimality.
   */
  readonly breakEven?: "all" | "none" | readonly string[];
}

export interface Portfolio {
  /** In the order of the candidates. */
  readonly chosen: readonly string[];
  /** Values of the chosen and of their interactions. */
  readonly value: number;
  readonly effort: number;
}

export interface CandidateSensitivity {
  readonly id: string;
  readonly isChosen: boolean;
  /**
   * The value of this candidate at which the choice turns, all else equal: a chosen one falls out below it, another
   * comes in above it. Null when no value changes the choice.
   */
  readonly breakEven: number | null;
}

export interface OptimalPortfolio {
  readonly status: "optimal";
  /** Both prove that nothing better exists. */
  readonly method: "enumeration" | "milp";
  readonly best: Portfolio;
  /** From the best on; other portfolios of the same value come first. */
  readonly runnersUp: readonly Portfolio[];
  /** What a larger budget would bring, and the portfolio it would pay for. */
  readonly budgetShadow: { readonly step: number; readonly gain: number; readonly best: Portfolio };
  /** Of the candidates asked for. */
  readonly sensitivity: readonly CandidateSensitivity[];
}

export interface InfeasiblePortfolio {
  readonly status: "infeasible";
  /** Demands (candidates chosen beforehand, slots to fill) each of which alone is too much; all when only together. */
  readonly demands: readonly string[];
}

export type PortfolioResult = OptimalPortfolio | InfeasiblePortfolio;

/** Enumeration up to this many; a MILP above. */
export const ENUMERATED_CANDIDATES = 20;
/** More have not been shown to be solved to a proof in time. */
export const LARGEST_PORTFOLIO = 200;
