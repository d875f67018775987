/** What effects by day are told with: their shape, and a difference as a share of the level. */
import type { EffectsByAge } from "@plumbline/primitives";
import { formatPercent } from "../format.js";

export interface Ages {
  readonly experiment: string;
  readonly metric: string;
  readonly unit: string | null;
  /** The moment read. */
  readonly at: string;
  /** Units exposed before this take part. */
  readonly exposedBefore: string;
  /** Of the intervals. */
  readonly coverage: number;
  readonly arms: readonly (EffectsByAge & { readonly sentence: string })[];
}

/** A share of control's level; the metric's own unit where that level is not above zero. */
export function shareText(value: number, level: number): string {
  return level > 0
    ? formatPercent(value / level, { plus: true })
    : Number(value.toPrecision(3)).toString();
}
