import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectCode } from "../testing/expect-code.js";
import { digestBytes, parseJson } from "./index.js";

describe("parseJson", () => {
  it.each([
    ["duplicate keys", '{"a":1,"a":1}'],
    ["keys that are equal after unescaping", '{"a":1,"\\u0061":2}'],
    ["a duplicate key deep inside", '[{"x":{"k":0,"k":0}}]'],
    ["half a surrogate pair in an escape", '"\\ud83d"'],
    ["a number that overflows", "1e400"],
    ["an integer beyond 2^53", "9007199254740993"],
    ["text after the value", "1 2"],
    ["nothing", " "],
    ["a trailing comma", "[1,]"],
    ["a trailing comma in an object", '{"a":1,}'],
    ["a leading zero", "01"],
    ["a bare point", "1."],
    ["a plus sign", "+1"],
    ["NaN", "NaN"],
    ["single quotes", "'a'"],
    ["an unknown escape", '"\\x"'],
    ["a short unicode escape", '"\\u12"'],
    ["a raw control character", '"\n"'],
    ["an unclosed string", '"a'],
    ["an unclosed object", '{"a":1'],
    ["a missing colon", '{"a" 1}'],
    ["a key without quotes", "{a:1}"],
    ["a comment", "/* */1"],
    ["a byte order mark", "\ufeff1"],
    ["a no-break space", "\u00a01"],
  ])("refuses %s", (_name, text) => {
    expectCode("BAD_JSON", () => parseJson(text));
  });

  it("refuses bytes that are not UTF-8, and keeps a byte order mark visible", () => {
    expectCode("BAD_JSON", () => parseJson(Buffer.from([0x22, 0xff, 0x22])));
    expectCode("BAD_JSON", () => parseJson(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])));
    expectCode("BAD_JSON", () => parseJson(Buffer.from([0xef, 0xbb, 0xbf, 0x31])));
  });

  it("says where the fault is", () => {
    expect(expectCode("BAD_JSON", () => parseJson('{"a":1,"a":2}')).message).toContain(
      "stands twice",
    );
    expect(expectCode("BAD_JSON", () => parseJson("[1 2]")).message).toContain("character 4");
  });

  it("keeps __proto__ as an ordinary key", () => {
    const value = parseJson('{"__proto__":{"polluted":true}}') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(value.polluted).toBeUndefined();
  });

  it("reads what JSON.parse reads, for any JSON text", () => {
    const property = fc.property(fc.json(), fc.constantFrom(undefined, 1, "\t"), (text, space) => {
      const spaced = JSON.stringify(JSON.parse(text), null, space);
      if (/[0-9]{16}/.test(spaced) || /\\ud[89a-f]/i.test(spaced)) return;
      expect(parseJson(spaced)).toEqual(JSON.parse(spaced));
    });
    fc.assert(property, { seed: 1, numRuns: 500 });
  });
});

describe("digestBytes", () => {
  it("accepts 64 lower-case hex digits only", () => {
    expect(digestBytes("ab".repeat(32))).toHaveLength(32);
    for (const bad of ["AB".repeat(32), "ab".repeat(31), "zz".repeat(32), ""]) {
      expectCode("BAD_HASH", () => digestBytes(bad));
    }
  });
});
