import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type JsonObject,
  type StoredEntry,
  signTreeHead,
  type TreeHead,
  treeHead,
  verifyLedger,
} from "@plumbline/ledger";
import { z } from "zod";
import { hasErrors } from "../../documents/problem.js";
import { DocumentsError } from "../documents-error.js";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { writeWhole } from "../write-whole.js";
import { RegistrationError } from "./errors.js";
import { git, gitFailed, tryGit } from "./git.js";
import {
  HEADS_FOLDER,
  headFileName,
  headTag,
  headText,
  inRepository,
  readHead,
  witnessText,
} from "./heads.js";
import { keyFileName, signingPerson } from "./own-keys.js";
import { openWorkspace, readable, storedEntries, type WritingSession, writing } from "./session.js";
import { entryCount, lines, plainText } from "./text.js";
import type { TimestampSetting } from "./timestamp.js";
import { type Stamped, stampHead } from "./timestamp-anchor.js";

const anchorInput = z.strictObject({
  push: z.string().regex(/^[^-]/, "name a remote, e.g. origin").optional(),
  json: z.boolean().default(false),
});

type AnchorInput = z.output<typeof anchorInput>;

export interface Anchored {
  readonly head: TreeHead;
  /** Relative to the workspace. */
  readonly file: string;
  /** Null outside git. */
  readonly tag: string | null;
  readonly pushed: string | null;
  /** Null where no authority is configured. */
  readonly timestamp: Stamped | null;
  /** False: nothing happened since that head, so it is still the newest. */
  readonly fresh: boolean;
}

/** The head over all entries. A ledger that fails verification is not anchored: that would vouch for the damage. */
async function takeHead(
  session: WritingSession,
  at: string,
): Promise<{ head: TreeHead; fresh: boolean }> {
  const stored = await storedEntries(session);
  if (stored.length === 0) {
    throw new RegistrationError(
      "LEDGER_EMPTY",
      "The ledger has no entry yet, so there is nothing to anchor.",
      "Register an experiment first.",
    );
  }
  if (!verifyLedger(stored, { keys: [], heads: [] }).ok) {
    throw new RegistrationError(
      "LEDGER_FAILED",
      "The ledger fails verification, so it is not anchored.",
      "See plumb verify for the entries concerned.",
    );
  }
  const size = coveredBefore(stored);
  const origin = session.workspace.config.name;
  return { head: treeHead(stored.slice(0, size), origin, at), fresh: size === stored.length };
}

/** Entries at the end that only record anchors need no anchor of their own. */
function coveredBefore(stored: readonly StoredEntry[]): number {
  const last = readable(stored).findLast(({ type }) => type !== "anchored");
  return last === undefined ? stored.length : Math.max(last.seq, 1);
}

/**
 * The head of this size and root that was taken first, by its tag or its file: a tag, a file and a timestamp of the same entries
 * then speak of the same bytes, also when one of them was lost and is made again.
 */
async function standingHead(root: string, head: TreeHead, inGit: boolean): Promise<TreeHead> {
  const path = join(root, HEADS_FOLDER, headFileName(head));
  const tagged = inGit
    ? await tryGit(root, ["cat-file", "blob", `refs/tags/${headTag(head)}^{}`])
    : null;
  const texts = [
    ...(tagged?.ok ? [tagged.stdout] : []),
    ...(existsSync(path) ? [readFileSync(path, "utf8")] : []),
  ];
  const same = texts
    .map(readHead)
    .find(
      (each) => each?.size === head.size && each.root === head.root && each.origin === head.origin,
    );
  return same ?? head;
}

async function tagHead(root: string, head: TreeHead): Promise<string> {
  const tag = headTag(head);
  const known = await tryGit(root, ["cat-file", "blob", `refs/tags/${tag}^{}`]);
  if (known.ok) return tag;
  const blob = (await git(root, ["hash-object", "-w", "--stdin"], headText(head))).trim();
  const message = `Plumbline ledger ${head.origin}: ${head.size} entries, root ${head.root}`;
  await git(root, ["tag", "--annotate", "--no-sign", "--message", message, tag, blob]);
  return tag;
}

async function pushTag(root: string, remote: string, tag: string): Promise<void> {
  const { ok, stderr } = await tryGit(root, ["push", "--quiet", remote, `refs/tags/${tag}`]);
  if (ok) return;
  const mend = `The head is anchored in this clone; when the remote takes it, run plumb anchor --push again.`;
  throw gitFailed("push", stderr, mend);
}

/** What this workspace can anchor in; refuses when that is nothing. */
async function anchorPlaces(
  { root, config, shared }: WritingSession["workspace"],
  push: string | undefined,
): Promise<{ inGit: boolean; setting: TimestampSetting | null }> {
  // Of a file with errors nobody knows whether it asks for a timestamp.
  if (hasErrors(shared.workspace)) throw new DocumentsError(shared.workspace);
  const setting = config.anchors?.timestamp ?? null;
  const inGit = await inRepository(root);
  if (inGit || (setting !== null && push === undefined)) return { inGit, setting };
  throw new RegistrationError(
    "NOT_A_REPOSITORY",
    "The workspace is not in a git repository.",
    "Make it one (git init) with a remote, name a timestamp authority in plumbline.yaml, or have somebody sign the tree head with plumb witness.",
  );
}

