/**
 * API tokens, sessions and sign-in links: a random id to find the record by, and a secret of 256 random bits of which only the SHA-256 is
 * kept. A slow hash defends guessable passwords; 2^256 equally likely secrets cannot be guessed at any speed, so a fast hash serves, and
 * whoever reads the record still cannot sign in.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { type Principal, SERVER_ROLES, type ServerRole } from "../http/access.js";
import type { ServerState } from "./server-state.js";

export type CredentialKind = "tokens" | "sessions" | "links";

const recordSchema = z.strictObject({
  id: z.string(),
  hash: z.string(),
  name: z.string(),
  person: z.string().nullable(),
  roles: z.array(z.enum(SERVER_ROLES)),
  created: z.iso.datetime(),
  expires: z.iso.datetime(),
  revoked: z.iso.datetime().nullable(),
});

export type Credential = z.output<typeof recordSchema>;

export interface Claims {
  readonly name: string;
  readonly person: string | null;
  readonly roles: readonly ServerRole[];
}

export interface Issued {
  readonly record: Credential;
  /** What its holder presents: shown once, never kept. */
  readonly presented: string;
}

const PREFIX: Readonly<Record<CredentialKind, string>> = {
  tokens: "plumb_",
  sessions: "",
  links: "",
};

const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

export async function issue(
  state: ServerState,
  kind: CredentialKind,
  claims: Claims,
  lifetime: { readonly now: Date; readonly milliseconds: number },
): Promise<Issued> {
  const id = randomBytes(8).toString("hex");
  const secret = randomBytes(32).toString("base64url");
  const record: Credential = {
    id,
    hash: hashOf(secret),
    name: claims.name,
    person: claims.person,
    roles: [...claims.roles],
    created: lifetime.now.toISOString(),
    expires: new Date(lifetime.now.getTime() + lifetime.milliseconds).toISOString(),
    revoked: null,
  };
  await state.create(kind, id, record);
  return { record, presented: `${PREFIX[kind]}${id}_${secret}` };
}

function parts(kind: CredentialKind, presented: string): { id: string; secret: string } | null {
  const [, prefix = "", id = "", secret = ""] =
    /^(plumb_|)([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/.exec(presented) ?? [];
  return id !== "" && prefix === PREFIX[kind] ? { id, secret } : null;
}

export const isUsable = ({ expires, revoked }: Credential, now: Date): boolean =>
  revoked === null && now.getTime() < Date.parse(expires);

/** The record of a credential that is known, not expired and not revoked; null otherwise, without saying which. */
export async function check(
  state: ServerState,
  kind: CredentialKind,
  presented: string,
  now: Date,
): Promise<Credential | null> {
  const given = parts(kind, presented);
  if (given === null) return null;
  const record = await readCredential(state, kind, given.id);
  const known = Buffer.from(record?.hash ?? "0".repeat(64), "hex");
  const same = timingSafeEqual(known, Buffer.from(hashOf(given.secret), "hex"));
  return record !== null && same && isUsable(record, now) ? record : null;
}

/** As `check`, and the credential is used up: of several who present it at once, one gets the record. */
export async function useUp(
  state: ServerState,
  kind: CredentialKind,
  presented: string,
  now: Date,
): Promise<Credential | null> {
  const record = await check(state, kind, presented, now);
  return record !== null && (await state.remove(kind, record.id)) ? record : null;
}

export async function readCredential(
  state: ServerState,
  kind: CredentialKind,
  id: string,
): Promise<Credential | null> {
  const read = recordSchema.safeParse(await state.read(kind, id));
  return read.success ? read.data : null;
}

export async function listCredentials(
  state: ServerState,
  kind: CredentialKind,
): Promise<Credential[]> {
  const ids = await state.ids(kind);
  const records = await Promise.all(ids.map((id) => readCredential(state, kind, id)));
  return records
    .filter((record) => record !== null)
    .sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0));
}

/** False: there is none of that id. A revoked token stays on the list. */
export async function revoke(
  state: ServerState,
  kind: CredentialKind,
  id: string,
  now: Date,
): Promise<Credential | null> {
  const record = await readCredential(state, kind, id);
  if (record === null || record.revoked !== null) return record;
  const revoked = { ...record, revoked: now.toISOString() };
  await state.replace(kind, id, revoked);
  return revoked;
}

/** Records of the past take no room. */
export async function sweep(state: ServerState, kind: CredentialKind, now: Date): Promise<void> {
  for (const record of await listCredentials(state, kind)) {
    if (!isUsable(record, now)) await state.remove(kind, record.id);
  }
}

export const principalOf = (kind: Principal["kind"], record: Credential): Principal => ({
  kind,
  id: record.id,
  name: record.name,
  person: record.person,
  roles: record.roles,
});
