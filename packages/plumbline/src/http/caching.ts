/** Reads carry an ETag, so that a page asks again for little; nothing is kept by caches between. */
import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";

/** The version of an answer: of a document, of its text. */
export const etagOf = (payload: string) =>
  `"${createHash("sha256").update(payload).digest("base64url")}"`;

/** Whether a header of tags names this one. */
export const namesTag = (header: string | undefined, etag: string) =>
  (header ?? "")
    .split(",")
    .map((each) => each.trim().replace(/^W\//, ""))
    .some((each) => each === etag || each === "*");

export function addCaching(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply, payload) => {
    const { access } = request.routeOptions.config;
    if (access === undefined || access === "public") return payload;
    const isRead = request.method === "GET" && reply.statusCode === 200;
    reply.header("cache-control", isRead ? "private, no-cache" : "no-store");
    if (!isRead || typeof payload !== "string") return payload;
    const etag = etagOf(payload);
    reply.header("etag", etag);
    if (!namesTag(request.headers["if-none-match"], etag)) return payload;
    reply.code(304).removeHeader("content-type").removeHeader("content-length");
    return null;
  });
}
