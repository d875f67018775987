/** The commands of `plumb design`, each through the whole command line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "../../cli/program.js";
import { designOperations } from "./rows.js";

/** The source's reranker registration (Primitive 3) as text, so that places in it can be checked. */
const RERANKER = `experiment_id: us_mle_02_reranker_l6_to_l12_2026q3
hypothesis:
  h0: "L12 ranks no better than L6"
  h1: "L12 lifts the useful-answer rate by 3 %"
primary_metric:
  name: useful_answer_rate_per_user_14d
  baseline_estimate: 0.183
  baseline_std: 0.142
mde_relative: 0.03
mde_absolute: 0.00549
power: 0.80
alpha: 0.05
test: welch_t_two_sided
cuped: { enabled: true, covariate: useful_answer_rate_per_user_pre14d }
sample_size_per_arm_post_cuped: 18420
runtime_days: 14
randomization_unit: user_id
guardrails:
  - { name: p95_chatbot_turn_latency_ms, threshold: 800, direction: lower_is_better }
  - { name: chat_csat_proxy_per_user_14d, threshold_relative: -0.005, direction: higher_is_better }
stop_rule:
  type: obrien_fleming
  looks: [day_4, day_7, day_11, day_14]
  early_stop_alpha_at_look: [0.0001, 0.001, 0.01, 0.05]
`;

