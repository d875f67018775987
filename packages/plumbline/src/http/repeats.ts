/**
 * Idempotency keys: a write that is sent again with the same key is answered as the first time and not done again. The key is claimed
 * before the write begins, so two at once do it once; what failed gives the key free, since it wrote nothing.
 */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ServerError } from "./errors.js";
import type { ServerContext } from "./routes/context.js";

const KIND = "repeats";
const KEPT_HOURS = 24;
const HEADER = "idempotency-key";

const recordSchema = z.strictObject({
  fingerprint: z.string(),
  at: z.iso.datetime(),
  answer: z.strictObject({ status: z.int(), type: z.string(), body: z.string() }).nullable(),
});

type RepeatRecord = z.output<typeof recordSchema>;

declare module "fastify" {
  interface FastifyRequest {
    /** The key this request holds; null: none. */
    claimed: { readonly id: string; readonly fingerprint: string } | null;
  }
}

const digest = (parts: readonly unknown[]) =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex");

/** One key of one caller for one route; the key itself is not kept. */
function keyOf(request: FastifyRequest): string | null {
  const key = request.headers[HEADER];
  if (key === undefined) return null;
  if (typeof key === "string" && /^[\x21-\x7e]{1,200}$/.test(key)) {
    return digest([request.principal?.kind, request.principal?.id, request.routeOptions.url, key]);
  }
  throw new ServerError(
    "INPUT_INVALID",
    `${HEADER} has 1 to 200 printable characters, without blanks.`,
    "Send a random identifier, a new one for every write that is meant.",
  );
}

async function earlier(
  { state, now }: Pick<ServerContext, "state" | "now">,
  id: string,
): Promise<RepeatRecord | null> {
  const read = recordSchema.safeParse(await state.read(KIND, id));
  if (!read.success) return null;
  const age = now().getTime() - Date.parse(read.data.at);
  if (age < KEPT_HOURS * 3_600_000) return read.data;
  await state.remove(KIND, id);
  return null;
}

function replay(reply: FastifyReply, record: RepeatRecord, fingerprint: string): FastifyReply {
  if (record.fingerprint !== fingerprint) {
    throw new ServerError(
      "IDEMPOTENCY_MISMATCH",
      "This idempotency key was used for another request.",
      "Take a new key for a new write.",
    );
  }
  if (record.answer === null) {
    throw new ServerError(
      "IDEMPOTENCY_BUSY",
      "The first request with this key is still being worked on, or the server stopped in its middle.",
      "Wait and send it again; if that does not help, see in the ledger whether it was done.",
    );
  }
  const { status, type, body } = record.answer;
  return reply.code(status).type(type).header("idempotency-replayed", "true").send(body);
}

async function claim(
  context: ServerContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const id = keyOf(request);
  if (id === null) return undefined;
  const fingerprint = digest([request.body ?? null]);
  const known = await earlier(context, id);
  if (known !== null) return replay(reply, known, fingerprint);
  const record: RepeatRecord = { fingerprint, at: context.now().toISOString(), answer: null };
  if (await context.state.create(KIND, id, record)) {
    request.claimed = { id, fingerprint };
    return undefined;
  }
  return replay(reply, (await earlier(context, id)) ?? record, fingerprint);
}

async function settle(
  context: ServerContext,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<void> {
  const { claimed } = request;
  if (claimed === null) return;
  const done = reply.statusCode < 300 && typeof payload === "string";
  if (!done) {
    await context.state.remove(KIND, claimed.id);
    return;
  }
  const record: RepeatRecord = {
    fingerprint: claimed.fingerprint,
    at: context.now().toISOString(),
    answer: {
      status: reply.statusCode,
      type: String(reply.getHeader("content-type") ?? "application/json"),
      body: payload,
    },
  };
  await context.state.replace(KIND, claimed.id, record);
}

export function addRepeats(app: FastifyInstance, context: ServerContext): void {
  app.decorateRequest("claimed", null);
  app.addHook("preHandler", async (request, reply) => {
    if (request.routeOptions.config.repeatable) return claim(context, request, reply);
    return undefined;
  });
  app.addHook("onSend", async (request, reply, payload) => {
    await settle(context, request, reply, payload);
    return payload;
  });
}

/** Removes what is too old to be asked for. */
export async function sweepRepeats(context: Pick<ServerContext, "state" | "now">): Promise<void> {
  for (const id of await context.state.ids(KIND)) await earlier(context, id);
}
