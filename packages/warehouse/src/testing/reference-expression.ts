import type { Expression } from "@plumbline/stats";
import type { Cell, Row } from "./workbench.js";

function compare(op: string, a: Cell, b: Cell): boolean | null {
  if (a === null || b === null) return null;
  if (op === "=") return a === b;
  if (op === "!=") return a !== b;
  if (op === "<") return a < b;
  if (op === "<=") return a <= b;
  return op === ">" ? a > b : a >= b;
}

/** Three-valued logic: null is unknown. */
function logic(op: "and" | "or", a: Cell, b: Cell): boolean | null {
  const decisive = op === "or";
  if (a === decisive || b === decisive) return decisive;
  return a === null || b === null ? null : !decisive;
}

function arithmetic(op: string, a: Cell, b: Cell): number | null {
  if (a === null || b === null) return null;
  const [x, y] = [Number(a), Number(b)];
  if (op === "+") return x + y;
  if (op === "-") return x - y;
  if (op === "*") return x * y;
  return y === 0 ? null : x / y;
}

function binary(row: Row, expression: Extract<Expression, { kind: "binary" }>): Cell {
  const { op } = expression;
  const [a, b] = [evaluate(row, expression.left), evaluate(row, expression.right)];
  if (op === "and" || op === "or") return logic(op, a, b);
  return "+-*/".includes(op) ? arithmetic(op, a, b) : compare(op, a, b);
}

function member(row: Row, expression: Extract<Expression, { kind: "in" }>): boolean | null {
  const value = evaluate(row, expression.operand);
  const found = expression.values
    .map((entry) => compare("=", value, evaluate(row, entry)))
    .reduce<Cell>((sum, one) => logic("or", sum, one), false);
  return found === null ? null : found !== expression.negated;
}

function call(row: Row, expression: Extract<Expression, { kind: "call" }>): Cell {
  const [first = null, second = null, third = null] = expression.args.map((part) =>
    evaluate(row, part),
  );
  switch (expression.name) {
    case "is_null":
      return first === null;
    case "if":
      return first === true ? second : third;
    case "abs":
      return first === null ? null : Math.abs(Number(first));
    case "lower":
      return first === null ? null : String(first).toLowerCase();
    case "coalesce":
      return (
        expression.args.map((part) => evaluate(row, part)).find((cell) => cell !== null) ?? null
      );
    default:
      throw new Error(`the reference knows no ${expression.name}`);
  }
}

/** What an expression is for one row, by the rules of SQL. */
export function evaluate(row: Row, expression: Expression): Cell {
  switch (expression.kind) {
    case "column":
      return row[expression.name] ?? null;
    case "null":
      return null;
    case "unary": {
      const value = evaluate(row, expression.operand);
      if (value === null) return null;
      return expression.op === "not" ? value !== true : -Number(value);
    }
    case "binary":
      return binary(row, expression);
    case "in":
      return member(row, expression);
    case "call":
      return call(row, expression);
    default:
      return expression.value;
  }
}
