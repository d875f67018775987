import { resolve } from "node:path";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { SERVER_ROLES } from "../http/access.js";
import { buildServer } from "../http/app.js";
import { ServerError } from "../http/errors.js";
import { assertLedger } from "../http/observe.js";
import { oidcSettings } from "../http/oidc.js";
import { sweepRepeats } from "../http/repeats.js";
import { DEFAULT_LIMITS } from "../http/security.js";
import { issue, sweep } from "../state/credentials.js";
import { ServerState } from "../state/server-state.js";
import { openWorkspace } from "./ledger/session.js";
import type { OperationBody, OperationContext, OperationRow, Rendered } from "./operation.js";

const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
const LINK_MINUTES = 15;
const USUAL_PORT = 4747;
/** Requests under way when the server is told to stop. */
const STOP_MILLISECONDS = 10_000;

const input = z.strictObject({
  host: z.string().min(1).default("127.0.0.1"),
  port: z.coerce.number().int().min(0).max(65_535).optional(),
  publicUrl: z
    .url({ protocol: /^https?$/, error: "write an address such as https://plumb.example.org" })
    .optional(),
  logLevel: z.enum(LEVELS, { error: `choose one of ${LEVELS.join(", ")}` }).default("info"),
  workspace: z.string().min(1).default("."),
  work: z.boolean().default(true),
  requestsPerMinute: z.coerce.number().int().min(1).default(DEFAULT_LIMITS.perMinute),
  open: z.boolean().default(false),
});

type ServeInput = z.output<typeof input>;

interface ServeOutput {
  readonly stopped: true;
}

const isLoopback = (host: string) =>
  host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);

function publicUrlOf({ host, publicUrl }: ServeInput): URL | null {
  const url = publicUrl === undefined ? null : new URL(publicUrl);
  if (url === null) {
    if (isLoopback(host)) return null;
    throw new ServerError(
      "SETTINGS_INVALID",
      `At ${host} others reach the server too, so it must know the address they use.`,
      "Put a proxy with https before it and name that address with --public-url.",
    );
  }
  if (url.protocol === "https:" || isLoopback(url.hostname)) return url;
  throw new ServerError(
    "SETTINGS_INVALID",
    "A public address without https would send every session in the clear.",
    "Give an https:// address.",
  );
}

/** Whoever named a port gets that one; otherwise it is the usual one, or any that is free. */
async function listen(app: FastifyInstance, { host, port }: ServeInput): Promise<string> {
  const wanted = port ?? USUAL_PORT;
  try {
    return await app.listen({ host, port: wanted });
  } catch (error) {
    const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (taken && port === undefined) return app.listen({ host, port: 0 });
    const why = error instanceof Error ? error.message : String(error);
    throw new ServerError(
      "ADDRESS_UNUSABLE",
      `The server cannot listen at ${host}, port ${wanted} (${why}).`,
      "Choose another port with --port, or stop what listens there.",
      error,
    );
  }
}

/** Opens the link where there is a screen to open it on; the link is printed either way, so failing to is no fault. */
async function openInBrowser(link: string): Promise<void> {
  const { platform, env } = process;
  const headless =
    platform !== "darwin" && platform !== "win32" && !env.DISPLAY && !env.WAYLAND_DISPLAY;
  if (headless) return;
  const { default: open } = await import("open");
  const browser = await open(link).catch(() => null);
  browser?.on("error", () => {});
}

const stopped = (signal: AbortSignal) =>
  new Promise<void>((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });

/** Whoever can start the server can read the workspace anyhow, so the link makes them its admin. */
async function signInLink(
  { now }: OperationContext,
  state: ServerState,
  address: string,
): Promise<string> {
  const claims = { name: "sign-in link", person: null, roles: SERVER_ROLES };
  const lifetime = { now: now(), milliseconds: LINK_MINUTES * 60_000 };
  const { presented } = await issue(state, "links", claims, lifetime);
  return `${address}/sign-in?token=${presented}`;
}

async function closeSoon(app: FastifyInstance): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), STOP_MILLISECONDS);
  try {
    await app.close();
  } finally {
    clearTimeout(late);
  }
}

async function run(
  context: OperationContext,
  given: ServeInput,
  table: () => readonly OperationRow[],
): Promise<ServeOutput> {
  const publicUrl = publicUrlOf(given);
  const oidc = oidcSettings(process.env);
  const { root } = openWorkspace(resolve(context.workingDirectory, given.workspace)).workspace;
  await assertLedger(root);
  const state = await ServerState.open(root);
  for (const kind of ["links", "sessions"] as const) await sweep(state, kind, context.now());
  await sweepRepeats({ state, now: context.now });
  // Whatever this process would do with a private key of whoever started it, it finds none.
  process.env.PLUMB_KEYS = `${state.path}/no-keys`;
  const app = await buildServer({
    root,
    now: context.now,
    state,
    operations: table(),
    publicUrl,
    oidc,
    log: { level: given.logLevel, stream: process.stderr },
    work: given.work ? {} : null,
    limits: { ...DEFAULT_LIMITS, perMinute: given.requestsPerMinute },
  });
  try {
    const address = await listen(app, given);
    const link = await signInLink(context, state, publicUrl?.origin ?? address);
    process.stdout.write(
      `Serving ${root} at ${publicUrl?.origin ?? address}\nSign in, once and within ${LINK_MINUTES} minutes: ${link}\nCtrl-C stops it.\n`,
    );
    if (given.open) await openInBrowser(link);
    await stopped(context.signal);
  } finally {
    await closeSoon(app);
  }
  return { stopped: true };
}

const render = (): Rendered => ({ stdout: "Stopped.\n", stderr: "", exitCode: 0 });

/** `table`: the operations to serve; an argument, since the table itself leads here. */
export const serveOperation = (
  table: () => readonly OperationRow[],
): OperationBody<ServeInput, ServeOutput> => ({
  input,
  run: (context, given) => run(context, given, table),
  render,
});
