/** The console in a real browser: pages that note every complaint, people who are signed in, and the judgement of axe. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe, { type AxeResults } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { issue } from "../../state/credentials.js";
import type { ServerRole } from "../access.js";
import type { TestServer } from "./server.js";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
export const hasChromium = existsSync(executablePath);

/** A title that says so where there is no browser. */
export const inChromium = (title: string): string =>
  hasChromium ? title : `${title} (SKIPPED: no Chromium at ${executablePath}; set CHROMIUM_PATH)`;

const shots = fileURLToPath(new URL("../../../../../artefacts/console/", import.meta.url));

const PATIENCE = 15_000;

export class Visitors {
  /** Errors and warnings of the pages, refusals that a test asks for excepted. */
  readonly complaints: string[] = [];

  private constructor(private readonly browser: Browser) {}

  static async open(): Promise<Visitors> {
    mkdirSync(shots, { recursive: true });
    const args = ["--no-sandbox", "--disable-gpu"];
    return new Visitors(await chromium.launch({ executablePath, args }));
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** A page in a browser of its own: nothing is shared with another one. */
  async page(): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on("console", (message) => {
      const isRefusal = /status of 4\d\d/.test(message.text());
      if (["error", "warning"].includes(message.type()) && !isRefusal) {
        this.complaints.push(message.text());
      }
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
    return page;
  }

  /** Signs a page in by a link for a person with roles. */
  async signIn(
    page: Page,
    server: TestServer,
    who: {
      readonly person: string | null;
      readonly roles: readonly ServerRole[];
      readonly at: Date;
    },
  ): Promise<void> {
    const { person, roles, at } = who;
    const claims = { name: person ?? "sign-in link", person, roles };
    const { presented } = await issue(server.state, "links", claims, {
      now: at,
      milliseconds: 60_000,
    });
    await page.goto(`${server.url}/sign-in?token=${presented}`);
  }
}

/** Goes to an address and waits until nothing is loading. */
export async function go(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForSelector("#content h1, #content h2");
  await page.waitForSelector(".loading", { state: "detached" });
}

/** Looks at what a page shows in both themes, on a desk and on a phone: violations, and what is wider than the screen. */
export async function judged(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const [colorScheme, width] of [
    ["light", 1280],
    ["dark", 390],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(shots, `${name}-${colorScheme}.png`), fullPage: true });
    const wide = await page.evaluate("document.documentElement.scrollWidth");
    if (wide !== width) found.push(`${name} ${colorScheme}: ${String(wide)} pixels wide`);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<AxeResults>("axe.run(document)");
    for (const { id, nodes } of violations) {
      found.push(
        `${name} ${colorScheme} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ")}`,
      );
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}
