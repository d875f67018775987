/** What the entries of one experiment say, in the words of a registration. */
import type { JsonObject, JsonValue, LedgerEntry } from "@plumbline/ledger";
import type { DocumentChange } from "./changes.js";
import { type CohortDecisionFact, readCohortDecision } from "./decision-facts.js";
import type { RegisteredDocument } from "./document.js";
import type { EntryMoment } from "./entry-moment.js";
import {
  type OverrideFact,
  type PauseFact,
  readOverride,
  readPause,
} from "./intervention-facts.js";

/** A version of the registration: the first, or one that an amendment made. */
export interface VersionFact extends EntryMoment {
  readonly kind: "registered" | "amended";
  /** Hash of `content`. */
  readonly document: string;
  readonly content: RegisteredDocument;
  /** Why it was amended; null for the first. */
  readonly reason: string | null;
  /** Against the version before, as recorded; empty for the first. */
  readonly changes: readonly DocumentChange[];
}

export interface SignatureFact extends EntryMoment {
  readonly document: string;
  readonly role: string;
  readonly person: string;
}

/** What a look took from the sequential plan, as its verdict says it. */
export interface LookPlan {
  /** Whole days of the run; null: not known. */
  readonly day: number | null;
  /** Which moment of the plan it was, e.g. "planned_look"; null: not said. */
  readonly moment: string | null;
  /** Day of the last planned look; null: not known. */
  readonly lastDay: number | null;
  readonly arms: readonly LookPlanArm[];
}

export interface LookPlanArm {
  readonly treatment: string;
  readonly z: number | null;
  /** 1 / variance of the estimate. */
  readonly information: number | null;
  /** Share of the planned information. */
  readonly fraction: number | null;
  /** What the plan said of the arm, e.g. "continue"; null: not said. */
  readonly decision: string | null;
}

export interface LookFact extends EntryMoment {
  readonly verdict: string;
  /** Hash of the registration as the files said it at the look; null: outside a workspace. */
  readonly document: string | null;
  /** Null: its verdict speaks of no plan. */
  readonly plan: LookPlan | null;
}

export interface RegistrationFacts {
  readonly versions: readonly VersionFact[];
  /** Only those whose envelope holds. */
  readonly signatures: readonly SignatureFact[];
  /** Sign-offs that do not hold: they count for nothing. */
  readonly rejected: readonly SignatureFact[];
  readonly looks: readonly LookFact[];
  readonly started: EntryMoment | null;
  readonly pauses: readonly PauseFact[];
  /** Only those whose first signature holds. */
  readonly overrides: readonly OverrideFact[];
  /** Only those whose signature holds. */
  readonly decisions: readonly CohortDecisionFact[];
}

/**
 * Reads the entries of one experiment, oldest first. `holds` says whether the envelope of a sign-off was checked and signs
 * what the entry says. An entry of another shape than ours says nothing here; `verify` finds it.
 */
export function registrationFacts(
  entries: readonly LedgerEntry[],
  holds: (entry: LedgerEntry) => boolean,
): RegistrationFacts {
  const versions: VersionFact[] = [];
  const signatures: SignatureFact[] = [];
  const rejected: SignatureFact[] = [];
  const looks: LookFact[] = [];
  const pauses: PauseFact[] = [];
  const overrides: OverrideFact[] = [];
  const decisions: CohortDecisionFact[] = [];
  let started: EntryMoment | null = null;
  for (const entry of entries) {
    const moment = { seq: entry.seq, at: entry.at };
    if (entry.type === "registered" || entry.type === "amended") {
      const version = readVersion(entry, moment);
      if (version !== null) versions.push(version);
    } else if (entry.type === "signed") {
      const signature = readSignature(entry.body, moment);
      if (signature !== null) (holds(entry) ? signatures : rejected).push(signature);
    } else if (entry.type === "looked") {
      looks.push(readLook(entry.body, moment));
    } else if (entry.type === "started") {
      started ??= moment;
    } else if (entry.type === "paused") {
      pauses.push(readPause(entry));
    } else if (entry.type === "overridden") {
      const override = readOverride(entry);
      const signature = readSignature(entry.body, moment);
      if (override === null || signature === null) continue;
      (holds(entry) ? signatures : rejected).push(signature);
      if (holds(entry)) overrides.push(override);
    } else if (entry.type === "decided") {
      const decision = readCohortDecision(entry);
      if (decision === null) continue;
      if (holds(entry)) decisions.push(decision);
      else rejected.push(signatureOf(decision));
    }
  }
  return { versions, signatures, rejected, looks, started, pauses, overrides, decisions };
}

const signatureOf = (fact: CohortDecisionFact): SignatureFact => ({
  seq: fact.seq,
  at: fact.at,
  document: fact.document,
  role: fact.role,
  person: fact.person,
});

const isMap = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTexts = (value: JsonValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

function readVersion({ type, body }: LedgerEntry, moment: EntryMoment): VersionFact | null {
  const { document, content, reason, changes } = body;
  if (typeof document !== "string" || !isMap(content) || !isMap(content.registration)) return null;
  const { registration, metrics, sources, defaults, required_roles } = content;
  if (!isMap(metrics) || !isMap(sources) || !isMap(defaults) || !isTexts(required_roles)) {
    return null;
  }
  return {
    ...moment,
    kind: type === "amended" ? "amended" : "registered",
    document,
    content: { registration, metrics, sources, defaults, required_roles },
    reason: typeof reason === "string" ? reason : null,
    changes: Array.isArray(changes) ? changes.filter(isChange) : [],
  };
}

const isChange = (value: JsonValue): value is DocumentChange =>
  isMap(value) && typeof value.path === "string";

function readSignature(body: JsonObject, moment: EntryMoment): SignatureFact | null {
  const { document, role, person } = body;
  if (typeof document !== "string" || typeof role !== "string" || typeof person !== "string") {
    return null;
  }
  return { ...moment, document, role, person };
}

/** A look counts whatever its body says: that somebody looked is the fact. */
function readLook({ verdict, document }: JsonObject, moment: EntryMoment): LookFact {
  const read = isMap(verdict) ? verdict : {};
  return {
    ...moment,
    verdict: textOf(read.verdict) ?? "unknown",
    document: textOf(document),
    plan: readPlan(read.plan),
  };
}

function readPlan(plan: JsonValue | undefined): LookPlan | null {
  if (!isMap(plan) || !Array.isArray(plan.arms)) return null;
  const arms = plan.arms.flatMap((arm: JsonValue): LookPlanArm[] => {
    const treatment = isMap(arm) ? textOf(arm.treatment) : null;
    if (!isMap(arm) || treatment === null) return [];
    const { z, information, fraction, decision } = arm;
    return [
      {
        treatment,
        z: numberOf(z),
        information: numberOf(information),
        fraction: numberOf(fraction),
        decision: textOf(decision),
      },
    ];
  });
  const { day, moment, lastDay } = plan;
  return { day: numberOf(day), moment: textOf(moment), lastDay: numberOf(lastDay), arms };
}

const textOf = (value: JsonValue | undefined) => (typeof value === "string" ? value : null);

const numberOf = (value: JsonValue | undefined) => (typeof value === "number" ? value : null);
