/** The two routes of signing in with OpenID Connect; only there where a provider is configured. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { claimsFor, type OidcSettings, OidcSignIn, readAccess } from "../oidc.js";
import { describeRoute, type ServerContext } from "./context.js";
import { beginSession } from "./sessions.js";

const START = "/sign-in/oidc";
const CALLBACK = `${START}/callback`;
const ATTEMPT = "plumb_oidc";
const ATTEMPT_SECONDS = 600;

/**
 * The session's cookie goes with navigations that begin on this site alone, and a redirect from the provider began on another: so the
 * browser is given a page of ours, and goes on from there.
 */
const ONWARD =
  '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Signed in</title><p>Signed in. <a href="/">Go on</a>.</p>';

/** The host was held against this server's names before. */
const baseOf = ({ publicUrl }: ServerContext, request: FastifyRequest): string =>
  publicUrl?.origin ?? `http://${request.headers.host}`;

function start(app: FastifyInstance, context: ServerContext, oidc: OidcSignIn): void {
  app.get(
    START,
    {
      config: { access: "public" },
      schema: describeRoute(
        {
          id: "signInOidc",
          tag: "session",
          summary: "sign in with the configured provider",
          access: "public",
          status: 303,
          type: "text/plain",
        },
        z.string(),
      ),
    },
    async (request, reply) => {
      await oidc.sweep(context.now());
      const redirect = new URL(CALLBACK, baseOf(context, request));
      const { to, attempt } = await oidc.begin(redirect, context.now());
      reply.setCookie(ATTEMPT, attempt, {
        httpOnly: true,
        // It must come back with the provider's redirect, which is another site's.
        sameSite: "lax",
        secure: context.publicUrl?.protocol === "https:",
        path: START,
        maxAge: ATTEMPT_SECONDS,
      });
      return reply.code(303).header("location", to.href).type("text/plain").send("");
    },
  );
}

function callback(app: FastifyInstance, context: ServerContext, oidc: OidcSignIn): void {
  app.get(
    CALLBACK,
    {
      config: { access: "public" },
      schema: describeRoute(
        {
          id: "signInOidcCallback",
          tag: "session",
          summary: "where the provider sends the browser back to",
          access: "public",
          type: "text/html",
          parts: { querystring: z.looseObject({}) },
        },
        z.string(),
      ),
    },
    async (request, reply) => {
      reply.clearCookie(ATTEMPT, { path: START });
      const url = request.raw.url ?? "";
      const search = url.includes("?") ? url.slice(url.indexOf("?")) : "";
      const given = await oidc.finish(request.cookies[ATTEMPT] ?? "", search, context.now());
      await beginSession(reply, context, claimsFor(readAccess(context.root), given));
      return reply
        .header("cache-control", "no-store")
        .type("text/html; charset=utf-8")
        .send(ONWARD);
    },
  );
}

export function oidcRoutes(
  app: FastifyInstance,
  context: ServerContext,
  settings: OidcSettings,
): void {
  const oidc = new OidcSignIn(settings, context.state);
  start(app, context, oidc);
  callback(app, context, oidc);
}
