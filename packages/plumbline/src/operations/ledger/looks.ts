/**
 * Looks: every reading of results is an entry that holds all that its verdict followed from. So the verdict is computed again
 * from the ledger alone, byte for byte, without the warehouse.
 */
import {
  canonicalJson,
  documentHash,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LedgerEntry,
  type LedgerStore,
  type StoredEntry,
  sha256Hex,
} from "@plumbline/ledger";
import { decide, type Evidence, type Study, type Verdict } from "@plumbline/primitives";
import type { MomentResult } from "@plumbline/stats";
import { RegistrationError } from "./errors.js";

export interface Look {
  readonly study: Study;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  /** What the evidence was computed from: exact moments, or a file of summary statistics. */
  readonly data: {
    readonly kind: "moments" | "summaries";
    /** `momentsHash` of the moments, or `documentHash` of the evidence file's content. */
    readonly sha256: string;
    /** For people: where the data came from. */
    readonly description: string;
  };
  /** Hash of the registration as the files say it (`currentDocument`); null outside a workspace. */
  readonly document: string | null;
  /** Version of Plumbline that decided. */
  readonly version: string;
  /** UTC, as `Date.prototype.toISOString` writes it. */
  readonly at: string;
}

export interface RecordedLook {
  readonly entry: StoredEntry;
  /** 1 for the first recorded look of the experiment. */
  readonly number: number;
  /** The newest look saw the same and found the same: nothing was appended, `entry` is that look. */
  readonly repeated: boolean;
}

/** Leaves the append, and its lock, without an entry. */
class Repeated extends Error {
  constructor(readonly seq: number) {
    super("the newest look says the same");
  }
}

/** The hash of the moments a look saw. The same data give the same hash on any engine: moments are exact integers. */
export function momentsHash(moments: MomentResult): string {
  const text = JSON.stringify(moments, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}` : value,
  );
  return documentHash(JSON.parse(text));
}

/**
 * Appends the look, unless the newest look of the experiment has the same data, document and verdict: reading the same thing
 * again is no other chance of a false alarm. Two processes that record it at once append one entry. Returns when it is
 * durable. Throws `VERDICT_DIFFERS` when study and evidence do not give this verdict (then nothing is written), and whatever
 * the ledger throws.
 */
export async function recordLook(store: LedgerStore, look: Look): Promise<RecordedLook> {
  const body = lookBody(look);
  const draft = { type: "looked", at: look.at, subject: look.study.experimentId, body } as const;
  let number = 0;
  const guard = (history: readonly LedgerEntry[]) => {
    const looks = history.filter(({ type }) => type === "looked");
    const newest = looks.at(-1);
    const repeats = newest !== undefined && saysTheSame(newest.body, body);
    number = looks.length + (repeats ? 0 : 1);
    if (repeats) throw new Repeated(newest.seq);
  };
  try {
    return { entry: await store.append(draft, { guard }), number, repeated: false };
  } catch (error) {
    if (!(error instanceof Repeated)) throw error;
    const [entry] = await store.read({ after: error.seq - 1, limit: 1 });
    if (entry === undefined) throw new RangeError(`the ledger lost entry ${error.seq}`);
    return { entry, number, repeated: true };
  }
}

/** The entry's body. Throws `VERDICT_DIFFERS`. */
function lookBody({ study, evidence, verdict, data, document, version }: Look) {
  const recorded = canonicalJson(withoutUndefined(verdict));
  const body = {
    study: withoutUndefined(study),
    evidence: withoutUndefined(evidence),
    verdict: withoutUndefined(verdict),
    verdict_sha256: sha256Hex(recorded),
    data: { ...data },
    document,
    version,
  };
  // Through JSON, as a later replay will read them.
  if (replayed(JSON.parse(canonicalJson(body))) === recorded) return body;
  throw new RegistrationError(
    "VERDICT_DIFFERS",
    "The verdict does not follow from this study and this evidence, so it cannot be recorded.",
    "Record the verdict that decide(study, evidence) gives.",
  );
}

function saysTheSame(before: JsonObject, now: JsonObject): boolean {
  const dataOf = ({ data }: JsonObject) => (isJsonObject(data) ? data.sha256 : undefined);
  return (
    dataOf(before) === dataOf(now) &&
    before.document === now.document &&
    before.verdict_sha256 === now.verdict_sha256
  );
}

export interface Replay {
  readonly seq: number;
  readonly experiment: string;
  readonly at: string;
  readonly verdict: string;
  /** Canonical JSON of the verdict in the ledger, and of the one computed from it now. */
  readonly recorded: string;
  readonly replayed: string;
  /** The two are the same bytes. */
  readonly identical: boolean;
  /** Version of Plumbline that decided then. */
  readonly version: string;
  readonly data: { readonly kind: string; readonly sha256: string; readonly description: string };
}

/** Decides again from a `looked` entry alone. Throws `LOOK_INVALID` for an entry that is no look. */
export function replayVerdict(entry: LedgerEntry): Replay {
  const { body, seq, subject, at, type } = entry;
  const { verdict, data, version } = body;
  if (type !== "looked" || !isJsonObject(verdict) || !isJsonObject(data)) throw noLook(seq);
  const recorded = canonicalJson(verdict);
  let again: string;
  try {
    again = replayed(body);
  } catch (cause) {
    throw noLook(seq, cause);
  }
  return {
    seq,
    experiment: subject,
    at,
    verdict: String(verdict.verdict),
    recorded,
    replayed: again,
    identical: again === recorded,
    version: String(version),
    data: {
      kind: String(data.kind),
      sha256: String(data.sha256),
      description: String(data.description),
    },
  };
}

function replayed(body: LedgerEntry["body"]): string {
  const { study, evidence } = body as unknown as { study: Study; evidence: Evidence };
  return canonicalJson(withoutUndefined(decide(study, evidence)));
}

function noLook(seq: number, cause?: unknown): RegistrationError {
  return new RegistrationError(
    "LOOK_INVALID",
    `Entry ${seq} does not hold a look that can be decided again.`,
    "Name the entry of a look; plumb status lists them, and plumb verify says whether the ledger was altered.",
    cause,
  );
}

/** Optional keys that are present but undefined say nothing, and JSON has no word for them. Anything else stays as it is. */
export function withoutUndefined(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value as JsonValue;
  const kept = Object.entries(value).filter(([, inside]) => inside !== undefined);
  return Object.fromEntries(kept.map(([key, inside]) => [key, withoutUndefined(inside)]));
}
