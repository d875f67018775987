import { type Candidate, type PortfolioDocument, portfolioSchema } from "../schema.js";

/** A candidate that is sound and detectable; what a test is about comes in `given`. */
export function candidate(id: string, given: Partial<Candidate> = {}): Candidate {
  return {
    id,
    kind: "win",
    reach: 1e6,
    impact: { low: 0.005, likely: 0.01, high: 0.015 },
    evidence_quality: 0.6,
    effort: 10,
    experiment: { metric: "answers", sd: 1 },
    surface: id,
    direction: "ranking",
    ...given,
  };
}

export function quarter(
  candidates: readonly Candidate[],
  given: Partial<PortfolioDocument> = {},
): PortfolioDocument {
  return portfolioSchema.parse({
    kind: "portfolio",
    portfolio_id: "p",
    quarter: { name: "Q3", weeks: 13 },
    capacity: { engineer_weeks: 40, slots: 3 },
    rules: { upside: 1 },
    candidates,
    ...given,
  });
}
