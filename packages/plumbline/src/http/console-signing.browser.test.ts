// From a new registration to its verdict in the console: written, registered, signed by four people with keys of their own browsers,
// started and read. The server's clock is the test's, for the demo's run lies in July 2026.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { SERVER_ROLES } from "./access.js";
import { go, hasChromium, inChromium, judged, Visitors } from "./testing/browser.js";
import { type Demo, makeDemo, RERANKER } from "./testing/demo.js";
import { addToPeople, commitAll } from "./testing/keeper.js";
import { startServer, type TestServer } from "./testing/server.js";

const ID = "us_mle_77_reranker_by_browser";
const PATH = `experiments/${ID}.yaml`;
const ABOUT = `registration=${encodeURIComponent(PATH)}`;
const BEFORE = "2026-06-30T10:00:00.000Z";
const AFTER = "2026-08-20T12:00:00.000Z";

const HOLDERS = {
  pm: "Ada Ōta",
  applied_ml_eng: "Ben",
  ds_partner: "Cleo",
  eng_manager: 'Dan "D" Day',
} as const;
type Role = keyof typeof HOLDERS;

let demo: Demo;
let server: TestServer;
let visitors: Visitors;
let clock = BEFORE;
const pages = new Map<string, Page>();

const at = () => new Date(clock);

async function visitor(person: string | null, roles: readonly (typeof SERVER_ROLES)[number][]) {
  const page = await visitors.page();
  await visitors.signIn(page, server, { person, roles, at: at() });
  return page;
}

const open = (page: Page, address: string) => go(page, `${server.url}${address}`);
const text = (page: Page, selector = "#content") => page.locator(selector).first().textContent();

async function settled(page: Page): Promise<void> {
  await page.waitForSelector('[data-checked="true"]');
}

