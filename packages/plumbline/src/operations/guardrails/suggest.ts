import {
  LAUNCH_KINDS,
  type LaunchKind,
  type Suggestions,
  suggestGuardrails,
} from "@plumbline/primitives";
import { z } from "zod";
import { PlumbError } from "../../errors.js";
import { renderSuggestions } from "../../report/guardrails/suggest-yaml.js";
import { loadDesign } from "../design/load.js";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";

/** Words that people use for the kinds of the catalogue. */
const ALIASES: Readonly<Record<string, LaunchKind>> = {
  ranking: "search_ranking",
  recommendation: "recommender",
  generation: "language_model",
  latency: "infrastructure",
};

const kinds = [...LAUNCH_KINDS, ...Object.keys(ALIASES)];

const kind = z
  .enum(kinds, { error: `choose one of ${kinds.join(", ")}` })
  .transform((given) => ALIASES[given] ?? LAUNCH_KINDS.find((each) => each === given) ?? "other");

const MOST = 1e15;
const amount = z.coerce
  .number({ error: "write a number" })
  .positive("must be greater than 0")
  .max(MOST, "at most 1,000,000,000,000,000");

const costs = z.string().transform((given, context): Record<string, number> => {
  const parts = given
    .split(",")
    .map((part) => /^\s*([^=\s]+)\s*=\s*(\d+(?:\.\d+)?)\s*$/.exec(part));
  const pairs = parts.flatMap((part) => (part ? [[part[1] ?? "", Number(part[2])] as const] : []));
  if (pairs.length === parts.length && pairs.every(([, cost]) => cost > 0 && cost <= MOST)) {
    return Object.fromEntries(pairs);
  }
  context.addIssue({ code: "custom", message: "write metric=amount, e.g. tickets=6,csat=2.5" });
  return z.NEVER;
});

const input = z.strictObject({
  registration: z.string().min(1).optional(),
  kind: kind.optional(),
  customers: amount.optional(),
  valuePerCustomer: amount.optional(),
  toleratedLoss: amount.optional(),
  costs: costs.default({}),
  json: z.boolean().default(false),
});

type SuggestInput = z.output<typeof input>;

async function run(context: OperationContext, given: SuggestInput): Promise<Suggestions> {
  const loaded = given.registration === undefined ? null : loadDesign(context, given.registration);
  const suggestions = suggestGuardrails({
    kind: given.kind ?? null,
    registration: loaded?.registration ?? null,
    library: loaded?.library ?? null,
    economics: {
      customers: given.customers ?? null,
      valuePerCustomer: given.valuePerCustomer ?? null,
      toleratedLoss: given.toleratedLoss ?? null,
      costs: given.costs,
    },
  });
  if (suggestions !== null) {
    assertCostsUsed(suggestions, given.costs);
    return suggestions;
  }
  throw new PlumbError(
    "LAUNCH_KIND_UNKNOWN",
    loaded === null
      ? "Neither a registration nor a kind of launch is given."
      : `What ${loaded.registration.experiment_id} launches is not said, and its words do not tell.`,
    `Pass --kind, e.g. --kind reranker, or add launch_kind to the registration. Kinds: ${kinds.join(", ")}.`,
  );
}

/** A cost of a metric that is not there would be left out without a word. */
function assertCostsUsed(
  { guardrails, kind }: Suggestions,
  costs: Readonly<Record<string, number>>,
) {
  const names = guardrails.map(({ metric }) => metric);
  const unused = Object.keys(costs).filter((metric) => !names.includes(metric));
  if (unused.length === 0) return;
  throw new PlumbError(
    "COST_UNUSED",
    `No guardrail for this kind of launch (${kind}) is called ${unused.join(" or ")}, so what it costs says nothing.`,
    names.length === 0
      ? "Leave --costs out."
      : `Give costs for ${names.join(", ")}, or leave them out.`,
  );
}

function render(output: Suggestions, { json }: SuggestInput): Rendered {
  const stdout = json
    ? `${JSON.stringify({ schema: "plumbline.guardrail-suggestions/1", ...output }, null, 2)}\n`
    : renderSuggestions(output);
  return { stdout, stderr: "", exitCode: 0 };
}

export const suggestOperation: OperationBody<SuggestInput, Suggestions> = { input, run, render };
