/** JSON Schemas of the documents, for editors. */
import {
  evidenceSchema,
  metricLibrarySchema,
  overrideReviewSchema,
  portfolioSchema,
  registrationSchema,
  workspaceSchema,
} from "@plumbline/primitives";
import { z } from "zod";

export type JsonSchema = Record<string, unknown>;

const SCHEMAS = {
  registration: registrationSchema,
  metrics: metricLibrarySchema,
  evidence: evidenceSchema,
  workspace: workspaceSchema,
  override_review: overrideReviewSchema,
  portfolio: portfolioSchema,
} as const;

/** One schema (draft 2020-12) for each kind of document, describing what is written in the file. */
export function documentJsonSchemas(): Record<keyof typeof SCHEMAS, JsonSchema> {
  const made = Object.entries(SCHEMAS).map(([kind, schema]) => [
    kind,
    z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" }),
  ]);
  return Object.fromEntries(made) as Record<keyof typeof SCHEMAS, JsonSchema>;
}
