import type { BinaryOperator, Expression } from "@plumbline/stats";
import type { ColumnInfo, Dialect, ValueType } from "../dialects/dialect.js";
import { fail, type WarehouseErrorSubject } from "../errors.js";
import { suggestColumns } from "./suggest.js";

/** SQL with its type; integers are widened before arithmetic, so `type` is what the engine computes. */
export interface Typed {
  readonly sql: string;
  readonly type: ValueType;
}

export interface Scope {
  readonly dialect: Dialect;
  readonly columns: readonly ColumnInfo[];
  /** Alias of the source in the statement. */
  readonly alias: string;
  readonly subject: WarehouseErrorSubject;
}

export const ROW = "e";

export function findColumn(scope: Scope, name: string): ColumnInfo {
  const found = scope.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  return fail(
    "COLUMN_MISSING",
    `The source ${scope.subject.source ?? ""} has no column ${JSON.stringify(name)}.`,
    suggestColumns(
      name,
      scope.columns.map((column) => column.name),
    ),
    { ...scope.subject, column: name },
  );
}

export function columnSql(scope: Scope, name: string): Typed {
  const column = findColumn(scope, name);
  return {
    sql: `${scope.alias}.${scope.dialect.quote(column.name)}`,
    type: scope.dialect.valueType(column.type),
  };
}

function describe(type: ValueType): string {
  if (type.kind === "other") return `of type ${type.name}`;
  if (type.kind === "integer" || type.kind === "decimal" || type.kind === "double")
    return "a number";
  return type.kind === "time" ? "a date or time" : type.kind === "null" ? "null" : type.kind;
}

export function firstColumn(expression: Expression): string | null {
  switch (expression.kind) {
    case "column":
      return expression.name;
    case "unary":
      return firstColumn(expression.operand);
    case "binary":
      return firstColumn(expression.left) ?? firstColumn(expression.right);
    case "in":
      return firstColumn(expression.operand);
    case "call":
      return expression.args.map(firstColumn).find((name) => name !== null) ?? null;
    default:
      return null;
  }
}

export function typeError(
  scope: Scope,
  expression: Expression,
  wanted: string,
  got: ValueType,
): never {
  const column = firstColumn(expression);
  const what = column === null ? "The expression" : `Column ${JSON.stringify(column)}`;
  return fail(
    "COLUMN_TYPE",
    `${what} of source ${scope.subject.source ?? ""} should be ${wanted}, and is ${describe(got)}.`,
    "Correct the data or its type, or write another expression; in a CSV file one wrong cell makes a whole column text.",
    column === null ? scope.subject : { ...scope.subject, column },
  );
}

export function isNumeric(type: ValueType): boolean {
  return type.kind === "integer" || type.kind === "decimal" || type.kind === "double";
}

/** Double literals carry an exponent, so no engine reads them as decimals. */
export function numberLiteral(value: number): Typed {
  if (!Number.isFinite(value)) {
    fail("PLAN_INVALID", "A number in an expression is not finite.", "Write a finite number.");
  }
  if (Number.isSafeInteger(value)) {
    return {
      sql: value < 0 ? `(${value})` : `${value === 0 ? 0 : value}`,
      type: { kind: "integer", bits: 64 },
    };
  }
  const text = value.toExponential();
  return { sql: value < 0 ? `(${text})` : text, type: { kind: "double" } };
}

export function compileExpression(scope: Scope, expression: Expression): Typed {
  switch (expression.kind) {
    case "column":
      return columnSql(scope, expression.name);
    case "number":
      return numberLiteral(expression.value);
    case "string":
      return { sql: scope.dialect.literal(expression.value), type: { kind: "text" } };
    case "boolean":
      return { sql: expression.value ? "TRUE" : "FALSE", type: { kind: "boolean" } };
    case "null":
      return { sql: "NULL", type: { kind: "null" } };
    case "unary":
      return compileUnary(scope, expression);
    case "binary":
      return compileBinary(scope, expression);
    case "in":
      return compileIn(scope, expression);
    case "call":
      return compileCall(scope, expression);
  }
}

/** A condition; a null result counts as not fulfilled wherever conditions are used. */
export function compileCondition(scope: Scope, expression: Expression): string {
  const typed = compileExpression(scope, expression);
  if (typed.type.kind !== "boolean" && typed.type.kind !== "null") {
    typeError(scope, expression, "a condition (true or false)", typed.type);
  }
  return typed.sql;
}

function compileUnary(scope: Scope, expression: Extract<Expression, { kind: "unary" }>): Typed {
  if (expression.op === "not") {
    return {
      sql: `(NOT ${compileCondition(scope, expression.operand)})`,
      type: { kind: "boolean" },
    };
  }
  const operand = widen(scope, numeric(scope, expression.operand));
  return { sql: `(- ${operand.sql})`, type: operand.type };
}

