/** Tree heads kept beside and outside the ledger: files in the workspace, git tags and remote branches, timestamps, witnesses. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  canonicalJson,
  type Envelope,
  isDigest,
  isJsonObject,
  LedgerError,
  openTreeHead,
  parseJson,
  type TreeHead,
  type TrustedKey,
} from "@plumbline/ledger";
import type { OutsideAnchor } from "@plumbline/primitives";
import { RegistrationError } from "./errors.js";
import { git, isRepository, tryGit } from "./git.js";
import {
  checkTimestamp,
  isTimestampFile,
  notATimestamp,
  type TimestampSetting,
  timestampParts,
  timestampSetting,
  trustedCertificates,
} from "./timestamp.js";
import type { CertificatePair } from "./timestamp-chain.js";
import { TimestampFault } from "./timestamp-fault.js";
import type { Timestamp } from "./timestamp-token.js";

/** Relative to the workspace; to be committed. */
export const HEADS_FOLDER = ".plumbline/heads";
const TAG_PREFIX = "refs/tags/plumbline/";

export interface KnownHead extends OutsideAnchor {
  readonly root: string;
  /**
   * remote: in a branch or tag of a git remote. timestamp: stamped by an authority, `at` being its time. witness: signed by a
   * person. clone: only here, so whoever keeps the ledger can rewrite it with the ledger.
   */
  readonly kind: "remote" | "timestamp" | "witness" | "clone";
  /** Of a timestamp: what its token says. */
  readonly stamp?: Timestamp;
}

export interface FoundHeads {
  readonly heads: readonly KnownHead[];
  /** Files that stand where heads stand and are none. */
  readonly faults: readonly string[];
  readonly timestamps: FoundTimestamps;
}

/** How the timestamps in the workspace's own folder fared. */
export interface FoundTimestamps {
  /** The certificate that plumbline.yaml names; null: no authority is configured. */
  readonly certificate: string | null;
  /** Held against nothing, since no authority is configured. */
  readonly unchecked: number;
  /** Code and sentence for each that does not hold. */
  readonly findings: readonly string[];
}

/** What heads are held against. */
interface HeadTrust {
  readonly keys: readonly TrustedKey[];
  readonly setting: TimestampSetting | null;
  /** Read when the first timestamp needs them. Throws `TIMESTAMP_CERTIFICATE`. */
  readonly certificates: () => Promise<readonly CertificatePair[]>;
}

function headTrust(root: string, keys: readonly TrustedKey[]): HeadTrust {
  const setting = timestampSetting(root);
  let read: Promise<readonly CertificatePair[]> | undefined;
  const certificates = () => {
    read ??= setting === null ? Promise.resolve([]) : trustedCertificates(root, setting);
    return read;
  };
  return { keys, setting, certificates };
}

/** Whether git knows the folder. Where nothing of git is above it, that takes no git program. */
export async function inRepository(root: string): Promise<boolean> {
  for (let here = resolve(root); ; here = dirname(here)) {
    if (process.env.GIT_DIR !== undefined || existsSync(join(here, ".git")))
      return isRepository(root);
    if (dirname(here) === here) return false;
  }
}

export function headFileName({ size, root }: Pick<TreeHead, "size" | "root">): string {
  return `${String(size).padStart(6, "0")}-${root.slice(0, 8)}.json`;
}

export const headTag = ({ size, root }: Pick<TreeHead, "size" | "root">) =>
  `plumbline/${String(size).padStart(6, "0")}-${root.slice(0, 8)}`;

export const headText = (head: TreeHead) => `${canonicalJson(head)}\n`;

