// A launch from registration to holdback: shipped on a lift of 10 %, of which the users after the launch show less. Every user's
// value is made here, so that lifts are quotients of means by hand.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type TestWorkspace, testWorkspace } from "../ledger/testing/workspace.js";
import type { HoldbackOutput } from "./holdback.js";
import {
  during,
  FILE,
  holdbackRegistration,
  later,
  launched,
  READ,
  SHIPPED,
  ship,
  type User,
} from "./testing/launched.js";

const mean = (all: readonly User[], arm: User["arm"]) => {
  const values = all.filter((user) => user.arm === arm).map(({ value }) => value);
  return values.reduce((a, b) => a + b, 0) / values.length;
};

const read = (workspace: TestWorkspace, given: Record<string, unknown> = {}) =>
  workspace.json<HoldbackOutput>("holdback", { registration: FILE, ...given }, READ);

describe("plumb holdback", () => {
  it("compares the lift after launch with the one that was booked, by hand", async () => {
    const after = later(0.04);
    const workspace = await launched(after);
    await ship(workspace);
    const found = await read(workspace);
    const lift = (all: readonly User[]) => mean(all, "new") / mean(all, "old") - 1;
    const [spend] = found.comparisons;
    expect(found).toMatchObject({ day: 30, days: 30, units: { heldBack: 500, launched: 4500 } });
    expect(spend?.launch.estimate).toBeCloseTo(lift(during), 9);
    expect(spend?.holdback.estimate).toBeCloseTo(lift(after), 9);
    expect(spend?.difference.estimate).toBeCloseTo(lift(after) - lift(during), 9);
    expect(spend?.share?.estimate).toBeCloseTo(lift(after) / lift(during), 9);
    expect(spend?.finding).toBe("faded");
    expect(spend?.sentence).toContain("smaller than booked, and still a gain");
  });

  it("says when nothing is left of the lift, and when all of it is", async () => {
    for (const [lift, finding] of [
      [0, "gone"],
      [0.1, "kept"],
    ] as const) {
      const workspace = await launched(later(lift));
      await ship(workspace);
      expect((await read(workspace)).comparisons[0]?.finding).toBe(finding);
    }
  });

  it("takes the newest look that ships for the launch", async () => {
    const workspace = await launched(later(0.1));
    await ship(workspace);
    const first = await read(workspace);
    await ship(workspace, "2026-07-18", "2026-07-21T00:00:00.000Z");
    const second = await read(workspace);
    expect([first.launch.at, first.day]).toEqual([SHIPPED, 30]);
    expect([second.launch.at, second.day]).toEqual(["2026-07-21T00:00:00.000Z", 29]);
    expect(second.launch.look).toBeGreaterThan(first.launch.look);
  });

  it("reads on the way, and says so", async () => {
    const workspace = await launched(later(0.1));
    await ship(workspace);
    const { stdout } = await workspace.run(
      "holdback",
      { registration: FILE, asOf: "2026-07-30" },
      READ,
    );
    expect(stdout.replace(/\s+/g, " ")).toContain("day 10 of 30");
    expect(stdout).toContain("a reading on the way");
  });

  it("names a metric that the look at launch does not know", async () => {
    const block =
      "holdback: { share: 0.1, days: 30, metrics: [{ name: h_spend }, { name: h_orders }] }";
    const workspace = await launched(later(0.1), block);
    await ship(workspace);
    const { comparisons, notes } = await read(workspace);
    expect(comparisons.map(({ metric }) => metric)).toEqual(["h_spend"]);
    expect(notes.join(" ")).toContain("h_orders is not compared");
  });

  it("refuses what it has no ground for, each with its code", async () => {
    const workspace = await launched(later(0.1));
    const code = async (given: Record<string, unknown> = {}) =>
      (await workspace.run("holdback", { registration: FILE, ...given }, READ)).stderr.split(
        " ",
      )[0];
    expect(await code()).toBe("HOLDBACK_NOT_LAUNCHED");
    await ship(workspace);
    expect(await code({ launched: "2026-09-01" })).toBe("HOLDBACK_NOT_LAUNCHED");
    expect(await code({ launched: "2026-08-18" })).toBe("HOLDBACK_NO_DATA");
    workspace.edit(FILE, "share: 0.1, days: 30", "share: 0.1, days: 20");
    expect(await code()).toBe("HOLDBACK_NOT_REGISTERED");
  });

  it("refuses a registration without one, one that nobody registered, and groups of other shares", async () => {
    const without = await launched([], "");
    expect((await without.run("holdback", { registration: FILE }, READ)).stderr).toMatch(
      /^HOLDBACK_NOT_REGISTERED/,
    );
    const uneven = await launched(later(0.1, 0.3));
    await ship(uneven);
    const { stderr } = await uneven.run("holdback", { registration: FILE }, READ);
    expect(stderr).toMatch(/^HOLDBACK_INVALID/);
  });

  it("is checked with the documents", async () => {
    const workspace = await testWorkspace([]);
    writeFileSync(
      join(workspace.root, FILE),
      holdbackRegistration("holdback: { share: 0.1, days: 30, metrics: [{ name: h_spent }] }"),
    );
    const { stdout } = await workspace.run("check", { path: FILE });
    expect(stdout).toContain('There is no metric "h_spent"');
  });
});