async function anchor(context: OperationContext, { push }: AnchorInput): Promise<Anchored> {
  return writing(openWorkspace(context.workingDirectory), async (session) => {
    const { root } = session.workspace;
    const { inGit, setting } = await anchorPlaces(session.workspace, push);
    const at = context.now().toISOString();
    const taken = await takeHead(session, at);
    const head = await standingHead(root, taken.head, inGit);
    // First what may fail for reasons outside: then nothing is written.
    const stamp = setting && (await stampHead(root, head, setting, context.signal));
    const tag = inGit ? await tagHead(root, head) : null;
    const file = join(HEADS_FOLDER, headFileName(head));
    await writeWhole(join(root, file), headText(head));
    const record = (body: JsonObject) =>
      session.store.append({ type: "anchored", at, subject: head.origin, body });
    if (stamp && stamp.text !== null) {
      const { file: stampFile, at: time, authority } = stamp.stamped;
      await writeWhole(join(root, stampFile), stamp.text);
      await record({ head: { ...head }, method: "timestamp", file: stampFile, time, authority });
    }
    if (tag !== null && taken.fresh) await record({ head: { ...head }, method: "git", tag });
    if (tag !== null && push !== undefined) await pushTag(root, push, tag);
    const { fresh } = taken;
    return { head, file, tag, pushed: push ?? null, timestamp: stamp?.stamped ?? null, fresh };
  });
}

function renderAnchor(output: Anchored, { json }: AnchorInput): Rendered {
  if (json) {
    const document = { schema: "plumbline.anchored/1", ...output };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  const { head, file, timestamp, fresh } = output;
  const stdout = lines(
    fresh
      ? `Tree head over ${entryCount(head.size)}`
      : `Nothing happened since the tree head over ${entryCount(head.size)}`,
    `root ${head.root}`,
    `file ${file}`,
    timestamp === null
      ? []
      : [
          `time ${timestamp.at}, by the word of ${plainText(timestamp.authority)}`,
          `     ${timestamp.file}`,
        ],
    placeLines(output),
  );
  return { stdout, stderr: "", exitCode: 0 };
}

/** Where the head is, and what is left to do for it. */
function placeLines({ file, tag, pushed, timestamp }: Anchored): string[] {
  if (tag === null) {
    return [
      "The timestamp proves that these entries existed then, as long as it is kept: copy both files elsewhere.",
    ];
  }
  const [files, the, it] =
    timestamp === null ? [file, "file", "it"] : [`${file} ${timestamp.file}`, "files", "them"];
  const add = `  git add ${files} && git commit -m "Ledger head" && git push`;
  if (pushed !== null) {
    return [
      `tag  ${tag}, pushed to ${pushed}`,
      `Commit the ${the} as well: every clone that fetches ${it} then holds ${it} too.`,
      add,
    ];
  }
  return [
    `tag  ${tag}, in this clone only`,
    `${timestamp === null ? "It" : "The tag"} proves nothing against you before it is in a place that you do not rule:`,
    `${add} && git push origin refs/tags/${tag}`,
  ];
}

export const anchorOperation: OperationBody<AnchorInput, Anchored> = {
  input: anchorInput,
  run: anchor,
  render: renderAnchor,
};

const witnessInput = z.strictObject({
  as: z.string().min(1).optional(),
  json: z.boolean().default(false),
});

type WitnessInput = z.output<typeof witnessInput>;

interface Witnessed {
  readonly head: TreeHead;
  readonly person: string;
  readonly file: string;
}

async function witness(context: OperationContext, given: WitnessInput): Promise<Witnessed> {
  return writing(openWorkspace(context.workingDirectory), async (session) => {
    const { person, signer } = signingPerson(session.people, given.as, context.now());
    const at = context.now().toISOString();
    const { head } = await takeHead(session, at);
    const envelope = signTreeHead(head, [signer]);
    const name = headFileName(head).replace(/json$/, `${keyFileName(person)}.witness.json`);
    const file = join(HEADS_FOLDER, name);
    const body = { head: { ...head }, method: "witness", person, file };
    await writeWhole(join(session.workspace.root, file), witnessText(envelope));
    await session.store.append({ type: "anchored", at, subject: head.origin, body });
    return { head, person, file };
  });
}

function renderWitness({ head, person, file }: Witnessed, { json }: WitnessInput): Rendered {
  if (json) {
    const document = { schema: "plumbline.witnessed/1", head, person, file };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  const stdout = lines(
    `${person} signed the tree head over ${entryCount(head.size)}`,
    `root ${head.root}`,
    `file ${file}`,
    `${person} should keep a copy of that file: plumb verify --head FILE holds any later ledger against it.`,
  );
  return { stdout, stderr: "", exitCode: 0 };
}

export const witnessOperation: OperationBody<WitnessInput, Witnessed> = {
  input: witnessInput,
  run: witness,
  render: renderWitness,
};
