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
export {
  type Appraisal,
  type Quadrant,
  type Ranking,
  rankCandidates,
  recordsOf,
} from "./quarter/appraise.js";
export type { Assembled, Bar, Half, Shared } from "./quarter/assemble.js";
export {
  type Calibration,
  type Chance,
  calibrate,
  type Overrun,
  type PastRecord,
} from "./quarter/calibrate.js";
export { checkPortfolio } from "./quarter/check.js";
export {
  type BreakEven,
  chooseQuarter,
  type InfeasibleQuarter,
  type PredictedWins,
  predictedWins,
  type QuarterChoice,
} from "./quarter/choose.js";
export { DECISION_WORDS, type Judgment } from "./quarter/decide.js";
export type { Detectability } from "./quarter/detect.js";
export { rankingFindings } from "./quarter/findings.js";
export { type RiceInput, rice, type Spread } from "./quarter/rice.js";
export {
  type Candidate,
  DECISIONS,
  type Decision,
  PORTFOLIO_DEFAULTS,
  type PortfolioDocument,
  portfolioSchema,
} from "./quarter/schema.js";
export type { QuarterSettings } from "./quarter/settings.js";
export type { Information, Worth } from "./quarter/worth.js";
