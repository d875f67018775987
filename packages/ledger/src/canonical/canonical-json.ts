/**
 * Canonical JSON, RFC 8785 (JSON Canonicalization Scheme): keys sorted by UTF-16 code unit, numbers as
 * ECMAScript prints them, no whitespace, no Unicode normalisation, UTF-8.
 *
 * The serialiser is the `canonicalize` package; it skips what it does not know (`undefined`, symbols) and
 * calls `toJSON`, so that two different objects could get the same hash. Here everything outside JSON is
 * refused instead.
 *
 * Integers: a number that prints as an integer beyond 2^53 - 1 is refused, for another reader may hold
 * it exactly and hash something else; write it as a string. From 1e21 on ECMAScript prints an exponent, which
 * no reader takes for an exact integer, so RFC 8785's own example 1E30 passes.
 */
import canonicalize from "canonicalize";
import { LedgerError } from "../errors.js";
import { type JsonValue, maximumDepth } from "./json-value.js";
import { isWellFormed } from "./well-formed.js";

/** RFC 8785 text of a JSON value. Throws `NOT_CANONICAL`, naming the place, for anything JSON cannot say exactly. */
export function canonicalJson(value: unknown): string {
  assertCanonical(value, "$", [], 0);
  const text = canonicalize(value);
  if (text === undefined) throw refusal("$", "is not a JSON value");
  return text;
}

/** The UTF-8 bytes of `canonicalJson(value)`: what is hashed. */
export function canonicalBytes(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value), "utf8");
}

/** Narrows an unknown value to JSON or throws `NOT_CANONICAL`. */
export function assertJson(value: unknown): asserts value is JsonValue {
  assertCanonical(value, "$", [], 0);
}

function refusal(path: string, what: string): LedgerError {
  return new LedgerError(
    "NOT_CANONICAL",
    `The value at ${path} ${what}, so it has no exact hash.`,
    {
      mend: "Use only null, booleans, finite numbers, well-formed strings, arrays and plain objects; write large integers as strings.",
    },
  );
}

function assertCanonical(value: unknown, path: string, ancestors: object[], depth: number): void {
  switch (typeof value) {
    case "boolean":
      return;
    case "number":
      assertNumber(value, path);
      return;
    case "string":
      if (!isWellFormed(value)) throw refusal(path, "holds half of a surrogate pair");
      return;
    case "object":
      if (value !== null) assertContainer(value, path, ancestors, depth);
      return;
    default:
      throw refusal(path, `is a ${typeof value}`);
  }
}

function assertNumber(value: number, path: string): void {
  if (!Number.isFinite(value)) throw refusal(path, "is not a finite number");
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21) {
    throw refusal(path, "is an integer beyond 2^53 - 1");
  }
}

function assertContainer(value: object, path: string, ancestors: object[], depth: number): void {
  if (depth >= maximumDepth) throw refusal(path, `is nested deeper than ${maximumDepth} levels`);
  if (ancestors.includes(value)) throw refusal(path, "contains itself");
  ancestors.push(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      assertCanonical(value[index], `${path}[${index}]`, ancestors, depth + 1);
    }
  } else {
    assertPlainObject(value, path);
    for (const [key, item] of Object.entries(value)) {
      if (!isWellFormed(key)) throw refusal(path, "has a key with half of a surrogate pair");
      assertCanonical(item, `${path}.${key}`, ancestors, depth + 1);
    }
  }
  ancestors.pop();
}

function assertPlainObject(value: object, path: string): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refusal(path, "is not a plain object");
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw refusal(path, "has a symbol as a key");
  // A method named toJSON would be called by the serialiser in place of the object.
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") {
    throw refusal(path, "has a method toJSON");
  }
}
