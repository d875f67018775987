/**
 * The worked examples of the source's fifth and sixth primitives, through the whole command, with each guardrail policy. In
 * the fifth the latency row has no p-value, so a policy that asks for proof has nothing to read it by.
 */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../documents/testing/folder.js";
import { readoutSchema } from "../report/readout-schema.js";
import { runPlumb } from "./testing/run-plumb.js";

const example = fileURLToPath(new URL("../../../../examples/mangaassist", import.meta.url));

const POLICIES: Readonly<Record<string, string>> = {
  "harm test": "harm_test",
  "harm test (Bonferroni)": "{rule: harm_test, correction: bonferroni}",
  "harm test (Holm)": "{rule: harm_test, correction: holm}",
  "non-inferiority": "non_inferiority",
  "risk-aware": "risk_aware",
  "posterior breach": "posterior_breach",
};

function workspace(registration: string, policy: string): string {
  const root = temporaryFolder();
  cpSync(example, root, {
    recursive: true,
    filter: (path) => !/[\\/](data|reports|\.plumbline)$/.test(path),
  });
  const path = join(root, registration);
  writeFileSync(path, `${readFileSync(path, "utf8")}\nguardrail_policy: ${policy}\n`);
  return root;
}

async function readout(registration: string, policy: string, ...more: string[]) {
  const root = workspace(registration, policy);
  const ran = await runPlumb(["readout", registration, ...more, "--json"], root);
  const document = readoutSchema.parse(JSON.parse(ran.stdout));
  return { document, exitCode: ran.exitCode };
}

const RERANKER = "experiments/us_mle_02.yaml";
const EVIDENCE = ["--evidence", "experiments/us_mle_02.evidence.yaml"];
const CSAT = "guardrail:chat_csat_proxy_per_user_14d";

/** Policy, verdict, the check it stops at, exit code. */
const reranker = [
  ["harm test", "veto", CSAT, 2],
  ["harm test (Bonferroni)", "continue", "registration:lock", 5],
  ["harm test (Holm)", "continue", "registration:lock", 5],
  ["non-inferiority", "veto", CSAT, 2],
  ["risk-aware", "continue", CSAT, 5],
  ["posterior breach", "continue", CSAT, 5],
] as const;

describe("the reranker that won its metric and lost CSAT at p = 0.02 (Primitive 5)", () => {
  it.each(reranker)("under %s: %s at %s, exit code %i", async (label, verdict, stop, exitCode) => {
    const ran = await readout(RERANKER, POLICIES[label] ?? "", ...EVIDENCE);
    expect([ran.document.verdict, ran.exitCode]).toEqual([verdict, exitCode]);
    expect(ran.document.arms.at(-1)?.stopped_at).toBe(stop);
    const told = ran.document.policies?.entries ?? [];
    expect(told.filter(({ declared }) => declared).map((entry) => entry.label)).toEqual([label]);
    expect(told.map((entry) => [entry.label, entry.verdict, entry.stopped_at])).toEqual(
      reranker.map(([name, word, at]) => [name, word, at]),
    );
  });

  it("passes under Bonferroni with everything but its registration: CSAT is near, no veto", async () => {
    const { document } = await readout(
      RERANKER,
      POLICIES["harm test (Bonferroni)"] ?? "",
      ...EVIDENCE,
    );
    const csat = document.checks.find(({ id }) => id === CSAT);
    expect(csat).toMatchObject({ status: "near", blocks: false, p_value: 0.02, alpha: 0.0125 });
    expect(document.checks.filter(({ blocks }) => blocks).map(({ id }) => id)).toEqual([
      "registration:lock",
    ]);
  });

  it("has more likely than not lost over 1 % of CSAT, and of its retention 0.5 %", async () => {
    const { document } = await readout(RERANKER, POLICIES["posterior breach"] ?? "", ...EVIDENCE);
    const beyond = (id: string) =>
      document.checks.find((check) => check.id === id)?.probability_beyond_threshold ?? null;
    // Phi((0.0143 - 0.01) / se), se = 0.0143 / 2.3263; likewise for retention (Python's NormalDist).
    expect(beyond(CSAT)).toBeCloseTo(0.7579, 4);
    expect(beyond("guardrail:retention_28d")).toBeCloseTo(0.5884, 4);
    expect(beyond("guardrail:p95_chatbot_turn_latency_ms")).toBeNull();
  });

  it("counts false vetoes: four guardrails at 0.05 up to 0.185, and 0.049 corrected", async () => {
    const plain = await readout(RERANKER, "harm_test", ...EVIDENCE);
    expect(plain.document.policies?.false_veto?.upper_bound).toBeCloseTo(0.185494, 6);
    const corrected = await readout(RERANKER, "{rule: harm_test, correction: holm}", ...EVIDENCE);
    expect(corrected.document.policies?.false_veto?.upper_bound).toBeCloseTo(1 - 0.9875 ** 4, 12);
  });
});

describe("the average that hides a harmed cohort (Primitive 6)", () => {
  it.each(Object.entries(POLICIES))("is vetoed by JP under %s", async (_label, policy) => {
    const { document, exitCode } = await readout("experiments/us_mle_06.yaml", policy);
    expect([document.verdict, exitCode]).toEqual(["veto", 2]);
    expect(document.policies?.entries.map(({ verdict }) => verdict)).toEqual(Array(6).fill("veto"));
    expect(document.policies?.sentence).toBe(
      "Under every other policy the launch is vetoed as well.",
    );
    expect(document.checks.find(({ id }) => id === "cohort:locale=JP")?.status).toBe("breach");
  });
});

describe("the terminal and the page", () => {
  it("name every policy, and mark the declared one", async () => {
    const root = workspace(RERANKER, "posterior_breach");
    const { stdout } = await runPlumb(
      ["readout", RERANKER, ...EVIDENCE, "--html", join(root, "page.html")],
      root,
    );
    const page = readFileSync(join(root, "page.html"), "utf8");
    for (const label of Object.keys(POLICIES)) {
      expect(stdout).toContain(` ${label}  `);
      expect(page).toContain(`data-policy="${label}"`);
    }
    expect(stdout).toContain("▸ posterior breach");
    expect(stdout).toContain("A launch that changes nothing");
    expect(page).toContain('<tr class="declared" data-policy="posterior breach">');
  });
});
