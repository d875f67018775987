/** The source's twelve candidates through the whole command (Primitive 2). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger, readEntry } from "@plumbline/ledger";
import { describe, expect, it } from "vitest";
import { readDocumentText } from "../documents/document.js";
import { temporaryFolder } from "../documents/testing/folder.js";
import { choiceAnswer, explanationAnswer, rankingAnswer } from "../http/responses/portfolios.js";
import { messageOf } from "../jobs/messages.js";
import { runPlumb } from "./testing/run-plumb.js";

const mangaassist = fileURLToPath(new URL("../../../../examples/mangaassist", import.meta.url));
const FILE = "portfolios/2026q3.yaml";

/** Source: "Worked example - Q3 portfolio for the chatbot": RICE rank and decision. */
const TABLE = [
  ["us_mle_02_reranker", 1, "ship"],
  ["us_mle_01_intent_v2", 3, "ship"],
  ["us_mle_06_hrnn", 4, "ship_as_evoi"],
  ["us_mle_05_lora_adapter", 6, "defer"],
  ["us_mle_04_promo_overlay", 7, "defer"],
  ["us_mle_08_cover_art", 8, "defer"],
  ["distil_ce", 5, "reject"],
  ["us_mle_03_sentiment_retrain", 9, "maintenance"],
  ["spam_retrain", 10, "maintenance"],
  ["diversity_retune", 11, "reject"],
  ["two_tower", 2, "reject"],
  ["llm_judge", 12, "reject"],
] as const;

async function json<T>(schema: { parse: (value: unknown) => T }, ...args: string[]): Promise<T> {
  const { stdout, stderr, exitCode } = await runPlumb(
    ["portfolio", ...args, "--json"],
    mangaassist,
  );
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return schema.parse(JSON.parse(stdout));
}

describe("docs/portfolio.md", () => {
  it("shows a portfolio that is sound", () => {
    const page = readFileSync(new URL("../../../../docs/portfolio.md", import.meta.url), "utf8");
    const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? "";
    expect(readDocumentText(example, "p.yaml")).toMatchObject({ kind: "portfolio", problems: [] });
  });
});

describe("plumb portfolio", () => {
  it("ranks the four scored candidates as rice_for_ml.py does, with detectability computed", async () => {
    const { candidates } = await json(rankingAnswer, "rank", FILE);
    const scored = [
      ["us_mle_02_reranker", 1983, 0.85],
      ["us_mle_01_intent_v2", 518, 0.72],
      ["us_mle_06_hrnn", 458, 0.55],
      ["us_mle_05_lora_adapter", 386, 0.5],
    ] as const;
    for (const [id, rice, power] of scored) {
      const found = candidates.find((each) => each.id === id);
      expect(Math.round(found?.rice ?? 0)).toBe(rice);
      expect(found?.detectability.probability).toBeCloseTo(power, 3);
    }
  });

  it("comes to the source's decision about each of the twelve", async () => {
    const { candidates, best } = await json(choiceAnswer, "choose", FILE);
    const found = candidates.map(({ id, rice_rank, decision }) => [id, rice_rank, decision]);
    expect(found.sort()).toEqual(TABLE.map((row) => [...row]).sort());
    expect(best.chosen).toEqual(["us_mle_02_reranker", "us_mle_01_intent_v2", "us_mle_06_hrnn"]);
  });

  it("records the eleventh as decided by hand, beside what the formula says", async () => {
    const { candidates } = await json(choiceAnswer, "choose", FILE);
    expect(candidates.filter(({ override }) => override !== null)).toMatchObject([
      {
        id: "two_tower",
        rice_rank: 2,
        overrun: { factor: 2.5, from: "candidate" },
        formula: "defer",
      },
    ]);
  });

  it("says at which impact the eleventh would come in without the decision by hand", async () => {
    const { stdout } = await runPlumb(["portfolio", "choose", FILE], mangaassist);
    expect(stdout).toMatch(
      /two_tower: without the decision by hand in above 0\.0\d+ \(now 0\.01\)/,
    );
  });

  it("goes on record once, with its reasons", async () => {
    const root = temporaryFolder({
      "plumbline.yaml": "name: x\n",
      "portfolios/q.yaml": readFileSync(join(mangaassist, FILE)),
    });
    const choose = () => runPlumb(["portfolio", "choose", "portfolios/q.yaml", "--record"], root);
    expect((await choose()).stderr).toBe("Recorded in the ledger, entry 1\n");
    expect((await choose()).stderr).toBe("The ledger holds this choice already, entry 1\n");
    const store = await openLedger(join(root, ".plumbline", "ledger.db"));
    const [stored] = await store.read({});
    await store.close();
    expect(readEntry(stored?.text ?? "")).toMatchObject({
      type: "chosen",
      subject: "chatbot_2026q3",
      body: {
        chosen: ["us_mle_02_reranker", "us_mle_01_intent_v2", "us_mle_06_hrnn"],
        decisions: expect.arrayContaining([
          expect.objectContaining({ id: "two_tower", decision: "reject", formula: "defer" }),
        ]),
      },
    });
    expect(messageOf(readEntry(stored?.text ?? ""), null).data.sentence).toBe(
      "The portfolio chatbot_2026q3 was chosen: us_mle_02_reranker, us_mle_01_intent_v2, us_mle_06_hrnn.",
    );
    expect((await runPlumb(["verify"], root)).exitCode).toBe(0);
  });

  it("opens the launches: a registration for each chosen one, sized as the portfolio computed it", async () => {
    const root = temporaryFolder({ "q.yaml": readFileSync(join(mangaassist, FILE)) });
    const choose = () => runPlumb(["portfolio", "choose", "q.yaml", "--open", "drafts"], root);
    expect((await choose()).stderr.match(/Registration drafted/g)).toHaveLength(3);
    expect((await choose()).stderr.match(/Left as it is/g)).toHaveLength(3);
    const { best, candidates } = await json(choiceAnswer, "choose", FILE);
    for (const id of best.chosen) {
      const path = `drafts/${id}.yaml`;
      const draft = readDocumentText(readFileSync(join(root, path), "utf8"), path);
      expect(draft).toMatchObject({ kind: "registration", problems: [] });
      const sized = await runPlumb(["design", "size", path, "--json"], root);
      const { weeks } = JSON.parse(sized.stdout);
      expect(weeks).toBe(candidates.find((each) => each.id === id)?.detectability.weeks_needed);
    }
  });

  it("explains the swing by the direction that it resolves", async () => {
    const { steps, candidate } = await json(explanationAnswer, "explain", FILE, "us_mle_06_hrnn");
    expect(candidate.evoi).toBeGreaterThan(candidate.ev);
    expect(steps.map(({ name }) => name)).toContain("RICE on paper");
    expect(steps.find(({ name }) => name === "RICE on paper")?.sentence).toContain("= 458, rank 4");
  });
});
