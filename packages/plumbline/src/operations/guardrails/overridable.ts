/** Which checks of an experiment a person may set aside: those of the product, never those of the data or of the registration. */
import { isJsonObject, type JsonObject } from "@plumbline/ledger";
import type { Standing } from "@plumbline/primitives";
import { readable, type Session, storedEntries } from "../ledger/session.js";

const OVERRIDABLE: readonly unknown[] = ["guardrail", "cohort"];

/** Ids of guardrails and cohorts that blocked the newest recorded look, or paused the run. */
export async function overridable(session: Session, standing: Standing): Promise<string[]> {
  const entries = readable(await storedEntries(session, standing.experiment));
  const look = entries.findLast(({ type }) => type === "looked");
  const verdict = look?.body.verdict;
  const checks = isJsonObject(verdict) && Array.isArray(verdict.checks) ? verdict.checks : [];
  const blocked = checks
    .filter(isJsonObject)
    .filter(({ kind, blocks }) => blocks === true && OVERRIDABLE.includes(kind))
    .map(idOf);
  return [...new Set([...blocked, ...standing.pauses.flatMap((pause) => pause.checks)])];
}

const idOf = ({ id }: JsonObject): string => String(id);
