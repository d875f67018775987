/**
 * What is registered: the registration as written, with the metric and source definitions it leads to, the workspace's
 * defaults and the roles that must sign. Its hash is what people sign, so a metric redefined in the library, or a default
 * changed in the workspace, is a changed registration.
 */
import type { JsonObject, JsonValue } from "@plumbline/ledger";

/** A type, so that it is JSON as it stands. */
export type RegisteredDocument = {
  readonly registration: JsonObject;
  readonly metrics: JsonObject;
  readonly sources: JsonObject;
  readonly defaults: JsonObject;
  readonly required_roles: readonly string[];
};

export interface DocumentParts {
  /** The registration as parsed from its file, before defaults. */
  readonly registration: JsonObject;
  /** All metrics and sources of the workspace, as parsed from their files. */
  readonly metrics: JsonObject;
  readonly sources: JsonObject;
  readonly defaults: JsonObject;
  readonly requiredRoles: readonly string[];
}

/** The document to hash: only what the registration leads to. Comments, order of keys and `pre_registration` do not count. */
export function registeredDocument(parts: DocumentParts): RegisteredDocument {
  // `pre_registration` repeats what the ledger knows, the hash of this very document included.
  const { pre_registration: _, ...registration } = parts.registration;
  const metrics = reachableMetrics(registration, parts.metrics);
  const sources = new Set([...valuesOf(registration, "source"), ...valuesOf(metrics, "source")]);
  return {
    registration,
    metrics,
    sources: pick(parts.sources, sources),
    defaults: parts.defaults,
    required_roles: [...parts.requiredRoles].sort(),
  };
}

/** Metrics are named by the registration, and by each other as covariates. */
function reachableMetrics(registration: JsonObject, library: JsonObject): JsonObject {
  const found = new Set<string>();
  const open = [...valuesOf(registration, "name"), ...valuesOf(registration, "covariate")];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next) || !Object.hasOwn(library, next)) continue;
    found.add(next);
    open.push(...valuesOf(library[next], "covariate"));
  }
  return pick(library, found);
}

function pick(all: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
}

/** Texts that stand under a key, at any depth. */
function valuesOf(value: JsonValue | undefined, key: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([each, inside]: [string, JsonValue]) =>
    each === key && typeof inside === "string" ? [inside] : valuesOf(inside, key),
  );
}
