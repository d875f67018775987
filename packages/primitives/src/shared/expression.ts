/**
 * The expression language of the documents: one scalar over the columns of one source.
 *
 *   or -> and -> not -> comparison, `in [..]` -> + - -> * / -> unary minus -> value
 *
 * as in SQL, so `not locale = "JP"` denies the comparison. Comparisons do not chain. Columns are bare
 * words, or stand in backticks when their name has a space or is a keyword. Only literals stand in an
 * `in` list; there, a bare word is text: `locale in [JP, EN]`. The result is data, never SQL: a name
 * reaches the warehouse as a column to be quoted, a text as a literal to be escaped.
 */
import type { BinaryOperator, Expression, FunctionName } from "@plumbline/stats";

import { ExpressionError, invalid, KEYWORDS, type Token, tokenize } from "./expression-tokens.js";
import { didYouMean } from "./problems.js";

export { ExpressionError, type ExpressionErrorCode, identifierFault } from "./expression-tokens.js";

const MAX_LENGTH = 2000;
const MAX_DEPTH = 64;

/** Fewest and most arguments. */
const FUNCTIONS: Readonly<Record<FunctionName, readonly [number, number]>> = {
  coalesce: [2, 32],
  abs: [1, 1],
  least: [2, 32],
  greatest: [2, 32],
  lower: [1, 1],
  is_null: [1, 1],
  if: [3, 3],
};
const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[];

const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(FUNCTIONS, name);

const COMPARISONS: ReadonlySet<string> = new Set(["=", "!=", "<", "<=", ">", ">="]);

class Parser {
  private position = 0;
  private depth = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  parse(): Expression {
    const expression = this.disjunction();
    const rest = this.peek();
    if (rest.kind !== "end") {
      const call =
        rest.value === "(" ? "A function call is name(...), without a space before." : null;
      throw invalid(
        rest.index,
        `Nothing may follow here, but ${this.show(rest)} does.`,
        call ?? "Join two conditions with and or or; put a name with a space in backticks.",
      );
    }
    return expression;
  }

  private peek(offset = 0): Token {
    const last = this.tokens.length - 1;
    return (
      this.tokens[Math.min(this.position + offset, last)] ?? { kind: "end", index: 0, value: "" }
    );
  }

  private show(token: Token): string {
    return token.kind === "end" ? "the end" : `"${String(token.value)}"`;
  }

  private isKeyword(word: string, offset = 0): boolean {
    const token = this.peek(offset);
    return token.kind === "word" && token.value.toLowerCase() === word;
  }

  private isSign(sign: string): boolean {
    const token = this.peek();
    return token.kind === "sign" && token.value === sign;
  }

  private take(sign: string, purpose: string): void {
    if (!this.isSign(sign)) {
      const found = this.peek();
      throw invalid(
        found.index,
        `Expected ${sign} ${purpose}, found ${this.show(found)}.`,
        `Write ${sign} here.`,
      );
    }
    this.position += 1;
  }

