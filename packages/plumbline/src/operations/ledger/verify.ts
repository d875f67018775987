import {
  documentHash,
  type Finding,
  type LedgerVerification,
  type StoredEntry,
  type Trust,
  verifyLedger,
  verifyStore,
} from "@plumbline/ledger";
import { registrationFacts } from "@plumbline/primitives";
import { z } from "zod";
import { DocumentsError } from "../documents-error.js";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { version } from "../version.js";
import { type FoundTimestamps, headFromFile, type KnownHead, knownHeads } from "./heads.js";
import { prefixRoots } from "./lock-state.js";
import { replayVerdict } from "./looks.js";
import { loadRegistration, standingFrom } from "./registration.js";
import { absolute, readable, reading, type Session, storedEntries } from "./session.js";
import { entryCount, lines, plainText } from "./text.js";

const input = z.strictObject({
  remote: z.string().regex(/^[^-]/, "name a remote, e.g. origin").optional(),
  head: z.string().min(1).optional(),
  json: z.boolean().default(false),
});

type VerifyInput = z.output<typeof input>;

export interface VerifyStep {
  readonly name: string;
  readonly title: string;
  readonly status: "passed" | "failed" | "not_checked";
  readonly findings: readonly string[];
}

export interface VerifyOutput {
  readonly ok: boolean;
  readonly entries: number;
  readonly root: string;
  readonly anchored: number;
  readonly steps: readonly VerifyStep[];
  readonly proved: readonly string[];
  readonly unproved: readonly string[];
}

async function run(context: OperationContext, given: VerifyInput): Promise<VerifyOutput> {
  return reading(context.workingDirectory, async (session) => {
    const { workspace, people, store } = session;
    const found = await knownHeads(workspace.root, people.keys, given.remote ?? null);
    const brought =
      given.head === undefined
        ? []
        : [await headFromFile(absolute(context, given.head), workspace.root, people.keys)];
    const heads = [...brought, ...found.heads];
    const trust = { keys: people.keys, heads: heads.filter(({ kind }) => kind !== "clone") };
    const verified = store === null ? verifyLedger([], trust) : await verifyStore(store, trust);
    const stored = await storedEntries(session);
    const steps = [
      ...verified.steps.map(({ name, title, status, findings }) => {
        return { name, title, status, findings: findings.map(findingText) };
      }),
      cloneStep(heads, found.faults, stored),
      timestampStep(heads, found.timestamps),
      documentStep(stored),
      verdictStep(stored),
      filesStep(session, stored),
    ];
    return summed(verified, steps, heads, { ...trust, timestamps: found.timestamps });
  });
}

const findingText = ({ code, message }: Finding) => `${code}  ${message}`;

function summed(
  verified: LedgerVerification,
  steps: readonly VerifyStep[],
  heads: readonly KnownHead[],
  trust: Trust & { readonly timestamps: FoundTimestamps },
): VerifyOutput {
  const failed = steps.filter(({ status }) => status === "failed").map(({ name }) => name);
  const ok = failed.length === 0;
  // Files that changed say nothing against the ledger: it still proves what was registered.
  const sound = failed.every((name) => name === "files");
  const onlyHere = heads.filter(({ kind }) => kind === "clone").length;
  const witnessed = heads.some(({ kind }) => kind === "witness");
  const unproved = [
    ...verified.unproved,
    ...(trust.heads.length === 0 && onlyHere > 0
      ? [
          "The tree heads in this clone were compared, but who keeps the ledger may keep them too; push them.",
        ]
      : []),
    ...(trust.heads.some(({ source }) => source.includes("last fetched"))
      ? [
          "What a remote branch holds is as this clone last fetched it; --remote asks the remote about its tags.",
        ]
      : []),
    ...timestampLimits(heads, trust.timestamps),
    ...(witnessed
      ? [
          "A witness proves as much as the witness is independent: a witness who also keeps the ledger proves nothing.",
        ]
      : []),
    "That a key is its person's is what people.yaml says; its git history says who put it there.",
    "Looks that were not recorded leave no trace: whoever can query the data can look without Plumbline.",
  ];
  return {
    ok,
    entries: verified.size,
    root: verified.root,
    anchored: verified.anchoredSize,
    steps,
    proved: sound ? [...verified.proved, ...stampedTimes(heads)] : [],
    unproved: sound ? unproved : ["A check of the ledger failed; nothing in it is proved."],
  };
}

