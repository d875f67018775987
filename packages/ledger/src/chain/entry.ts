/**
 * A ledger entry: one fact, as canonical JSON that carries the hash of the entry before it. Time is passed in; the number `seq`,
 * not the clock, gives the order.
 */
import { canonicalJson } from "../canonical/canonical-json.js";
import { isDigest, sha256Hex } from "../canonical/hash.js";
import { isJsonObject, type JsonObject } from "../canonical/json-value.js";
import { parseJson } from "../canonical/parse-json.js";
import { LedgerError } from "../errors.js";

/** The facts a ledger can hold. */
export const entryTypes = [
  "registered",
  "signed",
  "amended",
  "started",
  "looked",
  "decided",
  "rolled_out",
  "paused",
  "overridden",
  "alarmed",
  "triaged",
  "resolved",
  "learned",
  "chosen",
  "checkpoint",
  "anchored",
] as const;

export type EntryType = (typeof entryTypes)[number];

/** What a caller hands in; the ledger adds number and previous hash. */
export interface EntryDraft {
  readonly type: EntryType;
  /** UTC, as `Date.prototype.toISOString` writes it: 2026-01-31T09:00:00.000Z. */
  readonly at: string;
  /** What the fact is about, e.g. the experiment's id: 1 to 200 printable characters. */
  readonly subject: string;
  readonly body: JsonObject;
}

export interface LedgerEntry extends EntryDraft {
  /** 1 for the first entry, then without gaps. */
  readonly seq: number;
  /** `hash` of the entry before; 64 zeros for the first. */
  readonly previous: string;
}

/** An entry as a store holds it: the canonical text and its SHA-256. */
export interface StoredEntry {
  readonly seq: number;
  readonly hash: string;
  readonly text: string;
}

/** The newest entry, to which the next one is linked. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** What the first entry is linked to. */
export const genesis: Head = { seq: 0, hash: "0".repeat(64) };

/** An entry's text may hold at most this many bytes. */
export const maximumEntryBytes = 16 * 1024 * 1024;

const fields = ["at", "body", "previous", "seq", "subject", "type"];
const printable = /^\P{C}{1,200}$/u;

/** Links a draft to the head. Throws `BAD_ENTRY` or `NOT_CANONICAL`. */
export function chainEntry(draft: EntryDraft, head: Head): StoredEntry {
  const { type, at, subject, body } = draft;
  const entry = { type, at, subject, body, seq: head.seq + 1, previous: head.hash };
  const text = canonicalJson(entry);
  const fault = entryFault(entry);
  if (fault !== null) throw badEntry(fault);
  if (Buffer.byteLength(text) > maximumEntryBytes) throw badEntry("is larger than 16 MiB");
  return { seq: entry.seq, hash: sha256Hex(text), text };
}

/** Reads the text of an entry. Throws `BAD_JSON` or `BAD_ENTRY`; the hash is not looked at (see `verifyLedger`). */
export function readEntry(text: string): LedgerEntry {
  const value = parseJson(text);
  const fault = entryFault(value);
  if (fault !== null) throw badEntry(fault);
  return value as unknown as LedgerEntry;
}

/** What is wrong with the shape of an entry, as the end of a sentence, or `null`. */
function entryFault(value: unknown): string | null {
  if (!isJsonObject(value)) return "is not an object";
  if (Object.keys(value).sort().join() !== fields.join()) {
    return `must have exactly the fields ${fields.join(", ")}`;
  }
  const { type, at, subject, body, seq, previous } = value;
  if (!entryTypes.some((known) => known === type)) return `has the unknown type "${String(type)}"`;
  if (!isInstant(at)) return "needs a time in UTC with milliseconds, as 2026-01-31T09:00:00.000Z";
  if (typeof subject !== "string" || !printable.test(subject)) {
    return "needs a subject of 1 to 200 printable characters";
  }
  if (!isJsonObject(body)) return "needs an object as body";
  if (!Number.isSafeInteger(seq) || Number(seq) < 1) return "needs a number from 1";
  return isDigest(previous) ? null : "needs the previous entry's hash";
}

function isInstant(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}-/.test(value)) return false;
  const time = Date.parse(value);
  return Number.isFinite(time) && new Date(time).toISOString() === value;
}

function badEntry(fault: string): LedgerError {
  return new LedgerError("BAD_ENTRY", `The entry ${fault}.`, {
    mend: "Correct the entry; nothing was written.",
    outcome: "not_written",
  });
}
