/** The documents of the workspace as they lie there, and its experiments in pages. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { readDocument } from "../../documents/document.js";
import { PEOPLE_FILE } from "../../operations/ledger/people.js";
import { type StatusOutput, statusOperation } from "../../operations/ledger/status.js";
import { cursorOf, pageOf, pageQuery, positionOf } from "../page.js";
import { documentPath, documentPaths } from "../paths.js";
import { experimentStatus, shapes } from "../responses/documents.js";
import { API, describeRoute, operationContext, type ServerContext } from "./context.js";

const listed = z.strictObject({
  path: shapes.text,
  kind: shapes.text.nullable().meta({ description: "Null: it is not known which document it is." }),
});

const kindOf = (root: string, path: string) =>
  path === PEOPLE_FILE ? "people" : readDocument(join(root, path)).kind;

function documentList(app: FastifyInstance, { root }: ServerContext): void {
  app.get(
    `${API}/documents`,
    {
      config: { access: "read" },
      schema: describeRoute(
        {
          id: "documents",
          tag: "documents",
          summary: "documents of the workspace",
          access: "read",
        },
        z.strictObject({ items: z.array(listed) }),
      ),
    },
    async () => ({
      items: documentPaths(root).map((path) => ({ path, kind: kindOf(root, path) })),
    }),
  );
}

const pathQuery = z.strictObject({ path: z.string().min(1).max(1000) });

function documentText(app: FastifyInstance, { root }: ServerContext): void {
  app.get(
    `${API}/document`,
    {
      config: { access: "read" },
      schema: describeRoute(
        {
          id: "document",
          tag: "documents",
          summary: "the text of a document",
          access: "read",
          type: "application/yaml",
          parts: { querystring: pathQuery },
        },
        shapes.text,
      ),
    },
    async (request, reply) => {
      const { path } = request.query as z.output<typeof pathQuery>;
      const text = readFileSync(join(root, documentPath(root, path)), "utf8");
      return reply.type("application/yaml; charset=utf-8").send(text);
    },
  );
}

const experimentsQuery = z.strictObject(pageQuery);

function pageOfExperiments(output: StatusOutput, query: z.output<typeof experimentsQuery>) {
  const position = positionOf(query.cursor, "string");
  const idOf = ({ standing }: StatusOutput["experiments"][number]) => standing.experiment;
  const sorted = [...output.experiments].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const rest = sorted.filter((each) => position === null || idOf(each) > position);
  const items = rest.slice(0, query.limit);
  const last = items.at(-1);
  const next = rest.length > items.length && last !== undefined ? cursorOf(idOf(last)) : null;
  return { items, next };
}

function experimentList(app: FastifyInstance, context: ServerContext): void {
  app.get(
    `${API}/experiments`,
    {
      config: { access: "read" },
      schema: describeRoute(
        {
          id: "experiments",
          tag: "experiments",
          summary:
            "every experiment of the workspace and of the ledger with its standing, in pages",
          access: "read",
          parts: { querystring: experimentsQuery },
        },
        pageOf(experimentStatus),
      ),
    },
    async (request) => {
      const given = { requireLocked: false, json: true };
      const output = await statusOperation.run(operationContext(app, context, request), given);
      return pageOfExperiments(output, request.query as z.output<typeof experimentsQuery>);
    },
  );
}

export function documentRoutes(app: FastifyInstance, context: ServerContext): void {
  documentList(app, context);
  documentText(app, context);
  experimentList(app, context);
}
