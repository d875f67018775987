/** What the entries of pauses and overrides say. */
import type { JsonObject, JsonValue, LedgerEntry } from "@plumbline/ledger";
import type { EntryMoment } from "./entry-moment.js";

/** A breach that was found while the run went on. */
export interface PauseFact extends EntryMoment {
  /** Ids of the checks in breach. */
  readonly checks: readonly string[];
  /** What they said, one sentence a check. */
  readonly sentences: readonly string[];
}

/** The first signature under a review, with the review itself. */
export interface OverrideFact extends EntryMoment {
  /** Hash of the review. */
  readonly document: string;
  /** The review as it was signed. */
  readonly review: JsonObject;
  /** Checks that it overrides. */
  readonly checks: readonly string[];
  /** UTC, as `Date.prototype.toISOString` writes it. */
  readonly expires: string;
  /** Roles it asks for beside those of the registration. */
  readonly roles: readonly string[];
}

const isTexts = (value: JsonValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

const isMap = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Null for an entry of another shape than ours; a pause counts whatever it says of its checks. */
export function readPause({ seq, at, body }: LedgerEntry): PauseFact {
  const checks = Array.isArray(body.checks) ? body.checks.filter(isMap) : [];
  const texts = (key: string) =>
    checks.flatMap((check) => {
      const value = check[key];
      return typeof value === "string" ? [value] : [];
    });
  return { seq, at, checks: texts("id"), sentences: texts("sentence") };
}

export function readOverride({ seq, at, body }: LedgerEntry): OverrideFact | null {
  const { document, review } = body;
  if (typeof document !== "string" || !isMap(review)) return null;
  const { overrides, expires, roles } = review;
  const end = typeof expires === "string" ? Date.parse(expires) : Number.NaN;
  if (!isTexts(overrides) || !Number.isFinite(end)) return null;
  return {
    seq,
    at,
    document,
    review,
    checks: overrides,
    expires: new Date(end).toISOString(),
    roles: isTexts(roles) ? roles : [],
  };
}
