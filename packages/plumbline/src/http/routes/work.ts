/** Scheduled work: what is planned, under way, done and given up; and a second chance for what was given up. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Job, JobStore } from "../../jobs/job-store.js";
import { DELIVERY } from "../../jobs/notifications.js";
import { plannedWork, READING_KINDS } from "../../jobs/readings.js";
import { ServerError } from "../errors.js";
import { cursorOf, pageQuery, positionOf } from "../page.js";
import { shapes } from "../responses/documents.js";
import { API, describeRoute, type ServerContext } from "./context.js";

const { text, count, instant } = shapes;

const STATES = ["waiting", "running", "done", "failed", "dropped"] as const;
const KINDS = [...READING_KINDS, DELIVERY] as const;

const workSchema = z.strictObject({
  id: text,
  kind: z.enum(KINDS),
  subject: text.meta({ description: "The experiment." }),
  what: text.meta({ description: "What is read, or who is told." }),
  state: z.enum(STATES).meta({ description: "failed: given up after its last attempt." }),
  due: instant,
  again: instant.nullable().meta({ description: "Not before it, after a failed attempt." }),
  attempts: count,
  outcome: text.meta({ description: "What came of it, or of its last attempt." }),
  finished: instant.nullable(),
});

const listSchema = z.strictObject({
  items: z.array(workSchema),
  next: text.nullable().meta({ description: "Cursor of the next page; null: the end." }),
  unplanned: z
    .array(z.strictObject({ experiment: text, reason: text }))
    .meta({ description: "Registered experiments without planned readings, and why." }),
});

const listQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(STATES).optional(),
  kind: z.enum(KINDS).optional(),
});

type ListQuery = z.output<typeof listQuery>;

function whatOf({ kind, payload }: Job): string {
  return kind === DELIVERY ? `tells ${String(payload.target)}` : String(payload.sentence);
}

function shown(job: Job): z.output<typeof workSchema> {
  const { id, kind, subject, state, due, notBefore, attempts, outcome, finished } = job;
  const again = state === "waiting" && attempts > 0 && notBefore > due ? notBefore : null;
  return {
    id,
    kind: KINDS.find((known) => known === kind) ?? DELIVERY,
    subject,
    what: whatOf(job),
    state,
    due,
    again,
    attempts,
    outcome,
    finished,
  };
}

/** The cursor holds due time and id of the last item. */
function afterOf(cursor: string | undefined) {
  const position = positionOf(cursor, "string");
  if (position === null) return {};
  const [due = "", id = ""] = position.split("\n");
  return { after: { due, id } };
}

function listRoute(app: FastifyInstance, { root, state }: ServerContext): void {
  const access = "read";
  app.get(
    `${API}/work`,
    {
      config: { access },
      schema: describeRoute(
        {
          id: "work",
          tag: "work",
          summary: "scheduled readings and deliveries, latest due first",
          access,
          parts: { querystring: listQuery },
        },
        listSchema,
      ),
    },
    async (request) => {
      const query = request.query as ListQuery;
      const found = await new JobStore(state.database).list({
        ...afterOf(query.cursor),
        ...(query.state === undefined ? {} : { states: [query.state] }),
        ...(query.kind === undefined ? {} : { kinds: [query.kind] }),
        limit: query.limit + 1,
      });
      const { unplanned } = await plannedWork(root);
      const jobs = found.slice(0, query.limit);
      const last = jobs.at(-1);
      const more = found.length > query.limit && last !== undefined;
      const next = more ? cursorOf(`${last.due}\n${last.id}`) : null;
      return { items: jobs.map(shown), next, unplanned };
    },
  );
}

const retryBody = z.strictObject({
  id: z.string().min(1).max(1000).meta({ description: "Of work that failed." }),
});

function retryRoute(app: FastifyInstance, { state, now }: ServerContext): void {
  const access = "operate";
  app.post(
    `${API}/work/retry`,
    {
      config: { access, repeatable: true },
      schema: describeRoute(
        {
          id: "workRetry",
          tag: "work",
          summary: "begin failed work anew",
          access,
          parts: { body: retryBody },
        },
        workSchema,
      ),
    },
    async (request) => {
      const { id } = request.body as z.output<typeof retryBody>;
      const store = new JobStore(state.database);
      const begun = await store.retry(id, now());
      const job = await store.get(id);
      if (begun && job !== null) return shown(job);
      throw new ServerError(
        "NOT_FOUND",
        "There is no failed work of that id.",
        "GET /api/v1/work?state=failed lists what failed.",
      );
    },
  );
}

export function workRoutes(app: FastifyInstance, context: ServerContext): void {
  listRoute(app, context);
  retryRoute(app, context);
}