function step(
  name: string,
  title: string,
  checked: boolean,
  findings: readonly string[],
): VerifyStep {
  const status = findings.length > 0 ? "failed" : checked ? "passed" : "not_checked";
  return { name, title, status, findings };
}

function cloneStep(
  heads: readonly KnownHead[],
  faults: readonly string[],
  stored: readonly StoredEntry[],
): VerifyStep {
  const here = heads.filter(({ kind }) => kind === "clone");
  const roots = prefixRoots(stored);
  const wrong = here.filter(({ size, root }) => roots[size] !== root);
  const findings = [
    ...faults.map((source) => `HEAD_INVALID  ${source} holds no tree head that counts.`),
    ...wrong.map(({ source, size }) =>
      size > stored.length
        ? `ENTRIES_MISSING  ${source} knows ${size} entries; here are only ${stored.length}.`
        : `ANCHOR_MISMATCH  The first ${size} entries are not those that ${source} knows.`,
    ),
  ];
  return step(
    "heads",
    "The tree heads in this clone belong to this history.",
    here.length > 0,
    findings,
  );
}

function timestampStep(heads: readonly KnownHead[], found: FoundTimestamps): VerifyStep {
  const checked = heads.some(({ kind }) => kind === "timestamp");
  const title = "Every timestamp is by the authority that plumbline.yaml names.";
  return step("timestamps", title, checked, found.findings);
}

/** Only for a ledger that passed every step: then all these heads belong to it. */
function stampedTimes(heads: readonly KnownHead[]): string[] {
  return heads.flatMap(({ size, stamp }) => {
    if (stamp === undefined) return [];
    const give = stamp.accuracy === null ? "" : `, give or take ${stamp.accuracy} s`;
    const which = size === 1 ? "Entry 1" : `Entries 1 to ${size}`;
    return [`${which} existed by ${stamp.at}${give}, by the word of ${stamp.authority}.`];
  });
}

function timestampLimits(
  heads: readonly KnownHead[],
  { certificate, unchecked }: FoundTimestamps,
): string[] {
  if (heads.some(({ kind }) => kind === "timestamp")) {
    return [
      "A timestamp proves that this history existed then, not that no other one was stamped beside it; whether its certificate was revoked was not asked.",
      `That ${certificate} is the authority's own is what plumbline.yaml says; compare its fingerprint with the one that the authority publishes.`,
    ];
  }
  if (certificate !== null) {
    return ["A timestamp authority is configured, but there is no timestamp of it that holds."];
  }
  const which = unchecked === 1 ? "the timestamp" : `the ${unchecked} timestamps`;
  return [
    unchecked === 0
      ? "No timestamp is configured: no outside clock says when an entry existed."
      : `No timestamp authority is configured, so ${which} in this workspace could not be checked.`,
  ];
}

/** Every version's, review's and decision's content must have the hash that people signed. */
function documentStep(stored: readonly StoredEntry[]): VerifyStep {
  const { versions, overrides, decisions } = registrationFacts(readable(stored), () => true);
  const expected = readable(stored).filter(
    ({ type }) => type === "registered" || type === "amended",
  );
  const unread = expected.filter(({ seq }) => !versions.some((each) => each.seq === seq));
  const findings = [
    ...unread.map(({ seq }) => `DOCUMENT_UNREADABLE  Entry ${seq} holds no registration.`),
    ...versions
      .filter(({ content, document }) => documentHash(content) !== document)
      .map(
        ({ seq }) =>
          `DOCUMENT_MISMATCH  Entry ${seq} holds another registration than the one whose hash it names.`,
      ),
    ...overrides
      .filter(({ review, document }) => documentHash(review) !== document)
      .map(
        ({ seq }) =>
          `DOCUMENT_MISMATCH  Entry ${seq} holds another review than the one whose hash it names.`,
      ),
    ...decisions
      .filter(({ decision, document }) => documentHash(decision) !== document)
      .map(
        ({ seq }) =>
          `DOCUMENT_MISMATCH  Entry ${seq} holds another decision than the one whose hash it names.`,
      ),
  ];
  const title =
    "Every registered document, override's review and decision has the hash that was signed.";
  return step("documents", title, versions.length > 0, findings);
}

