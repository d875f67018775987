/** The words of the expression language: numbers, texts, columns, signs. */

export type ExpressionErrorCode =
  | "IDENTIFIER_INVALID"
  | "EXPRESSION_INVALID"
  | "EXPRESSION_FUNCTION_UNKNOWN"
  | "EXPRESSION_TOO_LARGE";

/** `index` counts UTF-16 units from the start of the text. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  constructor(
    readonly code: ExpressionErrorCode,
    readonly index: number,
    message: string,
    readonly mend: string,
  ) {
    super(message);
  }
}

const MAX_IDENTIFIER = 200;

/** Why a column name cannot be used, or null. Quotes and control characters are never let through. */
export function identifierFault(name: string): { message: string; mend: string } | null {
  const shown = JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}...` : name);
  if (name.length === 0) {
    return { message: "A column name is empty.", mend: "Write the name of the column." };
  }
  if (name.length > MAX_IDENTIFIER) {
    return {
      message: `The column name ${shown} is longer than ${MAX_IDENTIFIER} characters.`,
      mend: "Rename the column in the data, or in a view of it.",
    };
  }
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    const control = code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2028;
    if (control || `'"\`\\`.includes(character) || (code >= 0xd800 && code <= 0xdfff)) {
      return {
        message: `The column name ${shown} holds a quote, a backslash or a control character.`,
        mend: "Rename the column in the data: letters, digits, spaces and signs other than quotes.",
      };
    }
  }
  return null;
}

export type Token =
  | { readonly kind: "number"; readonly index: number; readonly value: number }
  | { readonly kind: "string"; readonly index: number; readonly value: string }
  | { readonly kind: "word"; readonly index: number; readonly value: string }
  | { readonly kind: "quoted"; readonly index: number; readonly value: string }
  | { readonly kind: "sign"; readonly index: number; readonly value: string }
  | { readonly kind: "end"; readonly index: number; readonly value: "" };

const SPACE = /[ \t\r\n]+/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;
const SIGN = /!=|<=|>=|[=<>+\-*/()[\],]/y;

/** Signs of other languages, and what to write here. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ["==", "Write = for equality."],
  ["<>", "Write != for inequality."],
  ["&&", "Write and."],
  ["||", "Write or."],
  ["!", "Write not."],
  ["%", "The remainder is not part of the language; prepare the column in the data."],
  [".", "A column name with a point in it stands in backticks."],
  [";", "An expression is one value; leave the semicolon out."],
];

export const KEYWORDS = new Set(["and", "or", "not", "in", "true", "false", "null"]);

export function invalid(index: number, message: string, mend: string): ExpressionError {
  return new ExpressionError("EXPRESSION_INVALID", index, message, mend);
}

function matchAt(pattern: RegExp, text: string, index: number): string | null {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? null;
}

/** Text between two equal quotes; a quote inside is written twice. */
function quotedToken(text: string, start: number): { value: string; end: number } {
  const quote = text.charAt(start);
  let value = "";
  let index = start + 1;
  for (;;) {
    const next = text.indexOf(quote, index);
    if (next < 0) {
      throw invalid(start, `The ${quote} here is never closed.`, `Add the closing ${quote}.`);
    }
    value += text.slice(index, next);
    if (quote === "`" || text.charAt(next + 1) !== quote) return { value, end: next + 1 };
    value += quote;
    index = next + 2;
  }
}

function textOrColumn(text: string, index: number): { token: Token; end: number } {
  const { value, end } = quotedToken(text, index);
  if (text.charAt(index) === "`") {
    const fault = identifierFault(value);
    if (fault) throw new ExpressionError("IDENTIFIER_INVALID", index, fault.message, fault.mend);
    return { token: { kind: "quoted", index, value }, end };
  }
  if (/[\p{Cc}\p{Cs}]/u.test(value)) {
    throw invalid(index, "A text holds a control character.", "Leave the control character out.");
  }
  return { token: { kind: "string", index, value }, end };
}

function nextToken(text: string, index: number): { token: Token; end: number } {
  if (index >= text.length) return { token: { kind: "end", index, value: "" }, end: index };
  const digits = matchAt(NUMBER, text, index);
  if (digits !== null) {
    const value = Number(digits);
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
      throw invalid(
        index,
        `The number ${digits} is too large to be exact.`,
        "Write a smaller one.",
      );
    }
    return { token: { kind: "number", index, value }, end: index + digits.length };
  }
  const word = matchAt(WORD, text, index);
  if (word !== null) {
    const fault = identifierFault(word);
    if (fault) throw new ExpressionError("IDENTIFIER_INVALID", index, fault.message, fault.mend);
    return { token: { kind: "word", index, value: word }, end: index + word.length };
  }
  if (`'"\``.includes(text.charAt(index))) return textOrColumn(text, index);
  const foreign = FOREIGN.find(
    ([sign]) => text.startsWith(sign, index) && !text.startsWith("!=", index),
  );
  if (foreign) throw invalid(index, `"${foreign[0]}" is not part of the language.`, foreign[1]);
  const sign = matchAt(SIGN, text, index);
  if (sign !== null)
    return { token: { kind: "sign", index, value: sign }, end: index + sign.length };
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
  throw invalid(
    index,
    `The character ${JSON.stringify(character)} has no meaning in an expression.`,
    "Put a column name with unusual characters in backticks, a text in quotes.",
  );
}

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let index = 0;
  for (;;) {
    index += matchAt(SPACE, text, index)?.length ?? 0;
    const { token, end } = nextToken(text, index);
    tokens.push(token);
    if (token.kind === "end") return tokens;
    index = end;
  }
}
