// A page that stays open while its server goes and comes back.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issue } from "../state/credentials.js";
import { SERVER_ROLES } from "./access.js";
import { type Demo, FRESH, FRESH_ID, makeDemo } from "./testing/demo.js";
import { startServer, type TestServer } from "./testing/server.js";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);
const title = hasChromium
  ? "a page whose server restarts"
  : `a page whose server restarts (SKIPPED: no Chromium at ${executablePath}; set CHROMIUM_PATH)`;

describe.skipIf(!hasChromium)(title, () => {
  let browser: Browser;
  let demo: Demo;
  let server: TestServer;

  beforeAll(async () => {
    demo = await makeDemo();
    server = await startServer(demo.root);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    demo?.remove();
  });

  it("stays signed in, and shows by itself what was recorded meanwhile", async () => {
    const claims = { name: "test", person: null, roles: SERVER_ROLES };
    const lifetime = { now: new Date(), milliseconds: 60_000 };
    const { presented } = await issue(server.state, "links", claims, lifetime);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${server.url}/sign-in?token=${presented}`);
    await page.goto(`${server.url}/launches`);
    const row = page.locator("tr", { hasText: FRESH_ID });
    await row.getByText("Not registered").waitFor();
    await page.evaluate(() => Object.assign(globalThis, { neverReloaded: true }));

    const port = Number(new URL(server.url).port);
    await server.close();
    const other = await startServer(demo.root);
    const token = await other.token(["author"]);
    const made = await other.ask("/api/v1/register", { token, body: { registration: FRESH } });
    expect(made.status).toBe(200);
    await other.close();
    expect(await row.textContent()).toContain("Not registered");

    server = await startServer(demo.root, {}, port);
    await row.getByText("Not signed by").waitFor({ timeout: 30_000 });
    expect(await page.evaluate(() => "neverReloaded" in globalThis)).toBe(true);
    await page.getByRole("link", { name: "Ledger" }).click();
    await page.locator("table", { hasText: FRESH_ID }).waitFor();
  });
});
