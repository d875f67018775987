/** A real server on a real port over a workspace, and a client that holds every answer against the OpenAPI document. */
import { operations } from "../../operations/table.js";
import { issue } from "../../state/credentials.js";
import { ServerState } from "../../state/server-state.js";
import type { ServerRole } from "../access.js";
import { buildServer, type ServerSettings } from "../app.js";
import { Contract } from "./contract.js";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape the contract proved.
  readonly json: any;
}

export interface Ask {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface TestServer {
  readonly url: string;
  readonly state: ServerState;
  readonly contract: Contract;
  readonly log: string[];
  ask(path: string, options?: Ask): Promise<Answer>;
  /** A token with roles, and a person or none. */
  token(roles: readonly ServerRole[], person?: string | null): Promise<string>;
  close(): Promise<void>;
}

export async function startServer(
  root: string,
  given: Partial<ServerSettings> = {},
  port = 0,
): Promise<TestServer> {
  const state = given.state ?? (await ServerState.open(root));
  const log: string[] = [];
  const settings = {
    root,
    now: () => new Date(),
    state,
    operations,
    publicUrl: null,
    log: { level: "info", stream: { write: (line: string) => void log.push(line) } },
    eventInterval: 50,
    ...given,
  };
  const app = await buildServer(settings);
  const url = await app.listen({ host: "127.0.0.1", port });
  const contract = new Contract((await (await fetch(`${url}/openapi.json`)).json()) as never);
  return {
    url,
    state,
    contract,
    log,
    ask: async (path, options = {}) => {
      const method = options.method ?? (options.body === undefined ? "GET" : "POST");
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: "manual",
        headers: {
          ...(options.body === undefined ? {} : { "content-type": "application/json" }),
          ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
          ...options.headers,
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      const text = await response.text();
      const type = response.headers.get("content-type") ?? "";
      contract.check(method, path.split("?", 1)[0] ?? path, response.status, type, text);
      const json = type.includes("json") && text !== "" ? JSON.parse(text) : null;
      return { status: response.status, headers: response.headers, text, json };
    },
    token: async (roles, person = null) => {
      const claims = { name: roles.join("+"), person, roles };
      const lifetime = { now: settings.now(), milliseconds: 3_600_000 };
      return (await issue(state, "tokens", claims, lifetime)).presented;
    },
    close: async () => {
      // A connection that fetch opened and used for nothing would be waited for as long as it may idle.
      const late = setTimeout(() => app.server.closeAllConnections(), 500);
      await app.close();
      clearTimeout(late);
    },
  };
}
