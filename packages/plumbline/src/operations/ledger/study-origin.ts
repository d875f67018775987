/**
 * Where the study of a look came from: derived again from the registered document in force at that moment, both out of the
 * ledger, and compared. So a verdict follows from what was signed, not only from what stands beside it.
 */
import {
  canonicalJson,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LedgerEntry,
} from "@plumbline/ledger";
import {
  type DocumentChange,
  documentChanges,
  type EvidenceDocument,
  metricLibrarySchema,
  parseDocument,
  type RegisteredDocument,
  registrationSchema,
  resolveStudy,
  type Study,
  versionAt,
  workspaceSchema,
} from "@plumbline/primitives";
import { withoutUndefined } from "./looks.js";
import { standingFrom } from "./registration.js";
import { shown } from "./text.js";

export interface StudyOrigin {
  /**
   * follows: from the document in force. differs: it does not. unregistered: no document was in force. changed: the look read
   * a file that said something else. unknown: it names no document.
   */
  readonly kind: "follows" | "differs" | "unregistered" | "changed" | "unknown";
  /** The entry of the version in force at the look; null when there was none. */
  readonly version: number | null;
  /** For `differs`: from the derived study (before) to the stored one (after). */
  readonly changes: readonly DocumentChange[];
  readonly sentence: string;
}

/** `entries`: those of the look's experiment, oldest first. Throws nothing on their content. */
export function studyOrigin(look: LedgerEntry, entries: readonly LedgerEntry[]): StudyOrigin {
  const { versions } = standingFrom(look.subject, entries, [], null);
  const inForce = versionAt(versions, look.seq);
  const { document } = look.body;
  if (inForce === null) {
    return stated("unregistered", null, "The look was of an experiment that was not registered.");
  }
  if (typeof document !== "string") {
    return stated("unknown", inForce.seq, "The look does not say which document it read.");
  }
  if (document !== inForce.document) {
    const sentence = `The look read a changed file, not the document registered as entry ${inForce.seq}.`;
    return stated("changed", inForce.seq, sentence);
  }
  return derived(look.body.study ?? null, inForce.content, inForce.seq);
}

const stated = (
  kind: StudyOrigin["kind"],
  version: number | null,
  sentence: string,
): StudyOrigin => ({ kind, version, changes: [], sentence });

function derived(stored: JsonValue, content: RegisteredDocument, seq: number): StudyOrigin {
  const kinds = kindsOfMetrics(stored, content);
  const { study, fault } = studyOf(inOrderOf(stored, content), kinds);
  if (study === null) {
    const sentence = `The document registered as entry ${seq} gives no study: ${fault}`;
    return stated("differs", seq, sentence);
  }
  const again: JsonValue = asThen(JSON.parse(canonicalJson(withoutUndefined(study))), stored);
  const changes = documentChanges(again, stored);
  if (changes.length > 0) {
    const sentence = `The study differs from the document registered as entry ${seq}: ${changesText(changes)}.`;
    return { kind: "differs", version: seq, changes, sentence };
  }
  const names = [...kinds.keys()];
  const taken =
    names.length === 0
      ? ""
      : ` It does not say what kind of metric ${names.join(", ")} is; that is as the evidence file gave it.`;
  return stated(
    "follows",
    seq,
    `The study follows from the document registered as entry ${seq}.${taken}`,
  );
}

/**
 * Studies recorded before there were these keys lack all of them: they say how a verdict is read and compared, and stand in no
 * document. One that has any of them must have them as the document resolves now.
 */
const LATER_KEYS: readonly string[] = ["otherPolicies"];

function asThen(derivedNow: JsonValue, stored: JsonValue): JsonValue {
  if (!isJsonObject(derivedNow) || !isJsonObject(stored)) return derivedNow;
  if (!Object.hasOwn(stored, "matureShare"))
    return withoutLater(withoutMaturity(derivedNow), stored);
  return withoutLater(derivedNow, stored);
}

/** A study in which something matures says which share of the units must; one recorded earlier knows nothing of it. */
function withoutMaturity(value: JsonObject): JsonObject {
  const cleaned = (inside: JsonValue): JsonValue => {
    if (Array.isArray(inside)) return inside.filter((each) => !isOfMaturity(each)).map(cleaned);
    return isJsonObject(inside) ? withoutMaturity(inside) : inside;
  };
  const kept = Object.entries(value).filter(([key]) => key !== "maturity" && key !== "matureShare");
  return Object.fromEntries(kept.map(([key, inside]) => [key, cleaned(inside)]));
}

