import type { Expression } from "@plumbline/stats";
import type { ColumnInfo } from "../dialects/dialect.js";

/** Whether an expression can be null, as far as the files' statistics tell. */
export function mayBeNull(expression: Expression, columns: readonly ColumnInfo[]): boolean {
  const any = (parts: readonly Expression[]) => parts.some((part) => mayBeNull(part, columns));
  switch (expression.kind) {
    case "column":
      return columns.find((column) => column.name === expression.name)?.nullable !== false;
    case "null":
      return true;
    case "unary":
      return mayBeNull(expression.operand, columns);
    case "binary":
      // A division by zero gives null.
      return expression.op === "/" || any([expression.left, expression.right]);
    case "in":
      return any([expression.operand, ...expression.values]);
    case "call":
      if (expression.name === "is_null") return false;
      if (expression.name === "coalesce") {
        return expression.args.every((part) => mayBeNull(part, columns));
      }
      return any(expression.name === "if" ? expression.args.slice(1) : expression.args);
    default:
      return false;
  }
}

/** No finite value of a plain column is larger in size than this; null when unknown. */
export function largestOf(expression: Expression, columns: readonly ColumnInfo[]): number | null {
  if (expression.kind !== "column") return null;
  return columns.find((column) => column.name === expression.name)?.largest ?? null;
}

/** No sum of round(x * 10^scale) over rows of a plain column x is larger in size; null when unknown. */
export function largestSumOf(
  expression: Expression,
  columns: readonly ColumnInfo[],
  scale: number,
): number | null {
  const largest = largestOf(expression, columns);
  if (largest === null || expression.kind !== "column") return null;
  const rows = columns.find((column) => column.name === expression.name)?.rows;
  return rows === undefined ? null : (largest * 10 ** scale + 1) * rows;
}
