/**
 * Signing in with OpenID Connect: authorization code with PKCE, state and nonce, by any provider that publishes its configuration. Who
 * may do what is not the provider's word but the workspace's: access.yaml names each person's roles, and whoever is not in it is refused.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "@plumbline/primitives";
import * as client from "openid-client";
import { z } from "zod";
import { placed } from "../documents/document.js";
import { sortProblems } from "../documents/problem.js";
import { parseYaml } from "../documents/yaml.js";
import { DocumentsError } from "../operations/documents-error.js";
import type { Claims } from "../state/credentials.js";
import type { ServerState } from "../state/server-state.js";
import { SERVER_ROLES } from "./access.js";
import { ServerError } from "./errors.js";

export const ACCESS_FILE = "access.yaml";

export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Null: a public client, which PKCE alone protects. */
  readonly clientSecret: string | null;
}

const isLoopback = ({ hostname }: URL) =>
  hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";

/** From PLUMB_OIDC_ISSUER, PLUMB_OIDC_CLIENT_ID and PLUMB_OIDC_CLIENT_SECRET; null where no issuer is named. Throws `SETTINGS_INVALID`. */
export function oidcSettings(environment: NodeJS.ProcessEnv): OidcSettings | null {
  const { PLUMB_OIDC_ISSUER: issuer, PLUMB_OIDC_CLIENT_ID: clientId } = environment;
  if (!issuer) return null;
  const refused = (message: string, mend: string) =>
    new ServerError("SETTINGS_INVALID", message, mend);
  if (!URL.canParse(issuer)) {
    throw refused("PLUMB_OIDC_ISSUER is no address.", "Give the issuer's https:// address.");
  }
  const url = new URL(issuer);
  if (url.protocol !== "https:" && !isLoopback(url)) {
    throw refused("PLUMB_OIDC_ISSUER is not https.", "Give the issuer's https:// address.");
  }
  if (!clientId) {
    throw refused(
      "PLUMB_OIDC_CLIENT_ID is missing.",
      "Register this server with the provider, and set the client id it gives.",
    );
  }
  return { issuer: url, clientId, clientSecret: environment.PLUMB_OIDC_CLIENT_SECRET || null };
}

const accessSchema = z
  .strictObject({
    people: z.record(
      z.string().min(3),
      z.strictObject({
        person: z.string().min(1).optional(),
        roles: z.array(z.enum(SERVER_ROLES)).min(1),
      }),
    ),
  })
  .meta({ title: "Plumbline access" });

type Access = z.output<typeof accessSchema>;

/** Who may sign in; nobody where there is no such file. Throws `DocumentsError` with every problem placed. */
export function readAccess(root: string): Access {
  const file = join(root, ACCESS_FILE);
  if (!existsSync(file)) return { people: {} };
  const yaml = parseYaml(readFileSync(file, "utf8"), file);
  if (yaml.problems.length > 0) throw new DocumentsError(yaml.problems);
  const { value, problems } = parseDocument(accessSchema, "workspace", yaml.value);
  if (value !== null) return value;
  throw new DocumentsError(sortProblems(problems.map((problem) => placed(problem, yaml))));
}

const refusedSignIn = (message: string, mend: string) =>
  new ServerError("SIGN_IN_REFUSED", message, mend);

/** What somebody whom the provider vouches for may do. An address that the provider did not verify is nobody's. */
export function claimsFor(access: Access, given: Readonly<Record<string, unknown>>): Claims {
  const { sub, email, email_verified: verified } = given;
  const address = typeof email === "string" && verified === true ? email.toLowerCase() : null;
  const entry = Object.entries(access.people).find(
    ([name]) =>
      name === `sub:${String(sub)}` || (address !== null && name.toLowerCase() === address),
  );
  if (entry === undefined) {
    throw refusedSignIn(
      `${address ?? "This account"} is not in ${ACCESS_FILE}.`,
      `Have an address that the provider verified, or sub: and the subject, added to ${ACCESS_FILE}.`,
    );
  }
  const [name, { person = null, roles }] = entry;
  return { name, person, roles };
}

const KIND = "oidc";
const MINUTES = 10;

const pendingSchema = z.strictObject({
  verifier: z.string(),
  state: z.string(),
  nonce: z.string(),
  redirect: z.string(),
  expires: z.iso.datetime(),
});

export class OidcSignIn {
  private found: Promise<client.Configuration> | null = null;

  constructor(
    private readonly settings: OidcSettings,
    private readonly state: ServerState,
  ) {}

  private async configuration(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    this.found ??= client.discovery(
      issuer,
      clientId,
      undefined,
      clientSecret === null ? client.None() : client.ClientSecretBasic(clientSecret),
      // Plain http is for a provider on this machine alone (`oidcSettings` refuses any other).
      issuer.protocol === "http:" ? { execute: [client.allowInsecureRequests] } : {},
    );
    try {
      return await this.found;
    } catch (error) {
      this.found = null;
      throw new ServerError(
        "OIDC_FAILED",
        "The sign-in provider does not answer.",
        "Try again; if it lasts, check PLUMB_OIDC_ISSUER.",
        error,
      );
    }
  }

  /** Where to send the browser, and the id of the attempt that it must bring back. */
  async begin(redirect: URL, now: Date): Promise<{ readonly to: URL; readonly attempt: string }> {
    const configuration = await this.configuration();
    const verifier = client.randomPKCECodeVerifier();
    const pending = {
      verifier,
      state: client.randomState(),
      nonce: client.randomNonce(),
      redirect: redirect.href,
      expires: new Date(now.getTime() + MINUTES * 60_000).toISOString(),
    };
    const attempt = randomBytes(32).toString("hex");
    await this.state.create(KIND, attempt, pending);
    const to = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirect.href,
      scope: "openid email",
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state: pending.state,
      nonce: pending.nonce,
    });
    return { to, attempt };
  }

  /** The provider's claims about whoever came back. Each attempt ends here, whatever comes of it. Throws `SIGN_IN_REFUSED`. */
  async finish(attempt: string, search: string, now: Date): Promise<Record<string, unknown>> {
    const pending = pendingSchema.safeParse(await this.state.read(KIND, attempt));
    const first = await this.state.remove(KIND, attempt);
    if (!pending.success || !first || now.getTime() > Date.parse(pending.data.expires)) {
      throw refusedSignIn("This sign-in was not begun here, or is over.", "Begin again.");
    }
    const { verifier, state, nonce, redirect } = pending.data;
    const configuration = await this.configuration();
    try {
      const tokens = await client.authorizationCodeGrant(configuration, new URL(search, redirect), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new TypeError("no id token");
      if (claims.email !== undefined) return { ...claims };
      const more = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      return { ...more, ...claims };
    } catch (error) {
      throw new ServerError(
        "SIGN_IN_REFUSED",
        "The provider's answer does not hold.",
        "Begin again; if it lasts, the log of the provider says more.",
        error,
      );
    }
  }

  /** Attempts that nobody came back from. */
  async sweep(now: Date): Promise<void> {
    for (const id of await this.state.ids(KIND)) {
      const pending = pendingSchema.safeParse(await this.state.read(KIND, id));
      if (!pending.success || now.getTime() > Date.parse(pending.data.expires)) {
        await this.state.remove(KIND, id);
      }
    }
  }
}
