/** The one way to the server: typed from its OpenAPI document, and failures as the problem documents it answers with. */
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema.generated.js";

export type Problem = components["schemas"]["Problem"];

export type PlacedProblem = NonNullable<Problem["problems"]>[number];

/** A refusal or failure, with what mends it. `status` 0: the server could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly mend: string;
  /** Null: no answer of this server. */
  readonly code: string | null;
  /** Places in documents; none where it is about something else. */
  readonly problems: readonly PlacedProblem[];

  constructor(status: number, message: string, mend: string, problem: Partial<Problem> = {}) {
    super(message);
    this.status = status;
    this.mend = mend;
    this.code = problem.code ?? null;
    this.problems = problem.problems ?? [];
  }
}

const failed = (status: number, problem: Partial<Problem> | undefined): ApiError =>
  new ApiError(
    status,
    problem?.detail ?? `The server answered with status ${status}.`,
    problem?.mend ?? "Try again; if it stays, look into the log of plumb serve.",
    problem,
  );

const SAFE = new Set(["GET", "HEAD"]);

async function csrfToken(): Promise<string> {
  const { data, error, response } = await client.GET("/api/v1/session");
  if (data === undefined) throw failed(response.status, error);
  return data.csrf ?? "";
}

/** A write shows that this page made it. */
const meant: Middleware = {
  onRequest: async ({ request }) => {
    if (!SAFE.has(request.method)) request.headers.set("x-plumb-csrf", await csrfToken());
    return request;
  },
  onError: ({ error }) =>
    error instanceof ApiError || (error instanceof Error && error.name === "AbortError")
      ? error
      : new ApiError(
          0,
          "The server does not answer.",
          "Is plumb serve still running? This page goes on when it is back.",
        ),
};

export const client = createClient<paths>({ baseUrl: "" });
client.use(meant);

/** What was asked for. Throws `ApiError`. */
export async function answerOf<Data>(
  asked: Promise<{ data?: Data; error?: Partial<Problem>; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await asked;
  if (data === undefined) throw failed(response.status, error);
  return data;
}
