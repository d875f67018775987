import { didYouMean } from "@plumbline/primitives";
import { z } from "zod";
import { PlumbError } from "../../errors.js";
import { renderExplanation } from "../../report/portfolio/explain-terminal.js";
import { type Explanation, explanationOf } from "../../report/portfolio/explanation.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";
import { chooseLoaded } from "./choose.js";
import { loadPortfolio } from "./load.js";

const input = z.strictObject({
  portfolio: z.string().min(1),
  candidate: z.string().min(1),
  json: z.boolean().default(false),
});

type ExplainInput = z.output<typeof input>;

async function run(context: OperationContext, given: ExplainInput): Promise<Explanation> {
  const loaded = await loadPortfolio(context, given.portfolio);
  const ids = loaded.ranking.appraisals.map(({ candidate }) => candidate.id);
  if (!ids.includes(given.candidate)) {
    throw new PlumbError(
      "CANDIDATE_UNKNOWN",
      `There is no candidate "${given.candidate}" in this portfolio.`,
      didYouMean(given.candidate, ids, "candidate"),
    );
  }
  return explanationOf(await chooseLoaded(loaded, context.workingDirectory), given.candidate);
}

function render(output: Explanation, { json }: ExplainInput, rendering: Rendering): Rendered {
  const stdout = json
    ? `${JSON.stringify(output, null, 2)}\n`
    : renderExplanation(output, rendering);
  return { stdout, stderr: "", exitCode: 0 };
}

export const explainOperation: OperationBody<ExplainInput, Explanation> = { input, run, render };
