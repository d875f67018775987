/** The server, put together from its parts. */
import Fastify, { type FastifyInstance } from "fastify";
import { Worker, type WorkerSettings } from "../jobs/worker.js";
import type { OperationRow } from "../operations/operation.js";
import type { ServerState } from "../state/server-state.js";
import { addCaching } from "./caching.js";
import { ServerError } from "./errors.js";
import { addObservation, logSerializers, traceId } from "./observe.js";
import type { OidcSettings } from "./oidc.js";
import { addDescription, addDescriptionPage } from "./openapi.js";
import { PROBLEM_TYPE, problemOf } from "./problem.js";
import { addRepeats } from "./repeats.js";
import { type Console, consoleRoutes, loadConsole } from "./routes/console.js";
import type { ServerContext } from "./routes/context.js";
import { documentRoutes } from "./routes/documents.js";
import { eventRoutes } from "./routes/events.js";
import { ledgerRoutes } from "./routes/ledger.js";
import { oidcRoutes } from "./routes/oidc.js";
import { operationRoutes } from "./routes/operations.js";
import { peopleRoutes } from "./routes/people.js";
import { sessionRoutes } from "./routes/sessions.js";
import { signatureRoutes } from "./routes/signatures.js";
import { workRoutes } from "./routes/work.js";
import { writingRoutes } from "./routes/writing.js";
import { addSecurity, DEFAULT_LIMITS, type Limits } from "./security.js";

export interface ServerSettings {
  /** Absolute, of the workspace. */
  readonly root: string;
  readonly now: () => Date;
  readonly state: ServerState;
  readonly operations: readonly OperationRow[];
  readonly publicUrl: URL | null;
  /** Null: people sign in with a link alone. */
  readonly oidc?: OidcSettings | null;
  readonly limits?: Limits;
  /** Where log lines go; unless given, there is no log. */
  readonly log?: { readonly level: string; readonly stream: { write(line: string): void } };
  /** Milliseconds between two looks for new entries; 1000 unless given. */
  readonly eventInterval?: number;
  /** Null: this server leaves scheduled work to others. */
  readonly work?: Pick<WorkerSettings, "interval" | "lease" | "environment"> | null;
}

const BODY_BYTES = 1_048_576;
const REQUEST_MILLISECONDS = 30_000;
/** What requests under way have to finish when the server stops; then their operations are interrupted. */
const GRACE_MILLISECONDS = 8000;

function bare({ log, publicUrl }: ServerSettings): FastifyInstance {
  return Fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MILLISECONDS,
    forceCloseConnections: "idle",
    // Behind a proxy the address of the caller is what the proxy says; without one it is the caller's word.
    trustProxy: publicUrl === null ? false : ["loopback", "uniquelocal"],
    genReqId: ({ headers }) => traceId(headers.traceparent),
    childLoggerFactory: (logger, { reqId }, options) => logger.child({ trace: reqId }, options),
    requestIdHeader: false,
    routerOptions: { maxParamLength: 200 },
    logger:
      log === undefined
        ? false
        : {
            level: log.level,
            stream: log.stream,
            serializers: logSerializers,
            redact: ["*.authorization", "*.cookie", "*.token"],
          },
  }) as FastifyInstance;
}

function answerFailures(app: FastifyInstance, root: string, pages: Console | null): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, root, request.id);
    if (problem.status >= 500) request.log.error({ err: error }, "failed");
    return reply
      .code(problem.status)
      .header("cache-control", "no-store")
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problem));
  });
  app.setNotFoundHandler((request, reply) => {
    if (pages?.page(request, reply)) return reply;
    const missing = new ServerError(
      "NOT_FOUND",
      "There is nothing at this address.",
      "/openapi.json lists every route.",
    );
    const problem = problemOf(missing, root, request.id);
    return reply.code(404).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  });
}

/** Scheduled work begins when the server listens, and is given back before its database is closed. */
function addWork(
  app: FastifyInstance,
  { root, now, state, operations, publicUrl }: ServerContext,
  settings: NonNullable<ServerSettings["work"]>,
): void {
  const keyDirectory = `${state.path}/no-keys`;
  const { database } = state;
  const own = { root, now, database, operations, publicUrl, keyDirectory, log: app.log };
  const worker = new Worker({ ...own, ...settings });
  app.addHook("onListen", async () => worker.start());
  app.addHook("preClose", () => worker.stop());
}

/** A server over one workspace, not yet listening. */
export async function buildServer(settings: ServerSettings): Promise<FastifyInstance> {
  const stopping = new AbortController();
  const { root, now, state, operations, publicUrl } = settings;
  const context: ServerContext = {
    root,
    now,
    state,
    operations,
    publicUrl,
    stopping: stopping.signal,
  };
  const app = bare(settings);
  app.addHook("preClose", async () => {
    setTimeout(() => stopping.abort(), GRACE_MILLISECONDS).unref();
    // A connection whose last request is answered only now would be kept alive, and waited for.
    const idle = setInterval(() => app.server.closeIdleConnections(), 100);
    app.server.once("close", () => clearInterval(idle));
  });
  app.addHook("onClose", () => state.close());
  await addDescription(app, context);
  await addSecurity(app, context, settings.limits ?? DEFAULT_LIMITS);
  const pages = loadConsole();
  answerFailures(app, root, pages);
  addCaching(app);
  addRepeats(app, context);
  addObservation(app, context);
  await addDescriptionPage(app);
  app.get("/", { config: { access: "public" }, schema: { hide: true } }, async (request, reply) =>
    pages?.page(request, reply) ? reply : reply.redirect("/docs", 303),
  );
  consoleRoutes(app);
  sessionRoutes(app, context);
  if (settings.oidc) oidcRoutes(app, context, settings.oidc);
  documentRoutes(app, context);
  writingRoutes(app, context);
  peopleRoutes(app, context);
  ledgerRoutes(app, context);
  signatureRoutes(app, context);
  eventRoutes(app, context, settings.eventInterval ?? 1000);
  workRoutes(app, context);
  await operationRoutes(app, context);
  if (settings.work) addWork(app, context, settings.work);
  return app;
}
