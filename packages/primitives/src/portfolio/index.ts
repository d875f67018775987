export { choosePortfolio, enumeratePortfolios, type PortfolioEnumeration } from "./choose.js";
export {
  PORTFOLIO_ERROR_CODES,
  PortfolioError,
  type PortfolioErrorCode,
  type PortfolioFault,
  portfolioFaults,
} from "./faults.js";
export {
  type CandidateSensitivity,
  type Dependency,
  ENUMERATED_CANDIDATES,
  type InfeasiblePortfolio,
  LARGEST_PORTFOLIO,
  type OptimalPortfolio,
  type PairInteraction,
  type Portfolio,
  type PortfolioCandidate,
  type PortfolioOptions,
  type PortfolioProblem,
  type PortfolioResource,
  type PortfolioResult,
  type SlotRule,
} from "./problem.js";
