import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderHtml } from "./html.js";
import { buildReadout } from "./readout.js";
import { crowded } from "./testing/crowded.js";
import { explored } from "./testing/explored.js";
import { cohortVeto, csatVeto } from "./testing/fixtures.js";
import { invalidData } from "./testing/invalid-data.js";
import { betweenLooks, finalLook, interimLook, stoppedEarly } from "./testing/plans.js";
import { dailyLooks, twoArms } from "./testing/plans-crowded.js";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);
const title = hasChromium
  ? "the page in Chromium"
  : `the page in Chromium (SKIPPED: no Chromium at ${executablePath}; set CHROMIUM_PATH)`;

const artefacts = fileURLToPath(new URL("../../../../artefacts/", import.meta.url));
const inputs = {
  csatVeto,
  cohortVeto,
  invalidData,
  crowded: crowded(),
  explored: explored(),
  interimLook,
  stoppedEarly,
  finalLook,
  betweenLooks,
  twoArms,
  dailyLooks,
};
type Name = keyof typeof inputs;
const names = [
  "csatVeto",
  "cohortVeto",
  "invalidData",
  "crowded",
  "explored",
  "interimLook",
  "betweenLooks",
] as const;
const sequential = ["interimLook", "stoppedEarly", "finalLook", "twoArms", "dailyLooks"] as const;

interface Visit {
  readonly page: Page;
  readonly requests: string[];
  readonly complaints: string[];
}

