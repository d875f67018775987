/** Of several levels the one to name: what blocks first, then the worst status, then the worst estimate. */
import type { CheckStatus } from "../../shared/vocabulary.js";

const SEVERITY: readonly CheckStatus[] = [
  "breach",
  "not_evaluable",
  "near",
  "underpowered",
  "clear",
];

export interface RankedLevel {
  readonly blocks: boolean;
  readonly status: CheckStatus;
  /** Oriented: smaller is worse. */
  readonly size: number;
}

/** Null of no levels. */
export function worstLevel<Level extends RankedLevel>(levels: readonly Level[]): Level | null {
  const order = ({ blocks, status }: RankedLevel) =>
    (blocks ? 0 : SEVERITY.length) + SEVERITY.indexOf(status);
  return levels.reduce<Level | null>((least, level) => {
    if (least === null) return level;
    const difference = order(level) - order(least) || level.size - least.size;
    return difference < 0 ? level : least;
  }, null);
}
