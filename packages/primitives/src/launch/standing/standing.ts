/**
 * The standing of a registration, derived from the facts of the ledger: who signed, who is missing, whether it is locked, what
 * was amended after how many looks, and whether the files still say what was registered.
 */
import { assignRoles } from "@plumbline/ledger";
import { formatList, formatNumberOf } from "../../shared/format.js";
import { type DocumentChange, documentChanges } from "./changes.js";
import { type CohortDecisionFact, decisionSentence } from "./decision-facts.js";
import type { RegisteredDocument } from "./document.js";
import type { EntryMoment } from "./entry-moment.js";
import type { LookFact, RegistrationFacts, SignatureFact, VersionFact } from "./facts.js";
import {
  interventionSentences,
  type StandingOverride,
  type StandingPause,
  withLifting,
  withOverrideSignatures,
} from "./interventions.js";

export type RegistrationState = "unregistered" | "unsigned" | "half_signed" | "locked";

/** A version with its own signatures: those made after it and before the next one. */
export interface SignedVersion extends VersionFact {
  /** One person for each filled role. */
  readonly counted: readonly SignatureFact[];
  /** Signatures that fill no role: by somebody who fills another one, or for a role not asked for. */
  readonly uncounted: readonly SignatureFact[];
  readonly missing: readonly string[];
  /** The entry that completed the signatures; null while one is missing. */
  readonly locked: EntryMoment | null;
}

export interface Amendment extends EntryMoment {
  readonly reason: string;
  readonly changes: readonly DocumentChange[];
  /** Looks recorded before it. */
  readonly looksBefore: number;
}

/** A look, and how what it read stood to the registration of that moment. */
export interface StandingLook extends LookFact {
  /** 1 for the first. */
  readonly number: number;
  /** The version in force at the look; null: none was registered yet. */
  readonly version: number | null;
  /** registered: the files said what that version says. changed: something else. unknown: there is nothing to tell by. */
  readonly read: "registered" | "changed" | "unknown";
}

export interface Standing {
  readonly experiment: string;
  readonly state: RegistrationState;
  /** The version in force; null when unregistered. */
  readonly version: SignedVersion | null;
  /** All versions, oldest first. */
  readonly versions: readonly SignedVersion[];
  readonly amendments: readonly Amendment[];
  readonly looks: readonly StandingLook[];
  readonly started: EntryMoment | null;
  readonly pauses: readonly StandingPause[];
  readonly overrides: readonly StandingOverride[];
  /** What was decided after looks that a cohort stopped, oldest first. */
  readonly decisions: readonly CohortDecisionFact[];
  readonly rejected: readonly SignatureFact[];
  /** The file against the version in force: what changed since; null when there was no file to compare. */
  readonly changed: readonly DocumentChange[] | null;
  /**
   * The registration in words, without the looks. It stays the same from look to look, so a verdict that says it stays the
   * same as well.
   */
  readonly registrationSentence: string;
  /** The whole in words. */
  readonly sentence: string;
}

/** `current`: the document as the files say it now, or null where they are not at hand. */
export function registrationStanding(
  experiment: string,
  facts: RegistrationFacts,
  current: RegisteredDocument | null,
): Standing {
  const versions = facts.versions.map((version, at) =>
    withSignatures(version, facts.versions[at + 1] ?? null, facts.signatures),
  );
  const version = versions.at(-1) ?? null;
  const amendments = versions
    .filter(({ kind }) => kind === "amended")
    .map(({ seq, at, reason, changes }) => ({
      seq,
      at,
      reason: reason ?? "",
      changes,
      looksBefore: facts.looks.filter((look) => look.seq < seq).length,
    }));
  const overrides = withOverrideSignatures(facts.overrides, facts.signatures, facts.versions);
  const standing = {
    experiment,
    state: stateOf(version),
    version,
    versions,
    amendments,
    looks: facts.looks.map((look, at) => withVersion(look, at + 1, facts.versions)),
    started: facts.started,
    pauses: withLifting(facts.pauses, overrides, facts.versions),
    overrides,
    decisions: facts.decisions,
    rejected: facts.rejected,
    changed: version === null || current === null ? null : changesOf(version.content, current),
  };
  const registrationSentence = registrationSentenceOf(standing);
  const sentence = [registrationSentence, ...looksSentences(standing.looks)].join(" ");
  return { ...standing, registrationSentence, sentence };
}

