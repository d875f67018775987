import { describe, expect, it } from "vitest";
import { parseYaml } from "./yaml.js";

const faults = (text: string) =>
  parseYaml(text, "x.yaml").problems.map(({ code, line, column }) => `${line}:${column} ${code}`);

describe("YAML that is refused", () => {
  it.each([
    ["a key twice", "a: 1\nb: 2\na: 3\n", ["3:1 YAML_DUPLICATE_KEY"]],
    ["two documents", "a: 1\n---\nb: 2\n", ["2:1 YAML_MULTIPLE_DOCUMENTS"]],
    ["an alias of nothing", "a: *b\n", ["1:4 YAML_ALIAS"]],
    ["a tag", "a: !secret x\n", ["1:4 YAML_TAG"]],
    ["infinity", "a: .inf\nb: 1e400\n", ["1:4 YAML_NUMBER", "2:4 YAML_NUMBER"]],
    ["not a number", "a: .nan\n", ["1:4 YAML_NUMBER"]],
    ["an integer that loses digits", "a: 12345678901234567890\n", ["1:4 YAML_NUMBER"]],
    ["a code that loses its zero", "a: 01234\n", ["1:4 YAML_NUMBER"]],
    ["a tab as indentation", "a:\n\tb: 1\n", ["2:1 YAML_SYNTAX"]],
    ["an open list", "a: [1, 2\n", ["2:1 YAML_SYNTAX"]],
    ["nothing", "# only a comment\n", ["1:1 DOCUMENT_EMPTY"]],
    ["a list as key", "? [a]\n: 1\n", ["1:3 YAML_SYNTAX"]],
  ])("%s", (_, text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it("aliases that multiply", () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const [at, letter] of [..."bcdefg"].entries()) {
      const above = "abcdef".charAt(at);
      bomb.push(`${letter}: &${letter} [${`*${above}, `.repeat(8)}*${above}]`);
    }
    expect(faults(bomb.join("\n"))).toEqual(["1:1 YAML_ALIAS"]);
  });

  it("a megabyte", () => {
    expect(faults(`a: ${"x".repeat(1_000_001)}`)).toEqual(["1:1 DOCUMENT_TOO_LARGE"]);
  });

  it.each([
    ["lists", "[", 200_000],
    ["maps", "{a: ", 100_000],
    ["items", "- ", 100_000],
    ["keys", "? ", 100_000],
    ["closed lists", "[", 100],
  ])("nesting without end: %s", (name, opening, depth) => {
    const text = opening.repeat(depth) + (name.startsWith("closed") ? "]".repeat(depth) : "");
    expect(faults(text)[0]).toMatch(/YAML_TOO_DEEP$/);
  });
});

describe("positions", () => {
  const text = 'a:\n  - name: x\n    value: "b + c"\n  - name: y\nkeys: {k: 1}\n';
  const yaml = parseYaml(text, "x.yaml");
  it.each<[(string | number)[], { key?: boolean; offset?: number }, [number, number]]>([
    [["a", 0, "name"], {}, [2, 11]],
    [["a", 0, "name"], { key: true }, [2, 5]],
    [["a", 0, "value"], { offset: 2 }, [3, 15]],
    [["a", 1, "value"], {}, [4, 5]],
    [["keys", "k"], {}, [5, 11]],
    [["keys"], {}, [5, 1]],
    [["absent", "deeper"], {}, [1, 1]],
  ])("of %j %j", (path, options, [line, column]) => {
    expect(yaml.locate(path, options)).toEqual({ file: "x.yaml", line, column });
  });

  it("keeps plain dates and numeric keys as text", () => {
    expect(parseYaml("1: 2026-04-15T09:00:00Z\n", "x.yaml").value).toEqual({
      "1": "2026-04-15T09:00:00Z",
    });
  });

  it("follows an alias to its value", () => {
    const aliased = parseYaml("a: &a {b: 1}\nc: *a\n", "x.yaml");
    expect(aliased.value).toEqual({ a: { b: 1 }, c: { b: 1 } });
    expect(aliased.locate(["c", "b"])).toMatchObject({ line: 1, column: 11 });
  });
});
