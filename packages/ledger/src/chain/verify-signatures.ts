import { verifyEnvelope } from "../dsse/envelope.js";
import { openSignOff } from "../signoffs/sign-off.js";
import type { LedgerEntry } from "./entry.js";
import { openTreeHead } from "./tree-head.js";
import type { Finding, FindingCode, TrustedKey } from "./verification.js";
import { error, type Reading } from "./verify-structure.js";

export function hasCheckpoint({ entry }: Reading): boolean {
  return entry.type === "checkpoint";
}

/** Entries that are a person's sign-off of a document: of a registration, of the review behind an override, of a decision. */
const isSignOff = ({ type }: LedgerEntry): boolean =>
  type === "signed" || type === "overridden" || type === "decided";

/** A sign-off must carry an envelope; any other entry may (an amendment). */
export function hasEnvelope({ entry }: Reading): boolean {
  return entry.type !== "checkpoint" && (isSignOff(entry) || "envelope" in entry.body);
}

export function checkSignatures(
  readings: readonly Reading[],
  trusted: readonly TrustedKey[],
): Finding[] {
  return readings.filter(hasEnvelope).flatMap(({ place, entry }) =>
    attempt("SIGNATURE_INVALID", place, () => {
      if (isSignOff(entry)) return checkSignOff(place, entry, trusted);
      const { payloadType } = entry.body.envelope as { payloadType?: unknown };
      const policy = { keys: trusted, payloadType: String(payloadType) };
      const { keys } = verifyEnvelope(entry.body.envelope, policy);
      return keys.flatMap((key) => checkValidity(place, entry, key));
    }),
  );
}

/** `roots[n]` is the Merkle root of the first n entries, hex. */
export function checkCheckpoints(
  readings: readonly Reading[],
  trusted: readonly TrustedKey[],
  roots: readonly string[],
): Finding[] {
  return readings.filter(hasCheckpoint).flatMap(({ place, entry }) =>
    attempt("CHECKPOINT_INVALID", place, () => {
      const { head, keys } = openTreeHead(entry.body.envelope, trusted);
      const findings = keys.flatMap((key) => checkValidity(place, entry, key));
      if (head.size >= place || roots[head.size] !== head.root || head.origin !== entry.subject) {
        const what = `is a checkpoint over ${head.size} entries that are not the ones before it: the history was rewritten`;
        findings.push(error("CHECKPOINT_MISMATCH", place, what));
      }
      return findings;
    }),
  );
}

function checkSignOff(
  place: number,
  entry: LedgerEntry,
  trusted: readonly TrustedKey[],
): Finding[] {
  const { document, role, person, envelope } = entry.body;
  const signed = openSignOff(envelope, trusted);
  const findings = checkValidity(place, entry, signed.key);
  const same =
    signed.subject === entry.subject &&
    signed.document === document &&
    signed.role === role &&
    signed.person === person;
  if (!same) {
    findings.push(
      error("SIGNATURE_MISMATCH", place, "says something else than its signature signs"),
    );
  }
  return findings;
}

function checkValidity(place: number, entry: LedgerEntry, key: TrustedKey): Finding[] {
  const at = Date.parse(entry.at);
  // Positive comparisons: a span that cannot be read makes the key invalid, not valid for ever.
  const begun = key.validFrom === undefined || at >= Date.parse(key.validFrom);
  const lasting = key.validUntil === undefined || at <= Date.parse(key.validUntil);
  if (begun && lasting) return [];
  const what = `is signed with a key of ${key.holder} that was not valid at its time`;
  return [error("SIGNATURE_KEY_EXPIRED", place, what)];
}

/** What an entry carries was written by others: whatever it makes fail is a finding. */
function attempt(code: FindingCode, place: number, check: () => Finding[]): Finding[] {
  try {
    return check();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return [error(code, place, `has a signature that does not hold: ${reason}`)];
  }
}
