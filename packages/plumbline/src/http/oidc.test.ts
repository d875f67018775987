// Signing in with OpenID Connect, by a real provider on a port of its own.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ACCESS_FILE, claimsFor, oidcSettings } from "./oidc.js";
import { type Demo, makeDemo } from "./testing/demo.js";
import { Browser, CLIENT, startProvider, type TestProvider } from "./testing/provider.js";
import { startServer, type TestServer } from "./testing/server.js";

const ACCESS = `people:
  ada@example.org: { person: Demo PM, roles: [author, signer] }
  unverified@example.org: { roles: [admin] }
  "sub:op@example.org": { roles: [operator] }
`;

let demo: Demo;
let provider: TestProvider;
let server: TestServer;

beforeAll(async () => {
  // The provider warns of its development pages, which are what the test signs in by.
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "info").mockImplementation(() => {});
  demo = await makeDemo();
  writeFileSync(join(demo.root, ACCESS_FILE), ACCESS);
  provider = await startProvider();
  const issuer = new URL(provider.issuer);
  server = await startServer(demo.root, {
    oidc: { issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret },
  });
  provider.allow(`${server.url}/sign-in/oidc/callback`);
});

afterAll(async () => {
  await server?.close();
  await provider?.close();
  demo?.remove();
  vi.restoreAllMocks();
});

const start = () => `${server.url}/sign-in/oidc`;

async function sessionOf(browser: Browser) {
  const cookie = `plumb_session=${browser.cookies(server.url).get("plumb_session")}`;
  return server.ask("/api/v1/session", { headers: { cookie } });
}

describe("signing in with OpenID Connect", () => {
  it("begins a session with the roles that access.yaml gives", async () => {
    const ada = new Browser();
    const page = await ada.go(start(), "ada@example.org");
    expect([page.status, page.url.pathname]).toEqual([200, "/sign-in/oidc/callback"]);
    expect((await sessionOf(ada)).json).toMatchObject({
      name: "ada@example.org",
      person: "Demo PM",
      roles: ["author", "signer"],
    });
    const operator = new Browser();
    await operator.go(start(), "op@example.org");
    expect((await sessionOf(operator)).json).toMatchObject({ person: null, roles: ["operator"] });
  });

  it.each(["stranger@example.org", "unverified@example.org"])("refuses %s", async (account) => {
    const browser = new Browser();
    const page = await browser.go(start(), account);
    expect([page.status, JSON.parse(page.text).code]).toEqual([401, "SIGN_IN_REFUSED"]);
    expect(browser.cookies(server.url).has("plumb_session")).toBe(false);
  });

  it("takes an answer once, by the browser that asked, and as it was given", async () => {
    const back = (url: URL) => url.pathname === "/sign-in/oidc/callback";
    const ada = new Browser();
    const { url } = await ada.go(start(), "ada@example.org", back);
    const other = await new Browser().go(url.href, "");
    expect(JSON.parse(other.text).code).toBe("SIGN_IN_REFUSED");
    expect((await ada.go(url.href, "")).status).toBe(200);
    expect((await ada.go(url.href, "")).status).toBe(401);
    const eve = new Browser();
    const forged = await eve.go(start(), "ada@example.org", back);
    forged.url.searchParams.set("state", "another");
    expect((await eve.go(forged.url.href, "")).status).toBe(401);
  });

  it("answers as described", async () => {
    const refused = await server.ask("/sign-in/oidc/callback?code=x&state=y");
    expect(refused.json.code).toBe("SIGN_IN_REFUSED");
    const begun = await server.ask("/sign-in/oidc");
    expect(begun.status).toBe(303);
    const to = new URL(begun.headers.get("location") ?? "");
    expect(to.searchParams.get("code_challenge_method")).toBe("S256");
    expect(begun.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Lax$/);
  });

  it("says that the provider does not answer", async () => {
    const lost = await startServer(demo.root, {
      oidc: { issuer: new URL("http://127.0.0.1:1"), clientId: "x", clientSecret: null },
    });
    const answer = await lost.ask("/sign-in/oidc");
    expect([answer.status, answer.json.code]).toEqual([502, "OIDC_FAILED"]);
    await lost.close();
  });
});

describe("settings", () => {
  it("are refused when they would send secrets in the clear, or are incomplete", () => {
    const of = (environment: NodeJS.ProcessEnv) => () => oidcSettings(environment);
    expect(of({})()).toBeNull();
    expect(of({ PLUMB_OIDC_ISSUER: "http://id.example.org" })).toThrow("not https");
    expect(of({ PLUMB_OIDC_ISSUER: "id" })).toThrow("no address");
    expect(of({ PLUMB_OIDC_ISSUER: "https://id.example.org" })).toThrow("CLIENT_ID is missing");
  });

  it("give an address to whoever verified it, however it is written, and to nobody else", () => {
    const access = { people: { "Ada@Example.org": { roles: ["viewer" as const] } } };
    const ada = { sub: "1", email: "ada@example.org" };
    expect(claimsFor(access, { ...ada, email_verified: true }).roles).toEqual(["viewer"]);
    expect(() => claimsFor(access, ada)).toThrow("not in access.yaml");
    expect(() => claimsFor(access, { ...ada, email_verified: "true" })).toThrow(
      "not in access.yaml",
    );
  });
});