const isOfMaturity = (parameter: JsonValue): boolean =>
  isJsonObject(parameter) && /^mature_share$|\.matures_after$/.test(String(parameter.name));

function withoutLater(derivedNow: JsonObject, stored: JsonObject): JsonObject {
  if (LATER_KEYS.some((key) => Object.hasOwn(stored, key))) return derivedNow;
  return Object.fromEntries(
    Object.entries(derivedNow).filter(([key]) => !LATER_KEYS.includes(key)),
  );
}

function changesText(changes: readonly DocumentChange[]): string {
  const named = changes
    .slice(0, 5)
    .map(({ path, before, after }) => `${path} ${shown(after)} instead of ${shown(before)}`);
  const more = changes.length - named.length;
  return `${named.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}

/**
 * The order of keys is no part of a document, so the ledger does not hold it; a study lists its cohort dimensions in the order
 * of the file. The document is read in the order that the stored study has.
 */
function inOrderOf(stored: JsonValue, content: RegisteredDocument): RegisteredDocument {
  const { registration } = content;
  const declared = inside(registration.cohorts, "dimensions");
  const listed = inside(inside(stored, "cohorts"), "dimensions");
  if (!isJsonObject(registration.cohorts) || !isJsonObject(declared) || !Array.isArray(listed)) {
    return content;
  }
  const names = listed.map((each: JsonValue) => inside(each, "name"));
  const place = (name: string) => (names.includes(name) ? names.indexOf(name) : names.length);
  const dimensions = Object.fromEntries(
    Object.entries(declared).sort(([a], [b]) => place(a) - place(b)),
  );
  const cohorts = { ...registration.cohorts, dimensions };
  return { ...content, registration: { ...registration, cohorts } };
}

const inside = (value: JsonValue | undefined, key: string): JsonValue | undefined =>
  isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

interface Derived {
  readonly study: Study | null;
  /** Why there is none. */
  readonly fault: string;
}

/** The study that a registered document leads to, as a readout resolves it. */
function studyOf(content: RegisteredDocument, kinds: ReadonlyMap<string, string>): Derived {
  const { metrics, sources, defaults } = content;
  const registration = parseDocument(registrationSchema, "registration", content.registration);
  const library = parseDocument(metricLibrarySchema, "library", { metrics, sources });
  const workspace = parseDocument(workspaceSchema, "workspace", { name: "registered", defaults });
  if (registration.value === null || library.value === null || workspace.value === null) {
    const problems = [registration, library, workspace].flatMap((parsed) => parsed.problems);
    return { study: null, fault: problems[0]?.message ?? "" };
  }
  const { study, problems } = resolveStudy({
    registration: registration.value,
    library: { metrics: library.value.metrics ?? {}, sources: library.value.sources ?? {} },
    evidence: proportions(registration.value.experiment_id, kinds),
    defaults: workspace.value.defaults ?? null,
    resolveFiles: (files) => files,
  });
  const error = problems.find(({ severity }) => severity === "error");
  return { study, fault: error?.message ?? "" };
}

/**
 * Metrics that stand in no library: an evidence file with successes makes one a proportion, and the look holds what was
 * computed from that file, not the file. Their kind is taken from the stored study.
 */
function kindsOfMetrics(
  stored: JsonValue,
  { metrics }: RegisteredDocument,
): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  const walk = (value: JsonValue | undefined) => {
    if (typeof value !== "object" || value === null) return;
    if (isJsonObject(value) && typeof value.name === "string" && value.kind === "proportion") {
      if (!Object.hasOwn(metrics, value.name)) kinds.set(value.name, value.kind);
    }
    Object.values(value).forEach(walk);
  };
  walk(stored);
  return kinds;
}

function proportions(
  experiment: string,
  kinds: ReadonlyMap<string, string>,
): EvidenceDocument | null {
  if (kinds.size === 0) return null;
  return {
    kind: "evidence",
    experiment_id: experiment,
    arms: {},
    interval_level: 0.95,
    results: [...kinds.keys()].map((metric) => ({
      metric,
      by_arm: { any: { n: 1, successes: 0 } },
    })),
  };
}
