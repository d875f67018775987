/** The generated workspace, smaller: the reranker is vetoed from the data as it is from the summaries. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readoutSchema } from "../report/readout-schema.js";
import { type Ran, runPlumb } from "./testing/run-plumb.js";

describe("plumb demo", () => {
  const parent = mkdtempSync(join(tmpdir(), "plumbline-demo-"));
  const workspace = join(parent, "mangaassist");
  let ran: Ran;

  beforeAll(async () => {
    ran = await runPlumb(["demo", "--directory", workspace], parent);
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it("ends well whatever its verdict, and shows the veto first", () => {
    expect(ran.stderr).not.toContain("INTERNAL");
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain("VETO  us_mle_02_reranker_l6_to_l12_2026q3");
  });

  it("writes the report whole, and no partial file", () => {
    const report = readFileSync(join(workspace, "reports", "us_mle_02.html"), "utf8");
    expect(report.trimEnd().endsWith("</html>")).toBe(true);
    const files = readdirSync(workspace, { recursive: true }).map(String);
    expect(files.filter((file) => file.includes("partial"))).toEqual([]);
    expect(existsSync(join(workspace, "data", "turns.parquet"))).toBe(true);
  });

  it("leads to the same veto through the data as through the summaries", async () => {
    const { stdout, exitCode } = await runPlumb(
      ["readout", "experiments/us_mle_02.yaml", "--json"],
      workspace,
    );
    const document = readoutSchema.parse(JSON.parse(stdout));
    const status = Object.fromEntries(document.checks.map((check) => [check.id, check.status]));
    expect(exitCode).toBe(2);
    expect(document.verdict).toBe("veto");
    expect(status).toMatchObject({
      "primary:useful_answer_rate_per_user_14d": "clear",
      "guardrail:chat_csat_proxy_per_user_14d": "breach",
      "guardrail:p95_chatbot_turn_latency_ms": "clear",
      "guardrail:retention_28d": "near",
      "guardrail:jp_cohort_useful_answer_rate": "clear",
      "cohort:locale=JP": "clear",
    });
  });

  it("ships the clean launch, whose registration is signed and locked", async () => {
    const { stdout, exitCode } = await runPlumb(
      ["readout", "experiments/us_mle_01.yaml", "--json"],
      workspace,
    );
    const document = readoutSchema.parse(JSON.parse(stdout));
    expect([document.verdict, exitCode]).toEqual(["ship", 0]);
  });

  it("ships it no longer once the file says something else", async () => {
    const file = join(workspace, "experiments", "us_mle_01.yaml");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, before.replace("threshold_relative: -0.01", "threshold_relative: -0.02"));
    const { stdout, exitCode } = await runPlumb(
      ["readout", "experiments/us_mle_01.yaml"],
      workspace,
    );
    writeFileSync(file, before);
    expect(exitCode).toBe(5);
    expect(stdout.replace(/\s+/g, " ")).toMatch(/guardrails\S* ?\S*threshold_relative/);
  });

  it("decides nothing between two looks, and calls nothing significant", async () => {
    const { stdout, exitCode } = await runPlumb(
      ["readout", "experiments/us_mle_02.yaml", "--as-of", "day_5"],
      workspace,
    );
    expect(exitCode).toBe(5);
    expect(stdout).toContain("Not a planned look");
    expect(stdout).not.toContain("significant");
  });

  it("applies the level of the look at a planned one", async () => {
    const { stdout } = await runPlumb(
      ["readout", "experiments/us_mle_02.yaml", "--as-of", "day_7", "--json"],
      workspace,
    );
    const { plan, checks } = readoutSchema.parse(JSON.parse(stdout));
    expect(plan).toMatchObject({ moment: "planned_look", day: 7, next_day: 11 });
    expect(checks.find(({ kind }) => kind === "primary")?.alpha).toBe(0.001);
    // 28-day retention of users exposed last week is not known yet.
    expect(checks.find(({ metric }) => metric === "retention_28d")?.status).toBe("not_evaluable");
  });

  it("replays every recorded look from the ledger alone, and verifies", async () => {
    const replayed = await runPlumb(["replay"], workspace);
    expect([replayed.exitCode, replayed.stderr]).toEqual([0, ""]);
    expect((await runPlumb(["verify"], workspace)).exitCode).toBe(0);
  });

  it("gives the same figures again on one thread", async () => {
    const [many, one] = await Promise.all(
      ["4", "1"].map((threads) =>
        runPlumb(
          ["readout", "experiments/us_mle_02.yaml", "--json", "--threads", threads],
          workspace,
        ),
      ),
    );
    expect(one?.stdout).toBe(many?.stdout);
  });

  it("prints the SQL with --explain: each event file is scanned once, and nothing runs", async () => {
    const { stdout, exitCode } = await runPlumb(
      ["readout", "experiments/us_mle_02.yaml", "--explain"],
      workspace,
    );
    expect(exitCode).toBe(0);
    const moments = stdout.slice(0, stdout.indexOf("-- order_statistics"));
    expect(moments.match(/turns\.parquet/g)).toHaveLength(1);
    expect(moments).toContain("GROUPING SETS");
  });
});
