/**
 * Looks: every reading of results is an entry that holds all that its verdict followed from. So the verdict is computed again
 * from the ledger alone, byte for byte, without the warehouse.
 */
import {
  canonicalJson,
  documentHash,
  isJsonObject,
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
}

/** The hash of the moments a look saw. The same data give the same hash on any engine: moments are exact integers. */
export function momentsHash(moments: MomentResult): string {
  const text = JSON.stringify(moments, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}` : value,
  );
  return documentHash(JSON.parse(text));
}

/**
 * Appends the look; returns when it is durable. Throws `VERDICT_DIFFERS` when study and evidence do not give this verdict (then
 * nothing is written), and whatever the ledger throws.
 */
export async function recordLook(store: LedgerStore, look: Look): Promise<RecordedLook> {
  const { study, evidence, verdict, data, document, version, at } = look;
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
  if (replayed(JSON.parse(canonicalJson(body))) !== recorded) {
    throw new RegistrationError(
      "VERDICT_DIFFERS",
      "The verdict does not follow from this study and this evidence, so it cannot be recorded.",
      "Record the verdict that decide(study, evidence) gives.",
    );
  }
  let number = 0;
  const entry = await store.append(
    { type: "looked", at, subject: study.experimentId, body },
    {
      guard: (history) => {
        number = history.filter(({ type }) => type === "looked").length + 1;
      },
    },
  );
  return { entry, number };
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
function withoutUndefined(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value as JsonValue;
  const kept = Object.entries(value).filter(([, inside]) => inside !== undefined);
  return Object.fromEntries(kept.map(([key, inside]) => [key, withoutUndefined(inside)]));
}
