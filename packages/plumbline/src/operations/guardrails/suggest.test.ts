// What the command prints is what a registration takes: YAML that the schema accepts, and figures that come from the options.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, registrationSchema } from "@plumbline/primitives";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { RERANKER, testWorkspace } from "../ledger/testing/workspace.js";

const KINDS = ["ranking", "recommendation", "generation", "latency", "retrieval", "other"];

describe("plumb guardrails suggest", () => {
  it.each(KINDS)("prints YAML that a registration takes, for %s", async (kind) => {
    const { run } = await testWorkspace([]);
    const { stdout, exitCode } = await run("guardrails suggest", { kind });
    expect(exitCode).toBe(0);
    const pasted = parse(stdout) ?? {};
    const document = {
      experiment_id: "x",
      hypothesis: { h0: "no", h1: "yes" },
      primary_metric: { name: "m" },
      randomization_unit: "user_id",
      ...pasted,
    };
    expect(parseDocument(registrationSchema, "registration", document).problems).toEqual([]);
    expect(kind === "other" || pasted.guardrails.length > 0).toBe(true);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("takes cost, base and planned units into the threshold, and leaves what is registered", async () => {
    const { root, run } = await testWorkspace([]);
    const file = join(root, RERANKER);
    const text = readFileSync(file, "utf8").replace(
      "  - name: retention_28d\n    threshold_relative: -0.005\n    direction: higher_is_better\n",
      "",
    );
    const sizing = "\nsizing: { metrics: { retention_28d: { baseline: 0.512 } } }\n";
    writeFileSync(file, text + sizing);
    const given = {
      registration: RERANKER,
      customers: "1000000",
      valuePerCustomer: "40",
      toleratedLoss: "50000",
      json: true,
    };
    const { stdout } = await run("guardrails suggest", given);
    const { guardrails, kind, schema } = JSON.parse(stdout);
    expect([kind, schema]).toEqual(["reranker", "plumbline.guardrail-suggestions/1"]);
    const of = (metric: string) =>
      guardrails.find((each: { metric: string }) => each.metric === metric);
    // 50,000 / (1,000,000 x 40) / 0.512, to the stricter side.
    expect(of("retention_28d")).toMatchObject({
      basis: "cost",
      threshold: { scale: "relative", value: -0.0024 },
    });
    expect(of("chat_csat_proxy_per_user_14d")).toMatchObject({ state: "registered" });
  });

  it.each([
    ["LAUNCH_KIND_UNKNOWN", {}],
    ["INPUT_INVALID", { kind: "rankin" }],
    ["INPUT_INVALID", { kind: "ranking", costs: "tickets" }],
    ["INPUT_INVALID", { kind: "ranking", customers: "0" }],
    ["INPUT_INVALID", { kind: "ranking", customers: "1e300" }],
    ["COST_UNUSED", { kind: "ranking", costs: "retention_28=3" }],
    ["NOT_A_REGISTRATION", { registration: "metrics/chat.yaml" }],
  ])("refuses with %s: %o", async (code, given) => {
    const { run } = await testWorkspace([]);
    expect((await run("guardrails suggest", given)).stderr).toContain(code);
  });
});
