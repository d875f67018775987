/** What every route knows of its server. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { OperationContext, OperationRow } from "../../operations/operation.js";
import type { ServerState } from "../../state/server-state.js";
import { type Principal, type RouteAccess, rolesWith } from "../access.js";
import { PROBLEM_TYPE, problemSchema } from "../problem.js";

export interface ServerContext {
  /** Absolute, of the workspace. */
  readonly root: string;
  readonly now: () => Date;
  readonly state: ServerState;
  readonly operations: readonly OperationRow[];
  /** Aborted when the server stops and waited long enough. */
  readonly stopping: AbortSignal;
  /** Where people reach it, e.g. https://plumb.example.org; null: only at the address it listens on. */
  readonly publicUrl: URL | null;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may call the route. A route that does not say is refused. */
    access?: RouteAccess;
    /** A write that may be repeated under an idempotency key. */
    repeatable?: boolean;
  }
  interface FastifyRequest {
    principal: Principal | null;
    /** The session's secret half, from which its CSRF token follows; null: no session. */
    sessionSecret: string | null;
  }
}

export const API = "/api/v1";

/** Every answer that is no success is a problem document. */
const problems = {
  description: "Refused, or failed: what is wrong, and how to mend it.",
  content: { [PROBLEM_TYPE]: { schema: problemSchema } },
};

export interface RouteText {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: RouteAccess;
  readonly status?: number;
  /** Unless given, application/json. */
  readonly type?: string;
  readonly parts?: {
    readonly querystring?: z.ZodType;
    readonly body?: z.ZodType;
    readonly params?: z.ZodType;
    readonly headers?: z.ZodType;
  };
}

const sentence = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

function whoMay(access: RouteAccess): string {
  if (access === "public") return "Open to everybody.";
  if (access === "self") return "For everybody who is signed in.";
  return `For the roles ${rolesWith(access).join(", ")}.`;
}

/** The description of a route, from which its part of the OpenAPI document is made. */
export function describeRoute(text: RouteText, answer: z.ZodType) {
  const { id, tag, summary, access, status = 200, type = "application/json", parts = {} } = text;
  return {
    operationId: id,
    tags: [tag],
    summary: sentence(summary),
    description: whoMay(access),
    security: access === "public" ? [] : [{ token: [] }, { session: [] }],
    ...parts,
    response: {
      [status]: { description: sentence(summary), content: { [type]: { schema: answer } } },
      default: problems,
    },
  };
}

/** The context of an operation called by a request: the caller going away stops reads, the server stopping stops all. */
export function operationContext(
  app: FastifyInstance,
  context: ServerContext,
  request: FastifyRequest,
): OperationContext {
  const gone = new AbortController();
  if (request.method === "GET") request.raw.once("aborted", () => gone.abort());
  return {
    workingDirectory: context.root,
    now: context.now,
    signal: AbortSignal.any([context.stopping, gone.signal]),
    progress: (line) => app.log.debug({ trace: request.id }, line),
    // An empty place: whatever asks for a private key finds none.
    keyDirectory: `${context.state.path}/no-keys`,
  };
}
