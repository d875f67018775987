/**
 * Server-sent events: every entry that comes into the ledger, by whatever process wrote it. The ledger is asked in an interval, once for
 * all who listen, so it works the same on SQLite and PostgreSQL and with several servers side by side.
 */
import type { ServerResponse } from "node:http";
import { type LedgerEntry, readEntry, type StoredEntry } from "@plumbline/ledger";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { reading } from "../../operations/ledger/session.js";
import { API, describeRoute, type ServerContext } from "./context.js";

const HEARTBEAT_MILLISECONDS = 15_000;
/** A stream ends after a while and the listener comes again: so nobody listens for long after their sign-in ended. */
const STREAM_MILLISECONDS = 15 * 60_000;
/** Entries told at once; the rest follow in the next round. */
const BATCH = 500;

function entryOf({ text }: StoredEntry): LedgerEntry | null {
  try {
    return readEntry(text);
  } catch {
    return null;
  }
}

/** What an entry is to those who listen: never its content, which they read with their own rights. */
function messageOf(stored: StoredEntry): string {
  const entry = entryOf(stored);
  const name = entry?.type === "looked" ? "readout" : "ledger";
  const data = {
    seq: stored.seq,
    type: entry?.type ?? null,
    subject: entry?.subject ?? null,
    at: entry?.at ?? null,
  };
  return `id: ${stored.seq}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

interface Listener {
  readonly response: ServerResponse;
  seen: number;
}

class EventHub {
  private readonly listeners = new Set<Listener>();
  private timer: NodeJS.Timeout | null = null;
  private busy = false;

  constructor(
    private readonly root: string,
    private readonly interval: number,
    private readonly failed: (error: unknown) => void,
  ) {}

  async head(): Promise<number> {
    return reading(this.root, async ({ store }) => (await store?.head())?.seq ?? 0);
  }

  add(listener: Listener): void {
    this.listeners.add(listener);
    const beat = setInterval(() => listener.response.write(":\n\n"), HEARTBEAT_MILLISECONDS);
    const end = setTimeout(() => listener.response.end(), STREAM_MILLISECONDS);
    listener.response.on("close", () => {
      clearInterval(beat);
      clearTimeout(end);
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.rest();
    });
    this.timer ??= setInterval(() => void this.round(), this.interval);
  }

  private rest(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private async round(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const after = Math.min(...[...this.listeners].map(({ seen }) => seen));
      if (!Number.isFinite(after)) return;
      const fresh = await reading(
        this.root,
        async ({ store }) => (await store?.read({ after, limit: BATCH })) ?? [],
      );
      for (const listener of this.listeners) tell(listener, fresh);
    } catch (error) {
      this.failed(error);
    } finally {
      this.busy = false;
    }
  }

  close(): void {
    this.rest();
    for (const { response } of this.listeners) response.end();
  }
}

function tell(listener: Listener, entries: readonly StoredEntry[]): void {
  for (const entry of entries) {
    if (entry.seq <= listener.seen) continue;
    listener.response.write(messageOf(entry));
    listener.seen = entry.seq;
  }
}

const headersSchema = z.looseObject({
  "last-event-id": z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .meta({ description: "Number of the last entry seen: what came since is sent first." }),
});

export function eventRoutes(app: FastifyInstance, { root }: ServerContext, interval: number): void {
  const hub = new EventHub(root, interval, (error) =>
    app.log.warn({ err: error }, "the ledger could not be read for those who listen"),
  );
  app.addHook("preClose", async () => hub.close());
  app.get(
    `${API}/events`,
    {
      config: { access: "read" },
      schema: describeRoute(
        {
          id: "events",
          tag: "events",
          summary:
            "new entries of the ledger (ledger) and finished readouts (readout) as they come",
          access: "read",
          type: "text/event-stream",
          parts: { headers: headersSchema },
        },
        z.string(),
      ),
    },
    async (request, reply) => {
      const last = request.headers["last-event-id"];
      const seen = typeof last === "string" ? Number(last) : await hub.head();
      reply.hijack();
      const { raw } = reply;
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) raw.setHeader(name, value);
      }
      raw.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        // A stream that ended leaves no idle connection that a stopping server would wait for.
        connection: "close",
        // A proxy that gathers would hold events back.
        "x-accel-buffering": "no",
      });
      // The number is known from the start, so that who comes back before the first entry misses none either.
      raw.write(`retry: ${interval * 3}\nid: ${seen}\n\n`);
      hub.add({ response: raw, seen });
    },
  );
}
