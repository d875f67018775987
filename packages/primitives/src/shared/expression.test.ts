import type { Expression } from "@plumbline/stats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ExpressionError,
  expressionColumns,
  isBooleanExpression,
  parseExpression,
} from "./expression.js";

const column = (name: string): Expression => ({ kind: "column", name });
const number = (value: number): Expression => ({ kind: "number", value });
const string = (value: string): Expression => ({ kind: "string", value });

function failure(text: string): ExpressionError {
  try {
    parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`parsed: ${text}`);
}

describe("precedence follows SQL", () => {
  it("denies a whole comparison with not", () => {
    expect(parseExpression('not locale = "JP"')).toEqual({
      kind: "unary",
      op: "not",
      operand: { kind: "binary", op: "=", left: column("locale"), right: string("JP") },
    });
  });

  it("binds and tighter than or, * tighter than +, unary minus tightest", () => {
    expect(parseExpression("a or b and c")).toEqual({
      kind: "binary",
      op: "or",
      left: column("a"),
      right: { kind: "binary", op: "and", left: column("b"), right: column("c") },
    });
    expect(parseExpression("1 + -x * 2")).toEqual({
      kind: "binary",
      op: "+",
      left: number(1),
      right: {
        kind: "binary",
        op: "*",
        left: { kind: "unary", op: "-", operand: column("x") },
        right: number(2),
      },
    });
  });

  it("subtracts from left to right", () => {
    expect(parseExpression("a - b - c")).toEqual(parseExpression("(a - b) - c"));
    expect(parseExpression("a - b - c")).not.toEqual(parseExpression("a - (b - c)"));
  });
});

describe("lists", () => {
  it("takes bare words in a list as text, as the source writes them", () => {
    expect(parseExpression("locale in [JP, EN, MIXED]")).toEqual({
      kind: "in",
      operand: column("locale"),
      values: [string("JP"), string("EN"), string("MIXED")],
      negated: false,
    });
  });

  it("knows not in, negative numbers and booleans", () => {
    expect(parseExpression("x not in [-1, 2.5, true]")).toEqual({
      kind: "in",
      operand: column("x"),
      values: [number(-1), number(2.5), { kind: "boolean", value: true }],
      negated: true,
    });
  });

  it.each(["x in []", "x in [null]", "x in [a + 1]", "x in (1, 2)", "x in [1,]"])(
    "refuses %s",
    (text) => {
      expect(failure(text).code).toBe("EXPRESSION_INVALID");
    },
  );
});

describe("names and texts", () => {
  it("reads a column with a space in backticks and a doubled quote in a text", () => {
    expect(parseExpression("`zip code` = 'it''s'")).toEqual({
      kind: "binary",
      op: "=",
      left: column("zip code"),
      right: string("it's"),
    });
  });

  it.each(['`a"b`', "`a'b`", "`a\u0000b`", "`a\nb`", "`a\\b`", "``", `\`${"x".repeat(201)}\``])(
    "refuses the identifier %j",
    (text) => {
      expect(failure(text).code).toBe("IDENTIFIER_INVALID");
    },
  );

  it("allows columns in any script", () => {
    expect(parseExpression("ロケール")).toEqual(column("ロケール"));
  });
});

describe("errors", () => {
  it.each([
    ["a == b", 2],
    ["a <> b", 2],
    ["a && b", 2],
    ["a b", 2],
    ["a < b < c", 6],
    ["a = null", 2],
    ["(a", 2],
    ["a +", 3],
    ["'open", 0],
    ["a; drop table x", 1],
    ["t.a", 1],
    ["1e999", 0],
    ["9007199254740993", 0],
    ["if(a, b)", 0],
    ["coalesce(a, b,)", 14],
    ["and", 0],
  ])("says where %s is wrong", (text, index) => {
    const error = failure(text);
    expect({ code: error.code, index: error.index }).toEqual({ code: "EXPRESSION_INVALID", index });
    expect(error.mend).not.toBe("");
  });

  it("suggests the function that was meant", () => {
    const error = failure("a + coalesc(b, 0)");
    expect(error).toMatchObject({ code: "EXPRESSION_FUNCTION_UNKNOWN", index: 4 });
    expect(error.mend).toContain('"coalesce"');
  });

  it("refuses what no document needs: deep nesting and endless text", () => {
    expect(failure("(".repeat(500)).code).toBe("EXPRESSION_TOO_LARGE");
    expect(failure("not ".repeat(400)).code).toBe("EXPRESSION_TOO_LARGE");
    expect(failure("x".repeat(3000)).code).toBe("EXPRESSION_TOO_LARGE");
  });

  it("throws only ExpressionError, for any text", () => {
    const pieces = fc.constantFrom(
      ..."( ) [ ] , + - * / = != < <= > >= and or not in true null if( coalesce( a `b c` 'd' \" ' 1 .5 1e3".split(
        " ",
      ),
    );
    const soup = fc.array(fc.oneof(pieces, fc.string({ unit: "binary" })), { maxLength: 30 });
    fc.assert(
      fc.property(soup, (parts) => {
        try {
          parseExpression(parts.join(" "));
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { seed: 1, numRuns: 600 },
    );
  });
});

describe("reading an expression", () => {
  it("lists each column once, and no listed text", () => {
    expect(expressionColumns(parseExpression("if(a > b, a, `c d`) + 1"))).toEqual([
      "a",
      "b",
      "c d",
    ]);
    expect(expressionColumns(parseExpression("x in [JP, EN]"))).toEqual(["x"]);
  });

  it.each([
    ["a > 3", true],
    ["not a", true],
    ["if(a > 3, 1, 0)", true],
    ["coalesce(a > 3, false)", true],
    ["if(a > 3, 2, 0)", false],
    ["a", false],
    ["a + 1", false],
  ])("judges whether %s is 0/1", (text, expected) => {
    expect(isBooleanExpression(parseExpression(text))).toBe(expected);
  });
});
