/** The ledger by entry: pages, single entries with their proof of inclusion, and the export. */
import {
  entryInclusion,
  exportEntries,
  type LedgerEntry,
  readEntry,
  type StoredEntry,
  treeHead,
} from "@plumbline/ledger";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { reading, type Session, storedEntries } from "../../operations/ledger/session.js";
import { ServerError } from "../errors.js";
import { cursorOf, pageOf, pageQuery, positionOf } from "../page.js";
import { shapes } from "../responses/documents.js";
import { API, describeRoute, type ServerContext } from "./context.js";

const { text, count, seq, instant, digest, json } = shapes;

const entrySchema = z.strictObject({
  seq,
  hash: digest,
  previous: digest.nullable().meta({ description: "Null: the text of the entry cannot be read." }),
  type: text.nullable(),
  at: instant.nullable(),
  subject: text.nullable(),
  body: json.nullable(),
});

const proofSchema = z.strictObject({
  seq,
  text: text.meta({ description: "The entry's canonical JSON; its SHA-256 is its hash." }),
  hash: digest,
  size: count.meta({ description: "Entries of the tree." }),
  root: digest,
  path: z.array(digest).meta({ description: "RFC 6962 inclusion proof, from the leaf up." }),
});

const entriesQuery = z.strictObject({
  ...pageQuery,
  order: z.enum(["newest", "oldest"]).default("newest"),
  subject: z.string().min(1).max(200).optional().meta({ description: "Only of this experiment." }),
});

type EntriesQuery = z.output<typeof entriesQuery>;

function legible(entry: string): LedgerEntry | null {
  try {
    return readEntry(entry);
  } catch {
    return null;
  }
}

function shown({ seq, hash, text }: StoredEntry) {
  const entry = legible(text);
  return {
    seq,
    hash,
    previous: entry?.previous ?? null,
    type: entry?.type ?? null,
    at: entry?.at ?? null,
    subject: entry?.subject ?? null,
    body: entry?.body ?? null,
  };
}

/** One entry more than a page holds tells whether there is a next one. */
async function page(session: Session, query: EntriesQuery): Promise<StoredEntry[]> {
  const { store } = session;
  const { order, subject, limit } = query;
  const position = positionOf(query.cursor, "number");
  if (store === null) return [];
  const only = subject === undefined ? {} : { subject };
  if (order === "oldest") return store.read({ ...only, after: position ?? 0, limit: limit + 1 });
  if (subject !== undefined) {
    const own = await store.read(only);
    return own
      .filter((entry) => position === null || entry.seq < position)
      .slice(-(limit + 1))
      .reverse();
  }
  const end = position ?? (await store.head()).seq + 1;
  const after = Math.max(0, end - limit - 2);
  const read = await store.read({ after, limit: end - after - 1 });
  return [...read].reverse();
}

const noEntry = (wanted: number) =>
  new ServerError(
    "NOT_FOUND",
    `The ledger has no entry ${wanted}.`,
    "GET /api/v1/ledger/entries lists those it has.",
  );

async function oneEntry(session: Session, wanted: number): Promise<StoredEntry> {
  const [entry] = (await session.store?.read({ after: wanted - 1, limit: 1 })) ?? [];
  if (entry?.seq === wanted) return entry;
  throw noEntry(wanted);
}

async function proofOf(session: Session, wanted: number, now: Date) {
  const stored = await storedEntries(session);
  const entry = stored.find((each) => each.seq === wanted);
  if (entry === undefined) throw noEntry(wanted);
  const head = treeHead(stored, "main", now.toISOString());
  const path = entryInclusion(stored, wanted);
  return { ...entry, size: head.size, root: head.root, path };
}

const seqParams = z.strictObject({ seq: z.coerce.number().int().min(1) });

function entryRoutes(app: FastifyInstance, { root }: ServerContext): void {
  const access = "read";
  app.get(
    `${API}/ledger/entries`,
    {
      config: { access },
      schema: describeRoute(
        {
          id: "ledgerEntries",
          tag: "ledger",
          summary: "entries of the ledger, in pages",
          access,
          parts: { querystring: entriesQuery },
        },
        pageOf(entrySchema),
      ),
    },
    async (request) => {
      const query = request.query as EntriesQuery;
      const found = await reading(root, (session) => page(session, query));
      const items = found.slice(0, query.limit).map(shown);
      const last = items.at(-1);
      const more = found.length > query.limit && last !== undefined;
      return { items, next: more ? cursorOf(last.seq) : null };
    },
  );
  app.get(
    `${API}/ledger/entries/:seq`,
    {
      config: { access },
      schema: describeRoute(
        {
          id: "ledgerEntry",
          tag: "ledger",
          summary: "one entry of the ledger",
          access,
          parts: { params: seqParams },
        },
        entrySchema,
      ),
    },
    async (request) => {
      const { seq } = request.params as z.output<typeof seqParams>;
      return reading(root, async (session) => shown(await oneEntry(session, seq)));
    },
  );
}

function proofRoutes(app: FastifyInstance, { root, now }: ServerContext): void {
  const access = "read";
  app.get(
    `${API}/ledger/entries/:seq/proof`,
    {
      config: { access },
      schema: describeRoute(
        {
          id: "ledgerProof",
          tag: "ledger",
          summary: "proof that an entry is among those of the ledger's tree head",
          access,
          parts: { params: seqParams },
        },
        proofSchema,
      ),
    },
    async (request) => {
      const { seq } = request.params as z.output<typeof seqParams>;
      return reading(root, (session) => proofOf(session, seq, now()));
    },
  );
  app.get(
    `${API}/ledger/export`,
    {
      config: { access },
      schema: describeRoute(
        {
          id: "ledgerExport",
          tag: "ledger",
          summary: "the whole ledger, one line per entry: hash, space, text",
          access,
          type: "text/plain",
        },
        text,
      ),
    },
    async (_request, reply) => {
      const stored = await reading(root, (session) => storedEntries(session));
      return reply.type("text/plain; charset=utf-8").send(exportEntries(stored));
    },
  );
}

export function ledgerRoutes(app: FastifyInstance, context: ServerContext): void {
  entryRoutes(app, context);
  proofRoutes(app, context);
}
