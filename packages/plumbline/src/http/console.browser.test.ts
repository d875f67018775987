// The console as built, in a browser, from a real server over the demo workspace, under the policy that the server sends.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import axe, { type AxeResults } from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issue } from "../state/credentials.js";
import { SERVER_ROLES } from "./access.js";
import { type Demo, FRESH, FRESH_ID, makeDemo, RERANKER } from "./testing/demo.js";
import { startServer, type TestServer } from "./testing/server.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const built = join(repository, "packages/plumbline/dist/console");
const shots = join(repository, "artefacts/console");
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);
const title = hasChromium
  ? "the console in Chromium"
  : `the console in Chromium (SKIPPED: no Chromium at ${executablePath}; set CHROMIUM_PATH)`;

const GZIP_LIMIT = 350_000;

describe("the build", () => {
  it("begins with less than 350 kB of packed script, and none in the page itself", () => {
    const page = readFileSync(join(built, "index.html"), "utf8");
    const scripts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) =>
      readFileSync(join(built, path ?? "")),
    );
    expect(scripts.length).toBeGreaterThan(0);
    const bytes = scripts.reduce((sum, script) => sum + gzipSync(script).length, 0);
    expect(bytes).toBeLessThan(GZIP_LIMIT);
    expect(page).not.toMatch(/<script[^>]*>[^<]|<style|style=/);
  });
});

