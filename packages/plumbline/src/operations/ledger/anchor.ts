import { join } from "node:path";
import {
  type StoredEntry,
  signTreeHead,
  type TreeHead,
  treeHead,
  verifyLedger,
} from "@plumbline/ledger";
import { z } from "zod";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { writeWhole } from "../write-whole.js";
import { RegistrationError } from "./errors.js";
import { git, gitFailed, isRepository, tryGit } from "./git.js";
import { HEADS_FOLDER, headFileName, headTag, headText, witnessText } from "./heads.js";
import { keyFileName, signingPerson } from "./own-keys.js";
import { openWorkspace, readable, storedEntries, type WritingSession, writing } from "./session.js";
import { entryCount, lines } from "./text.js";

const anchorInput = z.strictObject({
  push: z.string().regex(/^[^-]/, "name a remote, e.g. origin").optional(),
  json: z.boolean().default(false),
});

type AnchorInput = z.output<typeof anchorInput>;

export interface Anchored {
  readonly head: TreeHead;
  /** Relative to the workspace. */
  readonly file: string;
  readonly tag: string;
  readonly pushed: string | null;
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

async function anchor(context: OperationContext, { push }: AnchorInput): Promise<Anchored> {
  return writing(openWorkspace(context.workingDirectory), async (session) => {
    const { root } = session.workspace;
    if (!(await isRepository(root))) {
      throw new RegistrationError(
        "NOT_A_REPOSITORY",
        "The workspace is not in a git repository.",
        "Make it one (git init) with a remote, or have somebody sign the tree head with plumb witness.",
      );
    }
    const at = context.now().toISOString();
    const { head, fresh } = await takeHead(session, at);
    const tag = await tagHead(root, head);
    const file = join(HEADS_FOLDER, headFileName(head));
    // The tag holds the head that was taken first; the file says the same, also when it was lost and is written again.
    const text = await git(root, ["cat-file", "blob", `refs/tags/${tag}^{}`]);
    await writeWhole(join(root, file), text);
    if (fresh) {
      const body = { head: { ...head }, method: "git", tag };
      await session.store.append({ type: "anchored", at, subject: head.origin, body });
    }
    if (push !== undefined) await pushTag(root, push, tag);
    return { head, file, tag, pushed: push ?? null, fresh };
  });
}

function renderAnchor(
  { head, file, tag, pushed, fresh }: Anchored,
  { json }: AnchorInput,
): Rendered {
  if (json) {
    const document = { schema: "plumbline.anchored/1", head, file, tag, pushed, fresh };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  const push = pushed === null ? ` && git push origin refs/tags/${tag}` : "";
  const stdout = lines(
    fresh
      ? `Tree head over ${entryCount(head.size)}`
      : `Nothing happened since the tree head over ${entryCount(head.size)}`,
    `root ${head.root}`,
    `file ${file}`,
    pushed === null ? `tag  ${tag}, in this clone only` : `tag  ${tag}, pushed to ${pushed}`,
    pushed === null
      ? "It proves nothing against you before it is in a place that you do not rule:"
      : "Commit the file as well: every clone that fetches it then holds it too.",
    `  git add ${file} && git commit -m "Ledger head" && git push${push}`,
  );
  return { stdout, stderr: "", exitCode: 0 };
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
