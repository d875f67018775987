/** `plumb design simulate` through the whole command line, and the page about it, which is printed again and compared. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SIMULATION_FINDING_CODES } from "@plumbline/primitives";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "../../cli/program.js";
import { designOperations } from "./rows.js";

const page = readFileSync(new URL("../../../../../docs/simulation.md", import.meta.url), "utf8");
const block = (start: RegExp): string =>
  new RegExp(`${start.source}([\\s\\S]*?)\n\`\`\``).exec(page)?.[1] ?? "";
const registration = `${block(/```yaml\n/)}\n`;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plumbline-simulate-"));
  writeFileSync(join(folder, "reranker.yaml"), registration);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function plumb(args: readonly string[], signal = new AbortController().signal) {
  let stdout = "";
  let stderr = "";
  const lines: string[] = [];
  const terminal = {
    context: {
      workingDirectory: folder,
      now: () => new Date("2026-08-20T12:00:00Z"),
      signal,
      progress: (line: string) => lines.push(line),
    },
    rendering: { color: false, width: 100 },
    debug: false,
    write: (rendered: { stdout: string; stderr: string }) => {
      stdout += rendered.stdout;
      stderr += rendered.stderr;
    },
  };
  const given = ["design", "simulate", ...args];
  const exitCode = await runProgram(given, "0.0.0-test", terminal, designOperations);
  return { stdout, stderr, exitCode, lines };
}

function changed(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

interface Truth {
  readonly id: string;
  readonly ship: { readonly probability: number; readonly standard_error: number };
  readonly veto: { readonly probability: number };
}

const FEW = ["--experiments", "200"];

describe("the page on simulation", () => {
  it("shows what the command prints of its registration", async () => {
    const { stdout, exitCode, lines } = await plumb(["reranker.yaml"]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`${block(/\$ plumb design simulate reranker\.yaml\n/)}\n`);
    expect(lines.at(-1)).toBe("simulating: 99 %");
  });

  it("compares policies by the same command", async () => {
    const section =
      page.split(/^## /m).find((part) => part.startsWith("The same registration")) ?? "";
    const rows = section.split("\n").filter((line) => /^\| (\(|`)/.test(line));
    expect(rows).toHaveLength(7);
    for (const [at, row] of rows.entries()) {
      const [change = "", ...told] = row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      const line = change.startsWith("`") ? `${change.slice(1, -1)}\n` : "";
      const key = line.split(":")[0] ?? "";
      const kept =
        line === "" ? registration : registration.replace(new RegExp(`^${key}: .*\n`, "m"), "");
      const file = changed(`policy-${at}.yaml`, kept.replace("stop_rule:", `${line}stop_rule:`));
      const { stdout } = await plumb([file, "--json"]);
      const truths: Truth[] = JSON.parse(stdout).truths;
      const percent = (id: string, word: "ship" | "veto") => {
        const found = truths.find((truth) => truth.id === id);
        return (100 * (found?.[word].probability ?? Number.NaN)).toFixed(1);
      };
      const found = [
        percent("nothing", "ship"),
        percent("lift", "ship"),
        percent("lift", "veto"),
        percent("guardrail:chat_csat", "ship"),
        percent("guardrail:retention_28d", "ship"),
        percent("cohort:locale=JP", "ship"),
      ];
      expect({ change, found }).toEqual({ change, found: told });
    }
  });

  it("lists every code, and no other", () => {
    const codes = [...page.matchAll(/^\| `(SIMULATION_[A-Z]+)` +\|/gm)].map((match) => match[1]);
    expect(codes).toEqual([...SIMULATION_FINDING_CODES]);
  });
});

describe("plumb design simulate", () => {
  it("prints every number as JSON", async () => {
    const { stdout } = await plumb(["reranker.yaml", ...FEW, "--seed", "7", "--json"]);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: "plumbline.design_simulate/1",
      seed: 7,
      experiments_per_truth: 200,
      units: { control: 30_000, treatment: 30_000 },
      correlation: { origin: "given", asked: null },
    });
    expect(document.truths.map(({ id }: Truth) => id)).toEqual([
      "nothing",
      "lift",
      "guardrail:chat_csat",
      "guardrail:p95_latency",
      "guardrail:retention_28d",
      "cohort:locale=EN",
      "cohort:locale=JP",
      "cohort:locale=MIXED",
    ]);
    const [nothing, lift, csat] = document.truths;
    expect(csat.true_effects.chat_csat).toBeCloseTo(-0.0421, 12);
    expect(csat.true_effects_by_level["locale=JP"].useful_answer_rate).toBeCloseTo(0.00549, 12);
    expect(csat.breaches[0].id).toBe("guardrail:chat_csat");
    expect(lift.stops).toHaveLength(4);
    const { probability, standard_error: error } = lift.ship;
    expect(error).toBeCloseTo(Math.sqrt((probability * (1 - probability)) / 200), 12);
    expect(nothing.runtime_days.expected).toBeGreaterThan(13);
  });

  it("repeats itself by its seed", async () => {
    const run = (seed: string) => plumb(["reranker.yaml", ...FEW, "--seed", seed]);
    expect((await run("3")).stdout).toBe((await run("3")).stdout);
    expect((await run("3")).stdout).not.toBe((await run("4")).stdout);
  });

  it("takes one correlation for every pair before the declared ones", async () => {
    const { stdout } = await plumb(["reranker.yaml", ...FEW, "--correlation", "0.2"]);
    expect(stdout).toContain("Every pair of metrics is correlated by 0.2, as asked.");
    const refused = await plumb(["reranker.yaml", "--correlation", "-0.9"]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("SIMULATION_CORRELATION");
  });

  it("says all that is missing, each at its place", async () => {
    const bare = registration
      .replace(/^sizing:[\s\S]*/m, "")
      .replace(/^sample_size_per_arm.*\n/m, "");
    const { stderr, exitCode } = await plumb([changed("bare.yaml", bare)]);
    expect(exitCode).toBe(1);
    const lines = stderr.trim().split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^bare\.yaml:1:1 {2}SIMULATION_SIZE {2}.*Add sample_size_per_arm/);
    expect(lines[1]).toMatch(
      /^bare\.yaml:10:5 {2}SIMULATION_FIGURES {2}.*Add sizing\.metrics\.chat_csat: \{baseline: \.\.\., sd: \.\.\.\}\.$/,
    );
    expect(lines[4]).toMatch(/^bare\.yaml:14:17 .*Add sizing\.cohorts\.locale: \{EN: \.\.\.\}\.$/);
  });

  it("reads an always-valid plan every day, and keeps to 100 columns", async () => {
    const text = registration.replace(/^stop_rule: .*$/m, "stop_rule: { type: always_valid }");
    const { stdout } = await plumb([changed("always.yaml", text), ...FEW]);
    expect(stdout.replace(/\s+/g, " ")).toContain("read 14 times, up to day 14");
    expect(stdout).not.toContain("the run ends");
    const widest = Math.max(...stdout.split("\n").map((line) => [...line].length));
    expect(widest).toBeLessThanOrEqual(100);
  });

  it("stops on Ctrl-C without a result", async () => {
    const controller = new AbortController();
    const running = plumb(["reranker.yaml", "--experiments", "1000000"], controller.signal);
    setTimeout(() => controller.abort(), 200);
    const { stdout, exitCode } = await running;
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
  });

  it.each([
    ["--experiments", "10", "at least 100 experiments"],
    ["--seed", "-1", "seed"],
    ["--correlation", "1", "a correlation is less than 1"],
  ])("refuses %s %s", async (option, value, words) => {
    const { stderr, exitCode } = await plumb(["reranker.yaml", option, value]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(words);
  });
});
