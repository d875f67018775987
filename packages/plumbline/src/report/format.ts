/**
 * Effects as a reader sees them: no more digits than the interval deserves, relative ones in percent.
 * Exports and titles carry the full precision.
 */
import { formatPercent, formatValue, groupThousands, withSign } from "@plumbline/primitives/format";
import type { ReadoutEffect } from "./readout-schema.js";

export {
  formatCount,
  formatLevel,
  formatPercent,
  formatPValue,
  formatValue,
} from "@plumbline/primitives/format";

/** Unit of values and differences that are shares of units; shown in percent and percentage points. */
export const SHARE_UNIT = "share";

const MOST_DECIMALS = 8;

/** Exactly `decimals` decimals; `plus` writes the sign of a gain too. */
export function formatFixed(value: number, decimals: number, plus = false): string {
  return withSign(value, groupThousands(Math.abs(value).toFixed(decimals)), plus);
}

/** A share such as 0.5 -> "50.0 %". */
export function formatShare(value: number): string {
  return `${formatFixed(value * 100, 1)} %`;
}

/** A value of a metric in words: shares in percent. */
export function formatMetricValue(value: number, unit: string | null): string {
  return unit === SHARE_UNIT ? formatPercent(value) : formatValue(value, unit);
}

export interface EffectText {
  readonly estimate: string;
  /** "[−2.6, −0.2]", an open end as ∞; null without an interval. */
  readonly interval: string | null;
  readonly unit: string;
}

/** A relative effect in percent; `limit` as a fraction. */
export function formatRelativeEffect(effect: ReadoutEffect, limit: number | null): EffectText {
  const numbers = formatNumbers(scaled(effect, 100), limit === null ? null : limit * 100, 1);
  return { ...numbers, unit: "%" };
}

/** An effect in the metric's own unit; a difference of shares in percentage points. */
export function formatAbsoluteEffect(effect: ReadoutEffect): EffectText {
  if (effect.unit === SHARE_UNIT) {
    return { ...formatNumbers(scaled(effect, 100), null, 1), unit: "pp" };
  }
  return { ...formatNumbers(effect, null, 0), unit: effect.unit ?? "" };
}

/** "+6.0 % [+4.1, +7.9]". */
export function effectPhrase(text: EffectText): string {
  const estimate = text.unit === "" ? text.estimate : `${text.estimate} ${text.unit}`;
  return text.interval === null ? estimate : `${estimate} ${text.interval}`;
}

/** Every digit that the number has, for the title of a rounded one. */
export function fullPrecision(value: number): string {
  return String(value);
}

type Numbers = Pick<ReadoutEffect, "estimate" | "interval">;

/**
 * Two significant digits of the interval's half-width; more when the estimate would otherwise round to
 * the `limit` it is compared with. Without an interval `fewest` decimals or three significant digits.
 */
function formatNumbers(
  { estimate, interval }: Numbers,
  limit: number | null,
  fewest: number,
): { estimate: string; interval: string | null } {
  const half = halfWidth(estimate, interval);
  let decimals = half === null ? plainDecimals(estimate, fewest) : decimalsOf(half);
  if (limit !== null && limit !== estimate) {
    const most = Math.min(MOST_DECIMALS, decimals + 3);
    const same = (d: number) => formatFixed(estimate, d) === formatFixed(limit, d);
    while (decimals < most && same(decimals)) decimals += 1;
  }
  const end = (value: number | null, open: string) =>
    value === null ? open : formatFixed(value, decimals, true);
  return {
    estimate: formatFixed(estimate, decimals, true),
    interval: interval && `[${end(interval.lower, "\u2212∞")}, ${end(interval.upper, "+∞")}]`,
  };
}

/** Decimals that show two significant digits of a quantity of this size. */
function decimalsOf(size: number): number {
  return Math.min(MOST_DECIMALS, Math.max(0, 1 - Math.floor(Math.log10(size))));
}

/** Null where the interval says nothing about precision: absent, open on both sides, or of no width. */
function halfWidth(estimate: number, interval: ReadoutEffect["interval"]): number | null {
  if (interval === null) return null;
  const { lower, upper } = interval;
  if (lower !== null && upper !== null) return (upper - lower) / 2 || null;
  const bound = lower ?? upper;
  return bound === null ? null : Math.abs(estimate - bound) || null;
}

function plainDecimals(estimate: number, fewest: number): number {
  const digits = Number(estimate.toPrecision(3)).toFixed(MOST_DECIMALS).replace(/0+$/, "");
  return Math.min(MOST_DECIMALS, Math.max(fewest, (digits.split(".")[1] ?? "").length));
}

function scaled({ estimate, interval }: Numbers, factor: number): Numbers {
  const times = (value: number | null) => (value === null ? null : value * factor);
  return {
    estimate: estimate * factor,
    interval: interval && {
      lower: times(interval.lower),
      upper: times(interval.upper),
      level: interval.level,
    },
  };
}
