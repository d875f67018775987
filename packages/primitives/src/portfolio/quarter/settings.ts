import type { Sides } from "@plumbline/stats";
import { PORTFOLIO_DEFAULTS as DEFAULT, type PortfolioDocument } from "./schema.js";

/** A document's rules and beliefs with the defaults filled in. */
export interface QuarterSettings {
  readonly weeks: number;
  readonly horizon: number;
  readonly swings: number;
  readonly hygiene: number;
  readonly perSurface: number;
  /** Null: the median of the candidates. */
  readonly upside: number | null;
  readonly evidence: number;
  readonly leastPower: number;
  readonly alpha: number;
  readonly sided: Sides;
  readonly power: number;
  readonly claimWeight: number;
  readonly missSpread: number;
  readonly tailDf: number;
}

export function settingsOf(document: PortfolioDocument): QuarterSettings {
  const { quarter, rules = {}, study = {}, beliefs = {} } = document;
  return {
    weeks: quarter.weeks,
    horizon: document.horizon_quarters ?? DEFAULT.horizonQuarters,
    swings: rules.swings ?? DEFAULT.swings,
    hygiene: rules.hygiene ?? DEFAULT.hygiene,
    perSurface: rules.per_surface ?? DEFAULT.perSurface,
    upside: rules.upside ?? null,
    evidence: rules.evidence ?? DEFAULT.evidence,
    leastPower: rules.least_power ?? DEFAULT.leastPower,
    alpha: study.alpha ?? DEFAULT.alpha,
    sided: study.sided ?? DEFAULT.sided,
    power: study.power ?? DEFAULT.power,
    claimWeight: beliefs.claim_weight ?? DEFAULT.claimWeight,
    missSpread: beliefs.miss_spread ?? DEFAULT.missSpread,
    tailDf: beliefs.tail_df ?? DEFAULT.tailDf,
  };
}
