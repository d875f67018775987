import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { checkWorkspace } from "./check.js";
import { type ReadDocument, readDocumentText } from "./document.js";
import { initWorkspace } from "./init.js";
import { temporaryFolder } from "./testing/folder.js";
import { parseYaml } from "./yaml.js";

const SOURCE = readFileSync(new URL("testing/registration.yaml", import.meta.url), "utf8");

/** Either a document, or problems that each have a place, a code and a mend. Never both, never an exception. */
function judged(read: ReadDocument): void {
  expect(read.document === null).toBe(read.problems.length > 0);
  for (const problem of read.problems) {
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(problem.column).toBeGreaterThanOrEqual(1);
    expect(problem.code).toMatch(/^[A-Z_]+$/);
    expect(problem.message).toMatch(/[.!?]$/);
    expect(problem.mend).not.toBe("");
  }
}

const FILES = ["plumbline.yaml", "experiments/e.yaml"];

/** The example documents of `plumb init`, as values to be mutated. */
function exampleValues(): { name: string; value: unknown }[] {
  const root = join(temporaryFolder(), "team");
  const { files } = initWorkspace(root);
  const yaml = files.filter((file) => file.endsWith(".yaml"));
  const values = yaml.map((file) => ({
    name: file,
    value: parseYaml(readFileSync(join(root, file), "utf8"), file).value,
  }));
  return [...values, { name: "experiments/us.yaml", value: parseYaml(SOURCE, "us.yaml").value }];
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    1e308,
    0.5,
    "",
    "x",
    "'",
    '"',
    "`",
    "\u0000",
    "__proto__",
    "constructor",
    "a +",
    "day_x",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.array(fc.constantFrom(1, "a", null), { maxLength: 3 }),
  fc.dictionary(fc.string({ maxLength: 6 }), fc.constantFrom(1, "a", null), { maxKeys: 3 }),
);

/** All paths of a value, the root left out. */
function paths(value: unknown, prefix: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const path = [...prefix, Array.isArray(value) ? Number(key) : key];
    return [path, ...paths(child, path)];
  });
}

function replaced(
  value: unknown,
  path: readonly (string | number)[],
  change: unknown,
  mode: string,
): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return change;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string,
    unknown
  >;
  if (rest.length > 0) copy[head] = replaced(copy[head], rest, change, mode);
  else if (mode === "remove") delete copy[head];
  else if (mode === "rename") copy[`${head}x`] = change;
  else copy[head] = change;
  return copy;
}

describe("documents that nobody wrote", () => {
  it("valid ones, mutated: problems or success", () => {
    const examples = exampleValues();
    const mutation = fc.record({
      which: fc.nat(),
      where: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      change: odd,
      mode: fc.constantFrom("replace", "remove", "rename"),
    });
    let refused = 0;
    fc.assert(
      fc.property(mutation, ({ which, where, change, mode }) => {
        const { name, value } = examples[which % examples.length]!;
        let mutated = value;
        for (const at of where) {
          const all = paths(mutated);
          if (all.length > 0) mutated = replaced(mutated, all[at % all.length]!, change, mode);
        }
        const read = readDocumentText(stringify(mutated), name);
        judged(read);
        if (read.document === null) refused += 1;
      }),
      { seed: 1, numRuns: 600 },
    );
    // The mutations reach the schemas: most are refused, and not all.
    expect(refused).toBeGreaterThan(200);
    expect(refused).toBeLessThan(600);
  });

  it("random YAML-like text: problems or success", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "experiment_id: e\n",
        "metrics:\n",
        "  m:\n",
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "!!str ",
        "|\n",
        ">\n",
        "---\n",
        "...\n",
        "? ",
        "\t",
        "'",
        '"',
        "#",
        "%YAML 1.1\n",
        "<<: ",
        "0x1",
        ".inf",
        "1e999",
      ),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.constantFrom(...FILES), (parts, file) => {
        judged(readDocumentText(parts.join(""), file));
      }),
      { seed: 2, numRuns: 1500 },
    );
  });

  it("random values under known keys: problems or success", () => {
    const key = fc.constantFrom(
      "kind",
      "experiment_id",
      "hypothesis",
      "primary_metric",
      "guardrails",
      "cohorts",
      "metrics",
      "sources",
      "results",
      "arms",
      "name",
      "value",
      "__proto__",
    );
    const { json } = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<Json>(null, true, 1, "a", "registration", "metrics", "evidence"),
        fc.array(tie("json"), { maxLength: 3 }),
        fc.dictionary(key, tie("json"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(json, fc.constantFrom(...FILES), (value, file) => {
        judged(readDocumentText(JSON.stringify(value), file));
      }),
      { seed: 3, numRuns: 1500 },
    );
  });

  it("whole workspaces, mutated: a check that ends in problems or success", () => {
    const examples = exampleValues().filter(({ name }) => !name.endsWith("us.yaml"));
    const mutation = fc.tuple(
      fc.nat(),
      fc.nat(),
      odd,
      fc.constantFrom("replace", "remove", "rename"),
    );
    fc.assert(
      fc.property(mutation, ([which, where, change, mode]) => {
        const files = examples.map(({ name, value }, at) => {
          const all = paths(value);
          const hit = at === which % examples.length && all.length > 0;
          return [
            name,
            stringify(hit ? replaced(value, all[where % all.length]!, change, mode) : value),
          ];
        });
        const root = temporaryFolder(Object.fromEntries(files) as Record<string, string>);
        const checked = checkWorkspace(root);
        expect(checked.ok).toBe(!checked.problems.some(({ severity }) => severity === "error"));
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});