describe.skipIf(!hasChromium)(title, () => {
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(artefacts, { recursive: true });
    for (const name of Object.keys(inputs) as Name[]) {
      writeFileSync(`${artefacts}readout-${name}.html`, renderHtml(buildReadout(inputs[name])));
    }
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
    });
  });

  afterAll(async () => {
    await browser?.close();
  });

  async function visit(
    name: Name,
    width: number,
    colorScheme: "light" | "dark",
    look: (visit: Visit) => Promise<void>,
  ): Promise<void> {
    const viewport = { width, height: 900 };
    const context = await browser.newContext({ viewport, colorScheme, offline: true });
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(`${artefacts}readout-${name}.html`).href);
    await look({ page, requests, complaints });
    await context.close();
  }

  const views = names.flatMap((name) => [
    [name, 1280, "light", "wide"] as const,
    [name, 390, "dark", "narrow"] as const,
  ]);

  it.each(views)(
    "%s at %i px, %s: asks for nothing, complains of nothing, and fits",
    async (name, width, scheme, form) => {
      await visit(name, width, scheme, async ({ page, requests, complaints }) => {
        expect(requests).toHaveLength(1);
        expect(complaints).toEqual([]);
        const scroll = await page.evaluate("document.documentElement.scrollWidth");
        expect(scroll).toBeLessThanOrEqual(width);
        expect(await page.locator(`svg.forest.${form}`).first().isVisible()).toBe(true);
        const other = form === "wide" ? "narrow" : "wide";
        expect(await page.locator(`svg.forest.${other}`).first().isVisible()).toBe(false);
        await page.screenshot({
          path: `${artefacts}readout-${name}-${width}-${scheme}.png`,
          fullPage: name !== "crowded",
        });
      });
    },
  );

  it.each(views)(
    "%s at %i px, %s: no text of a plot leaves it or runs into the axis",
    async (name, width, scheme, form) => {
      await visit(name, width, scheme, async ({ page }) => {
        const outside = await page.evaluate<{ labels: number; found: string[] }>(`(() => {
        for (const fold of document.querySelectorAll("details")) fold.open = true;
        const found = [];
        let labels = 0;
        for (const svg of document.querySelectorAll("svg.forest.${form}")) {
          const box = svg.getBoundingClientRect();
          const scale = box.width / svg.viewBox.baseVal.width;
          for (const text of svg.querySelectorAll("text")) {
            const own = text.getBoundingClientRect();
            const group = text.parentElement.getAttribute("aria-description");
            const isLabel = group === "row label" || group === "row detail";
            labels += isLabel ? 1 : 0;
            const right = isLabel && "${form}" === "wide" ? box.left + 262 * scale : box.right;
            if (own.right > right + 1 || own.left < box.left - 1) found.push(group + ": " + text.textContent);
          }
        }
        return { labels, found };
      })()`);
        if (name === "explored") {
          const scroll = await page.evaluate("document.documentElement.scrollWidth");
          expect(scroll).toBeLessThanOrEqual(width);
          await page
            .locator("section[aria-labelledby=exploratory]")
            .screenshot({ path: `${artefacts}exploratory-${width}-${scheme}.png` });
        }
        expect(outside.labels).toBeGreaterThan(0);
        expect(outside.found).toEqual([]);
      });
    },
  );

  it.each(
    sequential.flatMap((name) => [
      [name, 1280, "light", "wide"] as const,
      [name, 390, "dark", "narrow"] as const,
    ]),
  )(
    "%s at %i px, %s: no text of the sequential plot leaves it or covers another",
    async (name, width, scheme, form) => {
      await visit(name, width, scheme, async ({ page }) => {
        const result = await page.evaluate<{ texts: number; found: string[] }>(`(() => {
        const found = [];
        let texts = 0;
        for (const svg of document.querySelectorAll("svg.sequential.${form}")) {
          const box = svg.getBoundingClientRect();
          const all = [...svg.querySelectorAll("text")].filter((text) => text.textContent !== "");
          const boxes = all.map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
          texts += boxes.length;
          for (const [at, one] of boxes.entries()) {
            if (one.box.right > box.right + 1 || one.box.left < box.left - 1) found.push("outside: " + one.text);
            for (const two of boxes.slice(at + 1)) {
              const across = Math.min(one.box.right, two.box.right) - Math.max(one.box.left, two.box.left);
              const down = Math.min(one.box.bottom, two.box.bottom) - Math.max(one.box.top, two.box.top);
              if (across > 1 && down > 3) found.push(one.text + " on " + two.text);
            }
          }
        }
        return { texts, found };
      })()`);
        expect(result.texts).toBeGreaterThan(10);
        expect(result.found).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
          width,
        );
        await page
          .locator("section[aria-labelledby=plan]")
          .screenshot({ path: `${artefacts}plan-${name}-${width}-${scheme}.png` });
      });
    },
  );

  it("draws a row for each metric and cohort", async () => {
    await visit("cohortVeto", 1280, "light", async ({ page }) => {
      const labels = page.locator('svg.forest.wide [aria-description="row label"] text');
      expect(await labels.allTextContents()).toEqual([
        "ctr",
        "EN",
        "JP",
        "mixed",
        "new",
        "returning",
      ]);
      expect(
        await page
          .locator(
            'svg.forest.wide [aria-description="estimate"] path, svg.forest.wide [aria-description="estimate"] circle',
          )
          .count(),
      ).toBe(6);
    });
  });

  it("keeps its own colours: the stylesheet passes its content policy in both themes", async () => {
    for (const [scheme, expected] of [
      ["light", "rgb(253, 253, 251)"],
      ["dark", "rgb(18, 20, 23)"],
    ] as const) {
      await visit("csatVeto", 1280, scheme, async ({ page }) => {
        expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
          expected,
        );
      });
    }
  });

  it("prints on white paper with everything unfolded, even from a dark theme", async () => {
    await visit("csatVeto", 688, "dark", async ({ page }) => {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
        "rgb(255, 255, 255)",
      );
      const sql = page.locator("section[aria-labelledby=sql] pre");
      expect((await sql.boundingBox())?.height).toBeGreaterThan(20);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(688);
      await page.screenshot({ path: `${artefacts}readout-csatVeto-print.png`, fullPage: true });
      const pdf = await page.pdf({
        path: `${artefacts}readout-csatVeto.pdf`,
        preferCSSPageSize: true,
      });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    });
  });
});
