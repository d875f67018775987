/** A choice on record: the portfolio as written, what is chosen, and the decision and reason of every candidate. */
import {
  canonicalJson,
  documentHash,
  isJsonObject,
  type JsonObject,
  parseJson,
} from "@plumbline/ledger";
import type { ChoiceDocument } from "../../report/portfolio/document.js";
import { openWorkspace, readable, storedEntries, writing } from "../ledger/session.js";
import type { OperationContext } from "../operation.js";
import { version } from "../version.js";
import type { LoadedPortfolio } from "./load.js";

export interface RecordedChoice {
  readonly seq: number;
  /** The newest entry of this portfolio says the same, so nothing was appended. */
  readonly repeated: boolean;
}

/** @throws PlumbError NO_WORKSPACE, LedgerError. */
export async function recordChoice(
  context: OperationContext,
  { ranking, yaml }: LoadedPortfolio,
  choice: ChoiceDocument,
): Promise<RecordedChoice> {
  const body = bodyOf(yaml.value, choice);
  const subject = ranking.document.portfolio_id;
  const surroundings = openWorkspace(yaml.file);
  return writing(
    surroundings,
    async (session) => {
      const entries = readable(await storedEntries(session, subject));
      const newest = entries.filter(({ type }) => type === "chosen").at(-1);
      if (newest !== undefined && canonicalJson(newest.body) === canonicalJson(body)) {
        return { seq: newest.seq, repeated: true };
      }
      const at = context.now().toISOString();
      const { seq } = await session.store.append({ type: "chosen", at, subject, body });
      return { seq, repeated: false };
    },
    { create: true },
  );
}

function bodyOf(written: unknown, choice: ChoiceDocument): JsonObject {
  const json = parseJson(canonicalJson(written ?? {}));
  const portfolio = isJsonObject(json) ? json : {};
  return {
    document: documentHash(portfolio),
    portfolio,
    record: choice.record,
    method: choice.method,
    chosen: [...choice.best.chosen],
    value: choice.best.value,
    engineer_weeks: choice.best.effort,
    decisions: choice.candidates.map(({ id, decision, formula, reason, override }) => ({
      id,
      decision,
      formula,
      reason,
      by: override?.by ?? null,
    })),
    version,
  };
}
