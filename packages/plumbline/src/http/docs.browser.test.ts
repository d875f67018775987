// The page that lists the routes, in a browser, under the policy that the server sends; nothing but this server is asked.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SERVED } from "./served.js";
import { type Demo, makeDemo } from "./testing/demo.js";
import { startServer, type TestServer } from "./testing/server.js";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);
const title = hasChromium
  ? "/docs in Chromium"
  : `/docs in Chromium (SKIPPED: no Chromium at ${executablePath}; set CHROMIUM_PATH)`;

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

  it("lists every operation and breaks no rule of the policy", async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning")
        complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(`${server.url}/docs`);
    await page.waitForSelector(".opblock-summary-path");
    const paths = await page.$$eval(".opblock-summary-path", (found) =>
      found.map((each) => (each.getAttribute("data-path") ?? "").replace(/\u200b/g, "")),
    );
    for (const { path } of SERVED) expect(paths).toContain(`/api/v1${path}`);
    expect(complaints).toEqual([]);
    expect(
      requests.filter((url) => !url.startsWith(server.url) && !url.startsWith("data:")),
    ).toEqual([]);
  });
});
