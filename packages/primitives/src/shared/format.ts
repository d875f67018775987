/**
 * Numbers as a person reads them: sensible digits, a true minus sign (U+2212), no locale of the
 * machine. For sentences only; nothing here feeds back into a decision.
 */

const MINUS = "\u2212";

/** Decimals that leave about three significant digits, and two for small values. */
function decimalsFor(size: number, enough: number): number {
  if (size === 0) return 0;
  const exponent = Math.floor(Math.log10(size));
  return Math.min(12, Math.max(0, enough - exponent));
}

function trimZeros(text: string, keep: number): string {
  const [whole = "", fraction = ""] = text.split(".");
  const kept = fraction.replace(/0+$/, "").padEnd(keep, "0");
  return kept === "" ? whole : `${whole}.${kept}`;
}

/** Thousands separators in the whole part of a decimal number. */
export function groupThousands(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Sign of a number whose digits are `body`; nothing before a number that reads as zero. */
export function withSign(value: number, body: string, plus: boolean): string {
  const zero = !/[1-9]/.test(body);
  if (zero) return body;
  if (value < 0) return `${MINUS}${body}`;
  return plus ? `+${body}` : body;
}

/** 0.0143 -> "1.43 %"; 0.06 -> "6.0 %"; -0.01 -> "−1.0 %". `plus` writes the sign of a gain too. */
export function formatPercent(fraction: number, options: { plus?: boolean } = {}): string {
  const size = Math.abs(fraction) * 100;
  const decimals = size >= 100 ? 0 : Math.min(6, decimalsFor(size, size < 1 ? 1 : 2));
  const body = trimZeros(size.toFixed(decimals), size >= 100 ? 0 : 1);
  return `${withSign(fraction, groupThousands(body), options.plus ?? false)} %`;
}

/** A share that is usually whole: 0.95 -> "95 %", 0.999 -> "99.9 %". */
export function formatLevel(level: number): string {
  return `${trimZeros((level * 100).toFixed(4), 0)} %`;
}

/** A value with up to four significant digits, whole parts in full, and its unit: "740 ms", "12,346 USD". */
export function formatValue(
  value: number,
  unit: string | null,
  options: { plus?: boolean } = {},
): string {
  const size = Math.abs(value);
  const tiny = (size !== 0 && size < 1e-9) || size >= 1e15;
  const text = tiny
    ? size.toExponential(2)
    : groupThousands(trimZeros(size.toFixed(decimalsFor(size, 3)), 0));
  const number = withSign(value, text, options.plus ?? false);
  return unit === null ? number : `${number} ${unit}`;
}

/** A count with thousands separators. */
export function formatCount(count: number): string {
  return groupThousands(Math.abs(count).toFixed(0)).replace(/^/, count < 0 ? MINUS : "");
}

/** "p = 0.02", "p < 0.001"; `bound`: only known to be below the value. */
export function formatPValue(value: number, bound = false): string {
  if (bound) return `p < ${trimZeros(value.toPrecision(3), 0)}`;
  if (value < 0.001) return "p < 0.001";
  if (value > 0.99) return "p > 0.99";
  const digits = value < 0.1 ? 3 : 2;
  return `p = ${trimZeros(value.toFixed(decimalsFor(value, digits - 1)), 0)}`;
}

/** A level such as 0.05 or 0.0125, with no more digits than it has. */
export function formatAlpha(alpha: number): string {
  return trimZeros(alpha.toFixed(decimalsFor(alpha, 3)), 0);
}

/** "a", "a and b", "a, b and c". */
export function formatList(items: readonly string[]): string {
  const last = items.at(-1);
  if (last === undefined) return "";
  return items.length === 1 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** "1 unit", "2 units". */
export function formatNumberOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** An amount in a sentence: three digits that count, thousands apart by a comma. */
export function formatAmount(value: number): string {
  if (value === 0) return "0";
  if (value < 0) return `\u2212${formatAmount(-value)}`;
  const size = Math.floor(Math.log10(value));
  const rounded = Number(value.toPrecision(Math.max(3, size + 1)));
  const [whole = "", part] = rounded.toFixed(Math.min(8, Math.max(0, 2 - size))).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const rest = part?.replace(/0+$/, "") ?? "";
  return rest === "" ? grouped : `${grouped}.${rest}`;
}

/** A share as whole per cent. */
export const formatWholePercent = (share: number): string => `${Math.round(share * 100)} %`;

/** Engineer-weeks to a tenth. */
export const formatEngineerWeeks = (weeks: number): string =>
  `${formatAmount(Math.round(weeks * 10) / 10)} engineer-week${weeks === 1 ? "" : "s"}`;