/** Verdicts of this version must replay; those of another may be worded otherwise, which proves nothing against them. */
function verdictStep(stored: readonly StoredEntry[]): VerifyStep {
  const looks = readable(stored).filter(({ type }) => type === "looked");
  const own = looks.filter(({ body }) => body.version === version);
  const findings = own.flatMap((entry) => {
    try {
      const { identical, seq } = replayVerdict(entry);
      return identical
        ? []
        : [`VERDICT_DIFFERS  The verdict of entry ${seq} does not follow from its evidence.`];
    } catch {
      return [`LOOK_INVALID  Entry ${entry.seq} holds no look that can be decided again.`];
    }
  });
  const others = looks.length - own.length;
  const left = others > 0 ? ` (${others} of other versions left out)` : "";
  return step(
    "verdicts",
    `Every verdict follows again from the evidence beside it${left}.`,
    own.length > 0,
    findings,
  );
}

/** What the workspace's files say now, against what was locked. */
function filesStep(session: Session, stored: readonly StoredEntry[]): VerifyStep {
  const entries = readable(stored);
  const { workspace, people } = session;
  let compared = 0;
  const findings = workspace.registrations.flatMap(({ value, yaml }) => {
    const experiment = value.experiment_id;
    const own = entries.filter(({ subject }) => subject === experiment);
    const locked = standingFrom(experiment, own, people.keys, null).versions.some(
      (each) => each.locked,
    );
    if (!locked) return [];
    compared += 1;
    try {
      const { content } = loadRegistration(workspace, yaml.file);
      const { changed } = standingFrom(experiment, own, people.keys, content);
      const paths = (changed ?? []).map(({ path }) => path).join(", ");
      return paths === "" ? [] : [`CHANGED_SINCE_REGISTRATION  ${experiment}: ${paths}.`];
    } catch (error) {
      if (!(error instanceof DocumentsError)) throw error;
      return [
        `CHANGED_SINCE_REGISTRATION  ${experiment}: its file has errors now; see plumb check.`,
      ];
    }
  });
  return step(
    "files",
    "The files of locked experiments say what was registered.",
    compared > 0,
    findings,
  );
}

const WORDS: Readonly<Record<VerifyStep["status"], string>> = {
  passed: "passed     ",
  failed: "FAILED     ",
  not_checked: "not checked",
};

function render(output: VerifyOutput, { json }: VerifyInput): Rendered {
  const exitCode = output.ok ? 0 : 1;
  if (json) {
    const document = { schema: "plumbline.verification/1", ...output };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode };
  }
  const list = (title: string, sentences: readonly string[]) =>
    sentences.length === 0 ? [] : ["", title, ...sentences.map((each) => `  - ${plainText(each)}`)];
  const stdout = lines(
    output.steps.flatMap(({ status, title, findings }) => [
      `${WORDS[status]}  ${title}`,
      ...findings.map((finding) => `             ${plainText(finding)}`),
    ]),
    list("Proved", output.proved),
    list("Not proved", output.unproved),
    "",
    `${output.ok ? "ok" : "failed"}: ${entryCount(output.entries)}, root ${output.root.slice(0, 16)}, ${output.anchored} covered by a tree head outside`,
  );
  return { stdout, stderr: "", exitCode };
}

export const verifyOperation: OperationBody<VerifyInput, VerifyOutput> = { input, run, render };
