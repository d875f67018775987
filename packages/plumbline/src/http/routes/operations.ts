/** The operations of the table as routes. A route and its command are the same function and answer the same document. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type {
  AnyOperationBody,
  OperationContext,
  OperationRow,
} from "../../operations/operation.js";
import { documentPath } from "../paths.js";
import { SERVED, type ServedOperation } from "../served.js";
import { API, describeRoute, operationContext, type ServerContext } from "./context.js";

type Fields = Readonly<Record<string, unknown>>;

/** The part of an operation's input that clients give. */
function clientInput(body: AnyOperationBody, { operation, fields }: ServedOperation) {
  if (!(body.input instanceof z.ZodObject)) throw new TypeError(`${operation} takes no fields`);
  const { shape } = body.input;
  const own = Object.keys(fields).map((name) => {
    const field: unknown = shape[name];
    if (field instanceof z.ZodType) return [name, field] as const;
    throw new TypeError(`${operation} has no field ${name}`);
  });
  return z.strictObject(Object.fromEntries(own));
}

/** What the operation is run with: paths confined, everything else as the command line leaves it. */
function fullInput(root: string, served: ServedOperation, given: Fields): Fields {
  const confined = Object.entries(given).map(([name, value]) => {
    const isPath = served.fields[name] === "document" && typeof value === "string";
    return [name, isPath ? documentPath(root, value) : value];
  });
  return { ...Object.fromEntries(confined), ...served.fixed, json: true };
}

/** Input that the operation's own schema refuses throws its `ZodError`, before anything is done. */
async function answerOf(
  body: AnyOperationBody,
  served: ServedOperation,
  context: OperationContext,
  full: Fields,
): Promise<string> {
  const known = body.input instanceof z.ZodObject ? body.input.shape : {};
  const own = Object.fromEntries(Object.entries(full).filter(([name]) => name in known));
  const input = body.input.parse(own) as never;
  const output = (await body.run(context, input)) as never;
  if (served.document) return JSON.stringify(served.document(output));
  return body.render(output, input, { color: false, width: 100 }).stdout;
}

function rowOf(rows: readonly OperationRow[], id: string): OperationRow {
  const row = rows.find((each) => each.id === id);
  if (row === undefined) throw new TypeError(`the table of operations has no ${id}`);
  return row;
}

const camel = (path: string) =>
  path.slice(1).replace(/[/ -](\w)/g, (_, letter: string) => letter.toUpperCase());

async function addRoute(
  app: FastifyInstance,
  context: ServerContext,
  served: ServedOperation,
): Promise<void> {
  const row = rowOf(context.operations, served.operation);
  const body = await row.load();
  const input = clientInput(body, served);
  const isRead = served.method === "GET";
  const schema = describeRoute(
    {
      id: camel(served.path),
      tag: served.operation.split(" ")[0] ?? served.operation,
      summary: served.summary ?? row.summary,
      access: served.access,
      parts: isRead ? { querystring: input } : { body: input },
    },
    served.answer,
  );
  app.route({
    method: served.method,
    url: `${API}${served.path}`,
    config: { access: served.access, repeatable: !isRead },
    schema,
    handler: async (request, reply) => {
      const given = (isRead ? request.query : request.body) as Fields;
      const raw = rawFields(request.raw.url ?? "", isRead, given);
      const full = fullInput(context.root, served, raw);
      const text = await answerOf(body, served, operationContext(app, context, request), full);
      return reply.type("application/json; charset=utf-8").send(text);
    },
  });
}

/**
 * Validation hands out parsed values, and the operation parses once more: a field that is read from text ("4,7,11") must reach it as text.
 * So the values of a query are taken as they were sent; those of a body are kept before validation.
 */
function rawFields(url: string, isRead: boolean, given: Fields): Fields {
  if (!isRead) return given;
  const sent = new URL(url, "http://localhost").searchParams;
  return Object.fromEntries([...sent].filter(([name]) => name in given));
}

export async function operationRoutes(app: FastifyInstance, context: ServerContext): Promise<void> {
  for (const served of SERVED) await addRoute(app, context, served);
}
