/**
 * Handing a message to a target. Standard Webhooks (standardwebhooks.com): a signed JSON body whose id stays the same however often it
 * is tried, so the receiver can tell repeats; or the text that Slack and its like take.
 */
import { createHash } from "node:crypto";
import type { WorkspaceDocument } from "@plumbline/primitives";
import { Webhook } from "standardwebhooks";
import type { Ending, Job } from "./job-store.js";
import { type Message, slackBody } from "./messages.js";

export type Target = NonNullable<WorkspaceDocument["notifications"]>[number];

const TIMEOUT_MILLISECONDS = 15_000;
const MOST_WAIT_MILLISECONDS = 24 * 3_600_000;
/** After the first attempt: the pauses that Standard Webhooks recommends. */
export const DELIVERY_PAUSES = [5, 300, 1800, 7200, 18_000, 36_000, 36_000].map((s) => s * 1000);

/** The delivery failed; `final`: trying again would not help. */
export class DeliveryError extends Error {
  constructor(
    message: string,
    readonly final: boolean,
    /** Milliseconds that the target asked to be left alone; 0: it asked for none. */
    readonly wait = 0,
  ) {
    super(message);
  }
}

const isLoopback = (host: string) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);

/** The address is a secret, so no message repeats it. */
function addressOf({ url_env }: Target, environment: NodeJS.ProcessEnv): URL {
  const given = environment[url_env] ?? "";
  if (given === "") throw new DeliveryError(`The environment has no ${url_env}.`, false);
  if (!URL.canParse(given)) throw new DeliveryError(`${url_env} holds no address.`, false);
  const url = new URL(given);
  const safe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  if (safe) return url;
  throw new DeliveryError(`${url_env} must hold an https:// address.`, false);
}

const messageId = (job: Job) =>
  `msg_${createHash("sha256").update(job.id).digest("base64url").slice(0, 27)}`;

function signed(target: Target, job: Job, body: string, now: Date, environment: NodeJS.ProcessEnv) {
  const name = target.secret_env ?? "";
  const secret = environment[name] ?? "";
  if (!/^(whsec_)?[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)) {
    throw new DeliveryError(`${name} holds no signing secret (whsec_ and base64).`, false);
  }
  const id = messageId(job);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, now, body),
  };
}

function waitOf(response: Response, now: Date): number {
  const given = response.headers.get("retry-after");
  if (given === null) return 0;
  const wait = /^\d+$/.test(given) ? Number(given) * 1000 : Date.parse(given) - now.getTime();
  return Number.isFinite(wait) ? Math.min(MOST_WAIT_MILLISECONDS, Math.max(0, wait)) : 0;
}

async function post(
  url: URL,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<Response> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "plumbline", ...headers },
      body,
      // Following it would hand the message to somebody whom nobody named.
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MILLISECONDS)]),
    });
    await response.body?.cancel();
    return response;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : null;
    const late = error instanceof Error && error.name === "TimeoutError";
    const why = late ? "it gave no answer in 15 seconds" : String(code ?? "the connection failed");
    throw new DeliveryError(`The target could not be reached: ${why}.`, false);
  }
}

export interface Delivery {
  readonly target: Target;
  readonly job: Job;
  readonly now: Date;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Throws `DeliveryError`. */
export async function deliver(delivery: Delivery): Promise<Ending> {
  const { target, job, now, environment, signal } = delivery;
  const message = job.payload.message as Message;
  const url = addressOf(target, environment);
  const body = target.format === "slack" ? slackBody(message) : JSON.stringify(message);
  const headers = target.format === "slack" ? {} : signed(target, job, body, now, environment);
  const response = await post(url, headers, body, signal);
  if (response.ok) return { state: "done", outcome: `Delivered (status ${response.status}).` };
  const why = `The target answered ${response.status}.`;
  throw new DeliveryError(why, response.status === 410, waitOf(response, now));
}
