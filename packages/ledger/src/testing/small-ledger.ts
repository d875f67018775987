import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  chainEntry,
  checkpointDraft,
  documentHash,
  type EntryDraft,
  generateKey,
  genesis,
  type Head,
  loadSigner,
  type OutsideHead,
  type PublicKey,
  type Signer,
  type StoredEntry,
  signOff,
  treeHead,
} from "../index.js";
import { must } from "./must.js";

export interface Person {
  readonly key: PublicKey;
  readonly signer: Signer;
}

export function people(...names: string[]): Record<string, Person> {
  const directory = mkdtempSync(join(tmpdir(), "plumbline-people-"));
  try {
    return Object.fromEntries(
      names.map((name) => {
        const key = generateKey(directory, name);
        return [name, { key, signer: loadSigner(directory, name) }];
      }),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function chain(drafts: readonly EntryDraft[]): StoredEntry[] {
  const entries: StoredEntry[] = [];
  let head: Head = genesis;
  for (const draft of drafts) {
    const entry = chainEntry(draft, head);
    entries.push(entry);
    head = entry;
  }
  return entries;
}

export const subject = "reranker-2026";
export const registration = {
  experiment_id: subject,
  alpha: 0.05,
  guardrails: ["latency ≤ 200 ms"],
};

export function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
}

export interface SmallLedger {
  readonly drafts: readonly EntryDraft[];
  readonly entries: readonly StoredEntry[];
  readonly keys: readonly PublicKey[];
  readonly anchor: OutsideHead;
  readonly people: Record<string, Person>;
}

/** Registered, signed by two people, checkpointed, started, looked; the whole of it known to an outside head. */
export function smallLedger(): SmallLedger {
  const staff = people("anna", "ben", "ledger");
  const document = documentHash(registration);
  const signed = (person: string, role: string, second: number): EntryDraft => {
    const statement = { subject, document, role, person, at: at(second) };
    return {
      type: "signed",
      at: at(second),
      subject,
      body: signOff(statement, must(staff[person]).signer),
    };
  };
  const drafts: EntryDraft[] = [
    { type: "registered", at: at(0), subject, body: { document, registration } },
    signed("anna", "pm", 1),
    signed("ben", "applied_ml_engineer", 2),
  ];
  const signers = [must(staff.ledger).signer];
  drafts.push(checkpointDraft(chain(drafts), { origin: "main", at: at(3), signers }));
  drafts.push({ type: "started", at: at(4), subject, body: {} });
  drafts.push({ type: "looked", at: at(5), subject, body: { look: 1, moments: "ab".repeat(32) } });
  const entries = chain(drafts);
  const { size, root } = treeHead(entries, "main", at(6));
  const keys = Object.values(staff).map((each) => each.key);
  return {
    drafts,
    entries,
    keys,
    anchor: { size, root, source: "the tag ledger/6" },
    people: staff,
  };
}
