/** The newest recorded look, where a cohort or a fairness rule stopped it, as its entry says. */
import { isJsonObject, type JsonObject, type LedgerEntry } from "@plumbline/ledger";

export interface StoppedLook {
  readonly seq: number;
  /** Ids of the checks of cohorts that blocked. */
  readonly checks: readonly string[];
  /** Cohorts in breach, "locale=JP". */
  readonly harmed: readonly string[];
  /** Every declared cohort of the study of that look. */
  readonly declared: readonly string[];
}

const objects = (value: unknown): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

const inner = (value: unknown): JsonObject => objects([value])[0] ?? {};

function nameOf(cohort: unknown): string[] {
  const { dimension, level } = inner(cohort);
  return typeof dimension === "string" && typeof level === "string"
    ? [`${dimension}=${level}`]
    : [];
}

function declaredOf(study: unknown): string[] {
  return objects(inner(inner(study).cohorts).dimensions).flatMap(({ name, levels }) =>
    Array.isArray(levels) ? levels.flatMap((level) => nameOf({ dimension: name, level })) : [],
  );
}

/** Null when there is no look, or the newest was not stopped by a cohort. `entries`: of one experiment, oldest first. */
export function stoppedLook(entries: readonly LedgerEntry[]): StoppedLook | null {
  const look = entries.findLast(({ type }) => type === "looked");
  if (look === undefined) return null;
  const blocking = objects(inner(look.body.verdict).checks).filter(
    ({ blocks, kind, cohort }) =>
      blocks === true && (kind === "cohort" || (kind === "guardrail" && nameOf(cohort).length > 0)),
  );
  if (blocking.length === 0) return null;
  return {
    seq: look.seq,
    checks: blocking.map(({ id }) => String(id)),
    harmed: [
      ...new Set(
        blocking
          .filter(({ status }) => status === "breach")
          .flatMap(({ cohort }) => nameOf(cohort)),
      ),
    ],
    declared: declaredOf(look.body.study),
  };
}
