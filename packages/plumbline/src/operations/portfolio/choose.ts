import { chooseQuarter } from "@plumbline/primitives";
import { z } from "zod";
import { renderChoice } from "../../report/portfolio/choose-terminal.js";
import { type ChoiceDocument, choiceDocument } from "../../report/portfolio/document.js";
import { pathIn } from "../design/load.js";
import { DocumentsError } from "../documents-error.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";
import { version } from "../version.js";
import { writePage } from "../write-whole.js";
import { type LoadedPortfolio, loadPortfolio } from "./load.js";
import { type OpenedLaunches, openLaunches } from "./open.js";
import { type RecordedChoice, recordChoice } from "./record.js";

const input = z.strictObject({
  portfolio: z.string().min(1),
  json: z.boolean().default(false),
  record: z.boolean().default(false),
  open: z.string().min(1).optional(),
  html: z.string().min(1).optional(),
});

type ChooseInput = z.output<typeof input>;

interface ChooseOutput {
  readonly document: ChoiceDocument;
  readonly htmlPath: string | null;
  /** Null: not asked for. */
  readonly recorded: RecordedChoice | null;
  readonly opened: OpenedLaunches | null;
}

/** @throws DocumentsError PORTFOLIO_INFEASIBLE where what is decided by hand cannot be had. */
export async function chooseLoaded(
  { ranking, yaml, findings }: LoadedPortfolio,
  base: string,
): Promise<ChoiceDocument> {
  const choice = await chooseQuarter(ranking);
  if (choice.status === "optimal") return choiceDocument(choice, findings, base);
  const { overrides = [] } = ranking.document;
  const forced = overrides.flatMap(({ candidate, decision }, at) =>
    decision === "ship" || decision === "ship_as_evoi" ? [{ candidate, at }] : [],
  );
  throw new DocumentsError(
    forced.map(({ candidate, at }) => ({
      ...yaml.locate(["overrides", at]),
      code: "PORTFOLIO_INFEASIBLE",
      severity: "error" as const,
      message: `No set holds "${candidate}" with what else is decided by hand, within the engineer-weeks and the rules.`,
      mend: "Take the override back, or raise the capacity.",
    })),
  );
}

async function run(context: OperationContext, given: ChooseInput): Promise<ChooseOutput> {
  const loaded = await loadPortfolio(context, given.portfolio);
  const document = await chooseLoaded(loaded, context.workingDirectory);
  const recorded = given.record ? await recordChoice(context, loaded, document) : null;
  const opened =
    given.open === undefined
      ? null
      : await openLaunches(pathIn(context, given.open), loaded.ranking, document);
  const done = { document, recorded, opened };
  if (given.html === undefined) return { ...done, htmlPath: null };
  const { renderPortfolioHtml } = await import("../../report/portfolio/html.js");
  const htmlPath = pathIn(context, given.html);
  const generatedAt = context.now().toISOString();
  await writePage(htmlPath, renderPortfolioHtml({ document, version, generatedAt }));
  return { ...done, htmlPath };
}

function recordSentence(recorded: RecordedChoice | null): string {
  if (recorded === null) return "";
  const { seq, repeated } = recorded;
  return repeated
    ? `The ledger holds this choice already, entry ${seq}\n`
    : `Recorded in the ledger, entry ${seq}\n`;
}

function openedLines(opened: OpenedLaunches | null): string {
  if (opened === null) return "";
  const lines = [
    ...opened.written.map((path) => `Registration drafted: ${path}\n`),
    ...opened.kept.map((path) => `Left as it is: ${path}\n`),
  ];
  return lines.join("");
}

function render(output: ChooseOutput, { json }: ChooseInput, rendering: Rendering): Rendered {
  const { document, htmlPath, recorded, opened } = output;
  const stdout = json
    ? `${JSON.stringify(document, null, 2)}\n`
    : renderChoice(document, rendering);
  const written = htmlPath === null ? "" : `Report written to ${htmlPath}\n`;
  const stderr = `${recordSentence(recorded)}${openedLines(opened)}${written}`;
  return { stdout, stderr, exitCode: 0 };
}

export const chooseOperation: OperationBody<ChooseInput, ChooseOutput> = { input, run, render };