/** A number; booleans become 0 and 1. */
export function numeric(scope: Scope, expression: Expression): Typed {
  const typed = compileExpression(scope, expression);
  if (typed.type.kind === "boolean") {
    return {
      sql: `CAST(${typed.sql} AS ${scope.dialect.narrow})`,
      type: { kind: "integer", bits: 64 },
    };
  }
  if (!isNumeric(typed.type)) typeError(scope, expression, "a number or true/false", typed.type);
  return typed;
}

/** Integers to at least 64 bits and decimals to their widest, so that arithmetic does not overflow early. */
function widen(scope: Scope, typed: Typed): Typed {
  const { type } = typed;
  if (type.kind === "integer") {
    const bits = type.bits === 128 ? 128 : 64;
    const name = bits === 128 ? scope.dialect.wide : scope.dialect.narrow;
    const literal = /^\(?-?\d+\)?$/.test(typed.sql);
    return {
      sql: type.bits === bits && !literal ? typed.sql : `CAST(${typed.sql} AS ${name})`,
      type: { kind: "integer", bits },
    };
  }
  if (type.kind === "decimal") {
    return {
      sql: scope.dialect.decimal(typed.sql, 38, type.scale),
      type: { kind: "decimal", width: 38, scale: type.scale },
    };
  }
  return typed;
}

function toDouble(scope: Scope, typed: Typed): string {
  return typed.type.kind === "double"
    ? typed.sql
    : `CAST(${typed.sql} AS ${scope.dialect.floating})`;
}

/** Brings numbers to one type: double beats decimal beats integer. */
function unifyNumbers(scope: Scope, items: readonly Typed[]): { sqls: string[]; type: ValueType } {
  if (items.some((item) => item.type.kind === "double")) {
    return { sqls: items.map((item) => toDouble(scope, item)), type: { kind: "double" } };
  }
  const scales = items.map((item) => (item.type.kind === "decimal" ? item.type.scale : -1));
  const scale = Math.max(...scales);
  if (scale >= 0) {
    const sqls = items.map((item) => scope.dialect.decimal(item.sql, 38, scale));
    return { sqls, type: { kind: "decimal", width: 38, scale } };
  }
  const wide = items.some((item) => item.type.kind === "integer" && item.type.bits === 128);
  const name = wide ? scope.dialect.wide : scope.dialect.narrow;
  const bits = wide ? 128 : 64;
  const sqls = items.map((item) => {
    const same =
      item.type.kind === "integer" && item.type.bits === bits && !/^\(?-?\d+\)?$/.test(item.sql);
    return same ? item.sql : `CAST(${item.sql} AS ${name})`;
  });
  return { sqls, type: { kind: "integer", bits } };
}

const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(["=", "!=", "<", "<=", ">", ">="]);

function compileBinary(scope: Scope, expression: Extract<Expression, { kind: "binary" }>): Typed {
  const { op, left, right } = expression;
  if (op === "and" || op === "or") {
    const sql = `(${compileCondition(scope, left)} ${op.toUpperCase()} ${compileCondition(scope, right)})`;
    return { sql, type: { kind: "boolean" } };
  }
  if (COMPARISONS.has(op)) {
    const [a, b] = comparable(scope, [left, right]);
    return { sql: `(${a} ${op === "!=" ? "<>" : op} ${b})`, type: { kind: "boolean" } };
  }
  const a = numeric(scope, left);
  const b = numeric(scope, right);
  if (op === "/") {
    return {
      sql: `(${toDouble(scope, a)} / nullif(${toDouble(scope, b)}, 0))`,
      type: { kind: "double" },
    };
  }
  if (op === "*") return multiply(scope, a, b);
  const both = unifyNumbers(scope, [a, b]);
  return { sql: `(${both.sqls[0]} ${op} ${both.sqls[1]})`, type: both.type };
}

function multiply(scope: Scope, a: Typed, b: Typed): Typed {
  const scaleOf = (typed: Typed) => (typed.type.kind === "decimal" ? typed.type.scale : 0);
  const decimals = a.type.kind === "decimal" || b.type.kind === "decimal";
  const doubles = a.type.kind === "double" || b.type.kind === "double";
  const scale = scaleOf(a) + scaleOf(b);
  if (decimals && !doubles && scale <= 38) {
    const left = scope.dialect.decimal(a.sql, 38, scaleOf(a));
    const right = scope.dialect.decimal(b.sql, 38, scaleOf(b));
    return { sql: `(${left} * ${right})`, type: { kind: "decimal", width: 38, scale } };
  }
  if (decimals || doubles) {
    return { sql: `(${toDouble(scope, a)} * ${toDouble(scope, b)})`, type: { kind: "double" } };
  }
  const both = unifyNumbers(scope, [a, b]);
  return { sql: `(${both.sqls[0]} * ${both.sqls[1]})`, type: both.type };
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|\+00:?00)?)?$/;

