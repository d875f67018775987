/**
 * Strict JSON reader (RFC 8259 grammar, I-JSON rules of RFC 7493): refuses what `JSON.parse` lets pass and two
 * readers may understand differently: duplicate keys (last wins here, first wins there), half
 * surrogate pairs, numbers that overflow, integers beyond 2^53 - 1.
 */
import { LedgerError } from "../errors.js";
import { type JsonValue, maximumDepth } from "./json-value.js";
import { isWellFormed } from "./well-formed.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Parses JSON text, or UTF-8 bytes of it. Throws `BAD_JSON` with the offset of the first fault. */
export function parseJson(source: string | Uint8Array): JsonValue {
  return new Reader(typeof source === "string" ? source : decodeUtf8(source)).document();
}

/** UTF-8 without repair: a malformed sequence throws `BAD_JSON`, a byte order mark is kept (and refused by the grammar). */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new LedgerError("BAD_JSON", "The text is not valid UTF-8.", {
      mend: "Save the document as UTF-8, or restore it from an unaltered copy.",
      cause,
    });
  }
}

class Reader {
  private index = 0;

  constructor(private readonly text: string) {}

  document(): JsonValue {
    this.skipWhitespace();
    const value = this.value(0);
    this.skipWhitespace();
    if (this.index < this.text.length) throw this.fault("something follows the value");
    return value;
  }

  private value(depth: number): JsonValue {
    if (depth > maximumDepth) throw this.fault(`nesting is deeper than ${maximumDepth} levels`);
    switch (this.text[this.index]) {
      case "{":
        return this.object(depth);
      case "[":
        return this.array(depth);
      case '"':
        return this.string();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  private object(depth: number): JsonValue {
    const result: Record<string, JsonValue> = {};
    const keys = new Set<string>();
    this.index += 1;
    this.skipWhitespace();
    if (this.take("}")) return result;
    do {
      this.skipWhitespace();
      if (this.text[this.index] !== '"') throw this.fault("a key in quotes is missing");
      const key = this.string();
      if (keys.has(key)) throw this.fault(`the key ${JSON.stringify(key)} stands twice`);
      keys.add(key);
      this.skipWhitespace();
      if (!this.take(":")) throw this.fault("a colon is missing");
      this.skipWhitespace();
      // Plain assignment to "__proto__" would set the prototype instead of a key.
      Object.defineProperty(result, key, {
        value: this.value(depth + 1),
        enumerable: true,
        configurable: true,
        writable: true,
      });
      this.skipWhitespace();
    } while (this.take(","));
    if (!this.take("}")) throw this.fault("a closing brace is missing");
    return result;
  }

  private array(depth: number): JsonValue {
    const result: JsonValue[] = [];
    this.index += 1;
    this.skipWhitespace();
    if (this.take("]")) return result;
    do {
      this.skipWhitespace();
      result.push(this.value(depth + 1));
      this.skipWhitespace();
    } while (this.take(","));
    if (!this.take("]")) throw this.fault("a closing bracket is missing");
    return result;
  }

  private string(): string {
    let result = "";
    const start = this.index;
    this.index += 1;
    for (;;) {
      const character = this.text[this.index];
      if (character === undefined) throw this.fault("a string does not end");
      this.index += 1;
      if (character === '"') break;
      if (character < " ") throw this.fault("a string holds a control character");
      result += character === "\\" ? this.escape() : character;
    }
    if (!isWellFormed(result)) {
      this.index = start;
      throw this.fault("a string holds half of a surrogate pair");
    }
    return result;
  }

  private escape(): string {
    const character = this.text[this.index] ?? "";
    this.index += 1;
    if (character !== "u") {
      const meaning = escapes[character];
      if (meaning === undefined) throw this.fault("a string holds an unknown escape");
      return meaning;
    }
    const digits = this.text.slice(this.index, this.index + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.fault("a \\u escape needs four hex digits");
    this.index += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private number(): number {
    numberPattern.lastIndex = this.index;
    const literal = numberPattern.exec(this.text)?.[0];
    if (literal === undefined) throw this.fault("a value is missing");
    const value = Number(literal);
    if (!Number.isFinite(value)) throw this.fault(`the number ${literal} is too large`);
    if (/^-?[0-9]+$/.test(literal) && !Number.isSafeInteger(value)) {
      throw this.fault(`the integer ${literal} is beyond 2^53 - 1 (write it as a string)`);
    }
    this.index += literal.length;
    return value;
  }

  private word<T extends JsonValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.index)) throw this.fault("a value is missing");
    this.index += word.length;
    return value;
  }

  private take(character: string): boolean {
    if (this.text[this.index] !== character) return false;
    this.index += 1;
    return true;
  }

  private skipWhitespace(): void {
    while (" \t\n\r".includes(this.text[this.index] ?? "x")) this.index += 1;
  }

  private fault(what: string): LedgerError {
    return new LedgerError("BAD_JSON", `At character ${this.index + 1} of the JSON, ${what}.`, {
      mend: "Correct the document at that character, or restore it from an unaltered copy.",
    });
  }
}
