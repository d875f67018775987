import { z } from "zod";
import { documentJsonSchemas } from "../documents/json-schemas.js";
import { readoutSchema } from "../report/readout-schema.js";
import type { OperationBody, OperationContext, Rendered } from "./operation.js";

const documents = [
  "registration",
  "metrics",
  "evidence",
  "workspace",
  "override_review",
  "portfolio",
  "readout",
] as const;

const input = z.strictObject({
  document: z.enum(documents, { error: `choose one of ${documents.join(", ")}` }),
});

type SchemaInput = z.output<typeof input>;

async function run(_context: OperationContext, { document }: SchemaInput): Promise<unknown> {
  if (document === "readout") return z.toJSONSchema(readoutSchema, { target: "draft-2020-12" });
  return documentJsonSchemas()[document];
}

function render(output: unknown): Rendered {
  return { stdout: `${JSON.stringify(output, null, 2)}\n`, stderr: "", exitCode: 0 };
}

export const schemaOperation: OperationBody<SchemaInput, unknown> = { input, run, render };
