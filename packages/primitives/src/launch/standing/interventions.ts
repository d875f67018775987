/** What happened to a run beside its plan: pauses by a breach, and human overrides with their signatures. */
import { assignRoles } from "@plumbline/ledger";
import { formatList } from "../../shared/format.js";
import type { EntryMoment } from "./entry-moment.js";
import type { SignatureFact, VersionFact } from "./facts.js";
import type { OverrideFact, PauseFact } from "./intervention-facts.js";

export interface StandingOverride extends OverrideFact {
  /** All under this review; `counted`: one person for each filled role. */
  readonly signatures: readonly SignatureFact[];
  readonly counted: readonly SignatureFact[];
  readonly missing: readonly string[];
  /** The entry that completed the signatures; null while one is missing. It is in force from then until it expires. */
  readonly signed: EntryMoment | null;
}

export interface StandingPause extends PauseFact {
  /** What ended it: a signed override of all its checks, or an amendment. Null: it stands. */
  readonly lifted: { readonly by: "override" | "amendment"; readonly seq: number } | null;
}

/** Signatures under each review; the roles are those of the registration in force when it was first signed. */
export function withOverrideSignatures(
  overrides: readonly OverrideFact[],
  signatures: readonly SignatureFact[],
  versions: readonly VersionFact[],
): StandingOverride[] {
  return overrides.map((override) => {
    const version = versions.filter(({ seq }) => seq < override.seq).at(-1);
    const required = [...new Set([...(version?.content.required_roles ?? []), ...override.roles])];
    const own = signatures.filter(
      ({ document, seq }) => document === override.document && seq >= override.seq,
    );
    const { filled, missing } = assignRoles(required, own);
    const counted = filled.flatMap(
      (role) => own.find((each) => each.role === role.role && each.person === role.person) ?? [],
    );
    const last = own.findIndex((_, at) => assignRoles(required, own.slice(0, at + 1)).complete);
    const completing = required.length === 0 ? undefined : own[last];
    const signed = completing === undefined ? null : { seq: completing.seq, at: completing.at };
    return { ...override, signatures: own, counted, missing, signed };
  });
}

export function withLifting(
  pauses: readonly PauseFact[],
  overrides: readonly StandingOverride[],
  versions: readonly VersionFact[],
): StandingPause[] {
  return pauses.map((pause) => {
    const amendment = versions.find(({ seq }) => seq > pause.seq);
    if (amendment !== undefined) {
      return { ...pause, lifted: { by: "amendment", seq: amendment.seq } };
    }
    const covering = overrides.find(
      ({ signed, checks }) =>
        signed !== null &&
        signed.seq > pause.seq &&
        pause.checks.every((each) => checks.includes(each)),
    );
    const lifted =
      covering?.signed == null ? null : ({ by: "override", seq: covering.signed.seq } as const);
    return { ...pause, lifted };
  });
}

/** For the sentence of the registration: said in every later readout, whatever comes after. */
export function interventionSentences(
  pauses: readonly StandingPause[],
  overrides: readonly StandingOverride[],
): string[] {
  return [
    ...pauses.map(({ at, checks }) => {
      const why = checks.length === 0 ? "a breach" : formatList(checks);
      return `Paused on ${at.slice(0, 10)} by ${why}.`;
    }),
    ...overrides.map(({ checks, signed, missing, expires, counted }) =>
      signed === null
        ? `An override of ${formatList(checks)} is not in force; missing: ${formatList(missing)}.`
        : `Overridden by people on ${signed.at.slice(0, 10)}, until ${expires.slice(0, 10)}: ` +
          `${formatList(checks)}, signed by ${formatList(counted.map(({ role }) => role))}.`,
    ),
  ];
}
