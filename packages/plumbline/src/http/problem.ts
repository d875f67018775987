/** Every failure as a problem document (RFC 9457), with our code, the place in a document where there is one, and how to mend it. */
import { relative, sep } from "node:path";
import { LedgerError } from "@plumbline/ledger";
import { WarehouseError } from "@plumbline/warehouse";
import { z } from "zod";
import type { DocumentProblem } from "../documents/problem.js";
import { PlumbError } from "../errors.js";
import { DocumentsError } from "../operations/documents-error.js";
import { RegistrationError } from "../operations/ledger/errors.js";
import { ServerError } from "./errors.js";

export const placedSchema = z.strictObject({
  file: z.string().meta({ description: "Relative to the workspace." }),
  line: z.int().meta({ description: "From 1." }),
  column: z.int().meta({ description: "From 1, in UTF-16 units." }),
  code: z.string(),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  mend: z.string(),
});

export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: "urn:plumbline:error: and the code." }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: "The trace id, as in the log." }),
    code: z.string(),
    mend: z.string().meta({ description: "What to do about it, in one sentence." }),
    problems: z
      .array(placedSchema)
      .optional()
      .meta({ description: "Where documents or data have problems." }),
    fields: z
      .array(z.strictObject({ pointer: z.string(), message: z.string() }))
      .optional()
      .meta({ description: "Which fields of the request are wrong, as JSON pointers." }),
  })
  .meta({ id: "Problem", title: "Problem details (RFC 9457)" });

export type Problem = z.output<typeof problemSchema>;
export const PROBLEM_TYPE = "application/problem+json";

/** Statuses that differ from those of the kind of error. */
const STATUS: Readonly<Record<string, number>> = {
  FILE_NOT_FOUND: 404,
  LOOK_NOT_FOUND: 404,
  AS_OF_INVALID: 400,
  ROLE_NOT_HELD: 403,
  PERSON_UNKNOWN: 422,
  ROLE_NOT_REQUIRED: 422,
  DESIGN_REFUSED: 422,
  LOOK_INVALID: 422,
  HEAD_INVALID: 422,
  TIMESTAMP_UNREACHABLE: 502,
  TIMESTAMP_REFUSED: 502,
  TIMESTAMP_INVALID: 502,
  TIMESTAMP_CERTIFICATE: 502,
  GIT_FAILED: 502,
  VERDICT_DIFFERS: 500,
  LEDGER_FAILED: 500,
  BAD_SIGNATURE: 422,
  BAD_ENVELOPE: 422,
  BAD_JSON: 422,
  STORE_BUSY: 503,
  STORE_UNREACHABLE: 503,
  STORE_CONNECTION_LOST: 503,
  STORE_FULL: 507,
  OUTPUT_UNWRITABLE: 500,
  NO_WORKSPACE: 500,
  INTERRUPTED: 503,
  OUT_OF_MEMORY: 503,
  ENGINE_FAILED: 500,
};

function statusOf(error: Error & { readonly code: string }): number | null {
  if (error instanceof ServerError) return error.status;
  const known = STATUS[error.code];
  if (known !== undefined) return known;
  if (error instanceof RegistrationError) return 409;
  if (error instanceof LedgerError) return 500;
  if (error instanceof PlumbError || error instanceof WarehouseError) return 422;
  return null;
}

interface Named {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly mend: string;
  readonly problems?: Problem["problems"];
  readonly fields?: Problem["fields"];
}

const isCoded = (error: unknown): error is Error & { code: string; mend: string } =>
  error instanceof Error &&
  "code" in error &&
  typeof error.code === "string" &&
  "mend" in error &&
  typeof error.mend === "string";

/** Problems with their files relative to the workspace. */
export const placedIn = (root: string, problems: readonly DocumentProblem[]) =>
  problems.map(({ file, line, column, code, severity, message, mend }) => ({
    file: relative(root, file),
    line,
    column,
    code,
    severity,
    message,
    mend,
  }));

function inputProblem(issues: readonly { path: readonly PropertyKey[]; message: string }[]): Named {
  const fields = issues.map(({ path, message }) => ({
    pointer: path.map((step) => `/${String(step)}`).join(""),
    message,
  }));
  return {
    ...serverNamed(
      new ServerError(
        "INPUT_INVALID",
        fields.map(({ pointer, message }) => `${pointer || "The request"}: ${message}.`).join(" "),
        "Correct the fields named; /openapi.json describes each.",
      ),
    ),
    fields,
  };
}

const serverNamed = ({ code, status, message, mend }: ServerError): Named => ({
  code,
  status,
  detail: message,
  mend,
});

/** Refusals that Fastify makes before a route is reached. */
function frameworkProblem(error: Error): Named | null {
  const { statusCode, validation } = error as { statusCode?: unknown; validation?: unknown };
  if (Array.isArray(validation)) {
    return inputProblem(
      validation.map(({ instancePath, message }: { instancePath?: string; message?: string }) => ({
        path: (instancePath ?? "").split("/").slice(1),
        message: message ?? "is not valid",
      })),
    );
  }
  if (statusCode === 413) {
    return serverNamed(
      new ServerError("BODY_TOO_LARGE", "The request is too large.", "Send at most 1 MiB."),
    );
  }
  const refused = typeof statusCode === "number" && statusCode >= 400 && statusCode < 500;
  if (!refused) return null;
  return serverNamed(
    new ServerError(
      "BODY_UNREADABLE",
      "The request cannot be read as JSON.",
      "Send a JSON object, with content-type: application/json.",
    ),
  );
}

const INTERNAL: Named = {
  code: "INTERNAL",
  status: 500,
  detail: "This is a fault of Plumbline, not yours.",
  mend: "Report it with the trace id; the log of the server says more.",
};

function named(error: unknown, root: string): Named {
  if (error instanceof DocumentsError) {
    return {
      code: "DOCUMENTS_INVALID",
      status: 422,
      detail: `There ${error.problems.length === 1 ? "is 1 problem" : `are ${error.problems.length} problems`} in documents or data.`,
      mend: "Mend each problem at its place.",
      problems: placedIn(root, error.problems),
    };
  }
  if (error instanceof z.ZodError) return inputProblem(error.issues);
  if (isCoded(error)) {
    const status = statusOf(error);
    if (status !== null) {
      return { code: error.code, status, detail: error.message, mend: error.mend };
    }
  }
  return (error instanceof Error ? frameworkProblem(error) : null) ?? INTERNAL;
}

/** The problem document of an error. What nobody foresaw is a 500 that says nothing of its inside. */
export function problemOf(error: unknown, root: string, trace: string): Problem {
  const { code, status, detail, mend, problems, fields } = named(error, root);
  // Where the workspace lies on the server is not the caller's business.
  const outward = (text: string) => text.replaceAll(`${root}${sep}`, "").replaceAll(root, ".");
  return {
    type: `urn:plumbline:error:${code}`,
    title: code,
    status,
    detail: outward(detail),
    instance: trace,
    code,
    mend: outward(mend),
    ...(problems === undefined ? {} : { problems }),
    ...(fields === undefined ? {} : { fields }),
  };
}
