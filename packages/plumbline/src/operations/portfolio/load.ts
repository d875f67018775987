/** The portfolio of a command with its past, ranked. */
import { dirname, resolve } from "node:path";
import { type Ranking, rankCandidates, rankingFindings, recordsOf } from "@plumbline/primitives";
import { placed, readDocument } from "../../documents/document.js";
import type { DocumentProblem } from "../../documents/problem.js";
import type { YamlText } from "../../documents/yaml.js";
import { PlumbError } from "../../errors.js";
import { pathIn } from "../design/load.js";
import { DocumentsError } from "../documents-error.js";
import type { OperationContext } from "../operation.js";

export interface LoadedPortfolio {
  readonly ranking: Ranking;
  readonly yaml: YamlText;
  /** Warnings of the document and of the ranking. */
  readonly findings: readonly DocumentProblem[];
}

/** @throws DocumentsError for a document with errors; PlumbError NOT_A_PORTFOLIO for another document. */
export async function loadPortfolio(
  context: OperationContext,
  given: string,
): Promise<LoadedPortfolio> {
  const path = pathIn(context, given);
  const { kind, document, problems } = readDocument(path);
  if (kind !== null && kind !== "portfolio") {
    throw new PlumbError(
      "NOT_A_PORTFOLIO",
      `${given} is not a portfolio.`,
      "Give the path of a document that begins with kind: portfolio.",
    );
  }
  if (document?.kind !== "portfolio") throw new DocumentsError(problems);
  const { value, yaml } = document;
  const past = recordsOf(value);
  if (value.past_file !== undefined) {
    const { readHistory } = await import("./history.js");
    past.push(...(await readHistory(resolve(dirname(path), value.past_file), context.signal)));
  }
  const ranking = rankCandidates(value, past);
  const findings = rankingFindings(ranking).map((each) => placed(each, yaml));
  return { ranking, yaml, findings: [...problems, ...findings] };
}
