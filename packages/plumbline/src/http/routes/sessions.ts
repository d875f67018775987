/** Signing in and out, who is signed in, and API tokens. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { type Claims, issue, listCredentials, revoke, useUp } from "../../state/credentials.js";
import { permissionsOf, SERVER_ROLES } from "../access.js";
import { ServerError } from "../errors.js";
import { shapes } from "../responses/documents.js";
import { csrfToken, SESSION_HOURS, sessionCookie, setSession } from "../security.js";
import { tokenClaims, tokenLifetime, tokenShown, tokenShownSchema } from "../tokens.js";
import { API, describeRoute, type ServerContext } from "./context.js";

const { text } = shapes;
const HOUR = 3_600_000;

/** Begins a session of whoever was just recognised. */
export async function beginSession(
  reply: FastifyReply,
  context: ServerContext,
  claims: Claims,
): Promise<void> {
  const lifetime = { now: context.now(), milliseconds: SESSION_HOURS * HOUR };
  const { presented } = await issue(context.state, "sessions", claims, lifetime);
  setSession(reply, context, presented);
}

const linkQuery = z.strictObject({ token: z.string().max(200) });

function signIn(app: FastifyInstance, context: ServerContext): void {
  app.get(
    "/sign-in",
    {
      config: { access: "public" },
      schema: describeRoute(
        {
          id: "signIn",
          tag: "session",
          summary: "sign in with a link that plumb serve printed; each works once",
          access: "public",
          status: 303,
          type: "text/plain",
          parts: { querystring: linkQuery },
        },
        z.string(),
      ),
    },
    async (request, reply) => {
      const { token } = request.query as z.output<typeof linkQuery>;
      const record = await useUp(context.state, "links", token, context.now());
      if (record === null) {
        throw new ServerError(
          "SIGN_IN_REFUSED",
          "This sign-in link was used already, is over, or was never made.",
          "Start plumb serve again: it prints a new one.",
        );
      }
      await beginSession(reply, context, record);
      return reply.code(303).header("location", "/").type("text/plain").send("");
    },
  );
}

const sessionAnswer = z.strictObject({
  kind: z.enum(["token", "session"]),
  name: text,
  person: text.nullable().meta({ description: "As in people.yaml; null: tied to nobody." }),
  roles: z.array(z.enum(SERVER_ROLES)),
  permissions: z.array(text),
  csrf: text.nullable().meta({ description: "To be sent with writes; null: not needed." }),
});

function session(app: FastifyInstance, context: ServerContext): void {
  app.get(
    `${API}/session`,
    {
      config: { access: "self" },
      schema: describeRoute(
        { id: "session", tag: "session", summary: "who is signed in", access: "self" },
        sessionAnswer,
      ),
    },
    async ({ principal, sessionSecret }) => {
      if (principal === null) throw new TypeError("an open route asked who is signed in");
      const { kind, name, person, roles } = principal;
      const csrf = sessionSecret === null ? null : csrfToken(sessionSecret);
      return { kind, name, person, roles, permissions: permissionsOf(principal), csrf };
    },
  );
  app.post(
    `${API}/sign-out`,
    {
      config: { access: "self" },
      schema: describeRoute(
        { id: "signOut", tag: "session", summary: "end this session", access: "self" },
        z.strictObject({ ended: z.boolean() }),
      ),
    },
    async ({ principal }, reply) => {
      const ended =
        principal?.kind === "session" && (await context.state.remove("sessions", principal.id));
      reply.clearCookie(sessionCookie(context), { path: "/" });
      return { ended };
    },
  );
}

const tokenBody = z.strictObject({
  name: z.string(),
  roles: z.array(z.string()).min(1),
  person: z.string().optional(),
  days: z.number().optional(),
});

const idParams = z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/) });
const access = "administer";

function tokenList(app: FastifyInstance, { state, now }: ServerContext): void {
  app.get(
    `${API}/tokens`,
    {
      config: { access },
      schema: describeRoute(
        { id: "tokens", tag: "tokens", summary: "API tokens, without their secrets", access },
        z.strictObject({ items: z.array(tokenShownSchema) }),
      ),
    },
    async () => {
      const records = await listCredentials(state, "tokens");
      return { items: records.map((record) => tokenShown(record, now())) };
    },
  );
}

function tokenWrites(app: FastifyInstance, context: ServerContext): void {
  const { state, now, root } = context;
  app.post(
    `${API}/tokens`,
    {
      // Not repeatable: the answer holds a secret, which is kept nowhere.
      config: { access },
      schema: describeRoute(
        {
          id: "newToken",
          tag: "tokens",
          summary: "make an API token; its secret is shown this once",
          access,
          parts: { body: tokenBody },
        },
        z.strictObject({ token: text, record: tokenShownSchema }),
      ),
    },
    async (request) => {
      const given = request.body as z.output<typeof tokenBody>;
      const claims = tokenClaims(root, given);
      const lifetime = { now: now(), milliseconds: tokenLifetime(given.days) };
      const { presented, record } = await issue(state, "tokens", claims, lifetime);
      return { token: presented, record: tokenShown(record, now()) };
    },
  );
  app.post(
    `${API}/tokens/:id/revoke`,
    {
      config: { access },
      schema: describeRoute(
        {
          id: "revokeToken",
          tag: "tokens",
          summary: "end a token now",
          access,
          parts: { params: idParams },
        },
        tokenShownSchema,
      ),
    },
    async (request) => {
      const { id } = request.params as z.output<typeof idParams>;
      const record = await revoke(state, "tokens", id, now());
      if (record !== null) return tokenShown(record, now());
      throw new ServerError("TOKEN_NOT_FOUND", `There is no token ${id}.`, "List them first.");
    },
  );
}

export function sessionRoutes(app: FastifyInstance, context: ServerContext): void {
  signIn(app, context);
  session(app, context);
  tokenList(app, context);
  tokenWrites(app, context);
}