describe("what the server gives out", () => {
  let demo: Demo;
  let server: TestServer;

  beforeAll(async () => {
    demo = await makeDemo();
    server = await startServer(demo.root);
  });

  afterAll(async () => {
    await server?.close();
    demo?.remove();
  });

  const ask = (path: string, accept: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { redirect: "manual", headers: { accept }, ...init });

  it("answers the address of each page with the one document, and nothing else with it", async () => {
    for (const path of ["/", "/launches", "/readout?registration=x"]) {
      const page = await ask(path, "text/html");
      expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-cache"]);
      expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
      expect(await page.text()).toBe(readFileSync(join(built, "index.html"), "utf8"));
    }
    for (const path of ["/api/v1/nothing", "/assets/nothing.js", "/assets/..%2findex.html"]) {
      expect((await ask(path, "text/html")).status).toBe(404);
    }
    expect((await ask("/launches", "application/json")).status).toBe(404);
    expect((await ask("/launches", "text/html", { method: "POST" })).status).toBe(404);
  });

  it("lets a browser keep what has its content in its name, and packs it", async () => {
    const page = readFileSync(join(built, "index.html"), "utf8");
    const path = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? "";
    const script = await ask(path, "*/*");
    expect(script.status).toBe(200);
    expect(script.headers.get("cache-control")).toContain("immutable");
    expect(script.headers.get("content-encoding")).toBe("gzip");
    expect(script.headers.get("content-type")).toContain("text/javascript");
    expect(await script.text()).toBe(readFileSync(join(built, path), "utf8"));
    const plain = await fetch(`${server.url}${path}`, { headers: { "accept-encoding": "br" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
  });
});

describe.skipIf(!hasChromium)(title, () => {
  let browser: Browser;
  let demo: Demo;
  let server: TestServer;
  const complaints: string[] = [];

  async function signedIn(roles: readonly (typeof SERVER_ROLES)[number][] = SERVER_ROLES) {
    const claims = { name: "test", person: null, roles };
    const lifetime = { now: new Date(), milliseconds: 60_000 };
    const { presented } = await issue(server.state, "links", claims, lifetime);
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await opened(context);
    await page.goto(`${server.url}/sign-in?token=${presented}`);
    return page;
  }

  async function opened(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.on("console", (message) => {
      const expected = /status of (40[13]|422)/.test(message.text());
      if (["error", "warning"].includes(message.type()) && !expected)
        complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    return page;
  }

  const about = `registration=${encodeURIComponent(RERANKER)}`;

  async function go(page: Page, address: string): Promise<void> {
    await page.goto(`${server.url}${address}`);
    await page.waitForSelector("#content h1, #content h2");
    await page.waitForSelector(".loading", { state: "detached" });
  }

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    demo = await makeDemo();
    server = await startServer(demo.root, { limits: { perMinute: 10_000, signInsPerMinute: 100 } });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    demo?.remove();
    expect(complaints).toEqual([]);
  });

  it("tells who is not signed in how to, and shows nothing else", async () => {
    const page = await opened(await browser.newContext());
    await go(page, "/ledger");
    expect(await page.textContent("#content")).toContain("plumb serve");
    expect(await page.locator("table").count()).toBe(0);
  });

  it("shows every page in both themes, on a desk and on a phone, without a violation", async () => {
    const page = await signedIn();
    await go(page, "/");
    const links = await page.$$eval("nav a", (all) => all.map((each) => each.getAttribute("href")));
    expect(links.length).toBeGreaterThan(3);
    const addresses = links.map((path) => `${path}?${about}`);
    for (const [colorScheme, width] of [
      ["light", 1280],
      ["dark", 390],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      for (const address of [...addresses, "/ledger?entry=3", "/readout"]) {
        await go(page, address);
        const name = address.replace(/[^a-z0-9]+/g, "-").slice(1, 24);
        await page.screenshot({ path: join(shots, `${name}-${colorScheme}.png`), fullPage: true });
        const scroll = await page.evaluate("document.documentElement.scrollWidth");
        expect([address, scroll]).toEqual([address, width]);
        await page.evaluate(axe.source);
        const found = await page.evaluate<AxeResults>("axe.run(document)");
        const violations = found.violations.map(
          ({ id, nodes }) =>
            `${address} ${colorScheme} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ")}`,
        );
        expect(violations).toEqual([]);
      }
    }
    await page.context().close();
  }, 180_000);

  it("says what the interface says: verdict, reason, checks, in the order of the gate", async () => {
    const token = await server.token(["author"]);
    const { json } = await server.ask("/api/v1/readout", {
      token,
      body: { registration: RERANKER },
    });
    const page = await signedIn();
    await go(page, `/readout?${about}`);
    expect(await page.getAttribute("[data-verdict]", "data-verdict")).toBe(json.verdict);
    const checks = await page.$$eval("[data-check]", (found) =>
      found.map((each) => each.getAttribute("data-check")),
    );
    expect(checks).toEqual(json.checks.map(({ id }: { id: string }) => id));
    await page.focus("[data-check]");
    await page.keyboard.press("ArrowDown");
    expect(await page.getAttribute(":focus", "data-check")).toBe(checks[1]);
    await page.context().close();
  });

  it("shows the effect by day since exposure, and before the end that there is none yet", async () => {
    const page = await signedIn();
    await go(page, `/readout?${about}`);
    const days = page.locator("[data-effect-by-day=success]");
    await days.waitFor();
    const token = await server.token(["author"]);
    const query = new URLSearchParams({ registration: RERANKER });
    const { json } = await server.ask(`/api/v1/novelty?${query}`, { token });
    expect(await days.locator("tbody tr").count()).toBe(json.arms[0].days.length);
    // The page keeps numbers and their units together with blanks that do not break.
    const words = (text: string | null) => (text ?? "").replace(/\s/gu, " ");
    expect(words(await days.textContent())).toContain(words(json.arms[0].sentence));
    await go(page, `/readout?${about}&asOf=2026-07-12`);
    await page.locator("[data-effect-by-day=error]").getByText("Not yet evaluable").waitFor();
    await page.context().close();
  });

  it("saves a plot as SVG and a table as CSV", async () => {
    const page = await signedIn();
    await go(page, `/readout?${about}`);
    const saved = async (words: string) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByText(words).first().click(),
      ]);
      return readFileSync(await download.path(), "utf8");
    };
    const plot = await saved("Save plot as SVG");
    expect(plot).toContain("<svg");
    expect(plot).not.toContain("var(--");
    expect((await saved("Save table as CSV")).split("\r\n").length).toBeGreaterThan(3);
    await page.context().close();
  });

  it("computes the proof of an entry itself, and verifies the ledger", async () => {
    const page = await signedIn();
    await go(page, "/ledger?entry=2");
    await page.waitForSelector('[data-included="true"]');
    await page.getByText("Verify now").click();
    await page.waitForSelector("text=The ledger holds");
    await page.context().close();
  });

  it("shows one browser what another did, without a reload", async () => {
    const page = await signedIn();
    await go(page, "/launches");
    const row = page.locator("tr", { hasText: FRESH_ID });
    expect(await row.textContent()).toContain("Not registered");
    const token = await server.token(["author"]);
    const made = await server.ask("/api/v1/register", { token, body: { registration: FRESH } });
    expect(made.status).toBe(200);
    await row.getByText("Not signed by").waitFor({ timeout: 10_000 });
    await page.context().close();
  });

  it("tells a viewer that reading results is not theirs", async () => {
    const page = await signedIn(["viewer"]);
    await go(page, `/readout?${about}`);
    expect(await page.textContent("[role=alert]")).toContain("It takes one of the roles");
    await page.context().close();
  });
});
