/** From the files of a workspace to the document that is registered, and from the ledger to its standing. */
import { relative } from "node:path";
import {
  canonicalJson,
  documentHash,
  isJsonObject,
  type JsonObject,
  type LedgerEntry,
  openSignOff,
  parseJson,
  type TrustedKey,
} from "@plumbline/ledger";
import {
  type RegisteredDocument,
  registeredDocument,
  registrationFacts,
  registrationStanding,
  type Standing,
  type Study,
} from "@plumbline/primitives";
import { loadExperiment } from "../../documents/check.js";
import type { Loaded } from "../../documents/document.js";
import { type DocumentProblem, hasErrors } from "../../documents/problem.js";
import type { ResolvedRegistration, Workspace } from "../../documents/workspace.js";
import { DocumentsError } from "../documents-error.js";
import { readable, type Session, storedEntries } from "./session.js";

/** Who signs where the workspace does not say. */
const DEFAULT_ROLES: readonly string[] = ["pm", "applied_ml_eng", "ds_partner", "eng_manager"];
/** Signs as well, and only, when stakes are high. */
const DIRECTOR = "director";

export interface CurrentRegistration {
  readonly experiment: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly registration: Loaded<"registration">;
  readonly study: Study;
  readonly content: RegisteredDocument;
  /** Hash of `content`. */
  readonly document: string;
  readonly warnings: readonly DocumentProblem[];
}

export function requiredRoles(workspace: Workspace, stakes: Study["stakes"]): readonly string[] {
  const named = Object.keys(workspace.config.roles ?? {}).filter((role) => role !== DIRECTOR);
  const roles = named.length > 0 ? named : DEFAULT_ROLES;
  return stakes === "high" ? [...roles, DIRECTOR] : roles;
}

/** Who may sign for a role; null: the workspace names nobody, so anybody in people.yaml may. */
export function holdersOf(workspace: Workspace, role: string): readonly string[] | null {
  const { roles } = workspace.config;
  if (roles === undefined || Object.keys(roles).length === 0) return null;
  return Object.hasOwn(roles, role) ? (roles[role] ?? []) : [];
}

/** JSON as it is hashed. Throws `NOT_CANONICAL` for what has no exact hash. */
function plain(value: unknown): JsonObject {
  const json = parseJson(canonicalJson(value ?? {}));
  return isJsonObject(json) ? json : {};
}

function section(workspace: Workspace, name: "metrics" | "sources"): JsonObject {
  const parts = workspace.libraries.map(({ yaml }) => plain(yaml.value)[name]);
  return Object.assign({}, ...parts.filter(isJsonObject));
}

/** The document that the files say now. */
export function currentDocument(
  workspace: Workspace,
  resolved: ResolvedRegistration,
  study: Study,
): { content: RegisteredDocument; document: string } {
  const content = registeredDocument({
    registration: plain(resolved.registration.yaml.value),
    metrics: section(workspace, "metrics"),
    sources: section(workspace, "sources"),
    defaults: plain(workspace.config.defaults),
    requiredRoles: requiredRoles(workspace, study.stakes),
  });
  return { content, document: documentHash(content) };
}

/** A registration without errors. Throws `DocumentsError` with every error placed. */
export function loadRegistration(workspace: Workspace, file: string): CurrentRegistration {
  const { resolved, problems } = loadExperiment(file, null);
  if (hasErrors(problems) || !resolved?.study) {
    throw new DocumentsError(problems.filter(({ severity }) => severity === "error"));
  }
  const { study } = resolved;
  return {
    experiment: study.experimentId,
    path: relative(workspace.root, file),
    registration: resolved.registration,
    study,
    ...currentDocument(workspace, resolved, study),
    warnings: problems.filter(({ severity }) => severity === "warning"),
  };
}

/** Whether the envelope of a sign-off is by a trusted key of the person, valid then, and signs what the entry says. */
export function signatureHolds(keys: readonly TrustedKey[]): (entry: LedgerEntry) => boolean {
  return ({ body, subject, at }) => {
    try {
      const signed = openSignOff(body.envelope, keys);
      const { validFrom, validUntil } = signed.key;
      const time = Date.parse(at);
      return (
        signed.subject === subject &&
        signed.document === body.document &&
        signed.role === body.role &&
        signed.person === body.person &&
        (validFrom === undefined || time >= Date.parse(validFrom)) &&
        (validUntil === undefined || time <= Date.parse(validUntil))
      );
    } catch {
      // Whatever an envelope written by others makes fail, it does not count.
      return false;
    }
  };
}

/** The standing by entries already read; a version, review or decision whose content has another hash than it says counts for nothing. */
export function standingFrom(
  experiment: string,
  entries: readonly LedgerEntry[],
  keys: readonly TrustedKey[],
  current: RegisteredDocument | null,
): Standing {
  const facts = registrationFacts(entries, signatureHolds(keys));
  const versions = facts.versions.filter(
    ({ content, document }) => documentHash(content) === document,
  );
  const overrides = facts.overrides.filter(
    ({ review, document }) => documentHash(review) === document,
  );
  const decisions = facts.decisions.filter(
    ({ decision, document }) => documentHash(decision) === document,
  );
  return registrationStanding(experiment, { ...facts, versions, overrides, decisions }, current);
}

/** The standing of an experiment of this session's ledger. */
export async function standingOf(
  session: Session,
  experiment: string,
  current: RegisteredDocument | null,
): Promise<Standing> {
  const entries = readable(await storedEntries(session, experiment));
  return standingFrom(experiment, entries, session.people.keys, current);
}
