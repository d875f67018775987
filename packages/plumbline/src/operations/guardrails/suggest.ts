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

const amount = z.coerce.number({ error: "write a number" }).positive("must be greater than 0");

const costs = z.string().transform((given, context): Record<string, number> => {
  const parts = given
    .split(",")
    .map((part) => /^\s*([^=\s]+)\s*=\s*(\d+(?:\.\d+)?)\s*$/.exec(part));
  const pairs = parts.flatMap((part) => (part ? [[part[1] ?? "", Number(part[2])] as const] : []));
  if (pairs.length === parts.length && pairs.every(([, cost]) => cost > 0)) {
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
  if (suggestions !== null) return suggestions;
  throw new PlumbError(
    "LAUNCH_KIND_UNKNOWN",
    loaded === null
      ? "Neither a registration nor a kind of launch is given."
      : `What ${loaded.registration.experiment_id} launches is not said, and its words do not tell.`,
    `Pass --kind, e.g. --kind reranker, or add launch_kind to the registration. Kinds: ${kinds.join(", ")}.`,
  );
}

function render(output: Suggestions, { json }: SuggestInput): Rendered {
  const stdout = json
    ? `${JSON.stringify({ schema: "plumbline.guardrail-suggestions/1", ...output }, null, 2)}\n`
    : renderSuggestions(output);
  return { stdout, stderr: "", exitCode: 0 };
}

export const suggestOperation: OperationBody<SuggestInput, Suggestions> = { input, run, render };
