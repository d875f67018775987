// The portfolio page: the demo's twelve candidates with decisions, matrix, ranking and sensitivity; and what it says without one.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { go, hasChromium, inChromium, judged, Visitors } from "./testing/browser.js";
import { type Demo, makeDemo } from "./testing/demo.js";
import { startServer, type TestServer } from "./testing/server.js";

describe.skipIf(!hasChromium)(inChromium("the portfolio page"), () => {
  let visitors: Visitors;
  let demo: Demo;
  let server: TestServer;
  let page: Page;

  beforeAll(async () => {
    demo = await makeDemo();
    server = await startServer(demo.root);
    visitors = await Visitors.open();
    page = await visitors.page();
    await visitors.signIn(page, server, { person: null, roles: ["viewer"], at: new Date() });
  }, 120_000);

  afterAll(async () => {
    await visitors?.close();
    await server?.close();
    demo?.remove();
  });

  it("shows each candidate's decision with its reason, by icon and word", async () => {
    await go(page, `${server.url}/portfolio`);
    const decisions = page.locator("section[aria-labelledby=portfolio-decisions] tbody tr");
    await decisions.first().waitFor();
    expect(await decisions.count()).toBe(12);
    const text = (await decisions.allTextContents()).join("\n");
    expect(text).toContain("◆ ship as EVOI");
    expect(text).toContain("by hand; the formula: ◔ defer");
    expect(await page.locator("svg.portfolio[role=img]").count()).toBe(4);
    expect(await page.locator("svg.portfolio.wide").first().isVisible()).toBe(true);
  });

  it("has no fault that axe finds, in both themes and on a phone", async () => {
    expect(await judged(page, "portfolio")).toEqual([]);
  });

  it("shows the numbers of each, folded away", async () => {
    const numbers = page.locator("section[aria-labelledby=portfolio-numbers]");
    const swing = numbers.getByText("4. US-MLE-06 recsys cold-start swap (HRNN)");
    await swing.click();
    await numbers.getByText("2,500,000 x 0.012 x 0.5 x 0.55 / 18 = 458, rank 4.").waitFor();
    expect(await judged(page, "portfolio-numbers")).toEqual([]);
  });

  it("saves the matrix as SVG, with its numbers", async () => {
    const matrix = page.locator("section[aria-labelledby=portfolio-matrix]");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      matrix.getByRole("button", { name: "Save plot as SVG" }).click(),
    ]);
    expect(readFileSync(await download.path(), "utf8")).toContain("ship: the obvious wins");
  });

  it("saves the ranking as CSV", async () => {
    const ranking = page.locator("section[aria-labelledby=portfolio-ranking]");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      ranking.getByRole("button", { name: /CSV/ }).first().click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^chatbot_2026q3.*\.csv$/);
  });

  it("says what to do where there is none", async () => {
    rmSync(join(demo.root, "portfolios"), { recursive: true });
    await go(page, `${server.url}/portfolio`);
    await page.getByText("The workspace has no portfolio").waitFor();
    expect(await judged(page, "portfolio-none")).toEqual([]);
    expect(visitors.complaints).toEqual([]);
  });
});
