import { z } from "zod";
import { renderReplay } from "../../report/design/replay-terminal.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";
import { pathIn } from "./load.js";
import { readDataset } from "./replay-data.js";
import {
  designsFor,
  type PlanSummary,
  type ReplayedSeries,
  replaySeries,
  summarise,
} from "./replay-series.js";

const input = z.strictObject({
  dataset: z.string().min(1),
  alpha: z.coerce.number().gt(0).lt(1).default(0.05),
  summary: z.boolean().default(false),
  json: z.boolean().default(false),
});

type ReplayInput = z.output<typeof input>;

export interface MetricSummary {
  readonly metric: string;
  readonly series: number;
  readonly plans: readonly PlanSummary[];
}

export interface ReplayOutput {
  readonly alpha: number;
  readonly series: readonly ReplayedSeries[];
  /** Series without any checkpoint that has a variance. */
  readonly empty: number;
  /** Rows left out. */
  readonly incomplete: number;
  readonly experiments: number;
  readonly total: readonly PlanSummary[];
  readonly metrics: readonly MetricSummary[];
}

/** Series between two chances to be interrupted. */
const BATCH = 8;

async function run(context: OperationContext, given: ReplayInput): Promise<ReplayOutput> {
  const data = await readDataset(pathIn(context, given.dataset), context.signal);
  const designs = designsFor(given.alpha);
  const replayed: ReplayedSeries[] = [];
  for (const [at, series] of data.series.entries()) {
    const one = replaySeries(series, designs);
    if (one !== null) replayed.push(one);
    if (at % BATCH !== BATCH - 1) continue;
    context.progress(`replayed ${at + 1} of ${data.series.length} series`);
    await new Promise((resolve) => setImmediate(resolve));
    context.signal.throwIfAborted();
  }
  const names = [...new Set(replayed.map(({ metric }) => metric))].sort();
  return {
    alpha: given.alpha,
    series: replayed,
    empty: data.series.length - replayed.length,
    incomplete: data.incomplete,
    experiments: new Set(replayed.map(({ experiment }) => experiment)).size,
    total: summarise(replayed),
    metrics: names.map((metric) => {
      const own = replayed.filter((each) => each.metric === metric);
      return { metric, series: own.length, plans: summarise(own) };
    }),
  };
}

function render(output: ReplayOutput, given: ReplayInput, rendering: Rendering): Rendered {
  const document = { schema: "plumbline.design_replay/1", ...output };
  const stdout = given.json
    ? `${JSON.stringify(document, null, 2)}\n`
    : renderReplay(output, given.summary, rendering);
  return { stdout, stderr: "", exitCode: 0 };
}

export const replayOperation: OperationBody<ReplayInput, ReplayOutput> = { input, run, render };
