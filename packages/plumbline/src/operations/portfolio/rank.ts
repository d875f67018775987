import { z } from "zod";
import { type RankingDocument, rankingDocument } from "../../report/portfolio/document.js";
import { renderRanking } from "../../report/portfolio/rank-terminal.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";
import { loadPortfolio } from "./load.js";

const input = z.strictObject({
  portfolio: z.string().min(1),
  json: z.boolean().default(false),
});

type RankInput = z.output<typeof input>;

async function run(context: OperationContext, given: RankInput): Promise<RankingDocument> {
  const { ranking, findings } = await loadPortfolio(context, given.portfolio);
  return rankingDocument(ranking, findings, context.workingDirectory);
}

function render(output: RankingDocument, { json }: RankInput, rendering: Rendering): Rendered {
  const stdout = json ? `${JSON.stringify(output, null, 2)}\n` : renderRanking(output, rendering);
  return { stdout, stderr: "", exitCode: 0 };
}

export const rankOperation: OperationBody<RankInput, RankingDocument> = { input, run, render };
