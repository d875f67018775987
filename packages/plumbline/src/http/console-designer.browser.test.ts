// The study designer in a browser: figures in, pictures and a registration out, at once; and the schedule beside it.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe, { type AxeResults } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issue } from "../state/credentials.js";
import { SERVER_ROLES } from "./access.js";
import { type Demo, makeDemo } from "./testing/demo.js";
import { startServer, type TestServer } from "./testing/server.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const shots = join(repository, "artefacts/console");
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);
const title = hasChromium
  ? "the designer in Chromium"
  : `the designer in Chromium (SKIPPED: no Chromium at ${executablePath}; set CHROMIUM_PATH)`;

describe.skipIf(!hasChromium)(title, () => {
  let browser: Browser;
  let demo: Demo;
  let server: TestServer;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    demo = await makeDemo();
    server = await startServer(demo.root, { limits: { perMinute: 10_000, signInsPerMinute: 100 } });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
    const claims = { name: "test", person: null, roles: SERVER_ROLES };
    const lifetime = { now: new Date(), milliseconds: 60_000 };
    const { presented } = await issue(server.state, "links", claims, lifetime);
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(`${server.url}/sign-in?token=${presented}`);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    demo?.remove();
    expect(complaints).toEqual([]);
  });

  const go = async (address: string) => {
    await page.goto(`${server.url}${address}`);
    await page.waitForSelector("#content h1");
  };
  const curve = () => page.locator("svg.curves.wide").first().innerHTML();

  it("redraws curves, boundary, findings and registration as a figure changes", async () => {
    await go("/design");
    await page.waitForSelector("svg.curves.wide");
    expect(await page.locator("svg.curves.wide").count()).toBe(3);
    const before = await curve();
    await page
      .getByLabel("Smallest effect worth acting on (relative)", { exact: true })
      .fill("0.05");
    await expect.poll(curve).not.toBe(before);
    expect(await page.locator("pre").textContent()).toContain("mde_relative: 0.05");
    await page.getByLabel("Looks", { exact: true }).fill("1");
    await expect.poll(() => page.locator("svg.curves.wide").count()).toBe(2);
    await page.getByLabel("Alpha", { exact: true }).fill("2");
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("no study");
  });

  it("says which part of the cohorts it could not read", async () => {
    await go("/design");
    await page.getByLabel("Cohorts and their shares", { exact: false }).fill("EN 0.6, JP 25%");
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("Not counted: JP 25%");
  });

  it("keeps the figures in the address, which can be shared", async () => {
    await go("/design");
    await page.getByLabel("Days of the run", { exact: true }).fill("21");
    await page.waitForURL(/design=/);
    const shared = new URL(page.url());
    await go("/launches");
    await go(`${shared.pathname}${shared.search}`);
    expect(await page.getByLabel("Days of the run", { exact: true }).inputValue()).toBe("21");
  });

  it("hands its registration to the editor", async () => {
    await go("/design");
    await page.getByRole("button", { name: "Go on in the editor" }).click();
    await page.waitForURL(/registration\/new/);
    await expect
      .poll(() => page.locator("textarea").first().inputValue())
      .toContain("experiment_id: name_of_the_experiment");
  });

  it("saves its plots as SVG and as PNG, in twice the pixels", async () => {
    await go("/design");
    await page.waitForSelector("svg.curves.wide");
    const saved = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name }).first().click(),
      ]);
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
    };
    const svg = await saved("Save plot as SVG");
    expect(svg.name).toBe("name_of_the_experiment-plot-1.svg");
    expect(svg.bytes.toString()).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    const png = await saved("Save plot as PNG");
    expect(png.name).toBe("name_of_the_experiment-plot-1.png");
    expect([...png.bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    // Width and height in the header chunk (PNG specification, 11.2.2).
    expect([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]).toEqual([1760, 760]);
    // A picture of one colour would pack to almost nothing.
    expect(png.bytes.length).toBeGreaterThan(10_000);
  });

  it.each(["/design", "/schedule"])(
    "%s has nothing that axe objects to, in both themes",
    async (address) => {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await go(address);
        await page.waitForSelector(".loading", { state: "detached" });
        await page.evaluate(axe.source);
        const found = await page.evaluate<AxeResults>("axe.run(document)");
        const told = found.violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
        expect([colorScheme, told]).toEqual([colorScheme, []]);
        const name = `${address.slice(1)}-${colorScheme}.png`;
        await page.screenshot({ path: join(shots, name), fullPage: true });
      }
    },
  );
});
