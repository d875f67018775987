/** An OpenID provider on a real port of this machine, and a browser without a screen that signs in to it. */
import { generateKeyPairSync } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export const CLIENT = { id: "plumbline", secret: "a-secret-of-the-test" };

export interface TestProvider {
  readonly issuer: string;
  /** Told once the address of the server is known. */
  allow(redirect: string): void;
  close(): Promise<void>;
}

/** Accounts are what one signs in as; the address of "unverified@..." is not verified. */
export async function startProvider(): Promise<TestProvider> {
  let listener: RequestListener = (_request, response) => response.writeHead(503).end();
  const server = createServer((request, response) => listener(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Loaded here, where the test has silenced what it says of its runtime.
  const { default: Provider } = await import("oidc-provider");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    issuer,
    allow: (redirect) => {
      const provider = new Provider(issuer, {
        clients: [
          { client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirect] },
        ],
        jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig" }] },
        cookies: { keys: ["a-key-of-the-test"] },
        claims: { openid: ["sub"], email: ["email", "email_verified"] },
        pkce: { required: () => true },
        findAccount: (_: unknown, sub: string) => ({
          accountId: sub,
          claims: () => ({ sub, email: sub, email_verified: !sub.startsWith("unverified") }),
        }),
      });
      listener = provider.callback();
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
}

export class Browser {
  /** By origin, as cookies of two ports of one machine would mix. */
  private readonly jars = new Map<string, Map<string, string>>();

  cookies(origin: string): Map<string, string> {
    const jar = this.jars.get(origin) ?? new Map<string, string>();
    this.jars.set(origin, jar);
    return jar;
  }

  private async ask(url: URL, form: Record<string, string> | null): Promise<Response> {
    const jar = this.cookies(url.origin);
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form === null ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  /** Follows redirects, and fills in the provider's forms, until `end` or a page that is neither. */
  async go(
    start: string,
    account: string,
    end: (url: URL) => boolean = () => false,
  ): Promise<Page> {
    let url = new URL(start);
    let form: Record<string, string> | null = null;
    for (let step = 0; step < 20; step += 1) {
      if (end(url)) return { url, status: 0, text: "" };
      const response: Response = await this.ask(url, form);
      const text = await response.text();
      const location = response.headers.get("location");
      form = null;
      if (location !== null) {
        url = new URL(location, url);
        continue;
      }
      const prompt = /name="prompt" value="(\w+)"/.exec(text)?.[1];
      if (prompt === undefined) return { url, status: response.status, text };
      form = { prompt, login: account, password: "any" };
    }
    throw new Error(`still led on at ${url.href}`);
  }
}

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}
