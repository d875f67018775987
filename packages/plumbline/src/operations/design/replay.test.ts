/** Real and made series of checkpoints under every plan. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReplayOutput, replayOperation } from "./replay.js";
import {
  type Checkpoint,
  designsFor,
  groupLooks,
  replaySeries,
  summarise,
} from "./replay-series.js";

const root = fileURLToPath(new URL("../../../../../", import.meta.url));
const asos = join(root, "../shared/datasets/asos-experiments");
const present = existsSync(asos);

const context = {
  workingDirectory: root,
  now: () => new Date("2026-08-20T12:00:00Z"),
  signal: new AbortController().signal,
  progress: () => {},
};

const replay = (dataset: string) =>
  replayOperation.run(context, replayOperation.input.parse({ dataset }));

describe.skipIf(!present)(
  present
    ? "the ASOS series"
    : "the ASOS series (SKIPPED: ../shared/datasets/asos-experiments is absent)",
  () => {
    let output: ReplayOutput;
    beforeAll(async () => {
      output = await replay(asos);
    });

    const claims = (plan: string) =>
      output.metrics.map(({ plans }) => plans.find((each) => each.plan === plan)?.claims);

    it("are 46 experiments; 59, 55, 55 and 55 series have variances", () => {
      expect(output.experiments).toBe(46);
      expect(output.metrics.map(({ series }) => series)).toEqual([59, 55, 55, 55]);
    });

    // The data set's README: significant at the last checkpoint, and at some checkpoint, by metric.
    it("show 16, 16, 13 and 14 differences at the end", () => {
      expect(claims("fixed")).toEqual([16, 16, 13, 14]);
    });

    it("would have shown 29, 39, 30 and 31 to one who peeks", () => {
      expect(claims("peeking")).toEqual([29, 39, 30, 31]);
    });

    it("lose most of what peeking claims, and less of what a plan claims", () => {
      const gone = (plan: string) => {
        const found = output.total.find((each) => each.plan === plan);
        return (found?.notAtEnd ?? 0) / (found?.claims ?? 1);
      };
      expect(gone("peeking")).toBeGreaterThan(0.5);
      expect(gone("obrien_fleming")).toBeLessThan(0.3);
      expect(gone("pocock")).toBeLessThan(0.3);
      expect(gone("always_valid")).toBeLessThan(0.3);
    });

    it("print within 100 columns, with every series", () => {
      const { stdout } = replayOperation.render(
        output,
        replayOperation.input.parse({ dataset: asos }),
        { color: false, width: 100 },
      );
      const lines = stdout.split("\n");
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(100);
      expect(lines.length).toBeGreaterThan(224);
    });
  },
);

const checkpoint = (time: number, n: number, difference: number): Checkpoint => ({
  time,
  countControl: n,
  countTreatment: n,
  meanControl: 1,
  meanTreatment: 1 + difference,
  varianceControl: 1,
  varianceTreatment: 1,
});

const series = (checkpoints: readonly Checkpoint[]) => ({
  experiment: "e",
  variant: "1",
  metric: "m",
  checkpoints,
});

describe("a made series", () => {
  const designs = designsFor(0.05);
  /** z after `n` units an arm with unit variances. */
  const atZ = (time: number, n: number, z: number) => checkpoint(time, n, z * Math.sqrt(2 / n));

  it("that only peeks beyond 1.96 early is claimed by peeking alone", () => {
    const made = series([atZ(1, 1000, 2.2), atZ(2, 2000, 1), atZ(3, 3000, 0.5)]);
    const replayed = replaySeries(made, designs);
    expect(replayed?.stops).toEqual({
      peeking: { time: 1, direction: "up" },
      fixed: null,
      obrien_fleming: null,
      pocock: null,
      always_valid: null,
    });
    const summary = summarise(replayed === null ? [] : [replayed]);
    expect(summary[0]).toMatchObject({ plan: "peeking", claims: 1, notAtEnd: 1 });
  });

  it("stops where its boundary is crossed: 2.53 passes Pocock's 2.41 at the first of five, O'Brien-Fleming's last", () => {
    const looks = [1, 2, 3, 4, 5].map((k) => atZ(k, 1000 * k, 2.53));
    const replayed = replaySeries(series(looks), designs);
    expect(replayed?.stops.pocock?.time).toBe(1);
    // Spent by each side, five looks: 4.8769 3.3570 2.6803 2.2898 2.0310.
    expect(replayed?.stops.obrien_fleming?.time).toBe(4);
    expect(replayed?.stops.fixed?.time).toBe(5);
  });

  it("says which way", () => {
    const replayed = replaySeries(series([atZ(1, 1000, -9), atZ(2, 2000, -9)]), designs);
    expect(replayed?.stops.obrien_fleming).toEqual({ time: 1, direction: "down" });
    expect(replayed?.stops.always_valid).toEqual({ time: 1, direction: "down" });
  });

  it("without a variance has nothing to replay", () => {
    const bare = { ...checkpoint(1, 100, 1), varianceControl: 0, varianceTreatment: 0 };
    expect(replaySeries(series([bare]), designs)).toBeNull();
  });

  it("of many checkpoints is looked at 30 times at most, the last included, information growing", () => {
    const many = Array.from({ length: 120 }, (_, k) => ({
      ...checkpoint(k + 1, 100, 0),
      z: 0,
      information: k % 7 === 3 ? 1 : k + 1,
    }));
    const looks = groupLooks(many);
    expect(looks.length).toBeLessThanOrEqual(30);
    expect(looks.at(-1)?.time).toBe(120);
    expect(
      looks.every((look, k) => k === 0 || look.information > (looks[k - 1]?.information ?? 0)),
    ).toBe(true);
  });
});

describe("a data set", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "plumbline-replay-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("that is absent is a clear error", async () => {
    await expect(replay(join(folder, "none.csv"))).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
    });
  });

  it("in a folder without a CSV file, or with two, is not guessed", async () => {
    await expect(replay(folder)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    writeFileSync(join(folder, "a.csv"), "x\n1\n");
    writeFileSync(join(folder, "b.csv"), "x\n1\n");
    await expect(replay(folder)).rejects.toThrow(/2 CSV files/);
  });

  it("without its columns is a clear error that names them", async () => {
    await expect(replay(join(folder, "a.csv"))).rejects.toMatchObject({ code: "COLUMNS_UNUSABLE" });
    await expect(replay(join(folder, "a.csv"))).rejects.toThrow(/experiment_id/);
  });

  it("is read with rows that miss a figure left out and counted, identifiers as text", async () => {
    const file = join(folder, "c.csv");
    const head =
      "experiment_id,variant_id,metric_id,time_since_start,count_c,count_t,mean_c,mean_t,variance_c,variance_t";
    writeFileSync(
      file,
      [
        head,
        "007,1,1,1,1000,1000,1,1.5,1,1",
        "007,1,1,2,2000,2000,1,1.5,1,1",
        "007,1,2,1,1000,1000,1,1,,",
      ].join("\n"),
    );
    const output = await replay(file);
    expect(output).toMatchObject({ incomplete: 1, experiments: 1 });
    expect(output.series[0]).toMatchObject({ experiment: "007", days: 2, looks: 2 });
  });
});
