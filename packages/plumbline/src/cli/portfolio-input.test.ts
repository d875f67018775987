/** Portfolios that are wrong: each problem coded and placed, all at once; and the record of past experiments from a file. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../documents/testing/folder.js";
import { choiceAnswer, rankingAnswer } from "../http/responses/portfolios.js";
import { runPlumb } from "./testing/run-plumb.js";

const entry = (id: string, more = "") => `  - id: ${id}
    kind: win
    reach: 1e6
    impact: { low: 0.005, likely: 0.01, high: 0.015 }
    evidence_quality: 0.5
    effort: 10
    experiment: { metric: answers, sd: 1, baseline: 0.5 }
    surface: ${id}
    direction: ranking
${more}`;

const portfolio = (candidates: string, more = "") => `kind: portfolio
portfolio_id: p
quarter: { name: Q3, weeks: 13 }
capacity: { engineer_weeks: 40, slots: 3 }
candidates:
${candidates}${more}`;

async function run(text: string, command = "choose", files: Record<string, string> = {}) {
  const root = temporaryFolder({ "p.yaml": text, ...files });
  return { root, ...(await runPlumb(["portfolio", command, "p.yaml"], root)) };
}

describe("a portfolio that is wrong", () => {
  it.each([
    [
      "negative effort",
      entry("a").replace("effort: 10", "effort: -1"),
      "p.yaml:11:13  FIELD_INVALID",
    ],
    [
      "a probability over 1",
      entry("a").replace("quality: 0.5", "quality: 1.5"),
      "p.yaml:10:23  FIELD_INVALID",
    ],
    ["no number", entry("a").replace("reach: 1e6", "reach: .nan"), "p.yaml:8:12  YAML_NUMBER"],
    ["infinity", entry("a").replace("reach: 1e6", "reach: .inf"), "p.yaml:8:12  YAML_NUMBER"],
    ["an unknown key", entry("a").replace("effort:", "efort:"), 'Did you mean "effort"?'],
    ["no impact", entry("a").replace("likely: 0.01", "likely: 0"), "p.yaml:9:5  RANGE_REVERSED"],
    [
      "a loss",
      entry("a").replace("{ low: 0.005, likely: 0.01, high: 0.015 }", "-0.01"),
      "p.yaml:9:13  IMPACT_INVALID",
    ],
    ["nobody to need", entry("a", "    needs: [b]\n"), "p.yaml:15:13  CANDIDATE_UNKNOWN"],
    ["itself", entry("a", "    after: [a]\n"), "p.yaml:15:13  PAIR_INVALID"],
    ["two of one name", entry("a") + entry("a"), "p.yaml:15:9  NAME_DUPLICATE"],
    [
      "a circle",
      entry("a", "    needs: [b]\n") + entry("b", "    after: [a]\n"),
      "p.yaml:15:5  DEPENDENCY_CYCLE  Candidates wait for each other in a circle: a -> b -> a.",
    ],
    [
      "upkeep beyond capacity",
      entry("a", "    upkeep: { engineers: 9 }\n"),
      "p.yaml:4:29  PORTFOLIO_INFEASIBLE",
    ],
  ])("%s", async (_, candidates, expected) => {
    const { stdout, stderr, exitCode } = await run(portfolio(candidates));
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
    expect(stderr).toContain(expected);
  });

  it("says all of it at once", async () => {
    const bad = entry("a", "    needs: [x]\n    excludes: [y]\n");
    const { stderr } = await run(portfolio(bad + entry("a")));
    expect(stderr.trim().split("\n")).toHaveLength(3);
  });

  it("of a thousand candidates is refused in a sentence", async () => {
    const many = Array.from({ length: 1000 }, (_, i) => entry(`c${i}`)).join("");
    const { stderr, exitCode } = await run(portfolio(many));
    expect(exitCode).toBe(1);
    expect(stderr).toContain("TOO_MANY_CANDIDATES  1000 candidates are more than the 200");
  });

  it("without a feasible set names the decision by hand that cannot be had", async () => {
    const override = `overrides:
  - { candidate: a, decision: ship, reason: It was promised to the customer., by: Ada }
`;
    const { stderr, exitCode } = await run(
      portfolio(entry("a").replace("effort: 10", "effort: 90"), override),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^p\.yaml:16:5 {2}PORTFOLIO_INFEASIBLE {2}No set holds "a"/);
  });

  it("is told from other documents and from other candidates", async () => {
    const { root } = await run(portfolio(entry("alpha")));
    const other = await runPlumb(["portfolio", "explain", "p.yaml", "alpa"], root);
    expect(other.stderr).toContain('CANDIDATE_UNKNOWN  There is no candidate "alpa"');
    expect(other.stderr).toContain('Did you mean "alpha"?');
    const wrong = await run("experiment_id: e\nhypothesis: { h0: a, h1: b }\n", "rank");
    expect(wrong.stderr).toContain("NOT_A_PORTFOLIO");
    const none = await runPlumb(["portfolio", "rank", "absent.yaml"], root);
    expect(none.stderr).toContain("FILE_UNREADABLE");
  });
});

describe("past experiments from a file", () => {
  const text = portfolio(entry("a"), "past_file: past.csv\n");

  it("are counted by direction, with their overruns", async () => {
    const csv = `id,direction,won,planned_weeks,actual_weeks\n${Array.from({ length: 10 }, (_, i) => `e${i},ranking,${i < 3 ? 1 : 0},4,10`).join("\n")}\n`;
    const { root } = await run(text, "rank", { "past.csv": csv });
    const { stdout } = await runPlumb(["portfolio", "rank", "p.yaml", "--json"], root);
    const { record, candidates } = rankingAnswer.parse(JSON.parse(stdout));
    expect(record).toMatchObject({ experiments: 10, wins: 3, overrun: 2.5 });
    expect(candidates[0]).toMatchObject({ engineer_weeks: 25, overrun: { from: "direction" } });
  });

  it("that cannot be read are refused with their lines", async () => {
    const csv = "direction,won,se\nranking,maybe,0.1\n,1,-2\n";
    const { stderr } = await run(text, "rank", { "past.csv": csv });
    expect(stderr.match(/past\.csv:\d+:1 {2}HISTORY_INVALID/g)).toEqual([
      "past.csv:2:1  HISTORY_INVALID",
      "past.csv:3:1  HISTORY_INVALID",
      "past.csv:3:1  HISTORY_INVALID",
    ]);
    const columns = await run(text, "rank", { "past.csv": "direction\nranking\n" });
    expect(columns.stderr).toContain("COLUMNS_UNUSABLE");
    expect((await run(text, "rank")).stderr).toContain("FILE_NOT_FOUND");
    const outside = await run(text.replace("past.csv", "../past.csv"), "rank");
    expect(outside.stderr).toContain("write a path below this document's folder");
  });
});

const upworthy = fileURLToPath(
  new URL(
    "../../../../../shared/datasets/upworthy-headlines/upworthy_shared.csv.gz",
    import.meta.url,
  ),
);
const present = existsSync(upworthy);

/** Pairs of packages of 300 tests outside the fault period, picked by the test's name: their order is by outcome. */
function pastTests(): string {
  const rows = gunzipSync(readFileSync(upworthy)).toString().trim().split("\n").slice(1);
  const packages = new Map<string, [number, number][]>();
  for (const row of rows) {
    const [id = "", created = "", , impressions, clicks] = row.split(",");
    if (created >= "2013-06-25" && created < "2014-01-11") continue;
    packages.set(id, [...(packages.get(id) ?? []), [Number(impressions), Number(clicks)]]);
  }
  const tests = [...packages].flatMap(([id, list]) => {
    const pick = Number.parseInt(id.slice(-4), 16);
    const [a, b] = [list[pick % list.length], list[(pick + 1) % list.length]];
    if (!a || !b || a === b || a[1] < 5 || b[1] < 5) return [];
    const se = Math.sqrt(1 / a[1] - 1 / a[0] + 1 / b[1] - 1 / b[0]);
    const estimate = Math.log(a[1] / a[0]) - Math.log(b[1] / b[0]);
    return [`headlines,${estimate > 1.96 * se ? 1 : 0},${estimate},${se}`];
  });
  return `direction,won,estimate,se\n${tests.slice(0, 300).join("\n")}\n`;
}

