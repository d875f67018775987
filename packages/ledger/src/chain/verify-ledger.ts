/**
 * Verification of a whole ledger as a list of named steps over trust data passed in. Nothing in the entries can make it
 * throw: whatever is wrong becomes a finding.
 */
import { leafHash } from "../merkle/hashes.js";
import { MerkleFrontier } from "../merkle/tree.js";
import type { StoredEntry } from "./entry.js";
import type {
  Finding,
  LedgerVerification,
  OutsideHead,
  StepName,
  Trust,
  VerificationStep,
} from "./verification.js";
import {
  checkCheckpoints,
  checkSignatures,
  hasCheckpoint,
  hasEnvelope,
} from "./verify-signatures.js";
import { checkHashes, checkLinks, checkSequence, checkTimes, readAll } from "./verify-structure.js";

const titles: Readonly<Record<Exclude<StepName, "store">, string>> = {
  entries: "Every entry is canonical JSON of the known shape.",
  hashes: "Every entry has the hash that stands beside it.",
  sequence: "The entries are numbered from 1 without gaps.",
  links: "Every entry carries the hash of the entry before it.",
  times: "The times of the entries do not go backwards.",
  signatures: "Every signature is by a trusted key and signs what the entry says.",
  checkpoints: "Every checkpoint has the tree of the entries before it.",
  anchors: "The tree heads kept outside belong to this history.",
};

/** Checks entries, in their order, against the trust given. An empty ledger passes with nothing proved. */
export function verifyLedger(entries: readonly StoredEntry[], trust: Trust): LedgerVerification {
  const { readings, findings } = readAll(entries);
  const roots = prefixRoots(entries);
  const steps = [
    step("entries", entries.length > 0, findings),
    step("hashes", entries.length > 0, checkHashes(entries)),
    step("sequence", entries.length > 0, checkSequence(entries, readings)),
    step("links", entries.length > 0, checkLinks(entries, readings)),
    step("times", entries.length > 0, checkTimes(readings)),
    step(
      "signatures",
      readings.some(hasEnvelope) && trust.keys.length > 0,
      trust.keys.length > 0 ? checkSignatures(readings, trust.keys) : [],
    ),
    step(
      "checkpoints",
      readings.some(hasCheckpoint) && trust.keys.length > 0,
      trust.keys.length > 0 ? checkCheckpoints(readings, trust.keys, roots) : [],
    ),
    step("anchors", trust.heads.length > 0, checkAnchors(trust.heads, roots)),
  ];
  const ok = steps.every((each) => each.status !== "failed");
  const anchors = trust.heads.filter((head) => roots[head.size] === head.root);
  return {
    ok,
    size: entries.length,
    root: roots.at(-1) ?? "",
    anchoredSize: anchors.reduce((most, head) => Math.max(most, head.size), 0),
    steps,
    ...(ok ? inPlainWords(entries.length, anchors, steps) : notProved()),
  };
}

function step(
  name: Exclude<StepName, "store">,
  checked: boolean,
  findings: readonly Finding[],
): VerificationStep {
  const failed = findings.some((finding) => finding.severity === "error");
  const status = failed ? "failed" : checked ? "passed" : "not_checked";
  return { name, title: titles[name], status, findings };
}

/** Hex roots by number of entries: `roots[n]` is the root of the first n. */
function prefixRoots(entries: readonly StoredEntry[]): string[] {
  const frontier = new MerkleFrontier();
  const roots = [frontier.root().toString("hex")];
  for (const entry of entries) {
    frontier.push(leafHash(Buffer.from(entry.text, "utf8")));
    roots.push(frontier.root().toString("hex"));
  }
  return roots;
}

function checkAnchors(heads: readonly OutsideHead[], roots: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  for (const { size, root, source } of heads) {
    const actual = roots[size];
    if (actual === undefined) {
      const message = `${source} knows ${size} entries; here are only ${roots.length - 1}: entries were removed.`;
      findings.push({ code: "ENTRIES_MISSING", severity: "error", seq: null, message });
    } else if (actual !== root) {
      const message = `The first ${size} entries are not those that ${source} knows: the history was rewritten.`;
      findings.push({ code: "ANCHOR_MISMATCH", severity: "error", seq: null, message });
    }
  }
  return findings;
}

function inPlainWords(
  size: number,
  anchors: readonly OutsideHead[],
  steps: readonly VerificationStep[],
): { proved: string[]; unproved: string[] } {
  if (size === 0)
    return { proved: [], unproved: ["The ledger is empty; there is nothing to prove."] };
  const proved = [
    "The entries belong together: none was altered, removed, reordered or inserted without rewriting all that follow.",
  ];
  const unproved: string[] = [];
  if (steps.some((each) => each.name === "signatures" && each.status === "passed")) {
    proved.push("The sign-offs were made with the private keys of the people named.");
  } else {
    unproved.push("No sign-off was checked against a trusted key.");
  }
  const covered = anchors.reduce((most, head) => Math.max(most, head.size), 0);
  for (const anchor of anchors) {
    proved.push(`Entries 1 to ${anchor.size} are the history known to ${anchor.source}.`);
  }
  if (covered < size) {
    const which = covered === 0 ? "The whole ledger" : `Everything after entry ${covered}`;
    unproved.push(
      `${which} could have been rewritten by whoever keeps it: no tree head outside covers it.`,
    );
  }
  unproved.push(
    "The times are those the writers gave; only an outside head shows that an entry is not younger than that head.",
  );
  return { proved, unproved };
}

function notProved(): { proved: string[]; unproved: string[] } {
  return { proved: [], unproved: ["The ledger failed a check; nothing in it is proved."] };
}
