/** The generated workspace, smaller: the reranker is vetoed from the data as it is from the summaries. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
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