/** A head from the text of a file or tag, or null. */
export function readHead(text: string): TreeHead | null {
  try {
    const value = parseJson(text);
    if (!isJsonObject(value)) return null;
    const { origin, size, root, at } = value;
    const isSize = typeof size === "number" && Number.isSafeInteger(size) && size >= 0;
    if (typeof origin !== "string" || typeof at !== "string" || !isDigest(root) || !isSize)
      return null;
    return { origin, size, root, at };
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

/** A head signed by a person of people.yaml, or null. */
function readWitness(text: string, keys: readonly TrustedKey[]): KnownHead | null {
  try {
    const { head, keys: signing } = openTreeHead(parseJson(text), keys);
    const who = [...new Set(signing.map(({ holder }) => holder))].join(", ");
    const { size, root, at } = head;
    return { size, root, at, kind: "witness", source: `the signature of the witness ${who}` };
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

/** A head with a sound token. Throws `TimestampFault`. */
async function stampedHead(text: string, { certificates }: HeadTrust): Promise<KnownHead> {
  const parts = timestampParts(text);
  const head = parts && readHead(parts.head);
  if (parts === null || head === null) throw notATimestamp();
  const stamp = await checkTimestamp(headText(head), parts.token, await certificates());
  const { size, root } = head;
  const source = `the timestamp of ${stamp.authority}`;
  return { size, root, at: stamp.at, kind: "timestamp", source, stamp };
}

const isWitnessFile = (name: string) => name.endsWith(".witness.json");

/** A head in a file that somebody brought from outside. Throws `HEAD_INVALID`, or `TIMESTAMP_INVALID` for a timestamp. */
export async function headFromFile(
  file: string,
  root: string,
  keys: readonly TrustedKey[],
): Promise<KnownHead> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw invalidHead(file, "cannot be read", cause);
  }
  const head = readHead(text);
  if (head !== null) {
    const { size, root, at } = head;
    return { size, root, at, kind: "remote", source: `the head given in ${file}` };
  }
  const witness = readWitness(text, keys);
  if (witness !== null) return witness;
  if (timestampParts(text) !== null) return broughtTimestamp(file, text, headTrust(root, keys));
  throw invalidHead(file, "holds neither a tree head nor one signed by a person of people.yaml");
}

async function broughtTimestamp(file: string, text: string, trust: HeadTrust): Promise<KnownHead> {
  try {
    return await stampedHead(text, trust);
  } catch (error) {
    if (!(error instanceof TimestampFault)) throw error;
    throw new RegistrationError(
      "TIMESTAMP_INVALID",
      `The timestamp in ${file} does not count: it ${error.message}.`,
      "Name the authority's root certificate under anchors: timestamp: in plumbline.yaml, or give an unaltered copy.",
      error,
    );
  }
}

function invalidHead(file: string, what: string, cause?: unknown): RegistrationError {
  return new RegistrationError(
    "HEAD_INVALID",
    `${file} ${what}.`,
    "Give a file as plumb anchor or plumb witness wrote it.",
    cause,
  );
}

/**
 * Heads in the workspace's own folder, its git tags, and the branches of remotes as last fetched. Timestamps are held against the
 * certificates that the workspace's plumbline.yaml names.
 */
export async function knownHeads(
  root: string,
  keys: readonly TrustedKey[],
  remote: string | null,
): Promise<FoundHeads> {
  const trust = headTrust(root, keys);
  const local = await localHeads(root, trust);
  if (!(await inRepository(root))) return local;
  const [tags, branches] = [await tagHeads(root, remote), await branchHeads(root, trust)];
  return {
    heads: distinct([...local.heads, ...tags.heads, ...branches]),
    faults: [...local.faults, ...tags.faults],
    timestamps: local.timestamps,
  };
}

/** A witness's file is found in the workspace and in every branch; it is one signature. */
function distinct(heads: readonly KnownHead[]): KnownHead[] {
  const once = new Map(
    heads.map((head) => [`${head.kind} ${head.size} ${head.root} ${head.source}`, head] as const),
  );
  return [...once.values()];
}

async function localHeads(root: string, trust: HeadTrust): Promise<FoundHeads> {
  const folder = join(root, HEADS_FOLDER);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const heads: KnownHead[] = [];
  const faults: string[] = [];
  for (const name of names.filter((each) => each.endsWith(".json") && !isTimestampFile(each))) {
    const source = `${HEADS_FOLDER}/${name}`;
    const known = headIn(readFileSync(join(folder, name), "utf8"), name, trust.keys, {
      kind: "clone",
      source: `the file ${source}`,
    });
    if (known === null) faults.push(source);
    else heads.push(known);
  }
  const stamped = await localTimestamps(folder, names.filter(isTimestampFile), trust);
  return { heads: [...heads, ...stamped.heads], faults, timestamps: stamped };
}

async function localTimestamps(
  folder: string,
  names: readonly string[],
  trust: HeadTrust,
): Promise<FoundTimestamps & { readonly heads: readonly KnownHead[] }> {
  if (trust.setting === null) {
    return { certificate: null, unchecked: names.length, findings: [], heads: [] };
  }
  const heads: KnownHead[] = [];
  const findings = new Set<string>();
  for (const name of names) {
    try {
      heads.push(await stampedHead(readFileSync(join(folder, name), "utf8"), trust));
    } catch (error) {
      findings.add(timestampFinding(error, `${HEADS_FOLDER}/${name}`));
    }
  }
  return { certificate: trust.setting.certificate, unchecked: 0, findings: [...findings], heads };
}

/** Of the file, or of the certificate that it would be held against. */
function timestampFinding(error: unknown, file: string): string {
  if (error instanceof TimestampFault) return `TIMESTAMP_INVALID  ${file} ${error.message}.`;
  if (error instanceof RegistrationError) return `${error.code}  ${error.message}`;
  throw error;
}

function headIn(
  text: string,
  name: string,
  keys: readonly TrustedKey[],
  where: Pick<KnownHead, "kind" | "source">,
): KnownHead | null {
  if (isWitnessFile(name)) return readWitness(text, keys);
  const head = readHead(text);
  return head && { size: head.size, root: head.root, at: head.at, ...where };
}

/** Tags whose object is the head itself. With `remote` it is asked over the network which of them it has. */
async function tagHeads(
  root: string,
  remote: string | null,
): Promise<Omit<FoundHeads, "timestamps">> {
  const format = "%(refname)%00%(objectname)%00%(taggerdate:iso-strict)";
  const listed = await git(root, ["for-each-ref", `--format=${format}`, TAG_PREFIX]);
  const there = remote === null ? new Map<string, string>() : await remoteTags(root, remote);
  const heads: KnownHead[] = [];
  const faults: string[] = [];
  for (const line of listed.split("\n").filter((each) => each !== "")) {
    const [ref = "", object = "", at = ""] = line.split("\0");
    const head = readHead((await tryGit(root, ["cat-file", "blob", `${ref}^{}`])).stdout);
    const name = ref.slice("refs/tags/".length);
    if (head === null) faults.push(`the tag ${name}`);
    else {
      // A tag object's name is the hash of its content: the same name is the same tag, its date included.
      const isThere = there.get(ref) === object;
      heads.push({
        size: head.size,
        root: head.root,
        at: at === "" ? head.at : new Date(at).toISOString(),
        kind: isThere ? "remote" : "clone",
        source: isThere ? `the tag ${name} of the remote ${remote}` : `the tag ${name}`,
      });
    }
  }
  return { heads, faults };
}

async function remoteTags(root: string, remote: string): Promise<Map<string, string>> {
  const listed = await git(root, ["ls-remote", "--tags", "--", remote, `${TAG_PREFIX}*`]);
  return new Map(
    listed
      .split("\n")
      .filter((line) => line !== "" && !line.endsWith("^{}"))
      .map((line) => {
        const [object = "", ref = ""] = line.split("\t");
        return [ref, object];
      }),
  );
}

/** Committed head files that branches of remotes had when they were last fetched. */
async function branchHeads(root: string, trust: HeadTrust): Promise<KnownHead[]> {
  const refs = (await git(root, ["for-each-ref", "--format=%(refname)", "refs/remotes/"]))
    .split("\n")
    .filter((ref) => ref !== "" && !ref.endsWith("/HEAD"));
  const found = new Map<string, KnownHead>();
  for (const ref of refs) {
    const listed = await tryGit(root, ["ls-tree", "-z", "--name-only", ref, `./${HEADS_FOLDER}/`]);
    const files = listed.stdout.split("\0").filter((file) => file.endsWith(".json"));
    for (const file of files) {
      const head = found.has(file) ? null : await branchHead(root, ref, file, trust);
      if (head !== null) found.set(file, head);
    }
  }
  return [...found.values()];
}

async function branchHead(
  root: string,
  ref: string,
  file: string,
  trust: HeadTrust,
): Promise<KnownHead | null> {
  const { stdout } = await tryGit(root, ["cat-file", "blob", `${ref}:./${file}`]);
  if (isTimestampFile(file)) return branchTimestamp(stdout, trust);
  const branch = ref.slice("refs/remotes/".length);
  const head = headIn(stdout, file, trust.keys, {
    kind: "remote",
    source: `the branch ${branch}, as last fetched`,
  });
  if (head === null) return null;
  const added = await tryGit(root, ["log", "--format=%cI", "--diff-filter=A", ref, "--", file]);
  const at = added.stdout.trim().split("\n").at(-1);
  return { ...head, at: at ? new Date(at).toISOString() : head.at };
}

/** What an authority stamped keeps its time, wherever it lies; what does not hold is reported where it lies in the workspace. */
async function branchTimestamp(text: string, trust: HeadTrust): Promise<KnownHead | null> {
  if (trust.setting === null) return null;
  try {
    return await stampedHead(text, trust);
  } catch (error) {
    if (error instanceof TimestampFault || error instanceof RegistrationError) return null;
    throw error;
  }
}

/** What a witness signed, as the file to keep. */
export const witnessText = (envelope: Envelope) => `${canonicalJson(envelope)}\n`;
