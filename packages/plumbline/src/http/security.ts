/** What stands before every route: headers, limits, the host asked for, who asks, whether they may, and that a browser meant it. */
import { createHash, timingSafeEqual } from "node:crypto";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { check, principalOf } from "../state/credentials.js";
import { mayUse, type RouteAccess, rolesWith } from "./access.js";
import { ServerError } from "./errors.js";
import type { ServerContext } from "./routes/context.js";

export interface Limits {
  /** Requests of one address in a minute. */
  readonly perMinute: number;
  /** Attempts to sign in of one address in a minute. */
  readonly signInsPerMinute: number;
}

export const DEFAULT_LIMITS: Limits = { perMinute: 1200, signInsPerMinute: 20 };

export const CSRF_HEADER = "x-plumb-csrf";
export const SESSION_HOURS = 12;

/** Behind https the name binds the cookie to this host alone. */
export const sessionCookie = ({ publicUrl }: Pick<ServerContext, "publicUrl">): string =>
  publicUrl?.protocol === "https:" ? "__Host-plumb_session" : "plumb_session";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Follows from the session's secret, so that it need not be kept; a page of another origin can read neither. */
export const csrfToken = (sessionSecret: string): string =>
  digest(`csrf:${sessionSecret}`).toString("base64url");

async function headers(app: FastifyInstance, { publicUrl }: ServerContext): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        connectSrc: ["'self'"],
        fontSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", "data:"],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
      },
    },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: publicUrl?.protocol === "https:" ? { maxAge: 31_536_000 } : false,
  });
}

/** Names under which this server may be asked for: another one is a name that somebody pointed at this address. */
function hostsOf(app: FastifyInstance, { publicUrl }: ServerContext): readonly string[] {
  const listening = app.addresses().filter((each) => typeof each !== "string");
  const here = listening.flatMap(({ address, port, family }) => {
    const own = family === "IPv6" ? `[${address}]` : address;
    return [`${own}:${port}`, `127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  });
  return publicUrl === null ? here : [...here, publicUrl.host];
}

function assertHost(app: FastifyInstance, context: ServerContext, request: FastifyRequest): void {
  if (hostsOf(app, context).includes(request.headers.host ?? "")) return;
  throw new ServerError(
    "HOST_REFUSED",
    "This server does not go by the name that was asked for.",
    "Use the address that it printed, or name its public address with --public-url.",
  );
}

async function authenticate(context: ServerContext, request: FastifyRequest): Promise<void> {
  const { state, now } = context;
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) {
    const record = await check(state, "tokens", bearer, now());
    if (record !== null) request.principal = principalOf("token", record);
    return;
  }
  const presented = request.cookies[sessionCookie(context)];
  if (presented === undefined) return;
  const record = await check(state, "sessions", presented, now());
  if (record === null) return;
  request.principal = principalOf("session", record);
  request.sessionSecret = presented;
}

function authorise(request: FastifyRequest, access: RouteAccess | undefined): void {
  const { principal } = request;
  if (access !== undefined && mayUse(access, principal)) return;
  if (principal === null && access !== undefined) {
    throw new ServerError(
      "UNAUTHENTICATED",
      "Nobody is signed in, or the sign-in is over.",
      "Sign in with a link that plumb serve prints, or send a token of plumb tokens new as Authorization: Bearer.",
    );
  }
  const roles =
    access === undefined || access === "self" || access === "public" ? [] : rolesWith(access);
  throw new ServerError(
    "FORBIDDEN",
    "This sign-in may not do that.",
    roles.length > 0 ? `It takes one of the roles ${roles.join(", ")}.` : "Nobody may.",
  );
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** A browser sends cookies with whatever page makes it; a write must prove that our own page did. */
function assertMeant(app: FastifyInstance, context: ServerContext, request: FastifyRequest): void {
  if (request.sessionSecret === null || SAFE.has(request.method)) return;
  const { origin } = request.headers;
  const given = request.headers[CSRF_HEADER];
  const wanted = digest(csrfToken(request.sessionSecret));
  const sameToken = typeof given === "string" && timingSafeEqual(digest(given), wanted);
  const sameOrigin =
    origin === undefined ||
    hostsOf(app, context).some(
      (host) => origin === `http://${host}` || origin === `https://${host}`,
    );
  if (sameToken && sameOrigin) return;
  throw new ServerError(
    "CSRF_REFUSED",
    "The request does not show that it comes from a page of this server.",
    `Send csrf of GET /api/v1/session as ${CSRF_HEADER}.`,
  );
}

/** Before anything is looked up: whoever guesses shall not cost more than a count. */
async function limiter(app: FastifyInstance, { perMinute, signInsPerMinute }: Limits) {
  await app.register(rateLimit, { global: false });
  const timeWindow = 60_000;
  const general = app.createRateLimit({ max: perMinute, timeWindow });
  const signIns = app.createRateLimit({ max: signInsPerMinute, timeWindow });
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const isSignIn = (request.routeOptions.url ?? "").startsWith("/sign-in");
    const found = await (isSignIn ? signIns : general)(request);
    if (found.isAllowed || !found.isExceeded) return;
    reply.header("retry-after", found.ttlInSeconds);
    throw new ServerError(
      "RATE_LIMITED",
      "Too many requests came from this address.",
      "Wait as long as the header retry-after says, then go on more slowly.",
    );
  };
}

export async function addSecurity(
  app: FastifyInstance,
  context: ServerContext,
  given: Limits,
): Promise<void> {
  app.decorateRequest("principal", null);
  app.decorateRequest("sessionSecret", null);
  await headers(app, context);
  await app.register(cookie);
  const limit = await limiter(app, given);
  app.addHook("onRequest", async (request, reply) => {
    const { access } = request.routeOptions.config;
    // Whoever looks after the process asks often, and by address, not by name.
    const isHealth = HEALTH.has(request.routeOptions.url ?? "");
    if (!isHealth) await limit(request, reply);
    if (request.is404) return;
    if (!isHealth) assertHost(app, context, request);
    await authenticate(context, request);
    authorise(request, access);
    assertMeant(app, context, request);
  });
}

const HEALTH = new Set(["/healthz", "/readyz"]);

export function setSession(
  reply: FastifyReply,
  context: ServerContext,
  presented: string,
): FastifyReply {
  return reply.setCookie(sessionCookie(context), presented, {
    httpOnly: true,
    sameSite: "strict",
    secure: context.publicUrl?.protocol === "https:",
    path: "/",
    maxAge: SESSION_HOURS * 3600,
  });
}