const SIZING = `sizing:
  traffic: { weekly_units: 60000, returning_share: 0.6, new_units_per_week: 8000 }
  variance_reduction: 0.5
  metrics:
    chat_csat_proxy_per_user_14d: { baseline: 4.21, sd: 0.9 }
    p95_chatbot_turn_latency_ms: { baseline: 720, sd: 900 }
  cohorts:
    locale: { EN: 0.55, JP: 0.30, mixed: 0.15 }
`;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plumbline-design-"));
  writeFileSync(join(folder, "bare.yaml"), RERANKER);
  writeFileSync(join(folder, "sized.yaml"), RERANKER + SIZING);
  writeFileSync(
    join(folder, "request.yaml"),
    RERANKER.replace("randomization_unit: user_id", "randomization_unit: request_id"),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function plumb(...args: string[]) {
  let stdout = "";
  let stderr = "";
  const terminal = {
    context: {
      workingDirectory: folder,
      now: () => new Date("2026-08-20T12:00:00Z"),
      signal: new AbortController().signal,
      progress: () => {},
    },
    rendering: { color: false, width: 100 },
    debug: true,
    write: (rendered: { stdout: string; stderr: string }) => {
      stdout += rendered.stdout;
      stderr += rendered.stderr;
    },
  };
  const exitCode = await runProgram(["design", ...args], "0.0.0-test", terminal, designOperations);
  return { stdout, stderr, exitCode };
}

const json = async (...args: string[]) => JSON.parse((await plumb(...args, "--json")).stdout);

const widest = (text: string) => Math.max(...text.split("\n").map((line) => [...line].length));

describe("plumb design", () => {
  it("lists its commands, and each has its own help", async () => {
    const group = await plumb("--help");
    expect(group.exitCode).toBe(0);
    for (const name of ["size", "audit", "plan", "replay"]) expect(group.stdout).toContain(name);
    const own = await plumb("size", "--help");
    expect(own.stdout).toContain("Usage: plumb design size");
    expect(own.stdout).toContain("--solve <what>");
  });

  it("suggests the command that was meant", async () => {
    const { stderr, exitCode } = await plumb("siz", "bare.yaml");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Did you mean size?");
  });
});

describe("plumb design size", () => {
  it("gives the source's reranker 10,503 per arm, and 5,252 after half the variance", async () => {
    const { stdout, exitCode } = await plumb("size", "bare.yaml");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/primary useful_answer_rate_per_user_14d.*10,503 +21,006/);
    expect(stdout).toContain("with 50 % variance reduction: 5,252 per arm");
    expect(widest(stdout)).toBeLessThanOrEqual(100);
  });

  it.each(["n", "mde", "power", "runtime"])("solves for %s within 100 columns", async (solve) => {
    const { stdout } = await plumb("size", "sized.yaml", "--solve", solve);
    expect(stdout).toContain("cohort locale=mixed");
    expect(widest(stdout)).toBeLessThanOrEqual(100);
    expect(stdout).toContain("Bottleneck: cohort locale=mixed");
  });

  it("says what is missing for a runtime", async () => {
    const { stdout } = await plumb("size", "bare.yaml", "--solve", "runtime");
    expect(stdout).toContain("There is no runtime without traffic: add sizing.traffic.");
  });

  it("prints every number as JSON, with the curves", async () => {
    const document = await json("size", "sized.yaml");
    expect(document.schema).toBe("plumbline.design_size/1");
    expect(document.requirements[0]).toMatchObject({ id: "primary", n_per_arm: 5252, fraction: 1 });
    expect(document.bottleneck).toBe("cohort:locale=mixed");
    // 2 x 5,252 / 0.15.
    expect(document.total).toBe(70_027);
    expect(document.curves.power_against_total).toHaveLength(6);
  });

  it("writes a page without script or foreign resource that draws every curve", async () => {
    const { stderr } = await plumb("size", "sized.yaml", "--html", "size.html");
    expect(stderr).toContain("Report written to");
    const page = readFileSync(join(folder, "size.html"), "utf8");
    expect(page).not.toMatch(/<script|http:\/\/(?!www\.w3\.org)|https:\/\/|src=/);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/ style="/);
    // Six questions in two figures of two forms each.
    expect(page.match(/<path [^>]*aria-label="(primary|guardrail:|cohort:)/g)).toHaveLength(24);
    expect(page).toContain("◂ bottleneck");
  });

  it("draws nothing against days without traffic, and says why", async () => {
    await plumb("size", "bare.yaml", "--html", "bare.html");
    expect(readFileSync(join(folder, "bare.html"), "utf8")).toContain("No traffic is declared");
  });

  it("escapes names", async () => {
    writeFileSync(
      join(folder, "evil.yaml"),
      RERANKER.replace("us_mle_02_reranker_l6_to_l12_2026q3", '"<img src=x onerror=1>"'),
    );
    await plumb("size", "evil.yaml", "--html", "evil.html");
    expect(readFileSync(join(folder, "evil.html"), "utf8")).not.toContain("<img");
  });

  it("refuses an unknown question", async () => {
    const { stderr, exitCode } = await plumb("size", "bare.yaml", "--solve", "luck");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("choose one of n, mde, power, runtime");
  });
});

describe("plumb design audit", () => {
  it("says of the source's reranker what its figures need and what its levels spend, with places", async () => {
    const { stdout, exitCode } = await plumb("audit", "bare.yaml");
    expect(exitCode).toBe(0);
    const text = stdout.replace(/\s+/g, " ");
    expect(text).toContain("bare.yaml:15:33 SIZE_EXCESS (warning)");
    expect(text).toContain("18,420 per arm is 3.5 times what its own figures need after 50 %");
    expect(text).toContain("5,252");
    expect(text).toContain("carry cohorts of 30 % and 55 %, and not those of 8 %");
    expect(text).toContain("bare.yaml:24:3 LEVELS_OVERSPEND (warning)");
    expect(text).toContain("The 4 nominal levels spend 0.0514 instead of 0.05");
    expect(text).toContain("at most 0.04849");
    expect(widest(stdout)).toBeLessThanOrEqual(100);
  });

  it("fails on an error, such as randomising by request", async () => {
    const { stdout, exitCode } = await plumb("audit", "request.yaml");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("request.yaml:17:21  UNIT_REQUEST (error)");
  });

  it("prints findings with places and numbers as JSON", async () => {
    const document = await json("audit", "bare.yaml");
    expect(document).toMatchObject({ schema: "plumbline.design_audit/1", ok: true });
    const excess = document.findings.find((each: { code: string }) => each.code === "SIZE_EXCESS");
    expect(excess).toMatchObject({ file: "bare.yaml", line: 15, severity: "warning" });
    expect(excess.numbers.needed_per_arm).toBe(5252);
  });

  it("judges what it can of a document with errors, and shows them", async () => {
    writeFileSync(
      join(folder, "broken.yaml"),
      RERANKER.replace("welch_t_two_sided", "mann_whitney").replace(
        "mde_relative: 0.03",
        "mde_relative: -0.03",
      ),
    );
    const { stdout, exitCode } = await plumb("audit", "broken.yaml");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("MDE_DIRECTION");
    expect(stdout).toContain("RANK_TEST_OF_MEANS (error)");
  });

  it("refuses what is no registration", async () => {
    writeFileSync(join(folder, "library.yaml"), "kind: metrics\nmetrics: {}\n");
    const { stderr, exitCode } = await plumb("audit", "library.yaml");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("NOT_A_REGISTRATION");
  });
});

describe("plumb design plan", () => {
  // R's rpact and independent integration: one-sided .025 spent by each side at days 4, 7, 11, 14.
  const OBRIEN_FLEMING = [4.0333, 2.9646, 2.2918, 2.0238];

  it("prints O'Brien-Fleming-type boundaries at days 4, 7, 11, 14", async () => {
    const document = await json("plan", "--looks", "4,7,11,14");
    expect(document.critical_values.map((z: number) => Number(z.toFixed(4)))).toEqual(
      OBRIEN_FLEMING,
    );
    const { stdout } = await plumb("plan", "--looks", "4,7,11,14");
    for (const z of OBRIEN_FLEMING) expect(stdout).toContain(z.toFixed(4));
    expect(widest(stdout)).toBeLessThanOrEqual(100);
  });

  it("takes days and fractions alike", async () => {
    const days = await json("plan", "--looks", "1,2,4");
    const fractions = await json("plan", "--looks", "0.25,0.5,1");
    expect(days.critical_values).toEqual(fractions.critical_values);
  });

  it("prints a non-binding futility boundary with the published figures", async () => {
    const plan = ["--looks", "1,2,3,4", "--sided", "1", "--alpha", "0.025", "--futility", "beta"];
    const document = await json("plan", ...plan);
    // alpha .025, beta .2, t = .25 .5 .75 1: upper 4.3326 2.9631 2.3590 2.0141; inflation 1.135; .0214 when obeyed.
    expect(document.critical_values.map((z: number) => Number(z.toFixed(4)))).toEqual([
      4.3326, 2.9631, 2.359, 2.0141,
    ]);
    expect(document.futility.bounds[0]).toBeCloseTo(-0.8203, 3);
    expect(document.inflation).toBeCloseTo(1.135, 3);
    expect(document.futility.alpha_if_obeyed).toBeCloseTo(0.0214, 4);
  });

  it("says what levels of one's own truly spend", async () => {
    const own = ["plan", "--looks", "4,7,11,14", "--levels", "0.0001,0.001,0.01,0.05"];
    const document = await json(...own);
    expect(document.own_levels.overall_alpha).toBeCloseTo(0.05144557, 8);
    const { stdout } = await plumb(...own);
    expect(stdout).toContain("These levels spend 0.05145, more than 0.05");
    expect(stdout).toContain("the last may be at most 0.04849");
  });

  it("calls alpha/K by its name", async () => {
    const { stdout } = await plumb(
      "plan",
      "--looks",
      "1,2,3,4,5",
      "--levels",
      "0.01,0.01,0.01,0.01,0.01",
    );
    expect(stdout).toContain("are Bonferroni's, not Pocock's");
  });

  it.each([
    [["plan"], "give the looks"],
    [["plan", "--looks", "4,x"], "separated by commas"],
    [["plan", "--looks", "4,3"], "looks go up"],
    [["plan", "--looks", "4,,7"], "separated by commas"],
    [["plan", "--looks", "1,2", "--levels", "0.01"], "there are 2 looks and 1 levels"],
    [["plan", "--looks", "1,2", "--futility", "beta"], "one-sided"],
    [["plan", "--looks", "1,2", "--sided", "3"], "sided"],
    [["plan", "--looks", "1,2", "--spending", "magic"], "choose one of obrien_fleming"],
  ])("refuses %j", async (args, message) => {
    const { stderr, exitCode } = await plumb(...args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("INTERNAL");
  });
});