  private nested<T>(parse: () => T): T {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) {
      throw new ExpressionError(
        "EXPRESSION_TOO_LARGE",
        this.peek().index,
        `The expression is nested more than ${MAX_DEPTH} deep.`,
        "Prepare part of it as a column in the data.",
      );
    }
    const result = parse();
    this.depth -= 1;
    return result;
  }

  private leftAssociative(
    next: () => Expression,
    operator: () => BinaryOperator | null,
  ): Expression {
    let left = next();
    for (;;) {
      const op = operator();
      if (op === null) return left;
      this.position += 1;
      left = { kind: "binary", op, left, right: next() };
    }
  }

  private disjunction(): Expression {
    return this.leftAssociative(
      () => this.conjunction(),
      () => (this.isKeyword("or") ? "or" : null),
    );
  }

  private conjunction(): Expression {
    return this.leftAssociative(
      () => this.negation(),
      () => (this.isKeyword("and") ? "and" : null),
    );
  }

  private negation(): Expression {
    if (!this.isKeyword("not")) return this.comparison();
    this.position += 1;
    return { kind: "unary", op: "not", operand: this.nested(() => this.negation()) };
  }

  private comparison(): Expression {
    const left = this.sum();
    const negated = this.isKeyword("not") && this.isKeyword("in", 1);
    if (negated || this.isKeyword("in")) {
      this.position += negated ? 2 : 1;
      return { kind: "in", operand: left, values: this.list(), negated };
    }
    const op = this.peek();
    if (op.kind !== "sign" || !COMPARISONS.has(op.value)) return left;
    this.position += 1;
    const right = this.sum();
    const chained = this.peek();
    if (chained.kind === "sign" && COMPARISONS.has(chained.value)) {
      throw invalid(chained.index, "Comparisons do not chain.", "Write a < b and b < c.");
    }
    if (left.kind === "null" || right.kind === "null") {
      throw invalid(
        op.index,
        "Nothing is equal to null, not even null.",
        "Write is_null(x) or not is_null(x).",
      );
    }
    return { kind: "binary", op: op.value as BinaryOperator, left, right };
  }

  private list(): Expression[] {
    this.take("[", "to open the list");
    const values: Expression[] = [];
    do {
      values.push(this.listed());
      if (!this.isSign(",")) break;
      this.position += 1;
    } while (values.length < MAX_LENGTH);
    this.take("]", "to close the list");
    return values;
  }

  private listed(): Expression {
    const token = this.peek();
    if (token.kind === "word" && !KEYWORDS.has(token.value.toLowerCase())) {
      this.position += 1;
      return { kind: "string", value: token.value };
    }
    const value = this.unary();
    const negative = value.kind === "unary" && value.op === "-" && value.operand.kind === "number";
    if (negative) return { kind: "number", value: -value.operand.value };
    if (value.kind !== "string" && value.kind !== "number" && value.kind !== "boolean") {
      throw invalid(
        token.index,
        "A list holds texts, numbers, true or false only.",
        value.kind === "null"
          ? "Write or is_null(x) beside the list."
          : "Write the values themselves.",
      );
    }
    return value;
  }

  private sum(): Expression {
    return this.leftAssociative(
      () => this.product(),
      () => (this.isSign("+") ? "+" : this.isSign("-") ? "-" : null),
    );
  }

  private product(): Expression {
    return this.leftAssociative(
      () => this.unary(),
      () => (this.isSign("*") ? "*" : this.isSign("/") ? "/" : null),
    );
  }

  private unary(): Expression {
    if (!this.isSign("-")) return this.primary();
    this.position += 1;
    return { kind: "unary", op: "-", operand: this.nested(() => this.unary()) };
  }

  private primary(): Expression {
    const token = this.peek();
    this.position += 1;
    if (token.kind === "number") return { kind: "number", value: token.value };
    if (token.kind === "string") return { kind: "string", value: token.value };
    if (token.kind === "quoted") return { kind: "column", name: token.value };
    if (token.kind === "word") return this.word(token.value, token.index);
    if (token.kind === "sign" && token.value === "(") {
      const inner = this.nested(() => this.disjunction());
      this.take(")", "to close the parenthesis");
      return inner;
    }
    throw invalid(
      token.index,
      `Expected a column, a number or a text, found ${this.show(token)}.`,
      "Complete the expression here.",
    );
  }

  private word(word: string, index: number): Expression {
    if (this.isSign("(")) return this.call(word, index);
    switch (word.toLowerCase()) {
      case "true":
      case "false":
        return { kind: "boolean", value: word.toLowerCase() === "true" };
      case "null":
        return { kind: "null" };
      case "and":
      case "or":
      case "not":
      case "in":
        throw invalid(
          index,
          `"${word}" needs a value before and after it.`,
          `If ${word} is a column, put it in backticks.`,
        );
      default:
        return { kind: "column", name: word };
    }
  }

  private call(name: string, index: number): Expression {
    if (!isFunctionName(name)) {
      throw new ExpressionError(
        "EXPRESSION_FUNCTION_UNKNOWN",
        index,
        `There is no function "${name}".`,
        didYouMean(name, FUNCTION_NAMES, "function"),
      );
    }
    this.take("(", "to open the arguments");
    const args: Expression[] = [];
    while (!this.isSign(")") || args.length > 0) {
      args.push(this.nested(() => this.disjunction()));
      if (!this.isSign(",")) break;
      this.position += 1;
    }
    this.take(")", "to close the arguments");
    const [fewest, most] = FUNCTIONS[name];
    if (args.length < fewest || args.length > most) {
      const wanted = fewest === most ? `${fewest}` : `${fewest} to ${most}`;
      throw invalid(
        index,
        `${name} takes ${wanted} argument${most === 1 ? "" : "s"}, here it has ${args.length}.`,
        name === "if" ? "Write if(condition, then, otherwise)." : "Give it what it takes.",
      );
    }
    return { kind: "call", name, args };
  }
}

/** Parses one expression. Throws `ExpressionError`, and nothing else, for any text. */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_LENGTH) {
    throw new ExpressionError(
      "EXPRESSION_TOO_LARGE",
      MAX_LENGTH,
      `The expression is longer than ${MAX_LENGTH} characters.`,
      "Prepare part of it as a column in the data.",
    );
  }
  if (text.trim() === "") {
    throw invalid(0, "The expression is empty.", "Write a column name or a condition.");
  }
  return new Parser(tokenize(text)).parse();
}

function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "unary":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "in":
      return [expression.operand];
    case "call":
      return expression.args;
    default:
      return [];
  }
}

/** Names of the columns an expression reads, each once, in order of appearance. */
export function expressionColumns(expression: Expression): string[] {
  if (expression.kind === "column") return [expression.name];
  return [...new Set(children(expression).flatMap(expressionColumns))];
}

const isTrue01 = (e: Expression): boolean =>
  isBooleanExpression(e) || (e.kind === "number" && (e.value === 0 || e.value === 1));

/** Whether the value can only be 0/1 (or null), judged from the expression alone. */
export function isBooleanExpression(expression: Expression): boolean {
  switch (expression.kind) {
    case "boolean":
    case "in":
      return true;
    case "unary":
      return expression.op === "not";
    case "binary":
      return COMPARISONS.has(expression.op) || expression.op === "and" || expression.op === "or";
    case "call": {
      if (expression.name === "is_null") return true;
      if (expression.name === "lower" || expression.name === "abs") return false;
      return expression.args.slice(expression.name === "if" ? 1 : 0).every(isTrue01);
    }
    default:
      return false;
  }
}
