/** Gathers what the lock checks of an experiment need: ledger, files, git history and tree heads outside. */
import { canonicalJson, entryLeaves, MerkleFrontier, type StoredEntry } from "@plumbline/ledger";
import {
  type LockCheck,
  type LockInput,
  lockChecks,
  type RegisteredDocument,
  type Standing,
} from "@plumbline/primitives";
import { readDocumentText } from "../../documents/document.js";
import { firstCommitWith } from "./git.js";
import { inRepository, type KnownHead, knownHeads } from "./heads.js";
import { standingFrom } from "./registration.js";
import { readable, type Session, storedEntries } from "./session.js";

export interface LockState {
  readonly standing: Standing;
  readonly checks: readonly LockCheck[];
}

export interface LockQuestion {
  readonly experiment: string;
  /** As the files say it now, and the registration's path relative to the workspace; null when there is no such file. */
  readonly current: { readonly content: RegisteredDocument; readonly path: string } | null;
  /** The earliest exposure in the data, ISO 8601, when the data were read. */
  readonly firstExposure: string | null;
  /** The experiment is about to start, at this time, ISO 8601. */
  readonly startAsked?: string;
}

/** The standing of an experiment and every lock check on it. Reads ledger, files and git; writes nothing. */
export async function lockState(session: Session, question: LockQuestion): Promise<LockState> {
  const { workspace, people } = session;
  const stored = await storedEntries(session);
  const { experiment, current } = question;
  const entries = readable(stored).filter(({ subject }) => subject === experiment);
  const standing = standingFrom(experiment, entries, people.keys, current?.content ?? null);
  const { heads } = await knownHeads(workspace.root, people.keys, null);
  const checks = lockChecks({
    standing,
    start: startOf(standing, question),
    guardrailsCommit: await guardrailsCommit(workspace.root, current),
    anchors: outsideOf(heads, stored),
  });
  return { standing, checks };
}

/** The data know best; then the ledger; what a registration declares is a plan. */
function startOf(
  standing: Standing,
  { firstExposure, startAsked }: LockQuestion,
): LockInput["start"] {
  if (startAsked !== undefined) return { at: startAsked, source: "asked" };
  if (firstExposure !== null) return { at: firstExposure, source: "data" };
  if (standing.started !== null) return { at: standing.started.at, source: "ledger" };
  const exposure: unknown = standing.version?.content.registration.exposure;
  const isMap = typeof exposure === "object" && exposure !== null && "start" in exposure;
  const declared = isMap ? String(exposure.start) : "";
  return Number.isFinite(Date.parse(declared)) ? { at: declared, source: "declared" } : null;
}

/** Heads that whoever keeps this clone cannot rewrite alone, and that belong to this history. */
export function outsideOf(
  heads: readonly KnownHead[],
  stored: readonly StoredEntry[],
): KnownHead[] {
  const roots = prefixRoots(stored);
  return heads.filter(({ kind, size, root }) => kind !== "clone" && roots[size] === root);
}

/** Hex roots by number of entries: `roots[n]` is the root of the first n. */
export function prefixRoots(stored: readonly StoredEntry[]): string[] {
  const frontier = new MerkleFrontier();
  return [
    frontier.root().toString("hex"),
    ...entryLeaves(stored).map((leaf) => {
      frontier.push(leaf);
      return frontier.root().toString("hex");
    }),
  ];
}

async function guardrailsCommit(
  root: string,
  current: LockQuestion["current"],
): Promise<LockInput["guardrailsCommit"]> {
  if (current === null || !(await inRepository(root))) return { kind: "no_git" };
  const wanted = limitsText(current.content.registration);
  const found = await firstCommitWith(root, current.path, (text) => {
    const { yaml } = readDocumentText(text, current.path);
    const value: unknown = yaml?.value;
    return typeof value === "object" && value !== null && limitsText(value) === wanted;
  });
  return found === null ? { kind: "uncommitted" } : { kind: "commit", ...found };
}

/** The guardrails and cohorts of a registration, as text to compare. */
function limitsText(registration: object): string | null {
  const { guardrails, cohorts } = registration as { guardrails?: unknown; cohorts?: unknown };
  try {
    return canonicalJson([guardrails ?? null, cohorts ?? null]);
  } catch {
    // A file of an old commit may hold anything; what has no canonical form is not what is registered now.
    return null;
  }
}