/** The version in force when an entry was appended; null: none yet. */
export function versionAt<Version extends EntryMoment>(
  versions: readonly Version[],
  seq: number,
): Version | null {
  return versions.filter((version) => version.seq < seq).at(-1) ?? null;
}

function withVersion(
  look: LookFact,
  number: number,
  versions: readonly VersionFact[],
): StandingLook {
  const version = versionAt(versions, look.seq);
  const unknown = version === null || look.document === null;
  const read = unknown ? "unknown" : look.document === version.document ? "registered" : "changed";
  return { ...look, number, version: version?.seq ?? null, read };
}

/** Roles asked for are fixed at registration: a workspace that asks for others later changes later registrations. */
function changesOf(registered: RegisteredDocument, current: RegisteredDocument) {
  return documentChanges(registered, { ...current, required_roles: registered.required_roles });
}

function withSignatures(
  version: VersionFact,
  next: VersionFact | null,
  all: readonly SignatureFact[],
): SignedVersion {
  const own = all.filter(
    ({ seq, document }) =>
      document === version.document && seq > version.seq && (next === null || seq < next.seq),
  );
  const required = version.content.required_roles;
  const { complete, filled, missing } = assignRoles(required, own);
  const counted = filled.flatMap(({ role, person }) => {
    const signature = own.find((each) => each.role === role && each.person === person);
    return signature === undefined ? [] : [signature];
  });
  // Nobody asked to sign is a fault of the entry, not a lock.
  const last =
    complete && required.length > 0
      ? own.findIndex((_, at) => fills(required, own.slice(0, at + 1)))
      : -1;
  const locking = own[last];
  return {
    ...version,
    counted,
    uncounted: own.filter((each) => !counted.includes(each)),
    missing,
    locked: locking === undefined ? null : { seq: locking.seq, at: locking.at },
  };
}

const fills = (required: readonly string[], signatures: readonly SignatureFact[]) =>
  assignRoles(required, signatures).complete;

function stateOf(version: SignedVersion | null): RegistrationState {
  if (version === null) return "unregistered";
  if (version.locked !== null) return "locked";
  return version.counted.length === 0 ? "unsigned" : "half_signed";
}

function registrationSentenceOf(
  standing: Omit<Standing, "sentence" | "registrationSentence">,
): string {
  const { version, state, amendments, changed, started } = standing;
  if (version === null) return "Not registered.";
  const sentences = [stateSentence(state, version, standing.versions[0] ?? version)];
  if (started !== null) sentences.push(`Started on ${started.at.slice(0, 10)}.`);
  for (const { at, looksBefore } of amendments) {
    const after =
      looksBefore === 0 ? "before any look" : `after ${formatNumberOf(looksBefore, "look")}`;
    sentences.push(`Amended on ${at.slice(0, 10)}, ${after}.`);
  }
  sentences.push(...interventionSentences(standing.pauses, standing.overrides));
  sentences.push(...standing.decisions.map(decisionSentence));
  if (changed !== null && changed.length > 0) {
    sentences.push(
      `The files changed since: ${formatList(changed.slice(0, 3).map(({ path }) => path))}` +
        `${changed.length > 3 ? ` and ${changed.length - 3} more` : ""}.`,
    );
  }
  return sentences.join(" ");
}

function looksSentences(looks: readonly StandingLook[]): string[] {
  if (looks.length === 0) return [];
  const recorded = `${formatNumberOf(looks.length, "look")} recorded.`;
  const astray = looks.filter(({ read }) => read === "changed").map(({ number }) => `${number}`);
  if (astray.length === 0) return [recorded];
  const which = `Look${astray.length === 1 ? "" : "s"} ${formatList(astray)}`;
  return [recorded, `${which} read a changed file.`];
}

function stateSentence(
  state: RegistrationState,
  version: SignedVersion,
  first: SignedVersion,
): string {
  const registered = `Registered on ${first.at.slice(0, 10)}`;
  if (version.locked !== null) {
    return `Locked on ${version.locked.at.slice(0, 10)} by ${formatNumberOf(version.counted.length, "signature")}.`;
  }
  const missing = `missing: ${formatList(version.missing)}`;
  return state === "unsigned"
    ? `${registered}, not signed; ${missing}.`
    : `${registered}, signed by ${formatList(version.counted.map(({ role }) => role))}; ${missing}.`;
}
