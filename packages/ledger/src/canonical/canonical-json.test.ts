import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectCode } from "../testing/expect-code.js";
import { canonicalBytes, canonicalJson, documentHash, parseJson, sha256Hex } from "./index.js";

// RFC 8785, section 3.2.2; length and hash computed with Python's hashlib and with Node (science K1).
const rfcInput = String.raw`{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}`;

describe("canonicalJson", () => {
  it("gives the bytes of the RFC 8785 example", () => {
    const bytes = canonicalBytes(parseJson(rfcInput));
    expect(bytes.toString()).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
    expect(bytes.length).toBe(118);
    expect(sha256Hex(bytes)).toBe(
      "2d5e01a318d0f0879ab568c4be289c8b1f64ef8921a53c6277d5e069978baacb",
    );
  });

  it("sorts keys by UTF-16 code unit, as the RFC 8785 example of section 3.2.3", () => {
    const keys = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "\u00f6"];
    const object = Object.fromEntries(keys.map((key, index) => [key, index]));
    const sorted = Object.keys(parseJson(canonicalJson(object)) as object);
    // "1" is an integer-like key, which JavaScript lists first; in the text it stands after "\r".
    expect(canonicalJson(object).indexOf('"\\r"')).toBeLessThan(
      canonicalJson(object).indexOf('"1"'),
    );
    expect(sorted.filter((key) => key !== "1")).toEqual([
      "\r",
      "\u0080",
      "\u00f6",
      "\u20ac",
      "\u{1f600}",
      "\ufb33",
    ]);
  });

  it("prints numbers as RFC 8785, appendix B", () => {
    const cases: [number, string][] = [
      [-0, "0"],
      [Number.MIN_VALUE, "5e-324"],
      [Number.MAX_VALUE, "1.7976931348623157e+308"],
      [9007199254740991, "9007199254740991"],
      [1e21, "1e+21"],
      [9.999999999999997e22, "9.999999999999997e+22"],
      [333333333.3333332, "333333333.3333332"],
    ];
    for (const [value, text] of cases) expect(canonicalJson(value)).toBe(text);
  });

  it.each([
    ["undefined", undefined],
    ["undefined in an object", { a: undefined }],
    ["undefined in an array", [undefined]],
    ["a hole in an array", new Array(1)],
    ["NaN", { a: [Number.NaN] }],
    ["infinity", -Infinity],
    ["an integer beyond 2^53", 2 ** 53],
    ["a negative integer beyond 2^53", -(2 ** 60)],
    ["a bigint", { a: 1n }],
    ["a function", { a: () => 1 }],
    ["a symbol", { a: Symbol("x") }],
    ["a symbol as key", { [Symbol("x")]: 1 }],
    ["a date", new Date(0)],
    ["a map", new Map()],
    ["an object with toJSON", { toJSON: () => 1 }],
    ["a lone high surrogate", "a\ud83d"],
    ["a lone low surrogate", "\ude00a"],
    ["surrogates in the wrong order", "\ude00\ud83d"],
    ["a lone surrogate in a key", { "\ud800": 1 }],
  ])("refuses %s", (_name, value) => {
    expectCode("NOT_CANONICAL", () => canonicalJson(value));
  });

  it("refuses a value that contains itself, and nesting beyond 128 levels", () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expectCode("NOT_CANONICAL", () => canonicalJson(loop));
    let deep: unknown = 1;
    for (let level = 0; level < 129; level += 1) deep = [deep];
    expectCode("NOT_CANONICAL", () => canonicalJson(deep));
    expectCode("BAD_JSON", () => parseJson("[".repeat(100_000)));
  });

  it("names the place of what it refuses", () => {
    const error = expectCode("NOT_CANONICAL", () => canonicalJson({ a: [{ b: Number.NaN }] }));
    expect(error.message).toContain("$.a[0].b");
  });

  it("accepts one object in two places", () => {
    const part = { x: 1 };
    expect(canonicalJson([part, part])).toBe('[{"x":1},{"x":1}]');
  });

  it("is a fixed point of parsing, and does not depend on the order of keys", () => {
    const property = fc.property(fc.jsonValue(), (value) => {
      const safe = JSON.parse(JSON.stringify(value), (_key, item: unknown) =>
        typeof item === "number" &&
        !Number.isSafeInteger(item) &&
        Math.abs(item) < 1e21 &&
        Number.isInteger(item)
          ? 0
          : item,
      ) as unknown;
      const text = canonicalJson(safe);
      expect(canonicalJson(parseJson(text))).toBe(text);
      expect(parseJson(text)).toEqual(JSON.parse(text));
      expect(documentHash(reversed(safe))).toBe(documentHash(safe));
    });
    fc.assert(property, { seed: 1, numRuns: 500 });
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value).reverse()) {
    Object.defineProperty(result, key, {
      value: reversed(item),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}
