/** The worked examples of the source, by summary statistics, through the whole command. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readoutSchema } from "../report/readout-schema.js";
import { runPlumb } from "./testing/run-plumb.js";

const mangaassist = fileURLToPath(new URL("../../../../examples/mangaassist", import.meta.url));

async function readout(...args: string[]) {
  const ran = await runPlumb(["readout", ...args, "--json"], mangaassist);
  return { ...ran, document: readoutSchema.parse(JSON.parse(ran.stdout)) };
}

type Document = Awaited<ReturnType<typeof readout>>["document"];

const check = (document: Document, id: string) => {
  const found = document.checks.find((each) => each.id === id);
  if (!found) throw new Error(`no check ${id} in ${document.checks.map((c) => c.id).join(", ")}`);
  return found;
};

describe("the reranker that won its metric and lost CSAT (Primitive 5)", () => {
  const evidence = ["--evidence", "experiments/us_mle_02.evidence.yaml"];

  it("is vetoed, exit code 2", async () => {
    const { document, exitCode } = await readout("experiments/us_mle_02.yaml", ...evidence);
    expect(document.verdict).toBe("veto");
    expect(exitCode).toBe(2);
    expect(document.reason).toContain("chat_csat_proxy_per_user_14d");
  });

  it.each([
    ["primary:useful_answer_rate_per_user_14d", "clear", 0.06],
    ["guardrail:chat_csat_proxy_per_user_14d", "breach", -0.0143],
    ["guardrail:p95_chatbot_turn_latency_ms", "clear", 20],
    ["guardrail:retention_28d", "near", -0.006],
    ["guardrail:jp_cohort_useful_answer_rate", "clear", 0.018],
  ])("%s is %s at %d", async (id, status, estimate) => {
    const { document } = await readout("experiments/us_mle_02.yaml", ...evidence);
    expect(check(document, id)).toMatchObject({ status, estimate });
  });
});

describe("the average that hides a harmed cohort (Primitive 6)", () => {
  it("is vetoed by the JP cohort while the aggregate shows as significant", async () => {
    const { document, exitCode } = await readout("experiments/us_mle_06.yaml");
    expect(document.verdict).toBe("veto");
    expect(exitCode).toBe(2);
    expect(check(document, "primary:recommendation_ctr")).toMatchObject({
      status: "clear",
      estimate: 0.03,
    });
    expect(check(document, "primary:recommendation_ctr").sentence).toContain("significant");
    expect(check(document, "cohort:locale=JP")).toMatchObject({
      status: "breach",
      estimate: -0.082,
      scale: "relative",
      threshold: -0.03,
    });
    expect(check(document, "cohort:locale=EN").status).toBe("clear");
    expect(check(document, "cohort:locale=MIXED").status).toBe("clear");
    expect(document.reason).toContain("JP");
  });
});

describe("a clean launch and a null one", () => {
  it("holds the clean one back, exit code 5, while nobody has registered it", async () => {
    const { document, exitCode } = await readout("experiments/us_mle_01.yaml");
    expect([document.verdict, exitCode]).toEqual(["continue", 5]);
    const blocking = document.checks.filter(({ blocks }) => blocks).map(({ id }) => id);
    expect(blocking).toEqual(["registration:lock"]);
  });

  it("does not ship the null one, exit code 3", async () => {
    const { document, exitCode } = await readout("experiments/us_mle_05.yaml");
    expect([document.verdict, exitCode]).toEqual(["no_ship", 3]);
  });
});

describe("the terminal", () => {
  it("shows the verdict first, nothing wider than 100 columns, and no colour codes when piped", async () => {
    const { stdout, exitCode } = await runPlumb(
      ["readout", "experiments/us_mle_06.yaml"],
      mangaassist,
    );
    expect(exitCode).toBe(2);
    expect(stdout.split("\n")[0]).toContain("VETO");
    expect(stdout).not.toContain("\u001b");
    const widest = Math.max(...stdout.split("\n").map((line) => [...line].length));
    expect(widest).toBeLessThanOrEqual(100);
  });
});
