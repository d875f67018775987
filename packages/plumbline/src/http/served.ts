/** Which operations of the table are routes, how they are called, and who may. What is not here is not served, and `NOT_SERVED` says why. */
import type { z } from "zod";
import type { ReplayOutput } from "../operations/ledger/replay.js";
import type { ReadoutOutput } from "../operations/readout/operation.js";
import { readoutSchema } from "../report/readout-schema.js";
import type { Permission } from "./access.js";
import * as answers from "./responses/documents.js";
import * as portfolios from "./responses/portfolios.js";

/** value: taken as it is. document: the path of a document of the workspace. */
type FieldKind = "value" | "document";

export interface ServedOperation {
  /** Id of its row in the table of operations. */
  readonly operation: string;
  /** GET for what changes nothing, POST for what may append to the ledger. */
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly access: Permission;
  /** Fields of the operation's input that a client gives; the others are the command line's, and stay at their defaults. */
  readonly fields: Readonly<Record<string, FieldKind>>;
  readonly fixed?: Readonly<Record<string, unknown>>;
  readonly summary?: string;
  readonly answer: z.ZodType;
  /** The document answered; unless given, what the command prints with --json. */
  readonly document?: (output: never) => unknown;
}

const sql = (output: ReadoutOutput) => ({
  schema: "plumbline.sql/1",
  statements: output.kind === "plan" ? output.sql : [],
});

const replay = ({ recorded: _, replayed, ...output }: ReplayOutput) => ({
  schema: "plumbline.replay/1",
  ...output,
  replayed: JSON.parse(replayed),
});

const registration = { registration: "document" } as const;

export const SERVED: readonly ServedOperation[] = [
  {
    operation: "readout",
    method: "POST",
    path: "/readout",
    access: "look",
    fields: {
      registration: "document",
      evidence: "document",
      asOf: "value",
      explore: "value",
      record: "value",
    },
    answer: readoutSchema,
  },
  {
    operation: "readout",
    method: "GET",
    path: "/readout/sql",
    access: "read",
    fields: { registration: "document", asOf: "value" },
    fixed: { explain: true },
    summary: "the SQL that a readout runs, without running it",
    answer: answers.sqlDocument,
    document: sql,
  },
  {
    operation: "check",
    method: "GET",
    path: "/check",
    access: "read",
    fields: { path: "document" },
    answer: answers.checkDocument,
  },
  {
    operation: "schema",
    method: "GET",
    path: "/schema",
    access: "read",
    fields: { document: "value" },
    answer: answers.jsonSchemaDocument,
  },
  {
    operation: "design size",
    method: "GET",
    path: "/design/size",
    access: "read",
    fields: registration,
    answer: answers.sizeDocument,
  },
  {
    operation: "design audit",
    method: "GET",
    path: "/design/audit",
    access: "read",
    fields: registration,
    answer: answers.auditDocument,
  },
  {
    operation: "design plan",
    method: "GET",
    path: "/design/plan",
    access: "read",
    fields: {
      looks: "value",
      alpha: "value",
      sided: "value",
      power: "value",
      spending: "value",
      parameter: "value",
      futility: "value",
      levels: "value",
    },
    answer: answers.planDocument,
  },
  {
    operation: "guardrails suggest",
    method: "GET",
    path: "/guardrails/suggest",
    access: "read",
    fields: {
      registration: "document",
      kind: "value",
      customers: "value",
      valuePerCustomer: "value",
      toleratedLoss: "value",
      costs: "value",
    },
    answer: answers.suggestionsDocument,
  },
  {
    operation: "watch",
    method: "POST",
    path: "/watch",
    access: "look",
    fields: { registration: "document", evidence: "document", asOf: "value" },
    answer: answers.watchDocument,
  },
  {
    operation: "novelty",
    method: "GET",
    path: "/novelty",
    access: "look",
    fields: { registration: "document", metric: "value", days: "value", asOf: "value" },
    answer: answers.noveltyDocument,
  },
  {
    operation: "holdback",
    method: "GET",
    path: "/holdback",
    access: "look",
    fields: { registration: "document", launched: "value", asOf: "value" },
    answer: answers.holdbackDocument,
  },
  {
    operation: "portfolio rank",
    method: "GET",
    path: "/portfolio/rank",
    access: "read",
    fields: { portfolio: "document" },
    answer: portfolios.rankingAnswer,
  },
  {
    operation: "portfolio choose",
    method: "GET",
    path: "/portfolio/choose",
    access: "read",
    fields: { portfolio: "document" },
    answer: portfolios.choiceAnswer,
  },
  {
    operation: "portfolio explain",
    method: "GET",
    path: "/portfolio/explain",
    access: "read",
    fields: { portfolio: "document", candidate: "value" },
    answer: portfolios.explanationAnswer,
  },
  {
    operation: "register",
    method: "POST",
    path: "/register",
    access: "write",
    fields: registration,
    answer: answers.registeredDocumentAnswer,
  },
  {
    operation: "amend",
    method: "POST",
    path: "/amend",
    access: "write",
    fields: { registration: "document", reason: "value" },
    answer: answers.amendedDocument,
  },
  {
    operation: "start",
    method: "POST",
    path: "/start",
    access: "operate",
    fields: registration,
    answer: answers.startedDocument,
  },
  {
    operation: "status",
    method: "GET",
    path: "/status",
    access: "read",
    fields: registration,
    answer: answers.statusDocument,
  },
  {
    operation: "anchor",
    method: "POST",
    path: "/anchor",
    access: "operate",
    fields: {},
    answer: answers.anchoredDocument,
  },
  {
    operation: "verify",
    method: "GET",
    path: "/verify",
    access: "read",
    fields: {},
    answer: answers.verificationDocument,
  },
  {
    operation: "replay",
    method: "GET",
    path: "/replay",
    access: "read",
    fields: { seq: "value" },
    answer: answers.replayDocument,
    document: replay,
  },
];

const OWN_KEY = "needs a person's private key, which the server never holds";

/** Operations without a route of their own, by id, and why. */
export const NOT_SERVED: Readonly<Record<string, string>> = {
  "keys new": OWN_KEY,
  "keys list": OWN_KEY,
  witness: OWN_KEY,
  override: OWN_KEY,
  "cohorts decide": OWN_KEY,
  sign: `${OWN_KEY}: GET /signature gives what to sign, POST /signature takes what was signed`,
  init: "makes a workspace; the server serves one that exists",
  demo: "makes a workspace; the server serves one that exists",
  serve: "is the server itself",
  "tokens new": "is POST /tokens",
  "tokens list": "is GET /tokens",
  "tokens revoke": "is POST /tokens/{id}/revoke",
  "design simulate": "takes a processor for minutes, which a server shares among all",
  "design replay": "reads a data set that is no document of the workspace",
};
