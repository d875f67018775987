/** Numbers as a reason says them. */

/** Three digits that count, thousands apart by a comma. */
export function amountText(value: number): string {
  if (value === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(value)));
  const rounded = Number(value.toPrecision(Math.max(3, size + 1)));
  const [whole = "", part] = rounded.toFixed(Math.min(8, Math.max(0, 2 - size))).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const rest = part?.replace(/0+$/, "") ?? "";
  return rest === "" ? grouped : `${grouped}.${rest}`;
}

export const percentText = (share: number): string => `${Math.round(share * 100)} %`;

export const weeksText = (weeks: number): string =>
  `${amountText(Math.round(weeks * 10) / 10)} engineer-week${weeks === 1 ? "" : "s"}`;
