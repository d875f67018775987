/** Documents over HTTP: a text judged as it is typed, and written. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { readDocumentText } from "../../documents/document.js";
import { writablePath } from "../paths.js";
import { placedIn, placedSchema } from "../problem.js";
import { shapes } from "../responses/documents.js";
import { checkedText, writeDocument } from "../writing.js";
import { API, describeRoute, type ServerContext } from "./context.js";

const { text } = shapes;

const draftBody = z.strictObject({
  path: z.string().min(1).max(1000).meta({ description: "Relative to the workspace." }),
  text: z
    .string()
    .refine((each) => !/\p{Cs}/u.test(each), "it holds half of a surrogate pair")
    .meta({ description: "The whole document, YAML." }),
});

const problems = z.array(placedSchema);

const checkAnswer = z.strictObject({
  schema: z.literal("plumbline.draft/1"),
  path: text,
  kind: text.nullable().meta({ description: "Null: it is not known which document it is." }),
  ok: z.boolean().meta({ description: "It would be written." }),
  problems,
});

const writtenAnswer = z.strictObject({
  schema: z.literal("plumbline.written/1"),
  path: text,
  kind: text,
  created: z.boolean(),
  etag: text.meta({ description: "The version now there, for the next If-Match." }),
  problems: problems.meta({ description: "Warnings, and what no longer fits elsewhere." }),
});

const preconditions = z.looseObject({
  "if-match": z
    .string()
    .max(1000)
    .optional()
    .meta({ description: "The ETag of the version that is replaced." }),
  "if-none-match": z
    .string()
    .max(1000)
    .optional()
    .meta({ description: "* for a document that does not exist yet." }),
});

function draftCheck(app: FastifyInstance, { root }: ServerContext): void {
  app.post(
    `${API}/document/check`,
    {
      config: { access: "read" },
      schema: describeRoute(
        {
          id: "checkDraft",
          tag: "documents",
          summary: "judge the text of a document without writing it",
          access: "read",
          parts: { body: draftBody },
        },
        checkAnswer,
      ),
    },
    async (request) => {
      const given = request.body as z.output<typeof draftBody>;
      const path = writablePath(root, given.path);
      const result = checkedText({ root, path, text: given.text });
      const { kind } = readDocumentText(given.text, path);
      const found = placedIn(root, result.problems);
      const ok = !found.some(({ file, severity }) => file === path && severity === "error");
      return { schema: "plumbline.draft/1", path, kind, ok, problems: found };
    },
  );
}

function documentWrite(app: FastifyInstance, { root }: ServerContext): void {
  app.put(
    `${API}/document`,
    {
      config: { access: "write", repeatable: true },
      schema: describeRoute(
        {
          id: "writeDocument",
          tag: "documents",
          summary: "write a document: a new one, or over the version that was read",
          access: "write",
          parts: { body: draftBody, headers: preconditions },
        },
        writtenAnswer,
      ),
    },
    async (request, reply) => {
      const given = request.body as z.output<typeof draftBody>;
      const { headers } = request;
      const written = writeDocument({
        root,
        path: writablePath(root, given.path),
        text: given.text,
        ifMatch: headers["if-match"],
        ifNoneMatch: headers["if-none-match"],
      });
      reply.header("etag", written.etag);
      return {
        ...written,
        schema: "plumbline.written/1",
        problems: placedIn(root, written.problems),
      };
    },
  );
}

export function writingRoutes(app: FastifyInstance, context: ServerContext): void {
  draftCheck(app, context);
  documentWrite(app, context);
}
