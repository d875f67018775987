/** Logs without secrets, trace ids, health and metrics. */
import { randomBytes } from "node:crypto";
import { LedgerError, openLedger } from "@plumbline/ledger";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { z } from "zod";
import { JobStore } from "../jobs/job-store.js";
import { ledgerLocation, openWorkspace, reading } from "../operations/ledger/session.js";
import { ServerError } from "./errors.js";
import { describeRoute, type ServerContext } from "./routes/context.js";

const TRACE = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's trace id (W3C Trace Context) where there is one, so that our log lines join theirs. */
export function traceId(traceparent: unknown): string {
  const given = typeof traceparent === "string" ? TRACE.exec(traceparent)?.[1] : undefined;
  return given !== undefined && !/^0+$/.test(given) ? given : randomBytes(16).toString("hex");
}

/** A query can hold a sign-in link, so only the path is logged. */
export const pathOf = (url: string): string => url.split("?", 1)[0] ?? url;

export const logSerializers = {
  req: (request: FastifyRequest) => ({ method: request.method, path: pathOf(request.url) }),
  err: (error: Error & { readonly code?: unknown }) => ({
    type: error.name,
    message: error.message,
    code: typeof error.code === "string" ? error.code : "",
    stack: error.stack ?? "",
  }),
};

function healthRoutes(app: FastifyInstance, { root }: ServerContext): void {
  const answer = z.strictObject({ status: z.literal("ok") });
  const access = "public";
  app.get(
    "/healthz",
    {
      config: { access },
      schema: describeRoute(
        { id: "health", tag: "server", summary: "the process answers", access },
        answer,
      ),
    },
    async () => ({ status: "ok" }),
  );
  app.get(
    "/readyz",
    {
      config: { access },
      schema: describeRoute(
        { id: "ready", tag: "server", summary: "workspace and ledger can be read", access },
        answer,
      ),
    },
    async (request) => {
      await assertReady(root, request);
      return { status: "ok" };
    },
  );
}

async function assertReady(root: string, request: FastifyRequest): Promise<void> {
  try {
    openWorkspace(root);
    await reading(root, async ({ store }) => store?.head());
  } catch (error) {
    request.log.warn({ err: error }, "not ready");
    throw new ServerError(
      "NOT_READY",
      "The workspace or its ledger cannot be read.",
      "The log of the server says why.",
      error,
    );
  }
}

/** Entries of the ledger; NaN (as Prometheus writes what is not known) while it cannot be read. */
async function entriesNow(root: string): Promise<number> {
  try {
    return await reading(root, async ({ store }) => (await store?.head())?.seq ?? 0);
  } catch {
    return Number.NaN;
  }
}

function metricsRoute(app: FastifyInstance, registry: Registry): void {
  app.get(
    "/metrics",
    {
      config: { access: "read" },
      schema: describeRoute(
        {
          id: "metrics",
          tag: "server",
          summary: "metrics in the text format of Prometheus",
          access: "read",
          type: "text/plain",
        },
        z.string(),
      ),
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}

export function addObservation(app: FastifyInstance, context: ServerContext): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "plumbline_http_request_duration_seconds",
    help: "Time to answer a request, by route as declared.",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  new Gauge({
    name: "plumbline_ledger_entries",
    help: "Entries of the ledger.",
    registers: [registry],
    async collect() {
      this.set(await entriesNow(context.root));
    },
  });
  new Gauge({
    name: "plumbline_work",
    help: "Scheduled work, by state; failed: given up.",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      const counts = await new JobStore(context.state.database).counts().catch(() => ({}));
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-trace-id", request.id);
  });
  app.addHook("onResponse", async (request, reply) => {
    // The declared route, never the path: paths are without number.
    const route = request.is404 ? "none" : (request.routeOptions.url ?? "none");
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    duration.observe(labels, reply.elapsedTime / 1000);
  });
  healthRoutes(app, context);
  metricsRoute(app, registry);
}

/** A ledger that cannot be opened is said at the start, not at the first request. Throws `LedgerError`. */
export async function assertLedger(root: string): Promise<void> {
  try {
    const store = await openLedger(ledgerLocation(root), { readOnly: true });
    await store.close();
  } catch (error) {
    // The first registration makes a ledger: a file that is not there yet, or a database without its tables.
    const isFile = !ledgerLocation(root).includes("://");
    const none = isFile ? ["STORE_NOT_A_LEDGER", "STORE_UNREACHABLE"] : ["STORE_NOT_A_LEDGER"];
    if (error instanceof LedgerError && none.includes(error.code)) return;
    throw error;
  }
}