describe.skipIf(!present)(
  `Upworthy's headlines as a record (../shared/datasets/upworthy-headlines ${present ? "present" : "ABSENT, skipped"})`,
  () => {
    it("hit rate and effects are fitted, and a claimed doubling is shrunk", async () => {
      const bold = (id: string, impact: string) =>
        entry(id)
          .replace(/impact: .*/, `impact: ${impact}`)
          .replace(/experiment: .*/, "experiment: { metric: clicks, baseline: 0.015 }")
          .replace("direction: ranking", "direction: headlines");
      const claims = `${bold("doubles", "{ mean: 0.015, sd: 0.006 }")}${bold("modest", "{ mean: 0.0015, sd: 0.0003 }")}`;
      const root = temporaryFolder({
        "p.yaml": portfolio(claims, "past_file: past.csv\n"),
        "past.csv": pastTests(),
      });
      const { stdout } = await runPlumb(["portfolio", "choose", "p.yaml", "--json"], root);
      const { record, candidates } = choiceAnswer.parse(JSON.parse(stdout));
      expect(record).toMatchObject({ experiments: 300, effects: 300 });
      // Effects are around 0: one test in five wins at most, and no headline doubles its clicks.
      expect(record.wins / 300).toBeGreaterThan(0.05);
      expect(record.wins / 300).toBeLessThan(0.3);
      const hit = (id: string) => candidates.find((each) => each.id === id)?.hit;
      expect(hit("doubles")).toMatchObject({ is_shrunk: true });
      expect(hit("doubles")?.mean).toBeLessThan(0.8 * 0.015);
      expect(Math.abs((hit("modest")?.mean ?? 0) / 0.0015 - 1)).toBeLessThan(0.05);
    });
  },
);

it("writes the report beside the answer", async () => {
  const { root } = await run(portfolio(entry("a") + entry("b")));
  const { stderr } = await runPlumb(["portfolio", "choose", "p.yaml", "--html", "out.html"], root);
  expect(stderr).toContain("Report written to");
  const page = readFileSync(join(root, "out.html"), "utf8");
  expect(page).toContain("Content-Security-Policy");
  expect(page).not.toContain("NaN");
});