/** `2024-01-02T03:04:05Z` as microseconds since 1970; null when it is not an ISO 8601 UTC time. */
export function isoMicroseconds(text: string): bigint | null {
  if (!ISO_TIME.test(text)) return null;
  const plain = text.replace(/(Z|\+00:?00)$/, "").replace(" ", "T");
  const fraction = /\.(\d{1,6})$/.exec(plain)?.[1] ?? "";
  const whole = plain.replace(/\.\d+$/, "");
  const time = Date.parse(whole.length === 10 ? `${whole}T00:00:00Z` : `${whole}Z`);
  return Number.isNaN(time) ? null : BigInt(time) * 1000n + BigInt(fraction.padEnd(6, "0"));
}

function timeSql(scope: Scope, expression: Expression, typed: Typed): string {
  if (typed.type.kind === "time") return scope.dialect.microseconds(typed.sql);
  const instant = expression.kind === "string" ? isoMicroseconds(expression.value) : null;
  if (instant !== null) return String(instant);
  if (typed.type.kind === "null") return "NULL";
  return typeError(scope, expression, "a time, or an ISO 8601 time in quotes", typed.type);
}

/** Operands of one comparison, brought to one type. Times are compared as microseconds. */
function comparable(scope: Scope, expressions: readonly Expression[]): string[] {
  const items = expressions.map((expression) => compileExpression(scope, expression));
  const kinds = new Set(items.map((item) => item.type.kind).filter((kind) => kind !== "null"));
  if (kinds.has("time")) {
    return expressions.map((expression, index) =>
      timeSql(scope, expression, items[index] as Typed),
    );
  }
  if (kinds.size <= 1 && !kinds.has("other") && !kinds.has("decimal"))
    return items.map((item) => item.sql);
  const numbers = expressions.map((expression, index) => {
    const item = items[index] as Typed;
    return item.type.kind === "null" ? item : numeric(scope, expression);
  });
  const real = numbers.filter((item) => item.type.kind !== "null");
  const unified = unifyNumbers(scope, real).sqls;
  return numbers.map((item) => (item.type.kind === "null" ? "NULL" : (unified.shift() as string)));
}

function compileIn(scope: Scope, expression: Extract<Expression, { kind: "in" }>): Typed {
  if (expression.values.length === 0) {
    fail("PLAN_INVALID", "A list after `in` is empty.", "Name at least one value.", scope.subject);
  }
  const [operand, ...values] = comparable(scope, [expression.operand, ...expression.values]);
  const not = expression.negated ? "NOT " : "";
  return { sql: `(${operand} ${not}IN (${values.join(", ")}))`, type: { kind: "boolean" } };
}

/** Branches of one value: all numbers, all text, all conditions or all times. */
function unify(
  scope: Scope,
  expressions: readonly Expression[],
): { sqls: string[]; type: ValueType } {
  const items = expressions.map((expression) => compileExpression(scope, expression));
  const known = items.filter((item) => item.type.kind !== "null");
  const first = known[0];
  if (first === undefined) return { sqls: items.map((item) => item.sql), type: { kind: "null" } };
  const plain = known.every((item) => item.type.kind === first.type.kind) && !isNumeric(first.type);
  if (plain && first.type.kind !== "other")
    return { sqls: items.map((item) => item.sql), type: first.type };
  const numbers = expressions.filter((_, index) => items[index]?.type.kind !== "null");
  const unified = unifyNumbers(
    scope,
    numbers.map((expression) => numeric(scope, expression)),
  );
  const queue = [...unified.sqls];
  const sqls = items.map((item) =>
    item.type.kind === "null" ? "NULL" : (queue.shift() as string),
  );
  return { sqls, type: unified.type };
}

function compileCall(scope: Scope, expression: Extract<Expression, { kind: "call" }>): Typed {
  const { name, args } = expression;
  const first = args[0];
  const expected = { coalesce: -1, least: -1, greatest: -1, abs: 1, lower: 1, is_null: 1, if: 3 }[
    name
  ];
  if (first === undefined || (expected > 0 && args.length !== expected)) {
    return fail(
      "PLAN_INVALID",
      `The function ${name} has ${args.length} arguments.`,
      expected > 0 ? `Give it ${expected}.` : "Give it at least one.",
      scope.subject,
    );
  }
  if (name === "is_null") {
    return { sql: `(${compileExpression(scope, first).sql} IS NULL)`, type: { kind: "boolean" } };
  }
  if (name === "abs") {
    const value = widen(scope, numeric(scope, first));
    return { sql: `abs(${value.sql})`, type: value.type };
  }
  if (name === "lower") {
    const value = compileExpression(scope, first);
    if (value.type.kind !== "text" && value.type.kind !== "null")
      typeError(scope, first, "text", value.type);
    return { sql: `lower(${value.sql})`, type: { kind: "text" } };
  }
  if (name === "if") {
    const { sqls, type } = unify(scope, args.slice(1));
    return {
      sql: `CASE WHEN ${compileCondition(scope, first)} THEN ${sqls[0]} ELSE ${sqls[1]} END`,
      type,
    };
  }
  const { sqls, type } = unify(scope, args);
  return { sql: `${name}(${sqls.join(", ")})`, type };
}