describe.skipIf(!hasChromium)(inChromium("signing in the console"), () => {
  beforeAll(async () => {
    demo = await makeDemo();
    const held = Object.fromEntries(Object.entries(HOLDERS).map(([role, who]) => [role, [who]]));
    writeFileSync(
      join(demo.root, "plumbline.yaml"),
      stringify({ name: "MangaAssist", roles: held }),
    );
    server = await startServer(demo.root, {
      now: at,
      limits: { perMinute: 100_000, signInsPerMinute: 1000 },
    });
    visitors = await Visitors.open();
  });

  afterAll(async () => {
    await visitors?.close();
    await server?.close();
    demo?.remove();
    expect(visitors?.complaints).toEqual([]);
  });

  it("begins with the link that plumb serve prints, which works once", async () => {
    const plumb = fileURLToPath(new URL("../../bin/plumb.js", import.meta.url));
    const child = spawn(
      process.execPath,
      [plumb, "serve", "--port", "0", "--log-level", "silent"],
      {
        cwd: demo.root,
      },
    );
    try {
      const link = await new Promise<string>((done, failed) => {
        let printed = "";
        child.stdout.on("data", (part) => {
          printed += part;
          const found = /(http\S+\/sign-in\?token=\S+)\n/.exec(printed)?.[1];
          if (found !== undefined) done(found);
        });
        child.on("close", () => failed(new Error(`ended: ${printed}`)));
      });
      const page = await visitors.page();
      await go(page, link);
      expect(new URL(page.url()).pathname).toBe("/launches");
      expect(await text(page, "h1")).toBe("Launches");
      const other = await visitors.page();
      expect((await other.goto(link))?.status()).toBe(401);
      await go(other, new URL(link).origin);
      expect(await text(other)).toContain("Open the sign-in link that plumb serve printed");
      expect(await judged(other, "signed-out")).toEqual([]);
      await page.context().close();
      await other.context().close();
    } finally {
      child.kill("SIGTERM");
    }
  }, 60_000);

  it("writes a new registration, whose findings lead to their lines", async () => {
    const author = await visitor(null, SERVER_ROLES);
    pages.set("author", author);
    await open(author, "/launches");
    await author.getByRole("link", { name: "New registration" }).click();
    const area = author.getByLabel("Text");
    const good = readFileSync(join(demo.root, RERANKER), "utf8").replace(
      /^experiment_id:.*$/m,
      `experiment_id: ${ID}`,
    );
    await area.fill(good.replace("alpha: 0.05", "alpha: 5"));
    await author.getByText("✕ 1 error").waitFor();
    await settled(author);
    expect(await author.getByLabel("File").inputValue()).toBe(PATH);
    expect(await judged(author, "registration-new")).toEqual([]);
    const line = good.split("\n").findIndex((each) => each.startsWith("alpha:")) + 1;
    await author.getByRole("button", { name: `line ${line}` }).click();
    const caret = await author.evaluate(
      "[document.activeElement.id, document.activeElement.selectionStart]",
    );
    expect(caret).toEqual([
      "document-text",
      good.split("alpha: 0.05")[0]!.length + "alpha: ".length,
    ]);
    await author.getByRole("button", { name: "Write it" }).click();
    await author.getByRole("alert").getByText("problem").first().waitFor();
    await author.reload();
    await author.getByText("✕ 1 error").waitFor();
    await author.getByLabel("Text").fill(good);
    await author.getByText("✓ Nothing to find fault with.").waitFor();
    await author.getByRole("button", { name: "Write it" }).click();
    await author.waitForURL(/\/registration\?/);
    await author.getByText("Not registered").first().waitFor();
    expect(readFileSync(join(demo.root, PATH), "utf8")).toBe(good);
  }, 60_000);

  it("registers it, and says why the rest must wait", async () => {
    const author = pages.get("author")!;
    const start = author.locator('[data-move="start"]');
    expect(await start.textContent()).toContain("It is not registered.");
    expect(await start.getByRole("button").isDisabled()).toBe(true);
    await author.getByRole("button", { name: "Register" }).click();
    await author.getByText("✓ Registered: entry").waitFor();
    await start.getByText(`pm (${HOLDERS.pm})`).waitFor();
    const copier = await visitor(null, ["author"]);
    await open(copier, `/registration?${ABOUT}`);
    await copier.getByRole("button", { name: "Begin a new registration with this text" }).click();
    await copier.waitForURL(/\/registration\/new$/);
    const written = readFileSync(join(demo.root, PATH), "utf8");
    expect(await copier.getByLabel("Text").inputValue()).toBe(written);
    await copier.getByLabel("File").fill("experiments/copy.yaml");
    await copier.getByText("is also declared in").waitFor();
    await copier.context().close();
    const viewer = await visitor(null, ["viewer"]);
    await open(viewer, `/registration?${ABOUT}`);
    expect(await text(viewer, '[data-move="register"]')).toContain("role author or admin");
    expect(await text(viewer)).toContain("Signing takes the role signer or admin");
    expect(await viewer.getByRole("button", { name: "Amend" }).isDisabled()).toBe(true);
    await viewer.context().close();
  }, 60_000);

  it("makes a key that people.yaml does not know, and then knows, without a reload", async () => {
    const roles = Object.keys(HOLDERS) as Role[];
    for (const role of roles) {
      const person = HOLDERS[role];
      const page = await visitor(person, ["signer"]);
      pages.set(role, page);
      await open(page, `/registration?${ABOUT}`);
      const row = page.locator("tr", { hasText: role });
      expect(await row.textContent()).toContain(`This browser holds no key of ${person}.`);
      await row.getByRole("link", { name: "Keys of this browser" }).click();
      await page.getByRole("button", { name: `Make a key for ${person}` }).click();
      await page.locator('[data-key="unknown"]').waitFor();
      const lines = (await page.locator('[data-key="unknown"] pre').textContent()) ?? "";
      expect(lines).toMatch(/^people:\n {2}".+":\n {4}keys:\n {6}- MCowBQYDK2VwAyEA[\w+/]{43}=\n$/);
      if (role === "pm") expect(await judged(page, "people")).toEqual([]);
      addToPeople(demo.root, lines);
    }
    for (const role of roles) {
      await pages.get(role)!.locator('[data-key="known"]').waitFor({ timeout: 15_000 });
    }
  }, 90_000);

  it("keeps the private half from everybody, the page included", async () => {
    const page = pages.get("pm")!;
    const found = await page.evaluate(`(async () => {
      const opening = indexedDB.open("plumbline");
      await new Promise((done) => opening.addEventListener("success", done));
      const reading = opening.result.transaction("keys").objectStore("keys").getAll();
      await new Promise((done) => reading.addEventListener("success", done));
      opening.result.close();
      const { privateKey } = reading.result[0];
      const tried = await Promise.allSettled(
        ["pkcs8", "jwk", "raw"].map((format) => crypto.subtle.exportKey(format, privateKey)),
      );
      return {
        extractable: privateKey.extractable,
        usages: privateKey.usages,
        outcomes: tried.map(({ status }) => status),
      };
    })()`);
    expect(found).toEqual({
      extractable: false,
      usages: ["sign"],
      outcomes: ["rejected", "rejected", "rejected"],
    });
  });

  it("signs nothing else than the page shows, whatever the server asks for", async () => {
    const page = pages.get("pm")!;
    await page.route("**/api/v1/signature?*", async (route) => {
      const answer = await (await route.fetch()).json();
      const text = Buffer.from(answer.payload, "base64").toString("utf8");
      const payload = Buffer.from(text.replace(ID, "another")).toString("base64");
      await route.fulfill({ json: { ...answer, payload } });
    });
    await open(page, `/registration?${ABOUT}`);
    await page.getByRole("button", { name: "Sign here as" }).click();
    await page.getByText("The server asks to sign something else than this page shows.").waitFor();
    expect(await page.getByRole("button", { name: `Sign as ${HOLDERS.pm}` }).count()).toBe(0);
    await page.unroute("**/api/v1/signature?*");
  }, 30_000);

  it("signs for every role, and the others see each signature come", async () => {
    const author = pages.get("author")!;
    const watching = await visitor(null, ["viewer"]);
    await open(author, `/registration?${ABOUT}`);
    await open(watching, "/launches");
    const launch = watching.locator("tr", { hasText: ID });
    let left = Object.keys(HOLDERS).length;
    for (const role of Object.keys(HOLDERS) as Role[]) {
      const page = pages.get(role)!;
      const person = HOLDERS[role];
      await open(page, `/registration?${ABOUT}`);
      const others = page.locator("tr", { hasText: "You are signed in as" });
      expect(await others.count()).toBe(left - 1);
      await page.getByRole("button", { name: `Sign here as ${person}, ${role}…` }).click();
      const shown = page.locator("[data-to-sign]");
      await shown.waitFor();
      const { json } = await server.ask(
        `/api/v1/status?${new URLSearchParams({ registration: PATH })}`,
        { token: await server.token(["viewer"]) },
      );
      expect(await shown.getAttribute("data-to-sign")).toBe(
        json.experiments[0].standing.version.document,
      );
      if (role === "pm") expect(await judged(page, "registration-sign")).toEqual([]);
      await page.getByRole("button", { name: `Sign as ${person}`, exact: true }).click();
      await page.getByText(`✓ ${person} signed as ${role}`).waitFor();
      left -= 1;
      const words = left === 0 ? "All 4 are there." : `${4 - left} are there, ${left} missing.`;
      await author.getByText(words).waitFor({ timeout: 10_000 });
      if (left > 0) await launch.getByText("Not signed by").first().waitFor();
    }
    await launch.getByText("Operator: plumb start").waitFor({ timeout: 10_000 });
    const verified = (await demo.json("verify")) as { ok: boolean };
    expect(verified.ok).toBe(true);
    const status = (await demo.json("status", { registration: PATH })) as {
      experiments: { standing: { state: string; version: { counted: { person: string }[] } } }[];
    };
    const { standing } = status.experiments[0]!;
    expect(standing.state).toBe("locked");
    expect(standing.version.counted.map(({ person }) => person).sort()).toEqual(
      Object.values(HOLDERS).sort(),
    );
  }, 120_000);

  it("starts it once its limits are committed, and not twice", async () => {
    const author = pages.get("author")!;
    commitAll(demo.root, "2026-06-30T10:05:00Z");
    clock = "2026-06-30T10:30:00.000Z";
    await open(author, `/registration?${ABOUT}`);
    await author.locator('[data-move="start"]').getByRole("button", { name: "Start" }).click();
    await author.getByText("✓ Started: entry").waitFor();
    await author.locator('[data-move="start"]').getByText("It started on 2026-06-30").waitFor();
    expect(await judged(author, "registration-started")).toEqual([]);
  }, 60_000);

  it("loses nothing when two people change it at once", async () => {
    const author = pages.get("author")!;
    const other = await visitor(null, ["author"]);
    await open(author, `/registration/edit?${ABOUT}`);
    await open(other, `/registration/edit?${ABOUT}`);
    const change = async (page: Page, from: string, to: string) => {
      const area = page.getByLabel("Text");
      await area.fill((await area.inputValue()).replace(from, to));
      await settled(page);
      await page.getByRole("button", { name: "Write it" }).click();
    };
    await change(other, "title: ", "# Wording only.\ntitle: ");
    await other.getByText("✓ Written.").waitFor();
    await change(author, "power: 0.80", "power: 0.85");
    const conflict = author.getByRole("alert", { name: "Changed meanwhile" });
    expect(await conflict.locator("pre").textContent()).toContain("# Wording only.");
    expect(readFileSync(join(demo.root, PATH), "utf8")).toContain("power: 0.80");
    expect(await judged(author, "registration-conflict")).toEqual([]);
    await conflict.getByRole("button", { name: "Take theirs" }).click();
    expect(await author.getByLabel("Text").inputValue()).toContain("# Wording only.");
    expect(await author.getByRole("button", { name: "Write it" }).isDisabled()).toBe(true);
    await open(other, `/registration?${ABOUT}`);
    expect(await text(other, '[data-move="amend"]')).toContain("says what was registered");
    await other.context().close();
  }, 60_000);

  it("reads the results after the run, and shows the verdict", async () => {
    clock = AFTER;
    const page = await visitor(null, ["viewer", "author"]);
    await open(page, `/readout?${ABOUT}`);
    const word = await page.getAttribute("[data-verdict]", "data-verdict");
    const { json } = await server.ask("/api/v1/readout", {
      token: await server.token(["author"]),
      body: { registration: PATH },
    });
    expect(word).toBe(json.verdict);
    // So few users show no lift; above all it is neither invalid nor exploratory, for it was locked before the first exposure.
    expect(word).toBe("no_ship");
    await open(page, "/launches");
    await page.locator("tr", { hasText: ID }).getByText("look 1").waitFor();
    const verified = (await demo.json("verify")) as { ok: boolean };
    expect(verified.ok).toBe(true);
  }, 60_000);

  it("amends it with a reason, and then it takes signatures anew", async () => {
    const author = await visitor(null, ["author"]);
    await open(author, `/registration/edit?${ABOUT}`);
    const area = author.getByLabel("Text");
    await area.fill((await area.inputValue()).replace("power: 0.80", "power: 0.85"));
    await author.getByRole("button", { name: "Write it" }).click();
    await author.getByText("✓ Written.").waitFor();
    await author.getByRole("link", { name: "Registration" }).last().click();
    const amend = author.locator('[data-move="amend"]');
    await amend.getByLabel("Why it changes").fill("too short");
    expect(await amend.getByRole("button", { name: "Amend" }).isDisabled()).toBe(true);
    await amend.getByLabel("Why it changes").fill("The second half of the year has fewer users.");
    expect(await judged(author, "registration-amend")).toEqual([]);
    await amend.getByRole("button", { name: "Amend" }).click();
    await author.getByText("✓ Amended: entry").waitFor();
    await author.getByText("0 are there, 4 missing.").waitFor();
    expect(await text(author)).toContain("After 1 look at results.");
    await author.context().close();
  }, 60_000);

  it("lets an admin send somebody a link, and a person forget a key after a warning", async () => {
    const admin = await visitor(null, SERVER_ROLES);
    await open(admin, "/people");
    const form = admin.getByRole("form", { name: "Sign-in link" });
    await form.getByRole("combobox", { name: "Person" }).click();
    await form.getByRole("option", { name: "Cleo" }).click();
    await form.getByRole("button", { name: "Make a link" }).click();
    const link = (await form.locator("[data-link]").textContent()) ?? "";
    expect(await judged(admin, "people-admin")).toEqual([]);
    const cleo = pages.get("ds_partner")!;
    await go(cleo, link);
    await open(cleo, "/people");
    await cleo.getByText("You sign as Cleo.").waitFor();
    await cleo.locator('[data-key="known"]').waitFor();
    await cleo.getByRole("button", { name: "Forget this key…" }).click();
    await cleo.getByText("Nobody can bring it back.").waitFor();
    expect(await judged(cleo, "people-forget")).toEqual([]);
    await cleo.getByRole("button", { name: "Forget it for good" }).click();
    await cleo.locator("[data-key]").waitFor({ state: "detached" });
    await cleo.reload();
    await cleo.getByText("Make a key to sign with").waitFor();
    await admin.context().close();
  }, 60_000);

  it("says what to do in a browser without ed25519, and makes nothing", async () => {
    const page = await visitor("Ben", ["signer"]);
    await page.addInitScript(`
      const refuse = () => Promise.reject(new DOMException("no", "NotSupportedError"));
      Object.defineProperty(crypto.subtle, "generateKey", { value: refuse });
    `);
    await open(page, "/people");
    await page.getByRole("button", { name: "Make a key for Ben" }).click();
    await page.getByText("This browser cannot make ed25519 keys.").waitFor();
    expect(await text(page)).toContain("Chrome or Edge 137");
    expect(await page.locator("[data-key]").count()).toBe(0);
    await page.context().close();
  }, 30_000);
});
