/** The console: files built beside this server, given out as they are. A page's address is the browser's matter, so each answers with the one document. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** The same place from the sources and from the build. */
const BUILT = fileURLToPath(new URL("../../../dist/console/", import.meta.url));
const DOCUMENT = "index.html";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".html": "text/html; charset=utf-8",
};

interface Served {
  readonly type: string;
  readonly plain: Buffer;
  readonly packed: Buffer;
}

function servedFile(path: string): Served {
  const plain = readFileSync(path);
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  return { type, plain, packed: gzipSync(plain) };
}

const takesGzip = ({ headers }: FastifyRequest) =>
  /(^|[\s,])gzip([\s,]|$)/.test(String(headers["accept-encoding"] ?? ""));

function send(request: FastifyRequest, reply: FastifyReply, file: Served): FastifyReply {
  reply.type(file.type).header("vary", "accept-encoding");
  if (!takesGzip(request)) return reply.send(file.plain);
  return reply.header("content-encoding", "gzip").send(file.packed);
}

/** Pages, and the pages of one thing below them. */
const PAGE = /^\/(?:[a-z-]*|registration\/[a-z-]+)$/;

export interface Console {
  /** Answers a page of the console; false: the request is for none. */
  page(request: FastifyRequest, reply: FastifyReply): boolean;
}

/** Null: the console is not built. */
export function loadConsole(): Console | null {
  if (!existsSync(join(BUILT, DOCUMENT))) return null;
  const document = servedFile(join(BUILT, DOCUMENT));
  return {
    page: (request, reply) => {
      const path = request.url.split("?", 1)[0] ?? "";
      const isPage = request.method === "GET" && PAGE.test(path);
      if (!isPage || !String(request.headers.accept).includes("text/html")) return false;
      // Names of what it asks for change with every build, so it must be asked for anew.
      send(request, reply.code(200).header("cache-control", "no-cache"), document);
      return true;
    },
  };
}

/** Files under names that change with their content, so a browser need never ask twice. */
export function consoleRoutes(app: FastifyInstance): void {
  const folder = join(BUILT, "assets");
  if (!existsSync(folder)) return;
  const files = new Map(readdirSync(folder).map((name) => [name, servedFile(join(folder, name))]));
  for (const [name, file] of files) {
    app.get(
      `/assets/${name}`,
      { config: { access: "public" }, schema: { hide: true } },
      async (request, reply) =>
        send(request, reply.header("cache-control", "public, max-age=31536000, immutable"), file),
    );
  }
}
