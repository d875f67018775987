/** Expectation throughout: what the general parser says of the same text. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseGeneralYaml } from "./yaml.js";
import { parsePlainYaml } from "./yaml-plain.js";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

function agrees(text: string): boolean {
  const plain = parsePlainYaml(text);
  if (plain === undefined) return false;
  const { value, problems } = parseGeneralYaml(text, "x.yaml");
  expect({ text, value: plain, problems: [] }).toEqual({ text, value, problems });
  return true;
}

const examples = ["mangaassist", "hillstrom", "cookie-cats"].flatMap((name) =>
  ["experiments", "metrics"].flatMap((folder) => {
    const path = join(root, "examples", name, folder);
    return readdirSync(path).map(
      (file) => [`${name}/${folder}/${file}`, join(path, file)] as const,
    );
  }),
);

const SCALARS = [
  "a",
  "12",
  "95th of 1",
  "0x1F a",
  "12 a",
  "1e5 b",
  "-3",
  "0.05",
  "-0.01",
  "1e5",
  "0x1F",
  "0o7",
  "007",
  "1.",
  ".5",
  "-0",
  "+1",
  "1_000",
  "true",
  "True",
  "false",
  "null",
  "Null",
  "~",
  "yes",
  "NO",
  "on",
  "14d",
  "-14d",
  "2026-04-15",
  "2026-04-15T09:00:00Z",
  "12:30:45",
  "a b  c",
  "a: b",
  "a:b",
  "a #b",
  "a#b",
  "#",
  '"x y"',
  "'x'",
  "'it''s'",
  '"a\\nb"',
  '"a" b',
  "&a x",
  "*a",
  "!t x",
  "|",
  ">",
  ">-",
  "@x",
  "`x`",
  "%x",
  "-",
  "- a",
  "?",
  "? a",
  ":",
  "[",
  "]",
  "{}",
  "[]",
  "[a, b]",
  "[a, [1, {b: c}]]",
  "{a: 1, b: [x]}",
  "{a:1}",
  "{a: }",
  "{a}",
  "[a,]",
  "[a,,b]",
  "{a: 1, a: 2}",
  '{a: "b, c"}',
  "[a: b]",
  "[a b, c]",
  "{ a: 'x' } # c",
  "[a] b",
  "日本",
  "a\tb",
  "é",
  "\u00a0",
  ".nan",
  ".inf",
  "123456789012345678",
  "0.1234567890123",
  "sha256:7e3a",
  "a*b",
  "(x)",
  "a = 'b'",
  "x,y",
  "<<",
  "---",
  "...",
  "=",
  "<",
  "https://a.b/c",
  "null x",
  "- - a",
  "",
] as const;
const KEYS = [
  "a",
  "b",
  "c_d",
  "null",
  "yes",
  "__proto__",
  "a b",
  '"q"',
  "1",
  "日",
  "<<",
  "- a",
  "- b",
  "-",
  "?",
] as const;

const line = fc
  .tuple(
    fc.nat({ max: 4 }),
    fc.constantFrom("", "- ", "-  ", "- ", ""),
    fc.option(fc.constantFrom(...KEYS), { nil: null, freq: 5 }),
    fc.constantFrom(" ", " ", " ", "  ", ""),
    fc.constantFrom(...SCALARS),
    fc.constantFrom("", "", "", " ", " # note", "\r", "\n\n", "\n  # note"),
  )
  .map(
    ([indent, dash, key, gap, scalar, end]) =>
      `${" ".repeat(2 * (indent % 3) + (indent > 3 ? 1 : 0))}${dash}${key === null ? "" : `${key}:${gap}`}${scalar}${end}`,
  );

/** Mostly well-formed, so that much of it is plain. */
const wellFormed = fc
  .array(
    fc.tuple(
      fc.constantFrom("", "", "  ", "    ", "- ", "  - "),
      fc.constantFrom("a", "b", "c", "d", "e", "f", "g"),
      fc.constantFrom(
        "",
        "",
        "\n      { v: 1 }",
        "\n    [w]",
        " 1",
        " x",
        " [p, q]",
        " { r: 2 }",
        ' "s t" # u',
      ),
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((parts) => parts.map(([lead, key, value]) => `${lead}${key}:${value}`).join("\n"));

describe("the plain reader", () => {
  it.each(examples)("reads %s by itself, and as the general parser does", (_name, path) => {
    const text = readFileSync(path, "utf8");
    // Brackets over several lines are the general parser's.
    const broken = /[{[,]$/m.test(text);
    expect([path, agrees(text)]).toEqual([path, !broken]);
  });

  it("agrees with the general parser on any line", () => {
    let plain = 0;
    for (const scalar of SCALARS) {
      for (const text of [
        scalar,
        `a: ${scalar}`,
        `a:\n  - ${scalar}`,
        `a: [${scalar}]`,
        `- ${scalar}`,
        `a: ${scalar}\n  b`,
        `x: {a: ${scalar}}`,
        `k:\n- ${scalar}\n`,
        `${scalar}: 1`,
      ]) {
        if (agrees(text)) plain += 1;
      }
    }
    expect(plain).toBeGreaterThan(100);
  });

  it("agrees with the general parser on generated documents", () => {
    let plain = 0;
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        if (agrees(lines.join("\n"))) plain += 1;
      }),
      { seed: 1, numRuns: 6000 },
    );
    fc.assert(
      fc.property(wellFormed, (text) => {
        if (agrees(text)) plain += 1;
      }),
      { seed: 2, numRuns: 6000 },
    );
    expect(plain).toBeGreaterThan(500);
  });
});
