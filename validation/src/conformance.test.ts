import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isConformant, runDirectory } from "./conformance.js";
import { KINDS } from "./kinds/index.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const samples = join(root, "validation/samples");
const shared = join(root, "../shared/reference");

let scratch = "";
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "plumbline-conformance-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A directory holding exactly these files. */
function directory(name: string, files: Readonly<Record<string, unknown>>): string {
  const path = join(scratch, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(
      join(path, file),
      typeof content === "string" ? content : JSON.stringify(content),
    );
  }
  return path;
}

function file(...cases: unknown[]) {
  return { tolerance: 1e-9, absolute_tolerance: 1e-12, cases };
}

const srm = {
  id: "peas",
  input: { kind: "srm_chi_square", observed: [10, 10], expected_ratio: [1, 1] },
  expected: { chi_square: 0, df: 1, p_value: 1 },
};

describe("the committed samples", () => {
  it("pass in full", () => {
    const report = runDirectory(samples);
    expect(report.lines).toEqual([]);
    expect(report.passed).toBeGreaterThanOrEqual(35);
    expect(isConformant(report)).toBe(true);
  });

  it("hold at least two cases of every fixed-sample kind", () => {
    const kinds = ["tests.json", "power.json"].flatMap((name) =>
      JSON.parse(readFileSync(join(samples, name), "utf8")).cases.map(
        ({ input }: { input: { kind: string } }) => input.kind,
      ),
    );
    for (const kind of new Set<string>(kinds)) {
      expect(Object.hasOwn(KINDS, kind)).toBe(true);
      expect(kinds.filter((other) => other === kind).length).toBeGreaterThanOrEqual(2);
    }
    expect(new Set(kinds).size).toBe(13);
  });
});

const reference = existsSync(shared);
describe.skipIf(!reference)(
  reference ? "../shared/reference" : "../shared/reference (absent here: skipped)",
  () => {
    for (const name of [
      ...["tests_fixed", "cuped", "quantile", "power_t", "power_proportion"],
      ...["ranking", "ope", "divergence_and_shift", "cusum_arl"],
    ]) {
      it(`passes ${name} in full`, () => {
        const path = join(scratch, `reference-${name}`);
        mkdirSync(path);
        cpSync(join(shared, `${name}.json`), join(path, "renamed.json"));
        const report = runDirectory(path);
        const { cases } = JSON.parse(readFileSync(join(path, "renamed.json"), "utf8"));
        expect(report.lines).toEqual([]);
        expect(report.passed).toBe(cases.length);
      });
    }
  },
);

describe("runDirectory", () => {
  it("fails a case whose expected value is wrong, naming file, case, field and both values", () => {
    const wrong = { ...srm, expected: { chi_square: 0, df: 2, p_value: 1 } };
    const report = runDirectory(directory("wrong", { "any-name.json": file(srm, wrong) }));
    expect(report).toMatchObject({ passed: 1, failed: 1 });
    expect(report.lines).toEqual(["any-name.json peas df: got 1, expected 2"]);
    expect(isConformant(report)).toBe(false);
  });

  it("fails on the smallest change of any number in any sample", () => {
    const name = "tests.json";
    const document = JSON.parse(readFileSync(join(samples, name), "utf8"));
    const changed = document.cases.map((reference: { expected: Record<string, unknown> }) => {
      const { expected } = reference;
      const field = Object.keys(expected).find((key) => typeof expected[key] === "number") ?? "";
      return { ...reference, expected: { ...expected, [field]: Number(expected[field]) + 1e-4 } };
    });
    const report = runDirectory(directory("nudged", { [name]: { ...document, cases: changed } }));
    expect(report).toMatchObject({ passed: 0, failed: document.cases.length });
  });

  it("fails, and does not skip, every case of a kind it does not know", () => {
    const unknown = { ...srm, input: { kind: "toString" } };
    const shapeless = { ...srm, input: { x: 1 } };
    const report = runDirectory(directory("unknown", { "a.json": file(unknown, shapeless, srm) }));
    expect(report).toMatchObject({ passed: 1, failed: 2 });
    expect(report.lines[0]).toContain('unknown kind "toString"');
  });

  it("fails cases and files of a wrong shape with a message and runs the rest", () => {
    const report = runDirectory(
      directory("shapes", {
        "broken.json": "{",
        "list.json": [],
        "no-tolerance.json": { cases: [srm] },
        "cases.json": file(
          null,
          { id: "a" },
          { id: "b", input: {}, expected: {} },
          { ...srm, input: { kind: "srm_chi_square", observed: "10" } },
          { ...srm, input: { kind: "welch_t", a: [1], b: [2], alpha: 2 } },
          { id: "c", input: { arm: [1], y: [1], covariates: [], alpha: 0.05 }, expected: { a: 1 } },
          srm,
        ),
        "notes.txt": "not a reference file",
      }),
    );
    expect(report).toMatchObject({ passed: 1, failed: 9 });
    expect(report.lines).toHaveLength(9);
    expect(report.lines.join("\n")).toContain("input.observed is not a list of numbers");
  });

  it("requires a field that the reference names and the kernel does not give", () => {
    const more = { ...srm, expected: { ...srm.expected, effect: 1 } };
    const report = runDirectory(directory("missing", { "a.json": file(more) }));
    expect(report.lines).toEqual(["a.json peas effect: got nothing, expected 1"]);
  });

  it("is not conformant without any case, or without the directory", () => {
    const empty = runDirectory(directory("empty", { "none.json": file() }));
    expect([empty.passed, empty.failed, isConformant(empty)]).toEqual([0, 0, false]);
    expect(isConformant(runDirectory(join(scratch, "absent")))).toBe(false);
  });
});

describe("npm run conformance", () => {
  const script = join(root, "scripts/conformance.mjs");
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: "utf8" });

  it("exits 0 on the samples and 1 on a wrong value, closing with the counts", () => {
    const good = run(samples);
    expect(good.stdout).toMatch(/^\d+ passed, 0 failed\n$/);
    expect(good.status).toBe(0);
    const wrong = { ...srm, expected: { ...srm.expected, df: 7 } };
    const bad = run(directory("exit", { "a.json": file(wrong) }));
    expect(bad.stdout).toBe("a.json peas df: got 1, expected 7\n0 passed, 1 failed\n");
    expect(bad.status).toBe(1);
  });

  it("exits 1 without a directory and on one without a case", () => {
    expect(run().status).toBe(1);
    const empty = run(directory("nothing", {}));
    expect(empty.status).toBe(1);
    expect(empty.stdout).toMatch(/0 passed, 0 failed\n$/);
  });
});
